//! `GET /user/openapi/user/v1/client/billing_contact_list`

use alloc::string::String;

use http::Method;
use serde::Deserialize;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::{BillingContactId, List};

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
#[derive(Clone, Copy, Debug, Default)]
pub struct BillingContactList;

impl Endpoint for BillingContactList {
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

/// Who receives an invoice (`Contact_Info`).
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BillingContact {
    /// What an order takes as `billingId`.
    pub billing_contact_id: BillingContactId,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Gets the invoice when this contact is chosen in an order.
    pub email_address: Option<String>,
    /// Phone number.
    pub phone_number: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// State or province.
    pub state_province: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street.
    pub street: Option<String>,
    /// Postal code.
    pub zip_code: Option<String>,
    /// Tax number.
    pub tax_num: Option<String>,
    /// Remark.
    pub remark: Option<String>,
}
