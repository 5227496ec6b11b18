//! What a transport sees of one request.

pub(crate) mod failure;
pub(crate) mod progress;
pub(crate) mod time;

use core::fmt;
use core::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request};

use self::time::Tick;

/// One request to be sent, and how. Its `Debug` shows neither headers nor body.
#[cfg_attr(feature = "simulation", derive(Clone))]
#[non_exhaustive]
pub struct Exchange {
    /// The whole request. The `Authorization` header is marked sensitive; the body
    /// may hold a secret (client secret, password), and printing the request would show it.
    pub request: Request<Bytes>,
    /// How long it may take.
    pub timeouts: Timeouts,
    /// Whether it must go out on a connection of its own, opened for it: a reused
    /// one may be cut just when the request arrives.
    pub fresh_connection: bool,
    /// Give up when the body of the answer is longer, in bytes.
    pub max_body: usize,
    /// Write nothing of the request later than this, by either clock: a process that was
    /// frozen must not send what others have given up since. [`RequestMeter`](crate::RequestMeter)
    /// sees to it, right before each write.
    pub send_by: Option<Tick>,
    /// The value of its `Host` header.
    pub(crate) host: HeaderValue,
}

impl Exchange {
    /// Writes the `Host` header into the request, for transports that speak HTTP/1.1. Client libraries
    /// add it by themselves, but make its value anew for each request.
    pub fn set_host(&mut self) {
        self.request.headers_mut().insert(HOST, self.host.clone());
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", self.request.method())
            .field("path", &self.request.uri().path())
            .field("timeouts", &self.timeouts)
            .field("fresh_connection", &self.fresh_connection)
            .field("max_body", &self.max_body)
            .field("send_by", &self.send_by)
            .finish_non_exhaustive()
    }
}

/// How long one request may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Timeouts {
    /// Until the transport begins, where it has a queue. What runs out in there was not sent.
    pub turn: Duration,
    /// Until the connection stands: name look-up, TCP and TLS together.
    pub connect: Duration,
    /// From the start to the last byte of the answer, the connection included.
    pub total: Duration,
}

impl Timeouts {
    pub(crate) fn new(turn: Duration, connect: Duration, total: Duration) -> Self {
        // Client libraries add these to the present; "for ever" must not overflow there.
        const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
        Self { turn: turn.min(LONGEST), connect: connect.min(LONGEST), total: total.min(LONGEST) }
    }
}
