//! `GET /user/openapi/user/v1/colleagues`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-colleague-list.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ColleagueList;

impl Endpoint for ColleagueList {
    const META: Meta = Meta::new(
        "colleague_list",
        Method::GET,
        "/user/openapi/user/v1/colleagues",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-colleague-list.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
