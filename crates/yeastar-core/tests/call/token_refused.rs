//! Refusals of the token that do not come as HTTP 401.

use super::*;

const CODES: [&str; 4] = ["token_expired", "TOKEN_EXPIRED", "invalid_token", "INVALID_TOKEN"];

/// As `token_expired` may come: with HTTP 200, and with this status in the envelope or none.
fn bodies(code: &str) -> [String; 3] {
    ["", r#","status":200"#, r#","status":"200""#]
        .map(|status| format!(r#"{{"code":"{code}","requestId":"1"{status}}}"#))
}

#[test]
fn a_query_whose_token_is_refused_by_the_code_alone_gets_another_one() {
    for body in CODES.into_iter().flat_map(bodies) {
        let mut session = session_with_token();
        let mut call = regions();
        sent(call.poll(after(60), &mut session));
        call.on(answer(200, &body));
        assert!(is_token_request(&sent(call.poll(after(60), &mut session))), "{body}");
        call.on(token("t2", 1800));
        assert_eq!(bearer(&sent(call.poll(after(60), &mut session)).request), "Bearer t2");
        call.on(success("[]"));
        assert_eq!(done(call.poll(after(60), &mut session)).unwrap().attempts, 2);
    }
}

#[test]
fn it_gets_one_more_token_and_no_third() {
    let mut session = session_with_token();
    let mut tokens = 0;
    for tenth in 0..50 {
        let now = after(60) + Duration::from_millis(100 * tenth);
        let (mut call, mut sent) = (regions(), 0);
        let error = loop {
            match call.poll(now, &mut session) {
                Action::Send(exchange) if is_token_request(&exchange) => {
                    tokens += 1;
                    call.on(token(&format!("t{tokens}"), 1800));
                }
                Action::Send(_) => {
                    sent += 1;
                    call.on(answer(200, &bodies("token_expired")[0]));
                }
                Action::Done(result) => break result.unwrap_err(),
                other => panic!("{other:?}"),
            }
        };
        assert!(sent <= 2, "{sent} requests");
        assert_eq!((error.code(), error.delivery()), (Some("token_expired"), Delivery::NotExecuted));
    }
    assert_eq!(tokens, 5, "one a second");
}

#[test]
fn a_code_that_is_not_known_says_nothing_of_the_token() {
    for code in ["expired", "token", "token_expired_", "tokenexpired", "parameter_validation_failed"] {
        let mut session = session_with_token();
        let mut call = regions();
        sent(call.poll(after(60), &mut session));
        call.on(answer(200, &bodies(code)[0]));
        let error = done(call.poll(after(60), &mut session)).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Refused, 1), "{code}");
        assert_eq!(bearer(&sent(regions().poll(after(60), &mut session)).request), "Bearer t1");
    }
}

/// A request of somebody in between has no code of the portal's.
#[test]
fn without_the_portals_request_id_it_says_nothing_of_the_token() {
    let mut session = session_with_token();
    let mut call = regions();
    sent(call.poll(after(60), &mut session));
    call.on(answer(404, r#"{"code":"token_expired"}"#));
    done(call.poll(after(60), &mut session)).unwrap_err();
    assert_eq!(bearer(&sent(regions().poll(after(60), &mut session)).request), "Bearer t1");
}

/// It may have been placed. But the next call gets another token.
#[test]
fn an_order_whose_token_is_refused_so_stays_in_doubt() {
    let expired = CODES.into_iter().flat_map(bodies).map(|body| answer(200, &body));
    let contradictory = answer(200, r#"{"code":"x","requestId":"1","status":401}"#);
    let gateway = answer(401, r#"{"error":"invalid_token","error_description":"Access token expired: t1"}"#);
    for event in expired.chain([contradictory, gateway]) {
        let what = format!("{event:?}");
        let mut session = session_with_token();
        let mut call = order();
        sent(call.poll(after(60), &mut session));
        call.on(event);
        let error = done(call.poll(after(60), &mut session)).unwrap_err();
        assert_eq!((error.delivery(), error.attempts()), (Delivery::MaybeExecuted, 1), "{what}: {error}");
        assert!(is_token_request(&sent(regions().poll(after(60), &mut session))), "{what}: {error}");
    }
}
