//! The search for an order after doubt, and what it allows.

use core::mem;
use core::time::Duration;

use super::claim::LONGEST_SEARCH;
use super::{Errand, Purchase, Step, Then};
use crate::error::Error;
use crate::error::kind::{Delivery, ErrorKind};
use crate::exchange::time::Tick;
use crate::journal::request::JournalRequest;
use crate::portal::order::CreateOrder;
use crate::purchase::document::{SCANS_OF_ABSENCE, State, TIME_OF_ABSENCE};
use crate::purchase::intent::Resend;
use crate::purchase::look::{After, Findings};
use crate::purchase::outcome::{AccountSnapshot, Attempt, ConfirmedBy};
use crate::value::{Amount, OrderNo};
use crate::wire::endpoint::Endpoint;

/// A policy without pauses must not flood the portal.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// The search for an order after doubt.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(super) struct Watch {
    pub(super) since: Tick,
    last: Tick,
    pub(super) pause: Duration,
    until: Tick,
    /// When the look under way could begin.
    due: Tick,
    /// Whether the journal was asked since the last look, or just read or written.
    pub(super) has_asked: bool,
}

impl Purchase {
    /// Begins to look for the order.
    pub(super) fn begin_watch(&self, now: Tick) -> Watch {
        let policy = &self.context.policy;
        let asked = self.error.as_ref().and_then(Error::retry_after).unwrap_or_default();
        let asked = if asked <= policy.retry_after_cap { asked } else { Duration::ZERO };
        // Who hands it over is in haste: later looks are made by others. But what is refused is believed after one look.
        let is_hasty = policy.hands_doubt_over && self.has_sent && !self.may_be_refused();
        let base = if is_hasty { Duration::ZERO } else { policy.reconcile_base };
        Watch {
            since: now,
            last: now,
            pause: base.max(SHORTEST_PAUSE).max(asked),
            until: now + policy.reconcile_for,
            due: now,
            has_asked: true,
        }
    }

    /// Begins to look for an order that this machine has not sent.
    pub(super) fn first_wait(&self, now: Tick) -> Step {
        let watch = self.begin_watch(now);
        let until = if self.may_be_refused() { now + watch.pause } else { now };
        Step::Waiting { watch: Some(watch), until }
    }

    /// From now on it may look, whenever it is polled.
    pub(in crate::purchase) fn begin_round(&mut self, now: Tick) {
        let first = self.first_wait(now);
        if let Step::IfFree(_, step) = &mut self.step {
            if let Step::Waiting { watch: None, .. } = **step {
                **step = first;
            }
        }
    }

    /// Begins the next look for the order; before any but the first it asks the journal what others have found out.
    /// It may be later than it was `due`.
    pub(super) fn begin_look(
        &mut self,
        now: Tick,
        due: Tick,
        watch: Option<Watch>,
    ) -> Option<JournalRequest> {
        let Some(mut watch) = watch else {
            self.step = self.first_wait(now);
            return None;
        };
        if !mem::replace(&mut watch.has_asked, true) {
            self.step = Step::Asking { watch, told: None };
            return Some(JournalRequest::Load(self.document.id.clone()));
        }
        watch.due = due.max(watch.since);
        let before = self.document.before.clone().unwrap_or_default();
        let after = After { before: &before, since: watch.since, due: watch.due };
        self.step = Step::Watching { look: self.look(Some(after)), watch };
        None
    }

