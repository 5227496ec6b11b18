//! The client: one loop over the core's machines.

mod carry_out;
mod in_flight;
mod journal_calls;
mod purchase;

use std::env;
use std::fmt;
use std::future::Ready;
use std::hash::{BuildHasher, RandomState};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time;
use yeastar_core::{
    Action, Call, Config, Credentials, Endpoint, Error, Event, JournalReply, Machine, Origin, Paged, Policy,
    Reply, Session,
};

use self::in_flight::InFlight;
use self::journal_calls::JournalCalls;
use crate::clock::Clock;
use crate::transport::Transport;
use crate::walk::Walk;

/// A client of the portal. Cloning is cheap; clones share the token and the
/// connections, and can be used from any task.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    origin: Origin,
    policy: Policy,
    transport: Transport,
    session: Mutex<Session>,
    /// What waiting calls watch.
    session_version: watch::Sender<u64>,
    in_flight: Arc<InFlight>,
    journal_calls: JournalCalls,
    clock: Clock,
}

impl Client {
    /// A client. Nothing is sent before the first call.
    ///
    /// # Errors
    ///
    /// When the origin is `https` and the feature `rustls` is off.
    pub fn new(config: Config) -> Result<Self, Error> {
        let seed = RandomState::new().hash_one(Instant::now());
        let clock = Clock::start();
        let session = Session::new(config.credentials, seed);
        let shared = Shared {
            transport: Transport::new(&config.origin, &config.policy, clock)?,
            journal_calls: JournalCalls::new(config.policy.deadline),
            origin: config.origin,
            policy: config.policy,
            session_version: watch::Sender::new(session.version()),
            session: Mutex::new(session),
            in_flight: InFlight::new(),
            clock,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// A client from `YEASTAR_CLIENT_ID`, `YEASTAR_CLIENT_SECRET` and, when they are set, `YEASTAR_BASE_URL` and
    /// `YEASTAR_ACCOUNT` (the label of the account in a journal) of the environment.
    ///
    /// # Errors
    ///
    /// When one of the first two is not set, the base URL is none, or the label is not plain.
    pub fn from_env() -> Result<Self, Error> {
        Self::new(Config::from_variables(|name| env::var(name).ok())?)
    }

    /// Calls an endpoint and gives its result.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`](crate::ErrorKind). After anything that buys or creates look
    /// at [`Error::delivery`] before you call again.
    pub async fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.exchange(endpoint).await.map(Reply::into_value)
    }

    /// Calls an endpoint and gives its result with status, request id, number of
    /// attempts and raw body.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn exchange<E: Endpoint>(&self, endpoint: E) -> Result<Reply<E::Output>, Error> {
        // Carried out where it lies: a call is large, and each move copies it.
        match Call::new(&endpoint, &self.shared.origin, &self.shared.policy) {
            Ok(ref mut call) => {
                self.shared.drive(call, |never| -> Ready<JournalReply> { match never {} }).await
            }
            Err(error) => Err(error),
        }
    }

    /// Walks through a paged list, a page at a time, from the endpoint's page number or
    /// the first page.
    ///
    /// ```
    /// use yeastar_async::order::ListOrders;
    /// # use yeastar_async::{Client, Config, Credentials, Origin};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let portal = yeastar_sandbox::Server::start()?;
    /// # let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    /// # let client = Client::new(Config::new(credentials).with_origin(Origin::new(&portal.base_url())?))?;
    /// let mut pages = client.pages(ListOrders::new().with_page_size(100).with_sort("id"));
    /// while let Some(page) = pages.next().await {
    ///     for order in page?.results {
    ///         println!("{:?} {:?}", order.order_no, order.order_status);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages<E: Paged>(&self, endpoint: E) -> Walk<E> {
        Walk::new(self.clone(), endpoint)
    }

    /// Replaces the credentials, for example after a reset of the secret. Calls under way go on with the token they have;
    /// the next one gets a new token. Give the new ones the label of the old ones: a purchase under way stops, or
    /// ends as ambiguous, when they may be of another account.
    pub fn set_credentials(&self, credentials: Credentials) {
        self.shared.with_session(|session| session.set_credentials(credentials));
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("origin", &self.shared.origin).finish_non_exhaustive()
    }
}

impl Shared {
    async fn drive<M: Machine, A: Future<Output = JournalReply>>(
        &self,
        machine: &mut M,
        ask: impl Fn(M::Journal) -> A,
    ) -> M::Output {
        let running = Running { machine, shared: self };
        loop {
            let (action, version) = self.poll(running.machine);
            match action {
                Action::Send(exchange) => {
                    // A future that is awaited by value is moved first.
                    let event = pin!(self.transport.exchange(exchange)).await;
                    running.machine.on(event);
                }
                Action::Sleep(pause) => time::sleep(pause).await,
                Action::Wait(at_most) => self.session_change(version, at_most).await,
                Action::Journal(request) => {
                    let reply = pin!(ask(request)).await;
                    running.machine.on(Event::Journal(reply));
                }
                Action::Done(output) => return output,
            }
        }
    }

    /// What a machine wants done, and the session's version after that.
    fn poll<M: Machine>(&self, machine: &mut M) -> (Action<M::Output, M::Journal>, u64) {
        self.with_session(|session| (machine.poll(self.clock.now(), session), session.version()))
    }

    /// Waits until the session has another version, at most this long.
    async fn session_change(&self, version: u64, at_most: Duration) {
        let mut versions = self.session_version.subscribe();
        drop(time::timeout(at_most, versions.wait_for(|current| *current != version)).await);
    }

    /// Uses the session, and wakes whoever waits for a change of it. The lock is held for the
    /// length of a poll, which leaves the session whole even if it panics.
    fn with_session<T>(&self, use_it: impl FnOnce(&mut Session) -> T) -> T {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let before = session.version();
        let outcome = use_it(&mut session);
        let version = session.version();
        if version != before {
            self.session_version.send_replace(version);
        }
        outcome
    }
}

/// Gives back what a machine holds of the session, also when its future is dropped.
struct Running<'a, M: Machine> {
    machine: &'a mut M,
    shared: &'a Shared,
}

impl<M: Machine> Drop for Running<'_, M> {
    fn drop(&mut self) {
        self.shared.with_session(|session| self.machine.abandon(session));
    }
}
