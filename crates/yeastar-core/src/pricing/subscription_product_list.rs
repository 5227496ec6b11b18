//! `GET /pricing/openapi/purchase/v1/product_list`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-products.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SubscriptionProductList;

impl Endpoint for SubscriptionProductList {
    const META: Meta = Meta::new(
        "subscription_product_list",
        Method::GET,
        "/pricing/openapi/purchase/v1/product_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-products.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
