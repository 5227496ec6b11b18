//! Connections: looked up when they are opened, and given each request in one piece.

use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector as Connect, NextTimeout, TcpConnector, Transport,
};
#[cfg(feature = "rustls")]
use ureq::unversioned::transport::{ChainedConnector, RustlsConnector};
use ureq::{Error, Timeout};
use yeastar_core::{Exchange, Progress, RequestMeter};

use crate::clock::Clock;

/// Sees the plaintext of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    meter: Arc<Mutex<RequestMeter>>,
    clock: Clock,
}

impl Meter {
    pub(crate) fn new(exchange: &Exchange, clock: Clock) -> Self {
        let meter = RequestMeter::new(&exchange.request, exchange.send_by);
        Self { meter: Arc::new(Mutex::new(meter)), clock }
    }

    fn offer(&self, bytes: &[u8]) -> bool {
        let now = self.clock.now();
        self.lock().offer(now, bytes)
    }

    fn accept(&self, bytes: &[u8]) {
        self.lock().accept(bytes);
    }

    pub(crate) fn give_up(&self) -> Progress {
        self.lock().give_up()
    }

    fn lock(&self) -> MutexGuard<'_, RequestMeter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks nothing up: ureq asks before each request, also when it has a connection.
#[derive(Debug)]
pub(crate) struct NoLookup;

impl Resolver for NoLookup {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

/// TCP, and TLS above it.
#[cfg(feature = "rustls")]
pub(crate) type Protocols = ChainedConnector<(), SocketConnector, RustlsConnector>;
#[cfg(not(feature = "rustls"))]
pub(crate) type Protocols = SocketConnector;

#[cfg(feature = "rustls")]
pub(crate) fn protocols() -> Protocols {
    SocketConnector.chain(RustlsConnector::default())
}

#[cfg(not(feature = "rustls"))]
pub(crate) fn protocols() -> Protocols {
    SocketConnector
}

/// Opens connections.
#[derive(Debug)]
pub(crate) struct Connector<C = Protocols> {
    /// Shared with the other connectors of a client: it has the configuration of TLS, which
    /// it builds for its first connection, and the sessions.
    protocols: Arc<C>,
    meter: Option<Meter>,
}

impl<C: Connect> Connector<C> {
    /// Without a meter, or with one for one request.
    pub(crate) fn new(protocols: &Arc<C>, meter: Option<Meter>) -> Self {
        Self { protocols: Arc::clone(protocols), meter }
    }

    fn open(
        &self,
        resolver: &impl Resolver,
        details: &ConnectionDetails<'_>,
    ) -> Result<Option<Stream<C::Out>>, Error> {
        let started = Instant::now();
        let addrs = resolver.resolve(details.uri, details.config, details.timeout)?;
        let details = ConnectionDetails {
            uri: details.uri,
            addrs,
            config: details.config,
            // No request has a TLS of its own; ureq would build one for each connection.
            request_level: false,
            resolver: details.resolver,
            now: time::Instant::now(),
            timeout: left(details.timeout, started)?,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            // ureq would go through all of them before and after each request, to shut
            // them down with the agent, which nobody does.
            register_shutdown: Arc::new(|_| Ok(())),
        };
        let stream = self.protocols.connect(&details, None)?;
        Ok(stream.map(|stream| Stream::new(stream, self.meter.clone())))
    }
}

impl<C: Connect> Connect for Connector<C> {
    type Out = Stream<C::Out>;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        self.open(&DefaultResolver::default(), details).map_err(|error| match error {
            // Whichever limit it was, there was no connection yet.
            Error::Timeout(_) => Error::Timeout(Timeout::Connect),
            other => other,
        })
    }
}

/// What is left of a time limit that was given at `since`.
fn left(timeout: NextTimeout, since: Instant) -> Result<NextTimeout, Error> {
    let time::Duration::Exact(after) = timeout.after else { return Ok(timeout) };
    let after = after.saturating_sub(since.elapsed());
    if after.is_zero() {
        return Err(Error::Timeout(timeout.reason));
    }
    Ok(NextTimeout { after: after.into(), ..timeout })
}

/// A connection, with a meter when it is for one request.
///
/// ureq writes head and body one after the other. They are gathered, and leave together
/// when ureq waits for the answer: one send, and over TLS one record.
#[derive(Debug)]
pub(crate) struct Stream<S> {
    inner: S,
    /// Written and not yet sent. `None` once sending has failed: what is reported of the
    /// request then must stay true, so nothing more is sent.
    gathered: Option<Vec<u8>>,
    /// Since it was last asked whether it is open.
    was_used: bool,
    meter: Option<Meter>,
}

impl<S: Transport> Stream<S> {
    fn new(inner: S, meter: Option<Meter>) -> Self {
        Self { inner, gathered: Some(Vec::new()), was_used: false, meter }
    }

