//! What became of a purchase, and the evidence for it.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::error::kind::Delivery;
use crate::portal::order::{CreateOrder, OrderInfo, OrderPlaced, OrderStatus};
use crate::purchase::record::Record;
use crate::value::single_line::SingleLine;
use crate::value::{Amount, OrderId, OrderNo, ProductNo, Timestamp};
use crate::wire::endpoint::Endpoint;

/// What became of a purchase.
///
/// It is no `Result` on purpose: an ambiguous end is no error after which one tries again.
#[derive(Clone, Debug)]
#[must_use = "whether the order was placed stands in here"]
#[non_exhaustive]
pub enum Outcome {
    /// The order exists. Whether it is paid is another question: see [`order_status`](Self::order_status). One that is
    /// `pending` waits for its payment, and may get it at any time.
    #[non_exhaustive]
    Confirmed {
        /// Its number.
        order_no: OrderNo,
        /// How that is known.
        by: ConfirmedBy,
        /// The portal's answer to the order, when this call got it.
        placed: Option<OrderPlaced>,
        /// Its row in the order list, when this call found it there.
        row: Option<Box<OrderInfo>>,
        /// Further orders with the same key. They are **double orders**: a gateway has repeated the request, an
        /// assumption of [`Resend`](super::Resend) or of a caller failed, or the key is not unique. They are known only
        /// when the order was looked for. After a second request that followed doubt, the entry stays open until one
        /// more look was made; resuming it makes that look.
        others: Vec<OrderNo>,
        /// Why the journal could not be told; it has the purchase as open then.
        unrecorded: Option<Error>,
    },
    /// No order exists, and none will: a new order is a new intent. The portal refused it, and a look at the account
    /// found no sign of it; or its PBX URL was taken before anything was sent; or a person has closed it
    /// ([`Finding::NotOrdered`]).
    #[non_exhaustive]
    Rejected {
        /// The portal's words, or who else has said so.
        error: Error,
    },
    /// No order exists: nothing was sent, never the whole of it, or it was turned away at the door (access
    /// denied, asked to slow down) and a look at the account found no sign of it. The same intent can be
    /// purchased again.
    #[non_exhaustive]
    NotPlaced {
        /// Why.
        error: Error,
    },
    /// The order may exist or not. It was looked for and not found. The evidence lists each time that it was sent.
    ///
    /// # What to do
    ///
    /// Do **not** order again. Resume the intent later: the order list may show it by then. If it never
    /// does, compare the candidates and the evidence with the portal, or ask the vendor with the request ids, and
    /// [settle](super::Purchase::settle) it.
    #[non_exhaustive]
    Ambiguous {
        /// What is known.
        evidence: Box<Evidence>,
        /// Orders that appeared since, and that nothing known speaks against. One of them may be this
        /// one, but a colleague's order for the same thing looks alike.
        candidates: Vec<Candidate>,
        /// Whether the order is probably not there. It was looked for at least three times ([`Evidence::scans`]) and ten
        /// minutes in all ([`Evidence::watched`]). The last look has read everything. No look has seen a candidate,
        /// or the PBX URL taken. It is a judgement, not knowledge: the order may still wait in a gateway.
        absent: bool,
        /// As for [`Confirmed`](Self::Confirmed).
        unrecorded: Option<Error>,
    },
}

/// How it is known that an order exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub enum ConfirmedBy {
    /// The portal answered so.
    Answer,
    /// The order was found by its key, after doubt.
    Found,
    /// An order with the key was there before anything was sent: another process has just sent it, the journal was
    /// lost, or the key is not unique.
    AlreadyThere,
    /// A person has said so ([`Purchase::settle`](super::Purchase::settle)).
    Person,
}

/// What a person has found out about a purchase that stays ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// This order is the one.
    Ordered(OrderNo),
    /// There is no such order, and there will be none. The purchase is closed as
    /// [`Rejected`](Outcome::Rejected): what is ordered after all is a new intent, so that an order
    /// which comes up late is not taken for it.
    NotOrdered,
}

