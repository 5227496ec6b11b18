//! The steps of a purchase, from one thing to do to the next.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;
use core::time::Duration;

use super::{Errand, Purchase, Step, Then};
use crate::call::Call;
use crate::call::machine::{Action, Event, Machine};
use crate::call::session::Session;
use crate::error::Error;
use crate::error::invalid::BuildError;
use crate::error::kind::{Delivery, ErrorKind};
use crate::exchange::time::Tick;
use crate::journal::request::{JournalReply, JournalRequest};
use crate::portal::order::{CreateOrder, OrderInfo, OrderPlaced};
use crate::purchase::context::Context;
use crate::purchase::document::State;
use crate::purchase::intent::Keys;
use crate::purchase::look::{After, Findings, Look};
use crate::purchase::outcome::{ConfirmedBy, Evidence, Outcome};
use crate::purchase::record::Record;
use crate::purchase::wire::FrozenOrder;
use crate::value::OrderNo;
use crate::wire::endpoint::Endpoint;
use crate::wire::reply::Reply;

impl Purchase {
    /// A look at the account, before the order or after it.
    pub(super) fn look(&self, after: Option<After<'_>>) -> Box<Look> {
        Box::new(Look::new(
            &self.document.id,
            &self.order.keys,
            &self.subject,
            after,
            &self.context.origin,
            &self.context.policy,
        ))
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.order.keys
    }

    pub(super) fn fail(&mut self, state: impl FnOnce(Record) -> State, error: Error) {
        self.document.state = state(Record::of(&error, &CreateOrder::META));
        self.error = Some(error);
        self.step = Step::write(Then::Finish);
    }

    pub(super) fn confirm(&mut self, order_no: &OrderNo, by: ConfirmedBy, others: &[OrderNo]) {
        // An order that was not seen in time by an earlier attempt may show later.
        let is_unchecked =
            self.document.may_be_double() && matches!(by, ConfirmedBy::Answer | ConfirmedBy::Found);
        self.document.state = State::confirmed(order_no, by, others, is_unchecked);
        self.step = Step::write(if is_unchecked { Then::Watch } else { Then::Finish });
    }

    /// Takes the orders with a key, the oldest of which is the one.
    pub(super) fn confirm_found(&mut self, mut found: Vec<OrderInfo>, by: ConfirmedBy) {
        let numbers: Vec<_> = found.iter().filter_map(|order| order.order_no.clone()).collect();
        if let Some((order_no, others)) = numbers.split_first() {
            self.confirm(order_no, by, others);
            self.row = Some(found.swap_remove(0));
        }
    }

    /// Takes what the look before the order has found.
    fn take_look(&mut self, now: Tick, look: Result<Findings, Error>) {
        let findings = match look {
            Ok(findings) => findings,
            Err(error) => {
                // What became of a query says nothing of the order.
                let attempts = error.attempts();
                return self.fail(State::NotPlaced, error.with_attempts(attempts, Delivery::NotDelivered));
            }
        };
        if !findings.found.is_empty() {
            return self.confirm_found(findings.found, ConfirmedBy::AlreadyThere);
        }
        if let Some(order) = findings.candidates.first() {
            let problem = alloc::format!(
                "an order with the purchase order number `{}` is there already, and has no number of its own yet ({order}): \
                 purchase it again when it has one, or choose another id",
                self.order.keys.po_number
            );
            let error = Error::new(ErrorKind::UnexpectedAnswer, problem).at(&CreateOrder::META);
            return self.fail(State::NotPlaced, error);
        }
        if let (Some(true), Some(pbx_url)) = (findings.snapshot.pbx_url_existed, &self.order.keys.pbx_url) {
            let error = BuildError::new(
                "orderPceSpecialRequest.pbxUrl",
                alloc::format!("is `{pbx_url}`, which is taken"),
                "look first whether an order of yours has it; if not, choose another URL, in a new intent",
            );
            return self.fail(State::Rejected, Error::from(error).at(&CreateOrder::META));
        }
        self.document.before = Some(findings.snapshot);
        self.prepare(now);
    }

    /// Writes down that the order is about to be sent.
    pub(super) fn prepare(&mut self, now: Tick) {
        let after_doubt = matches!(self.document.state, State::Ambiguous);
        if after_doubt {
            self.fallback = Some(Box::new(self.document.clone()));
        }
        let send_by = now + self.context.policy.deadline;
        self.document.begin_attempt(now, send_by, self.context.policy.once_timeout);
        // What was looked for until now was not this attempt.
        self.document.forget_looks();
        self.seen.is_complete = false;
        if self.errand == Errand::Resubmit {
            self.errand = Errand::Ask;
        }
        self.document.state = State::Sending;
        self.step = Step::write(Then::Send { send_by, after_doubt });
    }

