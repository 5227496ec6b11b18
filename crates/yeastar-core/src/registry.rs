//! All endpoints of this crate, for tables, tests and tools.

use crate::endpoint::{Endpoint, Meta};
use crate::{auth, order, product, user};

/// What is known of each endpoint. Naming them here checks their path templates
/// when the crate is compiled.
pub const ENDPOINTS: &[Meta] = &[
    auth::TokenRequest::META,
    auth::TokenRefresh::META,
    user::BillingContactList::META,
    product::RegionList::META,
    product::PbxUrlExisted::META,
    order::OrderSave::META,
    order::OrderPage::META,
    order::OrderGet::META,
];
