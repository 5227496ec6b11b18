//! `POST /pricing/openapi/purchase/v1/pricing/calculate`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/calculate-subscription-price.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PricingCalculate;

impl Endpoint for PricingCalculate {
    const META: Meta = Meta::new(
        "pricing_calculate",
        Method::POST,
        "/pricing/openapi/purchase/v1/pricing/calculate",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/calculate-subscription-price.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
