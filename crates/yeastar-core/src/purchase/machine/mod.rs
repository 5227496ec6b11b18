//! The purchase: record, look, write down, send, and after doubt look again.

mod claim;
mod drive;
mod reconcile;
mod stored;
mod versions;
mod writing;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserialize;

use self::claim::Hold;
use self::reconcile::Watch;
use self::stored::Stored;
use crate::call::Call;
use crate::error::Error;
use crate::error::invalid::BuildError;
use crate::error::kind::ErrorKind;
use crate::exchange::time::Tick;
use crate::journal::entry::{Entry, EntryKey};
use crate::journal::intent_id::IntentId;
use crate::journal::request::JournalReply;
use crate::portal::order::{CreateOrder, Order, OrderInfo, OrderPlaced};
use crate::purchase::context::Context;
use crate::purchase::document::{Document, State};
use crate::purchase::intent::{Frozen, Intent};
use crate::purchase::look::{Look, Subject};
use crate::purchase::outcome::{AccountSnapshot, Candidate, ConfirmedBy, Finding};
use crate::value::{ProductId, ProductNo};
use crate::wire::endpoint::Endpoint;

/// One order, placed once. The [module](super) says what is promised.
///
/// It is a [`Machine`](crate::Machine) that wants its state written down ([`Action::Journal`](crate::Action::Journal)) and goes on when it is.
/// `Err` means that nothing was sent by this machine; once something was, there is always an [`Outcome`](crate::purchase::Outcome).
///
/// All constructors take the entries that the journal has of the id, of whichever account, and pick the one of the
/// account that the [`Context`] names.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub struct Purchase {
    context: Context,
    /// Under which the entry is stored.
    key: EntryKey,
    document: Document,
    order: Frozen,
    subject: Subject,
    pub(super) errand: Errand,
    /// The document before it was about to be sent again.
    fallback: Option<Box<Document>>,
    resends_left: u32,
    /// Whether the journal does not know the state of the document.
    is_unrecorded: bool,
    /// Whether this machine has begun to send.
    has_sent: bool,
    /// Whether a request of this machine was turned away and sent again.
    has_sent_after_refusal: bool,
    /// The answer to the order.
    placed: Option<OrderPlaced>,
    /// What the order list said of the order when it was found.
    row: Option<OrderInfo>,
    /// What stands in the document, with its source and body.
    error: Option<Error>,
    seen: Seen,
    step: Step,
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
struct Seen {
    /// Whether everything was read.
    is_complete: bool,
    candidates: Vec<Candidate>,
    after: Option<AccountSnapshot>,
    /// Why it failed.
    problem: Option<Error>,
}

#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
enum Step {
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
struct Tries {
    failed: u32,
    /// When the first one failed.
    since: Option<Tick>,
    /// Whether the journal had another version at the last one.
    is_answered: bool,
}

/// What follows when the document is stored.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "simulation", derive(Hash))]
enum Then {
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
    /// ends as [`Outcome::NotPlaced`](crate::purchase::Outcome::NotPlaced), and is purchased again by [`new`](Self::new) or [`restart`](Self::restart).
    /// After doubt it looks for the order, and sends it again only where the intent's
    /// [`Resend`](crate::purchase::Resend) says so. While the process that wrote the entry says that it is at work, the machine ends with
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

    /// Closes a purchase as [`NotPlaced`](crate::purchase::Outcome::NotPlaced) whose order this process has recorded and will not send, since its
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
    /// [candidate](crate::purchase::Outcome::Ambiguous) is in sight, its PBX URL is taken, something could not be read, or another
    /// process may still send the order; the outcome then says what stands in the way. What an earlier request is
    /// taken to be is not changed by it: a refusal of the new one leaves the purchase ambiguous.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume); [`ErrorKind::Journal`] when the entry does not say whose it is;
    /// [`ErrorKind::InvalidRequest`] when the purchase is not ambiguous, or was not looked for long and often enough. The machine
    /// ends with this kind and [`Error::retry_after`] while [rounds](crate::purchase::Round) still look for the order.
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
    /// kind and [`Error::retry_after`] while [rounds](crate::purchase::Round) still look for the order, and with
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
                        purchase.confirm(&order_no, ConfirmedBy::Person, &[]);
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
    /// [`NotPlaced`](crate::purchase::Outcome::NotPlaced), and [`restart`](Self::restart), or [`new`](Self::new) with the corrected order, sends it.
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
            matches!(document.state, State::Recorded | State::NotPlaced(_)) && document.delivered == 0;
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
        purchase.fail(State::NotPlaced, error.at(&CreateOrder::META));
        purchase.step = Step::IfFree(Hold::Work, Box::new(Step::write(Then::Record)));
        Ok(purchase)
    }

    /// Says that a purchase is that of this account: one that was recorded by a version of this library that wrote down
    /// no account, or with a former client id. Nothing is asked or sent. Looks that were made so far no longer count
    /// towards [`absent`](crate::purchase::Outcome::Ambiguous): they may have been made in another account.
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

    /// Whether it can be [abandoned](crate::Machine::abandon) now and leaves no doubt behind: until it begins to write down
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
            State::Recorded | State::NotPlaced(_) => {
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
            .at(&CreateOrder::META);
            purchase.fail(State::NotPlaced, error);
        } else {
            purchase.take_up();
        }
        Ok(purchase)
    }

    /// Goes on from a document of which something may have been sent.
    fn take_up(&mut self) {
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
    fn write(then: Then) -> Self {
        Self::Unwritten { then, tries: Tries::default(), until: Tick::default() }
    }
}
