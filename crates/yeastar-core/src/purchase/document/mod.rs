//! A purchase as it stands in the journal: JSON with a checksum.
//!
//! ```json
//! {"sha256":"<hex, of the text of `purchase`>","purchase":{"schema":2,"portal":"...","id":"ticket-4711",...}}
//! ```
//!
//! The checksum notices a text that was cut off or edited by hand. It is no signature: who can write to the
//! journal can also make a checksum.

mod format_1;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::iter;
use core::mem;
use core::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::context::{Context, Writer};
use super::intent::{Frozen, Resend};
use super::outcome::{AccountSnapshot, Attempt, ConfirmedBy};
use crate::call::policy::Policy;
use crate::error::Error;
use crate::error::kind::{Delivery, ErrorKind};
use crate::exchange::time::Tick;
use crate::journal::account::{Account, AccountLabel, ClientHash};
use crate::journal::entry::{Entry, EntryKey};
use crate::journal::intent_id::IntentId;
use crate::purchase::record::Record;
use crate::value::digest::sha256_hex;
use crate::value::{OrderId, OrderNo};

/// Looked for so often, and so long, an order is called absent.
pub(super) const SCANS_OF_ABSENCE: u32 = 3;
pub(super) const TIME_OF_ABSENCE: Duration = Duration::from_secs(10 * 60);

/// The version of this format. Entries of format 1 are read too; any other is refused, not guessed at.
const SCHEMA: u32 = 2;

/// So many of the first attempts are kept, and so many of the last. An order that is turned away every day must not
/// make its entry grow for ever.
const KEPT_AT_EACH_END: usize = 20;

/// So many orders that may be this one are kept: one of them is enough to stop it from being sent again.
const MOST_SIGHTED: usize = 50;

/// A field that this version does not know is refused: to write the document back without it would lose what
/// another version relies on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Document {
    schema: u32,
    /// See [`Origin::portal`](crate::Origin).
    pub(super) portal: String,
    /// The label of the account to which the purchase belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<AccountLabel>,
    /// Who wrote it last. Absent together with `account` when nobody has said whose purchase it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<ClientHash>,
    pub(super) id: IntentId,
    pub(super) version: u64,
    /// A word of the writer's own, so that no two writers store the same document: a journal may find out by
    /// reading back whether a write that was not acknowledged is stored.
    writer: Writer,
    /// Until when the writer is at work on it, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) claimed_until: Option<u64>,
    /// When the first version was written, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) recorded_at: Option<u64>,
    /// The body of the order, to the byte.
    body: String,
    pub(super) resend: Resend,
    pub(super) state: State,
    /// Whether an earlier request may still take effect: an answer to a later one proves nothing about it.
    pub(super) tainted: bool,
    /// How many attempts the portal had whole, or may have had.
    pub(super) delivered: u32,
    /// By number; in between some may be left out.
    pub(super) attempts: Vec<Attempt>,
    pub(super) before: Option<AccountSnapshot>,
    /// Orders that appeared since and may be this one, in whichever look: a later one may be behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) sighted: Vec<OrderId>,
    /// Whether the PBX URL was taken in any look since.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) url_was_taken: bool,
    /// Until when it is looked for by whoever resumes what is open, in seconds since 1970. Nobody decides before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) looked_for_until: Option<u64>,
    pub(super) scans: u32,
    pub(super) watched: Duration,
    /// When a round has looked for it last, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scanned_at: Option<u64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum State {
    /// Nothing was sent.
    Recorded,
    /// It may be sent at any moment, or has been.
    Sending,
    Ambiguous,
    #[serde(rename = "not_sent")]
    NotPlaced(Record),
    Rejected(Record),
    #[serde(rename_all = "camelCase")]
    Confirmed {
        order_no: String,
        by: ConfirmedBy,
        others: Vec<String>,
        /// An earlier request may have placed an order too, and it was not looked for since.
        #[serde(default, skip_serializing_if = "is_false")]
        unchecked: bool,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(value: &bool) -> bool {
    !value
}

impl State {
    pub(super) fn confirmed(
        order_no: &OrderNo,
        by: ConfirmedBy,
        others: &[OrderNo],
        unchecked: bool,
    ) -> Self {
        let others = others.iter().map(ToString::to_string).collect();
        Self::Confirmed { order_no: order_no.to_string(), by, others, unchecked }
    }

    /// Whether something is still to be found out.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Recorded | Self::Sending | Self::Ambiguous => true,
            Self::Confirmed { unchecked, .. } => *unchecked,
            Self::NotPlaced(_) | Self::Rejected(_) => false,
        }
    }

    /// Whether it is known what became of the order.
    pub(super) fn is_known(&self) -> bool {
        matches!(self, Self::NotPlaced(_) | Self::Rejected(_) | Self::Confirmed { .. })
    }
}

