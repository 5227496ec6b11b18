//! What a purchase asks of a journal.

use std::error::Error;
use std::sync::Arc;

use yeastar_core::{Entry, EntryKey, IntentId, JournalReply, JournalRequest, OrderNo};

/// Why a journal cannot do what it is asked to.
pub type JournalError = Box<dyn Error + Send + Sync>;

/// Keeps one [`Entry`] per purchase: the newest version.
///
/// That an order is placed once rests on it. These are the rules, and
/// [`conformance::check`](crate::conformance::check) tests them:
///
/// - **One after the other.** All calls of all handles, threads and processes that share the journal take effect one
///   at a time, each somewhere between its beginning and its end. Of several that offer the same version at once,
///   one is stored.
/// - **Durable.** What was reported as [stored](Swap::Stored) outlives the process and, as far as the hardware lets it,
///   the machine's power.
/// - **To the byte.** An entry comes back as it was given: key, version, `is_open` and document, of any length. The
///   document is JSON, but must not be stored as anything that may rewrite it.
/// - **Key by key.** Keys differ when one byte of the label or the id differs, `a` from `A` for example; no label
///   differs from every label. What happens to one key leaves all others alone, also those of the same id.
/// - **Nothing is forgotten.** An entry is replaced by its next version only, and never deleted while its order could
///   be placed again: whoever purchases an intent whose entry is gone begins anew.
///
/// An error may leave it open whether the entry was stored. A purchase copes with that; it does not cope with an
/// answer that is wrong.
///
/// A journal that loses an acknowledgement may find out by itself: it reads the entry back and compares it with the
/// offered one, **whole and to the byte**. When they are equal, the entry was stored. Each writer puts a word of
/// its own, 128 random bits, into its documents, so no two writers offer equal entries. A comparison of key and
/// version proves nothing: another writer may have stored that version, and then both would send the order.
///
/// The functions block. The async client calls them in threads that may; its documentation shows a journal on
/// an async driver.
pub trait Journal {
    /// All stored entries of this id, in any order: at most one for each label of an account, and one for clients
    /// without a label. Empty when there is none. A purchase picks its own and refuses those that contradict it.
    ///
    /// # Errors
    ///
    /// When they cannot be read. It is not "none" then.
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError>;

    /// Stores the entry if and only if the stored version of its [key](Entry::key) is the one that it
    /// [replaces](Entry::replaces): `None` means that there must be none. Returns when it is durable.
    ///
    /// # Errors
    ///
    /// When it cannot be stored, or it is not known whether it was.
    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError>;

    /// The keys of all entries that are [open](Entry::is_open), in their own order: first those without a label,
    /// then label by label, and by the bytes of the id.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError>;

    /// The entries that are [open](Entry::is_open), in the order of [`open_intents`](Self::open_intents): those behind this
    /// key (all, without one), at most so many. For a journal with more open entries than one wants at once; what is closed
    /// meanwhile may be missing. It is made of the other functions where a journal has no faster way.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    fn open_entries(&self, after: Option<&EntryKey>, at_most: usize) -> Result<Vec<Entry>, JournalError> {
        let keys = self.open_intents()?;
        let mut entries = Vec::new();
        for key in keys.iter().filter(|key| Some(*key) > after) {
            if entries.len() == at_most {
                break;
            }
            let loaded = self.load(key.id())?;
            entries.extend(loaded.into_iter().filter(|entry| entry.key() == key && entry.is_open()));
        }
        Ok(entries)
    }

    /// The stored version of each entry, of whichever key, that [has](Entry::orders) one of these orders: each entry once, in any
    /// order. It may give fewer, for example find a purchase by its first order only. At most 500 numbers are asked for at
    /// once. A purchase whose answer was lost thereby tells the orders of others from its own. A journal that does not
    /// remember orders says "none"; then they are [candidates](yeastar_core::purchase::Candidate), unless this client has
    /// placed them.
    ///
    /// # Errors
    ///
    /// When they cannot be read. The purchase goes on without.
    fn find_orders(&self, order_nos: &[OrderNo]) -> Result<Vec<Entry>, JournalError> {
        let _ = order_nos;
        Ok(Vec::new())
    }
}

/// What came of [`Journal::compare_and_swap`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it may not have been stored"]
pub enum Swap {
    /// It is stored, and durable.
    Stored,
    /// Another version is stored under the key than the one that it replaces. This is the stored entry; `None`
    /// when there is none.
    Conflict(Option<Entry>),
}

/// What a journal answers to a purchase, for whoever drives one with a transport of their own.
///
/// ```
/// use yeastar_core::{Event, JournalRequest};
/// use yeastar_journal::{Journal, answer};
///
/// fn ask(journal: &impl Journal, request: &JournalRequest) -> Event {
///     Event::Journal(answer(journal, request))
/// }
/// ```
pub fn answer<J: Journal + ?Sized>(journal: &J, request: &JournalRequest) -> JournalReply {
    let reply = match request {
        JournalRequest::Store(entry) => journal.compare_and_swap(entry).map(|swap| match swap {
            Swap::Stored => JournalReply::Stored,
            Swap::Conflict(stored) => JournalReply::Conflict(stored),
        }),
        JournalRequest::Load(id) => journal.load(id).map(JournalReply::Loaded),
        JournalRequest::FindOrders(order_nos) => journal.find_orders(order_nos).map(JournalReply::Loaded),
    };
    reply.unwrap_or_else(JournalReply::Failed)
}

/// A journal behind a pointer is one.
macro_rules! journal_behind {
    ($($pointer:ty),*) => {$(
        impl<J: Journal + ?Sized> Journal for $pointer {
            fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
                (**self).load(id)
            }

            fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
                (**self).compare_and_swap(entry)
            }

            fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
                (**self).open_intents()
            }

            fn open_entries(&self, after: Option<&EntryKey>, at_most: usize) -> Result<Vec<Entry>, JournalError> {
                (**self).open_entries(after, at_most)
            }

            fn find_orders(&self, order_nos: &[OrderNo]) -> Result<Vec<Entry>, JournalError> {
                (**self).find_orders(order_nos)
            }
        }
    )*};
}

journal_behind!(&J, Arc<J>);
