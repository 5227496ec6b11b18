//! What stopped a request.

use alloc::boxed::Box;
use core::error::Error;

use super::progress::Progress;

/// No whole answer to a request.
#[derive(Debug)]
pub struct Failure {
    /// Whether the portal can have had the whole request.
    pub progress: Progress,
    /// What stopped it, as far as it matters for what to do next.
    pub cause: Cause,
    /// The transport's error.
    pub source: Box<dyn Error + Send + Sync>,
}

#[cfg(feature = "simulation")]
impl Clone for Failure {
    /// With the text of the source in its place.
    fn clone(&self) -> Self {
        let Self { progress, cause, source } = self;
        Self { progress: *progress, cause: *cause, source: alloc::format!("{source}").into() }
    }
}

/// What stopped a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub enum Cause {
    /// The other side could not prove that it is the portal. Trying again does not help.
    Certificate,
    /// It took too long.
    Timeout,
    /// The answer's body is longer than [`Exchange::max_body`](crate::Exchange::max_body), or its head than the transport takes. Trying again does
    /// not help.
    AnswerTooLong,
    /// Anything else.
    Other,
}
