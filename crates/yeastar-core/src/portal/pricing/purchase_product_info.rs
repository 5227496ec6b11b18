//! `GET /pricing/openapi/purchase/v1/purchase_product_info?productId={productId}&productNo={productNo}`

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{List, OfferingId, ProductId, ProductNo, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for the plans and services of a product that can be bought or tried, with their ids: those that
/// an order takes, and those that the price queries take.
///
/// Request: `GET /pricing/openapi/purchase/v1/purchase_product_info?productId={productId}&productNo={productNo}`
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-trial-plans-and-services-for-a-product.html>
///
/// Documented: the request, and `offeringId` of the answer. `productNo` is optional in the table; older
/// editions require it for Linkus Cloud Service (9) and P-Series Appliance Edition (11), the newest in
/// a note of which only these two products are known, so a request without it is sent. Below a plan
/// that can be tried, services come with the `purchaseType` `trial` instead of `purchase`: they cannot
/// be bought alone during the trial.
///
/// Inferred: since a product can have several offerings, they may come as an array, although the page
/// calls the answer an Object; [`List`] reads both.
///
/// Not known: all other fields. Other pages say that plans come with `planId` and services with
/// `serviceId`. Under which name the *pricing* ids come ([`PricingId`](crate::PricingId)) is not said:
/// `pricingId`, `pricingPlanId` and `pricingServiceId` are names of parameters elsewhere.
///
/// Their fields are not known, so they are in [`extra`](ProductOffering::extra), from
/// which a type of yours is read. The names `plans` and `pricingId` are made up here:
///
/// ```
/// use serde::Deserialize;
/// use yeastar_core::pricing::GetPurchaseProductInfo;
/// use yeastar_core::{Endpoint, PlanId, PricingId};
///
/// #[derive(Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Plan {
///     plan_id: PlanId,
///     pricing_id: PricingId,
/// }
///
/// let response = http::Response::new(
///     r#"{"code":"success","requestId":"7249dc24","status":200,"result":{"offeringId":"3000000000000000001",
///         "plans":[{"planId":3000000000000000002,"pricingId":"3000000000000000003"}]}}"#,
/// );
/// let offerings = GetPurchaseProductInfo::read_response(response)?;
/// let plans: Vec<Plan> = offerings[0].extra.get("plans").expect("look at `extra` first").parse()?;
/// assert_eq!(plans[0].plan_id, PlanId::new(3000000000000000002));
/// assert_eq!(plans[0].pricing_id, PricingId::new(3000000000000000003));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "purchase_product_info")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetPurchaseProductInfo {
    /// The product.
    pub product_id: ProductId,
    /// Serial number of the device. Older editions require it for products 9 and 11.
    pub product_no: Option<ProductNo>,
}

impl GetPurchaseProductInfo {
    /// Asks about this product.
    pub fn new(product_id: ProductId) -> Self {
        Self { product_id, product_no: None }
    }

    /// Sets the serial number of the device.
    pub fn with_product_no(mut self, product_no: impl Into<ProductNo>) -> Self {
        self.product_no = Some(product_no.into());
        self
    }
}

impl Endpoint for GetPurchaseProductInfo {
    const META: Meta = Meta::new(
        "purchase_product_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/purchase_product_info",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-trial-plans-and-services-for-a-product.html",
    );

    type Output = List<ProductOffering>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.query("productId", self.product_id)?;
        if let Some(product_no) = &self.product_no {
            out.query("productNo", product_no)?;
        }
        Ok(())
    }
}

partial! {
    /// An offering of a product: its plans and services (`Details`; first row of the table).
    pub struct ProductOffering {
        /// The offering (`offeringId` on the wire). A String here, an array of numbers in the list
        /// of products; one or several are read.
        pub offering_ids: Option<List<OfferingId>> = "offeringId",
    }
}
