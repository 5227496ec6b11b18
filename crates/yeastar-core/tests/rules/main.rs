//! What an order must not be: each rule refuses before anything is sent, says what to do, and can be relaxed.

mod replaced;
mod tutorials;

use std::collections::BTreeSet;

use yeastar_core::order::{
    BillingCycle, BillingModel, CloudPbx, CreateOrder, MultiCycle, OperationType, Order, OrderLine, PbxSite,
    PurchaseType, Rule,
};
use yeastar_core::product::{PbxDomain, Region};
use yeastar_core::{
    BillingContactId, Endpoint, Error, ErrorKind, Origin, PbxSubDomainId, PlanId, ProductId, RegionId,
    ServiceId,
};

const CONTACT: BillingContactId = BillingContactId::new(3_197_218_168_379_846_218);

/// Made up: the vendor prints ids of three products only.
const PLAN: PlanId = PlanId::new(3_000_000_000_000_000_001);

const SERVICE: ServiceId = ServiceId::new(3_000_000_000_000_000_002);

const SERIAL: &str = "0000EXAMPLE000AA";

fn site() -> PbxSite {
    PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com")
}

/// The order of the vendor's purchase tutorial.
fn tutorial() -> Order {
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
        .purchase(100, BillingCycle::Annually, CONTACT, site())
        .with_service(CloudPbx::HIGH_AVAILABILITY)
}

fn send(order: Order) -> Result<(), Error> {
    CreateOrder::new(order).to_request(&Origin::default(), None).map(drop)
}

/// The tutorial's order with one change.
fn with(change: impl FnOnce(&mut Order)) -> Order {
    let mut order = tutorial();
    change(&mut order);
    order
}

/// The tutorial's order with one change of its plan (0) or its service (1).
fn with_line(index: usize, change: impl FnOnce(&mut OrderLine)) -> Order {
    with(|order| change(&mut order.service_list[index]))
}

/// The tutorial's order with one change of its site.
fn with_site(change: impl FnOnce(&mut PbxSite)) -> Order {
    with(|order| change(order.pbx_site.as_mut().unwrap()))
}

fn region(suffix: &str) -> Region {
    let json = r#"{"id":"41","region":[{"pbxSubDomainId":"20","pbxSubDomain":["SUFFIX"]}]}"#;
    serde_json::from_str(&json.replace("SUFFIX", suffix)).unwrap()
}

fn site_in(region: &Region, domain: &PbxDomain) -> PbxSite {
    PbxSite::in_region("test", region, domain, "docs.ptest6.yeastarcloud.com")
}

/// A line of an order that has no plan and no place: an account-wide service.
fn service(purchase_type: PurchaseType) -> OrderLine {
    OrderLine::service(ServiceId::new(3_000_000_000_000_000_002), purchase_type)
        .with_quantity(2)
        .with_billing_model(BillingModel::Recurring)
        .with_billing_cycle(BillingCycle::Annually)
        .with_multi_cycle(0)
}

/// An order of account-wide services.
fn services(lines: Vec<OrderLine>) -> Order {
    Order::new(OperationType::PurchaseService, ProductId::ADD_ON, lines)
}

