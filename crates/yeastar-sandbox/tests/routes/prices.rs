//! What is for sale and what it costs.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::script::*;

const PURCHASE: &str = "/pricing/openapi/purchase/v1";
const CALCULATE: &str = "/pricing/openapi/purchase/v1/pricing/calculate";

fn ask(script: &mut Script, target: &str) -> Value {
    script.get(&format!("{PURCHASE}/{target}"))
}

fn offers(script: &mut Script, query: &str) -> Value {
    let answer = ask(script, &format!("purchase_product_info?{query}"));
    assert_eq!(answer["code"], "success", "{answer}");
    answer["result"].clone()
}

/// The pricing id of the plan or service with this name.
fn pricing_id(offers: &Value, name: &str) -> String {
    let rows = ["planList", "serviceList"].into_iter().flat_map(|list| offers[list].as_array().unwrap());
    let row = rows.into_iter().find(|row| row["name"] == name).unwrap();
    row["pricingId"].as_str().unwrap().to_owned()
}

#[test]
fn each_product_for_sale_has_an_offering_and_plans_or_services() {
    let mut script = Script::new();
    let products = ask(&mut script, "product_list")["result"].take();
    let ids: Vec<u64> =
        products.as_array().unwrap().iter().map(|row| row["productId"].as_u64().unwrap()).collect();
    assert_eq!(ids, [9, 11, 12, 13, 14, 15, 19, 20, 21]);
    let mut seen = Vec::new();
    for product in products.as_array().unwrap() {
        let names: Vec<&str> = product.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["name", "offeringId", "productId"]);
        let query = match product["productId"].as_u64().unwrap() {
            9 => "productId=9&productNo=3621A0000001".to_owned(),
            11 => "productId=11&productNo=3631E3418911".to_owned(),
            id => format!("productId={id}"),
        };
        let offers = offers(&mut script, &query);
        assert_eq!(offers["offeringId"], product["offeringId"][0].to_string());
        let plans = offers["planList"].as_array().unwrap().iter().map(|row| (row, "planId"));
        let services = offers["serviceList"].as_array().unwrap().iter().map(|row| (row, "serviceId"));
        let rows: Vec<_> = plans.chain(services).collect();
        assert!(!rows.is_empty());
        for (row, id) in rows {
            let (id, pricing_id) = (row[id].as_str().unwrap(), row["pricingId"].as_str().unwrap());
            assert_eq!((id.len(), pricing_id.len()), (19, 19), "{row}");
            assert_ne!(id, pricing_id);
            seen.push(format!("{id} {}", row["purchaseType"]));
        }
    }
    let distinct: BTreeSet<&String> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "an id belongs to two");
}

#[test]
fn trials_are_offered_as_such() {
    let mut script = Script::new();
    let types = |offers: &Value, list: &str| -> Vec<String> {
        let rows = offers[list].as_array().unwrap().iter();
        rows.map(|row| row["purchaseType"].as_str().unwrap().to_owned()).collect()
    };
    assert!(types(&offers(&mut script, "productId=15"), "planList").contains(&"trial".to_owned()));
    assert!(types(&offers(&mut script, "productId=21"), "serviceList").contains(&"trial".to_owned()));
    assert!(!types(&offers(&mut script, "productId=13"), "planList").contains(&"trial".to_owned()));
}

#[test]
fn wrong_questions_about_offers_are_refused() {
    let mut script = Script::new();
    for (query, field) in [
        ("", "productId"),
        ("?productId=10", "productId"),
        ("?productId=%2B13", "productId"),
        ("?productId=9", "productNo"),
        ("?productId=11", "productNo"),
        ("?productId=11&productNo=3621A0000001", "productNo"),
        ("?productId=11&productNo=0", "productNo"),
    ] {
        assert_invalid(&ask(&mut script, &format!("purchase_product_info{query}")), field);
    }
}

