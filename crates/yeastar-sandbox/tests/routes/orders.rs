//! Orders: placed, refused, listed, looked up.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use yeastar_sandbox::{ListOrder, PoNumberEcho, Portal, Settings};

use crate::script::*;

#[test]
fn the_tutorials_order_gets_the_tutorials_answer() {
    let mut script = Script::new();
    let request = script.request(Method::POST, SAVE, TUTORIAL);
    let answer = json_of(&script.portal.handle(script.now, request));
    assert_eq!(answer["code"], "success");
    assert_eq!(answer["status"], 200);
    let result = answer["result"].as_object().unwrap();
    let names: Vec<&str> = result.keys().map(String::as_str).collect();
    assert_eq!(names, ["instanceId", "orderNo", "orderStatus", "productNo", "transactionNo"]);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let text = |name: &str| result[name].as_str().unwrap();
    assert_eq!(text("orderStatus"), "succeed");
    assert!(text("instanceId").len() == 7 && digits(text("instanceId")));
    for (name, prefix) in [("orderNo", "HB"), ("transactionNo", "XN")] {
        let number = text(name).strip_prefix(prefix).unwrap();
        assert!(number.len() == 19 && digits(number), "{number}");
    }
    assert_eq!(text("productNo").len(), "3658B431119665QJ".len());

    let [order] = script.portal.ledger().orders() else { panic!("not one order") };
    assert_eq!(order.order_no, text("orderNo"));
    assert_eq!(order.pbx_url.as_deref(), Some("docs.ptest6.yeastarcloud.com"));
    assert_eq!(order.po_number, None);
    assert_eq!(order.body, serde_json::from_str::<Value>(TUTORIAL).unwrap());
    assert_eq!(order.body["billingId"].as_u64(), Some(3_197_218_168_379_846_218));
}

#[test]
fn all_that_an_order_may_be_is_accepted() {
    let ultimate = 3_048_572_026_291_630_080_u64;
    let changes: &[(&str, Value)] = &[
        ("/serviceList/0/quantity", json!(5)),
        ("/serviceList/0/quantity", json!(500)),
        ("/serviceList/0/billingCycle", json!("monthly")),
        ("/serviceList/1/billingCycle", json!("monthly")),
        ("/billingId", json!(3_197_218_168_379_846_219_u64)),
        ("/poNumber", json!("PO-1")),
        ("/assignId", json!("3505184805912670208")),
        ("/partnerId", json!("3505184805912670208")),
        ("/orderPceSpecialRequest/pbxUrl", json!("DOCS.ptest6.YeastarCloud.com")),
    ];
    for (pointer, value) in changes {
        let mut body = order_for("docs");
        set(&mut body, pointer, Some(value.clone()));
        let answer = Script::new().order(&body);
        assert_eq!(answer["code"], "success", "{pointer} = {value}: {answer}");
    }

    let mut other_plan = order_for("docs");
    set(&mut other_plan, "/serviceList/0/serviceId", Some(json!(ultimate)));
    set(&mut other_plan, "/serviceList/1/connectionPlanId", Some(json!(ultimate)));
    assert_eq!(Script::new().order(&other_plan)["code"], "success");

    let mut only_the_plan = order_for("docs");
    only_the_plan["serviceList"].as_array_mut().unwrap().pop();
    assert_eq!(Script::new().order(&only_the_plan)["code"], "success");

    let mut counted = order_for("docs");
    set(&mut counted, "/serviceList/1/serviceId", Some(json!(3_048_573_759_449_317_376_u64)));
    set(&mut counted, "/serviceList/1/quantity", Some(json!(1000)));
    assert_eq!(Script::new().order(&counted)["code"], "success");
}

