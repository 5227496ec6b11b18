//! Orders held against the tutorials of their product.

use serde_json::json;

use crate::scenarios::*;
use crate::script::*;

#[test]
fn each_of_the_36_scenarios_is_placed_with_five_strings() {
    let scenarios = scenarios();
    assert_eq!(scenarios.len(), 36);
    for scenario in &scenarios {
        let (mut script, body) = scenario.start();
        let answer = script.order(&body);
        assert_eq!(answer["code"], "success", "{}: {answer}", scenario.name);
        let result = answer["result"].as_object().unwrap();
        assert_eq!(result.len(), 5);
        assert!(result.values().all(|value| value.as_str().is_some_and(|text| !text.is_empty())), "{answer}");
        assert_eq!(result["orderStatus"], "succeed");
        if let Some(product_no) = body["productNo"].as_str() {
            assert_eq!(result["productNo"], product_no, "{}", scenario.name);
        }
        let order = script.portal.ledger().orders().last().unwrap();
        assert_eq!(order.pbx_url.is_some(), body["orderPceSpecialRequest"].is_object());
        let details = format!("/order/openapi/order/v1/get/{}", order.order_no);
        script.pass(std::time::Duration::from_secs(2));
        let basic = script.get(&details)["result"]["basicInformation"].take();
        assert_eq!(basic["productId"], body["productId"].to_string());
        assert!(basic["productName"].as_str().is_some_and(|name| !name.is_empty()));
    }
}

#[test]
fn each_scenario_is_refused_with_one_value_wrong() {
    for scenario in scenarios() {
        let (mut script, body) = scenario.start();
        let orders = script.orders();
        let mut wrong = scenario.wrong.clone();
        wrong.extend([
            ("idempotencyKey", json!("1")),
            ("assignId", json!("1")),
            ("0.remark", json!("")),
            ("0.purchaseType", json!("lease")),
            gone("0.purchaseType"),
            ("0.serviceId", json!("1")),
            ("0.serviceId", json!(1)),
            gone("0.serviceId"),
            gone("0.serviceType"),
            ("operationType", json!("switchTrial_plan")),
            ("productId", json!(10)),
        ]);
        if body.get("billingId").is_some() {
            wrong.extend([gone("billingId"), ("billingId", json!(1))]);
        } else {
            wrong.push(("billingId", json!(3_197_218_168_379_846_218_u64)));
        }
        if body.get("productNo").is_some() {
            wrong.extend([
                gone("productNo"),
                ("productNo", json!("0")),
                ("productNo", json!("3690A0000001")),
            ]);
        } else {
            wrong.push(("productNo", json!("0")));
        }
        for changed in &wrong {
            let mut body = body.clone();
            let field = apply(&mut body, changed);
            let answer = script.order(&body);
            assert_eq!(answer["status"], 400, "{}: {changed:?} is taken", scenario.name);
            assert_eq!(answer["result"]["field"], field.as_str(), "{}: {changed:?}: {answer}", scenario.name);
        }
        assert_eq!(script.orders(), orders, "{}", scenario.name);
        placed(&mut script, &body);
    }
}

#[test]
fn what_is_not_known_may_be_there_or_not() {
    for scenario in scenarios() {
        for changed in &scenario.right {
            let (mut script, mut body) = scenario.start();
            apply(&mut body, changed);
            let answer = script.order(&body);
            assert_eq!(answer["code"], "success", "{}: {changed:?}: {answer}", scenario.name);
        }
    }
}

#[test]
fn the_cycle_says_which_multiples_a_pae_plan_has() {
    for (cycle, multi_cycle, is_right) in
        [("monthly", 0, true), ("monthly", 1, false), ("annually", 0, false), ("annually", 1, true)]
    {
        let mut body = order(11, "purchase_plan", &[line("plan", PAE_STANDARD, cycle, multi_cycle)]);
        body["productNo"] = "3631E3418911".into();
        let answer = Script::new().order(&body);
        if is_right {
            assert_eq!(answer["code"], "success", "{cycle} {multi_cycle}");
        } else {
            assert_invalid(&answer, "serviceList[0].multiCycle");
        }
    }
}

#[test]
fn lines_of_the_wrong_kind_are_refused() {
    let plan = counted(line("plan", TURNKEY, "annually", 0), 20);
    let service = connected(counted(line("service", TURNKEY_EXTENSIONS, "annually", 0), 5), TURNKEY);
    for (operation, lines, field) in [
        ("purchase_service", vec![plan.clone()], "serviceList[0].serviceType"),
        ("purchase_plan", vec![service.clone()], "serviceList"),
        ("purchase_plan", vec![], "serviceList"),
        ("purchase_service", vec![], "serviceList"),
    ] {
        let answer = Script::new().order(&order(14, operation, &lines));
        assert_invalid(&answer, field);
    }
    let mut two = rm();
    two["serviceList"].as_array_mut().unwrap().pop();
    assert_invalid(&Script::new().order(&two), "serviceList");
}

