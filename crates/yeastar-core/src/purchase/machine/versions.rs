//! What several processes know of one purchase: what another one has written, and what that means for this one.

use core::iter;
use core::mem;

use super::{Purchase, Step, Then};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::exchange::time::Tick;
use crate::journal::entry::Entry;
use crate::journal::request::JournalReply;
use crate::purchase::document::{Document, State};
use crate::purchase::outcome::Outcome;

impl Purchase {
    /// While it is looked for, before a look: takes what another process has written since. `Some` ends the purchase.
    pub(super) fn take_news(&mut self, told: Option<JournalReply>) -> Option<Result<Outcome, Error>> {
        // Without an answer it looks all the same.
        let Some(JournalReply::Loaded(stored)) = told else { return None };
        let is_news = |entry: &&Entry| *entry.key() == self.key && entry.version() > self.document.version;
        // What cannot be read is in the way of the next write, and told there.
        let theirs = stored.iter().find(is_news).and_then(|entry| Document::read(entry).ok())?;
        if let Some(end) = self.end_replaced(&theirs) {
            return Some(end);
        }
        if !self.is_left_to(&theirs) {
            let was_in_doubt = !self.may_be_refused();
            self.add_to(theirs);
            if was_in_doubt && self.may_be_refused() {
                // A refusal is not believed before a pause.
                self.step = Step::Waiting { watch: None, until: Tick::default() };
            }
            return None;
        }
        let is_known = theirs.state.is_known();
        let knows_more = self.leave_to(theirs) && self.document.state.is_open();
        if !is_known {
            // It has sent the order again, or is about to: that one is looked for too.
            self.take_up();
        } else if knows_more {
            self.step = Step::write(if self.document.is_unchecked() { Then::Watch } else { Then::Finish });
        } else {
            return Some(Ok(self.outcome()));
        }
        None
    }

    /// Another order stands in the place of this one, of which nothing arrived. What this process knows of its own order says
    /// nothing about that one, and must not be written over it.
    pub(super) fn end_replaced(&mut self, theirs: &Document) -> Option<Result<Outcome, Error>> {
        if !theirs.is_of_another_order(&self.document) {
            return None;
        }
        let error = self.entry_error(
            ErrorKind::Conflict,
            "stands for another order now, by `replace`: resume it to see what became of that one",
        );
        Some(if self.has_sent { Ok(self.outcome().with_unrecorded(error)) } else { Err(error) })
    }

    pub(super) fn entry_error(&self, kind: ErrorKind, problem: &str) -> Error {
        Error::new(kind, alloc::format!("the entry `{}` {problem}", self.document.id))
    }

    /// Whether another process's word is how the purchase stands.
    pub(super) fn is_left_to(&self, theirs: &Document) -> bool {
        self.is_settled_by(theirs) && !self.is_denied_against_sight(theirs)
    }

    /// Adds what this one knows to what another process has written.
    pub(super) fn add_to(&mut self, theirs: Document) {
        self.document.build_on(theirs);
        if self.document.is_denied_by_itself() && self.is_in_sight() {
            self.document.give_up_denial();
        }
    }

    /// Whether another process knows better: how the purchase ended, or it has sent the order again, of
    /// which this one knows nothing.
    fn is_settled_by(&self, theirs: &Document) -> bool {
        match (&self.document.state, &theirs.state) {
            (
                State::Confirmed { order_no: ours, others: more, .. },
                State::Confirmed { order_no, others, .. },
            ) => iter::once(ours).chain(more).all(|number| number == order_no || others.contains(number)),
            (_, State::Confirmed { .. }) => true,
            (State::Confirmed { .. }, _) => false,
            (_, state) => state.is_known() || self.document.is_behind(theirs),
        }
    }

    /// Whether another process is sending the order, or has sent it and says that it is not there: what this one has
    /// seen without knowing of that, such as a PBX URL that is taken, may be that order.
    pub(super) fn is_contested_by(&self, theirs: &Document) -> bool {
        match theirs.state {
            State::Confirmed { .. } => false,
            State::NotPlaced(_) | State::Rejected(_) => self.document.is_behind(theirs),
            // It is about to send.
            State::Recorded => true,
            State::Sending | State::Ambiguous => self.is_settled_by(theirs),
        }
    }

    /// Whether another process has looked, and not seen what this one has.
    fn is_denied_against_sight(&self, theirs: &Document) -> bool {
        matches!(self.document.state, State::Ambiguous) && theirs.is_denied_by_itself() && self.is_in_sight()
    }

    /// Takes another process's word for how the purchase stands, and tells whether this one knows more.
    pub(super) fn leave_to(&mut self, theirs: Document) -> bool {
        if let State::Confirmed { .. } = self.document.state {
            let was_unchecked = theirs.is_unchecked();
            self.document.build_on(theirs);
            return self.document.is_unchecked() && !was_unchecked;
        }
        let ours = mem::replace(&mut self.document, theirs);
        self.document.count_looks(&ours);
        self.document.sight(ours.sighted);
        self.document.url_was_taken |= ours.url_was_taken;
        self.error = None;
        let may_be_double = self.document.may_be_double();
        let has_learnt = self.document.learn(ours.attempts);
        if !may_be_double {
            self.document.expect_another_order();
        }
        has_learnt
    }
}
