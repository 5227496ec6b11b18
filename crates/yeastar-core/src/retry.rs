//! Whether to send a request again: a pure decision, with its reason.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

use http::StatusCode;

use crate::endpoint::Effect;
use crate::error::{Delivery, Error};
use crate::machine::Cause;
use crate::progress::Progress;

/// Limits of a call. Plain data; the default is meant for everyday use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Until a connection stands. 10 s.
    pub connect_timeout: Duration,
    /// One request that can be repeated without harm. 30 s.
    pub attempt_timeout: Duration,
    /// One request that cannot, such as an order. Long, since a timeout that fires
    /// leaves it open whether the order was placed. 90 s.
    pub once_timeout: Duration,
    /// A whole call with all attempts and pauses, and each look of a [purchase](crate::purchase) at the account. An order that is sent is given its
    /// full time all the same, and a token that has to be renewed in the middle of a
    /// call may add as much again. 120 s.
    pub deadline: Duration,
    /// Requests per call at the most, one with a renewed token included. 3. A client
    /// that repeats much without success stops repeating queries for a while: ten
    /// repetitions are there to begin with and at the most, and another one comes with
    /// each minute, and with each ten successes. A repetition that succeeds costs none.
    pub max_attempts: u32,
    /// Pause before the second attempt, at the most; it doubles with each attempt
    /// and is drawn at random between zero and that. 200 ms.
    pub backoff_base: Duration,
    /// The longest such pause. 5 s.
    pub backoff_cap: Duration,
    /// The longest pause asked for by the portal (`Retry-After`) that is kept; when
    /// it asks for more the call ends. 60 s. Where it is asked for at the token endpoint, no
    /// call asks for a token meanwhile, for a second at least and five minutes at most.
    pub retry_after_cap: Duration,
    /// How long refused credentials are not tried again. Credentials that have worked before are first tried once more, a second
    /// later. 60 s.
    pub credentials_cool_down: Duration,
    /// The longest body of an answer that is read, in bytes. 4 MiB.
    pub max_body: usize,
    /// How long a [purchase](crate::purchase) looks for an order after doubt before it ends
    /// ambiguous. With `hands_doubt_over`: how long the search is left to rounds. 2 min.
    pub reconcile_for: Duration,
    /// Pause before the first such look; it doubles with each one. With `hands_doubt_over` the first look after doubt comes at
    /// once. 2 s.
    pub reconcile_base: Duration,
    /// The longest such pause. 60 s.
    pub reconcile_cap: Duration,
    /// Whether a [purchase](crate::purchase) whose order may have arrived ends ambiguous after one look that does not find it, and
    /// leaves the search to [rounds](crate::purchase::Round): for programs that place many orders. For `reconcile_for`, at most 24
    /// hours, nobody can settle or resubmit it. Set that to the time of several rounds. `false`.
    pub hands_doubt_over: bool,
    /// Error codes that mean: the portal refused the request and did nothing. The vendor publishes no list of codes. Add those that
    /// you have seen in [`Error::code`], such as the one for a lack of balance. An order that was answered with a code of this
    /// list ends as [`Rejected`](crate::purchase::Outcome::Rejected) instead of ambiguous, after the usual look at the account, and
    /// [`Error::is_known_to_caller`] says that the list has decided. Statuses that prove a refusal, such as 400 and 403, need
    /// no entry.
    ///
    /// A code must match exactly. It counts only in a complete envelope of the portal with an HTTP status 2xx or 4xx, and only
    /// when no earlier request can have arrived. Never list a code that the portal may also send after it has placed an
    /// order. Default: empty.
    pub known_refusals: Vec<String>,
    /// Orders per page, where a purchase reads the order list. 25, which the vendor documents as the default of
    /// the portal; the greatest that it takes is not known.
    pub list_page_size: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(30),
            once_timeout: Duration::from_secs(90),
            deadline: Duration::from_secs(120),
            max_attempts: 3,
            backoff_base: Duration::from_millis(200),
            backoff_cap: Duration::from_secs(5),
            retry_after_cap: Duration::from_secs(60),
            credentials_cool_down: Duration::from_secs(60),
            max_body: 4 * 1024 * 1024,
            reconcile_for: Duration::from_secs(120),
            reconcile_base: Duration::from_secs(2),
            reconcile_cap: Duration::from_secs(60),
            hands_doubt_over: false,
            known_refusals: Vec::new(),
            list_page_size: 25,
        }
    }
}

/// What came of one attempt, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
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

/// What has happened in the call so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// Requests made, the last one included.
    pub made: u32,
    /// Whether one before the last may have arrived as a whole.
    pub arrived: bool,
    /// Time left until the call's deadline.
    pub remaining: Duration,
    /// Whether the client has not repeated too much lately. Orders do not ask.
    pub budget: bool,
    /// Whether a new token may be had because this one is refused: once per call, only
    /// where a token was sent, and not right after another one did not help.
    pub may_renew: bool,
    /// A random number that spreads the pauses of many clients: 0 for none of the
    /// pause, `u32::MAX` for all of it.
    pub jitter: u32,
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

