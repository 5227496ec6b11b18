//! `GET /user/openapi/user/v1/subordinate_user/{partnerId}`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-of-a-subordinate-user.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SubordinateUserGet;

impl Endpoint for SubordinateUserGet {
    const META: Meta = Meta::new(
        "subordinate_user_get",
        Method::GET,
        "/user/openapi/user/v1/subordinate_user/{partnerId}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-of-a-subordinate-user.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
