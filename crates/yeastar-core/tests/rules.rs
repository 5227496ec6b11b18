//! What an order must not be: each rule refuses before anything is sent, says what to do, and can be relaxed.

use std::collections::BTreeSet;

use yeastar_core::order::{
    AppliancePlan, BillingCycle, BillingInterval, BillingModel, CloudPbx, LinkusCloudService, MultiCycle,
    OperationType, Order, OrderLine, OrderSave, PbxSite, PurchaseType, Rule, ServiceType,
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
    OrderSave::new(order).to_request(&Origin::default(), None).map(drop)
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
    orders.extend(orders_unlike_their_tutorial());
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

/// An order by each constructor.
fn orders_of_all_tutorials() -> Vec<Order> {
    let cloud = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    let software = Order::software_pbx(PLAN);
    let turnkey = Order::turnkey_package(PLAN);
    let linkus = Order::linkus_cloud_service(LinkusCloudService::STANDARD);
    let appliance = Order::appliance_plan(AppliancePlan::STANDARD);
    let remote = Order::remote_management(PLAN);
    let premium = |product| Order::remote_management_premium(product, SERVICE);
    let (premium_20, premium_21) =
        (premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_20), premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_21));
    vec![
        tutorial(),
        cloud.expand(SERIAL, CloudPbx::RECORDING_MINUTES, 600, BillingCycle::Annually, CONTACT),
        cloud.add_service(SERIAL, CloudPbx::HIGH_AVAILABILITY, 100, BillingCycle::Monthly, CONTACT),
        cloud.switch_plan(SERIAL, BillingCycle::Monthly, CONTACT),
        cloud.renew(SERIAL, 100, BillingCycle::Annually, CONTACT).with_service(CloudPbx::HIGH_AVAILABILITY),
        software.trial().with_service(SERVICE).with_partner_id("1").with_assign_id("2"),
        software.purchase(50, MultiCycle(1), CONTACT).with_partner_id("1"),
        software.expand(SERIAL, SERVICE, 10, MultiCycle(1), CONTACT),
        software.add_service(SERIAL, SERVICE, None, None, CONTACT),
        software.switch_plan(SERIAL, MultiCycle(5), CONTACT),
        software.renew(SERIAL, 50, MultiCycle(2), CONTACT).with_counted_service(SERVICE, 3),
        turnkey.trial().with_service(SERVICE),
        turnkey.purchase(50, None, CONTACT).with_partner_id("1"),
        turnkey.expand(SERVICE, 10, MultiCycle(1), CONTACT),
        turnkey.renew(50, MultiCycle(1), CONTACT),
        linkus.purchase(SERIAL, MultiCycle(1), CONTACT),
        linkus.switch_plan(SERIAL, MultiCycle(5), CONTACT),
        appliance.purchase(SERIAL, BillingInterval::Monthly, CONTACT),
        appliance.switch_plan(SERIAL, BillingInterval::Years(4), CONTACT),
        appliance.renew(SERIAL, BillingInterval::Years(1), CONTACT),
        Order::hotel_pms_integration(SERVICE).purchase(SERIAL, CONTACT),
        remote.trial().with_partner_id("1"),
        remote.purchase(SERVICE, 10, CONTACT),
        remote.expand(SERVICE, 10, CONTACT),
        remote.renew(CONTACT),
        premium_20.purchase(10, CONTACT),
        premium_21.trial(),
        premium_21.expand(10, CONTACT),
        premium_21.renew(10, CONTACT),
        Order::custom_domain_name(SERVICE).purchase(1, CONTACT),
        Order::custom_domain_name(SERVICE).renew(1, CONTACT),
        Order::pce_white_label(SERVICE).purchase(CONTACT),
        Order::ycm_white_label(SERVICE).renew(CONTACT),
        Order::pse_white_label(SERVICE).trial(),
        Order::pse_white_label(SERVICE).purchase(1, CONTACT),
        Order::pse_white_label(SERVICE).renew(CONTACT),
    ]
}

/// The same fields, but nothing says which tutorial they follow.
fn by_hand(order: &Order) -> Order {
    let mut copy = Order::new(order.operation_type.clone(), order.product_id, order.service_list.clone());
    copy.product_no.clone_from(&order.product_no);
    copy.assign_id.clone_from(&order.assign_id);
    copy.partner_id.clone_from(&order.partner_id);
    copy.billing_id = order.billing_id;
    copy.pbx_site.clone_from(&order.pbx_site);
    copy
}