/// A rule, the field that breaks it, and an order that breaks nothing else.
type Broken = (Rule, &'static str, Order);

fn broken_orders() -> Vec<Broken> {
    let mut orders = broken_lines();
    orders.extend(broken_billing());
    orders.extend(broken_sites());
    orders.extend(tutorials::orders_unlike_their_tutorial());
    orders
}

#[rustfmt::skip]
fn broken_lines() -> Vec<Broken> {
    let (plan, other_plan) = (CloudPbx::ENTERPRISE_PLAN, CloudPbx::ULTIMATE_PLAN);
    let plan_among_services = services(vec![OrderLine::plan(plan, PurchaseType::Purchase)]);
    vec![
        (Rule::Lines, "serviceList", with(|order| order.service_list.clear())),
        (Rule::Lines, "serviceList", with(|order| order.service_list.push(order.service_list[0].clone()))),
        (Rule::Lines, "serviceList", plan_among_services.with_billing_contact(CONTACT)),
        (Rule::Lines, "serviceList[1].serviceId", with_line(1, |line| line.service_id = ServiceId::new(0))),
        (Rule::Extensions, "serviceList[0].quantity", with_line(0, |line| line.quantity = Some(4))),
        (Rule::Extensions, "serviceList[0].quantity", with_line(0, |line| line.quantity = Some(501))),
        (Rule::Quantity, "serviceList[0].quantity", with_line(0, |line| line.quantity = None)),
        (Rule::Quantity, "serviceList[1].quantity", with_line(1, |line| line.quantity = Some(0))),
        (Rule::ConnectionPlan, "serviceList[1].connectionPlanId",
            with_line(1, |line| line.connection_plan_id = None)),
        (Rule::ConnectionPlan, "serviceList[1].connectionPlanId",
            with_line(1, |line| line.connection_plan_id = Some(other_plan))),
        (Rule::ConnectionPlan, "serviceList[0].connectionPlanId",
            with_line(0, |line| line.connection_plan_id = Some(plan))),
        (Rule::PurchaseType, "serviceList[1].purchaseType",
            with_line(1, |line| line.purchase_type = PurchaseType::Renew)),
        (Rule::PurchaseType, "serviceList[0].purchaseType",
            with_line(0, |line| line.purchase_type = PurchaseType::from("made-up"))),
    ]
}

#[rustfmt::skip]
fn broken_billing() -> Vec<Broken> {
    vec![
        (Rule::Billing, "serviceList[0].billingModel", with_line(0, |line| line.billing_model = None)),
        (Rule::Billing, "serviceList[1].billingModel",
            with_line(1, |line| line.billing_model = Some(BillingModel::Once))),
        (Rule::Billing, "serviceList[0].billingCycle", with_line(0, |line| line.billing_cycle = None)),
        (Rule::Billing, "serviceList[1].billingCycle",
            with_line(1, |line| line.billing_cycle = Some(BillingCycle::Once))),
        (Rule::Billing, "serviceList[0].multiCycle", with_line(0, |line| line.multi_cycle = None)),
        (Rule::Billing, "serviceList[1].multiCycle", with_line(1, |line| line.multi_cycle = Some(1))),
        (Rule::BillingContact, "billingId", with(|order| order.billing_id = None)),
        (Rule::BillingContact, "billingId",
            with(|order| order.billing_id = Some(BillingContactId::new(0)))),
        (Rule::BillingContact, "billingId", services(vec![service(PurchaseType::Purchase)])),
        (Rule::PoNumber, "poNumber", tutorial().with_po_number("")),
        (Rule::PoNumber, "poNumber", tutorial().with_po_number(" ")),
        (Rule::PoNumber, "poNumber", tutorial().with_po_number("EXAMPLE\nPO")),
    ]
}

#[rustfmt::skip]
fn broken_sites() -> Vec<Broken> {
    let elsewhere = region("one.example.com");
    let site_of_nothing = services(vec![service(PurchaseType::Purchase)]).with_billing_contact(CONTACT);
    vec![
        (Rule::PbxSite, "orderPceSpecialRequest", with(|order| order.pbx_site = None)),
        (Rule::PbxSite, "orderPceSpecialRequest", site_of_nothing.with_pbx_site(site())),
        (Rule::PbxSite, "orderPceSpecialRequest.regionId",
            with_site(|site| site.region_id = RegionId::new(0))),
        (Rule::PbxSite, "orderPceSpecialRequest.pbxSubDomainId",
            with_site(|site| site.pbx_sub_domain_id = PbxSubDomainId::new(0))),
        (Rule::PbxName, "orderPceSpecialRequest.pbxName", with_site(|site| site.pbx_name = " ".into())),
        (Rule::PbxName, "orderPceSpecialRequest.pbxName", with_site(|site| site.pbx_name = "a\nb".into())),
        (Rule::PbxUrl, "orderPceSpecialRequest.pbxUrl", with_site(|site| site.pbx_url.clear())),
        (Rule::PbxUrl, "orderPceSpecialRequest.pbxUrl",
            with_site(|site| site.pbx_url = "https://docs.example.com".into())),
        (Rule::PbxUrl, "orderPceSpecialRequest.pbxUrl",
            with_site(|site| *site = site_in(&elsewhere, &elsewhere.domains[0]))),
    ]
}

#[test]
fn the_tutorials_order_breaks_no_rule() {
    tutorial().check().unwrap();
    send(tutorial()).unwrap();
}

#[test]
fn each_rule_refuses_naming_the_field_and_itself() {
    for (rule, field, order) in broken_orders() {
        let refusal = order.check().map(|()| panic!("{rule:?} let {order:?} pass")).unwrap_err();
        assert_eq!(refusal.field(), field, "{rule:?}: {refusal}");
        assert!(refusal.remedy().contains(&format!("Rule::{rule:?}")), "{rule:?}: {refusal}");
        assert!(!refusal.problem().is_empty(), "{rule:?}");

        let error = send(order).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().starts_with(&format!("order_save: not sent: `{field}` ")), "{error}");
        assert!(error.to_string().contains(&format!("Rule::{rule:?}")), "{error}");
    }
}

