//! The products in the field, and what orders do to them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::scenarios::scenarios;
use crate::script::*;

const DETAIL: &str = "/product/openapi/instance_product/v1/detail";
const MODEL: &str = "/product/openapi/instance/v1/product_model";
const DAY: u64 = 24 * 60 * 60 * 1000;
const START: u64 = 1_735_689_600_000;
fn detail(script: &mut Script, product: u64, product_no: &str) -> Value {
    let answer = script.get(&format!("{DETAIL}?productNo={product_no}&productId={product}"));
    assert_eq!(answer["code"], "success", "{answer}");
    answer["result"].clone()
}

fn expires(subscribed: &Value) -> u64 {
    subscribed["expireDate"].as_str().unwrap().parse().unwrap()
}

/// An order of one line for the PBX or device with this number.
fn one(product: u64, product_no: &str, operation: &str, line: Value) -> Value {
    numbered(order(product, operation, &[line]), product_no)
}

#[test]
fn products_are_listed_by_product() {
    let mut script = Script::new();
    for (product, count) in [(9, 2), (11, 3), (12, 1), (13, 0), (14, 0), (19, 1)] {
        let page = script.get(&format!("{ALL_PRODUCTS}?productId={product}"))["result"].take();
        assert_eq!(page["total"], count, "{product}");
        for row in page["results"].as_array().unwrap() {
            let product_no = row["productNo"].as_str().unwrap();
            assert_eq!(detail(&mut script, product, product_no), *row);
            assert!(row["activationCode"].is_string() && row["comment"].is_string());
            assert!(["unactivated", "activated"].contains(&row["activationStatus"].as_str().unwrap()));
            assert_eq!(row["createTime"], START);
            assert!(row.get("currentPlan").is_none() && row.get("nextPlan").is_none());
        }
    }
    let page = script.get(&format!("{ALL_PRODUCTS}?productId=9&pageNo=2&pageSize=1"))["result"].take();
    assert_eq!(page["results"][0]["productNo"], "3621A0000002");
    for (query, field) in
        [("", "productId"), ("?productId=10", "productId"), ("?productId=9&pageNo=0", "pageNo")]
    {
        assert_invalid(&script.get(&format!("{ALL_PRODUCTS}{query}")), field);
    }
}

#[test]
fn a_model_is_that_of_a_device() {
    let mut script = Script::new();
    let model = script.get(&format!("{MODEL}?productNo=3631E3418911&productId=11"))["result"].take();
    assert_eq!(model, json!({ "productModel": "P550" }));
    for (target, query, field) in [
        (MODEL, "productNo=3631E3418911&productId=9", "productNo"),
        (MODEL, "productNo=3657C0000001&productId=12", "productId"),
        (MODEL, "productNo=3631E3418911", "productId"),
        (MODEL, "productId=11", "productNo"),
        (DETAIL, "productNo=0&productId=11", "productNo"),
        (DETAIL, "productNo=3631E3418911&productId=x", "productId"),
    ] {
        assert_invalid(&script.get(&format!("{target}?{query}")), field);
    }
}

#[test]
fn a_purchase_makes_a_pbx() {
    let mut script = Script::new();
    script.pass(Duration::from_secs(1));
    let mut body = order_for("docs");
    body["partnerId"] = CUSTOMER.into();
    let product_no = placed(&mut script, &body);
    let pbx = detail(&mut script, 13, &product_no);
    assert_eq!(pbx["createTime"], START + 1000);
    assert_eq!(pbx["pbxName"], "test");
    assert_eq!(pbx["pbxUrl"], "docs.ptest6.yeastarcloud.com");
    assert_eq!(pbx["partnerId"], CUSTOMER);
    assert_eq!(pbx["plan"]["name"], "Enterprise Plan");
    assert_eq!(pbx["plan"]["quantity"], 100);
    assert_eq!(pbx["plan"]["expireDate"], (START + 1000 + 365 * DAY).to_string());
    assert_eq!(pbx["serviceList"][0]["name"], "High Availability");
    assert_eq!(pbx["serviceList"][0]["quantity"], 100);
}

