//! The purchase: record, look, write down, send, and after doubt look again.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::iter;
use core::mem;
use core::time::Duration;

use serde::Deserialize;

use super::document::{Document, State};
use super::intent::{Frozen, Intent, Resend};
use super::look::{Findings, Look, Subject};
use super::outcome::{Attempt, By, Candidate, Evidence, Finding, Outcome, Witness};
use super::wire::FrozenOrder;
use crate::call::Call;
use crate::encoder::BuildError;
use crate::endpoint::Endpoint;
use crate::entry::Entry;
use crate::envelope::Reply;
use crate::error::{Delivery, Error, ErrorKind, Record};
use crate::machine::{Action, Event, Machine, Persisted};
use crate::order::{OrderPlaced, OrderSave};
use crate::origin::Origin;
use crate::retry::Policy;
use crate::session::Session;
use crate::tick::Tick;
use crate::value::{OrderNo, ProductId, ProductNo};

/// Looked for so often, and so long, an order is called absent.
const SCANS_OF_ABSENCE: u32 = 3;
const TIME_OF_ABSENCE: Duration = Duration::from_secs(10 * 60);

/// How often a finding is offered to a journal that fails or has moved on, and the pause in between.
const JOURNAL_TRIES: u32 = 5;
const JOURNAL_PAUSE: Duration = Duration::from_secs(1);

/// A policy without pauses must not flood the portal.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);

/// One order, placed once. The [module](super) says what is promised.
///
/// It is a [`Machine`] that wants its state written down ([`Action::Persist`]) and goes on when it is.
/// `Err` means that nothing was sent by this machine; once something was, there is always an [`Outcome`].
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub struct Purchase {
    origin: Origin,
    policy: Policy,
    document: Document,
    order: Frozen,
    subject: Subject,
    /// The caller has said that the order is not there.
    assumes_absent: bool,
    resends_left: u32,
    /// Whether this machine has begun to send.
    has_sent: bool,
    /// The answer to the order.
    placed: Option<OrderPlaced>,
    /// What stands in the document, with its source and body.
    error: Option<Error>,
    candidates: Vec<Candidate>,
    after: Option<Witness>,
    /// Whether everything was read at the last look.
    has_seen_all: bool,
    /// Why the last look failed.
    problem: Option<Error>,
    step: Step,
}

#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
enum Step {
    Looking(Box<Look>),
    Unwritten { then: Then, tries: u32, until: Tick },
    Writing { then: Then, tries: u32, told: Option<Persisted> },
    Sending { call: Box<Call<OrderPlaced>>, send_by: Tick },
    Waiting { watch: Option<Watch>, until: Tick },
    Watching { watch: Watch, look: Box<Look> },
    Settled,
    Over,
}

/// What follows when the document is stored.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "simulation", derive(Hash))]
enum Then {
    Look,
    Send { send_by: Tick, after_doubt: bool },
    Watch,
    Finish,
}

/// The search for an order after doubt.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
struct Watch {
    since: Tick,
    last: Tick,
    pause: Duration,
    /// Complete looks.
    scans: u32,
}

impl Purchase {
    /// The purchase of this intent, from what the journal has of it: nothing, or the entry that bears its
    /// id. With an entry it goes on where that one ends, so that a purchase can be started again after a crash,
    /// as often as need be, and is still one purchase.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] when the order breaks a rule, the id cannot be one, or the id stands for
    /// another order in the journal; [`ErrorKind::Journal`] when the entry cannot be trusted.
    pub fn new(
        intent: &Intent,
        stored: Option<&Entry>,
        origin: &Origin,
        policy: &Policy,
    ) -> Result<Self, Error> {
        let order = intent.freeze()?;
        let Some(entry) = stored else {
            let document = Document::new(intent.id(), &order, intent.resend(), origin);
            return Ok(Self::with(document, order, Step::write(Then::Look), origin, policy));
        };
        let mut document = Document::read(entry, origin)?;
        if document.frozen()? != order {
            return Err(BuildError::new(
                "intent id",
                alloc::format!("is `{}`, which stands for another order in the journal", intent.id()),
                "resume this id first: its order may exist already; a new id is for a new order only",
            )
            .into());
        }
        document.resend = intent.resend();
        let is_unsent = matches!(document.state, State::Recorded | State::NotSent(_));
        let mut purchase = Self::with(document, order, Step::Settled, origin, policy);
        if is_unsent {
            purchase.step = Step::Looking(purchase.look(None));
        } else {
            purchase.take_up();
        }
        Ok(purchase)
    }