    /// Takes what came of sending the order.
    fn take_answer(&mut self, result: Result<Reply<OrderPlaced>, Error>) {
        let error = match result {
            Ok(reply) => {
                self.document.place_attempt();
                self.confirm(&reply.value.order_no, ConfirmedBy::Answer, &[]);
                self.placed = Some(reply.value);
                return;
            }
            Err(error) => error,
        };
        self.document.end_attempt(Record::of(&error, &CreateOrder::META));
        if !self.document.tainted && error.delivery() == Delivery::NotDelivered {
            return self.fail(State::NotPlaced, error);
        }
        // A refusal too: a gateway that repeats a request gives the answer to the second copy.
        self.document.state = State::Ambiguous;
        self.error = Some(error);
        self.step = Step::write(Then::Watch);
    }

    /// What follows when the document is stored. `Some` ends the purchase.
    pub(super) fn go_on(&mut self, now: Tick, then: Then) -> Option<Result<Outcome, Error>> {
        match then {
            Then::Look => self.step = Step::Looking(self.look(None)),
            Then::Send { send_by, .. } => {
                self.has_sent = true;
                self.fallback = None;
                self.error = None;
                let Context { origin, policy, .. } = &self.context;
                let mut policy = policy.clone();
                if self.document.delivered > 0 {
                    // What is said to a later request may be about the first one: that it is there twice, for example.
                    policy.known_refusals.clear();
                }
                match Call::new(&FrozenOrder(self.order.body.clone()), origin, &policy) {
                    Ok(call) => self.step = Step::Sending { call: Box::new(call), send_by },
                    Err(error) => self.take_answer(Err(error)),
                }
            }
            Then::Watch => {
                let watch = self.begin_watch(now);
                self.step = Step::Waiting { until: now + watch.pause, watch: Some(watch) };
            }
            Then::Finish | Then::Record => return Some(Ok(self.outcome())),
            Then::Fail => {
                let error = self.error.take();
                return Some(error.map_or_else(|| Ok(self.outcome()), Err));
            }
        }
        None
    }

    /// Tells the other purchases of this client which orders are not theirs.
    fn make_known(&self, session: &mut Session) {
        self.document.orders().for_each(|order_no| session.orders.add(order_no, &self.document.id));
    }

    pub(super) fn outcome(&mut self) -> Outcome {
        let unrecorded = None;
        match &self.document.state {
            State::Confirmed { order_no, by, others, .. } => Outcome::Confirmed {
                order_no: order_no.as_str().into(),
                by: *by,
                placed: self.placed.take(),
                row: self.row.take().map(Box::new),
                others: others.iter().map(|other| other.as_str().into()).collect(),
                unrecorded,
            },
            State::Rejected(record) => {
                let error = self.error.take().unwrap_or_else(|| record.to_error(&CreateOrder::META));
                Outcome::Rejected { error }
            }
            State::NotPlaced(record) => {
                let error = self.error.take().unwrap_or_else(|| record.to_error(&CreateOrder::META));
                Outcome::NotPlaced { error }
            }
            State::Recorded | State::Sending | State::Ambiguous => {
                let absent = self.is_absent();
                Outcome::Ambiguous {
                    evidence: Box::new(Evidence {
                        po_number: self.order.keys.po_number.clone(),
                        pbx_url: self.order.keys.pbx_url.clone(),
                        attempts: self.document.attempts.clone(),
                        before: self.document.before.clone(),
                        after: self.seen.after.take(),
                        sighted: self.document.sighted.clone(),
                        url_was_taken: self.document.url_was_taken,
                        looked_for_until: self.document.looked_for_until,
                        scans: self.document.scans,
                        watched: self.document.watched,
                        problem: self.seen.problem.take(),
                    }),
                    absent,
                    candidates: mem::take(&mut self.seen.candidates),
                    unrecorded,
                }
            }
        }
    }

