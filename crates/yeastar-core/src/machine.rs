//! The vocabulary between a call and whoever carries it out.

use alloc::boxed::Box;
use core::convert::Infallible;
use core::error::Error;
use core::fmt;
use core::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response};

use crate::journal::JournalReply;
use crate::origin::Origin;
use crate::progress::Progress;
use crate::session::Session;
use crate::tick::Tick;

/// Something that takes several requests, pauses and waits, and says one at a time
/// what has to be done next. It does no I/O itself.
///
/// The loop that carries it out is the same for every transport; see the
/// [crate's documentation](crate) for one.
pub trait Machine {
    /// What comes out at the end.
    type Output;

    /// What it asks of a journal: a [`JournalRequest`](crate::JournalRequest), or [`Infallible`] when it needs none.
    type Journal;

    /// The next thing to do. Short: called while the session is locked. Not called
    /// again after [`Action::Done`]. All calls of one session count the time from
    /// the same start.
    fn poll(&mut self, now: Tick, session: &mut Session) -> Action<Self::Output, Self::Journal>;

    /// Takes what came of the last [`Action::Send`] or [`Action::Journal`]. Decodes,
    /// so it is called without the lock.
    fn on(&mut self, event: Event);

    /// Gives back what the machine holds of the session. To be called when a machine
    /// is dropped before it is done; does nothing afterwards.
    fn abandon(&mut self, session: &mut Session);
}

/// What to do next.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a box would cost an allocation per request")]
pub enum Action<T, J = Infallible> {
    /// Send the request and hand what comes of it to [`Machine::on`].
    Send(Exchange),
    /// Poll again after this time.
    Sleep(Duration),
    /// Poll again when [`Session::version`] has changed, at the latest after this time.
    Wait(Duration),
    /// Ask the journal, and hand its answer to [`Machine::on`].
    Journal(J),
    /// It is over.
    Done(T),
}

impl<T, J> Action<T, J> {
    /// The outcome of a machine that runs inside another one, or what it wants done.
    ///
    /// # Errors
    ///
    /// No error in the usual sense: the action, to be handed up.
    #[expect(clippy::result_large_err, reason = "the action is handed up, not an error that is kept")]
    pub fn lift<U, K: From<J>>(self) -> Result<T, Action<U, K>> {
        match self {
            Self::Done(outcome) => Ok(outcome),
            Self::Send(exchange) => Err(Action::Send(exchange)),
            Self::Sleep(duration) => Err(Action::Sleep(duration)),
            Self::Wait(duration) => Err(Action::Wait(duration)),
            Self::Journal(request) => Err(Action::Journal(request.into())),
        }
    }
}

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
    pub(crate) origin: Origin,
}

impl Exchange {
    /// Writes the `Host` header into the request, for transports that speak HTTP/1.1. Client libraries
    /// add it by themselves, but make its value anew for each request.
    pub fn set_host(&mut self) {
        self.request.headers_mut().insert(HOST, self.origin.host().clone());
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

/// What came of an action. Its `Debug` shows neither headers nor body.
#[cfg_attr(feature = "simulation", derive(Clone))]
pub enum Event {
    /// An answer, whole, of whatever status. Redirects are answers too.
    Response(Response<Bytes>),
    /// No whole answer.
    Failed(Failure),
    /// What came of [`Action::Journal`].
    Journal(JournalReply),
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(response) => f.debug_tuple("Response").field(&response.status()).finish(),
            Self::Failed(failure) => f.debug_tuple("Failed").field(failure).finish(),
            Self::Journal(reply) => f.debug_tuple("Journal").field(reply).finish(),
        }
    }
}

/// No whole answer to a request.
#[derive(Debug)]
pub struct Failure {
    /// Whether the portal can have had the whole request.
    pub progress: Progress,
    /// What stopped it, as far as it matters for what to do next.
    pub cause: Cause,
    /// The transport's error.
    pub source: Box<dyn Error + Send + Sync>,
}

#[cfg(feature = "simulation")]
impl Clone for Failure {
    /// With the text of the source in its place.
    fn clone(&self) -> Self {
        let Self { progress, cause, source } = self;
        Self { progress: *progress, cause: *cause, source: alloc::format!("{source}").into() }
    }
}

/// What stopped a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub enum Cause {
    /// The other side could not prove that it is the portal. Trying again does not help.
    Certificate,
    /// It took too long.
    Timeout,
    /// The answer's body is longer than [`Exchange::max_body`], or its head than the transport takes. Trying again does
    /// not help.
    AnswerTooLong,
    /// Anything else.
    Other,
}

impl Timeouts {
    pub(crate) fn new(turn: Duration, connect: Duration, total: Duration) -> Self {
        // Client libraries add these to the present; "for ever" must not overflow there.
        const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
        Self { turn: turn.min(LONGEST), connect: connect.min(LONGEST), total: total.min(LONGEST) }
    }
}
