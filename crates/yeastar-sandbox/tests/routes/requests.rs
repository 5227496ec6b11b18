//! Requests and answers of every endpoint.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use yeastar_core::registry;
use yeastar_sandbox::{Fault, Plan, Portal, Settings, endpoints};

use crate::scenarios::scenarios;
use crate::script::*;

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
    for meta in registry::ENDPOINTS.iter().filter(|meta| meta.auth() == yeastar_core::Auth::Bearer) {
        let path = meta.path().split('/').map(|part| if part.starts_with('{') { "1" } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let request = script.request(meta.method().clone(), &path, "");
        script.portal.handle(script.now, request);
        let logged = script.portal.ledger().requests().last().unwrap();
        assert_eq!(logged.endpoint, Some(meta.name()));
    }
    script.get("/nowhere?secret=1");
    let ledger = script.portal.ledger();
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
        let targets = [REGIONS, PAGE, PRODUCTS, "/nowhere"];
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

    let run = || -> Vec<_> {
        let answers = scenarios().into_iter().map(|scenario| {
            let (mut script, body) = scenario.start();
            let request = script.request(Method::POST, SAVE, body.to_string());
            let products = format!("{ALL_PRODUCTS}?productId={}", body["productId"]);
            let placed = script.portal.handle(script.now, request);
            assert_eq!(placed.status(), 200);
            format!("{placed:?} {:?}", script.raw_get(&products))
        });
        answers.collect()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_key_that_occurs_twice_is_refused() {
    let mut script = Script::new();
    let plan = r#""quantity": 100,"#;
    for (from, to, key) in [
        (plan, format!(r#"{plan} "quantity": 5,"#), "quantity"),
        (plan, format!(r#"{plan} "quant\u0069ty": 100,"#), "quantity"),
        (r#""productId": 13,"#, r#""productId": 13, "productId": 13,"#.to_owned(), "productId"),
    ] {
        let request = script.request(Method::POST, SAVE, TUTORIAL.replace(from, &to));
        let answer = json_of(&script.portal.handle(script.now, request));
        assert_invalid(&answer, "body");
        let message = answer["detailMessage"].as_str().unwrap();
        assert!(message.contains(&format!("{key} occurs twice")), "{message}");
    }
    assert_eq!(script.orders(), 0);
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
