//! What holds for every id of every request, whatever its value.

use std::collections::BTreeSet;

use proptest::prelude::*;
use yeastar_core::order::{
    BillingCycle, CreateOrder, GetOrder, OperationType, Order, OrderLine, PbxSite, PurchaseType, Rule,
};
use yeastar_core::pricing::{
    CalculatePrice, GetMyPriceInfo, GetPurchaseAddOnInfo, GetPurchasePlanInfo, GetPurchaseProductInfo,
    GetRenewAddOnInfo, GetRenewPlanInfo, GetTrialAddOnInfo, GetTrialPlanInfo, PriceLine,
};
use yeastar_core::product::{GetActivationCode, GetProduct, GetProductModel, ListProducts, ListWhiteLabels};
use yeastar_core::registry::ENDPOINTS;
use yeastar_core::user::{
    CreateColleague, DeleteColleagues, EditColleague, GetCustomer, ListColleagues, ListPermissions,
};
use yeastar_core::{
    BillingContactId, ColleagueId, Endpoint, Meta, OfferingId, OrderId, OrderNo, PartnerId, PbxSubDomainId,
    PlanId, PricingId, ProductId, ProductNo, RegionId, ServiceId,
};

use super::origin;

/// An endpoint, its path, query and body, and how many ids are in them.
type Sent = (&'static str, String, usize);

fn sent<E: Endpoint>(endpoint: &E, ids: usize) -> Sent {
    let request = endpoint.to_request(&origin(), None).unwrap();
    let text = format!("{} {}", request.uri(), String::from_utf8(request.body().to_vec()).unwrap());
    (E::META.name(), text, ids)
}

/// An order with an id, or a text of digits, in every field that can hold one.
fn order(id: u64) -> Order {
    let text = id.to_string();
    let line = OrderLine::service(ServiceId::new(id), PurchaseType::Purchase)
        .with_connection_plan(PlanId::new(id))
        .with_field("more", id);
    let site = PbxSite::new("test", RegionId::new(id), PbxSubDomainId::new(id), "docs.example.com")
        .with_field("more", id);
    let order = Order::new(OperationType::PurchaseService, ProductId::new(id), vec![line])
        .with_product_no(text.clone())
        .with_assign_id(text.clone())
        .with_partner_id(text.clone())
        .with_billing_contact(BillingContactId::new(id))
        .with_po_number(text)
        .with_field("whiteLabelId", id)
        .with_pbx_site(site);
    Rule::ALL.iter().copied().fold(order, Order::relax)
}

fn calculation(id: u64) -> CalculatePrice {
    let line =
        PriceLine::plan(PricingId::new(id)).with_connection_plan(PlanId::new(id)).with_field("more", id);
    CalculatePrice::new(ProductId::new(id), OperationType::RenewPlan, vec![line])
        .with_product_no(id.to_string())
        .with_partner_view(id.to_string())
        .with_field("more", id)
}

/// One or more of each endpoint that takes an id.
#[rustfmt::skip]
fn requests(id: u64) -> Vec<Sent> {
    let text = id.to_string();
    let (product, pricing, plan) = (ProductId::new(id), PricingId::new(id), PlanId::new(id));
    let (serial, partner) = (ProductNo::from(&text), PartnerId::from(&text));
    let colleague = ColleagueId::from(&text);
    let prices = GetMyPriceInfo::new(product, BillingCycle::Annually).with_offering_id(OfferingId::new(id));
    let create = CreateColleague::new("first@example.com", [id]).with_owner_id(&partner).with_first_name("First");
    vec![
        sent(&GetCustomer::new(&text), 1),
        sent(&ListColleagues::new().with_owner_id(&partner), 1),
        sent(&create, 2),
        sent(&EditColleague::new(&colleague, [id]).with_first_name("First"), 2),
        sent(&DeleteColleagues::new([&colleague]), 1),
        sent(&ListPermissions::of_subordinate_user(&partner), 1),
        sent(&ListPermissions::of_colleague(&colleague), 1),
        sent(&GetProductModel::new(&serial, product), 2),
        sent(&ListProducts::new(product), 1),
        sent(&GetProduct::new(&serial, product), 2),
        sent(&GetActivationCode::new(&serial), 1),
        sent(&ListWhiteLabels::new().with_partner_id(&partner), 1),
        sent(&GetPurchaseProductInfo::new(product).with_product_no(&serial), 2),
        sent(&GetTrialPlanInfo::new(pricing, product).with_product_no(&serial), 3),
        sent(&GetPurchasePlanInfo::new(pricing, product).with_product_no(&serial), 3),
        sent(&GetRenewPlanInfo::new(pricing, product).with_product_no(&serial), 3),
        sent(&GetTrialAddOnInfo::new(pricing, product).with_connection_plan(plan).with_product_no(&serial), 4),
        sent(&GetPurchaseAddOnInfo::new(pricing, product).with_connection_plan(plan).with_product_no(&serial), 4),
        sent(&GetRenewAddOnInfo::new(pricing, product).with_connection_plan(plan).with_product_no(&serial), 4),
        sent(&prices.with_partner_id(&partner), 3),
        sent(&calculation(id), 7),
        sent(&CreateOrder::new(order(id)), 13),
        sent(&GetOrder::by_id(&OrderId::from(&text)), 1),
        sent(&GetOrder::by_number(&OrderNo::from(&text)), 1),
    ]
}

/// The others have no field for an id.
const WITHOUT_IDS: [&str; 12] = [
    "token_request",
    "token_refresh",
    "account_balance",
    "billing_contact_list",
    "subordinate_user_list",
    "save_user",
    "edit_user",
    "country_list",
    "region_list",
    "pbx_url_existed",
    "subscription_product_list",
    "order_page",
];

#[test]
fn each_endpoint_that_takes_an_id_is_among_them() {
    let mut tried: BTreeSet<&str> = requests(1).into_iter().map(|(name, ..)| name).collect();
    assert!(WITHOUT_IDS.iter().all(|name| tried.insert(name)));
    assert_eq!(tried, ENDPOINTS.iter().map(Meta::name).collect());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// 19 digits and more, most of which no float holds.
    #[test]
    fn every_id_is_sent_with_all_its_digits(id in 1_000_000_000_000_000_000..=u64::MAX) {
        for (name, sent, ids) in requests(id) {
            prop_assert_eq!(sent.matches(&id.to_string()).count(), ids, "{}: {}", name, sent);
        }
    }
}
