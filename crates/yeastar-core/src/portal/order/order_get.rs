//! `GET /order/openapi/order/v1/get/{id}`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{Json, OrderId, OrderNo, ProductId, ProductNo, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for one order in full.
///
/// Request: `GET /order/openapi/order/v1/get/{id}`
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/get-order-details.html>
///
/// Documented: `id` is an order number or a unique id (the page says Long, but known order numbers
/// begin with letters); the four parts of the answer; three fields of the first part.
///
/// Not known: the fields of the other parts, so they are given as [`Json`]; whether the purchase order
/// number is among them.
#[doc(alias = "order_get")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GetOrder {
    /// Order number or unique id.
    pub id: String,
}

impl GetOrder {
    /// The order with this number.
    pub fn by_number(order_no: &OrderNo) -> Self {
        Self { id: order_no.as_str().into() }
    }

    /// The order with this id from the order list.
    pub fn by_id(id: &OrderId) -> Self {
        Self { id: id.as_str().into() }
    }
}

impl Endpoint for GetOrder {
    const META: Meta = Meta::new(
        "order_get",
        Method::GET,
        "/order/openapi/order/v1/get/{id}",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/get-order-details.html",
    );

    type Output = OrderDetails;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.argument("id", &self.id)
    }
}

partial! {
    /// An order in full (`Details`).
    pub struct OrderDetails {
        /// Product and serial number.
        pub basic_information: Option<BasicInfo> = "basicInformation",
        /// The billing contact (`Billing_Info`; fields not known).
        pub billing_information: Option<Json> = "billingInformation",
        /// The order (`Order_Info`; fields not known).
        pub order_information: Option<Json> = "orderInformation",
        /// Plan and services (`Order_Sum`; fields not known, object or array).
        pub order_summary: Option<Json> = "orderSummary",
    }
}

partial! {
    /// What the order is about (`Basic_Info`; first rows of the table).
    pub struct BasicInfo {
        /// The product. A string on the wire here, a number elsewhere.
        pub product_id: Option<ProductId> = "productId",
        /// Its name.
        pub product_name: Option<String> = "productName",
        /// Serial number.
        pub product_no: Option<ProductNo> = "productNo",
    }
}