    /// Finds out what became of a purchase. It never begins to send: an intent of which nothing was sent
    /// ends as [`Outcome::NotSent`], and is purchased again by [`new`](Self::new). After doubt it looks
    /// for the order, and sends it again only where the intent's [`Resend`] says so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`] when the entry cannot be trusted: it was changed, cut off, written by another version of
    /// this library, or belongs to another portal.
    pub fn resume(entry: &Entry, origin: &Origin, policy: &Policy) -> Result<Self, Error> {
        let document = Document::read(entry, origin)?;
        let order = document.frozen()?;
        let mut purchase = Self::with(document, order, Step::Settled, origin, policy);
        if let State::Recorded = purchase.document.state {
            let error =
                Error::new(ErrorKind::Interrupted, "the purchase ended before that").at(&OrderSave::META);
            purchase.fail(State::NotSent, error);
        } else {
            purchase.take_up();
        }
        Ok(purchase)
    }

    /// Sends the order once more, although an earlier request may still take effect: the caller takes it upon
    /// itself to say that it will not. One more look comes first. What an earlier request is taken to be is not
    /// changed by it: a refusal of the new one leaves the purchase ambiguous.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`ErrorKind::InvalidRequest`] when the purchase has not ended as
    /// [`Outcome::Ambiguous`] with `absent`.
    pub fn resubmit_assuming_absent(entry: &Entry, origin: &Origin, policy: &Policy) -> Result<Self, Error> {
        let mut purchase = Self::resume(entry, origin, policy)?;
        purchase.check_ambiguous()?;
        if !purchase.was_looked_for() {
            return Err(BuildError::new(
                "intent",
                alloc::format!(
                    "`{}` was not looked for long and often enough to be called absent",
                    entry.id()
                ),
                "resume it, with a longer `reconcile_for`, until its outcome says `absent`",
            )
            .into());
        }
        purchase.assumes_absent = true;
        Ok(purchase)
    }

    /// Closes a purchase that stays ambiguous, by what a person has found out in the portal.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`ErrorKind::InvalidRequest`] when the purchase is not ambiguous.
    pub fn settle(entry: &Entry, finding: Finding, origin: &Origin, policy: &Policy) -> Result<Self, Error> {
        let mut purchase = Self::resume(entry, origin, policy)?;
        purchase.check_ambiguous()?;
        match finding {
            Finding::Ordered(order_no) => purchase.confirm(&order_no, By::Person, &[]),
            Finding::NotOrdered => {
                let error = Error::new(
                    ErrorKind::Interrupted,
                    "a person has looked, and says that it was not ordered",
                );
                purchase.fail(State::Rejected, error.at(&OrderSave::META));
            }
        }
        Ok(purchase)
    }

    fn check_ambiguous(&self) -> Result<(), BuildError> {
        if let State::Ambiguous = self.document.state {
            return Ok(());
        }
        let problem = alloc::format!("`{}` is not ambiguous", self.document.id);
        Err(BuildError::new("intent", problem, "resume it: its outcome is known"))
    }

    fn with(document: Document, order: Frozen, step: Step, origin: &Origin, policy: &Policy) -> Self {
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            product_id: Option<ProductId>,
            product_no: Option<ProductNo>,
        }

