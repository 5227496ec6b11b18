//! What an endpoint is: a plain struct, a constant and a function.

use alloc::string::String;

use bytes::Bytes;
use http::{Request, Response};
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::error::invalid::BuildError;
use crate::wire::access_token::AccessToken;
use crate::wire::encoder::Encoder;
use crate::wire::meta::{Auth, Meta};
use crate::wire::origin::Origin;
use crate::wire::reply::Reply;
use crate::wire::request::PreparedRequest;
use crate::wire::{envelope, evidence};

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
        prepare(self, origin).map(|request| request.with_token(token))
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
            let delivery = evidence::delivery(meta.effect(), &error);
            match meta.auth() {
                Auth::Bearer => error,
                Auth::None => error.filtered(only_a_code),
            }
            .with_attempts(1, delivery)
        })
    }
}

/// The request of this endpoint, but for its token.
///
/// # Errors
///
/// When a value must not be sent.
pub(crate) fn prepare<E: Endpoint + ?Sized>(endpoint: &E, origin: &Origin) -> Result<PreparedRequest, Error> {
    let meta = const { &E::META };
    // Parsed by the compiler, once for all requests.
    let fixed_path = const { const { &E::META }.fixed_path() };
    let mut encoder = Encoder::new(meta);
    let (uri, content) = endpoint
        .encode(&mut encoder)
        .and_then(|()| encoder.finish(origin, fixed_path))
        .map_err(|error| Error::from(error).at(meta))?;
    Ok(PreparedRequest { meta, origin: origin.clone(), uri, content })
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
