//! `GET /user/openapi/user/v1/users/resource_list?userId={userId}`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{ColleagueId, Json, List, PartnerId};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Lists the permissions of oneself, of a subordinate user or of a colleague.
///
/// Request: `GET /user/openapi/user/v1/users/resource_list?userId={userId}`
///
/// A colleague is created with some of them. Without settings: your own.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-user-permission.html>
///
/// Documented: the request; the answer is an array.
///
/// Inferred: `null` stands for an empty one.
///
/// Not known: the fields of a permission, also the one of its id, so each is given as [`Json`].
#[doc(alias = "user_permission_list")]
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListPermissions {
    /// Unique id of a subordinate user or of a colleague; absent for yourself.
    pub user_id: Option<String>,
}

impl ListPermissions {
    /// Your own permissions.
    pub fn new() -> Self {
        Self::default()
    }

    /// The permissions of this subordinate user.
    pub fn of_subordinate_user(user: &PartnerId) -> Self {
        Self { user_id: Some(user.as_str().into()) }
    }

    /// The permissions of this colleague.
    pub fn of_colleague(colleague: &ColleagueId) -> Self {
        Self { user_id: Some(colleague.as_str().into()) }
    }
}

impl Endpoint for ListPermissions {
    const META: Meta = Meta::new(
        "user_permission_list",
        Method::GET,
        "/user/openapi/user/v1/users/resource_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-user-permission.html",
    );

    type Output = List<Json>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        if let Some(user) = &self.user_id {
            out.query("userId", user)?;
        }
        Ok(())
    }
}
