//! Answers of the module `auth`.

use std::time::Duration;

use http::Response;
use serde_json::json;
use yeastar_core::Endpoint;
use yeastar_core::auth::{RefreshAccessToken, RequestAccessToken};

use super::support::{self, Role};
use super::{ok, printed};

#[test]
fn a_token_is_read_with_its_life_as_text_and_as_a_number() {
    let token = ok::<RequestAccessToken>("documented");
    assert_eq!(token.expires_in, Duration::from_secs(1800));
    assert_eq!(token.token.expose(), "made-up.access.token");
    assert_eq!(token.refresh_token.unwrap().expose(), "made-up-refresh-token");
    assert_eq!(token.token_head.unwrap().expose(), "Bearer");

    assert_eq!(ok::<RequestAccessToken>("expires-in-number").expires_in, Duration::from_secs(1799));
    assert!(ok::<RequestAccessToken>("without-refresh-token").refresh_token.is_none());
    assert_eq!(
        ok::<RefreshAccessToken>("documented").refresh_token.unwrap().expose(),
        "made-up-refresh-token-2"
    );
    assert_eq!(ok::<RefreshAccessToken>("without-refresh-token").expires_in, Duration::from_secs(1800));
}

/// The token is what counts; what stands beside it may be left out, or be of another type.
#[test]
fn a_token_is_not_lost_over_what_stands_beside_it() {
    for (beside, seconds) in [
        (r#""expiresIn":1799.0"#, 1799),
        (r#""expiresIn":" 1799 ""#, 1799),
        (r#""expiresIn":null"#, 1800),
        (r#""expiresIn":"soon""#, 1800),
        (r#""expiresIn":-1"#, 1800),
        (r#""expiresIn":[1799]"#, 1800),
        (r#""tokenHead":17"#, 1800),
        (r#""tokenHead":["canary"],"expiresIn":"canary""#, 1800),
        (r#""somethingElse":1"#, 1800),
    ] {
        let body = format!(r#"{{"code":"success","requestId":"1","result":{{"token":"canary",{beside}}}}}"#);
        let token = RequestAccessToken::read_response(Response::new(body)).unwrap();
        assert_eq!((token.token.expose(), token.expires_in.as_secs()), ("canary", seconds), "{beside}");
        assert!(token.token_head.is_none());
        assert!(!format!("{token:?}").contains("canary"), "{token:?}");
    }
}

#[test]
fn an_error_of_a_token_answer_shows_nothing_of_its_result() {
    let canary = "canary-4711";
    let results = [
        json!(canary),
        json!([canary]),
        json!({"token": [canary], "expiresIn": "1800"}),
        json!({"token": canary, "expiresIn": "1800", "refreshToken": {canary: canary}}),
        json!({canary: canary}),
    ];
    for result in results {
        let wrong = json!({"code": "success", "requestId": "1", "result": result, "status": 200}).to_string();
        let refused = json!({"code": "no", "requestId": "1", "result": result, "status": 401}).to_string();
        let foreign = json!({"error": result}).to_string();
        let no_json = format!("token={result}");
        let cut = wrong[..wrong.rfind(canary).unwrap() + canary.len()].to_owned();
        for body in [wrong, refused, foreign, no_json, cut] {
            for status in [200, 401, 500] {
                let answer = || Response::builder().status(status).body(&body).unwrap();
                for error in [
                    RequestAccessToken::read_response(answer()).unwrap_err(),
                    RefreshAccessToken::read_response(answer()).unwrap_err(),
                ] {
                    assert!(!printed(&error).contains("canary"), "{body}: {error:?}");
                    assert_eq!(error.body(), None);
                }
            }
        }
    }
}

#[test]
fn a_token_answer_prints_no_token() {
    for case in ["documented", "expires-in-number", "without-refresh-token"] {
        let answer = support::one("token_request", Role::Ok, case).response();
        let reply = RequestAccessToken::read_reply(answer).unwrap();
        let printed = format!("{reply:?} {reply:#?}");
        assert!(!printed.contains("made-up"), "{printed}");
    }
}