#[test]
fn the_order_of_each_constructor_breaks_no_rule_however_it_is_made() {
    for order in orders_of_all_tutorials() {
        order.check().unwrap_or_else(|refusal| panic!("{order:?}: {refusal}"));
        by_hand(&order).check().unwrap_or_else(|refusal| panic!("{order:?}: {refusal}"));
    }
}

#[test]
fn no_order_of_a_tutorial_does_without_a_billing_contact_but_a_trial() {
    for mut order in orders_of_all_tutorials() {
        let is_trial = order.operation_type.as_str().starts_with("trial");
        assert_eq!(order.billing_id.take().is_none(), is_trial, "{order:?}");
        assert_eq!(order.check().is_ok(), is_trial, "{order:?}");
    }
}

#[test]
fn a_serial_number_is_named_just_where_the_tutorial_has_it() {
    for mut order in orders_of_all_tutorials() {
        let is_new_licence = order.product_id == ProductId::SOFTWARE_EDITION
            && order.operation_type == OperationType::PurchasePlan;
        if is_new_licence {
            continue;
        }
        order.product_no = match order.product_no {
            Some(_) => None,
            None => Some(SERIAL.into()),
        };
        for order in [by_hand(&order), order] {
            let refusal = order.check().map(|()| panic!("{order:?}")).unwrap_err();
            assert_eq!(refusal.field(), "productNo", "{refusal}");
        }
    }
}

#[test]
fn a_software_pbx_is_bought_for_a_customer_or_for_a_pbx_that_exists() {
    let order = Order::software_pbx(PLAN).purchase(50, MultiCycle(1), CONTACT);
    order.clone().with_product_no(SERIAL).check().unwrap();
    order.clone().with_partner_id("1").check().unwrap();
    let refusal = order.with_product_no(SERIAL).with_partner_id("1").check().unwrap_err();
    assert_eq!(refusal.field(), "partnerId");
}