#[test]
fn a_refusal_says_what_the_value_is_and_what_it_should_be() {
    let line = |change: fn(&mut OrderLine)| send(with_line(0, change)).unwrap_err().to_string();
    assert_eq!(
        line(|line| line.quantity = Some(4)),
        "order_save: not sent: `serviceList[0].quantity` is 4: a cloud PBX has 5 to 500 extensions, \
         or relax Rule::Extensions"
    );
    assert_eq!(
        line(|line| line.billing_cycle = Some(BillingCycle::Once)),
        "order_save: not sent: `serviceList[0].billingCycle` is once: pass annually or monthly, \
         or relax Rule::Billing"
    );
    assert_eq!(
        line(|line| line.multi_cycle = None),
        "order_save: not sent: `serviceList[0].multiCycle` is missing: pass 0, or relax Rule::Billing"
    );
}

#[test]
fn each_rule_can_be_relaxed_and_then_only_it_is() {
    for (rule, field, order) in broken_orders() {
        send(order.clone().relax(rule)).unwrap_or_else(|error| panic!("{rule:?} {field}: {error}"));
        let all_others = Rule::ALL.iter().copied().filter(|other| *other != rule).fold(order, Order::relax);
        let refusal = all_others.check().unwrap_err();
        assert_eq!(refusal.field(), field, "{rule:?}: {refusal}");
    }
}

#[test]
fn each_rule_has_an_order_that_breaks_it() {
    let broken: BTreeSet<String> = broken_orders().iter().map(|(rule, ..)| format!("{rule:?}")).collect();
    let rules: BTreeSet<String> = Rule::ALL.iter().map(|rule| format!("{rule:?}")).collect();
    assert_eq!(broken, rules);
}

#[test]
fn a_cloud_pbx_is_bought_with_5_to_500_extensions() {
    let passes = |extensions| {
        let order = Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN).purchase(
            extensions,
            BillingCycle::Monthly,
            CONTACT,
            site(),
        );
        send(order).is_ok()
    };
    for (extensions, expected) in [
        (0, false),
        (4, false),
        (5, true),
        (6, true),
        (499, true),
        (500, true),
        (501, false),
        (u32::MAX, false),
    ] {
        assert_eq!(passes(extensions), expected, "{extensions}");
    }
}

#[test]
fn the_extension_limit_is_one_of_cloud_pbxs_only() {
    send(Order::software_pbx(PLAN).purchase(1000, MultiCycle(1), CONTACT)).unwrap();

    let expansion = |service, quantity| {
        let pbx = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
        send(pbx.expand(SERIAL, service, quantity, BillingCycle::Annually, CONTACT)).is_ok()
    };
    assert!(expansion(CloudPbx::EXTENSION_EXPANSION, 1));
    assert!(expansion(CloudPbx::EXTENSION_EXPANSION, 495));
    // It has 5 already.
    assert!(!expansion(CloudPbx::EXTENSION_EXPANSION, 496));
    assert!(expansion(CloudPbx::RECORDING_MINUTES, 6000));
}

