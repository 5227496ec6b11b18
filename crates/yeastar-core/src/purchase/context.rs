//! For whom a purchase is carried out, where, and within which limits.

use alloc::string::String;

use crate::account::Account;
use crate::origin::Origin;
use crate::retry::Policy;

/// What all purchases of one client have in common, and a word of the one that begins now.
#[derive(Clone, Debug)]
pub struct Context {
    pub(super) account: Account,
    pub(super) origin: Origin,
    pub(super) policy: Policy,
    pub(super) writer: u128,
}

impl Context {
    /// A context for one [`Purchase`](super::Purchase).
    ///
    /// `account` is that of the session ([`Session::account`](crate::Session::account)). `writer` is 128 random bits,
    /// other ones for each purchase that is begun or taken up: they go into what it writes, so that two processes
    /// never write the same, and a journal that has lost an acknowledgement can tell whose version is stored.
    pub fn new(account: &Account, origin: &Origin, policy: &Policy, writer: u128) -> Self {
        Self { account: account.clone(), origin: origin.clone(), policy: policy.clone(), writer }
    }

    pub(super) fn portal(&self) -> String {
        self.origin.portal()
    }
}
