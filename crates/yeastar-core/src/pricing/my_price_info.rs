//! `GET /pricing/openapi/purchase/v1/my_price_info`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-subscription-service.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MyPriceInfo;

impl Endpoint for MyPriceInfo {
    const META: Meta = Meta::new(
        "my_price_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/my_price_info",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-subscription-service.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
