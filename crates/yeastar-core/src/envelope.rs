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
use http::response::Parts;
use http::{HeaderMap, Response, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::endpoint::{Auth, Meta};
use crate::error::{Error, ErrorKind};

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
#[serde(rename_all = "camelCase")]
struct Envelope<'a, R> {
    #[serde(borrow)]
    code: Cow<'a, str>,
    detail_message: Option<Scalar>,
    request_id: Option<Scalar>,
    status: Option<Scalar>,
    result: R,
}

/// A field beside the result. It is for people, so no form of it makes an answer unreadable.
enum Scalar {
    Text(String),
    Number(u64),
    Other,
}

impl Scalar {
    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(number) => Some(number.to_string()),
            Self::Other => None,
        }
    }
}

fn number(scalar: Option<&Scalar>) -> Option<u64> {
    match scalar? {
        Scalar::Text(text) => text.parse().ok(),
        Scalar::Number(number) => Some(*number),
        Scalar::Other => None,
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Scalar, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar, A::Error> {
        IgnoredAny.visit_map(map).map(|_| Scalar::Other)
    }
}

const SUCCESS: &str = "success";

pub(crate) fn read<T: DeserializeOwned>(meta: &Meta, response: Response<Bytes>) -> Result<Reply<T>, Error> {
    let (parts, body) = response.into_parts();
    let problem = match parse::<T>(meta, &body) {
        Ok(Envelope { code, request_id, status, result, .. })
            if is_success(&code, parts.status, number(status.as_ref())) =>
        {
            let request_id = request_id.and_then(Scalar::into_text);
            return Ok(Reply { value: result, status: parts.status, request_id, attempts: 1, body });
        }
        Ok(_) => None,
        Err(problem) => Some(problem),
    };
    Err(explain(&parts, &body, problem).at(meta).with_body(meta, body))
}

fn parse<'a, R: Deserialize<'a>>(meta: &Meta, body: &'a [u8]) -> Result<Envelope<'a, R>, String> {
    // Checking the whole body once is faster than checking each string of it.
    let text = core::str::from_utf8(body).map_err(|error| error.to_string())?;
    serde_json::from_str(text).map_err(|error| describe(meta, &error))
}

/// The portal repeats the HTTP status in the body. An answer that calls itself a
/// success under an error status contradicts itself and proves nothing.
fn is_success(code: &str, http: StatusCode, own_status: Option<u64>) -> bool {
    code == SUCCESS && http.is_success() && own_status.is_none_or(|status| (200..300).contains(&status))
}

/// What serde_json found wrong, without the value that it quotes: bodies hold
/// personal data, and those of the token endpoint hold tokens.
fn describe(meta: &Meta, error: &serde_json::Error) -> String {
    let text = error.to_string();
    match meta.auth() {
        Auth::None => {
            alloc::format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column())
        }
        Auth::Bearer => match (text.find(['"', '`']), text.rfind(", expected ")) {
            (Some(value), Some(expected)) if value < expected => {
                alloc::format!("{}{}", text[..value].trim_end(), &text[expected..])
            }
            _ => text,
        },
    }
}

/// Why an answer is no success. It can be anything, so nothing in here can fail.
fn explain(parts: &Parts, body: &[u8], problem: Option<String>) -> Error {
    let http = parts.status;
    let retry_after = retry_after(&parts.headers);
    let envelope = core::str::from_utf8(body)
        .ok()
        .and_then(|text| serde_json::from_str::<Envelope<'_, Option<IgnoredAny>>>(text).ok());
    // A gateway's own JSON may have a `code` too, but not the portal's request id.
    let Some(Envelope { code, detail_message, request_id: Some(request_id), status, .. }) = envelope else {
        let what = if body.is_empty() {
            "empty body".into()
        } else if body.trim_ascii_start().starts_with(b"<") {
            "an HTML page".into()
        } else {
            alloc::format!("not the portal's envelope ({})", problem.unwrap_or_default())
        };
        return Error::new(kind_of(http).unwrap_or(ErrorKind::UnexpectedAnswer), what)
            .with_status(http)
            .with_retry_after(retry_after);
    };
    let request_id = request_id.into_text().unwrap_or_default();
    // Under an HTTP status of success the portal's own word is the better one.
    let own_status = number(status.as_ref());
    let contradictory = own_status.is_some_and(|status| status != u64::from(http.as_u16()));
    let status = own_status
        .and_then(|status| u16::try_from(status).ok())
        .filter(|_| http.is_success())
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(http);
    if code == SUCCESS {
        let message = match problem {
            Some(problem) => alloc::format!("success, but its result cannot be read: {problem}"),
            None => String::from("calls itself a success under an error status"),
        };
        return Error::new(kind_of(http).unwrap_or(ErrorKind::UnexpectedAnswer), message)
            .with_status(status)
            .with_request_id(request_id)
            .with_retry_after(retry_after);
    }
    Error::new(
        kind_of(status).unwrap_or(ErrorKind::Refused),
        detail_message.and_then(Scalar::into_text).unwrap_or_default(),
    )
    .with_status(status)
    .with_request_id(request_id)
    .with_code(code.into_owned())
    .with_contradictory(contradictory)
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
