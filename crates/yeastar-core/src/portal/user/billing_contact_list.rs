//! `GET /user/openapi/user/v1/client/billing_contact_list`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{BillingContactId, List, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Lists the contacts who can receive an invoice.
///
/// Request: `GET /user/openapi/user/v1/client/billing_contact_list`
///
/// An order names one of them.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-billing-contact-list.html>
///
/// Documented: all fields of a contact, each a String.
///
/// Inferred: `result` is an array, although the page calls it an Object; [`List`] reads both.
#[doc(alias = "billing_contact_list")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListBillingContacts;

impl ListBillingContacts {
    /// The request. It has no parameters.
    pub const fn new() -> Self {
        Self
    }
}

impl Endpoint for ListBillingContacts {
    const META: Meta = Meta::new(
        "billing_contact_list",
        Method::GET,
        "/user/openapi/user/v1/client/billing_contact_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-billing-contact-list.html",
    );

    type Output = List<BillingContact>;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

partial! {
    /// Who receives an invoice (`Contact_Info`).
    pub struct BillingContact {
        /// What an order takes as `billingId`.
        pub billing_contact_id: BillingContactId = "billingContactId",
        /// First name.
        pub first_name: Option<String> = "firstName",
        /// Last name.
        pub last_name: Option<String> = "lastName",
        /// Company.
        pub company: Option<String> = "company",
        /// Gets the invoice when this contact is chosen in an order.
        pub email_address: Option<String> = "emailAddress",
        /// Phone number.
        pub phone_number: Option<String> = "phoneNumber",
        /// Country.
        pub country: Option<String> = "country",
        /// State or province.
        pub state_province: Option<String> = "stateProvince",
        /// City.
        pub city: Option<String> = "city",
        /// Street.
        pub street: Option<String> = "street",
        /// Postal code.
        pub zip_code: Option<String> = "zipCode",
        /// Tax number.
        pub tax_num: Option<String> = "taxNum",
        /// Remark.
        pub remark: Option<String> = "remark",
    }
}
