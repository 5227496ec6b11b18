//! A request and its answer.

pub(crate) mod access_token;
pub(crate) mod content;
pub(crate) mod encoder;
pub(crate) mod endpoint;
pub(crate) mod envelope;
pub(crate) mod evidence;
pub(crate) mod meta;
pub(crate) mod origin;
pub(crate) mod paged;
pub(crate) mod reply;
pub(crate) mod request;