#[test]
fn plans_and_services_are_found_by_pricing_id() {
    let mut script = Script::new();
    let offers = offers(&mut script, "productId=12");
    let (plan, service) = (pricing_id(&offers, "Enterprise Plan"), pricing_id(&offers, "Hot Standby"));
    for kind in ["trial", "purchase", "renew"] {
        let info = ask(&mut script, &format!("{kind}/plan_info/{plan}?productId=12"))["result"].take();
        assert_eq!(info["name"], "Enterprise Plan");
        assert_eq!(info["purchaseType"], kind);
        let query = "productId=12&connectionPlanId=7121000000000000001&productNo=3657C0000001";
        let info = ask(&mut script, &format!("{kind}/add_on_info/{service}?{query}"))["result"].take();
        assert_eq!(info["name"], "Hot Standby");
        assert_eq!(info["subscribedQuantity"], 1);
        assert_eq!(info["priceList"][0]["price"] == "0.00", kind == "trial");

        for (target, field) in [
            (format!("{kind}/plan_info/{service}?productId=12"), "pricingPlanId"),
            (format!("{kind}/plan_info/{plan}?productId=14"), "pricingPlanId"),
            (format!("{kind}/plan_info/7121000000000000001?productId=12"), "pricingPlanId"),
            (format!("{kind}/plan_info/{plan}"), "productId"),
            (format!("{kind}/plan_info/{plan}?productId=12&productNo=0"), "productNo"),
            (format!("{kind}/add_on_info/{plan}?productId=12"), "pricingServiceId"),
            (
                format!("{kind}/add_on_info/{service}?productId=12&connectionPlanId={plan}"),
                "connectionPlanId",
            ),
        ] {
            assert_invalid(&ask(&mut script, &target), field);
        }
    }
    let plan = pricing_id(&self::offers(&mut script, "productId=13"), "Enterprise Plan");
    assert_invalid(&ask(&mut script, &format!("trial/plan_info/{plan}?productId=13")), "pricingPlanId");
}

#[test]
fn prices_are_those_of_the_cycle() {
    let mut script = Script::new();
    let offering = offers(&mut script, "productId=13")["offeringId"].take();
    let offering = offering.as_str().unwrap();
    let query = format!("my_price_info?productId=13&partnerId=3505184805912670208&offeringId={offering}");
    let prices = |script: &mut Script, cycle: &str| {
        ask(script, &format!("{query}&billingCycle={cycle}"))["result"]["planList"].take()
    };
    let (annually, monthly) = (prices(&mut script, "annually"), prices(&mut script, "monthly"));
    assert_eq!(annually[0]["price"], "18.05");
    assert_eq!(monthly[0]["price"], "1.80");
    assert_eq!(prices(&mut script, "once"), json!([]));
    for (query, field) in [
        ("productId=13", "billingCycle"),
        ("productId=13&billingCycle=weekly", "billingCycle"),
        ("productId=13&billingCycle=annually&partnerId=1", "partnerId"),
        ("productId=13&billingCycle=annually&offeringId=1", "offeringId"),
        ("productId=1&billingCycle=annually", "productId"),
    ] {
        assert_invalid(&ask(&mut script, &format!("my_price_info?{query}")), field);
    }
}

fn calculation(script: &mut Script) -> Value {
    let offers = offers(script, "productId=13");
    let id = |name: &str| pricing_id(&offers, name).parse::<u64>().unwrap();
    json!({
        "productId": 13,
        "operationType": "purchase_plan",
        "serviceList": [
            {
                "serviceType": "plan", "pricingId": id("Enterprise Plan"), "billingCycle": "annually",
                "multiCycle": 0, "quantity": 100, "purchaseType": "purchase", "billingModel": "recurring",
            },
            {
                "serviceType": "service", "pricingId": id("High Availability"), "billingCycle": "annually",
                "connectionPlanId": 3_048_571_730_026_938_368_u64,
            },
        ],
        "partnerView": "customer-1@example.com",
    })
}

#[test]
fn the_calculated_price_is_the_price_of_the_order() {
    let mut script = Script::new();
    let body = calculation(&mut script);
    let price = script.post(CALCULATE, &body)["result"].take();
    assert_eq!(price["serviceList"][0]["price"], "1805.00");
    assert_eq!(price["serviceList"][1]["price"], "605.00");
    assert_eq!(price["totalPrice"], "2410.00");
    script.order(&order_for("docs"));
    let left = script.get("/user/openapi/user/v1/client/account_balance")["result"]["accountBalance"].take();
    assert_eq!(left, 1_000_000.0 - 2410.0);

    // A renewal and a service for what is there cost by the extensions that are there.
    let product_no = script.portal.ledger().orders()[0].product_no.clone();
    let mut renewal = numbered(body, &product_no);
    renewal["operationType"] = "renew_plan".into();
    renewal["partnerView"] = CUSTOMER.into();
    assert_eq!(script.post(CALCULATE, &renewal)["result"]["totalPrice"], "2410.00");
    renewal["serviceList"].as_array_mut().unwrap().remove(0);
    for operation in ["renew_plan", "purchase_service"] {
        renewal["operationType"] = operation.into();
        assert_eq!(script.post(CALCULATE, &renewal)["result"]["totalPrice"], "605.00", "{operation}");
    }
}

