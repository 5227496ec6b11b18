//! What an answer proves about the request, and what follows from it.

use core::time::Duration;

use http::StatusCode;

use crate::error::Error;
use crate::error::kind::Delivery;
use crate::exchange::failure::Cause;
use crate::exchange::progress::Progress;
use crate::wire::meta::Effect;

/// What came of one attempt, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer<'a> {
    /// The portal's success, with a result that could be read.
    Success,
    /// The portal's success, with a result that could not be read.
    Unreadable,
    /// The portal's own refusal.
    Portal {
        /// HTTP status.
        status: StatusCode,
        /// The envelope's `code`.
        code: &'a str,
        /// Whether HTTP and the envelope name the same status. Whether they always do
        /// on the portal is not known.
        consistent: bool,
        /// Whether all fields of an envelope are there, but for its result.
        whole: bool,
        /// The pause that it asks for.
        retry_after: Option<Duration>,
    },
    /// An answer of somebody else: a gateway, a proxy, a login page.
    Stranger {
        /// HTTP status.
        status: StatusCode,
        /// The code of an OAuth error, when it is one.
        code: Option<&'a str>,
        /// The pause that it asks for.
        retry_after: Option<Duration>,
    },
    /// No whole answer.
    Lost {
        /// Whether the portal can have had the whole request.
        progress: Progress,
        /// What stopped it.
        cause: Cause,
    },
}

impl<'a> Answer<'a> {
    /// What an error says about the answer that it was made from.
    pub(crate) fn of(error: &'a Error) -> Self {
        let retry_after = error.retry_after();
        match (error.status(), error.code(), error.request_id()) {
            (Some(status), Some(code), Some(_)) => {
                let (consistent, whole) = (!error.is_contradictory(), error.is_whole());
                Self::Portal { status, code, consistent, whole, retry_after }
            }
            (Some(status), None, Some(_)) if status.is_success() => Self::Unreadable,
            // Only the portal's own envelope has a request id.
            (Some(status), code, _) => Self::Stranger { status, code, retry_after },
            (None, ..) => Self::Lost { progress: Progress::MaybeComplete, cause: Cause::Other },
        }
    }
}

/// Codes by which the portal surely says that it did nothing. The vendor publishes
/// no list; it grows only by evidence.
const KNOWN_REFUSALS: &[&str] = &["parameter_validation_failed"];

/// Codes by which the portal probably says that the token is no longer good, in any case of letters. Both are
/// inferred: other portals of the vendor have them, one of which sends them with HTTP 200, and the second is
/// also that of OAuth (RFC 6750). So they lead to another token for what can be repeated, and prove nothing.
const TOKEN_REFUSALS: &[&str] = &["token_expired", "invalid_token"];

pub(crate) fn refuses_token(code: &str) -> bool {
    TOKEN_REFUSALS.iter().any(|known| known.eq_ignore_ascii_case(code))
}

/// Whether the answer that this error was made from was about the token.
pub(crate) fn is_token_refused(error: &Error) -> bool {
    error.status() == Some(StatusCode::UNAUTHORIZED) || error.code().is_some_and(refuses_token)
}

/// Whether a code that the caller takes for a refusal would decide: in the portal's own whole words, and where nothing else says
/// that nothing was done.
pub(crate) fn may_be_known_refusal<'a>(answer: &Answer<'a>) -> Option<&'a str> {
    let Answer::Portal { status, code, whole: true, consistent, .. } = *answer else { return None };
    let may_refuse = status.is_success() || status.is_client_error();
    let refuses_anyway = KNOWN_REFUSALS.contains(&code) || (consistent && is_refusal(status));
    (may_refuse && !refuses_anyway).then_some(code)
}

/// Whether the status alone says that nothing was done.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403 | 404 | 405 | 413 | 414 | 415 | 422 | 429)
}

/// What follows from an answer, while there are attempts and time.
pub(crate) enum Disposition {
    Accept,
    Stop,
    Renew,
    Retry {
        /// Requests in all.
        at_most: u32,
        at_least: Duration,
    },
}

/// What else an answer is judged by.
#[derive(Clone, Copy, Default)]
pub(crate) struct Circumstances {
    /// Whether a new token may be had because this one is refused.
    pub(crate) may_renew: bool,
    /// Whether the caller's list alone says that nothing was done.
    pub(crate) is_known_to_caller: bool,
}

/// What an answer proves, what follows from it, and why.
pub(crate) fn judge(
    effect: Effect,
    answer: &Answer<'_>,
    circumstances: Circumstances,
) -> (Disposition, Delivery, &'static str) {
    match effect {
        Effect::Order => judge_order(answer, circumstances),
        Effect::Once => judge_once(answer, circumstances),
        Effect::Read | Effect::Idempotent => judge_repeatable(answer, circumstances),
    }
}

/// How far a request got that was answered with an error.
pub(crate) fn delivery(effect: Effect, error: &Error) -> Delivery {
    judge(effect, &Answer::of(error), Circumstances::default()).1
}

/// As anything that must be done once, but that any answer is the end. Between a refusal and a second
/// sending stands a look at the account, which a purchase takes.
fn judge_order(answer: &Answer<'_>, circumstances: Circumstances) -> (Disposition, Delivery, &'static str) {
    match judge_once(answer, circumstances) {
        (Disposition::Renew | Disposition::Retry { .. }, Delivery::NotExecuted, _) => (
            Disposition::Stop,
            Delivery::NotExecuted,
            "an order is sent again only after a look at the account",
        ),
        verdict => verdict,
    }
}

