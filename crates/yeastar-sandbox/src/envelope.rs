//! The envelope around every answer of the portal, and its refusals.
//!
//! Documented: the five fields, and `code` = `success` with an empty
//! `detailMessage`. Inferred: the shape of `result` in a refusal, from the words
//! "field name and validation tag".

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

/// The error names that the sandbox answers with.
///
/// Only [`PARAMETER_VALIDATION_FAILED`](code::PARAMETER_VALIDATION_FAILED) is the
/// vendor's, and even that one is completed from a cut-off text
/// (`parameter_validation_f`). **All others are invented**, because the vendor
/// publishes no list: do not build on them.
pub mod code {
    /// Not an error.
    pub const SUCCESS: &str = "success";
    /// A value is missing, superfluous or wrong (HTTP 400).
    pub const PARAMETER_VALIDATION_FAILED: &str = "parameter_validation_failed";
    /// Invented. The client id or the client secret is wrong (HTTP 401).
    pub const CREDENTIALS_INVALID: &str = "credentials_invalid";
    /// Invented. The access token is missing, unknown, ended or expired (HTTP 401).
    pub const TOKEN_INVALID: &str = "token_invalid";
    /// Invented. The refresh token is unknown, spent or expired (HTTP 401).
    pub const REFRESH_TOKEN_INVALID: &str = "refresh_token_invalid";
    /// Invented. The account's balance is less than the price of the order (HTTP 400).
    pub const BALANCE_INSUFFICIENT: &str = "balance_insufficient";
    /// Invented. No such path, order or user (HTTP 404).
    pub const NOT_FOUND: &str = "not_found";
    /// Invented. The path is known, but not with this method (HTTP 405).
    pub const METHOD_NOT_ALLOWED: &str = "method_not_allowed";
    /// Invented. The `Origin` header names a web page of another site (HTTP 403).
    pub const CROSS_SITE: &str = "cross_site";
    /// Invented. The body took too long to arrive (HTTP 408).
    pub const REQUEST_TIMEOUT: &str = "request_timeout";
    /// Invented. The body is larger than 1 MiB (HTTP 413).
    pub const BODY_TOO_LARGE: &str = "body_too_large";
    /// Invented. The `Content-Type` is not the documented one (HTTP 415).
    pub const UNSUPPORTED_CONTENT_TYPE: &str = "unsupported_content_type";
    /// Invented. The `Host` header does not name this server (HTTP 421).
    pub const MISDIRECTED_REQUEST: &str = "misdirected_request";
    /// Invented. Too many requests (HTTP 429); comes only as a planned fault.
    pub const RATE_LIMITED: &str = "rate_limited";
    /// Invented. A refusal that quotes the request; comes only as a planned fault.
    pub const QUOTING: &str = "quoting";
    /// Invented. The client library knows this endpoint, the sandbox does not yet (HTTP 501).
    pub const NOT_SIMULATED: &str = "not_simulated";
}

/// What stands in the envelope's `result`, as text: an amount keeps its digits.
#[derive(Clone, Debug)]
pub(crate) struct Json(String);

impl Json {
    /// This text, which has to be JSON.
    pub(crate) fn text(text: String) -> Self {
        Self(text)
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value.to_string())
    }
}

/// Why the portal does not do what it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: Cow<'static, str>,
    message: String,
    result: Json,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    pub(crate) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        let result = Value::Null.into();
        Self { status, code: code.into(), message: message.into(), result, headers: Vec::new() }
    }

    /// A value is wrong. `problem` follows the name of the field.
    pub(crate) fn field(field: &str, tag: &str, problem: impl std::fmt::Display) -> Self {
        let message = format!("{field} {problem}");
        let refusal = Self::new(StatusCode::BAD_REQUEST, code::PARAMETER_VALIDATION_FAILED, message);
        Self { result: json!({ "field": field, "tag": tag }).into(), ..refusal }
    }

    pub(crate) fn token() -> Self {
        let message = "Authorization is not `Bearer` with a token that is valid now";
        Self::new(StatusCode::UNAUTHORIZED, code::TOKEN_INVALID, message)
    }

    pub(crate) fn body_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code::BODY_TOO_LARGE, "the body is larger than 1 MiB")
    }

    /// The allowed methods as the `Allow` header lists them.
    pub(crate) fn method(allowed: &str) -> Self {
        let message = format!("this path takes {allowed} only");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, code::METHOD_NOT_ALLOWED, message).with(ALLOW, allowed)
    }

    pub(crate) fn rate_limited(retry_after: Option<u64>) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, code::RATE_LIMITED, "too many requests");
        match retry_after {
            Some(seconds) => refusal.with(RETRY_AFTER, &seconds.to_string()),
            None => refusal,
        }
    }

    fn with(mut self, name: HeaderName, value: &str) -> Self {
        // Method names and numbers always make a header value.
        self.headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
        self
    }
}

/// An answer on its way out, with what the ledger wants to know of it.
pub(crate) struct Answer {
    /// As the envelope says it.
    pub(crate) status: StatusCode,
    /// Empty when no envelope goes out, as the request id.
    pub(crate) code: String,
    pub(crate) request_id: String,
    pub(crate) response: Response<Bytes>,
}

impl Answer {
    /// The portal's own answer.
    pub(crate) fn envelope(outcome: Result<Json, Refusal>, request_id: String) -> Self {
        let Refusal { status, code, message, result, headers } = outcome.map_or_else(
            |refusal| refusal,
            |result| Refusal { result, ..Refusal::new(StatusCode::OK, code::SUCCESS, "") },
        );
        let body = format!(
            r#"{{"code":{},"detailMessage":{},"requestId":{},"result":{},"status":{}}}"#,
            Value::from(&*code),
            Value::from(message),
            Value::from(&*request_id),
            result.0,
            status.as_u16(),
        );
        let mut response = page(status, "application/json", body);
        response.headers_mut().extend(headers);
        Self { status, code: code.into_owned(), request_id, response }
    }

    /// An error of OAuth, in the place of the envelope. Its description quotes what was sent.
    pub(crate) fn oauth(status: StatusCode, error: &str, quoted: &str) -> Self {
        let body = json!({ "error": error, "error_description": format!("refused: {quoted}") }).to_string();
        let response = page(status, "application/json", body);
        Self { status, code: String::new(), request_id: String::new(), response }
    }

    /// A page of something between client and portal, without an envelope.
    pub(crate) fn html(status: StatusCode, title: &str) -> Self {
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\
             <body><h1>{title}</h1><p>Not an answer of the portal.</p></body></html>\n"
        );
        let mut response = page(status, "text/html", body);
        if status.is_redirection() {
            // Leads back here, so that a client that follows it shows in the ledger.
            response.headers_mut().insert(LOCATION, HeaderValue::from_static("/redirected"));
        }
        Self { status, code: String::new(), request_id: String::new(), response }
    }
}

fn page(status: StatusCode, content_type: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
