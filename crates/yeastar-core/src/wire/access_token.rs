//! The access token, as it is sent.

use alloc::string::String;
use core::fmt;

use http::HeaderValue;

use crate::error::invalid::BuildError;
use crate::value::Secret;

const SCHEME: &str = "Bearer ";

/// An access token, ready to be sent: the value of the `Authorization` header,
/// marked sensitive so that nothing prints it, and kept as a [`Secret`] is.
#[derive(Clone)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct AccessToken(HeaderValue);

impl AccessToken {
    /// Takes the `token` field of a token answer.
    ///
    /// # Errors
    ///
    /// When the text cannot be a header value. The error does not show it.
    pub fn new(token: &Secret) -> Result<Self, BuildError> {
        const LONGEST: usize = 8 * 1024;
        let refuse =
            || BuildError::new("token", "is empty, not visible ASCII or over 8 KiB", "request a new one");
        let text = token.expose();
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refuse());
        }
        let mut line = String::with_capacity(SCHEME.len() + text.len());
        line.push_str(SCHEME);
        line.push_str(text);
        let mut value =
            HeaderValue::from_maybe_shared(Secret::new(line).into_bytes()).map_err(|_| refuse())?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// The token without its scheme.
    pub(crate) fn expose(&self) -> &str {
        self.0.to_str().ok().and_then(|line| line.strip_prefix(SCHEME)).unwrap_or_default()
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
