//! `GET /product/openapi/instance_product/v1/client/instance_product_list`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-list.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InstanceProductList;

impl Endpoint for InstanceProductList {
    const META: Meta = Meta::new(
        "instance_product_list",
        Method::GET,
        "/product/openapi/instance_product/v1/client/instance_product_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-list.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
