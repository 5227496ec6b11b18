//! What holds for every id of every request, whatever its value.

use proptest::prelude::*;
use yeastar_core::order::{
    BillingCycle, OperationType, Order, OrderGet, OrderLine, OrderSave, PbxSite, PurchaseType, Rule,
};
use yeastar_core::pricing::{
    MyPriceInfo, PriceLine, PricingCalculate, PurchaseAddOnInfo, PurchasePlanInfo, PurchaseProductInfo,
    RenewAddOnInfo, RenewPlanInfo, TrialAddOnInfo, TrialPlanInfo,
};
use yeastar_core::product::{InstanceProductList, ProductDetail, ProductModel, WhiteLabelList};
use yeastar_core::user::{
    ColleagueCreate, ColleagueDelete, ColleagueEdit, ColleagueList, SubordinateUserGet, UserPermissionList,
};
use yeastar_core::{
    BillingContactId, ColleagueId, Endpoint, OfferingId, OrderId, PartnerId, PbxSubDomainId, PlanId,
    PricingId, ProductId, ProductNo, RegionId, ServiceId,
};

use super::origin;

/// Path, query and body of a request.
fn sent(endpoint: &impl Endpoint) -> String {
    let request = endpoint.to_request(&origin(), None).unwrap();
    format!("{} {}", request.uri(), String::from_utf8(request.body().to_vec()).unwrap())
}

/// An order with an id, or a text of digits, in every field that can hold one.
fn order(id: u64) -> Order {
    let text = id.to_string();
    let line =
        OrderLine::service(ServiceId::new(id), PurchaseType::Purchase).with_connection_plan(PlanId::new(id));
    let site = PbxSite::new("test", RegionId::new(id), PbxSubDomainId::new(id), "docs.example.com");
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

fn calculation(id: u64) -> PricingCalculate {
    let line =
        PriceLine::plan(PricingId::new(id)).with_connection_plan(PlanId::new(id)).with_field("more", id);
    PricingCalculate::new(ProductId::new(id), OperationType::RenewPlan, vec![line])
        .with_product_no(id.to_string())
        .with_partner_view(id.to_string())
        .with_field("more", id)
}

/// What is sent, and how many ids are in it.
fn requests(id: u64) -> Vec<(String, usize)> {
    let text = id.to_string();
    let (product, pricing, plan) = (ProductId::new(id), PricingId::new(id), PlanId::new(id));
    let (serial, partner) = (ProductNo::from(text.clone()), PartnerId::from(text.clone()));
    let colleague = ColleagueId::from(text.clone());
    vec![
        (sent(&OrderSave::new(order(id))), 11),
        (sent(&OrderGet::by_id(&OrderId::from(text.clone()))), 1),
        (sent(&calculation(id)), 7),
        (sent(&TrialPlanInfo::new(pricing, product).with_product_no(serial.clone())), 3),
        (sent(&PurchasePlanInfo::new(pricing, product).with_product_no(serial.clone())), 3),
        (sent(&RenewPlanInfo::new(pricing, product).with_product_no(serial.clone())), 3),
        (sent(&TrialAddOnInfo::new(pricing, product).with_connection_plan(plan)), 3),
        (sent(&PurchaseAddOnInfo::new(pricing, product).with_connection_plan(plan)), 3),
        (sent(&RenewAddOnInfo::new(pricing, product).with_connection_plan(plan)), 3),
        (sent(&PurchaseProductInfo::new(product).with_product_no(serial.clone())), 2),
        (
            sent(
                &MyPriceInfo::new(product, BillingCycle::Annually)
                    .with_partner_id(partner.clone())
                    .with_offering_id(OfferingId::new(id)),
            ),
            3,
        ),
        (sent(&InstanceProductList::new(product)), 1),
        (sent(&ProductDetail::new(serial.clone(), product)), 2),
        (sent(&ProductModel::new(serial, product)), 2),
        (sent(&WhiteLabelList::new().with_partner_id(partner.clone())), 1),
        (sent(&SubordinateUserGet::new(text)), 1),
        (sent(&ColleagueList::new().with_owner_id(partner.clone())), 1),
        (
            sent(
                &ColleagueCreate::new("first@example.com", [id])
                    .with_owner_id(partner.clone())
                    .with_first_name("First"),
            ),
            2,
        ),
        (sent(&ColleagueEdit::new(colleague.clone(), [id]).with_first_name("First")), 2),
        (sent(&ColleagueDelete::new([colleague])), 1),
        (sent(&UserPermissionList::of_subordinate_user(&partner)), 1),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// 19 digits and more, most of which no float holds.
    #[test]
    fn every_id_is_sent_with_all_its_digits(id in 1_000_000_000_000_000_000..=u64::MAX) {
        for (sent, ids) in requests(id) {
            prop_assert_eq!(sent.matches(&id.to_string()).count(), ids, "{}", sent);
        }
    }
}