/// What is known of a purchase whose end is not. `Display` is a few lines for a person.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Evidence {
    /// The purchase order number that was sent: look for it in the portal.
    pub po_number: String,
    /// The URL of the PBX that was ordered.
    pub pbx_url: Option<String>,
    /// Each time the order was handed to the transport, or about to be, oldest first. Of many, the first and the last twenty.
    pub attempts: Vec<Attempt>,
    /// The account before the first of them.
    pub before: Option<AccountSnapshot>,
    /// The account at the last look. Absent when no look succeeded.
    pub after: Option<AccountSnapshot>,
    /// Orders that may be this one, by id, from all looks together: the candidates of the last look, and those that
    /// an earlier one has shown.
    pub sighted: Vec<OrderId>,
    /// Whether the PBX URL, which was free before the order, was taken at a look. Then the order exists and its number
    /// is not known, or somebody else has taken the URL meanwhile.
    pub url_was_taken: bool,
    /// Until when [rounds](super::Round) look for the order, in seconds since 1970. `settle` and
    /// `resubmit_assuming_absent` are refused before that. `None` when no call with
    /// [`Policy::hands_doubt_over`](crate::Policy::hands_doubt_over) has left the search to rounds, or there was no wall clock.
    pub looked_for_until: Option<u64>,
    /// How many times the order list was read to its end, without the key in it, in all calls together. Only looks after
    /// the last attempt was over count. An attempt that was never answered is over when the time to send it, and the
    /// time to answer it, are over.
    pub scans: u32,
    /// How long the order was looked for since the last attempt was over, in all calls together: within a call by the
    /// monotonic clock; between two [rounds](super::Round) by the wall clock, at most five minutes each.
    pub watched: Duration,
    /// Why the last look failed, when it did.
    pub problem: Option<Error>,
}

/// One time that the order was handed to the transport.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Attempt {
    /// Which attempt of the purchase it is: 1 for the first.
    pub number: u32,
    /// When it was written into the journal, right before it was sent, in seconds since 1970 by this
    /// machine's clock; absent without a wall clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_at: Option<u64>,
    /// When the time to send it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send_by: Option<u64>,
    /// When the time to answer it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<u64>,
    /// Whether the portal answered that it has placed the order.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(super) has_placed: bool,
    /// What else came of it; absent when the process ended before it knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) told: Option<Record>,
}

impl Attempt {
    /// How far it got. Without a word of it that is [`MaybeExecuted`](Delivery::MaybeExecuted).
    pub fn delivery(&self) -> Delivery {
        self.told.as_ref().map_or(Delivery::MaybeExecuted, Record::delivery)
    }

    /// What came of it: the transport's failure, or an answer that proves nothing, with the portal's request
    /// id when it has one. `None` when the process ended before it knew.
    pub fn error(&self) -> Option<Error> {
        self.told.as_ref().map(|told| told.to_error(&CreateOrder::META))
    }

    /// Whether it is not known what came of it.
    pub(super) fn is_in_doubt(&self) -> bool {
        !self.has_placed && self.delivery() == Delivery::MaybeExecuted
    }

    /// Whether it is known what came of it.
    pub(super) fn is_over(&self) -> bool {
        self.has_placed || self.told.is_some()
    }
}

/// The account at one moment. Each of these may also be moved by somebody else.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct AccountSnapshot {
    /// When, in seconds since 1970 by this machine's clock; absent without a wall clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u64>,
    /// How many orders the order list counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<u64>,
    /// The newest order that it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<u64>,
    /// The page on which that one is.
    pub(super) page: u32,
    /// Whether the newest orders come first.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(super) is_falling: bool,
    /// Whether the PBX URL of the order is taken. Absent when the order has none, or it could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pbx_url_existed: Option<bool>,
    /// The balance of the account, digit by digit. Absent when it could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<Amount>,
}

