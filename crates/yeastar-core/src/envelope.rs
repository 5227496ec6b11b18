//! The envelope around every answer:
//! `{"code", "detailMessage", "requestId", "result", "status"}`.
//!
//! Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/response-results.html>.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use core::fmt;
use core::time::Duration;

use bytes::Bytes;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::endpoint::{Auth, Meta};
use crate::error::{Error, ErrorKind};
use crate::value::Json;

/// An answer and the facts around it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply<T> {
    /// What stood in `result`.
    pub value: T,
    /// HTTP status of the answer.
    pub status: StatusCode,
    /// The portal's id of the request, for the vendor's support.
    pub request_id: Option<String>,
    /// How many requests it took, token requests not counted.
    pub attempts: u32,
    pub(crate) body: Bytes,
}

impl<T> Reply<T> {
    /// What stood in `result`.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The raw body, with whatever this version has no name for.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

impl<T: fmt::Debug> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
struct Success<'a, T> {
    #[serde(borrow)]
    code: Cow<'a, str>,
    request_id: Option<String>,
    status: Option<u16>,
    result: T,
}

/// The same fields, read after the first look failed: only `code` has to be what it should be.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sketch {
    code: String,
    detail_message: Option<Json>,
    request_id: Option<Json>,
    status: Option<Json>,
}

const SUCCESS: &str = "success";

pub(crate) fn read<T: DeserializeOwned>(meta: &Meta, response: Response<Bytes>) -> Result<Reply<T>, Error> {
    let (parts, body) = response.into_parts();
    let parsed = core::str::from_utf8(&body).map_err(|error| error.to_string()).and_then(|text| {
        serde_json::from_str::<Success<'_, T>>(text).map_err(|error| describe(meta, &error))
    });
    match parsed {
        Ok(Success { code, request_id, status, result }) if is_success(&code, parts.status, status) => {
            Ok(Reply { value: result, status: parts.status, request_id, attempts: 1, body })
        }
        other => {
            let detail = other.err();
            Err(explain(parts.status, &parts.headers, &body, detail).at(meta).with_body(meta, body))
        }
    }
}

/// The portal repeats the HTTP status in the body. An answer that calls itself a
/// success under an error status contradicts itself and proves nothing.
fn is_success(code: &str, http: StatusCode, body: Option<u16>) -> bool {
    code == SUCCESS && http.is_success() && body.is_none_or(|status| (200..300).contains(&status))
}

/// serde_json quotes the offending value. In the answers of the token endpoint that may be a token.
fn describe(meta: &Meta, error: &serde_json::Error) -> String {
    match meta.auth() {
        Auth::Bearer => error.to_string(),
        Auth::None => {
            alloc::format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column())
        }
    }
}

fn explain(http: StatusCode, headers: &HeaderMap, body: &[u8], detail: Option<String>) -> Error {
    let retry_after = retry_after(headers);
    let sketch = core::str::from_utf8(body).ok().and_then(|text| serde_json::from_str::<Sketch>(text).ok());
    // A gateway's own JSON may have a `code` too, but not the portal's request id.
    let Some(Sketch { code, detail_message, request_id: Some(request_id), status }) = sketch else {
        let mut message = String::from(if body.is_empty() {
            "empty body"
        } else if body.trim_ascii_start().starts_with(b"<") {
            "an HTML page"
        } else {
            "not the portal's envelope"
        });
        if let Some(detail) = detail.filter(|_| !body.is_empty()) {
            message.push_str(" (");
            message.push_str(&detail);
            message.push(')');
        }
        return Error::new(kind_of(http).unwrap_or(ErrorKind::UnexpectedAnswer), message)
            .with_status(http)
            .with_retry_after(retry_after);
    };
    let body_status = status.and_then(|json| json.to_text().parse::<StatusCode>().ok());
    // With an HTTP status of success the portal's own word is the better one.
    let status = if http.is_success() { body_status.unwrap_or(http) } else { http };
    let request_id = request_id.to_text();
    if code == SUCCESS {
        let message = if http.is_success() && body_status.is_none_or(|status| status.is_success()) {
            alloc::format!("success, but its result cannot be read: {}", detail.unwrap_or_default())
        } else {
            String::from("calls itself a success under an error status")
        };
        return Error::new(ErrorKind::UnexpectedAnswer, message)
            .with_status(status)
            .with_request_id(request_id);
    }
    Error::new(
        kind_of(status).unwrap_or(ErrorKind::Refused),
        detail_message.map(|json| json.to_text()).unwrap_or_default(),
    )
    .with_status(status)
    .with_request_id(request_id)
    .with_code(code)
    .with_retry_after(retry_after)
}

/// What an HTTP status says by itself, whoever sent it.
fn kind_of(status: StatusCode) -> Option<ErrorKind> {
    match status.as_u16() {
        401 | 403 => Some(ErrorKind::Forbidden),
        429 => Some(ErrorKind::RateLimited),
        408 | 500.. => Some(ErrorKind::Unavailable),
        _ => None,
    }
}

/// `Retry-After` in seconds or as a date. A date counts from the answer's own
/// `Date`, so that nobody's clock matters.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let date = headers.get(DATE)?.to_str().ok()?;
    let (until, sent) = (httpdate::parse_http_date(text).ok()?, httpdate::parse_http_date(date).ok()?);
    Some(until.duration_since(sent).unwrap_or_default())
}
