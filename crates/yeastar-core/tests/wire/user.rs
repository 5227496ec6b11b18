//! Requests of the module `user`.

use yeastar_core::AccessToken;
use yeastar_core::user::BillingContactList;

use super::{Case, case};

#[rustfmt::skip]
pub(crate) fn cases(bearer: Option<&AccessToken>) -> Vec<Case> {
    vec![
        case("billing_contact_list", "all",
            "query-billing-contact-list.html: documented, with an example",
            &BillingContactList, bearer),
    ]
}
