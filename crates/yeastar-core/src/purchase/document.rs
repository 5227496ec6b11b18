//! A purchase as it stands in the journal: JSON with a checksum.
//!
//! ```json
//! {"sha256":"<hex, of the text of `purchase`>","purchase":{"schema":1,"origin":"https://...","id":"ticket-4711",...}}
//! ```
//!
//! The checksum notices a text that was cut off or edited by hand. It is no signature: who can write to the
//! journal can also make a checksum.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write as _;
use core::iter;
use core::time::Duration;

use bytes::Bytes;
use hmac_sha256::Hash;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::intent::{Frozen, Resend};
use super::outcome::{Attempt, By, Witness};
use crate::entry::{Entry, IntentId};
use crate::error::{Error, ErrorKind, Record};
use crate::origin::Origin;
use crate::value::OrderNo;

/// The version of this format. An entry of another one is refused, not guessed at.
const SCHEMA: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(super) struct Document {
    schema: u32,
    origin: String,
    pub(super) id: IntentId,
    pub(super) version: u64,
    /// The body of the order, to the byte.
    body: String,
    pub(super) resend: Resend,
    pub(super) state: State,
    /// Whether an earlier request may still take effect: what is said to a later one says nothing about it.
    pub(super) tainted: bool,
    pub(super) attempts: Vec<Attempt>,
    pub(super) before: Option<Witness>,
    pub(super) scans: u32,
    pub(super) watched: Duration,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(super) enum State {
    /// Nothing was sent.
    Recorded,
    /// It may be sent at any moment, or has been.
    Sending,
    Ambiguous,
    NotSent(Record),
    Rejected(Record),
    #[serde(rename_all = "camelCase")]
    Confirmed {
        order_no: String,
        by: By,
        others: Vec<String>,
    },
}

/// What is written down decides what follows, however it is written.
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

impl State {
    pub(super) fn confirmed(order_no: &OrderNo, by: By, others: &[OrderNo]) -> Self {
        let others = others.iter().map(ToString::to_string).collect();
        Self::Confirmed { order_no: order_no.to_string(), by, others }
    }

    /// Whether it is not known yet what became of the purchase.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Self::Recorded | Self::Sending | Self::Ambiguous)
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    sha256: String,
    purchase: Box<RawValue>,
}

impl Document {
    pub(super) fn new(id: &IntentId, frozen: &Frozen, resend: Resend, origin: &Origin) -> Self {
        Self {
            schema: SCHEMA,
            origin: origin.to_string(),
            id: id.clone(),
            version: 0,
            // It came out of a JSON writer.
            body: String::from_utf8_lossy(&frozen.body).into_owned(),
            resend,
            state: State::Recorded,
            tainted: false,
            attempts: Vec::new(),
            before: None,
            scans: 0,
            watched: Duration::ZERO,
        }
    }

    /// The order to the byte, and its keys.
    pub(super) fn frozen(&self) -> Result<Frozen, Error> {
        Frozen::read(Bytes::copy_from_slice(self.body.as_bytes()))
            .map_err(|error| refused(&self.id, &error.to_string()))
    }

    /// Takes the place of another version, and keeps what only that one knows.
    pub(super) fn build_on(&mut self, theirs: Self) {
        self.version = theirs.version;
        if self.attempts.len() == theirs.attempts.len() {
            self.scans = self.scans.max(theirs.scans);
            self.watched = self.watched.max(theirs.watched);
        }
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
    }

    /// Takes what another version knows of the attempts, where this one knows nothing.
    pub(super) fn learn(&mut self, attempts: Vec<Attempt>) {
        for (index, attempt) in attempts.into_iter().enumerate() {
            match self.attempts.get_mut(index) {
                Some(ours) if ours.told.is_none() => *ours = attempt,
                Some(_) => {}
                None => self.attempts.push(attempt),
            }
        }
    }

    /// Says no more than that it is not known, where it said that there is no order.
    pub(super) fn give_up_denial(&mut self) {
        if matches!(self.state, State::NotSent(_) | State::Rejected(_)) {
            self.state = State::Ambiguous;
        }
    }

    /// This version, for the journal.
    pub(super) fn to_entry(&self) -> Result<Entry, Error> {
        let sealed = to_raw_value(self).and_then(|purchase| {
            let sha256 = hex(purchase.get());
            serde_json::to_string(&Sealed { sha256, purchase })
        });
        match sealed {
            Ok(text) => Ok(Entry::new(self.id.clone(), self.version, self.state.is_open(), text)),
            Err(error) => Err(refused(&self.id, &error.to_string())),
        }
    }

    /// Reads an entry that a journal gave back.
    pub(super) fn read(entry: &Entry, origin: &Origin) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Schema {
            schema: u32,
        }

        let refuse = |problem: &str| refused(entry.id(), problem);
        let sealed: Sealed = serde_json::from_str(entry.document())
            .map_err(|error| refuse(&format!("is cut off or is no entry of a purchase ({error})")))?;
        let text = sealed.purchase.get();
        if hex(text) != sealed.sha256 {
            return Err(refuse("was changed: its checksum does not fit"));
        }
        let unreadable = |error: serde_json::Error| refuse(&format!("cannot be read ({error})"));
        let Schema { schema } = serde_json::from_str(text).map_err(unreadable)?;
        if schema != SCHEMA {
            return Err(refuse(&format!(
                "has schema {schema}, and this version of the library reads schema {SCHEMA}: settle it with the \
                 version that wrote it"
            )));
        }
        let document: Self = serde_json::from_str(text).map_err(unreadable)?;
        let is_open = document.state.is_open();
        if document.id != *entry.id() || document.version != entry.version() || is_open != entry.is_open() {
            return Err(refuse("is filed under another id, version or state than it says itself"));
        }
        if document.origin != origin.to_string() {
            return Err(refuse(&format!(
                "belongs to {}, and this client calls {origin}: use a journal per portal",
                document.origin
            )));
        }
        Ok(document)
    }
}

fn refused(id: &IntentId, problem: &str) -> Error {
    Error::new(ErrorKind::Journal, format!("the entry `{id}` {problem}"))
}

fn hex(text: &str) -> String {
    let mut hex = String::new();
    for byte in Hash::hash(text.as_bytes()) {
        // Writing into a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
