//! The client: one loop over the core's machines.

mod in_flight;
mod purchase;

use std::env;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use yeastar_core::{
    Action, Call, Config, Credentials, Endpoint, Error, Event, JournalReply, Machine, Origin, Paged, Policy,
    Reply, Session,
};

use self::in_flight::InFlight;
use crate::clock::Clock;
use crate::transport::Transport;
use crate::walk::Walk;

/// A client of the portal. Cloning is cheap; clones share the token and the
/// connections, and can be used from any thread.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    origin: Origin,
    policy: Policy,
    transport: Transport,
    session: Mutex<Session>,
    session_changed: Condvar,
    in_flight: InFlight,
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
        let shared = Shared {
            transport: Transport::new(&config.origin, &config.policy, clock)?,
            origin: config.origin,
            policy: config.policy,
            session: Mutex::new(Session::new(config.credentials, seed)),
            session_changed: Condvar::new(),
            in_flight: InFlight::default(),
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
    pub fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.exchange(endpoint).map(Reply::into_value)
    }

    /// Calls an endpoint and gives its result with status, request id, number of
    /// attempts and raw body.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn exchange<E: Endpoint>(&self, endpoint: E) -> Result<Reply<E::Output>, Error> {
        self.shared
            .drive(Call::new(&endpoint, &self.shared.origin, &self.shared.policy)?, |never| match never {})
    }

    /// Walks through a paged list: an iterator of pages, from the endpoint's page
    /// number or the first page.
    ///
    /// ```
    /// use yeastar_blocking::order::ListOrders;
    /// # use yeastar_blocking::{Client, Config, Credentials, Origin};
    /// # let portal = yeastar_sandbox::Server::start()?;
    /// # let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    /// # let client = Client::new(Config::new(credentials).with_origin(Origin::new(&portal.base_url())?))?;
    /// for page in client.pages(ListOrders::new().with_page_size(100).with_sort("id")) {
    ///     for order in page?.results {
    ///         println!("{:?} {:?}", order.order_no, order.order_status);
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pages<E: Paged>(&self, endpoint: E) -> Walk<E> {
        Walk::new(self.clone(), endpoint)
    }

    /// Replaces the credentials, for example after a reset of the secret. Calls under way go on with the token they have;
    /// the next one gets a new token. Give the new ones the label of the old ones: a purchase under way stops, or
    /// ends as ambiguous, when they may be of another account.
    pub fn set_credentials(&self, credentials: Credentials) {
        self.shared.lock().set_credentials(credentials);
        self.shared.session_changed.notify_all();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("origin", &self.shared.origin).finish_non_exhaustive()
    }
}

impl Shared {
    fn drive<M: Machine>(&self, machine: M, ask: impl Fn(M::Journal) -> JournalReply) -> M::Output {
        let mut running = Running { machine, shared: self };
        loop {
            let mut session = self.lock();
            let version = session.version();
            let action = running.machine.poll(self.clock.now(), &mut session);
            if session.version() != version {
                self.session_changed.notify_all();
            }
            match action {
                Action::Send(exchange) => {
                    drop(session);
                    running.machine.on(self.transport.exchange(exchange));
                }
                Action::Sleep(pause) => {
                    drop(session);
                    thread::sleep(pause);
                }
                Action::Wait(at_most) => drop(self.session_changed.wait_timeout(session, at_most)),
                Action::Journal(request) => {
                    drop(session);
                    running.machine.on(Event::Journal(ask(request)));
                }
                Action::Done(output) => return output,
            }
        }
    }

    /// The lock is held for the length of a poll, which leaves the session whole even
    /// if it panics.
    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives back what a machine holds of the session, also when its thread panics.
struct Running<'a, M: Machine> {
    machine: M,
    shared: &'a Shared,
}

impl<M: Machine> Drop for Running<'_, M> {
    fn drop(&mut self) {
        let mut session = self.shared.lock();
        let version = session.version();
        self.machine.abandon(&mut session);
        if session.version() != version {
            self.shared.session_changed.notify_all();
        }
    }
}
