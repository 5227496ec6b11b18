//! One plan or service, for trial, subscription or renewal.
//!
//! Documented: the requests. Invented: every field of the answers. Of the
//! requirement of older pages that `productNo` be there nothing is left in the
//! newest ones, so it may be missing.

use serde_json::{Value, json};

use super::offer::{identity, with_price};
use crate::catalogue::{Cycle, Item, Product};
use crate::envelope::{Json, Refusal};
use crate::portal::Portal;
use crate::route::Call;

/// `trial_plan_info`, `purchase_plan_info`, `renew_plan_info`
pub(crate) fn plan_info(portal: &mut Portal, call: &Call, purchase_type: &str) -> Result<Json, Refusal> {
    info(portal, call, purchase_type, "pricingPlanId")
}

/// `trial_add_on_info`, `purchase_add_on_info`, `renew_add_on_info`
pub(crate) fn add_on_info(portal: &mut Portal, call: &Call, purchase_type: &str) -> Result<Json, Refusal> {
    info(portal, call, purchase_type, "pricingServiceId")
}

fn info(portal: &mut Portal, call: &Call, purchase_type: &str, argument: &str) -> Result<Json, Refusal> {
    let product = Product::of_query(call.fields.text("productId"))?;
    let is_meant = |item: &&Item| {
        let is_kind = item.is_plan() == (argument == "pricingPlanId");
        is_kind && item.pricing_id.to_string() == call.fields.text(argument)
    };
    let Some(item) = product.items.iter().find(is_meant) else {
        return Err(Refusal::field(argument, "exists", "is no pricing id of this product"));
    };
    let is_trial = purchase_type == "trial";
    if is_trial && !item.has_trial {
        return Err(Refusal::field(argument, "trial", "cannot be tried"));
    }
    let is_plan = |id: &str| product.items.iter().any(|item| item.is_plan() && item.id.to_string() == id);
    if call.fields.get("connectionPlanId").is_some_and(|id| !is_plan(id)) {
        return Err(Refusal::field("connectionPlanId", "exists", "is no plan of this product"));
    }
    let index =
        call.fields.get("productNo").map(|number| portal.instances.find(product, number)).transpose()?;
    let now = portal.milliseconds(call.now);
    let instance = index.map(|index| &portal.instances.at(now)[index]);
    let subscribed = instance.and_then(|instance| instance.quantity(item));
    let cycles = if is_trial { &[Cycle::Trial] } else { item.cycles };
    let prices = cycles.iter().map(|&cycle| with_price(json!({}), item, cycle));
    let mut row = identity(item);
    row["priceList"] = prices.collect::<Value>();
    row["productId"] = product.id.into();
    row["purchaseType"] = purchase_type.into();
    row["subscribedQuantity"] = subscribed.into();
    Ok(row.into())
}
