//! Blocking client of the [Yeastar Partner Portal API], on ureq.
//!
//! ```
//! use yeastar_blocking::product::{CheckPbxUrl, ListRegions};
//! use yeastar_blocking::{Client, Config, Credentials, Origin};
//!
//! # let portal = yeastar_sandbox::Server::start()?;
//! # let (base_url, id, secret) = (portal.base_url(), portal.client_id(), portal.client_secret());
//! let config = Config::new(Credentials::new(id, secret)).with_origin(Origin::new(&base_url)?);
//! let client = Client::new(config)?;
//! for region in &client.send(ListRegions::new())? {
//!     println!("{}: {:?}", region.id, region.name);
//! }
//! let taken = client.send(CheckPbxUrl::new("docs.ptest6.yeastarcloud.com"))?;
//! assert!(!taken);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Client`] gets and renews tokens, repeats what can be repeated without harm, and
//! bounds every call in time. It must not be used inside an async runtime: it blocks
//! the thread; `yeastar-async` is the client for that.
//!
//! An order that must not be placed twice is a [`purchase`](Client::purchase), which writes down what it does in a
//! [`journal`]. One that lasts is `journal::SqliteJournal`, with the feature `sqlite`, or one of your own.
//!
//! Everything else (endpoints, orders, errors, limits) is the vocabulary of
//! [`yeastar_core`], which is re-exported here.
//!
//! # In a program
//!
//! - **Logs.** ureq writes request heads and bodies, the token among them, into its log at the level TRACE, and the header
//!   fields of answers at DEBUG. Turn the targets `ureq` and `ureq_proto` off in applications that log so much.
//! - **Memory.** The buffers of a connection that is kept hold what was last sent over it; [`Secret`] says what is wiped
//!   from memory, and what is not.
//! - **Processes.** Make client and journal after a `fork`. Two processes with one client share its connections, and each could
//!   read the answers to the other.
//! - **Features of ureq** hold for the whole program. With `cookies`, queries send the portal's cookies back; orders never do.
//!   Requests send `Accept-Encoding: identity`. If an answer is compressed anyway, the call fails, unless `gzip` or `brotli`
//!   decodes it; then [`Policy::max_body`] limits what comes out.
//! - **Gateways.** ureq cannot read an answer with chunk extensions of some 20 bytes or more, nor one after a
//!   `100 Continue` with header fields. That is an error of kind [`Transport`](ErrorKind::Transport), and the request may
//!   have been executed. `yeastar-async` reads both.
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
