//! Answers of the module `pricing`.

use serde::Deserialize;
use yeastar_core::pricing::{
    CalculatePrice, GetMyPriceInfo, GetPurchaseAddOnInfo, GetPurchasePlanInfo, GetPurchaseProductInfo,
    GetRenewAddOnInfo, GetRenewPlanInfo, GetTrialAddOnInfo, GetTrialPlanInfo, ListSubscriptionProducts,
    SubscriptionProduct,
};
use yeastar_core::{Amount, Endpoint, OfferingId, PlanId, PricingId, ProductId, ServiceId};

use super::ok;
use super::support;

fn offering(id: u64) -> OfferingId {
    OfferingId::new(id)
}

#[test]
fn products_have_several_offerings_or_one_or_none() {
    let ids = |product: &SubscriptionProduct| product.offering_ids.clone().unwrap_or_default().into_vec();
    let products = ok::<ListSubscriptionProducts>("documented");
    assert_eq!(products[0].product_id, ProductId::CLOUD_EDITION);
    assert_eq!(products[0].name.as_deref(), Some("Example Cloud PBX"));
    assert_eq!(ids(&products[0]), [offering(3_076_000_000_000_000_001), offering(9_223_372_036_854_775_807)]);
    assert_eq!(products[1].product_id, ProductId::REMOTE_MANAGEMENT_PREMIUM_21);
    assert!(ids(&products[1]).is_empty());

    assert!(ok::<ListSubscriptionProducts>("older-edition")[0].offering_ids.is_none());
    assert!(ok::<ListSubscriptionProducts>("null").is_empty());

    let products = ok::<ListSubscriptionProducts>("other-types");
    assert_eq!(products[0].product_id, ProductId::CLOUD_EDITION);
    assert_eq!(ids(&products[0]), [offering(3_076_000_000_000_000_001)]);
    assert_eq!((products[1].product_id.get(), &products[1].name), (999, &None));
    assert!(ids(&products[1]).is_empty());
    assert_eq!(ids(&products[2]), [offering(3_076_000_000_000_000_002)]);
}

/// Plans and services as the fixture has them. No page of the vendor names all fields.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlanRow {
    plan_id: PlanId,
    pricing_id: PricingId,
    price: Amount,
    services: Vec<ServiceRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServiceRow {
    service_id: ServiceId,
    pricing_id: PricingId,
}

#[test]
fn plans_and_services_are_read_from_what_has_no_name() {
    let offerings = ok::<GetPurchaseProductInfo>("documented");
    assert_eq!(offerings.len(), 1);
    assert_eq!(offerings[0].offering_ids.as_deref().unwrap(), [offering(3_076_000_000_000_000_001)]);
    let plans: Vec<PlanRow> = offerings[0].extra.get("plans").unwrap().parse().unwrap();
    assert_eq!(plans[0].plan_id, PlanId::new(3_048_571_730_026_938_368));
    assert_eq!(plans[0].pricing_id, PricingId::new(3_076_000_000_000_000_002));
    assert_eq!(plans[0].price.as_str(), "10.10");
    assert_eq!(plans[0].services[0].service_id, ServiceId::new(3_048_573_935_752_720_384));
    assert_eq!(plans[0].services[0].pricing_id, PricingId::new(3_076_000_000_000_000_003));
}

#[test]
fn a_product_may_come_with_several_offerings() {
    let offerings = ok::<GetPurchaseProductInfo>("array");
    assert_eq!(offerings[0].offering_ids.as_deref().unwrap(), [offering(3_076_000_000_000_000_001)]);
    assert_eq!(
        offerings[1].offering_ids.as_deref().unwrap(),
        [offering(3_076_000_000_000_000_002), offering(9_223_372_036_854_775_807)]
    );
    let offerings = ok::<GetPurchaseProductInfo>("without-offering");
    assert!(offerings.iter().all(|offering| offering.offering_ids.is_none()));
    assert_eq!(offerings[2].extra.get("offeringId").unwrap().as_str(), "\"\"");
}

#[test]
fn an_answer_that_no_page_describes_is_kept_character_by_character() {
    fn check<E: Endpoint<Output = yeastar_core::Json>>(case: &str) {
        let body = support::one(E::META.name(), support::Role::Ok, case).text();
        let json = ok::<E>(case);
        assert!(body.contains(&format!("\"result\": {},\n  \"status\"", json.as_str())), "{json:?}");
    }
    check::<GetTrialPlanInfo>("object");
    check::<GetTrialPlanInfo>("null");
    check::<GetPurchasePlanInfo>("object");
    check::<GetPurchasePlanInfo>("array");
    check::<GetRenewPlanInfo>("object");
    check::<GetTrialAddOnInfo>("object");
    check::<GetPurchaseAddOnInfo>("object");
    check::<GetRenewAddOnInfo>("object");
    check::<GetRenewAddOnInfo>("empty-array");
    check::<CalculatePrice>("object");
    check::<CalculatePrice>("number");
}

#[derive(Deserialize)]
struct Price {
    price: Amount,
}

#[derive(Deserialize)]
struct PlanPrice {
    price: Amount,
    service: Option<Price>,
}

#[test]
fn prices_keep_every_digit() {
    let prices = ok::<GetMyPriceInfo>("documented");
    assert_eq!(prices.offering_ids.as_deref().unwrap(), [offering(3_076_000_000_000_000_001)]);
    assert!(prices.extra.is_empty());

    let plans: Vec<PlanPrice> = prices.plan_list.unwrap().iter().map(|plan| plan.parse().unwrap()).collect();
    assert_eq!(plans[0].price.as_str(), "10.10");
    assert_eq!(plans[0].service.as_ref().unwrap().price.as_str(), "1234567890123456789.10");
    assert_eq!(plans[1].price.as_str(), "98765432109876543210.12");
    assert!(plans[1].service.is_none());
    let services = prices.service_list.unwrap();
    assert_eq!(services[0].parse::<Price>().unwrap().price.as_str(), "0.00");
}

#[test]
fn price_lists_that_are_no_arrays_are_kept_as_they_came() {
    let prices = ok::<GetMyPriceInfo>("other-types");
    assert!(prices.plan_list.is_none() && prices.service_list.is_none());
    let plan: Price = prices.extra.get("planList").unwrap().parse().unwrap();
    assert_eq!(plan.price.as_str(), "10.10");
    assert_eq!(prices.extra.get("serviceList").unwrap().as_str(), "\"none\"");
    assert_eq!(prices.extra.get("total").unwrap().parse::<Amount>().unwrap().as_str(), "10.10");

    let nothing = ok::<GetMyPriceInfo>("null-parts");
    assert!(nothing.offering_ids.is_none() && nothing.plan_list.is_none() && nothing.extra.is_empty());
    assert_eq!(nothing.service_list.unwrap(), []);
}

#[test]
fn a_calculated_price_is_an_amount_wherever_it_stands() {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Calculated {
        total_price: Amount,
        discount: Amount,
        service_list: Vec<Price>,
    }
    let price: Calculated = ok::<CalculatePrice>("object").parse().unwrap();
    assert_eq!(price.total_price.as_str(), "1234567890123456789.10");
    assert_eq!(price.discount.as_str(), "-10.10");
    assert_eq!(price.service_list[0].price.as_str(), "10.10");
    assert_eq!(ok::<CalculatePrice>("number").parse::<Amount>().unwrap().as_str(), "10.10");
}
