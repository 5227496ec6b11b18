//! `GET /product/openapi/instance_product/v1/detail`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/get-product-details.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProductDetail;

impl Endpoint for ProductDetail {
    const META: Meta = Meta::new(
        "product_detail",
        Method::GET,
        "/product/openapi/instance_product/v1/detail",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/get-product-details.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
