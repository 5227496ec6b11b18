//! A request but for its token: what all attempts of it have in common.

use alloc::vec::Vec;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, Uri};
use serde::Serialize;
use serde_json::Serializer;

use crate::encoder::Encoder;
use crate::endpoint::{Endpoint, Meta};
use crate::error::Error;
use crate::origin::{AccessToken, Origin};

/// Cheap to clone: the texts are shared.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) meta: &'static Meta,
    pub(crate) origin: Origin,
    pub(crate) uri: Uri,
    pub(crate) content: Content,
}

/// A body and the headers that describe it.
#[derive(Clone)]
pub(crate) struct Content {
    kind: Option<Kind>,
    length: Option<HeaderValue>,
    body: Bytes,
}

/// The media type of a body.
#[derive(Clone, Copy)]
enum Kind {
    Form,
    Json,
}

impl Prepared {
    /// The request of this endpoint.
    ///
    /// # Errors
    ///
    /// When a value must not be sent.
    pub(crate) fn new<E: Endpoint + ?Sized>(endpoint: &E, origin: &Origin) -> Result<Self, Error> {
        let meta = const { &E::META };
        // Parsed by the compiler, once for all requests.
        let fixed_path = const { const { &E::META }.fixed_path() };
        let mut encoder = Encoder::new(meta);
        endpoint
            .encode(&mut encoder)
            .and_then(|()| encoder.finish(origin, fixed_path))
            .map_err(|error| Error::from(error).at(meta))
    }

    /// The whole request.
    pub(crate) fn into_request(self, token: Option<&AccessToken>) -> Request<Bytes> {
        let Self { meta, origin, uri, content } = self;
        let mut request = Request::new(content.body);
        *request.method_mut() = meta.method().clone();
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        // There are six with `Host`, and client libraries look further ones up so that they could be added.
        headers.reserve(8);
        if let Some(kind) = content.kind {
            headers.insert(CONTENT_TYPE, kind.header());
        }
        if let Some(length) = content.length {
            headers.insert(CONTENT_LENGTH, length);
        }
        headers.insert(USER_AGENT, origin.user_agent().clone());
        // Without a word of it any encoding is welcome (RFC 9110, section 12.5.3).
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(token) = token {
            headers.insert(AUTHORIZATION, token.header().clone());
        }
        request
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.content.body
    }
}

/// Whatever else a request has follows from its endpoint and its origin.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Prepared {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (self.meta.name(), &self.uri, self.body()).hash(state);
    }
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
    fn header(self) -> HeaderValue {
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
