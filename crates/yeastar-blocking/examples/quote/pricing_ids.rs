//! Where pricing ids are in an answer of which nobody has documented the fields.

use std::collections::{BTreeMap, BTreeSet};

use yeastar_blocking::PricingId;
use yeastar_blocking::order::{OrderLine, ServiceType};

use crate::tree::Tree;

/// Looks for the pricing id of a line's plan or service in the answer of `GetPurchaseProductInfo`.
///
/// The vendor says that a plan comes with its `planId` there, a service with its `serviceId`,
/// and both with a pricing id, but not under which name. The names here are inferred: those
/// that the requests have for it. What is for trial costs nothing and has no say.
pub fn find_pricing_id(offerings: &Tree, line: &OrderLine) -> Result<PricingId, String> {
    let (id, names, option) = match line.service_type {
        ServiceType::Plan => ("planId", ["pricingId", "pricingPlanId"], "--pricing-id"),
        _ => ("serviceId", ["pricingId", "pricingServiceId"], "--service-pricing-id"),
    };
    let service_id = line.service_id.to_string();
    let is_wanted = |object: &&BTreeMap<String, Tree>| {
        let has = |name, text| object.get(name).is_some_and(|value| value.text() == text);
        // A service may name its plan as well.
        let is_service = object.contains_key("serviceId");
        has(id, &*service_id) && is_service == (id == "serviceId") && !has("purchaseType", "trial")
    };
    let pricing_id = |object: &BTreeMap<String, Tree>| {
        names.iter().find_map(|&name| object.get(name)?.text().parse::<PricingId>().ok())
    };
    let found: BTreeSet<_> =
        offerings.objects().into_iter().filter(is_wanted).filter_map(pricing_id).collect();
    let found: Vec<_> = found.into_iter().collect();
    match found[..] {
        [only] => Ok(only),
        [] => Err(format!(
            "no {} comes with {id} {service_id}: give the pricing id with {option}",
            names.join(" or ")
        )),
        _ => {
            let all: Vec<_> = found.iter().map(ToString::to_string).collect();
            Err(format!("{id} {service_id} has the pricing ids {}: choose one with {option}", all.join(", ")))
        }
    }
}
