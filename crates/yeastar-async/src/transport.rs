//! One exchange over hyper.

use std::error::Error as StdError;
use std::io;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::client::legacy::{Client, Error as ClientError, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;
use tokio::time::{self, Instant};
use yeastar_core::{Cause, Error, Event, Exchange, Failure, Origin, Policy, Progress, Timeouts};

use crate::clock::Clock;
use crate::connector::{Connector, Meter};

/// Kept connections are closed after this time without use: firewalls drop idle ones silently.
const IDLE: Duration = Duration::from_secs(10);

/// Queries under way at a time; more wait for their turn. The pool would open a
/// connection for each, and a burst of a thousand tasks needs neither that many
/// sockets nor that much of the portal. Orders and token requests do not wait.
const CONCURRENT_QUERIES: usize = 128;

/// A longer head of an answer is refused. So is one of more than 100 fields, by hyper itself.
const MAX_HEAD: usize = 16 * 1024;

type HyperClient = Client<Connector, Full<Bytes>>;

pub(crate) struct Transport {
    connector: Connector,
    client: HyperClient,
    queries: Semaphore,
    clock: Clock,
}

impl Transport {
    pub(crate) fn new(origin: &Origin, policy: &Policy, clock: Clock) -> Result<Self, Error> {
        origin.check_tls(cfg!(feature = "rustls"))?;
        Ok(Self::over(Connector::new(policy.connect_timeout), clock))
    }

    pub(crate) fn over(connector: Connector, clock: Clock) -> Self {
        let client = builder().pool_idle_timeout(IDLE).build(connector.clone());
        Self { connector, client, queries: Semaphore::new(CONCURRENT_QUERIES), clock }
    }

    /// The request is handed over before anything is waited for: what is left is cheap to move.
    pub(crate) fn exchange(&self, exchange: Exchange) -> impl Future<Output = Event> {
        let Exchange { timeouts: Timeouts { turn, connect, mut total, .. }, max_body, .. } = exchange;
        // Everybody waits for a token; its request does not wait.
        let is_query = !exchange.fresh_connection && exchange.request.headers().contains_key(AUTHORIZATION);
        let meter = exchange.fresh_connection.then(|| GivesUp(Meter::new(&exchange, self.clock)));
        let response = match &meter {
            None => send(&self.client, exchange),
            Some(meter) => send(&self.client_of_one(connect, &meter.0), exchange),
        };
        async move {
            let permit = match is_query.then(|| self.queries.try_acquire()) {
                None => None,
                Some(Ok(permit)) => Some(permit),
                Some(Err(_)) => {
                    let asked = Instant::now();
                    let permit = match time::timeout(turn, self.queries.acquire()).await {
                        Ok(permit) => permit.ok(),
                        Err(elapsed) => return failed(elapsed.into(), Progress::Incomplete),
                    };
                    total = total.min(turn.saturating_sub(asked.elapsed()));
                    permit
                }
            };
            let result = time::timeout(total, pin!(receive(response, max_body))).await;
            drop(permit);
            let error = match result {
                Ok(Ok(response)) => return Event::Response(response),
                Ok(Err(error)) => error,
                Err(elapsed) => elapsed.into(),
            };
            let progress = match meter {
                Some(meter) => meter.0.give_up(),
                None => before_connected(&*error),
            };
            failed(error, progress)
        }
    }

    /// A client of its own has no pool to take a connection from, and its meter
    /// sees the bytes of one request only.
    fn client_of_one(&self, connect: Duration, meter: &Meter) -> HyperClient {
        let connector = self.connector.metered(connect, meter.clone());
        builder().pool_max_idle_per_host(0).build(connector)
    }
}

/// Gives a request up when its call ends, also by being dropped: hyper writes in a task of its own, which lives on.
struct GivesUp(Meter);

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

fn builder() -> hyper_util::client::legacy::Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_timer(TokioTimer::new()).retry_canceled_requests(false).http1_max_buf_size(MAX_HEAD);
    builder
}

type BoxError = Box<dyn StdError + Send + Sync>;

fn send(client: &HyperClient, mut exchange: Exchange) -> ResponseFuture {
    exchange.set_host();
    client.request(exchange.request.map(Full::new))
}

async fn receive(response: ResponseFuture, max_body: usize) -> Result<http::Response<Bytes>, BoxError> {
    let (parts, body) = response.await?.into_parts();
    let body = Limited::new(body, max_body).collect().await?.to_bytes();
    Ok(http::Response::from_parts(parts, body))
}

fn failed(error: BoxError, progress: Progress) -> Event {
    let cause = if chain(&*error).any(is_timeout) {
        Cause::Timeout
    } else if chain(&*error).any(is_too_long) {
        Cause::AnswerTooLong
    } else if chain(&*error).any(is_certificate) {
        Cause::Certificate
    } else {
        Cause::Other
    };
    Event::Failed(Failure { progress, cause, source: error })
}

/// What the kind of an error says of a request on a connection that nobody watched.
/// Good enough for what can be repeated; an order has its meter.
fn before_connected(error: &(dyn StdError + Send + Sync + 'static)) -> Progress {
    let unconnected = error.downcast_ref().is_some_and(ClientError::is_connect);
    if unconnected { Progress::Incomplete } else { Progress::MaybeComplete }
}

/// An error and what it came from.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| source(*error))
}

/// An I/O error hides its inner error from its own `source`.
fn source<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn StdError + 'static)),
        None => error.source(),
    }
}

fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    error.is::<time::error::Elapsed>()
        || error.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::TimedOut)
}

fn is_too_long(error: &(dyn StdError + 'static)) -> bool {
    // hyper tells a head that is too long from others by its text only, unless it is built as a server.
    let is_long_head =
        |error: &hyper::Error| error.is_parse() && error.to_string().starts_with("message head is too large");
    error.is::<LengthLimitError>() || error.downcast_ref().is_some_and(is_long_head)
}

#[cfg(feature = "rustls")]
fn is_certificate(error: &(dyn StdError + 'static)) -> bool {
    matches!(
        error.downcast_ref(),
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)
    )
}

#[cfg(not(feature = "rustls"))]
fn is_certificate(_: &(dyn StdError + 'static)) -> bool {
    false
}