/// How far a request got that was answered with an error.
pub(crate) fn delivery(effect: Effect, error: &Error) -> Delivery {
    let attempts = Attempts {
        made: 1,
        arrived: false,
        remaining: Duration::ZERO,
        budget: false,
        may_renew: false,
        jitter: 0,
    };
    decide(effect, &Answer::of(error), &attempts, &Policy::default()).delivery
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// What to do.
    pub next: Next,
    /// How far this attempt got.
    pub delivery: Delivery,
    /// Why.
    pub reason: &'static str,
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Hand the result out.
    Accept,
    /// Send again after this pause.
    Retry(Duration),
    /// Get another token, then send again.
    Renew,
    /// Hand the error out.
    Stop,
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

/// Whether the caller's list alone says that nothing was done.
pub(crate) fn is_known_to_caller(answer: &Answer<'_>, attempts: &Attempts, policy: &Policy) -> bool {
    let Answer::Portal { status, code, whole: true, consistent, .. } = *answer else { return false };
    let may_refuse = status.is_success() || status.is_client_error();
    let refuses_anyway = KNOWN_REFUSALS.contains(&code) || (consistent && is_refusal(status));
    may_refuse
        && !refuses_anyway
        && !attempts.arrived
        && policy.known_refusals.iter().any(|known| known == code)
}

/// Whether the status alone says that nothing was done.
fn is_refusal(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 403 | 404 | 405 | 413 | 414 | 415 | 422 | 429)
}

enum Course {
    Accept,
    Stop,
    Renew,
    Retry { at_most: u32, at_least: Duration },
}

/// Decides what to do after an attempt.
///
/// In short: again when that cannot do harm, that is when the endpoint can be
/// repeated or the portal surely never had the whole request. An order is not even sent
/// again when the portal says that it did nothing.
pub fn decide(effect: Effect, answer: &Answer<'_>, attempts: &Attempts, policy: &Policy) -> Verdict {
    let (course, delivery, reason) = match effect {
        Effect::Order => judge_order(answer, attempts, policy),
        Effect::Once => judge_once(answer, attempts, policy),
        Effect::Read | Effect::Idempotent => judge_repeatable(answer, attempts, policy),
    };
    let (at_most, at_least) = match course {
        Course::Accept => return Verdict { next: Next::Accept, delivery, reason },
        Course::Stop => return Verdict { next: Next::Stop, delivery, reason },
        Course::Renew if attempts.made < policy.max_attempts => {
            return Verdict { next: Next::Renew, delivery, reason };
        }
        Course::Renew => return Verdict { next: Next::Stop, delivery, reason: "no attempts left" },
        Course::Retry { at_most, at_least } => (at_most, at_least),
    };
    let asked = match answer {
        Answer::Portal { retry_after, .. } | Answer::Stranger { retry_after, .. } => *retry_after,
        _ => None,
    };
    let pause = asked.unwrap_or_default().max(at_least).max(backoff(attempts, policy));
    let stop = if attempts.made >= at_most.min(policy.max_attempts) {
        Some("no attempts left")
    } else if asked.is_some_and(|asked| asked > policy.retry_after_cap) {
        Some("the portal asks for a longer pause than the policy allows")
    } else if pause >= attempts.remaining {
        Some("no time left")
    } else if effect.is_repeatable() && !attempts.budget {
        Some("too many repetitions lately")
    } else {
        None
    };
    match stop {
        Some(reason) => Verdict { next: Next::Stop, delivery, reason },
        None => Verdict { next: Next::Retry(pause), delivery, reason },
    }
}

/// As anything that must be done once, but that any answer is the end. Between a refusal and a second
/// sending stands a look at the account, which a purchase takes.
fn judge_order(
    answer: &Answer<'_>,
    attempts: &Attempts,
    policy: &Policy,
) -> (Course, Delivery, &'static str) {
    match judge_once(answer, attempts, policy) {
        (Course::Renew | Course::Retry { .. }, Delivery::Answered, _) => {
            (Course::Stop, Delivery::Answered, "an order is sent again only after a look at the account")
        }
        verdict => verdict,
    }
}

