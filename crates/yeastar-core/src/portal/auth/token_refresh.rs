//! `POST /auth/openapi/v1/oauth/token` with `grant_type=refresh_token`

use http::Method;

use super::TokenDetails;
use crate::error::invalid::BuildError;
use crate::value::Secret;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Trades the latest refresh token for a new access token.
///
/// Request: `POST /auth/openapi/v1/oauth/token` with `grant_type=refresh_token`
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/refresh-access-token.html>
///
/// Documented: the form (no client id, no secret), and `expiresIn` of the answer.
///
/// Inferred: the other fields are those of [`TokenDetails`] (it has the same type name), a new refresh
/// token comes each time.
///
/// Not known: whether the old refresh token dies at once; so it is never sent twice.
#[doc(alias = "token_refresh")]
#[derive(Clone, Debug)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct RefreshAccessToken {
    /// The latest refresh token.
    pub refresh_token: Secret,
}

impl RefreshAccessToken {
    /// Asks with this refresh token.
    pub fn new(refresh_token: Secret) -> Self {
        Self { refresh_token }
    }
}

impl Endpoint for RefreshAccessToken {
    const META: Meta = Meta::new(
        "token_refresh",
        Method::POST,
        "/auth/openapi/v1/oauth/token",
        Auth::None,
        Effect::Once,
        "the refresh token may be spent by the first request; using a spent one may revoke its successors",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/refresh-access-token.html",
    );

    type Output = TokenDetails;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        if self.refresh_token.expose().is_empty() {
            return Err(BuildError::new("refresh_token", "is empty", "request a token with the credentials"));
        }
        out.form(&[("grant_type", "refresh_token"), ("refresh_token", self.refresh_token.expose())]);
        Ok(())
    }
}
