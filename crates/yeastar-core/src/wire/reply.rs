//! An answer and the facts around it.

use alloc::string::String;
use core::fmt;

use bytes::Bytes;
use http::StatusCode;

/// An answer and the facts around it.
#[derive(Clone)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Reply<T> {
    /// What stood in `result`.
    pub value: T,
    /// HTTP status of the answer.
    pub status: StatusCode,
    /// The portal's id of the request, for the vendor's support.
    pub request_id: Option<String>,
    /// How many requests it took, token requests not counted.
    pub attempts: u32,
    pub(crate) body: Bytes,
}

impl<T> Reply<T> {
    /// What stood in `result`.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The raw body, with whatever this version has no name for.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}
