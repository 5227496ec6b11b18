//! Faults: what each does to the order and to the answer.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use yeastar_sandbox::{Fault, Oddity, Plan, code};

use crate::script::*;

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
        (Fault::CommitAfter(second), 0, 0, ""),
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
        (Fault::Odd(Oddity::NullElements), 1, 200, "success"),
        (Fault::QuotingRefusal(422), 0, 422, code::QUOTING),
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
            Fault::DropBeforeCommit | Fault::DropAfterCommit | Fault::CommitAfter(_) => {
                assert_eq!(served.cut, Some(0));
            }
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
fn a_request_that_waits_in_a_gateway_is_carried_out_later() {
    let mut script = Script::new();
    script.portal.plan(Plan::new(Fault::CommitAfter(Duration::from_secs(60))).on("order_save"));
    let request = script.request(Method::POST, SAVE, TUTORIAL);
    assert_eq!(script.portal.serve(script.now, request).cut, Some(0));
    let sent = script.now;
    script.now = sent + Duration::from_secs(59);
    script.get(REGIONS);
    assert_eq!(script.orders(), 0);
    script.now = sent + Duration::from_secs(61);
    script.portal.catch_up(script.now);
    let [order] = script.portal.ledger().orders() else { panic!("not one order") };
    assert_eq!(order.created, sent + Duration::from_secs(60));
    assert_eq!(script.portal.ledger().count("order_save"), 1, "it was sent once");
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
fn an_error_of_oauth_and_a_refusal_may_quote_the_request() {
    let mut script = Script::new();
    let oauth = Fault::OAuthError { status: 401, error: "invalid_token".into() };
    script.portal.plan(Plan::new(oauth).on("region_list"));
    let answer = script.raw_get(REGIONS);
    assert_eq!(answer.status(), 401);
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["error"], "invalid_token");
    assert!(body["error_description"].as_str().unwrap().contains(&script.token));
    assert!(body.get("requestId").is_none());

    script.portal.plan(Plan::new(Fault::QuotingRefusal(400)).on("token_request"));
    let refused = script.sign_in();
    let secret = script.portal.client_secret();
    assert!(refused["detailMessage"].as_str().unwrap().contains(&format!("client_secret={secret}")));
}

/// A page of orders in each odd form, and what else it is about.
#[test]
fn an_answer_has_the_odd_form_that_was_planned() {
    const PAGE_3: &str = "/order/openapi/order/v1/page?pageNo=3";
    const FREE: &str = "/product/openapi/instance/v1/paug_pbx_url_existed?pbxUrl=free.example.com";

    let odd = |oddity: Oddity, target: &str| {
        let mut script = Script::with(|settings| settings.list_lag = Duration::ZERO);
        script.order(&order_for("docs"));
        let plain = script.get(target)["result"].take();
        script.portal.plan(Plan::new(Fault::Odd(oddity)).always());
        let answer = script.raw_get(target);
        (plain, answer)
    };
    let result = |oddity: Oddity, target: &str| {
        let (plain, answer) = odd(oddity, target);
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        (plain, body["result"].clone(), body)
    };
    let (plain, page, _) = result(Oddity::ListsAsObjects, PAGE);
    assert_eq!(page["results"], json!({ "0": plain["results"][0] }));
    assert_eq!(result(Oddity::ListsAsObjects, PAGE_3).1["results"], json!({}));
    assert!(result(Oddity::EmptyListsLeftOut, PAGE_3).1.get("results").is_none());
    assert_eq!(result(Oddity::EmptyListsLeftOut, PAGE).1, plain);
    assert_eq!(result(Oddity::PagesAsLists, PAGE).1, plain["results"]);
    assert_eq!(result(Oddity::NullElements, PAGE).1["results"], json!([plain["results"][0], null]));
    assert_eq!(result(Oddity::TruthsAsTexts, FREE).1, "false");
    assert_eq!(result(Oddity::TruthsAsNumbers, FREE).1, 0);
    assert_eq!(result(Oddity::EmptyRequestId, FREE).2["requestId"], "");
    assert_eq!(result(Oddity::NumericRequestId, FREE).2["requestId"], 4711);

    let body = |oddity: Oddity| odd(oddity, FREE).1.into_body();
    assert!(
        body(Oddity::Marked).starts_with("\u{feff}{".as_bytes()) && body(Oddity::Marked).ends_with(b"}\0")
    );
    let has = |body: &[u8], bytes: &[u8]| body.windows(bytes.len()).any(|window| window == bytes);
    assert!(has(&body(Oddity::HalfEmoji), br#""detailMessage":"in full \ud83d""#));
    assert!(has(&body(Oddity::Latin1), b"\"B\xfcro\""));
    let (_, packed) = odd(Oddity::Gzip, FREE);
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert!(packed.body().starts_with(&[0x1f, 0x8b]));
    let (_, empty) = odd(Oddity::NoContent, FREE);
    assert_eq!((empty.status().as_u16(), empty.body().len()), (204, 0));

    let mut script = Script::new();
    script.portal.plan(Plan::new(Fault::Odd(Oddity::EmptyRefreshToken)).on("token_request"));
    let token = script.sign_in()["result"].take();
    assert_eq!(token["refreshToken"], "");
    assert!(!token["token"].as_str().unwrap().is_empty());
}

#[test]
fn an_odd_form_is_read_from_a_text() {
    assert_eq!("lists-as-objects".parse(), Ok(Oddity::ListsAsObjects));
    assert_eq!("gzip".parse(), Ok(Oddity::Gzip));
    let problem = "Gzip".parse::<Oddity>().unwrap_err();
    assert!(problem.contains("`Gzip` is none of") && problem.contains("no-content"), "{problem}");
    assert_eq!(Oddity::all().count(), 14);
}
