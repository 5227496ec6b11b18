//! What a machine asks of a journal, and what it is answered.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::convert::Infallible;
use core::error::Error;

use crate::journal::entry::Entry;
use crate::journal::intent_id::IntentId;
use crate::value::OrderNo;

/// What a [`Machine`](crate::Machine) asks of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalRequest {
    /// To store this entry if and only if the stored version of its [key](Entry::key) is the one that it
    /// [replaces](Entry::replaces). Nothing else may be done before it is answered by
    /// [`Stored`](JournalReply::Stored), [`Conflict`](JournalReply::Conflict) or [`Failed`](JournalReply::Failed).
    Store(Entry),
    /// To read all entries of this id, of whichever account. It is answered by [`Loaded`](JournalReply::Loaded), or by
    /// [`Failed`](JournalReply::Failed), which does no harm.
    Load(IntentId),
    /// To read the entries that [have](Entry::orders) one of these orders, of any purchase. It is answered by
    /// [`Loaded`](JournalReply::Loaded), also with less than all, or by [`Failed`](JournalReply::Failed), which does no
    /// harm.
    FindOrders(Vec<OrderNo>),
}

impl From<Infallible> for JournalRequest {
    /// A machine that needs no journal, within one that does.
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a journal answers.
#[derive(Debug)]
pub enum JournalReply {
    /// The entry is stored, and outlives this process.
    Stored,
    /// Another version is stored than the one that the entry replaces; this one, or none.
    Conflict(Option<Entry>),
    /// These are the entries.
    Loaded(Vec<Entry>),
    /// The journal failed. After [`Store`](JournalRequest::Store) the entry may be stored or not; after the others nothing was
    /// read.
    Failed(Box<dyn Error + Send + Sync>),
}

#[cfg(feature = "simulation")]
impl Clone for JournalReply {
    /// With the text of the source in its place.
    fn clone(&self) -> Self {
        match self {
            Self::Stored => Self::Stored,
            Self::Conflict(stored) => Self::Conflict(stored.clone()),
            Self::Loaded(entries) => Self::Loaded(entries.clone()),
            Self::Failed(source) => Self::Failed(alloc::format!("{source}").into()),
        }
    }
}

/// Whatever came of it, but for the texts.
#[cfg(feature = "simulation")]
impl core::hash::Hash for JournalReply {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        core::mem::discriminant(self).hash(state);
        match self {
            Self::Conflict(stored) => stored.hash(state),
            Self::Loaded(entries) => entries.hash(state),
            Self::Stored | Self::Failed(_) => {}
        }
    }
}