#[test]
fn services_of_several_tutorials_are_ordered_together() {
    let service = |id, plan| connected(line("service", id, "annually", 0), plan);
    let add_on = |id| line("service", id, "annually", 0);
    let cloud = [
        counted(service(PCE_HIGH_AVAILABILITY, PCE_PLAN), 100),
        counted(service(PCE_RECORDING, PCE_PLAN), 600),
    ];
    let software =
        [counted(service(PSE_EXTENSIONS, PSE_PLAN), 10), counted(service(PSE_CALL_CENTER, PSE_PLAN), 3)];
    let add_ons = [counted(add_on(DOMAIN_NAME), 2), add_on(PCE_WHITE_LABEL)];
    let scenarios = [
        scenario("PCE", order(13, "purchase_service", &cloud))
            .after(only_the_plan())
            .of("")
            .wrong([
                ("0.quantity", json!(99)),
                gone("0.billingModel"),
                ("0.billingModel", json!("once")),
                gone("1.quantity"),
                ("1.connectionPlanId", json!(PCE_ULTIMATE)),
            ])
            .right([gone("1.billingModel")]),
        scenario("PSE", order(12, "purchase_service", &software))
            .of("3657C0000001")
            .wrong([
                ("1.billingCycle", json!("monthly")),
                gone("1.billingCycle"),
                gone("0.quantity"),
                gone("1.quantity"),
                ("1.connectionPlanId", json!(PSE_ULTIMATE)),
            ])
            .right([gone("0.billingCycle")]),
        scenario("Add-ons", order(19, "purchase_service", &add_ons))
            .wrong([
                gone("0.quantity"),
                gone("0.multiCycle"),
                ("1.connectionPlanId", json!(1)),
                ("1.serviceId", json!(YCM_WHITE_LABEL)),
            ])
            .right([gone("1.multiCycle")]),
    ];
    for scenario in scenarios {
        let (mut script, body) = scenario.start();
        for changed in &scenario.wrong {
            let mut body = body.clone();
            let field = apply(&mut body, changed);
            assert_invalid(&script.order(&body), &field);
        }
        let mut reversed = body.clone();
        reversed["serviceList"].as_array_mut().unwrap().reverse();
        placed(&mut scenario.start().0, &reversed);
        // What only one of the two tutorials fixes is free in the line of the other.
        let mut body = body;
        apply(&mut body, &scenario.right[0]);
        placed(&mut script, &body);
    }
}

#[test]
fn the_plan_is_renewed_with_every_service_that_is_paid() {
    let renewal = order(13, "renew_plan", &[counted(line("plan", PCE_PLAN, "annually", 0), 100)]);
    let mut script = Script::new();
    let product_no = placed(&mut script, &pce());
    assert_invalid(&script.order(&numbered(renewal.clone(), &product_no)), "serviceList");
    let product_no = placed(&mut script, &only_the_plan());
    placed(&mut script, &numbered(renewal, &product_no));

    // What was only tried is bought, not renewed.
    let connect = |line| connected(line, PSE_PLAN);
    let trial =
        order(12, "trial_plan", &[tried("plan", PSE_PLAN), connect(tried("service", PSE_HOT_STANDBY))]);
    let product_no = placed(&mut script, &trial);
    let plan = || counted(line("plan", PSE_PLAN, "annually", 1), 20);
    placed(&mut script, &numbered(order(12, "purchase_plan", &[plan()]), &product_no));
    let service = connect(line("service", PSE_HOT_STANDBY, "annually", 1));
    let both = numbered(order(12, "renew_plan", &[plan(), service]), &product_no);
    assert_invalid(&script.order(&both), "serviceList[1].serviceId");
    placed(&mut script, &numbered(order(12, "renew_plan", &[plan()]), &product_no));
}

#[test]
fn a_pse_order_is_for_an_existing_pbx_or_for_a_customer() {
    let mut body = order(12, "purchase_plan", &[counted(line("plan", PSE_PLAN, "annually", 1), 20)]);
    body["productNo"] = "3657C0000001".into();
    body["partnerId"] = CUSTOMER.into();
    assert_invalid(&Script::new().order(&body), "partnerId");
}

#[test]
fn disaster_recovery_goes_with_the_ultimate_plan_only() {
    for (plan, is_right) in [(PSE_PLAN, false), (PSE_ULTIMATE, true)] {
        let recovery = connected(tried("service", PSE_DISASTER_RECOVERY), plan);
        let answer = Script::new().order(&order(12, "trial_plan", &[tried("plan", plan), recovery]));
        assert_eq!(answer["code"] == "success", is_right, "{answer}");
    }
}

#[test]
fn what_nobody_subscribed_to_cannot_be_changed() {
    let mut script = Script::new();
    for (body, field) in [
        (order(14, "renew_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)]), "serviceId"),
        (connections(21, "renew_service", RM_PREMIUM_CONNECTIONS), "serviceId"),
        (
            order(
                14,
                "purchase_service",
                &[connected(counted(line("service", TURNKEY_EXTENSIONS, "annually", 0), 5), TURNKEY)],
            ),
            "connectionPlanId",
        ),
    ] {
        let field = format!("serviceList[0].{field}");
        assert_invalid(&script.order(&body), &field);
    }
    let mut bare = order(9, "switch_plan", &[line("plan", LCS, "annually", 1)]);
    bare["productNo"] = "3621A0000001".into();
    assert_invalid(&script.order(&bare), "serviceList[0].serviceId");
    // What the account has, its customers do not have.
    placed(&mut script, &turnkey());
    let mut renewal = order(14, "renew_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)]);
    renewal["partnerId"] = CUSTOMER.into();
    assert_invalid(&script.order(&renewal), "serviceList[0].serviceId");
}

#[test]
fn an_account_wide_subscription_keeps_its_number() {
    let mut script = Script::new();
    let first = placed(&mut script, &turnkey());
    let renewal = order(14, "renew_plan", &[counted(line("plan", TURNKEY, "annually", 0), 20)]);
    assert_eq!(placed(&mut script, &renewal), first);
    let mut of_a_customer = turnkey();
    of_a_customer["partnerId"] = CUSTOMER.into();
    assert_ne!(placed(&mut script, &of_a_customer), first);
}
