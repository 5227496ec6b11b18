//! How far a request got: evidence that only the transport can give.

use bytes::Bytes;
use http::Request;

use crate::exchange::time::Tick;

/// Whether the portal can have had the whole request.
///
/// A transport that cannot tell says [`MaybeComplete`](Self::MaybeComplete).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub enum Progress {
    /// Surely not: fewer bytes than the request has were ever offered to the connection.
    Incomplete,
    /// Perhaps.
    MaybeComplete,
}

/// Watches the plaintext bytes that a client library offers to one fresh connection
/// and tells whether they can have been a whole request.
///
/// It looks at the bytes, and not at how many the request should have, since the
/// client library writes the head. Wrap the stream above TLS: call
/// [`offer`](Self::offer) *right before* each write, and write only when it says so;
/// [`accept`](Self::accept) after it; and [`give_up`](Self::give_up) when no answer
/// came. Share it behind a lock where another thread or task does the writing.
#[derive(Debug)]
pub struct RequestMeter {
    body_length: usize,
    accepted: Position,
    complete: bool,
    given_up: bool,
    send_by: Option<Tick>,
}

#[derive(Clone, Copy, Debug)]
enum Position {
    /// In the head, with so many bytes of the empty line that ends it.
    Head(u8),
    /// This many bytes into the body.
    Body(usize),
}

impl RequestMeter {
    /// A meter for this request, of which nothing may be written after
    /// [`Exchange::send_by`](crate::Exchange::send_by).
    pub fn new(request: &Request<Bytes>, send_by: Option<Tick>) -> Self {
        Self {
            body_length: request.body().len(),
            accepted: Position::Head(0),
            complete: false,
            given_up: false,
            send_by,
        }
    }

    /// These bytes are about to be written now, if the answer is `true`. Once the request
    /// was given up, or the time to send it is over, it is `false` for good: what was told of it
    /// would no longer hold.
    #[must_use]
    pub fn offer(&mut self, now: Tick, bytes: &[u8]) -> bool {
        self.given_up |= self.send_by.is_some_and(|send_by| now.is_past(send_by));
        if self.given_up {
            return false;
        }
        if let Position::Body(length) = self.accepted.after(bytes) {
            self.complete |= length >= self.body_length;
        }
        true
    }

    /// These bytes were taken.
    pub fn accept(&mut self, bytes: &[u8]) {
        self.accepted = self.accepted.after(bytes);
    }

    /// Ends the request and tells whether everything that was ever offered can have
    /// been the whole of it. Nothing may be written from here on.
    pub fn give_up(&mut self) -> Progress {
        self.given_up = true;
        if self.complete { Progress::MaybeComplete } else { Progress::Incomplete }
    }
}

impl Position {
    fn after(self, bytes: &[u8]) -> Self {
        let mut matched = match self {
            Self::Head(matched) => matched,
            Self::Body(length) => return Self::Body(length.saturating_add(bytes.len())),
        };
        for (index, byte) in bytes.iter().enumerate() {
            matched = match (byte, matched) {
                (b'\n', 3) => return Self::Body(bytes.len() - index - 1),
                (b'\n', 1) => 2,
                (b'\r', 2) => 3,
                (b'\r', _) => 1,
                _ => 0,
            };
        }
        Self::Head(matched)
    }
}
