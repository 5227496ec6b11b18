//! Async client of the [Yeastar Partner Portal API], on hyper and tokio.
//!
//! ```
//! use yeastar_async::product::{PbxUrlExisted, RegionList};
//! use yeastar_async::{Client, Config, Credentials, Origin};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let portal = yeastar_sandbox::Server::start()?;
//! # let (base_url, id, secret) = (portal.base_url(), portal.client_id(), portal.client_secret());
//! let config = Config::new(Credentials::new(id, secret)).with_origin(Origin::new(&base_url)?);
//! let client = Client::new(config)?;
//! for region in &client.send(RegionList).await? {
//!     println!("{}: {:?}", region.id, region.name);
//! }
//! let taken = client.send(PbxUrlExisted::new("docs.ptest6.yeastarcloud.com")).await?;
//! assert!(!taken);
//! # Ok(())
//! # }
//! ```
//!
//! [`Client`] gets and renews tokens, repeats what can be repeated without harm, and
//! bounds every call in time. It runs in a tokio runtime whose I/O and time are
//! enabled. Dropping a call leaves the client usable; an order that was dropped may
//! have been placed all the same.
//!
//! An order that must not be placed twice is a [`purchase`](Client::purchase), which writes down what it does in a
//! [`journal`]. One that lasts is `SqliteJournal` of `yeastar-journal`: add that crate, or bring a journal of your own.
//!
//! Everything else (endpoints, orders, errors, limits) is the vocabulary of
//! [`yeastar_core`], which is re-exported here.
//!
//! [Yeastar Partner Portal API]: https://help.yeastar.com/en/pp-ptr/developer-guide/about-this-guide.html

mod client;
mod clock;
mod connector;
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
