//! `POST /user/openapi/user/v1/client/save_user`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-subordinate-user.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SaveUser;

impl Endpoint for SaveUser {
    const META: Meta = Meta::new(
        "save_user",
        Method::POST,
        "/user/openapi/user/v1/client/save_user",
        Auth::Bearer,
        Effect::Once,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-subordinate-user.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
