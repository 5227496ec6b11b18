//! `GET /pricing/openapi/purchase/v1/trial/add_on_info/{pricingServiceId}?productId={productId}&connectionPlanId={connectionPlanId}&productNo={productNo}`

use http::Method;

use super::encode_info;
use crate::error::invalid::BuildError;
use crate::value::{Json, PlanId, PricingId, ProductId, ProductNo};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks what a service is like that can be tried.
///
/// Request: `GET /pricing/openapi/purchase/v1/trial/add_on_info/{pricingServiceId}?productId={productId}&connectionPlanId={connectionPlanId}&productNo={productNo}`
///
/// The answer is given as [`Json`]: neither its type nor its fields are known.
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-service-available-for-trial.html>
///
/// Documented: the request. An edition between the oldest and the newest limits it to P-Series
/// Appliance Edition (11), software PBX (12), cloud PBX (13) and its package (14); the newest does not.
///
/// Inferred: the answer is an object (`Details`), as on the page about renewal; `connectionPlanId` is
/// the id of the plan, not its pricing id.
///
/// Not known: type and fields of the answer.
#[doc(alias = "trial_add_on_info")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetTrialAddOnInfo {
    /// The *pricing* id of the service, from [`GetPurchaseProductInfo`](super::GetPurchaseProductInfo):
    /// not the [`ServiceId`](crate::ServiceId) that an order takes.
    pub pricing_service_id: PricingId,
    /// The product of the service.
    pub product_id: ProductId,
    /// The plan that the service depends on. That the id of the plan is meant, not its
    /// pricing id, is inferred.
    pub connection_plan_id: Option<PlanId>,
    /// Serial number of the device.
    pub product_no: Option<ProductNo>,
}

impl GetTrialAddOnInfo {
    /// Asks about this service of this product.
    pub fn new(pricing_service_id: PricingId, product_id: ProductId) -> Self {
        Self { pricing_service_id, product_id, connection_plan_id: None, product_no: None }
    }

    /// Sets the plan that the service depends on.
    pub fn with_connection_plan(mut self, plan: PlanId) -> Self {
        self.connection_plan_id = Some(plan);
        self
    }

    /// Sets the serial number of the device.
    pub fn with_product_no(mut self, product_no: impl Into<ProductNo>) -> Self {
        self.product_no = Some(product_no.into());
        self
    }
}

impl Endpoint for GetTrialAddOnInfo {
    const META: Meta = Meta::new(
        "trial_add_on_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/trial/add_on_info/{pricingServiceId}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-service-available-for-trial.html",
    );

    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.argument("pricingServiceId", self.pricing_service_id)?;
        encode_info(out, self.product_id, self.connection_plan_id, self.product_no.as_ref())
    }
}