/// What is written down decides what follows, however it is written.
/// Takes in what it depends on how the purchase goes on, and leaves out what only a person reads.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Document {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let Self { schema: _, portal: _, account, client, id: _, version, writer: _, .. } = self;
        let Self {
            claimed_until,
            recorded_at: _,
            body: _,
            resend,
            state: stands,
            tainted,
            delivered,
            attempts,
            ..
        } = self;
        let Self { before, sighted, url_was_taken, looked_for_until, scans, watched, scanned_at, .. } = self;
        // With a sign, so that the simulation knows it, and counts it from the version in the journal.
        state.write_i64(i64::try_from(*version).unwrap_or(i64::MAX));
        (account, client, claimed_until, resend, stands, tainted).hash(state);
        // More often than that is no more than that.
        (delivered.min(&2), scans.min(&SCANS_OF_ABSENCE)).hash(state);
        watched.min(&TIME_OF_ABSENCE).hash(state);
        (attempts, before, sighted, url_was_taken, looked_for_until, scanned_at).hash(state);
    }
}

#[cfg(feature = "simulation")]
impl core::hash::Hash for State {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        mem::discriminant(self).hash(state);
        if let Self::Confirmed { order_no, by, others, unchecked } = self {
            (order_no, by, others, unchecked).hash(state);
        }
    }
}

#[cfg(feature = "simulation")]
impl core::hash::Hash for Entry {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let sealed: Result<Sealed, _> = serde_json::from_str(self.document());
        match sealed.and_then(|sealed| serde_json::from_str::<Document>(sealed.purchase.get())) {
            Ok(document) => document.hash(state),
            Err(_) => self.document().hash(state),
        }
    }
}

impl Entry {
    /// The numbers of the orders that this purchase is known to have placed: the portal has answered with them, or they were found
    /// by a key. None for what only a person has said, or when the document cannot be read. A journal by which
    /// purchases are to be told apart remembers these.
    pub fn orders(&self) -> Vec<OrderNo> {
        Document::read(self)
            .map_or_else(|_| Vec::new(), |document| document.orders().map(OrderNo::from).collect())
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    sha256: String,
    purchase: Box<RawValue>,
}

impl Document {
    pub(super) fn new(id: &IntentId, frozen: &Frozen, resend: Resend, context: &Context) -> Self {
        Self {
            schema: SCHEMA,
            portal: context.portal(),
            account: context.account.label().cloned(),
            client: Some(context.account.client().clone()),
            id: id.clone(),
            version: 0,
            writer: context.writer,
            claimed_until: None,
            recorded_at: None,
            body: text(frozen),
            resend,
            state: State::Recorded,
            tainted: false,
            delivered: 0,
            attempts: Vec::new(),
            before: None,
            sighted: Vec::new(),
            url_was_taken: false,
            looked_for_until: None,
            scans: 0,
            watched: Duration::ZERO,
            scanned_at: None,
        }
    }

    /// The order to the byte, and its keys.
    pub(super) fn frozen(&self) -> Result<Frozen, Error> {
        Frozen::read(Bytes::copy_from_slice(self.body.as_bytes()))
            .map_err(|error| refused(&self.id, &error.to_string()))
    }

    /// Whether another order stands in the entry than in this version.
    pub(super) fn is_of_another_order(&self, other: &Self) -> bool {
        self.body != other.body
    }

    /// Puts another order in the place of the recorded one.
    pub(super) fn set_frozen(&mut self, frozen: &Frozen) {
        self.body = text(frozen);
    }