#[test]
fn one_wrong_value_in_an_order_is_refused_by_name() {
    let plan = 3_048_571_730_026_938_368_u64;
    let high_availability = 3_048_573_935_752_720_384_u64;
    let recording_minutes = 3_048_573_759_449_317_376_u64;
    // Where, what it is changed to (None: taken away), and the field that is named.
    #[rustfmt::skip]
    let cases: &[(&str, Option<Value>, &str)] = &[
        ("/operationType", None, "operationType"),
        ("/operationType", Some(json!("buy")), "operationType"),
        ("/operationType", Some(json!(1)), "operationType"),
        ("/operationType", Some(json!("trial_plan")), "operationType"),
        ("/productId", None, "productId"),
        ("/productId", Some(json!("13")), "productId"),
        ("/productId", Some(json!(13.0)), "productId"),
        ("/productId", Some(json!(10)), "productId"),
        ("/productId", Some(json!(12)), "orderPceSpecialRequest"),
        ("/billingId", None, "billingId"),
        ("/billingId", Some(json!("3197218168379846218")), "billingId"),
        ("/billingId", Some(json!(3_197_218_168_379_846_144_u64)), "billingId"),
        ("/billingId", Some(Value::Null), "billingId"),
        ("/poNumber", Some(json!("")), "poNumber"),
        ("/poNumber", Some(json!(7)), "poNumber"),
        ("/poNumber", Some(Value::Null), "poNumber"),
        ("/assignId", Some(json!(7)), "assignId"),
        ("/assignId", Some(json!("7")), "assignId"),
        ("/partnerId", Some(json!(7)), "partnerId"),
        ("/partnerId", Some(json!("7")), "partnerId"),
        ("/productNo", Some(json!("3658B431119665QJ")), "productNo"),
        ("/idempotencyKey", Some(json!("1")), "idempotencyKey"),
        ("/serviceList", None, "serviceList"),
        ("/serviceList", Some(json!({})), "serviceList"),
        ("/serviceList", Some(json!([])), "serviceList"),
        ("/serviceList/0", Some(json!("plan")), "serviceList[0]"),
        ("/serviceList/0/serviceId", None, "serviceList[0].serviceId"),
        ("/serviceList/0/serviceId", Some(json!(plan.to_string())), "serviceList[0].serviceId"),
        ("/serviceList/0/serviceId", Some(json!(high_availability)), "serviceList[0].serviceId"),
        ("/serviceList/0/quantity", None, "serviceList[0].quantity"),
        ("/serviceList/0/quantity", Some(json!(4)), "serviceList[0].quantity"),
        ("/serviceList/0/quantity", Some(json!(501)), "serviceList[0].quantity"),
        ("/serviceList/0/quantity", Some(json!(-5)), "serviceList[0].quantity"),
        ("/serviceList/0/quantity", Some(json!(100.0)), "serviceList[0].quantity"),
        ("/serviceList/0/quantity", Some(json!("100")), "serviceList[0].quantity"),
        ("/serviceList/0/purchaseType", None, "serviceList[0].purchaseType"),
        ("/serviceList/0/purchaseType", Some(json!("trial")), "serviceList[0].purchaseType"),
        ("/serviceList/0/billingModel", None, "serviceList[0].billingModel"),
        ("/serviceList/0/billingModel", Some(json!("once")), "serviceList[0].billingModel"),
        ("/serviceList/0/billingCycle", None, "serviceList[0].billingCycle"),
        ("/serviceList/0/billingCycle", Some(json!("once")), "serviceList[0].billingCycle"),
        ("/serviceList/0/multiCycle", None, "serviceList[0].multiCycle"),
        ("/serviceList/0/multiCycle", Some(json!(1)), "serviceList[0].multiCycle"),
        ("/serviceList/0/multiCycle", Some(json!("0")), "serviceList[0].multiCycle"),
        ("/serviceList/0/connectionPlanId", Some(json!(plan)), "serviceList[0].connectionPlanId"),
        ("/serviceList/1/connectionPlanId", None, "serviceList[1].connectionPlanId"),
        ("/serviceList/1/connectionPlanId", Some(json!(plan.to_string())), "serviceList[1].connectionPlanId"),
        ("/serviceList/1/connectionPlanId", Some(json!(3_048_572_026_291_630_080_u64)), "serviceList[1].connectionPlanId"),
        ("/serviceList/1/serviceId", None, "serviceList[1].serviceId"),
        ("/serviceList/1/serviceId", Some(json!(1)), "serviceList[1].serviceId"),
        ("/serviceList/1/serviceId", Some(json!(recording_minutes)), "serviceList[1].quantity"),
        ("/serviceList/1/serviceType", None, "serviceList[1].serviceType"),
        ("/serviceList/1/serviceType", Some(json!("plans")), "serviceList[1].serviceType"),
        ("/serviceList/1/quantity", Some(json!(100)), "serviceList[1].quantity"),
        ("/serviceList/1/purchaseType", Some(json!("renew")), "serviceList[1].purchaseType"),
        ("/serviceList/1/billingModel", Some(json!("once")), "serviceList[1].billingModel"),
        ("/serviceList/1/billingCycle", Some(json!("weekly")), "serviceList[1].billingCycle"),
        ("/serviceList/1/multiCycle", Some(json!(1)), "serviceList[1].multiCycle"),
        ("/orderPceSpecialRequest", None, "orderPceSpecialRequest"),
        ("/orderPceSpecialRequest", Some(Value::Null), "orderPceSpecialRequest"),
        ("/orderPceSpecialRequest/pbxName", None, "orderPceSpecialRequest.pbxName"),
        ("/orderPceSpecialRequest/pbxName", Some(json!(" ")), "orderPceSpecialRequest.pbxName"),
        ("/orderPceSpecialRequest/regionId", None, "orderPceSpecialRequest.regionId"),
        ("/orderPceSpecialRequest/regionId", Some(json!("41")), "orderPceSpecialRequest.regionId"),
        ("/orderPceSpecialRequest/regionId", Some(json!(40)), "orderPceSpecialRequest.regionId"),
        ("/orderPceSpecialRequest/regionId", Some(json!(42)), "orderPceSpecialRequest.pbxSubDomainId"),
        ("/orderPceSpecialRequest/pbxSubDomainId", None, "orderPceSpecialRequest.pbxSubDomainId"),
        ("/orderPceSpecialRequest/pbxSubDomainId", Some(json!("20")), "orderPceSpecialRequest.pbxSubDomainId"),
        ("/orderPceSpecialRequest/pbxSubDomainId", Some(json!(21)), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", None, "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", Some(json!("docs.example.com")), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", Some(json!("ptest6.yeastarcloud.com")), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", Some(json!(".ptest6.yeastarcloud.com")), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", Some(json!("a.b.ptest6.yeastarcloud.com")), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", Some(json!("https://docs.ptest6.yeastarcloud.com")), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", Some(json!("taken.ptest6.yeastarcloud.com")), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/pbxUrl", Some(json!("Taken.ptest6.yeastarcloud.com")), "orderPceSpecialRequest.pbxUrl"),
        ("/orderPceSpecialRequest/remark", Some(json!("")), "orderPceSpecialRequest.remark"),
    ];
    let mut script = Script::new();
    for (pointer, value, field) in cases {
        let mut body = order_for("docs");
        set(&mut body, pointer, value.clone());
        assert_refused(&script.order(&body), 400, "parameter_validation_failed", field);
    }
    assert_eq!(script.orders(), 0);
    assert_eq!(script.order(&order_for("docs"))["code"], "success", "the refusals left something behind");
}

#[test]
fn an_order_has_one_plan_and_each_service_once() {
    let mut script = Script::new();
    let mut two_plans = order_for("docs");
    two_plans["serviceList"][1] = two_plans["serviceList"][0].clone();
    assert_refused(&script.order(&two_plans), 400, "parameter_validation_failed", "serviceList");

    let mut service_twice = order_for("docs");
    let service = service_twice["serviceList"][1].clone();
    service_twice["serviceList"].as_array_mut().unwrap().push(service);
    assert_refused(
        &script.order(&service_twice),
        400,
        "parameter_validation_failed",
        "serviceList[2].serviceId",
    );

    let mut no_plan = order_for("docs");
    no_plan["serviceList"].as_array_mut().unwrap().remove(0);
    assert_refused(&script.order(&no_plan), 400, "parameter_validation_failed", "serviceList");

    assert_refused(&script.order(&json!([])), 400, "parameter_validation_failed", "body");
    assert_eq!(script.orders(), 0);
}

fn set(body: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Array(list), Some(value)) => list[name.parse::<usize>().unwrap()] = value,
        (Value::Object(fields), Some(value)) => {
            fields.insert(name.into(), value);
        }
        (Value::Object(fields), None) => {
            fields.remove(name);
        }
        other => panic!("{pointer}: {other:?}"),
    }
}

