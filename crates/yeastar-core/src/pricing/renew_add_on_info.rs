//! `GET /pricing/openapi/purchase/v1/renew/add_on_info/{pricingServiceId}`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-service-available-for-renewal.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RenewAddOnInfo;

impl Endpoint for RenewAddOnInfo {
    const META: Meta = Meta::new(
        "renew_add_on_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/renew/add_on_info/{pricingServiceId}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-service-available-for-renewal.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
