//! What a machine writes down of itself, and the key under which it does.

use alloc::boxed::Box;
use core::fmt;

use crate::journal::account::{Account, AccountLabel};
use crate::journal::intent_id::IntentId;

/// Names the entry of one purchase in a journal: the account's label, if it has one, and the intent's id.
///
/// ```
/// use yeastar_core::EntryKey;
///
/// let key = EntryKey::from("ticket-4711");
/// assert!(key.account().is_none());
/// assert_eq!(key.to_string(), "ticket-4711");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey {
    account: Option<AccountLabel>,
    id: IntentId,
}

impl EntryKey {
    /// The key of this intent of this account.
    pub fn new(account: Option<AccountLabel>, id: IntentId) -> Self {
        Self { account, id }
    }

    /// The label of the account. Entries of clients without a label have none.
    pub fn account(&self) -> Option<&AccountLabel> {
        self.account.as_ref()
    }

    /// The intent's id.
    pub fn id(&self) -> &IntentId {
        &self.id
    }
}

impl From<IntentId> for EntryKey {
    /// The key of an intent of an account without a label.
    fn from(id: IntentId) -> Self {
        Self::new(None, id)
    }
}

impl From<&str> for EntryKey {
    /// The key of an intent of an account without a label.
    fn from(id: &str) -> Self {
        Self::new(None, id.into())
    }
}

impl fmt::Display for EntryKey {
    /// The id, behind the label and a `:` where there is a label.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.account {
            Some(account) => write!(f, "{account}:{}", self.id),
            None => self.id.fmt(f),
        }
    }
}

/// One version of what a journal keeps of a purchase.
///
/// To a journal it is a key, a number and a text. The text is a JSON document that
/// holds no secret; it carries a checksum, and whoever resumes the purchase checks it.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    key: EntryKey,
    version: u64,
    is_open: bool,
    document: Box<str>,
}

impl Entry {
    /// An entry, as a journal reads it back.
    pub fn new(key: EntryKey, version: u64, is_open: bool, document: impl Into<Box<str>>) -> Self {
        Self { key, version, is_open, document: document.into() }
    }

    /// Whose purchase it is, and which: no two entries have the same key.
    pub fn key(&self) -> &EntryKey {
        &self.key
    }

    /// The intent's id.
    pub fn id(&self) -> &IntentId {
        self.key.id()
    }

    /// 1 for the first version; each later one is greater by 1.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The version that must be the stored one when this takes its place; `None` when
    /// there must be none.
    pub fn replaces(&self) -> Option<u64> {
        self.version.checked_sub(1).filter(|version| *version > 0)
    }

    /// Whether something is still to be found out about the purchase: what became of it, or whether a second
    /// order exists beside the one that is known.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The JSON document.
    pub fn document(&self) -> &str {
        &self.document
    }
}

impl fmt::Debug for Entry {
    /// Without the document: it names what was ordered, for whom.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("key", &format_args!("{}", self.key))
            .field("version", &self.version)
            .field("is_open", &self.is_open)
            .finish_non_exhaustive()
    }
}

impl Account {
    /// Whether the entry under this key can be that of this account, as far as the key tells: it has the same label, or
    /// none.
    pub fn may_own(&self, key: &EntryKey) -> bool {
        key.account().is_none_or(|label| self.label() == Some(label))
    }
}
