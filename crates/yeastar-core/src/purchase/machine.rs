//! The purchase: record, look, write down, send, and after doubt look again.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::time::Duration;

use serde::Deserialize;

use super::claim::Hold;
use super::context::Context;
use super::document::{Document, State};
use super::intent::{Frozen, Intent, Keys};
use super::look::{After, Findings, Look, Subject};
use super::outcome::{By, Candidate, Evidence, Finding, Outcome, Witness};
use super::reconcile::Watch;
use super::stored::Stored;
use super::wire::FrozenOrder;
use crate::call::Call;
use crate::encoder::BuildError;
use crate::endpoint::Endpoint;
use crate::entry::{Entry, EntryKey, IntentId};
use crate::envelope::Reply;
use crate::error::{Delivery, Error, ErrorKind, Record};
use crate::journal::{JournalReply, JournalRequest};
use crate::machine::{Action, Event, Machine};
use crate::order::{Order, OrderInfo, OrderPlaced, OrderSave};
use crate::session::Session;
use crate::tick::Tick;
use crate::value::{OrderNo, ProductId, ProductNo};

/// One order, placed once. The [module](super) says what is promised.
///
/// It is a [`Machine`] that wants its state written down ([`Action::Journal`]) and goes on when it is.
/// `Err` means that nothing was sent by this machine; once something was, there is always an [`Outcome`].
///
/// All constructors take the entries that the journal has of the id, of whichever account, and pick the one of the
/// account that the [`Context`] names.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub struct Purchase {
    pub(super) context: Context,
    /// Under which the entry is stored.
    pub(super) key: EntryKey,
    pub(super) document: Document,
    order: Frozen,
    subject: Subject,
    pub(super) errand: Errand,
    /// The document before it was about to be sent again.
    pub(super) fallback: Option<Box<Document>>,
    pub(super) resends_left: u32,
    /// Whether the journal does not know the state of the document.
    pub(super) is_unrecorded: bool,
    /// Whether this machine has begun to send.
    pub(super) has_sent: bool,
    /// Whether a request of this machine was turned away and sent again.
    pub(super) has_sent_after_refusal: bool,
    /// The answer to the order.
    placed: Option<OrderPlaced>,
    /// What the order list said of the order when it was found.
    pub(super) row: Option<OrderInfo>,
    /// What stands in the document, with its source and body.
    pub(super) error: Option<Error>,
    pub(super) seen: Seen,
    pub(super) step: Step,
}

/// What the caller wants.
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(super) enum Errand {
    /// To know what became of the order.
    Ask,
    /// To have the recorded order sent, if it was not.
    Send,
    /// To have it sent once more: the caller says that an earlier request will not take effect.
    Resubmit,
    /// To know what one look of many tells, without sending anything.
    Round,
}

/// What the last look after doubt has seen.
#[derive(Default)]
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(super) struct Seen {
    /// Whether everything was read.
    pub(super) is_complete: bool,
    pub(super) candidates: Vec<Candidate>,
    pub(super) after: Option<Witness>,
    /// Why it failed.
    pub(super) problem: Option<Error>,
}

#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(super) enum Step {
    /// Goes on with this step, unless another process is at work or the order is still looked for.
    IfFree(Hold, Box<Step>),
    /// Nothing was sent, and that is to be changed.
    Recorded,
    Looking(Box<Look>),
    Unwritten {
        then: Then,
        tries: Tries,
        until: Tick,
    },
    Writing {
        then: Then,
        tries: Tries,
        told: Option<JournalReply>,
    },
    Sending {
        call: Box<Call<OrderPlaced>>,
        send_by: Tick,
    },
    Waiting {
        watch: Option<Watch>,
        until: Tick,
    },
    /// The journal is asked whether another process has found out more meanwhile.
    Asking {
        watch: Watch,
        told: Option<JournalReply>,
    },
    Watching {
        watch: Watch,
        look: Box<Look>,
    },
    /// A person says that there is no order.
    Denied {
        since: Option<Tick>,
    },
    Settled,
    Over,
}

/// The tries to store a document that have failed so far.
#[derive(Clone, Copy, Default)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(super) struct Tries {
    pub(super) failed: u32,
    /// When the first one failed.
    pub(super) since: Option<Tick>,
    /// Whether the journal had another version at the last one.
    pub(super) is_answered: bool,
}

