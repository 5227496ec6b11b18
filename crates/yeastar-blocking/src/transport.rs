//! One exchange over ureq.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use ureq::typestate::AgentScope;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport as Stream,
};
use ureq::{Agent, Timeout};
use yeastar_core::{Cause, Error, Event, Exchange, Failure, Origin, Progress, RequestMeter};

use crate::clock::Clock;

/// Kept connections are closed after this time without use: firewalls drop idle ones silently.
const IDLE: Duration = Duration::from_secs(10);

/// Enough for the threads of one client; each costs a handshake when it is missing.
const IDLE_CONNECTIONS: usize = 64;

#[derive(Debug)]
pub(crate) struct Transport {
    agent: Agent,
    clock: Clock,
}

impl Transport {
    pub(crate) fn new(origin: &Origin, clock: Clock) -> Result<Self, Error> {
        origin.check_tls(cfg!(feature = "rustls"))?;
        Ok(Self { agent: config().build().into(), clock })
    }

    /// One that trusts a certificate of the tests, and no other.
    #[cfg(all(test, feature = "rustls"))]
    pub(crate) fn trusting(root: &[u8], clock: Clock) -> Self {
        let roots = [ureq::tls::Certificate::from_der(root).to_owned()].into();
        let tls = ureq::tls::TlsConfig::builder().root_certs(roots).build();
        Self { agent: config().tls_config(tls).build().into(), clock }
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
        let meter = Arc::new(Mutex::new(RequestMeter::new(&exchange.request, exchange.send_by)));
        let metered = MeteredConnector { meter: Arc::clone(&meter), clock: self.clock };
        let connector = DefaultConnector::default().chain(metered);
        let agent = Agent::with_parts(self.agent.config().clone(), connector, DefaultResolver::default());
        match send(&agent, exchange) {
            Ok(response) => Event::Response(response),
            Err(error) => {
                let progress = lock(&meter).give_up();
                failed(error, progress)
            }
        }
    }
}

fn config() -> ureq::config::ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .accept("")
        .accept_encoding("")
        .user_agent("")
        .max_idle_age(IDLE)
        .max_idle_connections(IDLE_CONNECTIONS)
        .max_idle_connections_per_host(IDLE_CONNECTIONS)
        .max_response_header_size(16 * 1024)
        .input_buffer_size(16 * 1024)
        .output_buffer_size(16 * 1024)
}

fn send(agent: &Agent, exchange: Exchange) -> Result<http::Response<Bytes>, ureq::Error> {
    let (parts, body) = exchange.request.into_parts();
    let request = http::Request::from_parts(parts, ());
    let (connect, total) = (Some(exchange.timeouts.connect), Some(exchange.timeouts.total));
    let request = agent
        .configure_request(request)
        .timeout_resolve(connect)
        .timeout_connect(connect)
        .timeout_global(total)
        .build();
    let response = if body.is_empty() { agent.run(request) } else { agent.run(request.map(|()| &body[..])) }?;
    let (parts, body) = response.into_parts();
    // One more than allowed: ureq cannot tell a body at its limit from a longer one.
    let limit = (exchange.max_body as u64).saturating_add(1);
    let body = body.into_with_config().limit(limit).read_to_vec()?;
    if body.len() > exchange.max_body {
        return Err(ureq::Error::BodyExceedsLimit(exchange.max_body as u64));
    }
    Ok(http::Response::from_parts(parts, body.into()))
}

fn failed(error: ureq::Error, progress: Progress) -> Event {
    let cause = match &error {
        ureq::Error::Timeout(_) => Cause::Timeout,
        ureq::Error::BodyExceedsLimit(_) => Cause::BodyTooLong,
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
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Progress::Incomplete,
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

/// Puts a meter into each connection, above TLS.
#[derive(Debug)]
struct MeteredConnector {
    meter: Arc<Mutex<RequestMeter>>,
    clock: Clock,
}

#[derive(Debug)]
struct MeteredStream<S> {
    stream: S,
    meter: Arc<Mutex<RequestMeter>>,
    clock: Clock,
}

impl<In: Stream> Connector<In> for MeteredConnector {
    type Out = MeteredStream<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let meter = Arc::clone(&self.meter);
        Ok(chained.map(|stream| MeteredStream { stream, meter, clock: self.clock }))
    }
}

impl<S: Stream> Stream for MeteredStream<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.stream.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        let mut meter = lock(&self.meter);
        let bytes = &self.stream.buffers().output()[..amount];
        if !meter.offer(self.clock.now(), bytes) {
            return Err(io::Error::from(io::ErrorKind::ConnectionAborted).into());
        }
        // ureq writes all of it or fails, and after a failure nothing more is written.
        meter.accept(bytes);
        drop(meter);
        self.stream.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.stream.is_open()
    }

    fn is_tls(&self) -> bool {
        self.stream.is_tls()
    }
}

fn lock(meter: &Mutex<RequestMeter>) -> MutexGuard<'_, RequestMeter> {
    meter.lock().unwrap_or_else(PoisonError::into_inner)
}
