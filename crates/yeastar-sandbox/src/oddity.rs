//! Odd forms of an answer, as servers of other vendors are known to send them.

use std::io::Write as _;
use std::str::FromStr;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

/// An odd form of an answer. Nothing says that the portal has it; a client should read it all the same, or say what
/// is wrong with it. Planned as a [`Fault`](crate::Fault):
///
/// ```
/// use yeastar_sandbox::{Fault, Oddity, Plan, Portal, Settings};
///
/// let mut portal = Portal::new(Settings::default());
/// portal.plan(Plan::new(Fault::Odd(Oddity::ListsAsObjects)).always());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oddity {
    /// Each list is an object with numbers for names, as PHP writes it; an empty one is `{}`.
    ListsAsObjects,
    /// Empty lists are left out, as Java's Jackson can do.
    EmptyListsLeftOut,
    /// A page is the bare list of its rows.
    PagesAsLists,
    /// Each list has a `null` between its elements and at its end.
    NullElements,
    /// Booleans are strings.
    TruthsAsTexts,
    /// Booleans are 0 and 1.
    TruthsAsNumbers,
    /// A byte order mark comes before the JSON, and a zero byte after it.
    Marked,
    /// `detailMessage` ends in the middle of an emoji.
    HalfEmoji,
    /// `detailMessage` has a letter in Latin-1, so the body is not UTF-8.
    Latin1,
    /// The request id is an empty text.
    EmptyRequestId,
    /// The request id is a number.
    NumericRequestId,
    /// A token comes with an empty refresh token.
    EmptyRefreshToken,
    /// The body is compressed, although nobody asked for it.
    Gzip,
    /// HTTP 204, without a body.
    NoContent,
}

/// By the names that the program takes.
const NAMES: [(&str, Oddity); 14] = [
    ("lists-as-objects", Oddity::ListsAsObjects),
    ("empty-lists-left-out", Oddity::EmptyListsLeftOut),
    ("pages-as-lists", Oddity::PagesAsLists),
    ("null-elements", Oddity::NullElements),
    ("truths-as-texts", Oddity::TruthsAsTexts),
    ("truths-as-numbers", Oddity::TruthsAsNumbers),
    ("marked", Oddity::Marked),
    ("half-emoji", Oddity::HalfEmoji),
    ("latin1", Oddity::Latin1),
    ("empty-request-id", Oddity::EmptyRequestId),
    ("numeric-request-id", Oddity::NumericRequestId),
    ("empty-refresh-token", Oddity::EmptyRefreshToken),
    ("gzip", Oddity::Gzip),
    ("no-content", Oddity::NoContent),
];

impl FromStr for Oddity {
    type Err = String;

    /// Reads the name in small letters, with hyphens: `lists-as-objects`.
    fn from_str(text: &str) -> Result<Self, String> {
        let known = NAMES.iter().find(|(name, _)| *name == text);
        let names: Vec<_> = NAMES.iter().map(|(name, _)| *name).collect();
        known.map(|(_, oddity)| *oddity).ok_or_else(|| format!("`{text}` is none of {}", names.join(", ")))
    }
}

impl Oddity {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(_, oddity)| *oddity)
    }

    /// Gives the answer this form. One that is no envelope stays as it is.
    pub(crate) fn apply(self, response: &mut Response<Bytes>) {
        let Ok(mut envelope) = serde_json::from_slice::<Value>(response.body()) else { return };
        let result = &mut envelope["result"];
        let body = match self {
            Self::ListsAsObjects => changed(envelope, |result| each_list(result, &as_object)),
            Self::EmptyListsLeftOut => changed(envelope, leave_empty_lists_out),
            Self::PagesAsLists => {
                if let Some(rows) = result.get_mut("results").map(Value::take) {
                    *result = rows;
                }
                bytes(&envelope)
            }
            Self::NullElements => changed(envelope, |result| each_list(result, &with_nulls)),
            Self::TruthsAsTexts => {
                changed(envelope, |result| each_truth(result, |truth| truth.to_string().into()))
            }
            Self::TruthsAsNumbers => {
                changed(envelope, |result| each_truth(result, |truth| u8::from(truth).into()))
            }
            Self::Marked => [b"\xef\xbb\xbf", &**response.body(), b"\0"].concat(),
            Self::HalfEmoji => with_message(&envelope, br"in full \ud83d"),
            Self::Latin1 => with_message(&envelope, b"B\xfcro"),
            Self::EmptyRequestId => changed_field(envelope, "requestId", "".into()),
            Self::NumericRequestId => changed_field(envelope, "requestId", 4711.into()),
            Self::EmptyRefreshToken => {
                if let Some(token) = result.get_mut("refreshToken") {
                    *token = "".into();
                }
                bytes(&envelope)
            }
            Self::Gzip => {
                response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                gzip(response.body())
            }
            Self::NoContent => {
                *response.status_mut() = StatusCode::NO_CONTENT;
                response.headers_mut().remove(CONTENT_TYPE);
                Vec::new()
            }
        };
        *response.body_mut() = body.into();
    }
}

fn bytes(envelope: &Value) -> Vec<u8> {
    envelope.to_string().into_bytes()
}

fn changed(mut envelope: Value, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    change(&mut envelope["result"]);
    bytes(&envelope)
}

fn changed_field(mut envelope: Value, name: &str, value: Value) -> Vec<u8> {
    envelope[name] = value;
    bytes(&envelope)
}

/// With these bytes as its text for people.
fn with_message(envelope: &Value, message: &[u8]) -> Vec<u8> {
    const MARK: &str = "the message of an odd answer";
    let marked = changed_field(envelope.clone(), "detailMessage", MARK.into());
    let text = String::from_utf8_lossy(&marked);
    match text.split_once(MARK) {
        Some((head, tail)) => [head.as_bytes(), message, tail.as_bytes()].concat(),
        None => marked.clone(),
    }
}

fn each_list(value: &mut Value, change: &impl Fn(Vec<Value>) -> Value) {
    match value {
        Value::Array(elements) => {
            for element in &mut *elements {
                each_list(element, change);
            }
            *value = change(std::mem::take(elements));
        }
        Value::Object(fields) => {
            for field in fields.values_mut() {
                each_list(field, change);
            }
        }
        _ => {}
    }
}

fn as_object(elements: Vec<Value>) -> Value {
    elements
        .into_iter()
        .enumerate()
        .map(|(index, element)| (index.to_string(), element))
        .collect::<Map<_, _>>()
        .into()
}

fn with_nulls(elements: Vec<Value>) -> Value {
    elements.into_iter().flat_map(|element| [element, Value::Null]).collect()
}

fn leave_empty_lists_out(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(leave_empty_lists_out),
        Value::Object(fields) => {
            fields.retain(|_, field| field.as_array().is_none_or(|elements| !elements.is_empty()));
            fields.values_mut().for_each(leave_empty_lists_out);
        }
        _ => {}
    }
}

fn each_truth(value: &mut Value, change: impl Fn(bool) -> Value + Copy) {
    match value {
        Value::Bool(truth) => *value = change(*truth),
        Value::Array(elements) => elements.iter_mut().for_each(|element| each_truth(element, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| each_truth(field, change)),
        _ => {}
    }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Into memory nothing fails.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}