/// What follows when the document is stored.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(super) enum Then {
    Look,
    Send {
        send_by: Tick,
        after_doubt: bool,
    },
    Watch,
    Finish,
    /// Like `Finish`, for what the caller says: it ends well only when this version is stored.
    Record,
    /// It ends with the error of the journal that kept it from sending.
    Fail,
}

impl Purchase {
    /// The purchase of this intent, from what the journal has of it. With an entry it goes on where that one ends,
    /// so that a purchase can be started again after a crash, as often as need be, and is still one purchase.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] when the order breaks a rule, the id cannot be one, or the id stands for
    /// another order in the journal; [`ErrorKind::Journal`] when an entry cannot be trusted, may be that of another
    /// account, or does not say whose it is and is one of which something would be sent.
    pub fn new(intent: &Intent, stored: &[Entry], context: &Context) -> Result<Self, Error> {
        let order = intent.freeze()?;
        let Some(Stored { key, mut document }) = Stored::pick(stored, intent.id(), context)? else {
            let key = EntryKey::new(context.account.label().cloned(), intent.id().clone());
            let document = Document::new(intent.id(), &order, intent.resend(), context);
            let mut purchase = Self::with(key, document, order, context);
            purchase.errand = Errand::Send;
            purchase.step = Step::write(Then::Look);
            return Ok(purchase);
        };
        if document.frozen()? != order {
            return Err(BuildError::new(
                "intent id",
                alloc::format!("is `{}`, which stands for another order in the journal", intent.id()),
                "resume this id first: its order may exist already; to correct an order of which nothing was sent, \
                 `replace` it; a new id is for a new order only",
            )
            .into());
        }
        document.resend = intent.resend();
        Self::with(key, document, order, context).begin()
    }

    /// Goes on with a purchase as [`new`](Self::new) does, with the order that was recorded: what was recorded and
    /// not sent is sent, without the caller having to bring the order again.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`ErrorKind::Journal`] when the entry does not say whose it is and something would
    /// be sent.
    pub fn restart(id: &IntentId, stored: &[Entry], context: &Context) -> Result<Self, Error> {
        Self::recorded(id, stored, context)?.begin()
    }

    /// Finds out what became of a purchase. It never begins to send: an intent of which nothing was sent
    /// ends as [`Outcome::NotSent`], and is purchased again by [`new`](Self::new) or [`restart`](Self::restart).
    /// After doubt it looks for the order, and sends it again only where the intent's
    /// [`Resend`](super::Resend) says so. While the process that wrote the entry says that it is at work, the machine ends with
    /// [`ErrorKind::Conflict`] and [`Error::retry_after`], and changes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`] when there is no entry, or it cannot be trusted: it was changed, cut off, written by a later
    /// version of this library, or belongs to another portal or account.
    pub fn resume(id: &IntentId, stored: &[Entry], context: &Context) -> Result<Self, Error> {
        let mut purchase = Self::taken_up(id, stored, context)?;
        purchase.step = Step::IfFree(Hold::Work, Box::new(purchase.step));
        Ok(purchase)
    }

    /// Closes a purchase as [`NotSent`](Outcome::NotSent) whose order this process has recorded and will not send, since its
    /// caller has gone. `recorded` is the entry that this process has stored, with nothing stored after it; its own claim is
    /// ignored. When another process has changed the entry meanwhile, that one is left as it is.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume).
    pub fn give_up(recorded: Entry, context: &Context) -> Result<Self, Error> {
        let id = recorded.id().clone();
        Self::taken_up(&id, &[recorded], context)
    }

