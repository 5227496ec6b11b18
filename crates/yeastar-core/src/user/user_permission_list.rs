//! `GET /user/openapi/user/v1/users/resource_list`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-user-permission.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserPermissionList;

impl Endpoint for UserPermissionList {
    const META: Meta = Meta::new(
        "user_permission_list",
        Method::GET,
        "/user/openapi/user/v1/users/resource_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-user-permission.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
