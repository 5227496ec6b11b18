//! The products in the field, and what orders do to them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::script::*;

const LIST: &str = "/product/openapi/instance_product/v1/client/instance_product_list";
const DETAIL: &str = "/product/openapi/instance_product/v1/detail";
const MODEL: &str = "/product/openapi/instance/v1/product_model";
const BILLING: u64 = 3_197_218_168_379_846_218;
const DAY: u64 = 24 * 60 * 60 * 1000;
const START: u64 = 1_735_689_600_000;
const PCE_PLAN: u64 = 3_048_571_730_026_938_368;
const PCE_ULTIMATE: u64 = 3_048_572_026_291_630_080;
const PAE_STANDARD: u64 = 3_048_558_946_648_207_360;

fn detail(script: &mut Script, product: u64, product_no: &str) -> Value {
    let answer = script.get(&format!("{DETAIL}?productNo={product_no}&productId={product}"));
    assert_eq!(answer["code"], "success", "{answer}");
    answer["result"].clone()
}

/// An order for something that exists, of one line.
fn change(product: u64, product_no: &str, operation: &str, line: Value) -> Value {
    let mut line = line;
    line["purchaseType"] = operation.split('_').next().into();
    line["billingModel"] = "recurring".into();
    json!({
        "operationType": operation,
        "productId": product,
        "productNo": product_no,
        "billingId": BILLING,
        "serviceList": [line],
    })
}

#[track_caller]
fn place(script: &mut Script, body: &Value) -> String {
    let answer = script.order(body);
    assert_eq!(answer["code"], "success", "{answer}");
    answer["result"]["productNo"].as_str().unwrap().to_owned()
}

fn only_the_plan() -> Value {
    let mut body = order_for("docs");
    body["serviceList"].as_array_mut().unwrap().pop();
    body
}

