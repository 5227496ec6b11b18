//! The portal without I/O: what each endpoint answers, what it refuses, how tokens
//! live and end, and what each fault does.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use yeastar_core::{Tick, registry};
use yeastar_sandbox::{Fault, Plan, PoNumberEcho, Portal, RefreshReuse, Settings, code, endpoints};

const TOKEN: &str = "/auth/openapi/v1/oauth/token";
const CONTACTS: &str = "/user/openapi/user/v1/client/billing_contact_list";
const REGIONS: &str = "/product/openapi/instance/v1/region_list";
const URL_EXISTED: &str = "/product/openapi/instance/v1/paug_pbx_url_existed";
const SAVE: &str = "/order/openapi/order/v1/save";
const PAGE: &str = "/order/openapi/order/v1/page";

/// The body of the vendor's tutorial, character by character.
const TUTORIAL: &str = r#"{
    "operationType": "purchase_plan",
    "productId": 13,
    "billingId": 3197218168379846218,
    "serviceList": [
    {
      "serviceId": 3048571730026938368,
      "serviceType": "plan",
      "quantity": 100,
      "purchaseType": "purchase",
      "billingModel": "recurring",
      "billingCycle": "annually",
      "multiCycle": 0
    },
    {
      "connectionPlanId":3048571730026938368,
      "serviceId": 3048573935752720384,
      "serviceType": "service",
      "purchaseType": "purchase",
      "billingModel": "recurring",
      "billingCycle": "annually",
      "multiCycle": 0
    }
  ],
    
    "orderPceSpecialRequest": {
        "pbxName": "test",
        "regionId": 41,
        "pbxSubDomainId": 20,
        "pbxUrl": "docs.ptest6.yeastarcloud.com"
    }
}"#;

/// A client that is nothing but its token and a clock.
struct Script {
    portal: Portal,
    now: Tick,
    token: String,
    refresh_token: String,
}

impl Script {
    fn new() -> Self {
        Self::with(|_| {})
    }

    /// Signed in to a portal with changed settings.
    fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut script = Self::signed_out(change);
        assert_eq!(script.sign_in()["code"], "success");
        script
    }

    fn signed_out(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        Self {
            portal: Portal::new(settings),
            now: Tick::default(),
            token: String::new(),
            refresh_token: String::new(),
        }
    }

    fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    fn sign_in(&mut self) -> Value {
        let form = format!(
            "client_id={}&client_secret={}&grant_type=pp_credentials",
            self.portal.client_id(),
            self.portal.client_secret()
        );
        let answer = self.form(&form);
        self.keep_tokens(&answer);
        answer
    }

    fn refresh(&mut self, token: &str) -> Value {
        let answer = self.form(&format!("grant_type=refresh_token&refresh_token={token}"));
        self.keep_tokens(&answer);
        answer
    }

    fn keep_tokens(&mut self, answer: &Value) {
        if let (Some(token), Some(refresh)) =
            (answer["result"]["token"].as_str(), answer["result"]["refreshToken"].as_str())
        {
            self.token = token.into();
            self.refresh_token = refresh.into();
        }
    }

    fn form(&mut self, form: &str) -> Value {
        let request = Request::post(TOKEN)
            .header("User-Agent", "OpenAPI")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(Bytes::copy_from_slice(form.as_bytes()))
            .unwrap();
        json_of(&self.portal.handle(self.now, request))
    }

    fn request(&self, method: Method, target: &str, body: impl Into<Bytes>) -> Request<Bytes> {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("User-Agent", "OpenAPI")
            .header("Authorization", format!("Bearer {}", self.token))
            .body(body.into())
            .unwrap();
        if !request.body().is_empty() {
            request.headers_mut().insert("Content-Type", "application/json".parse().unwrap());
        }
        request
    }

    fn raw_get(&mut self, target: &str) -> Response<Bytes> {
        let request = self.request(Method::GET, target, "");
        self.portal.handle(self.now, request)
    }

    fn get(&mut self, target: &str) -> Value {
        json_of(&self.raw_get(target))
    }

    fn order(&mut self, body: &Value) -> Value {
        let request = self.request(Method::POST, SAVE, body.to_string());
        json_of(&self.portal.handle(self.now, request))
    }

    fn orders(&self) -> usize {
        self.portal.ledger().orders().len()
    }
}

fn json_of(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}