#[test]
fn what_is_not_simulated_is_said_plainly() {
    let mut script = Script::new();
    for (pointer, value) in [("/productId", json!(20)), ("/operationType", json!("switchTrial_plan"))] {
        let mut body = order_for("docs");
        set(&mut body, pointer, Some(value));
        let message = script.order(&body)["detailMessage"].take();
        assert!(message.as_str().unwrap().contains("the sandbox does not simulate"), "{message}");
    }
}

#[test]
fn an_order_cut_at_any_byte_is_no_order() {
    let mut script = Script::new();
    for length in 0..TUTORIAL.len() {
        let mut request = script.request(Method::POST, SAVE, &TUTORIAL[..length]);
        request.headers_mut().insert("Content-Type", "application/json".parse().unwrap());
        assert_eq!(script.portal.handle(script.now, request).status(), 400, "{length} bytes");
    }
    // White space after the body is JSON too, but not what the head promised.
    let padded = format!("{TUTORIAL}\n\n");
    let mut request = script.request(Method::POST, SAVE, TUTORIAL);
    request.headers_mut().insert("Content-Length", padded.len().into());
    assert_eq!(script.portal.handle(script.now, request).status(), 400);
    assert_eq!(script.orders(), 0);

    let request = script.request(Method::POST, SAVE, padded);
    assert_eq!(script.portal.handle(script.now, request).status(), 200);
    assert_eq!(script.orders(), 1);
}

