//! Connections: looked up when they are opened, kept for the next request, and given each
//! request in one piece.

mod meter;
mod pool;
mod resolver;
mod socket;
mod stream;

use std::sync::Arc;
use std::time::Instant;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time;
#[cfg(feature = "rustls")]
use ureq::unversioned::transport::{ChainedConnector, RustlsConnector};
use ureq::unversioned::transport::{ConnectionDetails, Connector as Connect, NextTimeout};
use ureq::{Error, Timeout};

pub(crate) use self::meter::Meter;
pub(crate) use self::pool::Pool;
use self::resolver::LimitedResolver;
use self::socket::SocketConnector;
use self::stream::Stream;

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
    /// With a meter it is for one request.
    pub(crate) fn new(protocols: &Arc<C>, meter: Option<Meter>) -> Self {
        Self { protocols: Arc::clone(protocols), meter }
    }

    fn open(
        &self,
        resolver: &impl Resolver,
        details: &ConnectionDetails<'_>,
    ) -> Result<Option<C::Out>, Error> {
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
        self.protocols.connect(&details, None)
    }
}

impl<C: Connect> Connect for Connector<C> {
    type Out = Stream<C::Out>;

    fn connect(&self, details: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        let opened = self.open(&LimitedResolver, details).map_err(|error| match error {
            // Whichever limit it was, there was no connection yet.
            Error::Timeout(_) => Error::Timeout(Timeout::Connect),
            other => other,
        })?;
        Ok(opened.map(|opened| Stream::new(opened, self.meter.clone())))
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

#[cfg(test)]
#[path = "../../tests/connections/mod.rs"]
mod tests;