/// The tutorial's order under another PBX URL.
fn order_for(prefix: &str) -> Value {
    let mut body: Value = serde_json::from_str(TUTORIAL).unwrap();
    body["orderPceSpecialRequest"]["pbxUrl"] = format!("{prefix}.ptest6.yeastarcloud.com").into();
    body
}

#[track_caller]
fn assert_refused(answer: &Value, status: u16, code: &str, field: &str) {
    assert_eq!(answer["status"], status, "{answer}");
    assert_eq!(answer["code"], code, "{answer}");
    let message = answer["detailMessage"].as_str().unwrap();
    assert!(message.contains(field), "{message:?} does not name {field}");
    if code == code::PARAMETER_VALIDATION_FAILED {
        assert_eq!(answer["result"]["field"], field, "{answer}");
        assert!(answer["result"]["tag"].is_string(), "{answer}");
    } else {
        assert!(answer["result"].is_null(), "{answer}");
    }
    assert_request_id(answer);
}

#[track_caller]
fn assert_request_id(answer: &Value) {
    let id = answer["requestId"].as_str().unwrap();
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    assert!(id.len() == 32 && id.bytes().all(is_hex), "{id}");
}

#[test]
fn every_endpoint_of_the_registry_is_simulated_and_no_other() {
    let registry: BTreeSet<&str> = registry::ENDPOINTS.iter().map(yeastar_core::Meta::name).collect();
    let simulated: BTreeSet<&str> = endpoints().collect();
    assert_eq!(simulated, registry);
    assert_eq!(simulated.len(), endpoints().count(), "an endpoint has two routes");
}

#[test]
fn each_request_is_logged_under_the_name_of_its_endpoint() {
    let mut script = Script::new();
    let refresh_token = script.refresh_token.clone();
    script.refresh(&refresh_token);
    script.get(CONTACTS);
    script.get(REGIONS);
    script.get(&format!("{URL_EXISTED}?pbxUrl=docs.ptest6.yeastarcloud.com"));
    script.order(&order_for("docs"));
    script.get(PAGE);
    script.get("/order/openapi/order/v1/get/1");
    script.get("/nowhere?secret=1");
    let ledger = script.portal.ledger();
    let names: Vec<_> = ledger.requests().iter().filter_map(|request| request.endpoint).collect();
    assert_eq!(
        names,
        [
            "token_request",
            "token_refresh",
            "billing_contact_list",
            "region_list",
            "pbx_url_existed",
            "order_save",
            "order_page",
            "order_get"
        ]
    );
    for endpoint in endpoints() {
        assert_eq!(ledger.count(endpoint), 1, "{endpoint}");
    }
    let last = ledger.requests().last().unwrap();
    assert_eq!(last.to_string(), "GET /nowhere 404 not_found");
}

#[test]
fn a_token_answer_has_the_documented_fields_all_strings() {
    let mut script = Script::signed_out(|_| {});
    let answer = script.sign_in();
    assert_eq!(answer["status"], 200);
    assert_eq!(answer["detailMessage"], "");
    let details = answer["result"].as_object().unwrap();
    let names: Vec<&str> = details.keys().map(String::as_str).collect();
    assert_eq!(names, ["expiresIn", "refreshToken", "token", "tokenHead"]);
    assert_eq!(details["expiresIn"], "1800");
    assert_eq!(details["tokenHead"], "Bearer");
    assert_request_id(&answer);
}

