//! The module `user` of the portal: the account and whoever belongs to it.

mod account;
pub(crate) mod colleagues;
pub(crate) mod contacts;
mod countries;
pub(crate) mod customers;
mod permissions;

pub(crate) use account::account_balance;
pub(crate) use countries::country_list;
pub(crate) use permissions::user_permission_list;
