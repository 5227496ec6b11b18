//! `POST /order/openapi/order/v1/save`

use http::Method;

use super::order::Order;
use super::order_page::OrderStatus;
use crate::error::invalid::BuildError;
use crate::value::{InstanceId, OrderNo, ProductNo, TransactionNo, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Creates an order.
///
/// Request: `POST /order/openapi/order/v1/save`
///
/// It spends money, and the portal knows no idempotency key: a request whose answer is lost must not be
/// sent again, only looked for. So a call of this endpoint is sent once: it is sent again only when the
/// portal surely never had the whole request. Any answer ends the call, also one that says that nothing
/// was done: a gateway may have sent the request twice, and given the answer to the second. After a 401 the
/// token is given up, and the next call gets another one; after a 429 no pause is waited for.
///
/// When [`Error::delivery`](crate::Error::delivery) is [`MaybeExecuted`](crate::Delivery::MaybeExecuted),
/// look for the order before you order again, and better so when it is
/// [`NotExecuted`](crate::Delivery::NotExecuted): a [purchase](crate::purchase) does that, and keeps what it is about in a
/// journal.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/create-an-order.html>, complete example:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-p-series-cloud-edition-using-api.html>
///
/// Documented: the top level of the body. The fields of a line, of the PBX site and of the answer are
/// those of the vendor's examples and tutorials.
///
/// Weakly inferred: the order is paid at once from the account's balance. The vendor's one example is paid at once, and
/// the account has a balance. But nothing in the request selects a payment method, and the portal's own checkout offers
/// cards, PayPal and payment offline. An order that is [`pending`](OrderStatus::Pending) exists, waits for its payment, and may get it
/// at any time.
///
/// Not known: the page's own tables of a line, of the PBX site and of the answer.
#[doc(alias = "order_save")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CreateOrder {
    /// What is ordered.
    pub order: Order,
}

impl CreateOrder {
    /// Creates this order.
    pub fn new(order: Order) -> Self {
        Self { order }
    }
}

impl Endpoint for CreateOrder {
    const META: Meta = Meta::new(
        "order_save",
        Method::POST,
        "/order/openapi/order/v1/save",
        Auth::Bearer,
        Effect::Order,
        "it buys, and the portal has no key that would recognise a repetition",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/create-an-order.html",
    );

    type Output = OrderPlaced;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        self.order.check()?;
        out.json(&self.order)
    }
}

partial! {
    /// The answer to an order. That it came means that an order exists, not that it
    /// is paid: see [`order_status`](Self::order_status).
    ///
    /// The fields are those of the vendor's one example; the page's own table is not
    /// known. The purchase order number is not among them.
    pub struct OrderPlaced {
        /// The number of the order.
        pub order_no: OrderNo = "orderNo",
        /// Its status.
        pub order_status: Option<OrderStatus> = "orderStatus",
        /// The instance that was created (inferred from the name).
        pub instance_id: Option<InstanceId> = "instanceId",
        /// Serial number of the PBX that was created (inferred from the name).
        pub product_no: Option<ProductNo> = "productNo",
        /// The transaction that paid (inferred from the name).
        pub transaction_no: Option<TransactionNo> = "transactionNo",
    }
}
