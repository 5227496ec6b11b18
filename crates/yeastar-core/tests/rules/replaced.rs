//! Fields that the caller sends in the place of ours.

use yeastar_core::order::{AppliancePlan, BillingInterval, CreateOrder, Order, OrderLine};
use yeastar_core::{Endpoint, Origin, PlanId, ProductId, ServiceId};

use super::{CONTACT, PLAN, SERIAL, SERVICE, tutorial, with, with_line, with_site};

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

/// The page prints `trial_service` for a renewal, surely by mistake. Who believes it can send it.
#[test]
fn the_renewal_of_rm_premium_can_be_sent_as_it_is_printed() {
    let order = Order::remote_management_premium(ProductId::REMOTE_MANAGEMENT_PREMIUM_21, SERVICE)
        .renew(10, CONTACT)
        .with_field("operationType", "trial_service");
    let request = CreateOrder::new(order).to_request(&Origin::default(), None).unwrap();
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.contains(r#""operationType":"trial_service""#), "{body}");
    assert!(!body.contains("renew_service"), "{body}");
}