#[test]
fn a_renewal_goes_on_from_the_end_of_plan_and_service() {
    let mut script = Script::new();
    let product_no = placed(&mut script, &order_for("docs"));
    let renewal = |cycle: &str| {
        let service = connected(line("service", PCE_HIGH_AVAILABILITY, cycle, 0), PCE_PLAN);
        let lines = [counted(line("plan", PCE_PLAN, cycle, 0), 100), service];
        numbered(order(13, "renew_plan", &lines), &product_no)
    };
    let ends = |script: &mut Script| {
        let pbx = detail(script, 13, &product_no);
        assert_eq!(pbx["plan"]["billingCycle"], pbx["serviceList"][0]["billingCycle"]);
        (expires(&pbx["plan"]), expires(&pbx["serviceList"][0]))
    };
    let after = |days: u64| (START + days * DAY, START + days * DAY);
    assert_eq!(ends(&mut script), after(365));
    placed(&mut script, &renewal("monthly"));
    assert_eq!(ends(&mut script), after(395));

    // What has ended goes on from now.
    script.pass_days(500);
    placed(&mut script, &renewal("annually"));
    assert_eq!(ends(&mut script), after(865));
}

/// What is subscribed, by its plan or service id.
fn subscribed(script: &mut Script, product: &Value) -> BTreeMap<String, Value> {
    let rows = script.get(&format!("{ALL_PRODUCTS}?productId={product}"))["result"]["results"].take();
    let rows = rows.as_array().unwrap().iter().filter(|row| row["productNo"] != "3631E3418912");
    let lists = rows.flat_map(|row| row["serviceList"].as_array().unwrap().iter().chain([&row["plan"]]));
    let id = |row: &Value| Some(row["planId"].as_str().or(row["serviceId"].as_str())?.to_owned());
    lists.filter_map(|row| Some((id(row)?, row.clone()))).collect()
}

#[test]
fn each_renewal_moves_the_end_of_what_it_names() {
    let mut lines = 0;
    for scenario in scenarios().iter().filter(|scenario| scenario.name.ends_with("renew")) {
        let (mut script, body) = scenario.start();
        let mut expected = subscribed(&mut script, &body["productId"]);
        for line in body["serviceList"].as_array().unwrap() {
            let row = expected.get_mut(&line["serviceId"].to_string()).unwrap();
            row["expireDate"] = (expires(row) + 365 * DAY).to_string().into();
            lines += 1;
        }
        placed(&mut script, &body);
        assert_eq!(subscribed(&mut script, &body["productId"]), expected, "{}", scenario.name);
    }
    assert_eq!(lines, 11);
}

#[test]
fn five_years_cost_and_last_five_years() {
    let mut script = Script::new();
    let five = one(11, "3631E3418911", "purchase_plan", line("plan", PAE_STANDARD, "annually", 5));
    placed(&mut script, &five);
    let device = detail(&mut script, 11, "3631E3418911");
    assert_eq!(expires(&device["plan"]), START + 5 * 365 * DAY);
    assert_eq!(device["activationStatus"], "activated");
    assert_eq!(balance(&mut script), "999750.50");
}

#[test]
fn extensions_are_added_to_the_plan() {
    let mut script = Script::new();
    let product_no = placed(&mut script, &order_for("docs"));
    let expansion = |service: u64, quantity: u64| {
        let line = counted(line("service", service, "annually", 0), quantity);
        one(13, &product_no, "purchase_service", connected(line, PCE_PLAN))
    };
    placed(&mut script, &expansion(PCE_EXTENSIONS, 50));
    let pbx = detail(&mut script, 13, &product_no);
    assert_eq!(pbx["plan"]["quantity"], 150);
    assert_eq!(pbx["serviceList"][0]["quantity"], 150, "High Availability covers all");
    assert_invalid(&script.order(&expansion(PCE_EXTENSIONS, 351)), "serviceList[0].quantity");
    placed(&mut script, &expansion(PCE_EXTENSIONS, 350));
    assert_eq!(detail(&mut script, 13, &product_no)["plan"]["quantity"], 500);

    placed(&mut script, &expansion(PCE_RECORDING, 600));
    placed(&mut script, &expansion(PCE_RECORDING, 400));
    let services = detail(&mut script, 13, &product_no)["serviceList"].take();
    assert_eq!(services.as_array().unwrap().len(), 2);
    assert_eq!(services[1]["quantity"], 1000);
}

#[test]
fn what_is_paid_without_a_number_is_one() {
    let mut script = Script::new();
    let plan = counted(line("plan", PSE_PLAN, "annually", 1), 20);
    let extension = connected(line("service", PSE_EXTENSIONS, "annually", 1), PSE_PLAN);
    let product_no = placed(&mut script, &order(12, "purchase_plan", &[plan, extension]));
    assert_eq!(balance(&mut script), "999784.75");
    assert_eq!(detail(&mut script, 12, &product_no)["plan"]["quantity"], 21);
}