    /// Sends what was gathered, in pieces of ureq's buffer, and gives the time that is left.
    fn flush(&mut self, timeout: NextTimeout) -> Result<NextTimeout, Error> {
        let Some(mut gathered) = self.gathered.take() else { return Err(aborted()) };
        let (started, mut remaining) = (Instant::now(), timeout);
        for piece in gathered.chunks(self.room()) {
            self.inner.buffers().output()[..piece.len()].copy_from_slice(piece);
            if self.meter.as_ref().is_some_and(|meter| !meter.offer(piece)) {
                return Err(aborted());
            }
            // ureq writes all of it or fails.
            self.inner.transmit_output(piece.len(), remaining)?;
            if let Some(meter) = &self.meter {
                meter.accept(piece);
            }
            remaining = left(timeout, started)?;
        }
        gathered.clear();
        self.gathered = Some(gathered);
        Ok(remaining)
    }

    fn room(&mut self) -> usize {
        self.inner.buffers().output().len()
    }
}

fn aborted() -> Error {
    io::Error::from(io::ErrorKind::ConnectionAborted).into()
}

impl<S: Transport> Transport for Stream<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let Some(gathered) = &mut self.gathered else { return Err(aborted()) };
        gathered.extend_from_slice(&self.inner.buffers().output()[..amount]);
        if gathered.len() >= self.inner.buffers().output().len() {
            self.flush(timeout)?;
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let remaining = self.flush(timeout)?;
        self.was_used = true;
        self.inner.await_input(remaining)
    }

    /// ureq asks when it keeps a connection and when it takes it out again. Only the second
    /// answer tells something about the next request, and looking costs three system calls.
    fn is_open(&mut self) -> bool {
        let nothing_left = self.gathered.as_ref().is_some_and(Vec::is_empty);
        nothing_left && (mem::take(&mut self.was_used) || self.inner.is_open())
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// Opens sockets.
#[derive(Debug)]
pub(crate) struct SocketConnector;

impl Connect for SocketConnector {
    type Out = Socket<<TcpConnector as Connect>::Out>;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        Ok(TcpConnector::default().connect(details, None)?.map(Socket))
    }
}

/// A socket, below TLS.
///
/// ureq sets its time limit for each read and each write to what is left, and that is a
/// system call whenever it differs. In whole seconds it seldom does.
#[derive(Debug)]
pub(crate) struct Socket<S>(S);

/// Below this a second is much.
const SHORT: Duration = Duration::from_secs(10);

/// The whole seconds of a time limit, and the rest. A short one is all rest.
fn split(timeout: NextTimeout) -> (Option<NextTimeout>, NextTimeout) {
    let time::Duration::Exact(after) = timeout.after else { return (None, timeout) };
    if after < SHORT {
        return (None, timeout);
    }
    let seconds = Duration::from_secs(after.as_secs());
    let of = |after: Duration| NextTimeout { after: after.into(), ..timeout };
    (Some(of(seconds)), of(after - seconds))
}

impl<S: Transport> Transport for Socket<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    /// A write that got stuck cannot be taken up again, so the rest is not waited for.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let (seconds, rest) = split(timeout);
        self.0.transmit_output(amount, seconds.unwrap_or(rest))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let (seconds, rest) = split(timeout);
        match seconds.map(|seconds| self.0.await_input(seconds)) {
            // A limit of zero is over.
            None | Some(Err(Error::Timeout(_))) => self.0.await_input(rest),
            Some(other) => other,
        }
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
