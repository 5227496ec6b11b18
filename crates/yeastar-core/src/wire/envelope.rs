//! The envelope around every answer:
//! `{"code", "detailMessage", "requestId", "result", "status"}`.
//!
//! Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/response-results.html>.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use core::fmt;
use core::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, DATE, RETRY_AFTER};
use http::response::Parts;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::value::{BorrowedText, lenient, redaction};
use crate::wire::evidence;
use crate::wire::meta::{Auth, Meta};
use crate::wire::reply::Reply;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a, R> {
    #[serde(borrow)]
    code: BorrowedText<'a>,
    #[serde(borrow)]
    request_id: Option<Scalar<'a>>,
    #[serde(borrow)]
    status: Option<Scalar<'a>>,
    result: R,
}

impl<R> Envelope<'_, R> {
    /// The portal repeats the HTTP status in the body. An answer that calls itself a
    /// success under an error status contradicts itself and proves nothing.
    fn is_success(&self, http: StatusCode) -> bool {
        let own_status = number(self.status.as_ref());
        self.code.0 == SUCCESS
            && http.is_success()
            && own_status.is_none_or(|status| (200..300).contains(&status))
    }

    fn into_success(self) -> (R, Option<String>) {
        (self.result, self.request_id.and_then(Scalar::into_text))
    }
}

/// The envelope without its result: what an answer says that is no success.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "struct Envelope")]
struct Outside<'a> {
    #[serde(borrow)]
    code: BorrowedText<'a>,
    /// As it came: no form of a text for people makes a refusal unreadable.
    #[serde(borrow)]
    detail_message: Option<&'a RawValue>,
    #[serde(borrow)]
    request_id: Option<Scalar<'a>>,
    #[serde(borrow)]
    status: Option<Scalar<'a>>,
    /// Named so that two of them contradict each other: then the answer proves nothing.
    #[serde(rename = "result")]
    _result: Option<IgnoredAny>,
}

/// A field beside the result. It is for people, so no form of it makes an answer unreadable.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Number(u64),
    Other,
}

impl Scalar<'_> {
    fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.into_owned()),
            Self::Number(number) => Some(number.to_string()),
            Self::Other => None,
        }
    }
}

