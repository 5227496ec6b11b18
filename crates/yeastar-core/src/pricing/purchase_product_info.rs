//! `GET /pricing/openapi/purchase/v1/purchase_product_info`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-trial-plans-and-services-for-a-product.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PurchaseProductInfo;

impl Endpoint for PurchaseProductInfo {
    const META: Meta = Meta::new(
        "purchase_product_info",
        Method::GET,
        "/pricing/openapi/purchase/v1/purchase_product_info",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-trial-plans-and-services-for-a-product.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