#[rustfmt::skip]
fn orders_unlike_their_tutorial() -> Vec<Broken> {
    fn line(mut order: Order, change: impl FnOnce(&mut OrderLine)) -> Order {
        change(order.service_list.last_mut().unwrap());
        order
    }
    let cloud = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    let software = Order::software_pbx(PLAN);
    let linkus = Order::linkus_cloud_service(LinkusCloudService::PRO);
    let appliance = Order::appliance_plan(AppliancePlan::ULTIMATE);
    let remote = Order::remote_management(PLAN);
    let premium_of = |product| Order::remote_management_premium(product, SERVICE);
    let premium = premium_of(ProductId::REMOTE_MANAGEMENT_PREMIUM_21);
    let domain = Order::custom_domain_name(SERVICE);
    let hotel = Order::hotel_pms_integration(SERVICE).purchase(SERIAL, CONTACT);
    vec![
        (Rule::Product, "productId", premium_of(ProductId::ADD_ON).purchase(10, CONTACT)),
        (Rule::Product, "productId", premium_of(ProductId::new(99)).renew(10, CONTACT)),
        (Rule::Product, "productId", premium_of(ProductId::new(0)).trial()),
        (Rule::Lines, "serviceList[0].serviceType",
            line(premium.trial(), |line| line.service_type = ServiceType::from("Service"))),
        (Rule::Lines, "serviceList[1].serviceType", linkus.purchase(SERIAL, MultiCycle(1), CONTACT).with_service(SERVICE)),
        (Rule::Lines, "serviceList[1].serviceType", remote.trial().with_service(SERVICE)),
        (Rule::Lines, "serviceList", with_services_of(remote.purchase(SERVICE, 10, CONTACT), 0)),
        (Rule::Lines, "serviceList[1].serviceId", domain.purchase(1, CONTACT).with_counted_service(SERVICE, 1)),
        (Rule::ProductNo, "productNo", premium.trial().with_product_no(SERIAL)),
        (Rule::ProductNo, "productNo", linkus.purchase(" ", MultiCycle(1), CONTACT)),
        (Rule::PartnerId, "partnerId", linkus.purchase(SERIAL, MultiCycle(1), CONTACT).with_partner_id("1")),
        (Rule::PartnerId, "partnerId", premium.trial().with_partner_id("")),
        (Rule::PartnerId, "partnerId", premium.trial().with_partner_id("first@example.com")),
        (Rule::PartnerId, "assignId", software.trial().with_assign_id("first@example.com")),
        (Rule::PartnerId, "assignId", software.trial().with_assign_id("a\nb")),
        (Rule::Extensions, "serviceList[0].quantity",
            cloud.renew(SERIAL, 501, BillingCycle::Annually, CONTACT)),
        (Rule::Extensions, "serviceList[0].quantity",
            cloud.add_service(SERIAL, CloudPbx::HIGH_AVAILABILITY, 4, BillingCycle::Annually, CONTACT)),
        (Rule::Extensions, "serviceList[0].quantity",
            cloud.expand(SERIAL, CloudPbx::EXTENSION_EXPANSION, 500, BillingCycle::Annually, CONTACT)),
        (Rule::Quantity, "serviceList[0].quantity",
            line(domain.renew(1, CONTACT), |line| line.quantity = None)),
        (Rule::Quantity, "serviceList[0].quantity",
            line(linkus.purchase(SERIAL, MultiCycle(1), CONTACT), |line| line.quantity = Some(1))),
        (Rule::Quantity, "serviceList[0].quantity", line(premium.trial(), |line| line.quantity = Some(1))),
        (Rule::ConnectionPlan, "serviceList[0].connectionPlanId",
            line(remote.expand(SERVICE, 1, CONTACT), |line| line.connection_plan_id = None)),
        (Rule::ConnectionPlan, "serviceList[0].connectionPlanId",
            line(remote.expand(SERVICE, 1, CONTACT), |line| line.connection_plan_id = Some(PlanId::new(0)))),
        (Rule::ConnectionPlan, "serviceList[0].connectionPlanId",
            line(hotel.clone(), |line| line.connection_plan_id = Some(PLAN))),
        (Rule::Billing, "serviceList[0].billingModel",
            line(hotel.clone(), |line| line.billing_model = Some(BillingModel::Recurring))),
        (Rule::Billing, "serviceList[0].billingModel",
            line(remote.expand(SERVICE, 1, CONTACT), |line| line.billing_model = Some(BillingModel::Once))),
        (Rule::Billing, "serviceList[0].billingCycle",
            line(hotel, |line| line.billing_cycle = Some(BillingCycle::Annually))),
        (Rule::Billing, "serviceList[0].billingCycle",
            line(premium.trial(), |line| line.billing_cycle = Some(BillingCycle::Annually))),
        // Quantity and interval in each other's place.
        (Rule::Billing, "serviceList[0].multiCycle", software.purchase(1, MultiCycle(50), CONTACT)),
        (Rule::Billing, "serviceList[0].billingCycle",
            line(software.renew(SERIAL, 50, MultiCycle(1), CONTACT), |line| line.billing_cycle = None)),
        (Rule::Billing, "serviceList[0].multiCycle",
            line(software.purchase(50, MultiCycle(1), CONTACT), |line| line.multi_cycle = None)),
        (Rule::BillingContact, "billingId", premium.trial().with_billing_contact(BillingContactId::new(0))),
        (Rule::Billing, "serviceList[0].multiCycle", linkus.purchase(SERIAL, MultiCycle(0), CONTACT)),
        (Rule::Billing, "serviceList[0].multiCycle", linkus.switch_plan(SERIAL, MultiCycle(6), CONTACT)),
        (Rule::Billing, "serviceList[0].multiCycle",
            line(remote.renew(CONTACT), |line| line.multi_cycle = Some(0))),
        (Rule::Billing, "serviceList[0].multiCycle",
            line(Order::pse_white_label(SERVICE).trial(), |line| line.multi_cycle = Some(0))),
        (Rule::Billing, "serviceList[0].multiCycle",
            appliance.purchase(SERIAL, BillingInterval::Years(0), CONTACT)),
        (Rule::Billing, "serviceList[0].multiCycle",
            line(appliance.switch_plan(SERIAL, BillingInterval::Monthly, CONTACT),
                |line| line.multi_cycle = Some(1))),
    ]
}

/// The order with so many of its services.
fn with_services_of(mut order: Order, services: usize) -> Order {
    order.service_list.truncate(1 + services);
    order
}

