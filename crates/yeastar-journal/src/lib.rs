//! Where a [purchase](yeastar_core::purchase) writes down what it is about to do, so that an order is placed once,
//! also when the process ends in the middle of it.
//!
//! | | |
//! | --- | --- |
//! | `SqliteJournal` | a file, for any number of threads and processes of one machine |
//! | [`MemoryJournal`] | for tests; it is gone with the process |
//! | [`Journal`] | the trait, for a journal in a database of your own |
//! | [`conformance`] | the test of such a journal |
//!
//! A journal of your own needs three functions, and may have two more. [`conformance::check`] says whether they do what
//! purchases rely on.
//! The source of [`MemoryJournal`] is the shortest one there is.
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
mod writer;

pub use journal::{Journal, JournalError, Swap, answer};
pub use memory::MemoryJournal;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteJournal;
pub use writer::writer;
