//! `PUT /user/openapi/user/v1/colleagues/{colleaguesId}`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-colleague.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ColleagueEdit;

impl Endpoint for ColleagueEdit {
    const META: Meta = Meta::new(
        "colleague_edit",
        Method::PUT,
        "/user/openapi/user/v1/colleagues/{colleaguesId}",
        Auth::Bearer,
        Effect::Idempotent,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/edit-a-colleague.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
