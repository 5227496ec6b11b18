//! One exchange over ureq.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;
use ureq::{Agent, Timeout};
use yeastar_core::{Cause, Error, Event, Exchange, Failure, Origin, Policy, Progress};

use crate::clock::Clock;
use crate::connector::{self, Connector, Meter, NoLookup, Pool, Protocols};

/// A longer head of an answer is refused. ureq sees that it is longer only when its buffer has room for it.
const MAX_HEAD: usize = 16 * 1024;

/// So many header fields of an answer are taken: as many as hyper takes.
const MAX_FIELDS: usize = 100;

/// Kept connections are given up after this time without use: firewalls drop idle ones silently.
const IDLE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Transport {
    protocols: Arc<Protocols>,
    agent: Agent,
    clock: Clock,
}

impl Transport {
    pub(crate) fn new(origin: &Origin, policy: &Policy, clock: Clock) -> Result<Self, Error> {
        origin.check_tls(cfg!(feature = "rustls"))?;
        Ok(Self::with(config(policy), clock))
    }

    /// One that trusts a certificate of the tests, and no other.
    #[cfg(all(test, feature = "rustls"))]
    pub(crate) fn trusting(root: &[u8], policy: &Policy, clock: Clock) -> Self {
        let roots = [ureq::tls::Certificate::from_der(root).to_owned()].into();
        let tls = ureq::tls::TlsConfig::builder().root_certs(roots).build();
        Self::with(config(policy).tls_config(tls), clock)
    }

    fn with(config: ConfigBuilder<AgentScope>, clock: Clock) -> Self {
        let protocols = Arc::new(connector::protocols());
        let pool = Pool::new(Connector::new(&protocols, None), IDLE);
        Self { protocols, agent: Agent::with_parts(config.build(), pool, NoLookup), clock }
    }

    pub(crate) fn exchange(&self, exchange: Exchange) -> Event {
        if !exchange.fresh_connection {
            return match send(&self.agent, exchange) {
                Ok(response) => Event::Response(response),
                Err(error) => {
                    let progress = before_connected(&error);
                    failed(error, progress)
                }
            };
        }
        // An agent of its own has no pool to take a connection from, and its meter
        // sees the bytes of this request only.
        let meter = Meter::new(&exchange, self.clock);
        let connector = Connector::new(&self.protocols, Some(meter.clone()));
        let agent = Agent::with_parts(self.agent.config().clone(), connector, NoLookup);
        match send(&agent, exchange) {
            Ok(response) => Event::Response(response),
            Err(error) => failed(error, meter.give_up()),
        }
    }
}

fn config(policy: &Policy) -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .accept("")
        .accept_encoding("")
        .user_agent("")
        // What most requests have; ureq copies the whole configuration for one that differs.
        .timeout_connect(Some(policy.connect_timeout))
        .timeout_global(Some(policy.attempt_timeout))
        // They are kept in a pool of our own.
        .max_idle_connections(0)
        .max_response_header_size(MAX_HEAD)
        .input_buffer_size(MAX_HEAD + 1)
        .output_buffer_size(16 * 1024)
}

fn send(agent: &Agent, mut exchange: Exchange) -> Result<http::Response<Bytes>, ureq::Error> {
    exchange.set_host();
    let (parts, body) = exchange.request.into_parts();
    let mut request = http::Request::from_parts(parts, ());
    let (connect, total) = (Some(exchange.timeouts.connect), Some(exchange.timeouts.total));
    let usual = agent.config().timeouts();
    if (usual.connect, usual.global) != (connect, total) {
        request = agent.configure_request(request).timeout_connect(connect).timeout_global(total).build();
    }
    let response = if body.is_empty() { agent.run(request) } else { agent.run(request.map(|()| &body[..])) }?;
    let (parts, body) = response.into_parts();
    if parts.headers.len() > MAX_FIELDS {
        return Err(ureq::Error::LargeResponseHeader(parts.headers.len(), MAX_FIELDS));
    }
    let length = body.content_length().and_then(|length| usize::try_from(length).ok());
    let body = read(body.into_reader(), length, exchange.max_body)?;
    Ok(http::Response::from_parts(parts, body.into()))
}

/// ureq's own limit is that of what comes over the wire: with its feature `gzip`, which another crate of the program may turn
/// on, a thousand times as much can come out.
fn read(body: impl Read, length: Option<usize>, limit: usize) -> Result<Vec<u8>, ureq::Error> {
    let mut bytes = Vec::with_capacity(length.map_or(0, |length| length.min(limit)));
    body.take((limit as u64).saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        return Err(ureq::Error::BodyExceedsLimit(limit as u64));
    }
    Ok(bytes)
}

fn failed(error: ureq::Error, progress: Progress) -> Event {
    let cause = match &error {
        ureq::Error::Timeout(_) => Cause::Timeout,
        ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..) => Cause::AnswerTooLong,
        ureq::Error::Io(io) if io.kind() == io::ErrorKind::TimedOut => Cause::Timeout,
        other if is_certificate(other) => Cause::Certificate,
        _ => Cause::Other,
    };
    Event::Failed(Failure { progress, cause, source: Box::new(error) })
}

/// What the kind of an error says of a request on a connection that nobody watched.
/// Good enough for what can be repeated; an order has its meter.
fn before_connected(error: &ureq::Error) -> Progress {
    match error {
        ureq::Error::Timeout(Timeout::Connect) => Progress::Incomplete,
        ureq::Error::Io(io) if io.kind() == io::ErrorKind::ConnectionRefused => Progress::Incomplete,
        _ => Progress::MaybeComplete,
    }
}

#[cfg(feature = "rustls")]
fn is_certificate(error: &ureq::Error) -> bool {
    let rustls = match error {
        ureq::Error::Rustls(error) => Some(error),
        ureq::Error::Io(io) => io.get_ref().and_then(|inner| inner.downcast_ref()),
        _ => None,
    };
    matches!(rustls, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented))
}

#[cfg(not(feature = "rustls"))]
fn is_certificate(_: &ureq::Error) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_without_end_is_read_to_the_limit() {
        let error = read(io::repeat(b'x'), None, 1000).unwrap_err();
        assert!(matches!(error, ureq::Error::BodyExceedsLimit(1000)), "{error}");
        assert_eq!(read(io::repeat(b'x').take(1000), None, 1000).unwrap().len(), 1000);
    }
}
