//! What an endpoint is: a plain struct, a constant and a function.

use alloc::string::String;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{Method, Request, Response};
use serde::de::DeserializeOwned;

use crate::encoder::{BuildError, Encoder};
use crate::envelope::{self, Reply};
use crate::error::Error;
use crate::origin::{AccessToken, Origin};
use crate::prepared::Prepared;
use crate::retry;

/// One request of the portal and the answer to it.
///
/// All endpoints of this crate implement it; implement it yourself for one that
/// is missing here, and every way in (stateless, blocking, async) takes it.
///
/// ```
/// use yeastar_core::{Auth, BuildError, Effect, Encoder, Endpoint, Json, Meta, Method, Origin};
///
/// struct InvoiceList { page: u32 }
///
/// impl Endpoint for InvoiceList {
///     const META: Meta = Meta::new(
///         "invoice_list",
///         Method::GET,
///         "/order/openapi/invoice/v1/page",
///         Auth::Bearer,
///         Effect::Read,
///         "a query",
///         "https://example.com/where-you-read-about-it",
///     );
///     type Output = Json;
///
///     fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
///         out.query("pageNo", self.page)?;
///         Ok(())
///     }
/// }
///
/// let request = InvoiceList { page: 2 }.to_request(&Origin::default(), None)?;
/// assert_eq!(request.uri().path_and_query().unwrap(), "/order/openapi/invoice/v1/page?pageNo=2");
/// # Ok::<(), yeastar_core::Error>(())
/// ```
pub trait Endpoint {
    /// Name, method, path and what sending it twice would do.
    const META: Meta;

    /// What stands in the `result` field of the envelope.
    type Output: DeserializeOwned;

    /// Writes path arguments, query and body.
    ///
    /// # Errors
    ///
    /// [`BuildError`] when a value must not be sent.
    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError>;

    /// The whole HTTP request. Without a token it has no `Authorization` header.
    ///
    /// The header does not show the token when it is printed; a body with a secret (of
    /// a token request, or a colleague's password) does show it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) when a value must not be sent.
    fn to_request(&self, origin: &Origin, token: Option<&AccessToken>) -> Result<Request<Bytes>, Error> {
        Prepared::new(self, origin).map(|prepared| prepared.into_request(token))
    }

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// The portal's refusal, or an answer that is not the portal's; see
    /// [`ErrorKind`](crate::ErrorKind). What the portal says about a token request is
    /// left out but for words that look like a code, since it may quote the secret.
    fn read_response(response: Response<impl AsRef<[u8]>>) -> Result<Self::Output, Error> {
        Self::read_reply(response.map(|body| Bytes::copy_from_slice(body.as_ref()))).map(Reply::into_value)
    }

    /// Reads the answer and keeps status, request id and the raw body beside it.
    ///
    /// # Errors
    ///
    /// As [`read_response`](Self::read_response).
    fn read_reply(response: Response<Bytes>) -> Result<Reply<Self::Output>, Error> {
        let meta = Self::META;
        envelope::read(&meta, response).map_err(|error| {
            let delivery = retry::delivery(meta.effect(), &error);
            match meta.auth() {
                Auth::Bearer => error,
                Auth::None => error.filtered(only_a_code),
            }
            .with_attempts(1, delivery)
        })
    }
}

fn only_a_code(text: &str) -> String {
    let is_code = text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_code { text.into() } else { "[withheld]".into() }
}

/// So that an endpoint can be kept and sent again.
impl<E: Endpoint> Endpoint for &E {
    const META: Meta = E::META;

    type Output = E::Output;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        E::encode(self, out)
    }
}

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
