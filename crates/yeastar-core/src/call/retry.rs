//! Whether to send a request again: a pure decision, with its reason.

use core::time::Duration;

use crate::call::policy::Policy;
use crate::error::kind::Delivery;
use crate::wire::evidence;
use crate::wire::evidence::{Answer, Circumstances, Disposition};
use crate::wire::meta::Effect;

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

/// Whether the caller's list alone says that nothing was done.
pub(crate) fn is_known_to_caller(answer: &Answer<'_>, attempts: &Attempts, policy: &Policy) -> bool {
    let code = evidence::may_be_known_refusal(answer).filter(|_| !attempts.arrived);
    code.is_some_and(|code| policy.known_refusals.iter().any(|known| known == code))
}

/// Decides what to do after an attempt.
///
/// In short: again when that cannot do harm, that is when the endpoint can be
/// repeated or the portal surely never had the whole request. An order is not even sent
/// again when the portal says that it did nothing.
pub fn decide(effect: Effect, answer: &Answer<'_>, attempts: &Attempts, policy: &Policy) -> Verdict {
    let is_known_to_caller = is_known_to_caller(answer, attempts, policy);
    let circumstances = Circumstances { may_renew: attempts.may_renew, is_known_to_caller };
    let (disposition, delivery, reason) = evidence::judge(effect, answer, circumstances);
    let (at_most, at_least) = match disposition {
        Disposition::Accept => return Verdict { next: Next::Accept, delivery, reason },
        Disposition::Stop => return Verdict { next: Next::Stop, delivery, reason },
        Disposition::Renew if attempts.made < policy.max_attempts => {
            return Verdict { next: Next::Renew, delivery, reason };
        }
        Disposition::Renew => return Verdict { next: Next::Stop, delivery, reason: "no attempts left" },
        Disposition::Retry { at_most, at_least } => (at_most, at_least),
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

fn backoff(attempts: &Attempts, policy: &Policy) -> Duration {
    let doubled = 2_u32.saturating_pow(attempts.made.saturating_sub(1));
    let longest = policy.backoff_base.saturating_mul(doubled).min(policy.backoff_cap);
    let nanoseconds = longest.as_nanos() * u128::from(attempts.jitter) / u128::from(u32::MAX);
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