    /// The purchase is that of this account.
    pub(super) fn set_owner(&mut self, context: &Context) {
        if let Some(label) = context.account.label() {
            self.account = Some(label.clone());
        }
        self.client = Some(context.account.client().clone());
    }

    /// Whether nobody has said whose purchase it is. Entries of format 1 do not say it.
    pub(super) fn is_unowned(&self) -> bool {
        self.account.is_none() && self.client.is_none()
    }

    /// Adds an attempt that is about to be made until `send_by`, and answered by then and `time_to_answer` later.
    pub(super) fn begin_attempt(&mut self, now: Tick, send_by: Tick, time_to_answer: Duration) {
        let seconds = |tick: Tick| tick.wall_clock().map(|at| at.as_secs());
        self.attempts.push(Attempt {
            number: self.attempts.last().map_or(0, |last| last.number).saturating_add(1),
            recorded_at: seconds(now),
            send_by: seconds(send_by),
            answer_by: seconds(send_by + time_to_answer),
            has_placed: false,
            told: None,
        });
        self.leave_attempts_out();
    }

    /// Writes down what came of the last attempt.
    pub(super) fn end_attempt(&mut self, told: Record) {
        let delivery = told.delivery();
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.told = Some(told);
        }
        self.delivered = self.delivered.saturating_add((delivery > Delivery::NotDelivered).into());
        self.tainted |= delivery == Delivery::MaybeExecuted;
    }

    /// The portal has answered the last attempt with the order.
    pub(super) fn place_attempt(&mut self) {
        self.delivered = self.delivered.saturating_add(1);
        if let Some(attempt) = self.attempts.last_mut() {
            attempt.has_placed = true;
        }
    }

    /// Whoever was to send the last attempt may have, or may still be about to.
    pub(super) fn doubt_attempt(&mut self) {
        self.delivered = self.delivered.saturating_add(1);
        self.tainted = true;
        self.recount();
    }

    /// Judges the attempts anew, as far as all of them are kept: another process may know what came of one that was
    /// in doubt.
    fn recount(&mut self) {
        let kept = u32::try_from(self.attempts.len()).ok();
        if self.last_number() == kept {
            let is_delivered =
                |attempt: &&Attempt| attempt.has_placed || attempt.delivery() > Delivery::NotDelivered;
            let delivered = self.attempts.iter().filter(is_delivered).count();
            self.delivered = u32::try_from(delivered).unwrap_or(u32::MAX);
            self.tainted = self.attempts.iter().any(Attempt::is_in_doubt);
        }
    }

    /// Whether the wall clocks tell until when another process may still send the order.
    pub(super) fn is_told_by_wall_clock(&self, now: Tick) -> bool {
        let recorded_at = self.attempts.last().and_then(|attempt| attempt.recorded_at);
        now.wall_clock().zip(recorded_at).is_some_and(|(now, recorded_at)| recorded_at <= now.as_secs())
    }

    /// Until when another process may still send the order, or wait for its answer: one that wrote down that it is about
    /// to send, and never said what came of it. `since` is a time at which that was written already; it counts where
    /// there are no wall clocks, or they do not agree.
    pub(super) fn silent_until(&self, now: Tick, since: Tick, policy: &Policy) -> Tick {
        let Some(attempt) = self.attempts.last().filter(|attempt| !attempt.is_over()) else {
            return Tick::default();
        };
        let is_told_by_wall_clock = self.is_told_by_wall_clock(now);
        let times = attempt.recorded_at.zip(attempt.send_by);
        let time_to_answer = match attempt.send_by.zip(attempt.answer_by) {
            Some((send_by, answer_by)) => Duration::from_secs(answer_by.saturating_sub(send_by)),
            None => policy.once_timeout,
        };
        match (times, now.wall_clock()) {
            (Some((_, send_by)), Some(wall_clock)) if is_told_by_wall_clock => {
                // What is written down was cut to whole seconds.
                let end = Duration::from_secs(send_by.saturating_add(1)).saturating_add(time_to_answer);
                now + end.saturating_sub(wall_clock)
            }
            (Some((recorded_at, send_by)), _) => {
                since + Duration::from_secs(send_by.saturating_sub(recorded_at)) + time_to_answer
            }
            (None, _) => since + policy.deadline + time_to_answer,
        }
    }

