//! `GET /user/openapi/user/v1/subordinate_user/{partnerId}`

use http::Method;

use super::SubordinateUser;
use crate::error::invalid::BuildError;
use crate::value::YeastarId;
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for one subordinate user, by e-mail address.
///
/// Request: `GET /user/openapi/user/v1/subordinate_user/{partnerId}`
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-of-a-subordinate-user.html>
///
/// Documented: the path argument is the user's Yeastar ID, although it is called `partnerId`; all
/// fields of the answer, those of the list.
///
/// Not known: whether the unique id ([`PartnerId`](crate::PartnerId)) works as well, and what comes
/// back for a user who does not exist.
#[doc(alias = "subordinate_user_get")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetCustomer {
    /// The user's e-mail address (`partnerId` on the wire). Not the
    /// [`partner_id`](SubordinateUser::partner_id) of the answer.
    pub yeastar_id: YeastarId,
}

impl GetCustomer {
    /// The user with this Yeastar ID, an e-mail address.
    pub fn new(yeastar_id: impl Into<YeastarId>) -> Self {
        Self { yeastar_id: yeastar_id.into() }
    }
}

impl Endpoint for GetCustomer {
    const META: Meta = Meta::new(
        "subordinate_user_get",
        Method::GET,
        "/user/openapi/user/v1/subordinate_user/{partnerId}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-of-a-subordinate-user.html",
    );

    type Output = SubordinateUser;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.argument("partnerId", &self.yeastar_id)
    }
}
