//! Requests of the module `auth`.

use yeastar_core::auth::{RefreshAccessToken, RequestAccessToken};
use yeastar_core::{Credentials, Endpoint, ErrorKind, Secret};

use super::{Case, case, origin};

#[rustfmt::skip]
pub(crate) fn cases() -> Vec<Case> {
    let credentials = Credentials::new("made-up-client-id", "made-up secret & more=+%ü");
    vec![
        case("token_request", "credentials",
            "request-access-token.html: documented (fields and their values; the content type is one of two)",
            &RequestAccessToken::new(credentials), None),
        case("token_refresh", "refresh_token",
            "refresh-access-token.html: documented (fields and their values)",
            &RefreshAccessToken::new(Secret::new("made-up/refresh+token=")), None),
    ]
}

#[test]
fn empty_secrets_are_refused_by_name() {
    let refusal = |error: yeastar_core::Error| {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        error.to_string()
    };
    let to_request = |id: &str, secret: &str| {
        RequestAccessToken::new(Credentials::new(id, secret)).to_request(&origin(), None).unwrap_err()
    };
    assert!(refusal(to_request(" ", "made-up")).contains("`client_id`"));
    assert!(refusal(to_request("made-up", "")).contains("`client_secret`"));
    let refresh = RefreshAccessToken::new(Secret::new("")).to_request(&origin(), None).unwrap_err();
    assert!(refusal(refresh).contains("`refresh_token`"));
}
