//! A journal that is gone with the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yeastar_core::{Entry, EntryKey, IntentId, OrderNo};

use crate::journal::{Journal, JournalError, Swap};

/// A journal in memory, for tests and demonstrations. **It does not survive the process**: an order whose answer
/// was lost in a crash would be forgotten. Clones share their entries.
///
/// ```
/// use yeastar_core::{Entry, EntryKey, IntentId};
/// use yeastar_journal::{Journal, MemoryJournal, Swap};
///
/// let journal = MemoryJournal::new();
/// let entry = Entry::new("ticket-4711".into(), 1, true, "{}");
/// assert_eq!(journal.compare_and_swap(&entry)?, Swap::Stored);
/// assert_eq!(journal.compare_and_swap(&entry)?, Swap::Conflict(Some(entry)));
/// assert_eq!(journal.open_intents()?, [EntryKey::from("ticket-4711")]);
/// # Ok::<(), yeastar_journal::JournalError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal(Arc<Mutex<BTreeMap<EntryKey, Entry>>>);

impl MemoryJournal {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whoever panicked with the lock held had not begun to change anything.
    fn entries(&self) -> MutexGuard<'_, BTreeMap<EntryKey, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for MemoryJournal {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        Ok(self.entries().values().filter(|entry| entry.id() == id).cloned().collect())
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        let mut entries = self.entries();
        let stored = entries.get(entry.key());
        if stored.map(Entry::version) != entry.replaces() {
            return Ok(Swap::Conflict(stored.cloned()));
        }
        entries.insert(entry.key().clone(), entry.clone());
        Ok(Swap::Stored)
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        let entries = self.entries();
        Ok(entries.values().filter(|entry| entry.is_open()).map(|entry| entry.key().clone()).collect())
    }

    fn open_entries(&self, after: Option<&EntryKey>, at_most: usize) -> Result<Vec<Entry>, JournalError> {
        let entries = self.entries();
        let behind = entries.iter().filter(|(key, entry)| entry.is_open() && Some(*key) > after);
        Ok(behind.map(|(_, entry)| entry.clone()).take(at_most).collect())
    }

    fn find_orders(&self, order_nos: &[OrderNo]) -> Result<Vec<Entry>, JournalError> {
        let has_one = |entry: &&Entry| entry.orders().iter().any(|order_no| order_nos.contains(order_no));
        Ok(self.entries().values().filter(has_one).cloned().collect())
    }
}
