//! A portal in a box: a local, stateful **simulation** of the Yeastar Partner
//! Portal API, so that programs can be built, tried and tested without an account.
//!
//! It is not the vendor's and buys nothing. It answers as the vendor's documents
//! say, and where they are silent it has to guess; its guesses are the unfriendly
//! ones, so that a client that copes with the sandbox copes with the portal.
//! Every answer carries the header `x-yeastar-sandbox: 1`.
//!
//! There are three ways to use it:
//!
//! - [`Server`]: the portal on a loopback port, for tests of anything that speaks HTTP.
//! - [`Portal`]: the portal as a function, without I/O, on a clock of yours.
//! - `yeastar-sandbox`: the server as a program; `yeastar-sandbox --help` tells more.
//!
//! ```
//! use yeastar_sandbox::{Fault, Plan, Server};
//!
//! let server = Server::start()?;
//! println!("{} {} {}", server.base_url(), server.client_id(), server.client_secret());
//!
//! // The next order will be placed, but its answer will not arrive.
//! server.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
//! // ... run the program under test against server.base_url() ...
//! server.assert_no_double_order();
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What is there
//!
//! [`endpoints`] names the endpoints that are simulated. Orders are simulated for
//! one case, the vendor's tutorial: the purchase (`purchase_plan`) of a P-Series
//! Cloud Edition (product 13) with its services. Any other order is refused with a
//! message that says so. The contacts, the regions and their domains are made up,
//! but for the ids and the domain of the tutorial: region 41, sub-domain 20
//! (`ptest6.yeastarcloud.com`), billing contact 3197218168379846218. The PBX URL
//! `taken.ptest6.yeastarcloud.com` is taken from the start.
//!
//! # What is documented, and what is not
//!
//! | Answer | Source |
//! |---|---|
//! | Paths, headers, request parameters, the envelope, token lives | documented |
//! | Fields and types of tokens, contacts, regions, URL check, list rows | documented |
//! | The answer to an order | the vendor's one example |
//! | Lists that are arrays where a page says object | inferred |
//! | Every refusal: HTTP status, [`code`], `result` | inferred or invented |
//! | `Content-Type` must match exactly; superfluous parameters and fields are refused | inferred |
//! | A refresh spends its token; a new token ends the former one | inferred; see [`Settings`] |
//! | A new client secret ends all tokens | inferred |
//! | Token requests as `multipart/form-data`, which the vendor also allows, are refused | not simulated |
//! | Page size of at most 1000, newest order first | inferred |
//! | When an order shows in the list, where its PO number shows | not known; see [`Settings`] |
//! | A PBX URL is taken as soon as it is ordered, and then refused | inferred; see [`Settings`] |
//! | Order details beyond the names of the four parts and the first three fields | invented |
//!
//! # What it shares with the client library
//!
//! The table of endpoints (name, method, path, whether a token is wanted) and the
//! type of a point in time.
//! It uses none of the library's request and answer types and none of its checks,
//! so a mistake there cannot hide behind the same mistake here.

mod auth;
mod catalogue;
mod check;
mod connection;
mod envelope;
mod faults;
mod fields;
mod ids;
mod ledger;
mod order;
mod paging;
mod portal;
mod pricing;
mod product;
mod route;
mod server;
mod settings;
mod user;

pub use envelope::code;
pub use faults::{Fault, Plan};
pub use ledger::{Ledger, LoggedRequest, PlacedOrder};
pub use portal::{Portal, Served};
pub use route::endpoints;
pub use server::Server;
pub use settings::{LackOfBalance, PoNumberEcho, RefreshReuse, Settings};
pub use yeastar_core::Tick;
