//! Module `user` of the portal: the account and the people around it.

mod billing_contact_list;

pub use billing_contact_list::{BillingContact, BillingContactList};