#[test]
fn a_pbx_url_is_taken_as_soon_as_it_is_bought() {
    let mut script = Script::new();
    let asks = |script: &mut Script, prefix: &str| {
        script.get(&format!("{URL_EXISTED}?pbxUrl={prefix}.ptest6.yeastarcloud.com"))["result"].take()
    };
    assert_eq!(asks(&mut script, "taken"), true);
    assert_eq!(asks(&mut script, "docs"), false);
    assert_eq!(script.order(&order_for("docs"))["code"], "success");
    assert_eq!(asks(&mut script, "docs"), true);
    assert_eq!(asks(&mut script, "DOCS"), true);
    assert_eq!(asks(&mut script, "docs2"), false);
    assert_refused(
        &script.order(&order_for("docs")),
        400,
        "parameter_validation_failed",
        "orderPceSpecialRequest.pbxUrl",
    );
    assert_eq!(script.orders(), 1);
    script.portal.ledger().assert_no_double_order();
}

#[test]
#[should_panic(expected = "have the same PBX URL, docs.ptest6.yeastarcloud.com")]
fn a_portal_that_lets_urls_be_bought_twice_leaves_it_to_the_ledger() {
    let mut script = Script::with(|settings| settings.unique_pbx_url = false);
    script.order(&order_for("docs"));
    script.order(&order_for("docs"));
    assert_eq!(script.orders(), 2);
    script.portal.ledger().assert_no_double_order();
}

#[test]
#[should_panic(expected = "have the same PO number, PO-1")]
fn two_orders_with_one_po_number_are_a_double_order() {
    let mut script = Script::new();
    for prefix in ["one", "two"] {
        let mut body = order_for(prefix);
        body["poNumber"] = "PO-1".into();
        assert_eq!(script.order(&body)["code"], "success");
    }
    script.portal.ledger().assert_no_double_order();
}

