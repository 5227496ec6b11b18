//! What a connection costs a request: when it is looked up and opened, what is sent in it, and
//! for how long it is kept.

mod gathering;
mod keeping;
mod limits;
mod opening;
mod peer;
#[cfg(feature = "rustls")]
mod tls;
