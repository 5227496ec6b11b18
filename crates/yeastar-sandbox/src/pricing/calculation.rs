//! What an order would cost.
//!
//! Documented: the body down to `billingCycle` of a line. Inferred: the other fields
//! of a line, which are those of an order. Invented: every field of the answer.

use serde_json::{Map, Value, json};

use super::price::{Priced, decimal, prices};
use crate::catalogue::{Cycle, Product};
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
    may("quantity", Rule::SOME),
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
    let operation = text(body, "operationType").unwrap_or_default();
    let purchase_type = operation.split('_').next().unwrap_or_default();
    let now = portal.milliseconds(call.now);
    let instance = index.map(|index| &portal.instances.at(now)[index]);
    let mut lines = Vec::new();
    for (index, line) in body["serviceList"].as_array().into_iter().flatten().enumerate() {
        let path = format!("serviceList[{index}]");
        let line = check_fields(&path, line, &[LINE])?;
        let line = priced(product, &path, line, purchase_type == "trial")?;
        line.check_quantity(&path, purchase_type, instance)?;
        lines.push(line);
    }
    if lines.is_empty() {
        return Err(Refusal::field("serviceList", "required", "is empty"));
    }
    let prices = prices(purchase_type, &lines, instance);
    let total = prices.iter().copied().fold(0, u64::saturating_add);
    let row = |(line, &price): (&Priced, &u64)| {
        let price = decimal(price);
        json!({ "name": line.item.name, "price": price, "pricingId": line.item.pricing_id.to_string() })
    };
    Ok(json!({
        "currencyCode": "USD",
        "serviceList": lines.iter().zip(&prices).map(row).collect::<Value>(),
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
    if is_trial && !item.has_trial {
        return Err(Refusal::field(&format!("{path}.pricingId"), "trial", "cannot be tried"));
    }
    Priced::read(product, item, path, line, is_trial)
}