    /// Carries the step out as far as it goes. `Err` is what has to be done before it goes on.
    #[expect(clippy::result_large_err, reason = "the action is handed up, not an error that is kept")]
    fn run(
        &mut self,
        now: Tick,
        session: &mut Session,
    ) -> Result<Result<Outcome, Error>, Action<Result<Outcome, Error>, JournalRequest>> {
        loop {
            match mem::replace(&mut self.step, Step::Over) {
                Step::IfFree(hold, step) => match self.held(now, hold) {
                    Some(error) => return Ok(Err(error)),
                    None => self.step = *step,
                },
                // To claim it would take it from a process that is at work on it.
                Step::Recorded if self.is_claimed_long_enough(now) || !self.document.state.is_open() => {
                    self.step = Step::Looking(self.look(None));
                }
                Step::Recorded => self.step = Step::write(Then::Look),
                Step::Looking(mut look) if !self.is_account_of(session) => {
                    look.abandon(session);
                    self.take_look(now, Err(replaced_credentials()));
                }
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
                    self.make_known(session);
                    if let Some(entry) = self.write(now, then, tries) {
                        return Err(Action::Journal(JournalRequest::Store(entry)));
                    }
                }
                Step::Writing { then, tries, told } => {
                    let end = match told {
                        Some(JournalReply::Stored) => self.go_on(now, then),
                        told => self.take_write_failure(now, then, tries, told),
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
                        self.take_answer(Err(error.at(&CreateOrder::META)));
                    }
                    Err(Action::Send(_)) if !self.is_account_of(session) => {
                        call.abandon(session);
                        self.take_answer(Err(replaced_credentials()));
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
                    if let Some(request) = self.begin_look(now, until, watch) {
                        return Err(Action::Journal(request));
                    }
                }
                Step::Asking { watch, told } => {
                    self.step = Step::Waiting { watch: Some(watch), until: now };
                    if let Some(end) = self.take_news(told) {
                        return Ok(end);
                    }
                }
                Step::Watching { watch, mut look } if !self.is_account_of(session) => {
                    look.abandon(session);
                    self.take_watch(now, watch, Err(replaced_credentials()));
                }
                Step::Watching { watch, mut look } => match look.poll(now, session).lift() {
                    Ok(findings) => self.take_watch(now, watch, findings),
                    Err(action) => {
                        self.step = Step::Watching { watch, look };
                        return Err(action);
                    }
                },
                Step::Denied { since } => {
                    if let Some(action) = self.deny(now, since.unwrap_or(now)) {
                        return Err(action);
                    }
                }
                Step::Settled => return Ok(Ok(self.outcome())),
                Step::Over => return Ok(Err(Error::new(ErrorKind::Transport, "polled after its end"))),
            }
        }
    }

    /// Closes the purchase on a person's word, unless another process may still send the order. `Some` comes before that.
    fn deny(&mut self, now: Tick, since: Tick) -> Option<Action<Result<Outcome, Error>, JournalRequest>> {
        let silent_until = self.document.silent_until(now, since, &self.context.policy);
        if now < silent_until {
            let left = silent_until.since(now);
            if self.document.is_told_by_wall_clock(now) {
                return Some(Action::Done(Err(self.still_under_way(left))));
            }
            self.step = Step::Denied { since: Some(since) };
            return Some(Action::Sleep(left));
        }
        let error =
            Error::new(ErrorKind::Interrupted, "a person has looked, and says that it was not ordered");
        self.fail(State::Rejected, error.at(&CreateOrder::META));
        self.step = Step::write(Then::Record);
        None
    }

    fn still_under_way(&self, left: Duration) -> Error {
        let error = Error::from(BuildError::new(
            "intent",
            alloc::format!("`{}` may still be sent by another process", self.document.id),
            alloc::format!("say that it was not ordered in {} s or later", left.as_secs().saturating_add(1)),
        ));
        error.with_retry_after(Some(left))
    }

    /// Whether the session still has credentials of the account whose purchase it is.
    fn is_account_of(&self, session: &Session) -> bool {
        self.context.account.is_same(session.account())
    }
}

fn replaced_credentials() -> Error {
    let message = "the client's credentials were replaced meanwhile, and the new ones do not tell that they are of the same account: \
                   give all credentials of an account the same label";
    Error::new(ErrorKind::Interrupted, message).at(&CreateOrder::META)
}

impl Machine for Purchase {
    type Output = Result<Outcome, Error>;
    type Journal = JournalRequest;

    fn poll(&mut self, now: Tick, session: &mut Session) -> Action<Self::Output, JournalRequest> {
        self.run(now, session).map_or_else(|action| action, Action::Done)
    }

    fn on(&mut self, event: Event) {
        match (&mut self.step, event) {
            (Step::Looking(look) | Step::Watching { look, .. }, event) => look.on(event),
            (Step::Sending { call, .. }, event) => call.on(event),
            (Step::Writing { told, .. } | Step::Asking { told, .. }, Event::Journal(reply)) => {
                *told = Some(reply);
            }
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