#[test]
fn credentials_look_like_the_portals_and_differ_by_seed() {
    let one = Portal::new(Settings::default());
    let mut settings = Settings::default();
    settings.seed += 1;
    let other = Portal::new(settings);
    assert_eq!(one.client_id().len(), 32);
    assert!(one.client_id().bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
    assert_ne!(one.client_id(), other.client_id());
    assert_ne!(one.client_secret(), other.client_secret());
    assert_ne!(Settings::fresh().seed, Settings::fresh().seed);
}

#[test]
fn regions_are_those_of_the_tutorial_with_ids_as_strings() {
    let regions = Script::new().get(REGIONS)["result"].take();
    let regions = regions.as_array().unwrap();
    assert!(regions.len() >= 2);
    let tutorial = regions.iter().find(|region| region["id"] == "41").unwrap();
    let domains = tutorial["region"].as_array().unwrap();
    assert!(
        domains.contains(&json!({ "pbxSubDomain": ["ptest6.yeastarcloud.com"], "pbxSubDomainId": "20" }))
    );
}

#[test]
fn billing_contacts_have_the_documented_fields_all_strings() {
    let contacts = Script::new().get(CONTACTS)["result"].take();
    let contacts = contacts.as_array().unwrap();
    assert!(contacts.iter().any(|contact| contact["billingContactId"] == "3197218168379846218"));
    for contact in contacts {
        let fields = contact.as_object().unwrap();
        assert_eq!(fields.len(), 13);
        assert!(fields.values().all(Value::is_string), "{contact}");
    }
}

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
        ("/operationType", Some(json!("renew_plan")), "operationType"),
        ("/productId", None, "productId"),
        ("/productId", Some(json!("13")), "productId"),
        ("/productId", Some(json!(13.0)), "productId"),
        ("/productId", Some(json!(12)), "productId"),
        ("/billingId", None, "billingId"),
        ("/billingId", Some(json!("3197218168379846218")), "billingId"),
        ("/billingId", Some(json!(3_197_218_168_379_846_144_u64)), "billingId"),
        ("/billingId", Some(Value::Null), "billingId"),
        ("/poNumber", Some(json!("")), "poNumber"),
        ("/poNumber", Some(json!(7)), "poNumber"),
        ("/poNumber", Some(Value::Null), "poNumber"),
        ("/assignId", Some(json!(7)), "assignId"),
        ("/partnerId", Some(json!(7)), "partnerId"),
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
    for (pointer, value) in [("/productId", json!(12)), ("/operationType", json!("renew_plan"))] {
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
    for (echo, custom_reference_no, po_number) in [
        (PoNumberEcho::Nowhere, json!(""), Value::Null),
        (PoNumberEcho::CustomReferenceNo, json!("PO-1"), Value::Null),
        (PoNumberEcho::PoNumber, json!(""), json!("PO-1")),
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
        let row = script.get(PAGE)["result"]["results"][0].take();
        let details = script.get(&format!("/order/openapi/order/v1/get/{order_no}"))["result"].take();
        for shown in [&row, &details["orderInformation"]] {
            assert_eq!(shown["customReferenceNo"], custom_reference_no, "{echo:?}");
            assert_eq!(shown["poNumber"], po_number, "{echo:?}");
        }
        assert_eq!(script.portal.ledger().orders()[0].po_number.as_deref(), Some("PO-1"));
    }
}

#[test]
fn an_access_token_lives_half_an_hour_on_the_portals_clock() {
    let mut script = Script::new();
    script.pass(Duration::from_millis(30 * 60 * 1000 - 1));
    assert_eq!(script.get(REGIONS)["code"], "success");
    script.pass(Duration::from_millis(1));
    assert_refused(&script.get(REGIONS), 401, code::TOKEN_INVALID, "Authorization");
}

#[test]
fn a_refresh_gives_new_tokens_and_ends_the_old_ones() {
    let mut script = Script::new();
    let (old, spent) = (script.token.clone(), script.refresh_token.clone());
    script.pass(Duration::from_secs(60));
    let answer = script.refresh(&spent);
    assert_eq!(answer["result"]["expiresIn"], "1800");
    assert_ne!(script.token, old);
    assert_ne!(script.refresh_token, spent);
    assert_eq!(script.get(REGIONS)["code"], "success");
    script.pass(Duration::from_secs(30 * 60 - 1));
    assert_eq!(script.get(REGIONS)["code"], "success", "its life counts from the refresh");
    script.token = old;
    script.now = Tick::new(Duration::from_secs(61));
    assert_eq!(script.get(REGIONS)["status"], 401);
}

#[test]
fn a_refresh_token_lives_fifteen_days() {
    let mut script = Script::new();
    let token = script.refresh_token.clone();
    script.pass(Duration::from_secs(15 * 24 * 60 * 60));
    assert_refused(&script.refresh(&token), 401, code::REFRESH_TOKEN_INVALID, "refresh_token");
    assert_refused(&script.refresh("unknown"), 401, code::REFRESH_TOKEN_INVALID, "refresh_token");
}

#[test]
fn a_spent_refresh_token_does_what_the_settings_say() {
    for (reuse, is_refused, lives_on) in [
        (RefreshReuse::EndsFamily, true, false),
        (RefreshReuse::Refused, true, true),
        (RefreshReuse::Allowed, false, true),
    ] {
        let mut script = Script::with(|settings| settings.refresh_reuse = reuse);
        let spent = script.refresh_token.clone();
        script.refresh(&spent);
        let answer = script.refresh(&spent);
        assert_eq!(answer["status"] == 401, is_refused, "{reuse:?}");
        assert_eq!(script.get(REGIONS)["status"] == 200, lives_on, "{reuse:?}");
        let latest = script.refresh_token.clone();
        assert_eq!(script.refresh(&latest)["status"] == 200, lives_on, "{reuse:?}");
    }
}

#[test]
fn a_new_token_ends_the_former_one_unless_the_settings_say_otherwise() {
    for (one_token_per_client, lives_on) in [(true, false), (false, true)] {
        let mut script = Script::with(|settings| settings.one_token_per_client = one_token_per_client);
        let (former, former_refresh) = (script.token.clone(), script.refresh_token.clone());
        script.sign_in();
        let latest = std::mem::replace(&mut script.token, former);
        assert_eq!(script.get(REGIONS)["status"] == 200, lives_on);
        script.token = latest;
        assert_eq!(script.get(REGIONS)["status"], 200);
        assert_eq!(script.refresh(&former_refresh)["status"] == 200, lives_on);
    }
}

#[test]
fn wrong_credentials_are_refused() {
    let mut script = Script::signed_out(|_| {});
    let (id, secret) = (script.portal.client_id().to_owned(), script.portal.client_secret().to_owned());
    for (id, secret) in [(&*id, "wrong"), ("wrong", &*secret), (&*secret, &*id)] {
        let form = format!("client_id={id}&client_secret={secret}&grant_type=pp_credentials");
        assert_refused(&script.form(&form), 401, code::CREDENTIALS_INVALID, "client_secret");
    }
    for (form, field) in [
        (format!("client_id={id}&grant_type=pp_credentials"), "client_secret"),
        (format!("client_id={id}&client_secret=&grant_type=pp_credentials"), "client_secret"),
        (
            format!("client_id={id}&client_id={id}&client_secret={secret}&grant_type=pp_credentials"),
            "client_id",
        ),
        (format!("client_id={id}&client_secret={secret}&grant_type=client_credentials"), "grant_type"),
        (format!("client_id={id}&client_secret={secret}"), "grant_type"),
        (format!("client_id={id}&client_secret={secret}&grant_type=pp_credentials&scope=all"), "scope"),
        ("grant_type=refresh_token".into(), "refresh_token"),
        ("grant_type=refresh_token&refresh_token=1&client_id=1".into(), "client_id"),
    ] {
        assert_refused(&script.form(&form), 400, "parameter_validation_failed", field);
    }
}

#[test]
fn a_reset_secret_ends_the_old_one_and_its_tokens() {
    let mut script = Script::new();
    let old = script.portal.client_secret().to_owned();
    let new = script.portal.reset_secret();
    assert_ne!(new, old);
    assert_eq!(script.portal.client_secret(), new);
    assert_eq!(script.get(REGIONS)["status"], 401);
    let refresh_token = script.refresh_token.clone();
    assert_eq!(script.refresh(&refresh_token)["status"], 401);
    let id = script.portal.client_id().to_owned();
    let old = format!("client_id={id}&client_secret={old}&grant_type=pp_credentials");
    assert_eq!(script.form(&old)["status"], 401);
    assert_eq!(script.sign_in()["status"], 200);
    assert_eq!(script.get(REGIONS)["status"], 200);
}

#[test]
fn each_part_of_a_request_is_checked() {
    type Change = fn(&mut Request<Bytes>);
    let cases: &[(&str, Change, u16, &str)] = &[
        ("no user agent", |request| drop(request.headers_mut().remove("User-Agent")), 400, "User-Agent"),
        (
            "empty user agent",
            |request| drop(request.headers_mut().insert("User-Agent", "".parse().unwrap())),
            400,
            "User-Agent",
        ),
        ("no token", |request| drop(request.headers_mut().remove("Authorization")), 401, "Authorization"),
        (
            "no scheme",
            |request| {
                let value = request.headers()["Authorization"].to_str().unwrap().replace("Bearer ", "");
                request.headers_mut().insert("Authorization", value.parse().unwrap());
            },
            401,
            "Authorization",
        ),
        (
            "two tokens",
            |request| {
                let value = request.headers()["Authorization"].clone();
                request.headers_mut().append("Authorization", value);
            },
            401,
            "Authorization",
        ),
        (
            "another content type",
            |request| drop(request.headers_mut().insert("Content-Type", "text/plain".parse().unwrap())),
            415,
            "Content-Type",
        ),
        (
            "a charset",
            |request| {
                let value = "application/json; charset=utf-8".parse().unwrap();
                request.headers_mut().insert("Content-Type", value);
            },
            415,
            "Content-Type",
        ),
        (
            "no content type",
            |request| drop(request.headers_mut().remove("Content-Type")),
            415,
            "Content-Type",
        ),
        ("a query", |request| *request.uri_mut() = format!("{SAVE}?dry=1").parse().unwrap(), 400, "dry"),
        ("no body", |request| *request.body_mut() = Bytes::new(), 400, "body"),
        ("no UTF-8", |request| *request.body_mut() = Bytes::from_static(b"{\"\xff\":1}"), 400, "body"),
        ("deep", |request| *request.body_mut() = "[".repeat(100_000).into(), 400, "body"),
        ("large", |request| *request.body_mut() = vec![b' '; 1024 * 1024 + 1].into(), 413, "body"),
        ("GET", |request| *request.method_mut() = Method::GET, 405, "POST"),
        ("DELETE", |request| *request.method_mut() = Method::DELETE, 405, "POST"),
        ("another path", |request| *request.uri_mut() = "/order".parse().unwrap(), 404, "path"),
        (
            "a slash at the end",
            |request| *request.uri_mut() = format!("{SAVE}/").parse().unwrap(),
            404,
            "path",
        ),
    ];
    let mut script = Script::new();
    for (what, change, status, field) in cases {
        let mut request = script.request(Method::POST, SAVE, TUTORIAL);
        change(&mut request);
        let answer = script.portal.handle(script.now, request);
        assert_eq!(answer.status(), *status, "{what}");
        let envelope = json_of(&answer);
        assert_eq!(envelope["status"], *status, "{what}");
        assert!(envelope["detailMessage"].as_str().unwrap().contains(field), "{what}: {envelope}");
        assert_eq!(answer.headers().contains_key("allow"), *status == 405, "{what}");
    }
    let request = script.request(Method::GET, REGIONS, "{}");
    assert_eq!(script.portal.handle(script.now, request).status(), 400, "a GET with a body");
    for query in ["", "?pbxUrl=", "?pbxurl=a.b", "?pbxUrl=a.b&pbxUrl=a.b", "?pbxUrl=https://a.b", "?pbxUrl=a"]
    {
        let answer = script.get(&format!("{URL_EXISTED}{query}"));
        assert_eq!(answer["status"], 400, "{query}");
    }
    assert_eq!(script.orders(), 0);
    assert_eq!(script.get(&format!("{URL_EXISTED}?pbxUrl=example.test.yeastar.com"))["result"], false);
}

#[test]
fn every_answer_says_that_it_is_a_sandbox_and_what_time_it_is() {
    let mut script = Script::new();
    script.pass(Duration::from_secs(1));
    for target in [REGIONS, "/nowhere"] {
        let answer = script.raw_get(target);
        assert_eq!(answer.headers()["x-yeastar-sandbox"], "1");
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.headers()["date"], "Wed, 01 Jan 2025 00:00:01 GMT");
    }
    script.portal.plan(Plan::new(Fault::Garbage));
    assert_eq!(script.raw_get(REGIONS).headers()["x-yeastar-sandbox"], "1");
}