fn judge_once(answer: &Answer<'_>, circumstances: Circumstances) -> (Disposition, Delivery, &'static str) {
    use Delivery::{MaybeExecuted, NotDelivered, NotExecuted};
    let again = Disposition::Retry { at_most: u32::MAX, at_least: Duration::ZERO };
    match *answer {
        Answer::Success => (Disposition::Accept, MaybeExecuted, "success"),
        Answer::Lost { cause: Cause::Certificate, progress: Progress::Incomplete } => {
            (Disposition::Stop, NotDelivered, "the other side is not proven to be the portal")
        }
        Answer::Lost { progress: Progress::Incomplete, .. } => {
            (again, NotDelivered, "the portal never had the whole request")
        }
        Answer::Lost { progress: Progress::MaybeComplete, .. } => {
            (Disposition::Stop, MaybeExecuted, "the portal may have had the whole request")
        }
        Answer::Unreadable => {
            (Disposition::Stop, MaybeExecuted, "it probably worked; the result cannot be read")
        }
        Answer::Stranger { .. } => (
            Disposition::Stop,
            MaybeExecuted,
            "somebody in between answered; the portal may have had the request",
        ),
        Answer::Portal { status, code, .. }
            if KNOWN_REFUSALS.contains(&code) && (status.is_success() || status.is_client_error()) =>
        {
            (Disposition::Stop, NotExecuted, "a refusal of the request itself")
        }
        _ if circumstances.is_known_to_caller => {
            (Disposition::Stop, NotExecuted, "a refusal, by the known refusals of the policy")
        }
        Answer::Portal { consistent: false, .. } => {
            (Disposition::Stop, MaybeExecuted, "two statuses that contradict each other prove nothing")
        }
        Answer::Portal { status, retry_after, .. } => match status.as_u16() {
            401 if circumstances.may_renew => {
                (Disposition::Renew, NotExecuted, "the token is refused before anything is done")
            }
            401 | 403 => (Disposition::Stop, NotExecuted, "access is denied before anything is done"),
            429 if retry_after.is_some() => (
                Disposition::Retry { at_most: 2, at_least: Duration::ZERO },
                NotExecuted,
                "refused for now, nothing done",
            ),
            429 => (Disposition::Stop, NotExecuted, "refused for now, nothing done"),
            _ if is_refusal(status) => (Disposition::Stop, NotExecuted, "a refusal of the request itself"),
            _ => (Disposition::Stop, MaybeExecuted, "an answer that does not say whether it was done"),
        },
    }
}

fn judge_repeatable(
    answer: &Answer<'_>,
    circumstances: Circumstances,
) -> (Disposition, Delivery, &'static str) {
    use Delivery::{MaybeExecuted, NotDelivered, NotExecuted};
    const SLOW_DOWN: Duration = Duration::from_secs(1);
    let again = |at_most, at_least| Disposition::Retry { at_most, at_least };
    // The policy sets a limit of its own.
    let often = u32::MAX;
    match *answer {
        Answer::Success => (Disposition::Accept, MaybeExecuted, "success"),
        Answer::Lost { cause: Cause::Certificate, .. } => {
            (Disposition::Stop, NotDelivered, "the other side is not proven to be the portal")
        }
        Answer::Lost { cause: Cause::AnswerTooLong, .. } => (
            Disposition::Stop,
            MaybeExecuted,
            "the answer is longer than the client takes; it will not change",
        ),
        Answer::Lost { progress: Progress::Incomplete, .. } => {
            (again(often, Duration::ZERO), NotDelivered, "the portal never had the whole request")
        }
        Answer::Lost { progress: Progress::MaybeComplete, .. } => {
            (again(often, Duration::ZERO), MaybeExecuted, "no answer, and repeating does no harm")
        }
        Answer::Unreadable => {
            (Disposition::Stop, MaybeExecuted, "a success whose result cannot be read; it will not change")
        }
        Answer::Portal { status, code, .. } => match status.as_u16() {
            401 if circumstances.may_renew => (Disposition::Renew, NotExecuted, "the token is refused"),
            429 => (again(often, SLOW_DOWN), NotExecuted, "asked to slow down"),
            408 | 502..=504 => (again(often, Duration::ZERO), MaybeExecuted, "unavailable for now"),
            500.. => {
                (again(2, Duration::ZERO), MaybeExecuted, "an error of the portal, perhaps a passing one")
            }
            _ if circumstances.may_renew && refuses_token(code) => {
                (Disposition::Renew, NotExecuted, "the token is refused, by the code")
            }
            _ => (Disposition::Stop, NotExecuted, "a refusal"),
        },
        Answer::Stranger { status, code, .. } => match status.as_u16() {
            401 if circumstances.may_renew => (Disposition::Renew, MaybeExecuted, "the token is refused"),
            _ if circumstances.may_renew && code.is_some_and(refuses_token) => {
                (Disposition::Renew, MaybeExecuted, "the token is refused, by the code")
            }
            429 => (again(often, SLOW_DOWN), MaybeExecuted, "asked to slow down"),
            408 | 502..=504 => (again(often, Duration::ZERO), MaybeExecuted, "unavailable for now"),
            200..=299 | 500.. => {
                (again(2, Duration::ZERO), MaybeExecuted, "not the portal's answer, perhaps a passing one")
            }
            _ => (Disposition::Stop, MaybeExecuted, "not the portal's answer"),
        },
    }
}
