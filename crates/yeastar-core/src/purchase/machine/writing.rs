//! Writes the document into the journal, and copes with a journal that does not take it.

use alloc::boxed::Box;
use core::mem;
use core::time::Duration;

use super::{Purchase, Step, Then, Tries};
use crate::error::kind::ErrorKind;
use crate::error::{Error, with_causes};
use crate::exchange::time::Tick;
use crate::journal::entry::Entry;
use crate::journal::request::JournalReply;
use crate::portal::order::CreateOrder;
use crate::purchase::document::{Document, State};
use crate::purchase::outcome::Outcome;
use crate::purchase::record::Record;
use crate::wire::endpoint::Endpoint;

/// How often a document is offered before anything else is done all the same, and the pause in between. After so many
/// tries a finding is offered less often, until the `deadline` of the policy.
const JOURNAL_TRIES: u32 = 5;
const JOURNAL_PAUSE: Duration = Duration::from_secs(1);
const LATER_JOURNAL_PAUSE: Duration = Duration::from_secs(10);

/// How often it is tried to find out whether what was written right before sending is stored, and to take it back.
const TRIES_BEFORE_SENDING: u32 = 2;

impl Purchase {
    /// The next version of the document, to be stored.
    pub(super) fn write(&mut self, now: Tick, then: Then, tries: Tries) -> Option<Entry> {
        if let (0, Some(now)) = (self.document.version, now.wall_clock()) {
            self.document.recorded_at = Some(now.as_secs());
        }
        // What is offered again stays as it is: it may be stored.
        if tries.failed == 0 || tries.is_answered {
            self.claim(now, then);
        }
        self.document.version = self.document.version.saturating_add(1);
        let (entry, told) = match self.document.seal(&self.key, &self.context) {
            Ok(entry) => (Some(entry), None),
            // A journal that fails: after the order was sent an error must not hide it.
            Err(error) => (None, Some(JournalReply::Failed(Box::new(error)))),
        };
        self.step = Step::Writing { then, tries, told };
        entry
    }

    /// The document is not stored as it is, as far as was told. `Some` ends the purchase.
    pub(super) fn take_write_failure(
        &mut self,
        now: Tick,
        then: Then,
        tries: Tries,
        told: Option<JournalReply>,
    ) -> Option<Result<Outcome, Error>> {
        let is_known = matches!(told, Some(JournalReply::Conflict(_)));
        // Once it answers, a journal that failed has as much time as any.
        let tries = if is_known && !tries.is_answered { Tries::default() } else { tries };
        let tries = Tries {
            failed: tries.failed.saturating_add(1),
            since: tries.since.or(Some(now)),
            is_answered: is_known,
        };
        // It is stored, and it was not told when it was offered before.
        let is_stored =
            matches!(&told, Some(JournalReply::Conflict(Some(stored))) if self.is_offered(stored));
        let (stored, error) = match told {
            Some(JournalReply::Conflict(Some(stored))) => (
                Some(stored),
                self.entry_error(
                    ErrorKind::Conflict,
                    "was changed by another process: resume it to see how far that one is",
                ),
            ),
            Some(JournalReply::Conflict(None)) => (
                None,
                self.entry_error(
                    ErrorKind::Journal,
                    "is gone: look in the portal before you order again, and find out who deleted it",
                ),
            ),
            Some(JournalReply::Failed(source)) => {
                let problem = alloc::format!("cannot be written: {}", with_causes(&*source));
                (None, self.entry_error(ErrorKind::Journal, &problem).with_source(source))
            }
            _ => {
                (None, self.entry_error(ErrorKind::Journal, "cannot be written: nothing was reported of it"))
            }
        };
        match then {
            Then::Send { .. } if is_stored => {
                self.take_back();
                return None;
            }
            _ if is_stored => return self.go_on(now, then),
            _ => {}
        }
        self.document.version -= 1;
        if !is_known && matches!(then, Then::Send { .. } | Then::Fail) && tries.failed < TRIES_BEFORE_SENDING
        {
            self.step = Step::Unwritten { then, tries, until: now + JOURNAL_PAUSE };
            self.error.get_or_insert(error);
            return None;
        }
        self.after_failed_write(now, then, tries, stored, error)
    }

