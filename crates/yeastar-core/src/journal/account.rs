//! Whose orders they are: the account behind the credentials.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::error::invalid::BuildError;
use crate::value::digest;

/// A name for one account of the portal, from your own records.
///
/// A program that orders for several accounts, or whose client id may change one day, gives each account a
/// label ([`Credentials::with_account`](crate::Credentials::with_account)). The journal keeps the purchases of
/// each label apart, so that two accounts may use the same intent id.
///
/// It is 1 to 40 characters of `A` to `Z`, `a` to `z`, `0` to `9`, `.`, `_` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountLabel(Box<str>);

impl AccountLabel {
    /// A label from its text.
    ///
    /// # Errors
    ///
    /// When the text is empty, longer than 40 characters, or has characters other than those above.
    pub fn new(text: &str) -> Result<Self, BuildError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if (1..=40).contains(&text.len()) && text.bytes().all(is_plain) {
            return Ok(Self(text.into()));
        }
        Err(BuildError::new(
            "account label",
            format!("is `{text}`"),
            "choose 1 to 40 characters of A-Z a-z 0-9 . _ -",
        ))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The account that a client works for, as a journal knows it.
///
/// With a label the label decides. Without one, two clients work for the same account when they have the same
/// client id; the journal keeps a hash of it, never the client id itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Account {
    label: Option<AccountLabel>,
    client: ClientHash,
}

/// The hash of a client id: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ClientHash(String);

impl Account {
    pub(crate) fn new(label: Option<AccountLabel>, client_id: &str) -> Self {
        let mut client = digest::sha256_hex(client_id.as_bytes());
        client.truncate(32);
        Self { label, client: ClientHash(client) }
    }

    /// Its label, if the caller has given it one.
    pub fn label(&self) -> Option<&AccountLabel> {
        self.label.as_ref()
    }

    pub(crate) fn client(&self) -> &ClientHash {
        &self.client
    }

    /// Whether both are the same account. Labels decide where both have one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (&self.label, &other.label) {
            (Some(label), Some(other)) => label == other,
            (None, None) => self.client == other.client,
            _ => false,
        }
    }
}
