//! A body and the headers that describe it.

use alloc::vec::Vec;

use bytes::Bytes;
use http::{HeaderValue, Method};
use serde::Serialize;
use serde_json::Serializer;

/// A body and the headers that describe it.
#[derive(Clone)]
pub(crate) struct Content {
    pub(crate) kind: Option<Kind>,
    pub(crate) length: Option<HeaderValue>,
    pub(crate) body: Bytes,
}

/// The media type of a body.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Form,
    Json,
}

impl Content {
    /// No body. Where the method wants one its length is 0: without it client libraries
    /// disagree on what to send, and servers on what to want.
    pub(crate) fn none(method: &Method) -> Self {
        let wants_one = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
        Self { kind: None, length: wants_one.then(|| HeaderValue::from_static("0")), body: Bytes::new() }
    }

    pub(crate) fn form(body: Bytes) -> Self {
        Self::new(Kind::Form, body.len().into(), body)
    }

    /// JSON text that somebody else keeps too.
    pub(crate) fn shared_json(body: Bytes) -> Self {
        Self::new(Kind::Json, body.len().into(), body)
    }

    /// Writes a value as JSON.
    ///
    /// # Errors
    ///
    /// When it has no JSON form.
    pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        let mut text = Vec::with_capacity(USUAL_BODY);
        value.serialize(&mut Serializer::new(&mut text))?;
        // The digits of the length stand behind the text, in the same memory: a header value
        // that is made from a number takes two allocations. So the header keeps the body alive.
        let length = text.len();
        length.serialize(&mut Serializer::new(&mut text))?;
        let mut body = Bytes::from(text);
        let digits = HeaderValue::from_maybe_shared(body.split_off(length));
        Ok(Self::new(Kind::Json, digits.unwrap_or_else(|_| length.into()), body))
    }

    fn new(kind: Kind, length: HeaderValue, body: Bytes) -> Self {
        Self { kind: Some(kind), length: Some(length), body }
    }
}

impl Kind {
    pub(crate) fn header(self) -> HeaderValue {
        const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
        const JSON: HeaderValue = HeaderValue::from_static("application/json");
        match self {
            Self::Form => FORM,
            Self::Json => JSON,
        }
    }
}

/// Bytes. An order with a plan and a service fits.
const USUAL_BODY: usize = 1024;