#[test]
fn what_is_only_inferred_is_not_checked() {
    fn with_line(mut order: Order, change: impl FnOnce(&mut OrderLine)) -> Order {
        change(order.service_list.last_mut().unwrap());
        order
    }
    let cloud = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    let expansion = cloud.expand(SERIAL, CloudPbx::RECORDING_MINUTES, 600, BillingCycle::Annually, CONTACT);
    for order in [
        with_line(expansion.clone(), |line| line.multi_cycle = Some(3)),
        with_line(expansion.clone(), |line| line.billing_model = Some(BillingModel::Once)),
        with_line(expansion, |line| line.billing_cycle = Some(BillingCycle::Once)),
        Order::software_pbx(PLAN).purchase(50, MultiCycle(0), CONTACT),
        with_line(Order::remote_management(PLAN).purchase(SERVICE, 10, CONTACT), |line| {
            line.billing_cycle = Some(BillingCycle::Annually);
        }),
        with_line(Order::pce_white_label(SERVICE).purchase(CONTACT), |line| line.quantity = Some(1)),
        Order::appliance_plan(AppliancePlan::STANDARD).purchase(SERIAL, BillingInterval::Years(5), CONTACT),
    ] {
        order.check().unwrap_or_else(|refusal| panic!("{order:?}: {refusal}"));
    }
}

#[test]
fn an_order_by_hand_has_to_fit_one_of_the_tutorials_that_it_may_follow() {
    // The renewal of the YCM White Label has no quantity, that of custom domain names has.
    let mut renewal = Order::ycm_white_label(SERVICE).renew(CONTACT);
    renewal.service_list[0].quantity = Some(1);
    assert_eq!(renewal.check().unwrap_err().field(), "serviceList[0].quantity");
    by_hand(&renewal).check().unwrap();

    renewal.service_list[0].connection_plan_id = Some(PLAN);
    let refusal = by_hand(&renewal).check().unwrap_err();
    assert_eq!(refusal.field(), "serviceList[0].connectionPlanId");
}

#[test]
fn an_order_that_was_changed_into_another_is_held_against_the_others_tutorial() {
    let mut order = Order::custom_domain_name(SERVICE).purchase(1, CONTACT);
    order.operation_type = OperationType::RenewService;
    assert_eq!(order.check().unwrap_err().field(), "serviceList[0].purchaseType");
    order.service_list[0].purchase_type = PurchaseType::Renew;
    order.check().unwrap();
    order.product_id = ProductId::new(99);
    by_hand(&order).check().unwrap();

    // A purchase has connections, a renewal has none.
    let mut order = with_services_of(Order::remote_management(PLAN).purchase(SERVICE, 10, CONTACT), 0);
    assert_eq!(order.check().unwrap_err().field(), "serviceList");
    order.operation_type = OperationType::RenewPlan;
    order.service_list[0].purchase_type = PurchaseType::Renew;
    order.check().unwrap();
}

#[test]
fn a_customer_is_named_where_the_tutorial_has_it_or_is_silent() {
    let whole_without = [
        (ProductId::LINKUS_CLOUD_SERVICE, OperationType::PurchasePlan),
        (ProductId::APPLIANCE_EDITION, OperationType::PurchasePlan),
        (ProductId::APPLIANCE_EDITION, OperationType::PurchaseService),
        (ProductId::SOFTWARE_EDITION, OperationType::RenewPlan),
    ];
    for order in orders_of_all_tutorials() {
        let kind = (order.product_id, order.operation_type.clone());
        let order = order.with_partner_id("1");
        assert_eq!(order.check().is_err(), whole_without.contains(&kind), "{order:?}");
        assert_eq!(by_hand(&order).check().is_err(), whole_without.contains(&kind), "{order:?}");
    }
}

/// Each of two tutorials about the same operation wants something that the other does not.
#[test]
fn an_order_that_no_tutorial_fits_whole_is_refused() {
    let service = |product| {
        let mut line = service(PurchaseType::Purchase).with_connection_plan(PLAN);
        line.quantity = None;
        Order::new(OperationType::PurchaseService, product, vec![line])
            .with_product_no(SERIAL)
            .with_billing_contact(CONTACT)
    };
    let mut software = service(ProductId::SOFTWARE_EDITION);
    software.check().unwrap();
    software.service_list[0].billing_cycle = Some(BillingCycle::Monthly);
    assert_eq!(software.check().unwrap_err().field(), "serviceList[0].billingCycle");
    software.service_list[0].quantity = Some(3);
    software.check().unwrap();

    let cloud = service(ProductId::CLOUD_EDITION);
    assert_eq!(cloud.check().unwrap_err().field(), "serviceList[0].quantity");
}

