//! Text that must not be seen.

use alloc::string::String;
use core::fmt;

use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// A secret: client secret or token. It has no `Display` and no `Serialize`, and its
/// `Debug` prints `[redacted]`.
///
/// The memory in which it is kept is wiped when it is dropped, and so is that of an
/// [`AccessToken`](crate::AccessToken). Copies elsewhere are not: the text that it was made from, the answer in
/// which a token came, what a transport copies of a request (the head with the token, the body with the client
/// secret), and a body of JSON, which may have a colleague's password.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret over.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The secret itself. Whoever prints or stores it is on their own.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The secret as bytes that are wiped with their last owner.
    pub(crate) fn into_bytes(self) -> Bytes {
        struct Wiped(SecretString);

        impl AsRef<[u8]> for Wiped {
            fn as_ref(&self) -> &[u8] {
                self.0.expose_secret().as_bytes()
            }
        }

        Bytes::from_owner(Wiped(self.0))
    }
}

#[cfg(feature = "simulation")]
impl core::hash::Hash for Secret {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