    fn leave_attempts_out(&mut self) {
        if self.attempts.len() > 2 * KEPT_AT_EACH_END {
            self.attempts.drain(KEPT_AT_EACH_END..self.attempts.len() - KEPT_AT_EACH_END);
        }
    }

    /// Takes note of orders that may be this one.
    pub(super) fn sight(&mut self, orders: impl IntoIterator<Item = OrderId>) {
        for id in orders {
            if self.sighted.len() < MOST_SIGHTED && !self.sighted.contains(&id) {
                self.sighted.push(id);
            }
        }
    }

    /// The numbers that the portal has answered with, or that orders with a key of it have. A person may be wrong.
    pub(super) fn orders(&self) -> impl Iterator<Item = &str> {
        let confirmed = match &self.state {
            State::Confirmed { order_no, by, others, .. } if *by != ConfirmedBy::Person => {
                Some((order_no, others))
            }
            _ => None,
        };
        confirmed
            .into_iter()
            .flat_map(|(order_no, others)| iter::once(order_no).chain(others))
            .map(String::as_str)
    }

    /// Whether a second order may exist beside the one that is known: there was more than one request that may have
    /// placed it, and what became of one of them is not known.
    pub(super) fn may_be_double(&self) -> bool {
        self.tainted && self.delivered > 1
    }

    /// Whether it says that there is no order, and no person has said so.
    pub(super) fn is_denied_by_itself(&self) -> bool {
        match &self.state {
            State::NotPlaced(_) => true,
            State::Rejected(record) => record.kind() != ErrorKind::Interrupted,
            _ => false,
        }
    }

    /// Takes the place of another version, and keeps what only that one knows.
    pub(super) fn build_on(&mut self, theirs: Self) {
        let may_be_double = self.may_be_double();
        self.version = theirs.version;
        self.count_looks(&theirs);
        self.account = self.account.take().or(theirs.account);
        self.client = self.client.take().or(theirs.client);
        self.looked_for_until = self.looked_for_until.max(theirs.looked_for_until);
        self.sight(theirs.sighted);
        self.url_was_taken |= theirs.url_was_taken;
        self.delivered = self.delivered.max(theirs.delivered);
        self.tainted |= theirs.tainted;
        self.learn(theirs.attempts);
        if let (
            State::Confirmed { order_no, others, .. },
            State::Confirmed { order_no: their_no, others: their_others, .. },
        ) = (&mut self.state, theirs.state)
        {
            // Two orders.
            for number in iter::once(their_no).chain(their_others) {
                if number != *order_no && !others.contains(&number) {
                    others.push(number);
                }
            }
        }
        if !may_be_double {
            self.expect_another_order();
        }
    }

    /// Takes the looks of another version into account. Those that were made before it was known what came of the last
    /// attempt may have been made before it was sent.
    pub(super) fn count_looks(&mut self, theirs: &Self) {
        let last = |attempts: &[Attempt]| attempts.last().map(|last| (last.number, last.is_over()));
        match last(&theirs.attempts).cmp(&last(&self.attempts)) {
            Ordering::Less => {}
            Ordering::Equal => {
                self.scans = self.scans.max(theirs.scans);
                self.watched = self.watched.max(theirs.watched);
                self.scanned_at = self.scanned_at.max(theirs.scanned_at);
            }
            Ordering::Greater => {
                self.scans = theirs.scans;
                self.watched = theirs.watched;
                self.scanned_at = theirs.scanned_at;
            }
        }
    }

    /// Looks that were made so far do not count.
    pub(super) fn forget_looks(&mut self) {
        self.scans = 0;
        self.watched = Duration::ZERO;
        self.scanned_at = None;
    }

    /// Nor does what they have seen.
    pub(super) fn forget_sights(&mut self) {
        self.sighted.clear();
        self.url_was_taken = false;
    }