#[test]
fn whoever_relaxes_the_limit_of_extensions_still_says_how_many() {
    let mut order = with_line(0, |line| line.quantity = Some(600)).relax(Rule::Extensions);
    order.check().unwrap();
    order.service_list[0].quantity = None;
    assert_eq!(order.check().unwrap_err().field(), "serviceList[0].quantity");
}

#[test]
fn a_further_service_may_follow_another_tutorial_of_the_same_operation() {
    let cloud = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    cloud
        .add_service(SERIAL, CloudPbx::HIGH_AVAILABILITY, 100, BillingCycle::Annually, CONTACT)
        .with_counted_service(CloudPbx::RECORDING_MINUTES, 600)
        .check()
        .unwrap();
    let domains = Order::custom_domain_name(SERVICE).purchase(1, CONTACT);
    domains.with_service(ServiceId::new(3_000_000_000_000_000_003)).check().unwrap();

    // None of them has a plan to be connected with.
    let mut domains = Order::custom_domain_name(SERVICE)
        .purchase(1, CONTACT)
        .with_service(ServiceId::new(3_000_000_000_000_000_003));
    domains.service_list[1].connection_plan_id = Some(PLAN);
    assert_eq!(domains.check().unwrap_err().field(), "serviceList[1].connectionPlanId");
}

#[test]
fn what_the_caller_sends_in_the_place_of_a_field_is_not_checked() {
    with(|order| order.billing_id = None).with_field("billingId", "5").check().unwrap();
    let bad_lines = with_line(0, |line| line.quantity = None).with_field("serviceList", "[]");
    bad_lines.check().unwrap();
    let with_plan = |quantity: OrderLine| with(|order| order.service_list[0] = quantity);
    let mut plan = tutorial().service_list[0].clone().with_field("quantity", "100");
    plan.quantity = None;
    with_plan(plan.clone()).check().unwrap();
    plan.billing_cycle = None;
    assert_eq!(with_plan(plan).check().unwrap_err().field(), "serviceList[0].billingCycle");
    with_site(|site| {
        site.pbx_name.clear();
        *site = site.clone().with_field("pbxName", 5);
    })
    .check()
    .unwrap();
}

/// One replaced field, and another that is wrong under the same rule.
#[test]
fn a_field_that_is_replaced_hides_nothing_else() {
    let refused = |order: &Order| order.check().unwrap_err().field().to_owned();
    let replace = |line: &mut OrderLine, field, value| *line = line.clone().with_field(field, value);

    let mut billing = with_line(0, |line| line.multi_cycle = Some(1));
    billing.service_list[0].billing_model = None;
    replace(&mut billing.service_list[0], "billingModel", "recurring");
    assert_eq!(refused(&billing), "serviceList[0].multiCycle");

    let mut twice = tutorial().with_service(SERVICE).with_service(SERVICE);
    twice.service_list[1].service_id = ServiceId::new(0);
    replace(&mut twice.service_list[1], "serviceId", "9");
    assert_eq!(refused(&twice), "serviceList[3].serviceId");

    let users =
        Order::software_pbx(PLAN).trial().with_partner_id("a@example.com").with_assign_id("b@example.com");
    assert_eq!(refused(&users.with_field("partnerId", 5)), "assignId");
}

#[test]
fn a_field_is_not_held_against_one_that_is_replaced() {
    // The service names the plan that is really sent.
    let mut order = tutorial();
    order.service_list[0] = order.service_list[0].clone().with_field("serviceId", "22");
    order.service_list[1].connection_plan_id = Some(PlanId::new(22));
    order.check().unwrap();

    let plan = Order::appliance_plan(AppliancePlan::STANDARD);
    let mut order = plan.purchase(SERIAL, BillingInterval::Years(1), CONTACT);
    order.service_list[0].multi_cycle = Some(0);
    assert_eq!(order.check().unwrap_err().field(), "serviceList[0].multiCycle");
    order.service_list[0] = order.service_list[0].clone().with_field("billingCycle", "monthly");
    order.check().unwrap();
}

