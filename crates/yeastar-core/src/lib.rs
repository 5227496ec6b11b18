//! wip
#![no_std]
extern crate alloc;

mod encoder;
mod endpoint;
mod envelope;
mod error;
mod origin;
mod session;
mod tick;
mod value;

pub mod auth;
pub mod order;
pub mod product;
pub mod registry;
pub mod user;

pub use encoder::{BuildError, Encoder};
pub use endpoint::{Auth, Effect, Endpoint, Meta};
pub use envelope::Reply;
pub use error::{Delivery, Error, ErrorKind};
pub use http::Method;
pub use origin::{AccessToken, Origin};
pub use session::Credentials;
pub use tick::Tick;
pub use value::*;
