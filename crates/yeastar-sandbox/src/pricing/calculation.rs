//! What an order would cost.
//!
//! Documented: the body down to `billingCycle` of a line. Inferred: the other fields
//! of a line, which are those of an order. Invented: every field of the answer.

use serde_json::{Map, Value, json};

use super::price::{Priced, decimal};
use crate::catalogue::{Cycle, Product, Term};
use crate::check::{Field, Rule, check_fields, integer, may, must, text};
use crate::envelope::{Json, Refusal};
use crate::order::{OPERATIONS, PURCHASE_TYPES};
use crate::portal::Portal;
use crate::route::Call;

const CALCULATION: &[Field] = &[
    must("productId", Rule::Integer),
    may("productNo", Rule::Text),
    must("operationType", Rule::TextOf(OPERATIONS)),
    must("serviceList", Rule::List),
    may("partnerView", Rule::Text),
];

const LINE: &[Field] = &[
    must("serviceType", Rule::TextOf(&["plan", "service"])),
    must("pricingId", Rule::Integer),
    may("billingCycle", Rule::TextOf(Cycle::ALL)),
    may("multiCycle", Rule::Range(0, 5)),
    may("quantity", Rule::Range(1, u32::MAX as u64)),
    may("connectionPlanId", Rule::Integer),
    may("purchaseType", Rule::TextOf(PURCHASE_TYPES)),
    may("billingModel", Rule::TextOf(&["recurring", "once"])),
];

/// `pricing_calculate`
pub(crate) fn pricing_calculate(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let body = check_fields("", &call.body, &[CALCULATION])?;
    let product = Product::of_body(integer(body, "productId"))?;
    let product_no = text(body, "productNo");
    let index = product_no.map(|number| portal.instances.find(product, number)).transpose()?;
    let viewer = text(body, "partnerView");
    if viewer.is_some_and(|id| !portal.customers.has_email(id) && !portal.customers.has(id)) {
        return Err(Refusal::field("partnerView", "exists", "is no subordinate user, by e-mail or by id"));
    }
    let is_trial = text(body, "operationType").is_some_and(|operation| operation.starts_with("trial_"));
    let mut lines = Vec::new();
    for (index, line) in body["serviceList"].as_array().into_iter().flatten().enumerate() {
        let path = format!("serviceList[{index}]");
        let line = check_fields(&path, line, &[LINE])?;
        lines.push(priced(product, &path, line, is_trial)?);
    }
    if lines.is_empty() {
        return Err(Refusal::field("serviceList", "required", "is empty"));
    }
    let now = portal.milliseconds(call.now);
    let subscribed = index.and_then(|index| portal.instances.at(now)[index].extensions());
    let ordered = lines.iter().find(|line| line.item.is_plan()).and_then(|line| line.quantity);
    let extensions = ordered.or(subscribed);
    let total = lines.iter().map(|line| line.price(extensions)).fold(0, u64::saturating_add);
    let row = |line: &Priced| {
        let price = decimal(line.price(extensions));
        json!({ "name": line.item.name, "price": price, "pricingId": line.item.pricing_id.to_string() })
    };
    Ok(json!({
        "currencyCode": "USD",
        "serviceList": lines.iter().map(row).collect::<Value>(),
        "totalPrice": decimal(total),
    })
    .into())
}

fn priced(
    product: &'static Product,
    path: &str,
    line: &Map<String, Value>,
    is_trial: bool,
) -> Result<Priced, Refusal> {
    let is_plan = text(line, "serviceType") == Some("plan");
    let id = integer(line, "pricingId");
    let mut items = product.items.iter().filter(|item| item.is_plan() == is_plan);
    let Some(item) = items.find(|item| Some(item.pricing_id) == id) else {
        let problem = "is no pricing id of this product's plans or services";
        return Err(Refusal::field(&format!("{path}.pricingId"), "exists", problem));
    };
    let term = Term::of(text(line, "billingCycle"), integer(line, "multiCycle"));
    let term = if is_trial { Term::TRIAL } else { term };
    Ok(Priced { item, quantity: integer(line, "quantity"), term })
}