#[test]
fn a_service_of_the_builder_is_billed_as_its_plan_and_has_no_quantity() {
    let order = Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN)
        .purchase(5, BillingCycle::Monthly, CONTACT, site())
        .with_service(CloudPbx::RECORDING_MINUTES);
    let [plan, service] = &order.service_list[..] else { panic!("a plan and a service") };
    assert_eq!(service.connection_plan_id, Some(CloudPbx::ULTIMATE_PLAN));
    assert_eq!(service.service_id, CloudPbx::RECORDING_MINUTES);
    assert_eq!(service.quantity, None);
    assert_eq!(service.billing_model, plan.billing_model);
    assert_eq!(service.billing_cycle, Some(BillingCycle::Monthly));
    assert_eq!(service.multi_cycle, Some(0));
    send(order).unwrap();
}

#[test]
fn whoever_relaxes_the_limit_of_extensions_still_says_how_many() {
    let mut order = with_line(0, |line| line.quantity = Some(600)).relax(Rule::Extensions);
    order.check().unwrap();
    order.service_list[0].quantity = None;
    assert_eq!(order.check().unwrap_err().field(), "serviceList[0].quantity");
}

#[test]
fn a_site_that_was_moved_elsewhere_is_not_held_against_where_it_was() {
    let here = region("one.example.com");
    let mut site = site_in(&here, &here.domains[0]);
    site.region_id = RegionId::new(99);
    with(|order| order.pbx_site = Some(site)).check().unwrap();
}

#[test]
fn a_service_of_an_operation_without_a_name_of_ours_is_bought_like_the_first() {
    let plan = OrderLine::plan(PLAN, PurchaseType::Purchase);
    let order = Order::new(OperationType::SwitchTrialPlan, ProductId::SOFTWARE_EDITION, vec![plan]);
    let line = &order.with_service(SERVICE).service_list[1];
    assert_eq!(line.purchase_type, PurchaseType::Purchase);
}

#[test]
fn no_order_is_for_product_0() {
    let order =
        Order::new(OperationType::from("made_up"), ProductId::new(0), vec![service(PurchaseType::Purchase)]);
    let refusal = order.with_billing_contact(CONTACT).check().unwrap_err();
    assert_eq!(refusal.field(), "productId");
}

#[test]
fn an_operation_without_a_name_of_ours_is_not_guessed_at() {
    let operation = OperationType::from("made_up");
    let order = Order::new(operation, ProductId::ADD_ON, vec![service(PurchaseType::from("made-up"))])
        .with_billing_contact(CONTACT);
    order.check().unwrap();
}

#[test]
fn a_site_of_the_region_list_is_checked_against_its_domain() {
    let here = region("ptest6.yeastarcloud.com");
    let order = |site| with(|order| order.pbx_site = Some(site));
    order(site_in(&here, &here.domains[0])).check().unwrap();

    let elsewhere = region("one.example.com");
    let refusal = order(site_in(&elsewhere, &elsewhere.domains[0])).check().unwrap_err();
    assert!(refusal.remedy().contains("one.example.com"), "{refusal}");

    // A domain of another region: no URL can be right.
    let mut foreign = here.domains[0].clone();
    foreign.id = PbxSubDomainId::new(21);
    let refusal = order(site_in(&here, &foreign)).check().unwrap_err();
    assert_eq!(refusal.field(), "orderPceSpecialRequest.pbxSubDomainId");
}

#[test]
fn nothing_in_a_refusal_breaks_its_line() {
    let hostile = region("one.example.com\\nTwo");
    for order in [
        with_site(|site| *site = site_in(&hostile, &hostile.domains[0])),
        with_site(|site| site.pbx_url = "a\nb".into()),
        with_line(0, |line| line.purchase_type = PurchaseType::from("a\nb")),
        with(|order| order.operation_type = OperationType::from("a\nb_service")),
    ] {
        let refusal = order.check().unwrap_err();
        assert!(!refusal.to_string().contains('\n'), "{refusal}");
    }
}