#[test]
fn a_cloud_pbx_is_not_bought_with_more_than_500_extensions() {
    for (plan, added, is_right) in [(500, 1, false), (499, 1, true), (5, u64::from(u32::MAX), false)] {
        let mut body = order_for("docs");
        body["serviceList"][0]["quantity"] = plan.into();
        body["serviceList"][1]["serviceId"] = PCE_EXTENSIONS.into();
        body["serviceList"][1]["quantity"] = added.into();
        let answer = Script::new().order(&body);
        if is_right {
            assert_eq!(answer["code"], "success", "{answer}");
        } else {
            assert_invalid(&answer, "serviceList[1].quantity");
        }
    }
}

#[test]
fn a_higher_plan_starts_at_once_a_term_of_its_own() {
    let mut script = Script::new();
    let product_no = placed(&mut script, &only_the_plan());
    script.pass_days(100);
    placed(&mut script, &one(13, &product_no, "switch_plan", line("plan", PCE_ULTIMATE, "annually", 0)));
    let up = detail(&mut script, 13, &product_no);
    assert_eq!(up["plan"]["name"], "Ultimate Plan");
    assert_eq!(up["plan"]["quantity"], 100);
    assert_eq!(expires(&up["plan"]), START + 465 * DAY);
    for name in ["currentPlan", "currentPlanExpireDate", "nextPlan"] {
        assert!(up.get(name).is_none(), "{name}");
    }
}

/// A cloud PBX with 100 extensions whose Ultimate Plan is to be followed by the Enterprise Plan.
fn switched_down(script: &mut Script) -> String {
    let mut body = only_the_plan();
    body["serviceList"][0]["serviceId"] = PCE_ULTIMATE.into();
    let product_no = placed(script, &body);
    placed(script, &one(13, &product_no, "switch_plan", line("plan", PCE_PLAN, "monthly", 0)));
    product_no
}

#[test]
fn a_lower_plan_waits_for_the_end() {
    let mut script = Script::new();
    let product_no = switched_down(&mut script);
    let end = START + 365 * DAY;
    let down = detail(&mut script, 13, &product_no);
    assert_eq!(down["plan"]["name"], "Ultimate Plan");
    assert_eq!(expires(&down["plan"]), end);
    assert_eq!(down["currentPlan"], "Ultimate Plan");
    assert_eq!(down["currentPlanExpireDate"], end.to_string());
    assert_eq!(down["nextPlan"]["name"], "Enterprise Plan");
    assert_eq!(down["nextPlan"]["planId"], PCE_PLAN.to_string());

    script.pass(Duration::from_millis(365 * DAY - 1));
    script.sign_in();
    assert_eq!(detail(&mut script, 13, &product_no), down);
    script.pass(Duration::from_millis(1));
    let after = detail(&mut script, 13, &product_no);
    for name in ["currentPlan", "currentPlanExpireDate", "nextPlan"] {
        assert!(after.get(name).is_none(), "{name}");
    }
    assert_eq!(after["plan"]["name"], "Enterprise Plan");
    assert_eq!(expires(&after["plan"]), START + 395 * DAY);
}

#[test]
fn what_is_paid_while_a_switch_waits_is_not_lost() {
    let mut script = Script::new();
    let product_no = switched_down(&mut script);
    let paid = balance(&mut script);
    let again = one(13, &product_no, "switch_plan", line("plan", PCE_PLAN, "annually", 0));
    assert_invalid(&script.order(&again), "serviceList[0].serviceId");
    assert_eq!(balance(&mut script), paid);

    let more = connected(counted(line("service", PCE_EXTENSIONS, "annually", 0), 10), PCE_ULTIMATE);
    placed(&mut script, &one(13, &product_no, "purchase_service", more));
    let renewal = |plan| {
        let lines = [counted(line("plan", plan, "annually", 0), 110)];
        numbered(order(13, "renew_plan", &lines), &product_no)
    };
    let paid = balance(&mut script);
    assert_invalid(&script.order(&renewal(PCE_ULTIMATE)), "serviceList[0].serviceId");
    assert_eq!(balance(&mut script), paid);

    // Nobody looks on the day that it ends.
    script.pass_days(370);
    let after = detail(&mut script, 13, &product_no)["plan"].take();
    assert_eq!(after["name"], "Enterprise Plan");
    assert_eq!(after["quantity"], 110);
    assert_eq!(expires(&after), START + 395 * DAY);
    placed(&mut script, &renewal(PCE_PLAN));
}

