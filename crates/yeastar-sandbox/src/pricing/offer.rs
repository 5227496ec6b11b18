//! What is for sale.
//!
//! Documented: `name`, `productId` and the array `offeringId` of the product list;
//! the string `offeringId` of the others; `planList` and `serviceList` of the prices;
//! that plans have a `planId`, services a `serviceId`, both a second id for pricing
//! and a `purchaseType`. Invented: the names of all other fields, that these ids are
//! strings, and that an amount is a string.

use serde_json::{Value, json};

use super::price::decimal;
use crate::catalogue::{Binding, Cycle, Item, PRODUCTS, Product};
use crate::envelope::{Json, Refusal};
use crate::portal::Portal;
use crate::route::Call;

/// `subscription_product_list`
#[expect(clippy::unnecessary_wraps, reason = "the signature of every route")]
pub(crate) fn subscription_product_list(_: &mut Portal, _: &Call) -> Result<Json, Refusal> {
    let to_json = |product: &Product| {
        let offerings = [product.offering_id()];
        json!({ "name": product.name, "offeringId": offerings, "productId": product.id })
    };
    Ok(PRODUCTS.iter().map(to_json).collect::<Value>().into())
}

/// `purchase_product_info`
pub(crate) fn purchase_product_info(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let product = Product::of_query(call.fields.text("productId"))?;
    match call.fields.get("productNo") {
        Some(product_no) => drop(portal.instances.find(product, product_no)?),
        None if product.binding == Binding::Device => {
            return Err(Refusal::field("productNo", "required", "is missing: this product is for a device"));
        }
        None => {}
    }
    let list = |plans: bool| {
        let items = product.items.iter().filter(|item| item.is_plan() == plans);
        items.flat_map(|item| offers(product, item)).collect::<Value>()
    };
    let (plans, services) = (list(true), list(false));
    Ok(json!({
        "offeringId": product.offering_id().to_string(),
        "planList": plans,
        "productId": product.id,
        "productName": product.name,
        "serviceList": services,
    })
    .into())
}

/// `my_price_info`
pub(crate) fn my_price_info(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let product = Product::of_query(call.fields.text("productId"))?;
    portal.customers.check("partnerId", call.fields.get("partnerId"))?;
    let cycle = call.fields.text("billingCycle");
    if !Cycle::ALL.contains(&cycle) {
        let problem = format!("is not one of: {}", Cycle::ALL.join(", "));
        return Err(Refusal::field("billingCycle", "oneof", problem));
    }
    let offering = product.offering_id().to_string();
    if call.fields.get("offeringId").is_some_and(|id| id != offering) {
        return Err(Refusal::field("offeringId", "exists", "is no offering of this product"));
    }
    let cycle = Cycle::of(Some(cycle));
    let list = |plans: bool| {
        let items =
            product.items.iter().filter(|item| item.is_plan() == plans && item.cycles.contains(&cycle));
        items.map(|item| with_price(identity(item), item, cycle)).collect::<Value>()
    };
    Ok(json!({ "offeringId": offering, "planList": list(true), "serviceList": list(false) }).into())
}

/// The ids and the name of a plan or a service.
pub(super) fn identity(item: &Item) -> Value {
    let id = if item.is_plan() { "planId" } else { "serviceId" };
    json!({ id: item.id.to_string(), "name": item.name, "pricingId": item.pricing_id.to_string() })
}

/// The same with the price of one.
pub(super) fn with_price(mut row: Value, item: &Item, cycle: Cycle) -> Value {
    row["billingCycle"] = cycle.name().into();
    row["currencyCode"] = "USD".into();
    row["price"] = decimal(item.price(cycle)).into();
    row
}

/// A row for buying and, if it can be tried, one for trying.
fn offers(product: &Product, item: &Item) -> impl Iterator<Item = Value> + use<> {
    let mut row = identity(item);
    if product.id == 13 && item.is_plan() {
        row["minQuantity"] = (*product.extensions().start()).into();
        row["maxQuantity"] = (*product.extensions().end()).into();
    }
    let types = if item.has_trial { ["purchase", "trial"].as_slice() } else { &["purchase"] };
    types.iter().map(move |&purchase_type| {
        let mut row = row.clone();
        row["purchaseType"] = purchase_type.into();
        row
    })
}
