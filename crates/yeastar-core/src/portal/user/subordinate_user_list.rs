//! `GET /user/openapi/user/v1/client/partner_list`

use http::Method;

use super::SubordinateUser;
use crate::error::invalid::BuildError;
use crate::value::List;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Lists the subordinate users: the customers of the account.
///
/// Request: `GET /user/openapi/user/v1/client/partner_list`
///
/// There is no paging.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-subordinate-user-list.html>
///
/// Documented: all fields of a user, each a String.
///
/// Inferred: `result` is an array, although the page calls it an Object; [`List`] reads both.
#[doc(alias = "subordinate_user_list")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListCustomers;

impl ListCustomers {
    /// The request. It has no parameters.
    pub const fn new() -> Self {
        Self
    }
}

impl Endpoint for ListCustomers {
    const META: Meta = Meta::new(
        "subordinate_user_list",
        Method::GET,
        "/user/openapi/user/v1/client/partner_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-subordinate-user-list.html",
    );

    type Output = List<SubordinateUser>;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
