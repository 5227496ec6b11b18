//! `GET /pricing/openapi/purchase/v1/renew/plan_info/{pricingPlanId}`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-plan-available-for-renewal.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RenewPlanInfo;

impl Endpoint for RenewPlanInfo {
    const META: Meta = Meta::new(
        "renew_plan_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/renew/plan_info/{pricingPlanId}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-plan-available-for-renewal.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
