//! Connections: TCP, TLS, a time limit for both, and a meter above them.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use tokio::time;
use tower_service::Service;
use yeastar_core::{Exchange, Progress, RequestMeter};

use crate::clock::Clock;

#[cfg(feature = "rustls")]
type Inner = hyper_rustls::HttpsConnector<HttpConnector>;
#[cfg(not(feature = "rustls"))]
type Inner = HttpConnector;

type InnerStream = <Inner as Service<Uri>>::Response;
type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Sees the plaintext of one connection.
#[derive(Clone)]
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

    /// hyper writes in a task of its own, which this also stops.
    pub(crate) fn give_up(&self) -> Progress {
        self.lock().give_up()
    }

    fn lock(&self) -> MutexGuard<'_, RequestMeter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const LARGEST_WRITE: usize = 16 * 1024;

/// Opens connections.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: Inner,
    timeout: Duration,
    meter: Option<Meter>,
}

impl Connector {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { inner: inner(http()), timeout, meter: None }
    }

    /// One that trusts a certificate of the tests, and no other.
    #[cfg(all(test, feature = "rustls"))]
    pub(crate) fn trusting(timeout: Duration, root: &[u8]) -> Self {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(root.to_vec().into()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { inner: (http(), tls).into(), timeout, meter: None }
    }

    /// The same, for one request.
    pub(crate) fn metered(&self, timeout: Duration, meter: Meter) -> Self {
        Self { inner: self.inner.clone(), timeout, meter: Some(meter) }
    }
}

fn http() -> HttpConnector {
    let mut http = HttpConnector::new();
    // Requests are small and wait for an answer; Nagle's algorithm would hold them back.
    http.set_nodelay(true);
    http.enforce_http(false);
    http
}

#[cfg(feature = "rustls")]
fn inner(http: HttpConnector) -> Inner {
    let provider = rustls::crypto::ring::default_provider();
    // The one error is a provider without the cipher suites of TLS 1.2 and 1.3; ring has them.
    hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(provider)
        .expect("ring supports the default protocol versions")
        .https_or_http()
        .enable_http1()
        .wrap_connector(http)
}

#[cfg(not(feature = "rustls"))]
fn inner(http: HttpConnector) -> Inner {
    http
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.inner.call(uri);
        let (timeout, meter) = (self.timeout, self.meter.clone());
        Box::pin(async move {
            let stream = time::timeout(timeout, connecting).await??;
            Ok(Stream { stream, meter })
        })
    }
}

/// A connection, with a meter when it is for one request.
pub(crate) struct Stream<S = InnerStream> {
    stream: S,
    meter: Option<Meter>,
}

impl<S: Connection> Connection for Stream<S> {
    fn connected(&self) -> Connected {
        self.stream.connected()
    }
}

impl<S: Read + Unpin> Read for Stream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: Write + Unpin> Write for Stream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // In slices, so that a request which gets stuck on its way is known to be incomplete.
        let bytes = &bytes[..bytes.len().min(LARGEST_WRITE)];
        if self.meter.as_ref().is_some_and(|meter| !meter.offer(bytes)) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        if let Some(meter) = &self.meter {
            meter.accept(&bytes[..written]);
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use bytes::Bytes;
    use http::Request;
    use hyper_util::rt::TokioIo;

    use super::*;

    #[tokio::test]
    async fn what_the_connection_did_not_take_was_not_sent() {
        let head = b"POST /order HTTP/1.1\r\n\r\n";
        let body = Bytes::from_static(b"{}");
        let request = Request::new(body.clone());
        let clock = Clock::start();
        let meter = RequestMeter::new(&request, None);
        let meter = Meter { meter: Arc::new(Mutex::new(meter)), clock };
        // It takes the head but for one byte, and its peer reads nothing.
        let (near, _far) = tokio::io::duplex(head.len() - 1);
        let mut stream = Stream { stream: TokioIo::new(near), meter: Some(meter.clone()) };

        let written = poll_fn(|context| Pin::new(&mut stream).poll_write(context, head)).await.unwrap();
        assert_eq!(written, head.len() - 1);
        // With the last byte of the head counted twice, the body would seem whole after its first byte.
        assert!(meter.offer(&head[written..]));
        meter.accept(&head[written..]);
        assert!(meter.offer(&body[..1]));
        assert_eq!(meter.give_up(), Progress::Incomplete);
    }
}