#[test]
fn a_further_service_follows_one_tutorial_whole() {
    let order = Order::software_pbx(PLAN)
        .expand(SERIAL, SERVICE, 10, MultiCycle(1), CONTACT)
        .with_service(ServiceId::new(3_000_000_000_000_000_003));
    order.check().unwrap();
    let with_cycle = |cycle| {
        let mut order = order.clone();
        order.service_list[1].billing_cycle = Some(cycle);
        order
    };
    // Without a quantity it is no expansion, and monthly it is no service.
    assert!(with_cycle(BillingCycle::Annually).check().is_ok());
    assert!(with_cycle(BillingCycle::Monthly).check().is_err());
}

#[test]
fn what_is_added_counts_with_what_the_same_order_buys() {
    let purchase = |extensions, added| {
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
            .purchase(extensions, BillingCycle::Annually, CONTACT, site())
            .with_counted_service(CloudPbx::EXTENSION_EXPANSION, added)
    };
    purchase(400, 100).check().unwrap();
    let refusal = purchase(400, 101).check().unwrap_err();
    assert_eq!(refusal.field(), "serviceList[1].quantity");
    assert!(refusal.remedy().starts_with("pass at most 100: "), "{refusal}");

    // A renewal renews what is there.
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
        .renew(SERIAL, 500, BillingCycle::Annually, CONTACT)
        .with_counted_service(CloudPbx::EXTENSION_EXPANSION, 500)
        .check()
        .unwrap();
}

#[test]
fn the_remedy_is_that_of_the_tutorial() {
    let mut order = tutorial();
    order.service_list[0].multi_cycle = Some(12);
    assert!(order.check().unwrap_err().remedy().starts_with("pass 0, or relax"), "{:?}", order.check());
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
fn many_lines_are_checked_in_good_time() {
    let lines = (1..=200_000).map(|id| OrderLine::service(ServiceId::new(id), PurchaseType::Purchase));
    Order::new(OperationType::from("made_up"), ProductId::ADD_ON, lines.collect())
        .with_billing_contact(CONTACT)
        .check()
        .unwrap();
}

#[test]
fn an_order_is_printed_without_its_tutorial() {
    let printed = format!("{:?}", tutorial());
    assert!(printed.contains("purchase_plan of [ProductId(13)]"), "{printed}");
    assert!(!printed.contains("Column"), "{printed}");
}

#[test]
fn each_further_service_of_the_builder_is_like_the_first() {
    let order = Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN)
        .expand(SERIAL, CloudPbx::EXTENSION_EXPANSION, 10, BillingCycle::Monthly, CONTACT)
        .with_counted_service(CloudPbx::RECORDING_MINUTES, 600);
    let [first, second] = &order.service_list[..] else { panic!("two services") };
    assert_eq!(second.connection_plan_id, Some(CloudPbx::ULTIMATE_PLAN));
    assert_eq!((second.service_id, second.quantity), (CloudPbx::RECORDING_MINUTES, Some(600)));
    assert_eq!(second.purchase_type, first.purchase_type);
    assert_eq!(second.billing_model, first.billing_model);
    assert_eq!(second.billing_cycle, Some(BillingCycle::Monthly));
    assert_eq!(second.multi_cycle, Some(0));
    send(order).unwrap();

    // Its connections are billed otherwise than its plan.
    let order = Order::remote_management(PLAN).purchase(SERVICE, 10, CONTACT);
    let [plan, connections] = &order.service_list[..] else { panic!("a plan and a service") };
    assert_eq!((plan.billing_cycle.clone(), plan.multi_cycle), (Some(BillingCycle::Annually), Some(1)));
    let cycle = connections.billing_cycle.clone();
    assert_eq!((cycle, connections.multi_cycle), (Some(BillingCycle::Once), Some(0)));

    // By hand there is no tutorial to take anything from.
    let empty = Order::new(OperationType::RenewService, ProductId::ADD_ON, Vec::new()).with_service(SERVICE);
    assert_eq!(empty.service_list[0].purchase_type, PurchaseType::Renew);
    assert_eq!(empty.service_list[0].billing_cycle, None);
}

/// The page prints `trial_service` for a renewal, surely by mistake. Who believes it can send it.
#[test]
fn the_renewal_of_rm_premium_can_be_sent_as_it_is_printed() {
    let order = Order::remote_management_premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_21, SERVICE)
        .renew(10, CONTACT)
        .with_field("operationType", "trial_service");
    let request = OrderSave::new(order).to_request(&Origin::default(), None).unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.contains(r#""operationType":"trial_service""#), "{body}");
    assert!(!body.contains("renew_service"), "{body}");
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
