//! Where a [purchase](yeastar_core::purchase) writes down what it is about to do, so that an order is placed once,
//! also when the process ends in the middle of it.
//!
//! | | |
//! | --- | --- |
//! | `SqliteJournal` | one file, for any number of threads and processes of one machine |
//! | [`MemoryJournal`] | for tests; it is gone with the process |
//! | [`Journal`] | the trait, for a journal in a database of your own |
//! | [`conformance`] | the test of such a journal |
//!
//! A journal of your own is three functions, and [`conformance::check`] says whether they do what purchases rely on:
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::{Mutex, PoisonError};
//! use yeastar_core::{Entry, IntentId};
//! use yeastar_journal::{Journal, JournalError, Swap, conformance};
//!
//! #[derive(Default)]
//! struct Mine(Mutex<BTreeMap<IntentId, Entry>>);
//!
//! impl Journal for Mine {
//!     fn load(&self, id: &IntentId) -> Result<Option<Entry>, JournalError> {
//!         let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//!         Ok(entries.get(id).cloned())
//!     }
//!
//!     fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
//!         let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//!         let stored = entries.get(entry.id());
//!         if stored.map(Entry::version) != entry.replaces() {
//!             return Ok(Swap::Conflict(stored.cloned()));
//!         }
//!         entries.insert(entry.id().clone(), entry.clone());
//!         Ok(Swap::Stored)
//!     }
//!
//!     fn open_intents(&self) -> Result<Vec<IntentId>, JournalError> {
//!         let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//!         Ok(entries.values().filter(|entry| entry.is_open()).map(|entry| entry.id().clone()).collect())
//!     }
//! }
//!
//! let mine = Mine::default();
//! conformance::check(|| &mine);
//! ```
//!
//! # Features
//!
//! `sqlite`, on by default: `SqliteJournal`. It builds SQLite, which takes a C compiler and some time; switch it off
//! (`default-features = false`) when your journal is another one.

pub mod conformance;
mod journal;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

pub use journal::{Journal, JournalError, Swap, persisted};
pub use memory::MemoryJournal;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteJournal;
