//! White label templates, all made up.
//!
//! Documented: the fields, both strings, and that the answer is an array.

use serde_json::{Value, json};

use crate::envelope::{Json, Refusal};
use crate::portal::Portal;
use crate::route::Call;

/// `white_label_list`
pub(crate) fn white_label_list(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let partner = call.fields.get("partnerId");
    portal.customers.check("partnerId", partner)?;
    let numbers = if partner.is_some() { 3..4 } else { 1..3 };
    let template = |number: u64| {
        json!({
            "whiteLabelId": (3_605_184_805_912_670_208 + number).to_string(),
            "whiteLabelName": format!("Example Label {number}"),
        })
    };
    Ok(numbers.map(template).collect::<Value>().into())
}