    /// Whether this is what was offered: no other writer has this word in its documents.
    fn is_offered(&mut self, stored: &Entry) -> bool {
        self.document.seal(&self.key, &self.context).is_ok_and(|offered| offered == *stored)
    }

    /// That the order is about to be sent is stored, and was not acknowledged: whether it outlives a loss of power is not
    /// known, so nothing is sent. Whoever reads it would take the order for sent.
    fn take_back(&mut self) {
        let unacknowledged = self.entry_error(ErrorKind::Journal, "was not acknowledged");
        if let Some(before) = self.fallback.take() {
            let (version, attempts) = (self.document.version, mem::take(&mut self.document.attempts));
            self.document = *before;
            self.document.version = version;
            // Others may have read of it meanwhile.
            self.document.attempts = attempts;
            self.document.end_attempt(Record::of(&unacknowledged, &CreateOrder::META));
            self.step = Step::write(Then::Finish);
            return;
        }
        let error = self.error.take().unwrap_or(unacknowledged);
        self.document.end_attempt(Record::of(&error, &CreateOrder::META));
        self.fail(State::NotPlaced, error);
        self.step = Step::write(Then::Fail);
    }

    fn after_failed_write(
        &mut self,
        now: Tick,
        then: Then,
        tries: Tries,
        stored: Option<Entry>,
        error: Error,
    ) -> Option<Result<Outcome, Error>> {
        let stored = stored.map(|entry| Document::read(&entry));
        match then {
            // Nothing was sent, and must not be sent now.
            Then::Look | Then::Record | Then::Send { after_doubt: false, .. } => return Some(Err(error)),
            Then::Fail => return Some(Err(self.error.take().unwrap_or(error))),
            Then::Send { after_doubt: true, .. } => {
                if let Some(before) = self.fallback.take() {
                    self.document = *before;
                }
                if let Some(Ok(theirs)) = stored {
                    if let Some(end) = self.end_replaced(&theirs) {
                        return Some(end);
                    }
                    self.leave_to(theirs);
                    return Some(Ok(self.outcome()));
                }
                return Some(Ok(self.outcome().with_unrecorded(error)));
            }
            Then::Watch | Then::Finish => {}
        }
        // What follows a finding is its caller, who can wait; what follows an answer is a look.
        let is_late = tries.since.is_some_and(|since| now.since(since) >= self.context.policy.deadline);
        let can_wait = tries.failed < JOURNAL_TRIES || matches!(then, Then::Finish) && !is_late;
        let pause = if tries.failed < JOURNAL_TRIES { JOURNAL_PAUSE } else { LATER_JOURNAL_PAUSE };
        // Another process that writes all the time does not keep this one busy.
        let at_once = if tries.failed < JOURNAL_TRIES { now } else { now + pause };
        let again = |then, until| Step::Unwritten { then, tries, until };
        // Whether there is an order, after no more than a look, is for another process to say that is sending it.
        let is_denied =
            matches!(self.document.state, State::NotPlaced(_) | State::Rejected(_)) && !self.has_sent;
        if let Some(end) = stored.as_ref().and_then(|theirs| self.end_replaced(theirs.as_ref().ok()?)) {
            return Some(end);
        }
        match stored {
            Some(Ok(theirs)) if is_denied && self.is_contested_by(&theirs) => return Some(Err(error)),
            Some(Ok(theirs)) if self.is_left_to(&theirs) => {
                let is_news = self.leave_to(theirs);
                if !(is_news && can_wait && self.document.state.is_open()) {
                    return Some(Ok(self.outcome()));
                }
                self.step =
                    again(if self.document.is_unchecked() { Then::Watch } else { Then::Finish }, at_once);
            }
            Some(Ok(theirs)) if can_wait => {
                self.add_to(theirs);
                self.step = again(if self.document.is_unchecked() { Then::Watch } else { then }, at_once);
            }
            None if can_wait => self.step = again(then, now + pause),
            _ if is_denied => return Some(Err(error)),
            _ => {
                // Another process may have sent the order again: then it is not for this one to say no.
                self.document.give_up_denial();
                self.is_unrecorded = true;
                let outcome = self.go_on(now, then)?;
                return Some(outcome.map(|outcome| outcome.with_unrecorded(error)));
            }
        }
        None
    }
}