#[test]
fn a_new_purchase_ends_the_switch_that_waits() {
    let mut script = Script::new();
    let device = |operation, plan| one(9, "3621A0000002", operation, line("plan", plan, "annually", 1));
    placed(&mut script, &device("switch_plan", LCS_PRO));
    placed(&mut script, &device("switch_plan", LCS));
    placed(&mut script, &device("purchase_plan", LCS_PRO));
    assert!(detail(&mut script, 9, "3621A0000002").get("nextPlan").is_none());
    script.pass_days(366);
    assert_eq!(detail(&mut script, 9, "3621A0000002")["plan"]["name"], "Linkus Cloud Service Pro");
}

#[test]
fn a_service_leaves_with_the_plan_that_it_goes_with() {
    const PSE: &str = "3657C0000001";
    let mut script = Script::new();
    let service = |id, plan| connected(line("service", id, "annually", 1), plan);
    placed(&mut script, &one(12, PSE, "switch_plan", line("plan", PSE_ULTIMATE, "annually", 1)));
    placed(&mut script, &one(12, PSE, "purchase_service", service(PSE_DISASTER_RECOVERY, PSE_ULTIMATE)));
    placed(&mut script, &one(12, PSE, "switch_plan", line("plan", PSE_PLAN, "annually", 1)));
    let names = |script: &mut Script| {
        let services = detail(script, 12, PSE)["serviceList"].take();
        services.as_array().unwrap().iter().map(|row| row["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut script), ["Hot Standby", "Disaster Recovery"]);
    script.pass_days(365);
    assert_eq!(names(&mut script), ["Hot Standby"]);
    let lines = [counted(line("plan", PSE_PLAN, "annually", 1), 50), service(PSE_HOT_STANDBY, PSE_PLAN)];
    placed(&mut script, &numbered(order(12, "renew_plan", &lines), PSE));
}

#[test]
fn what_has_ended_is_renewed_before_it_is_changed() {
    let mut script = Script::new();
    let product_no = placed(&mut script, &only_the_plan());
    let service = |id| connected(counted(line("service", id, "annually", 0), 100), PCE_PLAN);
    let orders = [
        one(13, &product_no, "purchase_service", service(PCE_EXTENSIONS)),
        one(13, &product_no, "purchase_service", service(PCE_HIGH_AVAILABILITY)),
        one(13, &product_no, "switch_plan", line("plan", PCE_ULTIMATE, "annually", 0)),
    ];
    script.pass_days(365);
    for order in &orders {
        assert_invalid(&script.order(order), "serviceList[0].serviceId");
    }
    let renewal = counted(line("plan", PCE_PLAN, "annually", 0), 100);
    placed(&mut script, &one(13, &product_no, "renew_plan", renewal));
    for order in orders.iter().rev() {
        let mut order = order.clone();
        if order["operationType"] == "purchase_service" {
            order["serviceList"][0]["connectionPlanId"] = PCE_ULTIMATE.into();
        }
        let answer = script.order(&order);
        assert_eq!(answer["code"], "success", "{answer}");
    }
}

#[test]
fn what_is_counted_starts_again_when_it_has_ended() {
    let names = |quantity| {
        let line = counted(line("service", DOMAIN_NAME, "annually", 0), quantity);
        order(19, "purchase_service", &[line])
    };
    for (days, bought, quantity, end) in [(364, 1, 3, 365), (365, 4, 4, 730)] {
        let mut script = Script::new();
        placed(&mut script, &names(2));
        script.pass_days(days);
        placed(&mut script, &names(bought));
        let service = subscribed(&mut script, &json!(19))[&DOMAIN_NAME.to_string()].clone();
        assert_eq!(service["quantity"], quantity);
        assert_eq!(expires(&service), START + end * DAY);
    }
}

#[test]
fn a_renewal_without_a_number_is_one_of_all() {
    let mut script = Script::new();
    let label = line("service", PSE_WHITE_LABEL, "annually", 0);
    placed(&mut script, &order(19, "purchase_service", &[counted(label.clone(), 3)]));
    assert_eq!(balance(&mut script), "998500.00");
    placed(&mut script, &order(19, "renew_service", &[label]));
    assert_eq!(balance(&mut script), "997000.00");
    let service = subscribed(&mut script, &json!(19))[&PSE_WHITE_LABEL.to_string()].clone();
    assert_eq!(service["quantity"], 3);
    assert_eq!(expires(&service), START + 730 * DAY);
}

#[test]
fn what_is_bought_once_never_ends() {
    let mut script = Script::new();
    placed(&mut script, &one(11, "3631E3418911", "purchase_service", line("service", PAE_HOTEL, "once", 0)));
    let service = detail(&mut script, 11, "3631E3418911")["serviceList"][0].take();
    assert_eq!(service["name"], "Hotel PMS Integration");
    assert_eq!(service["expireDate"], "");
    assert!(service["quantity"].is_null());
}

#[test]
fn a_trial_is_a_month_of_an_account_wide_subscription() {
    let mut script = Script::new();
    let trial = order(21, "trial_service", &[tried("service", RM_PREMIUM_CONNECTIONS)]);
    let product_no = placed(&mut script, &trial);
    let service = detail(&mut script, 21, &product_no)["serviceList"][0].take();
    assert_eq!(service["billingCycle"], "trial");
    assert_eq!(expires(&service), START + 30 * DAY);
    assert_eq!(service["quantity"], 1);

    // What is bought comes in its place; what is bought after that is added.
    for quantity in [5, 10] {
        let five = counted(line("service", RM_PREMIUM_CONNECTIONS, "annually", 0), 5);
        placed(&mut script, &order(21, "purchase_service", &[five]));
        let service = detail(&mut script, 21, &product_no)["serviceList"][0].take();
        assert_eq!(service["quantity"], quantity);
        assert_eq!(expires(&service), START + 365 * DAY);
    }
}

#[test]
fn what_is_paid_is_tried_only_when_it_has_ended() {
    let plan = counted(line("plan", TURNKEY, "annually", 0), 20);
    let recording = counted(connected(line("service", TURNKEY_RECORDING, "annually", 0), TURNKEY), 600);
    let service = counted(line("service", RM_PREMIUM_CONNECTIONS, "annually", 0), 5);
    let tried_recording = connected(tried("service", TURNKEY_RECORDING), TURNKEY);
    for (product, bought, trial) in [
        (
            14,
            order(14, "purchase_plan", &[plan, recording]),
            order(14, "trial_plan", &[tried("plan", TURNKEY), tried_recording]),
        ),
        (
            21,
            order(21, "purchase_service", &[service]),
            order(21, "trial_service", &[tried("service", RM_PREMIUM_CONNECTIONS)]),
        ),
    ] {
        let mut script = Script::new();
        let product_no = placed(&mut script, &bought);
        let before = detail(&mut script, product, &product_no);
        script.pass_days(364);
        assert_invalid(&script.order(&trial), "serviceList[0].serviceId");
        assert_eq!(detail(&mut script, product, &product_no), before);
        script.pass_days(1);
        assert_eq!(placed(&mut script, &trial), product_no);
        let after = detail(&mut script, product, &product_no);
        let services = after["serviceList"].as_array().unwrap().iter();
        for subscribed in services.chain(after.get("plan").filter(|plan| plan.is_object())) {
            assert_eq!(subscribed["billingCycle"], "trial");
            assert_eq!(expires(subscribed), START + 395 * DAY);
        }
        assert_invalid(&script.order(&trial), "serviceList[0].serviceId");
    }
}

#[test]
fn a_trial_is_bought_and_not_renewed_repeated_or_added_to() {
    let mut script = Script::new();
    let trial = order(14, "trial_plan", &[tried("plan", TURNKEY)]);
    placed(&mut script, &trial);
    assert_invalid(&script.order(&trial), "serviceList[0].serviceId");
    let plan = |quantity| counted(line("plan", TURNKEY, "annually", 0), quantity);
    let more = connected(counted(line("service", TURNKEY_EXTENSIONS, "annually", 0), 5), TURNKEY);
    for quantity in [0, 1] {
        assert_eq!(script.order(&order(14, "renew_plan", &[plan(quantity)]))["status"], 400);
    }
    assert_invalid(&script.order(&order(14, "renew_plan", &[plan(1)])), "serviceList[0].serviceId");
    assert_invalid(&script.order(&order(14, "purchase_service", &[more])), "serviceList[0].serviceId");
    script.pass_days(30);
    placed(&mut script, &trial);
    placed(&mut script, &order(14, "purchase_plan", &[plan(20)]));

    let service = order(21, "trial_service", &[tried("service", RM_PREMIUM_CONNECTIONS)]);
    placed(&mut script, &service);
    assert_invalid(&script.order(&service), "serviceList[0].serviceId");

    let product_no = placed(&mut script, &order(12, "trial_plan", &[tried("plan", PSE_PLAN)]));
    let switch = one(12, &product_no, "switch_plan", line("plan", PSE_ULTIMATE, "annually", 1));
    assert_eq!(script.order(&switch)["status"], 400);
}