    /// Takes what a look after doubt has found.
    pub(super) fn take_watch(&mut self, now: Tick, mut watch: Watch, look: Result<Findings, Error>) {
        if let State::Confirmed { .. } = self.document.state {
            return self.take_second_orders(look);
        }
        // Looks before the request can have left prove nothing about it.
        let counts_from = self.silent_until(&watch).max(watch.last);
        // Nor do those in an account of which nobody has said that the order is there.
        let counts = !self.document.is_unowned();
        // In a round the list may have been read when the look could begin, and long ago.
        let watched_until = if self.errand == Errand::Round { watch.due } else { now };
        if counts {
            self.document.watched = self.document.watched.saturating_add(watched_until.since(counts_from));
        }
        watch.last = watched_until;
        watch.has_asked = false;
        self.seen.is_complete = false;
        self.seen.problem = None;
        match look {
            Ok(findings) => {
                if !findings.found.is_empty() {
                    return self.confirm_found(findings.found, ConfirmedBy::Found);
                }
                self.seen.is_complete = findings.is_complete;
                self.document.sighted.retain(|id| !findings.others.contains(id));
                let ids = findings.candidates.iter().map(|candidate| candidate.id.clone());
                self.document.sight(ids.flatten());
                self.document.url_was_taken |= findings.snapshot.pbx_url_existed == Some(true);
                self.seen.candidates = findings.candidates;
                match findings.problem {
                    None => self.seen.after = Some(findings.snapshot),
                    problem => self.seen.problem = problem,
                }
            }
            Err(error) => self.seen.problem = Some(error),
        }
        if counts && self.seen.is_complete && watch.due >= counts_from {
            self.document.scans = self.document.scans.saturating_add(1);
            if self.errand == Errand::Round {
                self.count_pause_since_last_round(watch.due);
            }
        }
        let was_searched = now >= watch.until || self.document.watched >= self.context.policy.reconcile_for;
        if let Some(refusal) = self.confirmed_refusal(was_searched) {
            return self.take_refusal(now, refusal);
        }
        if self.may_resend(&watch) {
            return self.prepare(now);
        }
        if self.hands_over(now) {
            return self.end_watch();
        }
        let end =
            if self.wants_to_resend() { watch.until.max(self.silent_until(&watch)) } else { watch.until };
        if now >= end {
            return self.end_watch();
        }
        let until = (now + watch.pause).min(end);
        watch.pause =
            watch.pause.saturating_mul(2).min(self.context.policy.reconcile_cap).max(SHORTEST_PAUSE);
        self.step = Step::Waiting { watch: Some(watch), until };
    }

    /// Between two rounds nobody watches. The time counts all the same, as far as a wall clock can be trusted with it.
    fn count_pause_since_last_round(&mut self, now: Tick) {
        let Some(now) = now.wall_clock().map(|now| now.as_secs()) else { return };
        if let Some(last) = self.document.scanned_at.replace(now) {
            let pause = Duration::from_secs(now.saturating_sub(last)).min(TIME_OF_ABSENCE / 2);
            self.document.watched = self.document.watched.saturating_add(pause);
        }
    }

    /// Whether the search is left to whoever resumes what is open.
    fn hands_over(&mut self, now: Tick) -> bool {
        let is_handed_over = self.context.policy.hands_doubt_over
            && self.has_sent
            && !self.wants_to_resend()
            && matches!(self.document.state, State::Ambiguous);
        if is_handed_over {
            let until = now + self.context.policy.reconcile_for.min(LONGEST_SEARCH);
            self.document.looked_for_until = until.wall_clock().map(|until| until.as_secs());
        }
        is_handed_over
    }

    /// Ends the search without a result.
    fn end_watch(&mut self) {
        if let State::NotPlaced(_) = self.document.state {
            if !self.is_in_sight() {
                // Nothing was learnt, so what was known before still holds.
                let problem = self.seen.problem.take().unwrap_or_else(|| {
                    Error::new(ErrorKind::UnexpectedAnswer, "the account could not be read whole")
                        .at(&CreateOrder::META)
                });
                let attempts = problem.attempts();
                return self.fail(State::NotPlaced, problem.with_attempts(attempts, Delivery::NotDelivered));
            }
            self.document.give_up_denial();
        }
        self.step = Step::write(Then::Finish);
    }

    /// After the order is confirmed: takes those that another of our requests has placed.
    fn take_second_orders(&mut self, look: Result<Findings, Error>) {
        let State::Confirmed { order_no, others, unchecked, .. } = &mut self.document.state else { return };
        let (known, was_unchecked) = (others.len(), *unchecked);
        if let Ok(findings) = look {
            for found in findings.found {
                let number = found.order_no.as_ref().map(OrderNo::as_str).unwrap_or_default();
                if number == order_no {
                    self.row = Some(found);
                } else if !others.iter().any(|other| other == number) {
                    others.push(number.into());
                }
            }
            *unchecked &= !findings.is_complete;
        }
        let has_changed = self.is_unrecorded || others.len() > known || *unchecked != was_unchecked;
        self.step = if has_changed { Step::write(Then::Finish) } else { Step::Settled };
    }

    /// Whether the last look has read everything, and no look has seen anything that may be the order.
    fn is_clear(&self) -> bool {
        let url_existed = self.seen.after.as_ref().and_then(|after| after.pbx_url_existed);
        let is_url_free = self.keys().pbx_url.is_none() || url_existed == Some(false);
        self.seen.is_complete && is_url_free && !self.is_in_sight()
    }

