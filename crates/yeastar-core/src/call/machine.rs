//! The vocabulary between a call and whoever carries it out.

use core::convert::Infallible;
use core::fmt;
use core::time::Duration;

use bytes::Bytes;
use http::Response;

use crate::call::session::Session;
use crate::exchange::Exchange;
use crate::exchange::failure::Failure;
use crate::exchange::time::Tick;
use crate::journal::request::JournalReply;

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