#[test]
fn two_different_orders_are_no_double_order() {
    let mut script = Script::new();
    script.order(&order_for("one"));
    script.order(&order_for("two"));
    assert_eq!(script.orders(), 2);
    script.portal.ledger().assert_no_double_order();
}

#[test]
fn each_order_of_the_history_has_numbers_of_its_own() {
    let mut script = Script::with(|settings| {
        settings.order_history = 1_000_000;
        settings.list_lag = Duration::ZERO;
    });
    script.order(&order_for("docs"));
    let page = |script: &mut Script, number: usize| {
        let path = format!("{PAGE}?pageSize=1000&sort=id&pageNo={number}");
        script.get(&path)["result"]["results"].as_array().unwrap().clone()
    };
    let (first, last) = (page(&mut script, 1), page(&mut script, 1000));
    let newest = page(&mut script, 1001);
    assert_eq!((first.len(), last.len(), newest.len()), (1000, 1000, 1));
    let ids: Vec<u64> = [first, last, newest]
        .concat()
        .iter()
        .map(|row| row["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(ids.is_sorted_by(|one, other| one < other), "in one order with those that are placed");
    // Each is there under its id and its number.
    let mut known = BTreeSet::new();
    for id in [ids[0], ids[1], ids[1999]] {
        let by_id = script.get(&format!("/order/openapi/order/v1/get/{id}"))["result"].take();
        let number = by_id["orderInformation"]["orderNo"].as_str().unwrap();
        let by_number = script.get(&format!("/order/openapi/order/v1/get/{number}"))["result"].take();
        assert_eq!(by_id, by_number);
        assert!(known.insert(by_id["basicInformation"]["productNo"].to_string()), "{by_id}");
    }
    for id in [ids[0] - 3, ids[0] + 1, ids[1999] + 3] {
        let refused = script.get(&format!("/order/openapi/order/v1/get/{id}"));
        assert_eq!(refused["code"], "not_found", "{id}");
    }
    for (number, is_taken) in
        [("0", false), ("1", true), ("01", false), ("1000000", true), ("1000001", false)]
    {
        let url = format!("{URL_EXISTED}?pbxUrl=history-{number}.ptest6.yeastarcloud.com");
        assert_eq!(script.get(&url)["result"], is_taken, "{number}");
    }
}

#[test]
fn an_order_shows_in_list_and_details_only_after_the_lag() {
    let mut script = Script::new();
    let order_no = script.order(&order_for("docs"))["result"]["orderNo"].take();
    let details = format!("/order/openapi/order/v1/get/{}", order_no.as_str().unwrap());
    script.pass(Duration::from_millis(1999));
    assert_eq!(script.get(PAGE)["result"]["total"], 0);
    assert_refused(&script.get(&details), 404, "not_found", "id");
    script.pass(Duration::from_millis(1));
    assert_eq!(script.get(PAGE)["result"]["results"][0]["orderNo"], order_no);
    assert_eq!(script.get(&details)["code"], "success");

    let mut script = Script::with(|settings| settings.list_lag = Duration::ZERO);
    script.order(&order_for("docs"));
    assert_eq!(script.get(PAGE)["result"]["total"], 1);
}

#[test]
fn a_portal_may_not_follow_sort() {
    let listed = |order: ListOrder| {
        let mut script = Script::with(|settings| {
            settings.order_history = 60;
            settings.list_order = order;
        });
        ["sort=id", "sort=-id"].map(|sort| {
            let page = script.get(&format!("{PAGE}?pageSize=100&{sort}"))["result"].take();
            let rows = page["results"].as_array().unwrap();
            rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        })
    };
    let [rising, falling] = listed(ListOrder::AsAsked);
    assert!(rising.is_sorted() && rising.len() == 60);
    assert_eq!(listed(ListOrder::Rising), [rising.clone(), rising.clone()]);
    assert_eq!(listed(ListOrder::Falling), [falling.clone(), falling.clone()]);
    let [mixed, again] = listed(ListOrder::Mixed);
    assert_eq!(mixed, again);
    let place = |id: &String| mixed.iter().position(|other| other == id).unwrap();
    for end in [&rising[0], &rising[59]] {
        assert!((1..59).contains(&place(end)), "it stands at an end");
    }
    let mut sorted = mixed.clone();
    sorted.sort();
    assert_eq!(sorted, rising);
}

#[test]
fn the_order_list_has_the_documented_shape_and_pages() {
    let mut script = Script::with(|settings| settings.list_lag = Duration::ZERO);
    let empty = script.get(PAGE)["result"].take();
    assert_eq!(
        empty,
        json!({ "count": 0, "pageNo": 1, "pageSize": 25, "results": [], "total": 0, "totalPage": 0 })
    );
    let mut numbers = Vec::new();
    for index in 0..5 {
        script.pass(Duration::from_secs(1));
        let answer = script.order(&order_for(&format!("docs{index}")));
        numbers.push(answer["result"]["orderNo"].clone());
    }
    let listed = |script: &mut Script, query: &str| {
        let page = script.get(&format!("{PAGE}{query}"))["result"].take();
        let rows = page["results"].as_array().unwrap();
        (rows.iter().map(|row| row["orderNo"].clone()).collect::<Vec<_>>(), page)
    };
    let newest_first: Vec<Value> = numbers.iter().rev().cloned().collect();
    assert_eq!(listed(&mut script, "").0, newest_first);
    assert_eq!(listed(&mut script, "?sort=-id").0, newest_first);
    assert_eq!(listed(&mut script, "?sort=id").0, numbers);
    let (rows, page) = listed(&mut script, "?pageNo=2&pageSize=2&sort=id");
    assert_eq!(rows, numbers[2..4]);
    assert_eq!(page["count"], 5);
    assert_eq!(page["total"], 5);
    assert_eq!(page["totalPage"], 3);
    assert_eq!(page["pageNo"], 2);
    assert_eq!(page["pageSize"], 2);
    assert_eq!(listed(&mut script, "?pageNo=4&pageSize=2").0, [Value::Null; 0]);
    assert_eq!(listed(&mut script, "?pageNo=18446744073709551615&pageSize=1000").0, [Value::Null; 0]);

    let row = page["results"][0].as_object().unwrap();
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        ["createTime", "currencyCode", "customReferenceNo", "id", "invoiceNo", "orderNo", "orderStatus"]
    );
    assert_eq!(row["createTime"], 1_735_689_603_000_u64);
    assert_eq!(row["id"].as_str().unwrap().len(), 19);

    for (query, field) in [
        ("?pageNo=0", "pageNo"),
        ("?pageNo=%2B1", "pageNo"),
        ("?pageNo=", "pageNo"),
        ("?pageNo=1&pageNo=2", "pageNo"),
        ("?pageSize=1001", "pageSize"),
        ("?pageSize=ten", "pageSize"),
        ("?sort=createTime", "sort"),
        ("?orderNo=HB1", "orderNo"),
    ] {
        let answer = script.get(&format!("{PAGE}{query}"));
        assert_refused(&answer, 400, "parameter_validation_failed", field);
    }
}

#[test]
fn order_details_are_found_by_number_and_by_id() {
    let mut script = Script::with(|settings| settings.list_lag = Duration::ZERO);
    script.order(&order_for("docs"));
    let order = script.portal.ledger().orders()[0].clone();
    for id in [&order.order_no, &order.order_id, &order.order_no.replace('H', "%48")] {
        let details = script.get(&format!("/order/openapi/order/v1/get/{id}"))["result"].take();
        let parts: Vec<&str> = details.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(parts, ["basicInformation", "billingInformation", "orderInformation", "orderSummary"]);
        assert_eq!(details["basicInformation"]["productId"], "13");
        assert_eq!(details["basicInformation"]["productNo"], order.product_no.as_str());
        assert_eq!(details["billingInformation"]["billingContactId"], "3197218168379846218");
        assert_eq!(details["orderInformation"]["orderNo"], order.order_no.as_str());
    }
    assert_refused(&script.get("/order/openapi/order/v1/get/HB1"), 404, "not_found", "id");
    assert_eq!(script.get("/order/openapi/order/v1/get/")["status"], 404);
    assert_eq!(script.get("/order/openapi/order/v1/get/a/b")["status"], 404);
}

#[test]
fn the_po_number_comes_back_where_the_settings_say() {
    // What the row of the list says, and what the details say.
    for (echo, [row, details]) in [
        (PoNumberEcho::CustomReferenceNo, [(json!("PO-1"), Value::Null), (json!("PO-1"), Value::Null)]),
        (PoNumberEcho::PoNumber, [(json!(""), json!("PO-1")), (json!(""), json!("PO-1"))]),
        (PoNumberEcho::Details, [(json!(""), Value::Null), (json!("PO-1"), Value::Null)]),
        (PoNumberEcho::Nowhere, [(json!(""), Value::Null), (json!(""), Value::Null)]),
    ] {
        let mut script = Script::with(|settings| {
            settings.list_lag = Duration::ZERO;
            settings.po_number_echo = echo;
        });
        let mut body = order_for("docs");
        body["poNumber"] = "PO-1".into();
        let placed = script.order(&body);
        assert!(!placed["result"].to_string().contains("PO-1"));
        let order_no = script.portal.ledger().orders()[0].order_no.clone();
        let shown_row = script.get(PAGE)["result"]["results"][0].take();
        let shown_details = script.get(&format!("/order/openapi/order/v1/get/{order_no}"))["result"].take();
        for (shown, (custom_reference_no, po_number)) in
            [(&shown_row, row), (&shown_details["orderInformation"], details)]
        {
            assert_eq!(shown["customReferenceNo"], custom_reference_no, "{echo:?}");
            assert_eq!(shown["poNumber"], po_number, "{echo:?}");
        }
        assert_eq!(script.portal.ledger().orders()[0].po_number.as_deref(), Some("PO-1"));
    }
}

#[test]
fn without_a_setting_the_po_number_comes_back_in_list_and_details() {
    for settings in [Settings::default(), Settings::fresh()] {
        assert_eq!(settings.po_number_echo, PoNumberEcho::CustomReferenceNo);
    }
    assert_eq!(PoNumberEcho::default(), PoNumberEcho::CustomReferenceNo);
}

#[test]
fn where_the_po_number_comes_back_is_read_from_a_text() {
    for (text, echo) in [
        ("customReferenceNo", PoNumberEcho::CustomReferenceNo),
        ("poNumber", PoNumberEcho::PoNumber),
        ("details", PoNumberEcho::Details),
        ("nowhere", PoNumberEcho::Nowhere),
    ] {
        assert_eq!(text.parse(), Ok(echo));
    }
    let problem = "Details".parse::<PoNumberEcho>().unwrap_err();
    assert!(problem.contains("`Details`") && problem.contains("details, nowhere"), "{problem}");
}

/// A furnished account is used more than once.
#[test]
fn a_clone_begins_with_what_is_there_and_goes_its_own_way() {
    let mut script = Script::with(|settings| settings.order_history = 3);
    script.order(&order_for("docs"));
    let mut copy = script.portal.clone();
    let request = script.request(Method::POST, SAVE, order_for("other").to_string());
    assert_eq!(json_of(&copy.handle(script.now, request))["code"], "success", "with the same token");
    let count = |portal: &Portal| portal.ledger().orders().len();
    assert_eq!([count(&script.portal), count(&copy)], [1, 2]);
    assert_eq!(script.portal.ledger().orders()[..], copy.ledger().orders()[..1]);
    assert_eq!(copy.client_secret(), script.portal.client_secret());
}
