//! What a user may do.
//!
//! Documented: the request, and that the answer is an array. Invented: its fields
//! and the permissions.

use serde_json::{Value, json};

use crate::envelope::{Json, Refusal};
use crate::portal::Portal;
use crate::route::Call;

const PERMISSIONS: &[(&str, &str)] =
    &[("11", "Products"), ("12", "Orders"), ("13", "Billing contacts"), ("14", "Customers")];

pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    PERMISSIONS.iter().map(|(id, _)| *id)
}

/// `user_permission_list`
pub(crate) fn user_permission_list(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let user = call.fields.get("userId");
    let granted = user.and_then(|id| portal.colleagues.resources(id));
    if user.is_some_and(|id| granted.is_none() && !portal.customers.has(id)) {
        return Err(Refusal::field("userId", "exists", "is no subordinate user and no colleague"));
    }
    let is_granted = |id: &str| granted.is_none_or(|granted| granted.iter().any(|own| own == id));
    let permissions = PERMISSIONS.iter().filter(|(id, _)| is_granted(id));
    Ok(permissions
        .map(|(id, name)| json!({ "resourceId": id, "resourceName": name }))
        .collect::<Value>()
        .into())
}
