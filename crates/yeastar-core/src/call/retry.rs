//! Whether to send a request again: a pure decision, with its reason.

use core::time::Duration;

use crate::call::policy::Policy;
use crate::error::kind::Delivery;
use crate::wire::evidence::{self, Answer, Circumstances, Disposition};
use crate::wire::meta::Effect;

/// What has happened in the call so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct History {
    /// Requests made, the last one included.
    pub(crate) made: u32,
    /// Whether one before the last may have arrived as a whole.
    pub(crate) arrived: bool,
    /// Time left until the call's deadline.
    pub(crate) remaining: Duration,
    /// Whether the client has not repeated too much lately. Orders do not ask.
    pub(crate) budget: bool,
    /// Whether a new token may be had because this one is refused: once per call, only
    /// where a token was sent, and not right after another one did not help.
    pub(crate) may_renew: bool,
    /// A random number that spreads the pauses of many clients: 0 for none of the
    /// pause, `u32::MAX` for all of it.
    pub(crate) jitter: u32,
}

/// The decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// What to do.
    pub(crate) next: Next,
    /// How far this attempt got.
    pub(crate) delivery: Delivery,
    /// Why.
    pub(crate) reason: &'static str,
    /// Whether only the caller's list says that nothing was done.
    pub(crate) is_known_to_caller: bool,
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Hand the result out.
    Accept,
    /// Send again after this pause.
    Retry(Duration),
    /// Get another token, then send again.
    Renew,
    /// Hand the error out.
    Stop,
}

/// Decides what to do after an attempt.
///
/// In short: again when that cannot do harm, that is when the endpoint can be
/// repeated or the portal surely never had the whole request. An order is not even sent
/// again when the portal says that it did nothing.
pub(crate) fn decide(effect: Effect, answer: &Answer<'_>, history: &History, policy: &Policy) -> Verdict {
    let is_listed = |code: &str| policy.known_refusals.iter().any(|known| known == code);
    let is_known_to_caller = !effect.is_repeatable()
        && !history.arrived
        && evidence::may_be_known_refusal(answer).is_some_and(is_listed);
    let circumstances = Circumstances { may_renew: history.may_renew, is_known_to_caller };
    let (disposition, delivery, reason) = evidence::judge(effect, answer, circumstances);
    let end = |next, reason| Verdict { next, delivery, reason, is_known_to_caller };
    let (at_most, at_least) = match disposition {
        Disposition::Accept => return end(Next::Accept, reason),
        Disposition::Stop => return end(Next::Stop, reason),
        Disposition::Renew if history.made < policy.max_attempts => return end(Next::Renew, reason),
        Disposition::Renew => return end(Next::Stop, "no attempts left"),
        Disposition::Retry { at_most, at_least } => (at_most, at_least),
    };
    let asked = match answer {
        Answer::Portal { retry_after, .. } | Answer::Stranger { retry_after, .. } => *retry_after,
        _ => None,
    };
    let pause = asked.unwrap_or_default().max(at_least).max(backoff(history, policy));
    let stop = if history.made >= at_most.min(policy.max_attempts) {
        Some("no attempts left")
    } else if asked.is_some_and(|asked| asked > policy.retry_after_cap) {
        Some("the portal asks for a longer pause than the policy allows")
    } else if pause >= history.remaining {
        Some("no time left")
    } else if effect.is_repeatable() && !history.budget {
        Some("too many repetitions lately")
    } else {
        None
    };
    match stop {
        Some(reason) => end(Next::Stop, reason),
        None => end(Next::Retry(pause), reason),
    }
}

fn backoff(history: &History, policy: &Policy) -> Duration {
    let doubled = 2_u32.saturating_pow(history.made.saturating_sub(1));
    let longest = policy.backoff_base.saturating_mul(doubled).min(policy.backoff_cap);
    let nanoseconds = longest.as_nanos() * u128::from(history.jitter) / u128::from(u32::MAX);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
