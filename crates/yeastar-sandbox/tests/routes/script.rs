//! A client that is nothing but its token and a clock, and what it asks and orders.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Value, json};
use yeastar_core::Tick;
use yeastar_sandbox::{Portal, Settings, code};

pub(crate) const TOKEN: &str = "/auth/openapi/v1/oauth/token";
pub(crate) const CONTACTS: &str = "/user/openapi/user/v1/client/billing_contact_list";
pub(crate) const REGIONS: &str = "/product/openapi/instance/v1/region_list";
pub(crate) const URL_EXISTED: &str = "/product/openapi/instance/v1/paug_pbx_url_existed";
pub(crate) const ALL_PRODUCTS: &str = "/product/openapi/instance_product/v1/client/instance_product_list";
pub(crate) const PRODUCTS: &str =
    "/product/openapi/instance_product/v1/client/instance_product_list?productId=13";
pub(crate) const SAVE: &str = "/order/openapi/order/v1/save";
pub(crate) const PAGE: &str = "/order/openapi/order/v1/page";

pub(crate) const BILLING: u64 = 3_197_218_168_379_846_218;
pub(crate) const CUSTOMER: &str = "3505184805912670208";
pub(crate) const PCE_PLAN: u64 = 3_048_571_730_026_938_368;
pub(crate) const PCE_ULTIMATE: u64 = 3_048_572_026_291_630_080;
pub(crate) const PCE_EXTENSIONS: u64 = 3_048_573_516_041_273_344;
pub(crate) const PCE_RECORDING: u64 = 3_048_573_759_449_317_376;
pub(crate) const PCE_HIGH_AVAILABILITY: u64 = 3_048_573_935_752_720_384;
pub(crate) const PSE_PLAN: u64 = 7_121_000_000_000_000_001;
pub(crate) const PSE_ULTIMATE: u64 = 7_121_000_000_000_000_002;
pub(crate) const PSE_EXTENSIONS: u64 = 7_122_000_000_000_000_003;
pub(crate) const PSE_HOT_STANDBY: u64 = 7_122_000_000_000_000_005;
pub(crate) const PSE_DISASTER_RECOVERY: u64 = 7_122_000_000_000_000_006;
pub(crate) const PSE_CALL_CENTER: u64 = 7_122_000_000_000_000_008;
pub(crate) const TURNKEY: u64 = 7_141_000_000_000_000_001;
pub(crate) const TURNKEY_EXTENSIONS: u64 = 7_142_000_000_000_000_002;
pub(crate) const TURNKEY_RECORDING: u64 = 7_142_000_000_000_000_004;
pub(crate) const LCS: u64 = 3_048_918_321_840_570_368;
pub(crate) const LCS_PRO: u64 = 3_048_918_719_332_507_648;
pub(crate) const PAE_STANDARD: u64 = 3_048_558_946_648_207_360;
pub(crate) const PAE_ENTERPRISE: u64 = 3_048_560_232_537_899_008;
pub(crate) const PAE_HOTEL: u64 = 7_112_000_000_000_000_004;
pub(crate) const RM: u64 = 7_151_000_000_000_000_001;
pub(crate) const RM_CONNECTIONS: u64 = 7_152_000_000_000_000_002;
pub(crate) const PREMIUM_CONNECTIONS: u64 = 7_202_000_000_000_000_001;
pub(crate) const RM_PREMIUM_CONNECTIONS: u64 = 7_212_000_000_000_000_001;
pub(crate) const DOMAIN_NAME: u64 = 7_192_000_000_000_000_001;
pub(crate) const PCE_WHITE_LABEL: u64 = 7_192_000_000_000_000_002;
pub(crate) const YCM_WHITE_LABEL: u64 = 7_192_000_000_000_000_003;
pub(crate) const PSE_WHITE_LABEL: u64 = 7_192_000_000_000_000_004;

