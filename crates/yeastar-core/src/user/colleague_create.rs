//! `POST /user/openapi/user/v1/colleagues`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-colleague.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ColleagueCreate;

impl Endpoint for ColleagueCreate {
    const META: Meta = Meta::new(
        "colleague_create",
        Method::POST,
        "/user/openapi/user/v1/colleagues",
        Auth::Bearer,
        Effect::Once,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/create-a-colleague.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