    /// Sends the order once more, although an earlier request may still take effect: the caller takes it upon
    /// itself to say that it will not. One more look comes first. The order is not sent while a
    /// [candidate](Outcome::Ambiguous) is in sight, its PBX URL is taken, something could not be read, or another
    /// process may still send the order; the outcome then says what stands in the way. What an earlier request is
    /// taken to be is not changed by it: a refusal of the new one leaves the purchase ambiguous.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`ErrorKind::Journal`] when the entry does not say whose it is;
    /// [`ErrorKind::InvalidRequest`] when the purchase is not ambiguous, or was not looked for long and often enough. The machine
    /// ends with this kind and [`Error::retry_after`] while [rounds](super::Round) still look for the order.
    pub fn resubmit_assuming_absent(
        id: &IntentId,
        stored: &[Entry],
        context: &Context,
    ) -> Result<Self, Error> {
        let mut purchase = Self::taken_up(id, stored, context)?;
        purchase.check_ambiguous()?;
        purchase.check_owner()?;
        if !purchase.was_looked_for() {
            return Err(BuildError::new(
                "intent",
                alloc::format!("`{id}` was not looked for long and often enough to be called absent"),
                "resume it with a longer `reconcile_for`, or reconcile from time to time, until its outcome says `absent`",
            )
            .into());
        }
        purchase.errand = Errand::Resubmit;
        purchase.step = Step::IfFree(Hold::Search, Box::new(purchase.step));
        Ok(purchase)
    }

    /// Closes a purchase that stays ambiguous, by what a person has found out in the portal; or one that is confirmed and
    /// stays open because a second order could not be looked for, by the number that is known. It ends well only when this
    /// is stored.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`ErrorKind::InvalidRequest`] when the purchase is not ambiguous, the order
    /// number is empty, or "not ordered" is said while another process may still send the order. The machine ends with this
    /// kind and [`Error::retry_after`] while [rounds](super::Round) still look for the order, and with
    /// [`ErrorKind::Conflict`] when another process has changed the entry meanwhile. Where the clock of the process that
    /// was to send it is ahead of this one, "not ordered" waits instead, for as long as that one may take.
    pub fn settle(
        id: &IntentId,
        finding: Finding,
        stored: &[Entry],
        context: &Context,
    ) -> Result<Self, Error> {
        let mut purchase = Self::taken_up(id, stored, context)?;
        match (finding, &mut purchase.document.state) {
            (Finding::Ordered(order_no), _) if order_no.as_str().trim().is_empty() => {
                return Err(BuildError::new(
                    "order number",
                    "is empty",
                    "pass the number that the portal shows for the order",
                )
                .into());
            }
            // It was looked for a second order for long enough.
            (Finding::Ordered(said), State::Confirmed { order_no, unchecked: unchecked @ true, .. })
                if said.as_str() == order_no =>
            {
                *unchecked = false;
                purchase.step = Step::write(Then::Record);
            }
            (finding, _) => {
                purchase.check_ambiguous()?;
                let step = match finding {
                    Finding::Ordered(order_no) => {
                        purchase.confirm(&order_no, By::Person, &[]);
                        Step::write(Then::Record)
                    }
                    Finding::NotOrdered => Step::Denied { since: None },
                };
                purchase.step = Step::IfFree(Hold::Search, Box::new(step));
            }
        }
        Ok(purchase)
    }