/// The body of the vendor's tutorial, character by character.
pub(crate) const TUTORIAL: &str = r#"{
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
pub(crate) struct Script {
    pub(crate) portal: Portal,
    pub(crate) now: Tick,
    pub(crate) token: String,
    pub(crate) refresh_token: String,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// Signed in to a portal with changed settings.
    pub(crate) fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut script = Self::signed_out(change);
        assert_eq!(script.sign_in()["code"], "success");
        script
    }

    pub(crate) fn signed_out(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        Self {
            portal: Portal::new(settings),
            now: Tick::default(),
            token: String::new(),
            refresh_token: String::new(),
        }
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    /// As many days later, with a new token.
    pub(crate) fn pass_days(&mut self, days: u64) {
        self.pass(Duration::from_secs(days * 24 * 60 * 60));
        assert_eq!(self.sign_in()["code"], "success");
    }

    pub(crate) fn sign_in(&mut self) -> Value {
        let form = format!(
            "client_id={}&client_secret={}&grant_type=pp_credentials",
            self.portal.client_id(),
            self.portal.client_secret()
        );
        let answer = self.form(&form);
        self.keep_tokens(&answer);
        answer
    }

    pub(crate) fn refresh(&mut self, token: &str) -> Value {
        let answer = self.form(&format!("grant_type=refresh_token&refresh_token={token}"));
        self.keep_tokens(&answer);
        answer
    }

    pub(crate) fn keep_tokens(&mut self, answer: &Value) {
        if let (Some(token), Some(refresh)) =
            (answer["result"]["token"].as_str(), answer["result"]["refreshToken"].as_str())
        {
            self.token = token.into();
            self.refresh_token = refresh.into();
        }
    }

    pub(crate) fn form(&mut self, form: &str) -> Value {
        let request = Request::post(TOKEN)
            .header("User-Agent", "OpenAPI")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(Bytes::copy_from_slice(form.as_bytes()))
            .unwrap();
        json_of(&self.portal.handle(self.now, request))
    }

    pub(crate) fn request(&self, method: Method, target: &str, body: impl Into<Bytes>) -> Request<Bytes> {
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

    pub(crate) fn raw_get(&mut self, target: &str) -> Response<Bytes> {
        let request = self.request(Method::GET, target, "");
        self.portal.handle(self.now, request)
    }

    pub(crate) fn get(&mut self, target: &str) -> Value {
        json_of(&self.raw_get(target))
    }

    pub(crate) fn send(&mut self, method: Method, target: &str, body: &Value) -> Value {
        let request = self.request(method, target, body.to_string());
        json_of(&self.portal.handle(self.now, request))
    }

    pub(crate) fn post(&mut self, target: &str, body: &Value) -> Value {
        self.send(Method::POST, target, body)
    }

    pub(crate) fn order(&mut self, body: &Value) -> Value {
        self.post(SAVE, body)
    }

    pub(crate) fn orders(&self) -> usize {
        self.portal.ledger().orders().len()
    }
}

pub(crate) fn json_of(answer: &Response<Bytes>) -> Value {
    serde_json::from_slice(answer.body()).unwrap()
}

/// The tutorial's order under another PBX URL.
pub(crate) fn order_for(prefix: &str) -> Value {
    let mut body: Value = serde_json::from_str(TUTORIAL).unwrap();
    body["orderPceSpecialRequest"]["pbxUrl"] = format!("{prefix}.ptest6.yeastarcloud.com").into();
    body
}

/// The tutorial's order without its service.
pub(crate) fn only_the_plan() -> Value {
    let mut body = order_for("docs");
    body["serviceList"].as_array_mut().unwrap().pop();
    body
}

/// Places the order and gives the serial number that it is for.
#[track_caller]
pub(crate) fn placed(script: &mut Script, body: &Value) -> String {
    let answer = script.order(body);
    assert_eq!(answer["code"], "success", "{body}: {answer}");
    answer["result"]["productNo"].as_str().unwrap().to_owned()
}

/// An order of these lines, with what its operation wants of them.
pub(crate) fn order(product: u64, operation: &str, lines: &[Value]) -> Value {
    let mut body = json!({ "operationType": operation, "productId": product, "serviceList": lines });
    let purchase_type = operation.split('_').next().unwrap();
    for line in body["serviceList"].as_array_mut().unwrap() {
        line["purchaseType"] = purchase_type.into();
    }
    if purchase_type != "trial" {
        body["billingId"] = BILLING.into();
    }
    body
}

/// A line of `plan` or `service` for so long.
pub(crate) fn line(kind: &str, id: u64, cycle: &str, multi_cycle: u64) -> Value {
    json!({
        "serviceId": id,
        "serviceType": kind,
        "billingModel": if cycle == "once" { "once" } else { "recurring" },
        "billingCycle": cycle,
        "multiCycle": multi_cycle,
    })
}

/// A line of a trial.
pub(crate) fn tried(kind: &str, id: u64) -> Value {
    json!({ "serviceId": id, "serviceType": kind, "multiCycle": 0 })
}

/// The line with one more field, or with one less.
pub(crate) fn with(mut line: Value, name: &str, value: impl Into<Value>) -> Value {
    change(&mut line, name, &value.into());
    line
}

pub(crate) fn counted(line: Value, quantity: u64) -> Value {
    with(line, "quantity", quantity)
}

pub(crate) fn connected(line: Value, plan: u64) -> Value {
    with(line, "connectionPlanId", plan)
}

pub(crate) fn change(object: &mut Value, name: &str, value: &Value) {
    let fields = object.as_object_mut().unwrap();
    if value.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), value.clone());
    }
}

/// The order, for what has this serial number.
pub(crate) fn numbered(order: Value, product_no: &str) -> Value {
    with(order, "productNo", product_no)
}

/// The balance as it is written, since a float would lose digits.
pub(crate) fn balance(script: &mut Script) -> String {
    let answer = script.raw_get("/user/openapi/user/v1/client/account_balance");
    let text = std::str::from_utf8(answer.body()).unwrap();
    let (_, rest) = text.split_once(r#""result":{"accountBalance":"#).unwrap();
    rest.split_once('}').unwrap().0.to_owned()
}

#[track_caller]
pub(crate) fn assert_refused(answer: &Value, status: u16, code: &str, field: &str) {
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
pub(crate) fn assert_invalid(answer: &Value, field: &str) {
    assert_refused(answer, 400, code::PARAMETER_VALIDATION_FAILED, field);
}

#[track_caller]
pub(crate) fn assert_request_id(answer: &Value) {
    let id = answer["requestId"].as_str().unwrap();
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    assert!(id.len() == 32 && id.bytes().all(is_hex), "{id}");
}
