//! `GET /product/openapi/instance/v1/product_model`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-model.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProductModel;

impl Endpoint for ProductModel {
    const META: Meta = Meta::new(
        "product_model",
        Method::GET,
        "/product/openapi/instance/v1/product_model",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-model.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
