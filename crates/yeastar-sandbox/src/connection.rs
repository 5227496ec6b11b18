//! A connection that can be cut after so many bytes of an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How many bytes of the present answer still get out.
#[derive(Clone, Debug)]
pub(crate) struct Allowance(Arc<AtomicUsize>);

const ALL: usize = usize::MAX;

impl Allowance {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicUsize::new(ALL)))
    }

    pub(crate) fn set(&self, cut: Option<usize>) {
        self.0.store(cut.unwrap_or(ALL), Ordering::Relaxed);
    }
}

/// A TCP stream that fails to write more than its allowance. A failed write makes
/// hyper drop the connection.
pub(crate) struct Cuttable {
    stream: TcpStream,
    allowance: Allowance,
}

impl Cuttable {
    pub(crate) fn new(stream: TcpStream, allowance: Allowance) -> Self {
        Self { stream, allowance }
    }
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let left = self.allowance.0.load(Ordering::Relaxed);
        if left == ALL {
            return Pin::new(&mut self.stream).poll_write(cx, bytes);
        }
        if left == 0 {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionAborted, "cut as planned")));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, &bytes[..bytes.len().min(left)]);
        if let Poll::Ready(Ok(written)) = written {
            self.allowance.set(Some(left - written));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
