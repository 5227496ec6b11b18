//! A client that is nothing but its token and a clock, and what it asks.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use yeastar_core::Tick;
use yeastar_sandbox::{Portal, Settings, code};

pub(crate) const TOKEN: &str = "/auth/openapi/v1/oauth/token";
pub(crate) const CONTACTS: &str = "/user/openapi/user/v1/client/billing_contact_list";
pub(crate) const REGIONS: &str = "/product/openapi/instance/v1/region_list";
pub(crate) const URL_EXISTED: &str = "/product/openapi/instance/v1/paug_pbx_url_existed";
pub(crate) const PRODUCTS: &str =
    "/product/openapi/instance_product/v1/client/instance_product_list?productId=13";
pub(crate) const SAVE: &str = "/order/openapi/order/v1/save";
pub(crate) const PAGE: &str = "/order/openapi/order/v1/page";

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