#[test]
fn products_are_listed_by_product() {
    let mut script = Script::new();
    for (product, count) in [(9, 2), (11, 2), (12, 1), (13, 0), (14, 0), (19, 1)] {
        let page = script.get(&format!("{LIST}?productId={product}"))["result"].take();
        assert_eq!(page["total"], count, "{product}");
        for row in page["results"].as_array().unwrap() {
            let product_no = row["productNo"].as_str().unwrap();
            assert_eq!(detail(&mut script, product, product_no), *row);
            assert!(row["activationCode"].is_string() && row["comment"].is_string());
            assert!(["unactivated", "activated"].contains(&row["activationStatus"].as_str().unwrap()));
            assert_eq!(row["createTime"], START);
            assert!(row.get("currentPlan").is_none() && row.get("currentPlanExpireDate").is_none());
        }
    }
    let page = script.get(&format!("{LIST}?productId=9&pageNo=2&pageSize=1"))["result"].take();
    assert_eq!(page["results"][0]["productNo"], "3621A0000002");
    for (query, field) in
        [("", "productId"), ("?productId=10", "productId"), ("?productId=9&pageNo=0", "pageNo")]
    {
        assert_invalid(&script.get(&format!("{LIST}{query}")), field);
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
    body["partnerId"] = "3505184805912670208".into();
    let product_no = place(&mut script, &body);
    let pbx = detail(&mut script, 13, &product_no);
    assert_eq!(pbx["createTime"], START + 1000);
    assert_eq!(pbx["pbxName"], "test");
    assert_eq!(pbx["pbxUrl"], "docs.ptest6.yeastarcloud.com");
    assert_eq!(pbx["partnerId"], "3505184805912670208");
    assert_eq!(pbx["plan"]["name"], "Enterprise Plan");
    assert_eq!(pbx["plan"]["quantity"], 100);
    assert_eq!(pbx["plan"]["expireDate"], (START + 1000 + 365 * DAY).to_string());
    assert_eq!(pbx["serviceList"][0]["name"], "High Availability");
    assert_eq!(pbx["serviceList"][0]["quantity"], 100);
}

#[test]
fn a_renewal_goes_on_from_the_end_of_the_plan() {
    let mut script = Script::new();
    let product_no = place(&mut script, &only_the_plan());
    let renewal = |quantity: u64, cycle: &str| {
        let line = json!({
            "serviceId": PCE_PLAN, "serviceType": "plan", "quantity": quantity,
            "billingCycle": cycle, "multiCycle": 0,
        });
        change(13, &product_no, "renew_plan", line)
    };
    assert_invalid(&script.order(&renewal(101, "annually")), "serviceList[0].quantity");
    place(&mut script, &renewal(100, "monthly"));
    let plan = detail(&mut script, 13, &product_no)["plan"].take();
    assert_eq!(plan["expireDate"], (START + 395 * DAY).to_string());
    assert_eq!(plan["billingCycle"], "monthly");

    // What has ended goes on from now.
    script.pass(Duration::from_secs(500 * 24 * 60 * 60));
    script.sign_in();
    place(&mut script, &renewal(100, "annually"));
    let plan = detail(&mut script, 13, &product_no)["plan"].take();
    assert_eq!(plan["expireDate"], (START + 865 * DAY).to_string());
}

#[test]
fn five_years_end_in_five_years() {
    let mut script = Script::new();
    let line = json!({
        "serviceId": PAE_STANDARD, "serviceType": "plan", "billingCycle": "annually", "multiCycle": 5,
    });
    place(&mut script, &change(11, "3631E3418911", "purchase_plan", line));
    let device = detail(&mut script, 11, "3631E3418911");
    assert_eq!(device["plan"]["expireDate"], (START + 5 * 365 * DAY).to_string());
    assert_eq!(device["activationStatus"], "activated");
}

#[test]
fn extensions_are_added_to_the_plan() {
    let mut script = Script::new();
    let product_no = place(&mut script, &only_the_plan());
    let expansion = |service: u64, quantity: u64| {
        let line = json!({
            "connectionPlanId": PCE_PLAN, "serviceId": service, "serviceType": "service",
            "quantity": quantity,
        });
        change(13, &product_no, "purchase_service", line)
    };
    let extensions = 3_048_573_516_041_273_344;
    place(&mut script, &expansion(extensions, 50));
    assert_eq!(detail(&mut script, 13, &product_no)["plan"]["quantity"], 150);
    assert_invalid(&script.order(&expansion(extensions, 351)), "serviceList[0].quantity");
    place(&mut script, &expansion(extensions, 350));
    assert_eq!(detail(&mut script, 13, &product_no)["plan"]["quantity"], 500);

    let recording = 3_048_573_759_449_317_376;
    place(&mut script, &expansion(recording, 600));
    place(&mut script, &expansion(recording, 400));
    let services = detail(&mut script, 13, &product_no)["serviceList"].take();
    assert_eq!(services.as_array().unwrap().len(), 1);
    assert_eq!(services[0]["quantity"], 1000);
}

#[test]
fn a_higher_plan_comes_at_once_and_a_lower_one_at_the_end() {
    let mut script = Script::new();
    let product_no = place(&mut script, &only_the_plan());
    let switch = |plan: u64, cycle: &str| {
        let line =
            json!({ "serviceId": plan, "serviceType": "plan", "billingCycle": cycle, "multiCycle": 0 });
        change(13, &product_no, "switch_plan", line)
    };
    place(&mut script, &switch(PCE_ULTIMATE, "annually"));
    let end = (START + 365 * DAY).to_string();
    let up = detail(&mut script, 13, &product_no);
    assert_eq!(up["plan"]["name"], "Ultimate Plan");
    assert_eq!(up["plan"]["quantity"], 100);
    assert_eq!(up["plan"]["expireDate"], end.as_str());
    assert!(up.get("currentPlan").is_none());

    place(&mut script, &switch(PCE_PLAN, "monthly"));
    let down = detail(&mut script, 13, &product_no);
    assert_eq!(down["currentPlan"], "Ultimate Plan");
    assert_eq!(down["currentPlanExpireDate"], end.as_str());
    assert_eq!(down["plan"]["name"], "Enterprise Plan");

    script.pass(Duration::from_millis(365 * DAY));
    script.sign_in();
    let after = detail(&mut script, 13, &product_no);
    assert!(after.get("currentPlan").is_none() && after.get("currentPlanExpireDate").is_none());
    assert_eq!(after["plan"]["name"], "Enterprise Plan");
    assert_eq!(after["plan"]["expireDate"], (START + 395 * DAY).to_string());
}

#[test]
fn what_is_bought_once_never_ends() {
    let mut script = Script::new();
    let line = json!({
        "serviceId": 7_112_000_000_000_000_004_u64, "serviceType": "service",
        "billingCycle": "once", "multiCycle": 0,
    });
    let mut body = change(11, "3631E3418911", "purchase_service", line);
    body["serviceList"][0]["billingModel"] = "once".into();
    place(&mut script, &body);
    let service = detail(&mut script, 11, "3631E3418911")["serviceList"][0].take();
    assert_eq!(service["name"], "Hotel PMS Integration");
    assert_eq!(service["expireDate"], "");
    assert!(service["quantity"].is_null());
}

#[test]
fn a_trial_is_a_month_of_an_account_wide_subscription() {
    let mut script = Script::new();
    let connections = 7_212_000_000_000_000_001_u64;
    let trial = json!({
        "operationType": "trial_service",
        "productId": 21,
        "serviceList": [{
            "serviceId": connections, "serviceType": "service", "purchaseType": "trial", "multiCycle": 0,
        }],
    });
    let product_no = place(&mut script, &trial);
    let service = detail(&mut script, 21, &product_no)["serviceList"][0].take();
    assert_eq!(service["billingCycle"], "trial");
    assert_eq!(service["expireDate"], (START + 30 * DAY).to_string());
    assert_eq!(service["quantity"], 1);

    // What is bought comes in its place; what is bought after that is added.
    for quantity in [5, 10] {
        let line = json!({
            "serviceId": connections, "serviceType": "service", "quantity": 5,
            "billingCycle": "annually", "multiCycle": 0,
        });
        let mut body = change(21, "", "purchase_service", line);
        body.as_object_mut().unwrap().remove("productNo");
        place(&mut script, &body);
        let service = detail(&mut script, 21, &product_no)["serviceList"][0].take();
        assert_eq!(service["quantity"], quantity);
        assert_eq!(service["expireDate"], (START + 365 * DAY).to_string());
    }
}

#[test]
fn a_trial_does_nothing_to_what_is_paid() {
    let mut script = Script::new();
    let order = |operation: &str, line: Value| {
        let mut body = change(14, "", operation, line);
        body.as_object_mut().unwrap().remove("productNo");
        body
    };
    let plan = 7_141_000_000_000_000_001_u64;
    let bought =
        json!({ "serviceId": plan, "serviceType": "plan", "quantity": 20, "billingCycle": "annually" });
    let product_no = place(&mut script, &order("purchase_plan", bought));
    let before = detail(&mut script, 14, &product_no);
    let mut trial = order("trial_plan", json!({ "serviceId": plan, "serviceType": "plan", "multiCycle": 0 }));
    trial.as_object_mut().unwrap().remove("billingId");
    trial["serviceList"][0].as_object_mut().unwrap().remove("billingModel");
    assert_eq!(place(&mut script, &trial), product_no);
    assert_eq!(detail(&mut script, 14, &product_no), before);
}