#[test]
fn no_time_is_too_far_away() {
    let mut script = Script::new();
    script.pass(Duration::MAX);
    script.portal.plan(Plan::new(Fault::RateLimited { retry_after: Some(Duration::MAX) }).skip(1));
    assert_eq!(script.get(REGIONS)["status"], 401);
    assert_eq!(script.get(REGIONS)["status"], 429);
}

#[test]
fn with_body_status_only_the_http_status_is_always_200() {
    let mut script = Script::with(|settings| settings.body_status_only = true);
    let answer = script.raw_get("/nowhere");
    assert_eq!(answer.status(), 200);
    assert_eq!(json_of(&answer)["status"], 404);
    script.portal.plan(Plan::new(Fault::TokenRejected));
    let answer = script.raw_get(REGIONS);
    assert_eq!((answer.status(), &json_of(&answer)["status"]), (StatusCode::OK, &json!(401)));
    script.portal.plan(Plan::new(Fault::StatusBeforeCommit(502)));
    assert_eq!(script.raw_get(REGIONS).status(), 502, "a gateway knows nothing of it");
    assert_eq!(script.portal.ledger().requests()[1].status, 404, "the ledger has the envelope's word");
}

#[test]
fn the_same_script_gives_the_same_bytes() {
    let run = |seed| {
        let mut script = Script::signed_out(|settings| settings.seed = seed);
        let mut bytes = vec![script.sign_in().to_string()];
        let targets = [REGIONS, PAGE, "/nowhere"];
        for (index, target) in targets.iter().cycle().take(12).enumerate() {
            script.pass(Duration::from_secs(1));
            let placed = script.order(&order_for(&format!("docs{index}")));
            bytes.push(placed.to_string());
            bytes.push(format!("{:?}", script.raw_get(target)));
        }
        bytes
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_fault_does_what_it_says_to_the_order_and_to_the_answer() {
    let error = Fault::EnvelopeError { status: 409, code: "busy".into(), message: "try later".into() };
    let second = Duration::from_secs(1);
    let limited = Fault::RateLimited { retry_after: Some(Duration::from_millis(1500)) };
    // The fault, orders that exist, status (0: no answer), code of the envelope (empty: none).
    let cases: &[(Fault, usize, u16, &str)] = &[
        (Fault::DropBeforeCommit, 0, 0, ""),
        (Fault::DropAfterCommit, 1, 0, ""),
        (Fault::Delay(second), 1, 200, "success"),
        (Fault::TruncateAt(10), 1, 200, "success"),
        (Fault::StatusBeforeCommit(503), 0, 503, ""),
        (Fault::StatusAfterCommit(504), 1, 504, ""),
        (error, 0, 409, "busy"),
        (Fault::TokenRejected, 0, 401, code::TOKEN_INVALID),
        (limited, 0, 429, code::RATE_LIMITED),
        (Fault::RateLimited { retry_after: None }, 0, 429, code::RATE_LIMITED),
        (Fault::Garbage, 0, 200, ""),
        (Fault::GarbageAfterCommit, 1, 200, ""),
        (Fault::GatewayRepeat, 1, 400, code::PARAMETER_VALIDATION_FAILED),
    ];
    for (fault, orders, status, code) in cases {
        let mut script = Script::new();
        script.portal.plan(Plan::new(fault.clone()).on("order_save"));
        let request = script.request(Method::POST, SAVE, TUTORIAL);
        let served = script.portal.serve(script.now, request);
        assert_eq!(script.orders(), *orders, "{fault:?}");
        let logged = script.portal.ledger().requests().last().unwrap().clone();
        assert_eq!((logged.status, &*logged.code), (*status, *code), "{fault:?}");
        assert_eq!(logged.fault.as_ref(), Some(fault));
        match fault {
            Fault::DropBeforeCommit | Fault::DropAfterCommit => assert_eq!(served.cut, Some(0)),
            Fault::TruncateAt(length) => assert_eq!(served.cut, Some(*length)),
            _ => assert_eq!(served.cut, None, "{fault:?}"),
        }
        let expected = if matches!(fault, Fault::Delay(_)) { second } else { Duration::ZERO };
        assert_eq!(served.delay, expected, "{fault:?}");
        if *status != 0 {
            assert_eq!(served.answer.status(), *status, "{fault:?}");
            let envelope = serde_json::from_slice::<Value>(served.answer.body()).ok();
            let seen = envelope.as_ref().map_or("", |envelope| envelope["code"].as_str().unwrap());
            assert_eq!(seen, *code, "{fault:?}");
            let seen = envelope.as_ref().map_or("", |envelope| envelope["requestId"].as_str().unwrap());
            assert_eq!(seen, logged.request_id, "{fault:?}");
            assert_eq!(envelope.is_none(), served.answer.body().starts_with(b"<!DOCTYPE html>"), "{fault:?}");
        }
        let retry_after = served.answer.headers().get("retry-after").map(|value| value.to_str().unwrap());
        let is_timed = matches!(fault, Fault::RateLimited { retry_after: Some(_) });
        assert_eq!(retry_after, is_timed.then_some("2"), "{fault:?}");

        let next = script.get(REGIONS);
        assert_eq!(next["code"], "success", "{fault:?} happened twice, or ended the token");
    }
}

#[test]
fn a_repeated_request_orders_twice_where_nothing_prevents_it() {
    let mut script = Script::with(|settings| settings.unique_pbx_url = false);
    script.portal.plan(Plan::new(Fault::GatewayRepeat).on("order_save"));
    let answer = script.order(&order_for("docs"));
    assert_eq!(answer["code"], "success");
    let [first, second] = script.portal.ledger().orders() else { panic!("not two orders") };
    assert_ne!(first.order_no, second.order_no);
    assert_eq!(answer["result"]["orderNo"], second.order_no.as_str());
    assert_eq!(script.portal.ledger().count("order_save"), 1, "the client sent one");
}

#[test]
fn a_refused_order_is_no_order_after_commit_either() {
    for fault in [Fault::DropAfterCommit, Fault::StatusAfterCommit(504), Fault::GarbageAfterCommit] {
        let mut script = Script::new();
        script.portal.plan(Plan::new(fault).on("order_save"));
        let mut body = order_for("docs");
        body["productId"] = "13".into();
        let request = script.request(Method::POST, SAVE, body.to_string());
        script.portal.serve(script.now, request);
        assert_eq!(script.orders(), 0);
    }
}

#[test]
fn a_redirect_leads_to_where_the_ledger_sees_it() {
    let mut script = Script::new();
    script.portal.plan(Plan::new(Fault::StatusBeforeCommit(307)).on("region_list"));
    let answer = script.raw_get(REGIONS);
    assert_eq!(answer.status(), 307);
    script.raw_get(answer.headers()["location"].to_str().unwrap());
    assert_eq!(script.portal.ledger().requests().last().unwrap().path, "/redirected");
}

#[test]
fn plans_count_the_requests_that_fit() {
    let fails = |script: &mut Script, target: &str| script.raw_get(target).status() == 503;
    let fault = || Plan::new(Fault::StatusBeforeCommit(503));

    let mut script = Script::new();
    script.portal.plan(fault().on("region_list").skip(1).times(2));
    let seen: Vec<bool> = [REGIONS, CONTACTS, REGIONS, CONTACTS, REGIONS, REGIONS]
        .iter()
        .map(|target| fails(&mut script, target))
        .collect();
    assert_eq!(seen, [false, false, true, false, true, false]);

    let mut script = Script::new();
    script.portal.plan(fault().always());
    assert!((0..100).all(|_| fails(&mut script, REGIONS) && fails(&mut script, "/nowhere")));

    let mut script = Script::new();
    script.portal.plan(fault().times(0));
    assert!(!fails(&mut script, REGIONS));

    // The first plan goes first; the second counts the request all the same.
    let mut script = Script::new();
    script.portal.plan(Plan::new(Fault::TokenRejected));
    script.portal.plan(fault().skip(1));
    assert_eq!(script.raw_get(REGIONS).status(), 401);
    assert!(fails(&mut script, REGIONS));
}

#[test]
fn faults_of_the_connection_wait_for_serve() {
    let mut script = Script::new();
    script.portal.plan(Plan::new(Fault::DropBeforeCommit));
    assert_eq!(script.get(REGIONS)["code"], "success");
    let request = script.request(Method::GET, REGIONS, "");
    assert_eq!(script.portal.serve(script.now, request).cut, Some(0));
}

#[test]
#[should_panic(expected = "the sandbox has no endpoint order_sav")]
fn a_plan_for_an_endpoint_that_is_not_there_is_a_mistake() {
    let _ = Plan::new(Fault::Garbage).on("order_sav");
}

#[test]
#[should_panic(expected = "a status is 200 to 599")]
fn a_plan_with_a_status_that_is_none_is_a_mistake() {
    let _ = Plan::new(Fault::StatusAfterCommit(100));
}

#[test]
fn nothing_secret_is_in_the_ledger_or_in_debug() {
    let mut script = Script::new();
    let (token, refresh_token) = (script.token.clone(), script.refresh_token.clone());
    script.get(REGIONS);
    script.get(&format!("{URL_EXISTED}?pbxUrl={token}"));
    script.refresh(&refresh_token);
    let secret = script.portal.client_secret().to_owned();
    let shown = format!("{:?} {:?}", script.portal, script.portal.ledger().requests());
    for hidden in [&token, &refresh_token, &secret, &script.token, &script.refresh_token] {
        assert!(!shown.contains(hidden.as_str()));
    }
    assert!(shown.contains("region_list"));
}