    /// Whether it is a purchase of this account.
    pub(super) fn is_of(&self, account: &Account) -> bool {
        match (&self.account, account.label()) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => self.client.as_ref() == Some(account.client()),
        }
    }

    fn last_number(&self) -> Option<u32> {
        self.attempts.last().map(|last| last.number)
    }

    /// Whether another version knows of a later attempt.
    pub(super) fn is_behind(&self, theirs: &Self) -> bool {
        theirs.last_number() > self.last_number()
    }

    /// Takes what another version knows of the attempts, where this one knows nothing, and tells whether that was
    /// anything.
    pub(super) fn learn(&mut self, mut attempts: Vec<Attempt>) -> bool {
        // The longer history is the one to build on.
        let is_behind = attempts.last().map(|last| last.number) > self.last_number();
        if is_behind {
            mem::swap(&mut self.attempts, &mut attempts);
        }
        let mut has_learnt = is_behind;
        for attempt in &mut self.attempts {
            let known = attempts.iter().find(|known| known.number == attempt.number && known.is_over());
            if let Some(known) = known.filter(|_| is_behind || !attempt.is_over()) {
                *attempt = known.clone();
                has_learnt = true;
            }
        }
        self.recount();
        has_learnt
    }

    /// Has a second order looked for, where there may be one beside the one that is known.
    pub(super) fn expect_another_order(&mut self) {
        let may_be_double = self.may_be_double();
        if let State::Confirmed { by: ConfirmedBy::Answer | ConfirmedBy::Found, unchecked, .. } =
            &mut self.state
        {
            *unchecked |= may_be_double;
        }
    }

    /// Whether a second order is still to be looked for beside the one that is known.
    pub(super) fn is_unchecked(&self) -> bool {
        matches!(self.state, State::Confirmed { unchecked: true, .. })
    }

    /// Says "unknown" where it said that there is no order.
    pub(super) fn give_up_denial(&mut self) {
        if matches!(self.state, State::NotPlaced(_) | State::Rejected(_)) {
            self.state = State::Ambiguous;
        }
    }

    /// This version, as this writer puts it into the journal.
    pub(super) fn seal(&mut self, key: &EntryKey, context: &Context) -> Result<Entry, Error> {
        self.schema = SCHEMA;
        self.writer = context.writer;
        let sealed = to_raw_value(self).and_then(|purchase| {
            let sha256 = sha256_hex(purchase.get().as_bytes());
            serde_json::to_string(&Sealed { sha256, purchase })
        });
        match sealed {
            Ok(text) => Ok(Entry::new(key.clone(), self.version, self.state.is_open(), text)),
            Err(error) => Err(refused(&self.id, &error.to_string())),
        }
    }

    /// Reads an entry that a journal gave back.
    pub(super) fn read(entry: &Entry) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Schema {
            schema: u32,
        }

        let refuse = |problem: &str| refused(entry.id(), problem);
        let sealed: Sealed = serde_json::from_str(entry.document())
            .map_err(|error| refuse(&format!("is cut off or is no entry of a purchase ({error})")))?;
        let text = sealed.purchase.get();
        if sha256_hex(text.as_bytes()) != sealed.sha256 {
            return Err(refuse("was changed: its checksum does not fit"));
        }
        let unreadable = |error: serde_json::Error| {
            refuse(&format!(
                "cannot be read ({error}): if a later version of the library wrote it, settle it with that one"
            ))
        };
        let Schema { schema } = serde_json::from_str(text).map_err(unreadable)?;
        let document = match schema {
            SCHEMA => serde_json::from_str::<Self>(text).map_err(unreadable)?,
            1 => format_1::read(text, entry.id())?,
            _ => {
                return Err(refuse(&format!(
                    "has format {schema}, and this version of the library reads formats 1 and {SCHEMA}: settle it \
                     with the version that wrote it"
                )));
            }
        };
        let is_open = document.state.is_open();
        let is_filed = document.id == *entry.id()
            && document.version == entry.version()
            && is_open == entry.is_open()
            && (entry.key().account().is_none() || entry.key().account() == document.account.as_ref());
        if !is_filed {
            return Err(refuse("is filed under another id, account, version or state than it says itself"));
        }
        Ok(document)
    }
}

fn text(frozen: &Frozen) -> String {
    // It came out of a JSON writer.
    String::from_utf8_lossy(&frozen.body).into_owned()
}

pub(super) fn refused(id: &IntentId, problem: &str) -> Error {
    Error::new(ErrorKind::Journal, format!("the entry `{id}` {problem}"))
}
