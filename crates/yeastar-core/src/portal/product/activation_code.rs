//! `GET /product/openapi/instance_product/v1/activation_code?productNo={productNo}&productId=12`

use http::Method;
use serde::Deserialize;

use crate::error::invalid::BuildError;
use crate::value::{ProductId, ProductNo, Secret, Timestamp, from_objects_only};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for the activation code of a software PBX (P-Series Software Edition).
///
/// Request: `GET /product/openapi/instance_product/v1/activation_code?productNo={productNo}&productId=12`
///
/// The order for a software PBX answers with its serial number. The code is for its own web interface, which activates it
/// over the Internet.
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/query-activation-code-for-p-series-software-edition.html>
///
/// Documented: everything but an example of the answer.
///
/// Inferred: that a query makes no new code.
///
/// Not known: what comes back for a PBX that is activated already.
#[doc(alias = "activation_code")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetActivationCode {
    /// Serial number of the software PBX.
    pub product_no: ProductNo,
}

impl GetActivationCode {
    /// Asks about the software PBX with this serial number.
    pub fn new(product_no: impl Into<ProductNo>) -> Self {
        Self { product_no: product_no.into() }
    }
}

impl Endpoint for GetActivationCode {
    const META: Meta = Meta::new(
        "activation_code",
        Method::GET,
        "/product/openapi/instance_product/v1/activation_code",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-activation-code-for-p-series-software-edition.html",
    );

    type Output = CodeInfo;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.query("productNo", &self.product_no)?;
        // The only value that the page allows.
        out.query("productId", ProductId::SOFTWARE_EDITION)
    }
}

/// The activation code of a software PBX (`Code_Info`).
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CodeInfo {
    /// The code: whoever has it can activate the PBX.
    pub code: Secret,
    /// When it was made. A Long on the wire; that it counts milliseconds is inferred.
    pub generate_time: Option<Timestamp>,
}

from_objects_only!(CodeInfo);
