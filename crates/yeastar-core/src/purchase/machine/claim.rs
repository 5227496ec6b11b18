//! Until when a process says that it is at work on a purchase, so that others leave it alone. A claim is a hint: what
//! keeps two processes from sending is the compare-and-swap of the journal.

use core::time::Duration;

use super::{Purchase, Then};
use crate::error::Error;
use crate::error::invalid::BuildError;
use crate::error::kind::ErrorKind;
use crate::exchange::time::Tick;

/// So far the wall clocks of two machines may differ.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// Nobody waits longer for a process that may have ended.
const LONGEST_CLAIM: Duration = Duration::from_secs(15 * 60);

/// Nobody is kept from deciding for longer.
pub(super) const LONGEST_SEARCH: Duration = Duration::from_secs(24 * 60 * 60);

/// What keeps a purchase from being taken.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(super) enum Hold {
    /// A process is at work on it.
    Work,
    /// It is still to be looked for, by whoever resumes what is open.
    Search,
}

impl Purchase {
    /// Writes down until when this process is at work on what follows.
    pub(super) fn claim(&mut self, now: Tick, then: Then) {
        let policy = &self.context.policy;
        let until_sent = policy.deadline.saturating_add(policy.once_timeout);
        let at_work = match then {
            Then::Look => policy.deadline,
            Then::Send { .. } => until_sent,
            Then::Watch => policy.reconcile_for.max(until_sent).saturating_add(policy.deadline),
            Then::Finish | Then::Record | Then::Fail => Duration::ZERO,
        };
        let at_work = at_work.min(LONGEST_CLAIM);
        let until = now.wall_clock().map(|now| now.saturating_add(at_work).as_secs());
        self.document.claimed_until = until.filter(|_| at_work > Duration::ZERO);
    }

    /// How long the process that wrote the document is still at work on it, at most.
    pub(super) fn claim_left(&self, now: Tick) -> Option<Duration> {
        let (until, now) = self.document.claimed_until.zip(now.wall_clock())?;
        let left = Duration::from_secs(until).saturating_add(CLOCKS_DIFFER).saturating_sub(now);
        // One from later than that was written by a clock that is wrong.
        (left > Duration::ZERO && left <= LONGEST_CLAIM + 2 * CLOCKS_DIFFER).then_some(left)
    }

    /// Whether a look that begins now is over before others take the purchase for abandoned.
    pub(super) fn is_claimed_long_enough(&self, now: Tick) -> bool {
        self.claim_left(now).is_some_and(|left| left >= self.context.policy.deadline.min(LONGEST_CLAIM))
    }

    /// Why it is not taken now.
    pub(super) fn held(&self, now: Tick, hold: Hold) -> Option<Error> {
        if hold == Hold::Search {
            return self.looked_for(now);
        }
        let left = self.claim_left(now)?;
        let message = alloc::format!(
            "a process is at work on the purchase `{}`: try again in {} s; if you know that it has ended, `restart` goes on at \
             once, and may send the order",
            self.document.id,
            left.as_secs().saturating_add(1)
        );
        Some(Error::new(ErrorKind::Conflict, message).with_retry_after(Some(left)))
    }

    /// Why nobody decides what became of the order yet.
    fn looked_for(&self, now: Tick) -> Option<Error> {
        let (until, now) = self.document.looked_for_until.zip(now.wall_clock())?;
        // One that is longer was written by a clock that is wrong.
        let longest = (LONGEST_SEARCH + CLOCKS_DIFFER).as_secs();
        let left = until.checked_sub(now.as_secs()).filter(|left| (1..=longest).contains(left))?;
        let error = Error::from(BuildError::new(
            "intent",
            alloc::format!("`{}` is still looked for", self.document.id),
            alloc::format!("resume it, or reconcile what is open; decide in {left} s or later"),
        ));
        Some(error.with_retry_after(Some(Duration::from_secs(left))))
    }
}
