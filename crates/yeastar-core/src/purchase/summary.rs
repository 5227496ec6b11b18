//! What an entry says of its purchase, for a list.

use alloc::string::String;
use core::fmt;

use super::document::{Document, State};
use crate::error::Error;
use crate::journal::entry::Entry;

/// What an entry says of its purchase, for a list of what is open. What became of the order since, nobody has looked for:
/// [`Purchase::resume`](super::Purchase::resume) does.
///
/// ```
/// use yeastar_core::purchase::Summary;
/// use yeastar_core::{Entry, Error};
///
/// fn line(entry: &Entry) -> Result<String, Error> {
///     let Summary { stage, po_number, .. } = Summary::of(entry)?;
///     Ok(format!("{}: {stage}, to be found as {po_number}", entry.key()))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// How far the purchase is.
    pub stage: Stage,
    /// The purchase order number by which its order is found.
    pub po_number: String,
    /// The portal: its host, or `loopback`.
    pub portal: String,
    /// When it was recorded, in seconds since 1970 by the clock of the process that did. `None` in entries of format 1, and
    /// where there was no wall clock.
    pub recorded_at: Option<u64>,
    /// Until when the process that wrote the entry says that it is at work on the purchase, in seconds since 1970. That process
    /// may have ended. `None` when it was not at work any more, or had no wall clock.
    pub claimed_until: Option<u64>,
    /// How many requests for the order were made, or were about to be.
    pub attempts: u32,
}

/// How far a purchase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was sent.
    Recorded,
    /// The order is about to be sent, or has been, and what came of it is not written down.
    Sending,
    /// The order may exist or not.
    Ambiguous,
    /// No order exists, and the purchase can be restarted.
    NotPlaced,
    /// No order exists.
    Rejected,
    /// The order exists. Such an entry is open while a second order is to be looked for.
    Confirmed,
}

impl Summary {
    /// Reads an entry, whosever it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Journal`](crate::ErrorKind::Journal) when it cannot be trusted: it was changed, cut off, or written by
    /// a later version of this library.
    pub fn of(entry: &Entry) -> Result<Self, Error> {
        let document = Document::read(entry)?;
        Ok(Self {
            stage: match document.state {
                State::Recorded => Stage::Recorded,
                State::Sending => Stage::Sending,
                State::Ambiguous => Stage::Ambiguous,
                State::NotPlaced(_) => Stage::NotPlaced,
                State::Rejected(_) => Stage::Rejected,
                State::Confirmed { .. } => Stage::Confirmed,
            },
            po_number: document.frozen()?.keys.po_number,
            recorded_at: document.recorded_at,
            claimed_until: document.claimed_until,
            attempts: document.attempts.last().map_or(0, |last| last.number),
            portal: document.portal,
        })
    }
}

impl fmt::Display for Stage {
    /// The word that the document has for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recorded => "recorded",
            Self::Sending => "sending",
            Self::Ambiguous => "ambiguous",
            Self::NotPlaced => "not_sent",
            Self::Rejected => "rejected",
            Self::Confirmed => "confirmed",
        })
    }
}