/// An order that appeared since, without a key that would make it ours.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Candidate {
    /// Its number.
    pub order_no: Option<OrderNo>,
    /// Its unique id.
    pub id: Option<OrderId>,
    /// Its status.
    pub order_status: Option<OrderStatus>,
    /// When it was created.
    pub create_time: Option<Timestamp>,
    /// Serial number of what it is about, where its details were read and say so.
    pub product_no: Option<ProductNo>,
}

impl Outcome {
    /// The number of the order, when it is known to exist.
    pub fn order_no(&self) -> Option<&OrderNo> {
        match self {
            Self::Confirmed { order_no, .. } => Some(order_no),
            _ => None,
        }
    }

    /// The status of a confirmed order when this call last saw it: in the order list, or else in the portal's answer. It is not
    /// kept up to date. `None` when this call saw none, as when the journal alone knows the order; then ask
    /// [`GetOrder`](crate::order::GetOrder).
    pub fn order_status(&self) -> Option<&OrderStatus> {
        let Self::Confirmed { placed, row, .. } = self else { return None };
        let in_row = row.as_ref().and_then(|row| row.order_status.as_ref());
        in_row.or_else(|| placed.as_ref().and_then(|placed| placed.order_status.as_ref()))
    }

    /// Why the journal could not be told of this outcome; it has the purchase as open then, and
    /// resuming it finds the outcome out again, as far as it can be read from the portal.
    ///
    /// That there is no order is never said without the journal, which alone knows whether another process has sent the
    /// order since: it stays ambiguous then, and the evidence has the refusal.
    pub fn unrecorded(&self) -> Option<&Error> {
        match self {
            Self::Confirmed { unrecorded, .. } | Self::Ambiguous { unrecorded, .. } => unrecorded.as_ref(),
            Self::Rejected { .. } | Self::NotPlaced { .. } => None,
        }
    }

    pub(super) fn with_unrecorded(mut self, error: Error) -> Self {
        if let Self::Confirmed { unrecorded, .. } | Self::Ambiguous { unrecorded, .. } = &mut self {
            *unrecorded = Some(error);
        }
        self
    }
}

