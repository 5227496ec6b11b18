//! `GET /pricing/openapi/purchase/v1/trial/plan_info/{pricingPlanId}?productId={productId}&productNo={productNo}`

use http::Method;

use super::encode_info;
use crate::error::invalid::BuildError;
use crate::value::{Json, PricingId, ProductId, ProductNo};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks what a plan is like that can be tried.
///
/// Request: `GET /pricing/openapi/purchase/v1/trial/plan_info/{pricingPlanId}?productId={productId}&productNo={productNo}`
///
/// The answer is given as [`Json`]: neither its type nor its fields are known.
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-plan-available-for-trial.html>
///
/// Documented: the request. Older editions require `productNo` for Linkus Cloud Service (9) and
/// P-Series Appliance Edition (11); the newest edition is not known, so a request without it is sent.
///
/// Inferred: the answer is an object (`Plan_Info`), as on the pages about subscription and renewal.
///
/// Not known: type and fields of the answer.
#[doc(alias = "trial_plan_info")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetTrialPlanInfo {
    /// The *pricing* id of the plan, from [`GetPurchaseProductInfo`](super::GetPurchaseProductInfo):
    /// not the [`PlanId`](crate::PlanId) that an order takes.
    pub pricing_plan_id: PricingId,
    /// The product of the plan.
    pub product_id: ProductId,
    /// Serial number of the device. Older editions require it for products 9 and 11.
    pub product_no: Option<ProductNo>,
}

impl GetTrialPlanInfo {
    /// Asks about this plan of this product.
    pub fn new(pricing_plan_id: PricingId, product_id: ProductId) -> Self {
        Self { pricing_plan_id, product_id, product_no: None }
    }

    /// Sets the serial number of the device.
    pub fn with_product_no(mut self, product_no: impl Into<ProductNo>) -> Self {
        self.product_no = Some(product_no.into());
        self
    }
}

impl Endpoint for GetTrialPlanInfo {
    const META: Meta = Meta::new(
        "trial_plan_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/trial/plan_info/{pricingPlanId}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-plan-available-for-trial.html",
    );

    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.argument("pricingPlanId", self.pricing_plan_id)?;
        encode_info(out, self.product_id, None, self.product_no.as_ref())
    }
}