        // It narrows the candidates down, no more.
        let Body { product_id, product_no } = serde_json::from_slice(&order.body).unwrap_or_default();
        Self {
            origin: origin.clone(),
            policy: policy.clone(),
            document,
            order,
            subject: Subject { product_id, product_no },
            assumes_absent: false,
            resends_left: policy.max_attempts.saturating_sub(1),
            has_sent: false,
            placed: None,
            error: None,
            candidates: Vec::new(),
            after: None,
            has_seen_all: false,
            problem: None,
            step,
        }
    }

    /// Goes on from a document of which something may have been sent.
    fn take_up(&mut self) {
        if let State::Sending = self.document.state {
            // Whoever was to send it may have, or may still be about to.
            self.document.tainted = true;
            self.document.state = State::Ambiguous;
        }
        self.step = match self.document.state {
            State::Ambiguous => Step::Waiting { watch: None, until: Tick::default() },
            _ => Step::Settled,
        };
    }

    /// A look at the account, before the order or after it.
    fn look(&self, before: Option<&Witness>) -> Box<Look> {
        Box::new(Look::new(&self.order.keys, &self.subject, before, &self.origin, &self.policy))
    }

    /// Whether it was looked for long and often enough to be called absent, if nothing speaks against it now.
    fn was_looked_for(&self) -> bool {
        self.document.scans >= SCANS_OF_ABSENCE && self.document.watched >= TIME_OF_ABSENCE
    }

    fn fail(&mut self, state: impl FnOnce(Record) -> State, error: Error) {
        self.document.state = state(Record::of(&error, &OrderSave::META));
        self.error = Some(error);
        self.step = Step::write(Then::Finish);
    }

    fn confirm(&mut self, order_no: &OrderNo, by: By, others: &[OrderNo]) {
        self.document.state = State::confirmed(order_no, by, others);
        self.step = Step::write(Then::Finish);
    }

    /// Takes what the look before the order has found.
    fn take_look(&mut self, now: Tick, look: Result<Findings, Error>) {
        let findings = match look {
            Ok(findings) => findings,
            Err(error) => {
                // What became of a query says nothing of the order.
                let attempts = error.attempts();
                return self.fail(State::NotSent, error.with_attempts(attempts, Delivery::NotSent));
            }
        };
        if let Some((order_no, others)) = findings.found.split_first() {
            return self.confirm(order_no, By::AlreadyThere, others);
        }
        if let (Some(true), Some(pbx_url)) = (findings.witness.pbx_url_existed, &self.order.keys.pbx_url) {
            let error = BuildError::new(
                "orderPceSpecialRequest.pbxUrl",
                alloc::format!("is `{pbx_url}`, which is taken"),
                "look first whether an order of yours has it; if not, choose another URL, in a new intent",
            );
            return self.fail(State::Rejected, Error::from(error).at(&OrderSave::META));
        }
        self.document.before = Some(findings.witness);
        self.prepare(now);
    }

    /// Writes down that the order is about to be sent.
    fn prepare(&mut self, now: Tick) {
        let send_by = now + self.policy.deadline;
        let seconds = |tick: Tick| tick.wall_clock().map(|at| at.as_secs());
        self.document.attempts.push(Attempt {
            recorded_at: seconds(now),
            send_by: seconds(send_by),
            told: None,
        });
        // What was looked for until now was not this attempt.
        self.document.scans = 0;
        self.document.watched = Duration::ZERO;
        self.has_seen_all = false;
        let after_doubt = matches!(self.document.state, State::Ambiguous);
        self.document.state = State::Sending;
        self.step = Step::write(Then::Send { send_by, after_doubt });
    }

    /// Takes what came of sending the order.
    fn take_answer(&mut self, result: Result<Reply<OrderPlaced>, Error>) {
        let error = match result {
            Ok(reply) => {
                self.confirm(&reply.value.order_no, By::Answer, &[]);
                self.placed = Some(reply.value);
                return;
            }
            Err(error) => error,
        };
        if let Some(attempt) = self.document.attempts.last_mut() {
            attempt.told = Some(Record::of(&error, &OrderSave::META));
        }
        self.document.tainted |= error.delivery() == Delivery::MaybeExecuted;
        let is_refused = error.delivery() == Delivery::Answered && error.kind() == ErrorKind::Refused;
        // A gateway that repeats a request gives the answer to the second: that the URL is taken, by the first.
        let may_be_taken_by_us = is_refused && self.order.keys.pbx_url.is_some();
        if self.document.tainted || may_be_taken_by_us {
            self.document.state = State::Ambiguous;
            self.error = Some(error);
            self.step = Step::write(Then::Watch);
        } else if is_refused {
            self.fail(State::Rejected, error);
        } else {
            self.fail(State::NotSent, error);
        }
    }

    /// Takes what a look after doubt has found.
    fn take_watch(&mut self, now: Tick, mut watch: Watch, look: Result<Findings, Error>) {
        self.document.watched = self.document.watched.saturating_add(now.since(watch.last));
        watch.last = now;
        self.has_seen_all = false;
        self.problem = None;
        match look {
            Ok(findings) => {
                if let Some((order_no, others)) = findings.found.split_first() {
                    return self.confirm(order_no, By::Found, others);
                }
                self.has_seen_all = findings.is_complete;
                self.candidates = findings.candidates;
                self.after = Some(findings.witness);
            }
            Err(error) => self.problem = Some(error),
        }
        if let Some(error) = self.confirmed_refusal() {
            return self.fail(State::Rejected, error);
        }
        if self.has_seen_all {
            self.document.scans = self.document.scans.saturating_add(1);
            watch.scans = watch.scans.saturating_add(1);
            if self.may_resend(&watch) {
                return self.prepare(now);
            }
        }
        let (quarantine, patience) = self.patience();
        let end = watch.since + patience;
        if now >= end {
            self.step = Step::write(Then::Finish);
            return;
        }
        let quarantine = watch.since + quarantine;
        let until = (now + watch.pause).min(if now < quarantine { quarantine } else { end });
        watch.pause = watch.pause.saturating_mul(2).min(self.policy.reconcile_cap).max(SHORTEST_PAUSE);
        self.step = Step::Waiting { watch: Some(watch), until };
    }

    /// The refusal of the only order that can have arrived, when its PBX URL is free after it.
    fn confirmed_refusal(&mut self) -> Option<Error> {
        let is_free = self.after.as_ref().and_then(|after| after.pbx_url_existed) == Some(false);
        let refusal = self.document.attempts.last().and_then(Attempt::error)?;
        let is_refused = refusal.delivery() == Delivery::Answered && refusal.kind() == ErrorKind::Refused;
        let is_confirmed = self.has_seen_all && is_free && is_refused && !self.document.tainted;
        is_confirmed.then(|| self.error.take().unwrap_or(refusal))
    }

    /// Whether the order is sent once more, after a complete look without it.
    fn may_resend(&mut self, watch: &Watch) -> bool {
        if mem::take(&mut self.assumes_absent) {
            return true;
        }
        // What was refused is refused again, and a candidate may be the order that is missing.
        let is_answered =
            self.document.attempts.last().is_some_and(|last| last.delivery() == Delivery::Answered);
        if is_answered || !self.candidates.is_empty() || self.resends_left == 0 {
            return false;
        }
        let may_resend = match self.document.resend {
            Resend::Never => false,
            Resend::UniqueKeyGuard => {
                self.after.as_ref().and_then(|after| after.pbx_url_existed) == Some(false)
            }
            Resend::AfterQuarantine(quarantine) => {
                let is_over = watch.last.since(watch.since) >= quarantine && watch.scans >= SCANS_OF_ABSENCE;
                // The assumption of this policy: what has not shown by now never will.
                self.document.tainted &= !is_over;
                is_over
            }
        };
        self.resends_left -= u32::from(may_resend);
        may_resend
    }

    /// How long an order is looked for: until it may be sent again, and in all.
    fn patience(&self) -> (Duration, Duration) {
        match self.document.resend {
            Resend::AfterQuarantine(quarantine) => {
                (quarantine, quarantine.saturating_add(self.policy.reconcile_for))
            }
            _ => (Duration::ZERO, self.policy.reconcile_for),
        }
    }

    /// What follows when the document is stored. `Some` ends the purchase.
    fn go_on(&mut self, now: Tick, then: Then) -> Option<Result<Outcome, Error>> {
        match then {
            Then::Look => self.step = Step::Looking(self.look(None)),
            Then::Send { send_by, .. } => {
                self.has_sent = true;
                match Call::new(&FrozenOrder(self.order.body.clone()), &self.origin, &self.policy) {
                    Ok(call) => self.step = Step::Sending { call: Box::new(call), send_by },
                    Err(error) => self.take_answer(Err(error)),
                }
            }
            Then::Watch => {
                let watch = Watch::begin(now, &self.policy);
                self.step = Step::Waiting { until: now + watch.pause, watch: Some(watch) };
            }
            Then::Finish => return Some(Ok(self.outcome())),
        }
        None
    }

    /// The document is not stored as it is. `Some` ends the purchase.
    fn take_refusal(
        &mut self,
        now: Tick,
        then: Then,
        tries: u32,
        stored: Option<Entry>,
        error: Error,
    ) -> Option<Result<Outcome, Error>> {
        self.document.version -= 1;
        let stored = stored.map(|entry| Document::read(&entry, &self.origin));
        match then {
            // Nothing was sent, and must not be sent now.
            Then::Look | Then::Send { after_doubt: false, .. } => return Some(Err(error)),
            Then::Send { after_doubt: true, .. } => {
                self.document.attempts.pop();
                self.document.state = State::Ambiguous;
                if let Some(Ok(theirs)) = stored {
                    self.leave_to(theirs);
                    return Some(Ok(self.outcome()));
                }
                return Some(Ok(self.outcome().with_unrecorded(error)));
            }
            Then::Watch | Then::Finish => {}
        }
        let can_wait = tries < JOURNAL_TRIES;
        // Whether there is an order, after no more than a look, is for another process to say that is sending it.
        let is_denied =
            matches!(self.document.state, State::NotSent(_) | State::Rejected(_)) && !self.has_sent;
        match stored {
            Some(Ok(theirs)) if is_denied && theirs.state.is_open() && self.is_settled_by(&theirs) => {
                return Some(Err(error));
            }
            Some(Ok(theirs)) if self.is_settled_by(&theirs) => {
                if let State::Confirmed { .. } = self.document.state {
                    self.document.build_on(theirs);
                } else {
                    self.leave_to(theirs);
                }
                return Some(Ok(self.outcome()));
            }
            Some(Ok(theirs)) if can_wait => {
                self.document.build_on(theirs);
                self.step = Step::Unwritten { then, tries: tries + 1, until: now };
            }
            None if can_wait => {
                self.step = Step::Unwritten { then, tries: tries + 1, until: now + JOURNAL_PAUSE };
            }
            _ if is_denied => return Some(Err(error)),
            _ => {
                // Another process may have sent the order again: then it is not for this one to say no.
                self.document.give_up_denial();
                let outcome = self.go_on(now, then)?;
                return Some(outcome.map(|outcome| outcome.with_unrecorded(error)));
            }
        }
        None
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
            (_, state) => !state.is_open() || theirs.attempts.len() > self.document.attempts.len(),
        }
    }

    /// Takes another process's word for how the purchase stands.
    fn leave_to(&mut self, theirs: Document) {
        let ours = mem::replace(&mut self.document, theirs);
        self.document.learn(ours.attempts);
        self.error = None;
    }

    fn journal_error(&self, problem: &str) -> Error {
        Error::new(ErrorKind::Journal, alloc::format!("the entry `{}` {problem}", self.document.id))
    }

    fn outcome(&mut self) -> Outcome {
        let unrecorded = None;
        match &self.document.state {
            State::Confirmed { order_no, by, others } => Outcome::Confirmed {
                order_no: order_no.as_str().into(),
                by: *by,
                placed: self.placed.take(),
                others: others.iter().map(|other| other.as_str().into()).collect(),
                unrecorded,
            },
            State::Rejected(record) => {
                let error = self.error.take().unwrap_or_else(|| record.to_error(&OrderSave::META));
                Outcome::Rejected { error }
            }
            State::NotSent(record) => {
                let error = self.error.take().unwrap_or_else(|| record.to_error(&OrderSave::META));
                Outcome::NotSent { error }
            }
            State::Recorded | State::Sending | State::Ambiguous => Outcome::Ambiguous {
                evidence: Box::new(Evidence {
                    po_number: self.order.keys.po_number.clone(),
                    pbx_url: self.order.keys.pbx_url.clone(),
                    attempts: self.document.attempts.clone(),
                    before: self.document.before.clone(),
                    after: self.after.take(),
                    scans: self.document.scans,
                    watched: self.document.watched,
                    problem: self.problem.take(),
                }),
                absent: self.was_looked_for() && self.has_seen_all && self.candidates.is_empty(),
                candidates: mem::take(&mut self.candidates),
                unrecorded,
            },
        }
    }

    /// Carries the step out as far as it goes. `Err` is what has to be done before it goes on.
    #[expect(clippy::result_large_err, reason = "the action is handed up, not an error that is kept")]
    fn run(
        &mut self,
        now: Tick,
        session: &mut Session,
    ) -> Result<Result<Outcome, Error>, Action<Result<Outcome, Error>, Entry>> {
        loop {
            match mem::replace(&mut self.step, Step::Over) {
                Step::Looking(mut look) => match look.poll(now, session).lift() {
                    Ok(findings) => self.take_look(now, findings),
                    Err(action) => {
                        self.step = Step::Looking(look);
                        return Err(action);
                    }
                },
                Step::Unwritten { then, tries, until } => {
                    if now < until {
                        self.step = Step::Unwritten { then, tries, until };
                        return Err(Action::Sleep(until.since(now)));
                    }
                    self.document.version = self.document.version.saturating_add(1);
                    match self.document.to_entry() {
                        Ok(entry) => {
                            self.step = Step::Writing { then, tries, told: None };
                            return Err(Action::Persist(entry));
                        }
                        // A journal that fails: after the order was sent an error must not hide it.
                        Err(error) => {
                            let told = Some(Persisted::Failed(Box::new(error)));
                            self.step = Step::Writing { then, tries, told };
                        }
                    }
                }
                Step::Writing { then, tries, told } => {
                    let end = match told {
                        Some(Persisted::Stored) => self.go_on(now, then),
                        Some(Persisted::Conflict(stored)) => {
                            let problem =
                                if stored.is_some() { "was changed by another process" } else { "is gone" };
                            self.take_refusal(now, then, tries, stored, self.journal_error(problem))
                        }
                        Some(Persisted::Failed(source)) => {
                            let error = self.journal_error(&alloc::format!("cannot be written: {source}"));
                            self.take_refusal(now, then, tries, None, error.with_source(source))
                        }
                        None => {
                            let error = self.journal_error("cannot be written: nothing was reported of it");
                            self.take_refusal(now, then, tries, None, error)
                        }
                    };
                    if let Some(end) = end {
                        return Ok(end);
                    }
                }
                Step::Sending { mut call, send_by } => match call.poll(now, session).lift() {
                    Ok(result) => self.take_answer(result),
                    Err(Action::Send(_)) if now.is_past(send_by) => {
                        call.abandon(session);
                        let error = Error::new(ErrorKind::Interrupted, "the time to send it is over");
                        self.take_answer(Err(error.at(&OrderSave::META)));
                    }
                    Err(mut action) => {
                        if let Action::Send(exchange) = &mut action {
                            exchange.send_by = Some(send_by);
                        }
                        self.step = Step::Sending { call, send_by };
                        return Err(action);
                    }
                },
                Step::Waiting { watch, until } => {
                    if now < until {
                        self.step = Step::Waiting { watch, until };
                        return Err(Action::Sleep(until.since(now)));
                    }
                    let watch = watch.unwrap_or_else(|| Watch::begin(now, &self.policy));
                    let before = self.document.before.clone().unwrap_or_default();
                    self.step = Step::Watching { watch, look: self.look(Some(&before)) };
                }
                Step::Watching { watch, mut look } => match look.poll(now, session).lift() {
                    Ok(findings) => self.take_watch(now, watch, findings),
                    Err(action) => {
                        self.step = Step::Watching { watch, look };
                        return Err(action);
                    }
                },
                Step::Settled => return Ok(Ok(self.outcome())),
                Step::Over => return Ok(Err(Error::new(ErrorKind::Transport, "polled after its end"))),
            }
        }
    }
}

