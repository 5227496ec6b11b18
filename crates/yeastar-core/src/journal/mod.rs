//! What a journal keeps of a purchase, and what it is asked.

pub(crate) mod account;
pub(crate) mod entry;
pub(crate) mod intent_id;
pub(crate) mod request;