fn judge_once(answer: &Answer<'_>, attempts: &Attempts, policy: &Policy) -> (Course, Delivery, &'static str) {
    use Delivery::{Answered, MaybeExecuted, NotSent};
    let again = Course::Retry { at_most: policy.max_attempts, at_least: Duration::ZERO };
    match *answer {
        Answer::Success => (Course::Accept, Answered, "success"),
        Answer::Lost { cause: Cause::Certificate, progress: Progress::Incomplete } => {
            (Course::Stop, NotSent, "the other side is not proven to be the portal")
        }
        Answer::Lost { progress: Progress::Incomplete, .. } => {
            (again, NotSent, "the portal never had the whole request")
        }
        Answer::Lost { progress: Progress::MaybeComplete, .. } => {
            (Course::Stop, MaybeExecuted, "the portal may have had the whole request")
        }
        Answer::Unreadable => (Course::Stop, MaybeExecuted, "it probably worked; the result cannot be read"),
        Answer::Stranger { .. } => {
            (Course::Stop, MaybeExecuted, "somebody in between answered; the portal may have had the request")
        }
        Answer::Portal { status, code, .. }
            if KNOWN_REFUSALS.contains(&code) && (status.is_success() || status.is_client_error()) =>
        {
            (Course::Stop, Answered, "a refusal of the request itself")
        }
        _ if is_known_to_caller(answer, attempts, policy) => {
            (Course::Stop, Answered, "a refusal, by the known refusals of the policy")
        }
        Answer::Portal { consistent: false, .. } => {
            (Course::Stop, MaybeExecuted, "two statuses that contradict each other prove nothing")
        }
        Answer::Portal { status, retry_after, .. } => match status.as_u16() {
            401 if attempts.may_renew => {
                (Course::Renew, Answered, "the token is refused before anything is done")
            }
            401 | 403 => (Course::Stop, Answered, "access is denied before anything is done"),
            429 if retry_after.is_some() => (
                Course::Retry { at_most: 2, at_least: Duration::ZERO },
                Answered,
                "refused for now, nothing done",
            ),
            429 => (Course::Stop, Answered, "refused for now, nothing done"),
            _ if is_refusal(status) => (Course::Stop, Answered, "a refusal of the request itself"),
            _ => (Course::Stop, MaybeExecuted, "an answer that does not say whether it was done"),
        },
    }
}

fn judge_repeatable(
    answer: &Answer<'_>,
    attempts: &Attempts,
    policy: &Policy,
) -> (Course, Delivery, &'static str) {
    use Delivery::{Answered, MaybeExecuted, NotSent};
    const SLOW_DOWN: Duration = Duration::from_secs(1);
    let again = |at_most, at_least| Course::Retry { at_most, at_least };
    let often = policy.max_attempts;
    match *answer {
        Answer::Success => (Course::Accept, Answered, "success"),
        Answer::Lost { cause: Cause::Certificate, .. } => {
            (Course::Stop, NotSent, "the other side is not proven to be the portal")
        }
        Answer::Lost { cause: Cause::AnswerTooLong, .. } => {
            (Course::Stop, MaybeExecuted, "the answer is longer than the client takes; it will not change")
        }
        Answer::Lost { progress: Progress::Incomplete, .. } => {
            (again(often, Duration::ZERO), NotSent, "the portal never had the whole request")
        }
        Answer::Lost { progress: Progress::MaybeComplete, .. } => {
            (again(often, Duration::ZERO), MaybeExecuted, "no answer, and repeating does no harm")
        }
        Answer::Unreadable => {
            (Course::Stop, MaybeExecuted, "a success whose result cannot be read; it will not change")
        }
        Answer::Portal { status, code, .. } => match status.as_u16() {
            401 if attempts.may_renew => (Course::Renew, Answered, "the token is refused"),
            429 => (again(often, SLOW_DOWN), Answered, "asked to slow down"),
            408 | 502..=504 => (again(often, Duration::ZERO), MaybeExecuted, "unavailable for now"),
            500.. => {
                (again(2, Duration::ZERO), MaybeExecuted, "an error of the portal, perhaps a passing one")
            }
            _ if attempts.may_renew && refuses_token(code) => {
                (Course::Renew, Answered, "the token is refused, by the code")
            }
            _ => (Course::Stop, Answered, "a refusal"),
        },
        Answer::Stranger { status, code, .. } => match status.as_u16() {
            401 if attempts.may_renew => (Course::Renew, MaybeExecuted, "the token is refused"),
            _ if attempts.may_renew && code.is_some_and(refuses_token) => {
                (Course::Renew, MaybeExecuted, "the token is refused, by the code")
            }
            429 => (again(often, SLOW_DOWN), MaybeExecuted, "asked to slow down"),
            408 | 502..=504 => (again(often, Duration::ZERO), MaybeExecuted, "unavailable for now"),
            200..=299 | 500.. => {
                (again(2, Duration::ZERO), MaybeExecuted, "not the portal's answer, perhaps a passing one")
            }
            _ => (Course::Stop, MaybeExecuted, "not the portal's answer"),
        },
    }
}

fn backoff(attempts: &Attempts, policy: &Policy) -> Duration {
    let doubled = 2_u32.saturating_pow(attempts.made.saturating_sub(1));
    let longest = policy.backoff_base.saturating_mul(doubled).min(policy.backoff_cap);
    let nanoseconds = longest.as_nanos() * u128::from(attempts.jitter) / u128::from(u32::MAX);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

/// The rest is the same throughout a simulation.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Policy {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (self.deadline, self.reconcile_for).hash(state);
    }
}
