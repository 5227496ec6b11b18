//! `POST /auth/openapi/v1/oauth/token` with `grant_type=pp_credentials`

use core::time::Duration;

use http::Method;
use serde::{Deserialize, Deserializer};

use crate::error::invalid::BuildError;
use crate::portal::auth::credentials::Credentials;
use crate::value::{Json, Secret, from_objects_only};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Trades the client id and secret for an access token (30 minutes) and a refresh token (15 days).
///
/// Request: `POST /auth/openapi/v1/oauth/token` with `grant_type=pp_credentials`
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/request-access-token.html>
///
/// Documented: the form, and the four fields of [`TokenDetails`].
///
/// Inferred: `expiresIn` is near 1800; a refusal may come as an OAuth error (RFC 6749, section 5.2) without the
/// envelope.
///
/// Not known: further fields, any example; so both forms of `expiresIn` are read.
#[doc(alias = "token_request")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestAccessToken {
    /// Client id and secret.
    pub credentials: Credentials,
}

impl RequestAccessToken {
    /// Asks with these credentials.
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials }
    }
}

impl Endpoint for RequestAccessToken {
    const META: Meta = Meta::new(
        "token_request",
        Method::POST,
        "/auth/openapi/v1/oauth/token",
        Auth::None,
        Effect::Read,
        "asking twice gives two tokens; nothing is bought or changed",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/request-access-token.html",
    );

    type Output = TokenDetails;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        let (id, secret) = (self.credentials.client_id(), self.credentials.client_secret().expose());
        for (field, value) in [("client_id", id), ("client_secret", secret)] {
            if value.trim().is_empty() {
                return Err(BuildError::new(field, "is empty", "copy it from System > API in the portal"));
            }
        }
        out.form(&[("client_id", id), ("client_secret", secret), ("grant_type", "pp_credentials")]);
        Ok(())
    }
}

/// A token answer (`Token_Details`).
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct TokenDetails {
    /// Remaining life of the access token; on the wire seconds, as a string. When it is missing or no number, it is taken for
    /// the 30 minutes that the vendor documents.
    #[serde(default = "documented_life", deserialize_with = "seconds")]
    pub expires_in: Duration,
    /// The token that renews the access token. A new one comes with each renewal
    /// (inferred: the vendor asks for the latest value). The page of the renewal is
    /// not known to list it, so it may be absent there.
    pub refresh_token: Option<Secret>,
    /// The access token.
    pub token: Secret,
    /// Prefix of the access token in the `Authorization` header. Only part of its
    /// description is known; this library always sends the documented `Bearer`. `None` when it is no text.
    #[serde(default, deserialize_with = "text")]
    pub token_head: Option<Secret>,
}

from_objects_only!(TokenDetails);

/// A token is worth more than the number beside it.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let came = Json::deserialize(deserializer)?;
    let seconds = came.to_text().trim().parse::<f64>().ok();
    let life = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Ok(life.unwrap_or_else(documented_life))
}

fn documented_life() -> Duration {
    Duration::from_secs(30 * 60)
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Json::deserialize(deserializer).map(|json| json.parse().ok())
}
