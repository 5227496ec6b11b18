//! Orders held against the tutorials of their product.

use yeastar_core::order::{
    AppliancePlan, BillingCycle, BillingInterval, BillingModel, CloudPbx, LinkusCloudService, MultiCycle,
    OperationType, Order, OrderLine, PurchaseType, Rule, ServiceType,
};
use yeastar_core::{BillingContactId, Json, PlanId, ProductId, ServiceId};

use super::{Broken, CONTACT, PLAN, SERIAL, SERVICE, send, service, site, tutorial};

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
fn the_order_of_each_constructor_is_read_back_from_its_json() {
    for order in orders_of_all_tutorials() {
        let json = Json::of(&order).unwrap();
        let read: Order = json.parse().unwrap_or_else(|error| panic!("{json:?}: {error}"));
        assert_eq!(Json::of(&read).unwrap(), json);
        assert!(read.extra.is_empty() && read.service_list.iter().all(|line| line.extra.is_empty()));
        read.check().unwrap_or_else(|refusal| panic!("{json:?}: {refusal}"));
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
pub(crate) fn orders_unlike_their_tutorial() -> Vec<Broken> {
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
            appliance.switch_plan(SERIAL, BillingInterval::Years(0), CONTACT)),
        (Rule::Billing, "serviceList[0].multiCycle",
            appliance.renew(SERIAL, BillingInterval::Years(0), CONTACT)),
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

/// More than 500 are no extensions, so it is the other tutorial that the order comes near to.
#[test]
fn an_order_by_hand_is_refused_as_the_tutorial_says_that_it_comes_nearest_to() {
    let minutes = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).expand(
        SERIAL,
        CloudPbx::RECORDING_MINUTES,
        600,
        BillingCycle::Annually,
        CONTACT,
    );
    let mut order = by_hand(&minutes);
    order.check().unwrap();
    order.service_list[0].connection_plan_id = None;
    assert_eq!(order.check().unwrap_err().field(), "serviceList[0].connectionPlanId");
}

#[test]
fn the_remedy_is_that_of_the_tutorial() {
    let mut order = tutorial();
    order.service_list[0].multi_cycle = Some(12);
    assert!(order.check().unwrap_err().remedy().starts_with("pass 0, or relax"), "{:?}", order.check());
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

    // By hand all of it comes from the first.
    let by_hand = Order::new(
        OperationType::PurchaseService,
        ProductId::ADD_ON,
        vec![service(PurchaseType::Purchase).with_connection_plan(PLAN)],
    );
    let [first, second] = &by_hand.with_service(ServiceId::new(3_000_000_000_000_000_003)).service_list[..]
    else {
        panic!("two services")
    };
    assert_eq!(second.connection_plan_id, Some(PLAN));
    assert_eq!(second.billing_model, first.billing_model);
    assert_eq!((&second.billing_cycle, second.multi_cycle), (&first.billing_cycle, first.multi_cycle));
    assert_eq!(second.quantity, None);

    // There may be no first one.
    let empty = Order::new(OperationType::RenewService, ProductId::ADD_ON, Vec::new()).with_service(SERVICE);
    assert_eq!(empty.service_list[0].purchase_type, PurchaseType::Renew);
    assert_eq!(empty.service_list[0].billing_cycle, None);
}