/// A calculation of one line.
fn one(script: &mut Script, query: &str, name: &str, operation: &str, kind: &str) -> Value {
    let offers = offers(script, query);
    let id = pricing_id(&offers, name).parse::<u64>().unwrap();
    let line = json!({ "serviceType": kind, "pricingId": id });
    json!({ "productId": offers["productId"], "operationType": operation, "serviceList": [line] })
}

#[test]
fn only_what_can_be_tried_is_calculated_as_a_trial() {
    let mut script = Script::new();
    let trial = one(&mut script, "productId=15", "Remote Management Account", "trial_plan", "plan");
    assert_eq!(script.post(CALCULATE, &trial)["result"]["totalPrice"], "0.00");
    let device = "productId=9&productNo=3621A0000001";
    let trial = one(&mut script, device, "Linkus Cloud Service", "trial_plan", "plan");
    assert_invalid(&script.post(CALCULATE, &trial), "serviceList[0].pricingId");
}

#[test]
fn years_and_cycles_count_in_a_calculation() {
    let mut script = Script::new();
    let mut plan = one(&mut script, "productId=12", "Enterprise Plan", "purchase_plan", "plan");
    plan["serviceList"][0]["quantity"] = 10.into();
    for (years, price) in [(0, "102.50"), (1, "102.50"), (5, "512.50")] {
        plan["serviceList"][0]["multiCycle"] = years.into();
        assert_eq!(script.post(CALCULATE, &plan)["result"]["totalPrice"], price);
    }
    for cycle in ["monthly", "once"] {
        plan["serviceList"][0]["billingCycle"] = cycle.into();
        assert_invalid(&script.post(CALCULATE, &plan), "serviceList[0].billingCycle");
    }
}

#[test]
fn a_number_that_no_order_may_have_is_not_calculated() {
    let mut script = Script::new();
    let mut cloud = one(&mut script, "productId=13", "Enterprise Plan", "renew_plan", "plan");
    let mut software = one(&mut script, "productId=12", "Enterprise Plan", "renew_plan", "plan");
    software["productNo"] = "3657C0000001".into();
    for (body, wrong, right) in [(&mut cloud, 501, 500), (&mut software, 999_999, 50)] {
        body["serviceList"][0]["quantity"] = wrong.into();
        assert_invalid(&script.post(CALCULATE, body), "serviceList[0].quantity");
        body["serviceList"][0]["quantity"] = right.into();
        assert_eq!(script.post(CALCULATE, body)["code"], "success");
    }
}

#[test]
fn a_wrong_calculation_is_refused_by_name() {
    let mut script = Script::new();
    let right = calculation(&mut script);
    for (pointer, value, field) in [
        ("/productId", json!(10), "productId"),
        ("/productId", json!("13"), "productId"),
        ("/operationType", json!("buy"), "operationType"),
        ("/partnerView", json!("nobody@example.com"), "partnerView"),
        ("/serviceList", json!([]), "serviceList"),
        ("/serviceList/0", json!(1), "serviceList[0]"),
        ("/serviceList/0/pricingId", json!("1"), "serviceList[0].pricingId"),
        ("/serviceList/0/pricingId", json!(3_048_571_730_026_938_368_u64), "serviceList[0].pricingId"),
        ("/serviceList/0/serviceType", json!("service"), "serviceList[0].pricingId"),
        ("/serviceList/1/billingCycle", json!("weekly"), "serviceList[1].billingCycle"),
    ] {
        let mut body = right.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        assert_invalid(&script.post(CALCULATE, &body), field);
    }
    for (name, value) in [("serviceId", json!(1)), ("quantity", json!(0)), ("multiCycle", json!(9))] {
        let mut body = right.clone();
        body["serviceList"][0][name] = value;
        assert_invalid(&script.post(CALCULATE, &body), &format!("serviceList[0].{name}"));
    }
    let mut unknown = right;
    unknown["productNo"] = "0".into();
    assert_invalid(&script.post(CALCULATE, &unknown), "productNo");
}
