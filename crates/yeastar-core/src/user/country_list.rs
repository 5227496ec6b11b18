//! `GET /user/openapi/area/v1/page`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-country-list.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CountryList;

impl Endpoint for CountryList {
    const META: Meta = Meta::new(
        "country_list",
        Method::GET,
        "/user/openapi/area/v1/page",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-country-list.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
