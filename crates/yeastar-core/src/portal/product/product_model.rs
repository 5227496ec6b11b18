//! `GET /product/openapi/instance/v1/product_model?productNo={productNo}&productId={productId}`

use alloc::string::String;

use http::Method;
use serde::Deserialize;

use crate::error::invalid::BuildError;
use crate::value::{ProductId, ProductNo, from_objects_only};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for the model of a device: a P-Series Appliance Edition or an S-Series VoIP PBX.
///
/// Request: `GET /product/openapi/instance/v1/product_model?productNo={productNo}&productId={productId}`
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-model.html>
///
/// Documented: everything but an example of the answer.
///
/// Not known: what a model looks like, and what comes back for any other product.
#[doc(alias = "product_model")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetProductModel {
    /// Serial number of the device.
    pub product_no: ProductNo,
    /// The product that the device is, such as 11.
    pub product_id: ProductId,
}

impl GetProductModel {
    /// Asks about the device with this serial number.
    pub fn new(product_no: impl Into<ProductNo>, product_id: ProductId) -> Self {
        Self { product_no: product_no.into(), product_id }
    }
}

impl Endpoint for GetProductModel {
    const META: Meta = Meta::new(
        "product_model",
        Method::GET,
        "/product/openapi/instance/v1/product_model",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-model.html",
    );

    type Output = DeviceModel;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.query("productNo", &self.product_no)?;
        out.query("productId", self.product_id)
    }
}

/// The model of a device (`Product_Model`).
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeviceModel {
    /// Name of the model.
    pub product_model: Option<String>,
}

from_objects_only!(DeviceModel);
