//! `GET /user/openapi/user/v1/client/partner_list`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-subordinate-user-list.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SubordinateUserList;

impl Endpoint for SubordinateUserList {
    const META: Meta = Meta::new(
        "subordinate_user_list",
        Method::GET,
        "/user/openapi/user/v1/client/partner_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-subordinate-user-list.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
