//! The [Yeastar Partner Portal API] without I/O.
//!
//! This crate makes `http::Request` values and reads `http::Response` bytes. It
//! opens no socket, reads no clock, needs no runtime and looks at no environment:
//! `#![no_std]` keeps all of that out of it. (Crates that it depends on, such as `http`,
//! do need `std`.) Use it directly to bring a transport of your own, or take one of
//! the clients that are made from it: `yeastar-blocking` and `yeastar-async`.
//!
//! [Yeastar Partner Portal API]: https://help.yeastar.com/en/pp-ptr/developer-guide/about-this-guide.html
//!
//! # One request, one answer
//!
//! Every endpoint is a plain struct. It writes its request and reads its answer;
//! what happens in between is yours.
//!
//! ```
//! use yeastar_core::product::ListRegions;
//! use yeastar_core::{AccessToken, Endpoint, Origin};
//!
//! let token = AccessToken::new(&"eyJhbGciOiJIUzI1NiJ9".into())?;
//! let request = ListRegions::new().to_request(&Origin::default(), Some(&token))?;
//! assert_eq!(request.uri(), "https://openapi.partner.yeastar.com/product/openapi/instance/v1/region_list");
//!
//! let response = http::Response::new(
//!     r#"{"code":"success","detailMessage":"","requestId":"7249dc24","status":200,
//!         "result":[{"id":"41","name":"Example","region":[]}]}"#,
//! );
//! let regions = ListRegions::read_response(response)?;
//! assert_eq!(regions[0].id.get(), 41);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Tokens, repetitions and timeouts with your own transport
//!
//! A [`Call`] gets and renews the token, decides what may be repeated and when to
//! give up. It says what to do next; this loop does it:
//!
//! ```
//! use std::convert::Infallible;
//! use std::time::{Duration, Instant};
//! use yeastar_core::product::ListRegions;
//! use yeastar_core::{
//!     Action, Call, Credentials, Event, Exchange, Machine, Origin, Policy, Session, Tick,
//! };
//!
//! fn drive<M: Machine<Journal = Infallible>>(
//!     mut machine: M,
//!     session: &mut Session,
//!     start: Instant,
//!     exchange: impl Fn(Exchange) -> Event,
//! ) -> M::Output {
//!     loop {
//!         match machine.poll(Tick::new(start.elapsed()), session) {
//!             Action::Send(request) => machine.on(exchange(request)),
//!             Action::Sleep(pause) | Action::Wait(pause) => std::thread::sleep(pause),
//!             Action::Done(output) => return output,
//!         }
//!     }
//! }
//!
//! // A transport sends `exchange.request` within `exchange.timeouts` and hands back
//! // the whole answer, or what stopped it. This one answers by itself.
//! let transport = |exchange: Exchange| {
//!     let result = match exchange.request.uri().path() {
//!         "/auth/openapi/v1/oauth/token" => r#"{"token":"t","expiresIn":"1800","refreshToken":"r"}"#,
//!         _ => "[]",
//!     };
//!     let body = format!(r#"{{"code":"success","requestId":"7249dc24","result":{result}}}"#);
//!     Event::Response(http::Response::new(body.into()))
//! };
//!
//! // All calls share the session and its start: its times count from there.
//! let start = Instant::now();
//! let mut session = Session::new(Credentials::new("client id", "client secret"), 1);
//! let call = Call::new(&ListRegions::new(), &Origin::default(), &Policy::default())?;
//! let reply = drive(call, &mut session, start, transport)?;
//! assert!(reply.value.is_empty());
//! # Ok::<(), yeastar_core::Error>(())
//! ```
//!
//! A session that is shared among threads or tasks goes behind a lock that is held
//! for the length of `poll` only; a machine that waits goes on when
//! [`Session::version`] has changed, and one that is dropped early is told by
//! [`Machine::abandon`]. The two clients do just that.

#![no_std]

extern crate alloc;

mod call;
mod error;
mod exchange;
mod journal;
mod portal;
pub mod purchase;
mod value;
mod wire;

pub use call::Call;
pub use call::config::Config;
pub use call::machine::{Action, Event, Machine};
pub use call::pager::Pages;
pub use call::policy::Policy;
pub use call::session::Session;
pub use error::Error;
pub use error::invalid::BuildError;
pub use error::kind::{Delivery, ErrorKind};
pub use exchange::failure::{Cause, Failure};
pub use exchange::progress::{Progress, RequestMeter};
pub use exchange::time::Tick;
pub use exchange::{Exchange, Timeouts};
pub use http::Method;
pub use journal::account::{Account, AccountLabel};
pub use journal::entry::{Entry, EntryKey};
pub use journal::intent_id::IntentId;
pub use journal::request::{JournalReply, JournalRequest};
pub use portal::auth::credentials::Credentials;
pub use portal::{auth, order, pricing, product, registry, user};
pub use value::{
    Amount, BillingContactId, ColleagueId, CountryId, Extra, InstanceId, Json, List, OfferingId, OrderId,
    OrderNo, Page, ParseIdError, ParseJsonError, PartnerId, PbxSubDomainId, PlanId, PricingId, ProductId,
    ProductNo, RegionId, Secret, ServiceId, Timestamp, TransactionNo, Unrecognized, WhiteLabelId, YeastarId,
};
pub use wire::access_token::AccessToken;
pub use wire::encoder::Encoder;
pub use wire::endpoint::Endpoint;
pub use wire::meta::{Auth, Effect, Meta};
pub use wire::origin::Origin;
pub use wire::paged::Paged;
pub use wire::reply::Reply;