impl Machine for Purchase {
    type Output = Result<Outcome, Error>;
    type Checkpoint = Entry;

    fn poll(&mut self, now: Tick, session: &mut Session) -> Action<Self::Output, Entry> {
        self.run(now, session).map_or_else(|action| action, Action::Done)
    }

    fn on(&mut self, event: Event) {
        match (&mut self.step, event) {
            (Step::Looking(look) | Step::Watching { look, .. }, event) => look.on(event),
            (Step::Sending { call, .. }, event) => call.on(event),
            (Step::Writing { told, .. }, Event::Persisted(persisted)) => *told = Some(persisted),
            _ => {}
        }
    }

    fn abandon(&mut self, session: &mut Session) {
        match &mut self.step {
            Step::Looking(look) | Step::Watching { look, .. } => look.abandon(session),
            Step::Sending { call, .. } => call.abandon(session),
            _ => {}
        }
    }
}

impl fmt::Debug for Purchase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Purchase")
            .field("id", &self.document.id)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Step {
    fn write(then: Then) -> Self {
        Self::Unwritten { then, tries: 1, until: Tick::default() }
    }
}

impl Watch {
    fn begin(now: Tick, policy: &Policy) -> Self {
        Self { since: now, last: now, pause: policy.reconcile_base.max(SHORTEST_PAUSE), scans: 0 }
    }
}
