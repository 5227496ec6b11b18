//! For whom a purchase is carried out, where, and within which limits.

use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::call::policy::Policy;
use crate::journal::account::Account;
use crate::wire::origin::Origin;

/// What all purchases of one client have in common, and a word of the one that begins now.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Context {
    pub(super) account: Account,
    pub(super) origin: Origin,
    pub(super) policy: Policy,
    pub(super) writer: Writer,
}

/// A word of a writer's own: 128 bits, in hexadecimal digits where they are written down.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Writer(u128);

impl Context {
    /// A context for one [`Purchase`](super::Purchase).
    ///
    /// `account` is that of the session ([`Session::account`](crate::Session::account)). `writer` is 128 random bits,
    /// other ones for each purchase that is begun or taken up: they go into what it writes, so that two processes
    /// never write the same, and a journal that has lost an acknowledgement can tell whose version is stored.
    pub fn new(account: &Account, origin: &Origin, policy: &Policy, writer: u128) -> Self {
        Self {
            account: account.clone(),
            origin: origin.clone(),
            policy: policy.clone(),
            writer: Writer(writer),
        }
    }

    pub(super) fn portal(&self) -> String {
        self.origin.portal()
    }
}

impl Serialize for Writer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for Writer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(de::Error::custom)
    }
}

/// Who has written something decides nothing.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Writer {
    fn hash<H: core::hash::Hasher>(&self, _: &mut H) {}
}