impl fmt::Display for Outcome {
    /// One line; for an ambiguous end followed by the evidence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Confirmed { order_no, by, others, .. } => {
                let by = match by {
                    ConfirmedBy::Answer => "the portal answered so",
                    ConfirmedBy::Found => "found by its key",
                    ConfirmedBy::Person => "a person says so",
                    ConfirmedBy::AlreadyThere => "it was there already, nothing was sent",
                };
                write!(f, "the order exists: {} ({by})", SingleLine(order_no.as_str()))?;
                if let Some(status) = self.order_status() {
                    write!(f, ", status {}{}", SingleLine(status.as_str()), remark(status))?;
                }
                for other in others {
                    write!(f, "; DOUBLE ORDER with the same key: {}", SingleLine(other.as_str()))?;
                }
            }
            Self::Rejected { error, .. } => {
                write!(f, "no order exists, and this purchase is closed: {error}")?;
            }
            Self::NotPlaced { error, .. } => write!(f, "no order was placed: {error}")?,
            Self::Ambiguous { evidence, candidates, absent, .. } => {
                let what = if evidence.url_was_taken {
                    "the order probably exists, and its number is not known"
                } else {
                    "the order may exist or not"
                };
                write!(f, "{what}; do not order again\n{evidence}")?;
                for candidate in candidates {
                    write!(f, "\n{candidate}")?;
                }
                if *absent {
                    f.write_str("\nlooked for long enough to say that it is probably not there")?;
                }
            }
        }
        match self.unrecorded() {
            Some(error) => write!(f, "\nthe journal does not know: {error}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "purchase order number {}", self.po_number)?;
        if let Some(pbx_url) = &self.pbx_url {
            write!(f, ", PBX URL {pbx_url}")?;
        }
        let mut next = 1;
        for attempt in &self.attempts {
            if attempt.number > next {
                write!(f, "\nattempts {next} to {} are not kept", attempt.number - 1)?;
            }
            next = attempt.number.saturating_add(1);
            write!(f, "\nattempt {}", attempt.number)?;
            if let Some(at) = attempt.recorded_at {
                match date(at) {
                    Some(date) => write!(f, " on {date}")?,
                    None => write!(f, " {at} s after 1970")?,
                }
            }
            match attempt.error() {
                Some(error) => write!(f, ": {error}")?,
                None => f.write_str(": the process ended before it knew")?,
            }
        }
        for (when, snapshot) in [("before", &self.before), ("after", &self.after)] {
            if let Some(snapshot) = snapshot {
                write!(f, "\n{when}: {snapshot}")?;
            }
        }
        if self.url_was_taken {
            f.write_str("\nthe PBX URL was free before the order and was taken after it")?;
        }
        if !self.sighted.is_empty() {
            f.write_str("\nnew orders that may be this one, by id:")?;
            for id in &self.sighted {
                write!(f, " {}", SingleLine(id.as_str()))?;
            }
        }
        let seconds = self.watched.as_secs();
        let times = if self.scans == 1 { "time" } else { "times" };
        write!(f, "\nlooked for {seconds} s, order list read to its end {} {times}", self.scans)?;
        if let Some(until) = self.looked_for_until {
            match date(until) {
                Some(date) => write!(f, "\nit is looked for until {date}")?,
                None => write!(f, "\nit is looked for until {until} s after 1970")?,
            }
        }
        match &self.problem {
            Some(problem) => write!(f, "\nthe last look failed: {problem}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for AccountSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.orders {
            Some(1) => f.write_str("1 order")?,
            Some(orders) => write!(f, "{orders} orders")?,
            None => f.write_str("number of orders not known")?,
        }
        if let Some(existed) = self.pbx_url_existed {
            write!(f, ", PBX URL {}", if existed { "taken" } else { "free" })?;
        }
        match &self.balance {
            Some(balance) => write!(f, ", balance {balance}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stated = |text: Option<String>| text.unwrap_or_else(|| "not stated".into());
        let order_no = stated(self.order_no.as_ref().map(ToString::to_string));
        let status = stated(self.order_status.as_ref().map(ToString::to_string));
        let created = stated(self.create_time.as_ref().map(ToString::to_string));
        let [order_no, status, created] = [&order_no, &status, &created].map(|text| SingleLine(text));
        write!(f, "candidate: order number {order_no}, status {status}, created {created}")
    }
}

/// What a status means for whoever waits for what was ordered.
fn remark(status: &OrderStatus) -> &'static str {
    match status {
        OrderStatus::Pending => ": it waits for its payment",
        OrderStatus::Failed | OrderStatus::Invalid | OrderStatus::Cancelled | OrderStatus::Refunded => {
            ": it is not in effect, ask the portal why"
        }
        _ => "",
    }
}

impl From<OrderInfo> for Candidate {
    fn from(order: OrderInfo) -> Self {
        let OrderInfo { id, order_no, order_status, create_time, .. } = order;
        Self { order_no, id, order_status, create_time, product_no: None }
    }
}

/// A time that was written down, as HTTP writes it.
fn date(since_1970: u64) -> Option<String> {
    // The last second of the year 9999: there is no room for more.
    const LAST: u64 = 253_402_300_799;
    let start = httpdate::parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT").ok()?;
    let date = start.checked_add(Duration::from_secs(since_1970)).filter(|_| since_1970 <= LAST)?;
    Some(httpdate::fmt_http_date(date))
}

#[cfg(feature = "simulation")]
impl core::hash::Hash for Attempt {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let Self { number, recorded_at: _, send_by, answer_by: _, has_placed, told } = self;
        // With a sign, so that the simulation knows it, and counts it from that in the journal.
        state.write_i32(i32::try_from(*number).unwrap_or(i32::MAX));
        // Where it is known what came of it, the time to send it is over.
        (has_placed, told, send_by.filter(|_| told.is_none())).hash(state);
    }
}

#[cfg(feature = "simulation")]
impl core::hash::Hash for AccountSnapshot {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let Self { at: _, orders, newest, page, is_falling, pbx_url_existed, balance: _ } = self;
        (orders, newest, page, is_falling, pbx_url_existed).hash(state);
    }
}
