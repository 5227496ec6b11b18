//! `POST /pricing/openapi/purchase/v1/pricing/calculate`

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use http::Method;
use serde::{Serialize, Serializer};

use super::PriceLine;
use crate::error::invalid::{BuildError, check_text};
use crate::portal::order::OperationType;
use crate::value::{Body, Extra, Json, ProductId, ProductNo};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Calculates what an order would cost ("final price").
///
/// Request: `POST /pricing/openapi/purchase/v1/pricing/calculate`
///
/// Nothing is ordered.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/calculate-subscription-price.html>
///
/// Documented: the top level of the body, and the first three fields of a line. Two editions take the
/// Yeastar ID (an e-mail address) of a subordinate customer as `partnerView`; in a third, probably
/// newer one, the text begins as that of a unique id does.
///
/// Inferred: further fields of a line are those of a line of an order; `billingCycle` has the same
/// values as there; the portal keeps nothing of a calculation, so that it may be repeated.
///
/// Not known: the rest of a line; everything about the answer, which is therefore given as [`Json`].
///
/// The answer is given as [`Json`]: neither its type nor its fields are known. Once you have
/// seen them, an [`Amount`](crate::Amount) reads a total without losing a digit. The
/// names `totalPrice` and `currency` are made up here:
///
/// ```
/// use serde::Deserialize;
/// use yeastar_core::order::{BillingCycle, OperationType};
/// use yeastar_core::pricing::{PriceLine, CalculatePrice};
/// use yeastar_core::{Amount, Endpoint, Origin, PricingId, ProductId};
///
/// let line = PriceLine::plan(PricingId::new(3000000000000000003))
///     .with_billing_cycle(BillingCycle::Annually)
///     .with_quantity(100);
/// let calculation =
///     CalculatePrice::new(ProductId::CLOUD_EDITION, OperationType::PurchasePlan, vec![line]);
/// let request = calculation.to_request(&Origin::default(), None)?;
/// assert!(request.body().starts_with(br#"{"productId":13,"operationType":"purchase_plan","#));
///
/// #[derive(Deserialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Price {
///     total_price: Amount,
///     currency: String,
/// }
///
/// let response = http::Response::new(
///     r#"{"code":"success","requestId":"7249dc24","status":200,
///         "result":{"totalPrice":1234567890123456789.10,"currency":"USD"}}"#,
/// );
/// let price: Price = CalculatePrice::read_response(response)?.parse()?;
/// assert_eq!(format!("{} {}", price.total_price, price.currency), "1234567890123456789.10 USD");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "pricing_calculate")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CalculatePrice {
    /// The product.
    pub product_id: ProductId,
    /// Serial number of the PBX, for an order on an existing one.
    pub product_no: Option<ProductNo>,
    /// What the order would do.
    pub operation_type: OperationType,
    /// Plans and services.
    pub service_list: Vec<PriceLine>,
    /// The subordinate customer whom the price is for: by Yeastar ID (e-mail) in two editions of the
    /// page, probably by unique id ([`PartnerId`](crate::PartnerId)) in a newer one. Sent as it is.
    pub partner_view: Option<String>,
    /// Fields set by [`with_field`](Self::with_field).
    pub extra: Extra,
}

impl CalculatePrice {
    /// Calculates the price of these lines.
    pub fn new(product_id: ProductId, operation_type: OperationType, service_list: Vec<PriceLine>) -> Self {
        Self {
            product_id,
            product_no: None,
            operation_type,
            service_list,
            partner_view: None,
            extra: Extra::default(),
        }
    }

    /// Sets the serial number of the PBX that the order would be about.
    pub fn with_product_no(mut self, product_no: impl Into<ProductNo>) -> Self {
        self.product_no = Some(product_no.into());
        self
    }

    /// Sets the subordinate customer whom the price is for; see [`partner_view`](Self::partner_view).
    pub fn with_partner_view(mut self, customer: impl Into<String>) -> Self {
        self.partner_view = Some(customer.into());
        self
    }

    /// Sets a field of the top level by its name on the wire: one without a setter, or one in
    /// place of ours. For a field of a line there is [`PriceLine::with_field`].
    pub fn with_field(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.extra.set(name.into(), value.into());
        self
    }

    fn check_lines(&self) -> Result<(), BuildError> {
        if self.extra.replaces("serviceList") {
            return Ok(());
        }
        if self.service_list.is_empty() {
            return Err(BuildError::new("serviceList", "is empty", "add a line for each plan and service"));
        }
        for (index, line) in self.service_list.iter().enumerate() {
            line.check().map_err(|error| {
                let field = format!("serviceList[{index}].{}", error.field());
                error.at_field(field)
            })?;
        }
        Ok(())
    }
}

impl Endpoint for CalculatePrice {
    const META: Meta = Meta::new(
        "pricing_calculate",
        Method::POST,
        "/pricing/openapi/purchase/v1/pricing/calculate",
        Auth::Bearer,
        Effect::Read,
        "it computes a price and orders nothing: a POST only because its lines need a body",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/calculate-subscription-price.html",
    );

    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        if !self.extra.replaces("productNo") {
            check_text("productNo", self.product_no.as_ref().map(ProductNo::as_str))?;
        }
        if !self.extra.replaces("partnerView") {
            check_text("partnerView", self.partner_view.as_deref())?;
        }
        self.check_lines()?;
        out.json(self)
    }
}

impl Serialize for CalculatePrice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = Body::new(serializer, &self.extra)?;
        body.put("productId", &self.product_id)?;
        body.put_some("productNo", self.product_no.as_ref())?;
        body.put("operationType", &self.operation_type)?;
        body.put("serviceList", &self.service_list)?;
        body.put_some("partnerView", self.partner_view.as_ref())?;
        body.end()
    }
}