fn number(scalar: Option<&Scalar<'_>>) -> Option<u64> {
    match scalar? {
        Scalar::Text(text) => text.parse().ok(),
        Scalar::Number(number) => Some(*number),
        Scalar::Other => None,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(text.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Text(String::from(text).into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar<'de>, E> {
        Ok(Scalar::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Scalar<'de>, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| Scalar::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar<'de>, A::Error> {
        IgnoredAny.visit_map(map).map(|_| Scalar::Other)
    }
}

const SUCCESS: &str = "success";

pub(crate) fn read<T: DeserializeOwned>(meta: &Meta, response: Response<Bytes>) -> Result<Reply<T>, Error> {
    let (parts, body) = response.into_parts();
    match open::<T>(meta, &parts, &body) {
        Ok((value, request_id)) => Ok(Reply { value, status: parts.status, request_id, attempts: 1, body }),
        Err(error) => Err(error.filtered(redaction::without_jwts).at(meta).with_answer(meta, body)),
    }
}

/// The result of a success and the id of its request.
#[inline]
fn open<T: DeserializeOwned>(meta: &Meta, parts: &Parts, body: &[u8]) -> Result<(T, Option<String>), Error> {
    // Checking the whole body once is faster than checking each string of it. In another encoding than UTF-8 all but the
    // letters beyond ASCII is the same, and those stand in texts for people.
    let text = core::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed);
    // Some servers begin with a byte order mark, or end with a zero.
    let text = text.trim_start_matches('\u{feff}').trim_end_matches('\0');
    if !text.trim_start().starts_with('{') {
        // serde would read an array, by position.
        return Err(explain(meta, parts, body, None, Some("it is no object".into())));
    }
    let unread = match serde_json::from_str::<Envelope<'_, T>>(text) {
        Ok(envelope) if envelope.is_success(parts.status) => return Ok(envelope.into_success()),
        Ok(_) => false,
        Err(_) => true,
    };
    let outside = match serde_json::from_str::<Outside<'_>>(text) {
        Ok(outside) => outside,
        Err(error) => return Err(explain(meta, parts, body, None, Some(describe(meta, &error)))),
    };
    // A refusal has no result that would be worth it.
    let problem = if unread && outside.code.0 == SUCCESS {
        match lenient::from_str::<Envelope<'_, T>>(text) {
            Ok(envelope) if envelope.is_success(parts.status) => return Ok(envelope.into_success()),
            Ok(_) => None,
            Err(error) => Some(describe(meta, &error)),
        }
    } else {
        None
    };
    Err(explain(meta, parts, body, Some(outside), problem))
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
fn explain(
    meta: &Meta,
    parts: &Parts,
    body: &[u8],
    outside: Option<Outside<'_>>,
    problem: Option<String>,
) -> Error {
    let http = parts.status;
    let retry_after = retry_after(&parts.headers);
    // A gateway's own JSON may have a `code` too, but not the portal's request id.
    let Some(Outside { code, detail_message, request_id: Some(request_id), status, .. }) = outside else {
        if let Some(code) = oauth_error(meta, http, body) {
            let kind = if evidence::refuses_token(code) { Some(ErrorKind::Forbidden) } else { kind_of(http) };
            return Error::new(kind.unwrap_or(ErrorKind::Refused), "outside the portal's envelope")
                .with_status(http)
                .with_code(code.into());
        }
        let encoding = parts.headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
        let what = if body.is_empty() {
            "empty body".into()
        } else if let Some(encoding) = encoding.filter(|encoding| !encoding.eq_ignore_ascii_case(b"identity"))
        {
            let encoding = String::from_utf8_lossy(encoding);
            alloc::format!("the body is encoded as `{encoding}`, although the request allows only `identity`")
        } else if body.trim_ascii_start().starts_with(b"<") {
            "an HTML page".into()
        } else {
            alloc::format!(
                "not the portal's envelope ({})",
                problem.unwrap_or_else(|| "missing field `requestId`".into())
            )
        };
        return Error::new(kind_of(http).unwrap_or(ErrorKind::UnexpectedAnswer), what)
            .with_status(http)
            .with_retry_after(retry_after);
    };
    let request_id = request_id.into_text().unwrap_or_default();
    // Under an HTTP status of success the portal's own word is the better one.
    let own_status = number(status.as_ref());
    let is_whole = detail_message.is_some()
        && own_status.is_some_and(|status| status < 500)
        && !request_id.trim().is_empty();
    let contradictory = own_status.is_some_and(|status| status != u64::from(http.as_u16()));
    let status = own_status
        .and_then(|status| u16::try_from(status).ok())
        .filter(|_| http.is_success())
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(http);
    if code.0 == SUCCESS {
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
        detail_message.and_then(text_for_people).unwrap_or_default(),
    )
    .with_status(status)
    .with_request_id(request_id)
    .with_code(code.0.into_owned())
    .with_contradictory(contradictory)
    .with_whole(is_whole)
    .with_retry_after(retry_after)
}

/// A text, or a number as text. One that was cut in the middle of a letter has the rest.
fn text_for_people(json: &RawValue) -> Option<String> {
    struct Lossy(String);

    impl<'de> Deserialize<'de> for Lossy {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct LossyVisitor;

            impl Visitor<'_> for LossyVisitor {
                type Value = Lossy;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a string")
                }

                fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Lossy, E> {
                    Ok(Lossy(String::from_utf8_lossy(bytes).into_owned()))
                }
            }

            deserializer.deserialize_bytes(LossyVisitor)
        }
    }

    let json = json.get();
    match serde_json::from_str::<Scalar<'_>>(json) {
        Ok(scalar) => scalar.into_text(),
        // Half of a pair of surrogates is no Unicode. serde_json gives it as bytes only.
        Err(_) => serde_json::from_str::<Lossy>(json).ok().map(|Lossy(text)| text),
    }
}

/// The code of an OAuth error (RFC 6749, section 5.2, and RFC 6750, section 3.1; the last two are those of the framework
/// whose tokens the portal's look like), which takes the place of the envelope where tokens are handed out or checked. That the
/// portal answers so is inferred. Only codes that are known count, and nothing else of the answer is kept: servers of this
/// kind put the token itself into the description.
fn oauth_error(meta: &Meta, http: StatusCode, body: &[u8]) -> Option<&'static str> {
    #[derive(Deserialize)]
    struct OAuthError<'a> {
        #[serde(borrow)]
        error: BorrowedText<'a>,
    }

    const CODES: [&str; 10] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "invalid_token",
        "insufficient_scope",
        "unauthorized",
        "access_denied",
    ];
    let is_told = match http {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => true,
        StatusCode::FORBIDDEN => meta.auth() == Auth::Bearer,
        _ => false,
    };
    if !is_told {
        return None;
    }
    let OAuthError { error } = serde_json::from_slice(body).ok()?;
    CODES.into_iter().find(|code| *code == error.0)
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