    /// Whether a look has seen something that may be the order. A later one that does not may be behind.
    pub(super) fn is_in_sight(&self) -> bool {
        let document = &self.document;
        !self.seen.candidates.is_empty() || !document.sighted.is_empty() || document.url_was_taken
    }

    /// Whether one look without the order is enough to say that it was refused. What a gateway has done with a first
    /// copy a moment ago may not show at once.
    pub(super) fn may_be_refused(&self) -> bool {
        matches!(self.document.state, State::Ambiguous) && !self.document.tainted
    }

    /// What was said to the last request, when nothing was done by any that can have arrived: each was refused, and
    /// nothing of the order is in sight. What only the caller takes for a refusal may be about the balance, which a
    /// first copy of the request has used up: then it is believed at the end of the search.
    fn confirmed_refusal(&mut self, was_searched: bool) -> Option<Error> {
        if self.document.tainted || !self.is_clear() {
            return None;
        }
        let last = self.document.attempts.last().and_then(Attempt::error)?;
        if last.is_known_to_caller() && !was_searched && !self.has_same_balance() {
            return None;
        }
        Some(self.error.take().unwrap_or(last))
    }

    /// Whether the balance is known to be what it was before the order.
    fn has_same_balance(&self) -> bool {
        fn balance(snapshot: Option<&AccountSnapshot>) -> Option<&str> {
            snapshot?.balance.as_ref().map(Amount::as_str)
        }
        let before = balance(self.document.before.as_ref());
        before.is_some() && before == balance(self.seen.after.as_ref())
    }

    /// Sends again what was refused where that is wanted, and else says that it was refused.
    fn take_refusal(&mut self, now: Tick, refusal: Error) {
        if refusal.kind() == ErrorKind::Refused && refusal.delivery() == Delivery::NotExecuted {
            return self.fail(State::Rejected, refusal);
        }
        if self.is_worth_another_attempt(&refusal) {
            return self.prepare(now);
        }
        self.fail(State::NotPlaced, refusal);
    }

    /// Whether what was turned away at the door is sent again by this call.
    fn is_worth_another_attempt(&mut self, refusal: &Error) -> bool {
        if self.errand != Errand::Send || self.has_sent_after_refusal {
            return false;
        }
        if !self.has_sent {
            return true;
        }
        self.has_sent_after_refusal = true;
        let is_token = refusal.status().is_some_and(|status| status.as_u16() == 401);
        let is_over = refusal.retry_after().is_some_and(|pause| pause <= self.context.policy.retry_after_cap);
        is_token || is_over && refusal.kind() == ErrorKind::RateLimited
    }

    /// Whether the caller or the policy wants the order sent again after doubt.
    fn wants_to_resend(&self) -> bool {
        let is_guarded = self.document.resend == Resend::UniqueKeyGuard
            && self.resends_left > 0
            && self.errand != Errand::Round;
        (self.errand == Errand::Resubmit || is_guarded) && !self.document.is_unowned()
    }

    /// Whether the order is sent once more, after a look without it.
    fn may_resend(&mut self, watch: &Watch) -> bool {
        // What was read before that says nothing.
        let is_silent = watch.due >= self.silent_until(watch);
        if !self.is_clear() || !self.wants_to_resend() || !is_silent {
            return false;
        }
        if self.errand == Errand::Resubmit {
            return true;
        }
        // What was refused is refused again.
        let is_answered =
            self.document.attempts.last().is_some_and(|last| last.delivery() == Delivery::NotExecuted);
        let is_guarded = self.keys().pbx_url.is_some() && !is_answered;
        self.resends_left -= u32::from(is_guarded);
        is_guarded
    }

    fn silent_until(&self, watch: &Watch) -> Tick {
        self.document.silent_until(watch.last, watch.since, &self.context.policy)
    }

    /// Whether it was looked for long and often enough to be called absent, if nothing speaks against it now.
    pub(super) fn was_looked_for(&self) -> bool {
        self.document.scans >= SCANS_OF_ABSENCE && self.document.watched >= TIME_OF_ABSENCE
    }

    /// Whether the order is called absent.
    pub(super) fn is_absent(&self) -> bool {
        self.was_looked_for() && self.is_clear()
    }
}
