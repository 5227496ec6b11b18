//! `GET /pricing/openapi/purchase/v1/my_price_info?productId={productId}&billingCycle={billingCycle}&partnerId={partnerId}&offeringId={offeringId}`

use alloc::vec::Vec;

use http::Method;

use crate::error::invalid::BuildError;
use crate::portal::order::BillingCycle;
use crate::value::{Json, List, OfferingId, PartnerId, ProductId, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for the prices of the plans and services of a product, as the vendor lists them ("original
/// price").
///
/// Request: `GET /pricing/openapi/purchase/v1/my_price_info?productId={productId}&billingCycle={billingCycle}&partnerId={partnerId}&offeringId={offeringId}`
///
/// What an order would cost is asked for with [`CalculatePrice`](super::CalculatePrice).
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-subscription-service.html> (the page
/// is titled Query Subscription Price)
///
/// Documented: the request, and the three fields of [`PriceInfo`]. Older editions require `offeringId`;
/// the newest wants it only of a product with several offerings, so a request without it is sent.
///
/// Not known: further fields of the answer; the fields of a plan or service in it, so also where its
/// price is, whether it is a number or text, and the currency.
///
/// The names of the price fields are not known, so plans and services are given as
/// [`Json`]. Once you have seen them, an [`Amount`](crate::Amount) reads them without losing a
/// digit, from a number as from text. The name `price` is made up here:
///
/// ```
/// use serde::Deserialize;
/// use yeastar_core::order::BillingCycle;
/// use yeastar_core::pricing::GetMyPriceInfo;
/// use yeastar_core::{Amount, Endpoint, Origin, ProductId};
///
/// let request = GetMyPriceInfo::new(ProductId::CLOUD_EDITION, BillingCycle::Annually);
/// let request = request.to_request(&Origin::default(), None)?;
/// assert_eq!(request.uri().query(), Some("productId=13&billingCycle=annually"));
///
/// #[derive(Deserialize)]
/// struct PlanPrice {
///     price: Amount,
/// }
///
/// let response = http::Response::new(
///     r#"{"code":"success","requestId":"7249dc24","status":200,"result":{"planList":[{"price":10.10}]}}"#,
/// );
/// let prices = GetMyPriceInfo::read_response(response)?;
/// let plans = prices.plan_list.unwrap_or_default();
/// let plan: PlanPrice = plans[0].parse()?;
/// assert_eq!(plan.price.as_str(), "10.10");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "my_price_info")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetMyPriceInfo {
    /// The product.
    pub product_id: ProductId,
    /// Which prices: those of one-off (`once`) or recurring purchases (`annually`, `monthly`).
    pub billing_cycle: BillingCycle,
    /// The subordinate user whom the prices are for; absent for oneself.
    pub partner_id: Option<PartnerId>,
    /// The offering, where the product has several. Older editions require it.
    pub offering_id: Option<OfferingId>,
}

impl GetMyPriceInfo {
    /// Asks for the prices of this product in this cycle.
    pub fn new(product_id: ProductId, billing_cycle: BillingCycle) -> Self {
        Self { product_id, billing_cycle, partner_id: None, offering_id: None }
    }

    /// Sets the subordinate user whom the prices are for.
    pub fn with_partner_id(mut self, user: impl Into<PartnerId>) -> Self {
        self.partner_id = Some(user.into());
        self
    }

    /// Sets the offering.
    pub fn with_offering_id(mut self, offering: OfferingId) -> Self {
        self.offering_id = Some(offering);
        self
    }
}

impl Endpoint for GetMyPriceInfo {
    const META: Meta = Meta::new(
        "my_price_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/my_price_info",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-subscription-service.html",
    );

    type Output = PriceInfo;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.query("productId", self.product_id)?;
        out.query("billingCycle", &self.billing_cycle)?;
        if let Some(partner_id) = &self.partner_id {
            out.query("partnerId", partner_id)?;
        }
        if let Some(offering_id) = self.offering_id {
            out.query("offeringId", offering_id)?;
        }
        Ok(())
    }
}

partial! {
    /// The prices of a product (`Price_Info`; first rows of the table).
    ///
    /// A list that does not come as an array is in `extra`, as it came.
    pub struct PriceInfo {
        /// The offering (`offeringId` on the wire). A String here, an array of numbers in the list
        /// of products; one or several are read.
        pub offering_ids: Option<List<OfferingId>> = "offeringId",
        /// Prices of the plans and of the services tied to them (`Plan_Info`; fields not known).
        pub plan_list: Option<Vec<Json>> = "planList",
        /// Prices of the services (`Service_Info`; fields not known).
        pub service_list: Option<Vec<Json>> = "serviceList",
    }
}
