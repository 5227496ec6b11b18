//! What is known of an endpoint without a request at hand.

use bytes::Bytes;
use http::Method;
use http::uri::PathAndQuery;

use crate::error::Error;

/// What is known of an endpoint without a request at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    name: &'static str,
    method: Method,
    path: &'static str,
    auth: Auth,
    effect: Effect,
    effect_reason: &'static str,
    page: &'static str,
}

impl Meta {
    /// Name, method, path template (`/a/{argument}/b`), authorization, effect with
    /// the reason for it, and the page that documents the endpoint.
    ///
    /// # Panics
    ///
    /// When the path is no template: it starts with `/`, has no empty segment, no
    /// query, and braces only around a whole segment. In a `const` that is a compile error.
    pub const fn new(
        name: &'static str,
        method: Method,
        path: &'static str,
        auth: Auth,
        effect: Effect,
        effect_reason: &'static str,
        page: &'static str,
    ) -> Self {
        check_template(path);
        assert!(!name.is_empty() && !effect_reason.is_empty() && !page.is_empty());
        Self { name, method, path, auth, effect, effect_reason, page }
    }

    /// Name of the endpoint, in errors and tables.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// HTTP method.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// Path with `{arguments}`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The path, parsed; `None` when it has arguments.
    pub(crate) const fn fixed_path(&self) -> Option<PathAndQuery> {
        let bytes = self.path.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at] == b'{' {
                return None;
            }
            at += 1;
        }
        Some(PathAndQuery::from_static(self.path))
    }

    /// The portal's module: the first segment of the path.
    pub fn module(&self) -> &'static str {
        self.path.split('/').nth(1).unwrap_or_default()
    }

    /// Whether an access token goes with it.
    pub const fn auth(&self) -> Auth {
        self.auth
    }

    /// What sending the request twice would do.
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// Why the effect is what it is.
    pub const fn effect_reason(&self) -> &'static str {
        self.effect_reason
    }

    /// The vendor's page about it.
    pub const fn page(&self) -> &'static str {
        self.page
    }
}

/// Whether an endpoint wants an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer ...`.
    Bearer,
    /// None: the endpoints that hand out tokens. Their answers are secret, so no
    /// error shows anything of them.
    None,
}

/// What sending a request twice would do. It decides whether a request is sent
/// again after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub enum Effect {
    /// Nothing: it changes nothing.
    Read,
    /// The same as sending it once.
    Idempotent,
    /// Something again, such as another user. Never sent again after doubt.
    Once,
    /// Another order, which is to be paid. Never sent again after doubt, nor after an answer by which the
    /// portal did nothing: a gateway may have repeated the request, and this is the answer to the copy. So whoever sends it
    /// again looks at the account first.
    Order,
}

impl Effect {
    /// Whether the request may be sent again after doubt.
    pub const fn is_repeatable(self) -> bool {
        matches!(self, Self::Read | Self::Idempotent)
    }
}

const fn check_template(path: &str) {
    let bytes = path.as_bytes();
    assert!(!bytes.is_empty() && bytes[0] == b'/', "a path template starts with `/`");
    let mut at = 1;
    while at <= bytes.len() {
        let start = at;
        while at < bytes.len() && bytes[at] != b'/' {
            assert!(
                bytes[at] > b' ' && bytes[at] < 0x7f && bytes[at] != b'?' && bytes[at] != b'#',
                "a path template has no query and only visible ASCII"
            );
            let is_brace = bytes[at] == b'{' || bytes[at] == b'}';
            let opens = at == start && bytes[at] == b'{';
            let closes =
                bytes[start] == b'{' && bytes[at] == b'}' && (at + 1 == bytes.len() || bytes[at + 1] == b'/');
            assert!(!is_brace || opens || closes, "braces stand around a whole segment");
            at += 1;
        }
        assert!(at > start, "a path template has no empty segment");
        assert!(
            bytes[start] != b'{' || (bytes[at - 1] == b'}' && at - start > 2),
            "an argument has a name and a closing brace"
        );
        at += 1;
    }
}

impl Error {
    /// That it is about this endpoint.
    pub(crate) fn at(self, meta: &Meta) -> Self {
        self.of_endpoint(meta.name(), meta.effect() == Effect::Read)
    }

    /// The body of a token answer is never kept: it may hold a token.
    pub(crate) fn with_answer(self, meta: &Meta, body: Bytes) -> Self {
        match meta.auth() {
            Auth::Bearer => self.with_body(body),
            Auth::None => self,
        }
    }
}
