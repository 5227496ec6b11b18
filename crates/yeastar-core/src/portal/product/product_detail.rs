//! `GET /product/openapi/instance_product/v1/detail?productNo={productNo}&productId={productId}`

use alloc::string::String;

use http::Method;

use super::ActivationStatus;
use crate::error::invalid::BuildError;
use crate::value::{ProductId, ProductNo, Timestamp, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for one PBX, device or service of the account in full.
///
/// Request: `GET /product/openapi/instance_product/v1/detail?productNo={productNo}&productId={productId}`
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/get-product-details.html>
///
/// Documented: the request, and the fields of [`InstanceProductDetails`].
///
/// Inferred: `createTime` counts milliseconds since 1970 UTC.
///
/// Not known: all fields alphabetically after `currentPlanExpireDate` (they are in `extra`), and the
/// format of that date.
#[doc(alias = "product_detail")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetProduct {
    /// Its serial number.
    pub product_no: ProductNo,
    /// The product that it is.
    pub product_id: ProductId,
}

impl GetProduct {
    /// Asks about the one with this serial number.
    pub fn new(product_no: impl Into<ProductNo>, product_id: ProductId) -> Self {
        Self { product_no: product_no.into(), product_id }
    }
}

impl Endpoint for GetProduct {
    const META: Meta = Meta::new(
        "product_detail",
        Method::GET,
        "/product/openapi/instance_product/v1/detail",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/get-product-details.html",
    );

    type Output = InstanceProductDetails;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.query("productNo", &self.product_no)?;
        out.query("productId", self.product_id)
    }
}

partial! {
    /// A PBX, device or service of the account in full (`Details`; first rows of the table).
    pub struct InstanceProductDetails {
        /// Code with which it is activated.
        pub activation_code: Option<String> = "activationCode",
        /// Whether it was activated.
        pub activation_status: Option<ActivationStatus> = "activationStatus",
        /// A comment.
        pub comment: Option<String> = "comment",
        /// When the order was created from which the product comes.
        pub create_time: Option<Timestamp> = "createTime",
        /// The current plan; only while it is being switched to another one.
        pub current_plan: Option<String> = "currentPlan",
        /// When the current plan expires; only while it is being switched to another
        /// one. A string on the wire, of a format that is not known.
        pub current_plan_expire_date: Option<Timestamp> = "currentPlanExpireDate",
    }
}
