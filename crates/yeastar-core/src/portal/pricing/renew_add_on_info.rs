//! `GET /pricing/openapi/purchase/v1/renew/add_on_info/{pricingServiceId}?productId={productId}&connectionPlanId={connectionPlanId}&productNo={productNo}`

use http::Method;

use super::encode_info;
use crate::error::invalid::BuildError;
use crate::value::{Json, PlanId, PricingId, ProductId, ProductNo};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks what the renewal of a service is like.
///
/// Request: `GET /pricing/openapi/purchase/v1/renew/add_on_info/{pricingServiceId}?productId={productId}&connectionPlanId={connectionPlanId}&productNo={productNo}`
///
/// The answer is given as [`Json`]: an object (`Details`), whose fields are not known.
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/query-information-about-the-service-available-for-renewal.html>
///
/// Documented: the request; the answer is an object (`Details`). `connectionPlanId` is in the newest
/// edition only. Older editions require `productNo`; whether the newest does is not known, so a request
/// without it is sent.
///
/// Inferred: the page prints the query without its `?`, which is taken for a slip; `connectionPlanId`
/// is the id of the plan, not its pricing id.
///
/// Not known: the fields of the answer.
#[doc(alias = "renew_add_on_info")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetRenewAddOnInfo {
    /// The *pricing* id of the service, from [`GetPurchaseProductInfo`](super::GetPurchaseProductInfo):
    /// not the [`ServiceId`](crate::ServiceId) that an order takes.
    pub pricing_service_id: PricingId,
    /// The product of the service.
    pub product_id: ProductId,
    /// The plan that the service depends on. That the id of the plan is meant, not its
    /// pricing id, is inferred.
    pub connection_plan_id: Option<PlanId>,
    /// Serial number of the device whose service is renewed. Older editions require it.
    pub product_no: Option<ProductNo>,
}

impl GetRenewAddOnInfo {
    /// Asks about this service of this product.
    pub fn new(pricing_service_id: PricingId, product_id: ProductId) -> Self {
        Self { pricing_service_id, product_id, connection_plan_id: None, product_no: None }
    }

    /// Sets the plan that the service depends on.
    pub fn with_connection_plan(mut self, plan: PlanId) -> Self {
        self.connection_plan_id = Some(plan);
        self
    }

    /// Sets the serial number of the device whose service is renewed.
    pub fn with_product_no(mut self, product_no: impl Into<ProductNo>) -> Self {
        self.product_no = Some(product_no.into());
        self
    }
}

impl Endpoint for GetRenewAddOnInfo {
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

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.argument("pricingServiceId", self.pricing_service_id)?;
        encode_info(out, self.product_id, self.connection_plan_id, self.product_no.as_ref())
    }
}
