//! Async client of the [Yeastar Partner Portal API], on hyper and tokio.
//!
//! ```
//! use yeastar_async::product::{CheckPbxUrl, ListRegions};
//! use yeastar_async::{Client, Config, Credentials, Origin};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let portal = yeastar_sandbox::Server::start()?;
//! # let (base_url, id, secret) = (portal.base_url(), portal.client_id(), portal.client_secret());
//! let config = Config::new(Credentials::new(id, secret)).with_origin(Origin::new(&base_url)?);
//! let client = Client::new(config)?;
//! for region in &client.send(ListRegions::new()).await? {
//!     println!("{}: {:?}", region.id, region.name);
//! }
//! let taken = client.send(CheckPbxUrl::new("docs.ptest6.yeastarcloud.com")).await?;
//! assert!(!taken);
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] gets and renews tokens, repeats what can be repeated without harm, and
//! bounds every call in time. It runs in a tokio runtime whose I/O and time are
//! enabled. Dropping a call leaves the client usable. Nothing more of an order is written then; one that
//! had arrived whole may have been placed.
//!
//! An order that must not be placed twice is a [`purchase`](Client::purchase), which writes down what it does in a
//! [`journal`]. One that lasts is `journal::SqliteJournal`, with the feature `sqlite`, or one of your own. Dropping
//! the future of a purchase leaves no order in doubt; [`drain`](Client::drain) waits for those under way before a
//! program ends.
//!
//! Everything else (endpoints, orders, errors, limits) is the vocabulary of
//! [`yeastar_core`], which is re-exported here.
//!
//! # In a program
//!
//! - **Time.** Time limits run only while the runtime does. One of a single thread stands still between two calls of
//!   `block_on`. With tokio's paused clock (`start_paused`) calls over sockets time out at once, since that clock leaps ahead
//!   whenever all tasks wait.
//! - **Threads.** tokio looks up names in threads for blocking work, and panics in the calling task when the system has no
//!   thread left. Dropping a runtime waits for the look-ups under way, half a minute if the system takes so long: use
//!   `shutdown_timeout`.
//! - **Processes.** Make client, journal and runtime after a `fork`. Two processes with one client share its connections, and each
//!   could read the answers to the other.
//! - **Signals.** Rust programs ignore `SIGPIPE`. A program that sets it to its default is killed when the portal closes a TLS
//!   connection during a write.
//!
//! # A journal on an async driver
//!
//! A [`Journal`](journal::Journal) blocks, so the client calls it in threads that may. One on an async driver keeps a
//! handle of the runtime and waits in that thread. Whoever calls it from async code (for
//! [`open_intents`](journal::Journal::open_intents), or to test it) uses `spawn_blocking`, as the client does:
//!
//! ```
//! use tokio::runtime::Handle;
//! use tokio::task;
//! use yeastar_async::journal::{Journal, JournalError, Swap, conformance};
//! use yeastar_async::{Entry, EntryKey, IntentId};
//! # #[derive(Clone)]
//! # struct Database(yeastar_async::journal::MemoryJournal);
//! # impl Database {
//! #     async fn pause(&self) -> &dyn Journal {
//! #         tokio::time::sleep(std::time::Duration::from_micros(1)).await;
//! #         &self.0
//! #     }
//! #     async fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
//! #         self.pause().await.load(id)
//! #     }
//! #     async fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
//! #         self.pause().await.compare_and_swap(entry)
//! #     }
//! #     async fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
//! #         self.pause().await.open_intents()
//! #     }
//! # }
//!
//! #[derive(Clone)]
//! struct Mine {
//!     database: Database,
//!     runtime: Handle,
//! }
//!
//! impl Journal for Mine {
//!     fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
//!         self.runtime.block_on(self.database.load(id))
//!     }
//!
//!     fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
//!         self.runtime.block_on(self.database.compare_and_swap(entry))
//!     }
//!
//!     fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
//!         self.runtime.block_on(self.database.open_intents())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), task::JoinError> {
//! # let database = Database(yeastar_async::journal::MemoryJournal::new());
//! let mine = Mine { database, runtime: Handle::current() };
//! task::spawn_blocking(move || conformance::check(|| mine.clone())).await
//! # }
//! ```
//!
//! [Yeastar Partner Portal API]: https://help.yeastar.com/en/pp-ptr/developer-guide/about-this-guide.html

mod client;
mod clock;
mod connector;
#[cfg(test)]
mod sockets;
mod transport;
mod walk;

pub use client::Client;
pub use walk::Walk;
pub use yeastar_core::*;
pub use yeastar_journal as journal;

/// The programs of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