    /// Puts a corrected order in the place of the recorded one, of which nothing arrived. Nothing is sent: the outcome is
    /// [`NotSent`](Outcome::NotSent), and [`restart`](Self::restart), or [`new`](Self::new) with the corrected order, sends it.
    /// It ends with `Ok` when the corrected order is stored, and with [`ErrorKind::Conflict`] when another process has
    /// changed the entry meanwhile, or is at work on it (then with [`Error::retry_after`]).
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`ErrorKind::InvalidRequest`] when the order breaks a rule, or the portal may have had
    /// the recorded one.
    pub fn replace(id: &IntentId, order: Order, stored: &[Entry], context: &Context) -> Result<Self, Error> {
        let mut purchase = Self::recorded(id, stored, context)?;
        let document = &purchase.document;
        let is_unsent =
            matches!(document.state, State::Recorded | State::NotSent(_)) && document.delivered == 0;
        if !is_unsent {
            return Err(BuildError::new(
                "intent",
                alloc::format!("`{id}` stands for an order that the portal may have had"),
                "resume it; a corrected order is a new intent, once it is known that this one was not placed",
            )
            .into());
        }
        purchase.check_owner()?;
        let mut intent = Intent::new(id, order).with_resend(document.resend);
        // Without the id in it, the caller has promised that its own number is unique.
        if !purchase.order.keys.po_number.ends_with(id.as_str()) {
            intent = intent.with_unique_po_number();
        }
        purchase.order = intent.freeze()?;
        purchase.document.set_frozen(&purchase.order);
        let error =
            Error::new(ErrorKind::Interrupted, "the order was replaced; restart the purchase to send it");
        purchase.fail(State::NotSent, error.at(&OrderSave::META));
        purchase.step = Step::IfFree(Hold::Work, Box::new(Step::write(Then::Record)));
        Ok(purchase)
    }

    /// Says that a purchase is that of this account: one that was recorded by a version of this library that wrote down
    /// no account, or with a former client id. Nothing is asked or sent. Looks that were made so far no longer count
    /// towards [`absent`](Outcome::Ambiguous): they may have been made in another account.
    ///
    /// It ends with `Ok` when this is stored, and with [`ErrorKind::Conflict`] when another process has changed the
    /// entry meanwhile.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`] when there is no entry, or it cannot be trusted, or belongs to another portal or to an
    /// account with another label.
    pub fn adopt(id: &IntentId, stored: &[Entry], context: &Context) -> Result<Self, Error> {
        let stored = Stored::adopt(stored, id, context)?.ok_or_else(|| Error::missing_entry(id))?;
        let order = stored.document.frozen()?;
        let mut purchase = Self::with(stored.key, stored.document, order, context);
        // Whoever looked for it may have looked in another account.
        purchase.document.forget_looks();
        purchase.document.forget_sights();
        purchase.step = Step::write(Then::Record);
        Ok(purchase)
    }

    /// Whether it can be [abandoned](Machine::abandon) now and leaves no doubt behind: until it begins to write down
    /// that the order is about to be sent. From then on it should run to its end, whoever still waits for it.
    pub fn may_stop(&self) -> bool {
        let is_about_to_send = match self.step {
            Step::Unwritten { then, .. } | Step::Writing { then, .. } => {
                matches!(then, Then::Send { .. } | Then::Fail)
            }
            _ => false,
        };
        !self.has_sent && !is_about_to_send
    }

    fn check_ambiguous(&self) -> Result<(), BuildError> {
        if let State::Ambiguous = self.document.state {
            return Ok(());
        }
        let problem = alloc::format!("`{}` is not ambiguous", self.document.id);
        Err(BuildError::new("intent", problem, "resume it: its outcome is known"))
    }

    /// Nothing is sent for an entry that does not say whose it is.
    pub(super) fn check_owner(&self) -> Result<(), Error> {
        if !self.document.is_unowned() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Journal,
            alloc::format!(
                "the entry `{}` was written by an earlier version of the library and does not say whose account it \
                 is: `adopt` it with a client of its account",
                self.document.id
            ),
        ))
    }

    /// The purchase as it was recorded.
    fn recorded(id: &IntentId, stored: &[Entry], context: &Context) -> Result<Self, Error> {
        let stored = Stored::pick(stored, id, context)?.ok_or_else(|| Error::missing_entry(id))?;
        let order = stored.document.frozen()?;
        Ok(Self::with(stored.key, stored.document, order, context))
    }

    fn with(key: EntryKey, document: Document, order: Frozen, context: &Context) -> Self {
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            product_id: Option<ProductId>,
            product_no: Option<ProductNo>,
        }

        // It narrows the candidates down, no more.
        let Body { product_id, product_no } = serde_json::from_slice(&order.body).unwrap_or_default();
        Self {
            context: context.clone(),
            key,
            document,
            order,
            subject: Subject { product_id, product_no },
            errand: Errand::Ask,
            fallback: None,
            resends_left: context.policy.max_attempts.saturating_sub(1),
            is_unrecorded: false,
            has_sent: false,
            has_sent_after_refusal: false,
            placed: None,
            row: None,
            error: None,
            seen: Seen::default(),
            step: Step::Settled,
        }
    }

    /// Goes on from a document, to send what was not sent.
    fn begin(mut self) -> Result<Self, Error> {
        match self.document.state {
            State::Recorded | State::NotSent(_) => {
                self.check_owner()?;
                self.errand = Errand::Send;
                self.step = if self.document.delivered == 0 {
                    Step::Recorded
                } else {
                    // It was turned away. A gateway may have repeated the request, and the answer be that to the second
                    // copy: what the first has done is looked for like any order after doubt.
                    Step::Waiting { watch: None, until: Tick::default() }
                };
            }
            State::Ambiguous if !self.document.tainted => {
                if !self.document.is_unowned() {
                    self.errand = Errand::Send;
                }
                self.take_up();
            }
            _ => self.take_up(),
        }
        Ok(self)
    }

    /// The purchase as it was recorded, to find out what became of it.
    fn taken_up(id: &IntentId, stored: &[Entry], context: &Context) -> Result<Self, Error> {
        let mut purchase = Self::recorded(id, stored, context)?;
        if let State::Recorded = purchase.document.state {
            let error = Error::new(
                ErrorKind::Interrupted,
                "the process ended before it sent the order: restart the purchase to send it",
            )
            .at(&OrderSave::META);
            purchase.fail(State::NotSent, error);
        } else {
            purchase.take_up();
        }
        Ok(purchase)
    }

    /// Goes on from a document of which something may have been sent.
    pub(super) fn take_up(&mut self) {
        if let State::Sending = self.document.state {
            self.document.doubt_attempt();
            self.document.state = State::Ambiguous;
        }
        let may_be_double = self.document.may_be_double();
        match &mut self.document.state {
            State::Ambiguous => self.step = Step::Waiting { watch: None, until: Tick::default() },
            State::Confirmed { .. } if may_be_double => {
                self.step = Step::Waiting { watch: None, until: Tick::default() };
            }
            // What became of the other request is known by now.
            State::Confirmed { unchecked: unchecked @ true, .. } => {
                *unchecked = false;
                self.step = Step::write(Then::Finish);
            }
            _ => {}
        }
    }

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
        self.document.state = state(Record::of(&error, &OrderSave::META));
        self.error = Some(error);
        self.step = Step::write(Then::Finish);
    }

    pub(super) fn confirm(&mut self, order_no: &OrderNo, by: By, others: &[OrderNo]) {
        // An order that was not seen in time by an earlier attempt may show later.
        let is_unchecked = self.document.may_be_double() && matches!(by, By::Answer | By::Found);
        self.document.state = State::confirmed(order_no, by, others, is_unchecked);
        self.step = Step::write(if is_unchecked { Then::Watch } else { Then::Finish });
    }

    /// Takes the orders with a key, the oldest of which is the one.
    pub(super) fn confirm_found(&mut self, mut found: Vec<OrderInfo>, by: By) {
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
                return self.fail(State::NotSent, error.with_attempts(attempts, Delivery::NotSent));
            }
        };
        if !findings.found.is_empty() {
            return self.confirm_found(findings.found, By::AlreadyThere);
        }
        if let Some(order) = findings.candidates.first() {
            let problem = alloc::format!(
                "an order with the purchase order number `{}` is there already, and has no number of its own yet ({order}): \
                 purchase it again when it has one, or choose another id",
                self.order.keys.po_number
            );
            let error = Error::new(ErrorKind::UnexpectedAnswer, problem).at(&OrderSave::META);
            return self.fail(State::NotSent, error);
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
                self.confirm(&reply.value.order_no, By::Answer, &[]);
                self.placed = Some(reply.value);
                return;
            }
            Err(error) => error,
        };
        self.document.end_attempt(Record::of(&error, &OrderSave::META));
        if !self.document.tainted && error.delivery() == Delivery::NotSent {
            return self.fail(State::NotSent, error);
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
                let error = self.error.take().unwrap_or_else(|| record.to_error(&OrderSave::META));
                Outcome::Rejected { error }
            }
            State::NotSent(record) => {
                let error = self.error.take().unwrap_or_else(|| record.to_error(&OrderSave::META));
                Outcome::NotSent { error }
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
                        self.take_answer(Err(error.at(&OrderSave::META)));
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
        self.fail(State::Rejected, error.at(&OrderSave::META));
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
    Error::new(ErrorKind::Interrupted, message).at(&OrderSave::META)
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

impl fmt::Debug for Purchase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Purchase")
            .field("id", &self.document.id)
            .field("origin", &self.context.origin)
            .finish_non_exhaustive()
    }
}

impl Step {
    pub(super) fn write(then: Then) -> Self {
        Self::Unwritten { then, tries: Tries::default(), until: Tick::default() }
    }
}
