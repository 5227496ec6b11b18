//! A request but for its token: what all attempts of it have in common.

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Request, Uri};

use crate::wire::access_token::AccessToken;
use crate::wire::content::Content;
use crate::wire::meta::Meta;
use crate::wire::origin::Origin;

/// Cheap to clone: the texts are shared.
#[derive(Clone)]
pub(crate) struct PreparedRequest {
    pub(crate) meta: &'static Meta,
    pub(crate) origin: Origin,
    pub(crate) uri: Uri,
    pub(crate) content: Content,
}

impl PreparedRequest {
    /// The whole request.
    pub(crate) fn with_token(self, token: Option<&AccessToken>) -> Request<Bytes> {
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
impl core::hash::Hash for PreparedRequest {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (self.meta.name(), &self.uri, self.body()).hash(state);
    }
}
