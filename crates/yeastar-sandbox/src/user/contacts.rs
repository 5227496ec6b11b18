//! Billing contacts, all made up.
//!
//! Documented: the fields, all strings. Inferred: that the answer is an array,
//! which the page calls an object.

use serde_json::{Value, json};

use crate::envelope::{Json, Refusal};
use crate::portal::Portal;
use crate::route::Call;

/// The first is that of the vendor's tutorial. The second differs from it only in
/// the last digit, which a float would lose.
pub(crate) const BILLING_CONTACTS: &[u64] = &[3_197_218_168_379_846_218, 3_197_218_168_379_846_219];

/// `billing_contact_list`
#[expect(clippy::unnecessary_wraps, reason = "the signature of every route")]
pub(crate) fn billing_contact_list(_: &mut Portal, _: &Call) -> Result<Json, Refusal> {
    Ok(BILLING_CONTACTS.iter().map(|&id| billing_contact(id)).collect::<Value>().into())
}

pub(crate) fn billing_contact(id: u64) -> Value {
    let last_digit = id % 10;
    json!({
        "billingContactId": id.to_string(),
        "city": "Example City",
        "company": "Example Partner Ltd",
        "country": "Example Country",
        "emailAddress": format!("billing-{last_digit}@example.com"),
        "firstName": "Example",
        "lastName": format!("Contact {last_digit}"),
        "phoneNumber": "",
        "remark": "made up by the sandbox",
        "stateProvince": "",
        "street": "1 Example Street",
        "taxNum": "",
        "zipCode": "00000",
    })
}
