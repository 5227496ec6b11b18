//! `GET /pricing/openapi/purchase/v1/purchase/plan_info/{pricingPlanId}`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-plan-available-for-subscription.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PurchasePlanInfo;

impl Endpoint for PurchasePlanInfo {
    const META: Meta = Meta::new(
        "purchase_plan_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/purchase/plan_info/{pricingPlanId}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-plan-available-for-subscription.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
