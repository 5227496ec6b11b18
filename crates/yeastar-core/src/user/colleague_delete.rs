//! `DELETE /user/openapi/user/v1/colleagues`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/delete-colleagues.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ColleagueDelete;

impl Endpoint for ColleagueDelete {
    const META: Meta = Meta::new(
        "colleague_delete",
        Method::DELETE,
        "/user/openapi/user/v1/colleagues",
        Auth::Bearer,
        Effect::Idempotent,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/delete-colleagues.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
