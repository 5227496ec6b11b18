//! `POST /user/openapi/user/v1/client/edit_user`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-subordinate-user.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EditUser;

impl Endpoint for EditUser {
    const META: Meta = Meta::new(
        "edit_user",
        Method::POST,
        "/user/openapi/user/v1/client/edit_user",
        Auth::Bearer,
        Effect::Idempotent,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-subordinate-user.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
