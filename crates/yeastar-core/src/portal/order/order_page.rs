//! `GET /order/openapi/order/v1/page?pageNo={pageNo}&pageSize={pageSize}`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{OrderId, OrderNo, Page, Timestamp, open_enum, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};
use crate::wire::paged::{Paged, encode_page};

/// Lists the orders of the account, a page at a time.
///
/// Request: `GET /order/openapi/order/v1/page?pageNo={pageNo}&pageSize={pageSize}`
///
/// There is no filter. Without settings: the first page of 25.
///
/// One page at a time; [`Pages`](crate::Pages), and `pages` of the clients, walk through all of them.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-order-list.html>
///
/// Documented: the request, and the fields of [`OrderInfo`].
///
/// Not known: all fields alphabetically after `orderStatus` (they are in `extra`), so also whether the
/// purchase order number comes back. `sort` is not in the endpoint's table; it occurs as `sort=id` in
/// an example of <https://help.yeastar.com/en/pp-ptr/developer-guide/request-structure.html>.
#[doc(alias = "order_page")]
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct ListOrders {
    /// Page number, from 1. The portal's default is 1.
    pub page_no: Option<u32>,
    /// Rows per page. The portal's default is 25; its maximum is not known.
    pub page_size: Option<u32>,
    /// Field to sort by; a leading minus sorts downwards. Only `id` is seen in use.
    pub sort: Option<String>,
}

impl ListOrders {
    /// The first page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the page number, from 1.
    pub fn with_page_no(mut self, page_no: u32) -> Self {
        self.page_no = Some(page_no);
        self
    }

    /// Sets the number of rows per page.
    pub fn with_page_size(mut self, page_size: u32) -> Self {
        self.page_size = Some(page_size);
        self
    }

    /// Sets the field to sort by.
    pub fn with_sort(mut self, sort: impl Into<String>) -> Self {
        self.sort = Some(sort.into());
        self
    }
}

impl Endpoint for ListOrders {
    const META: Meta = Meta::new(
        "order_page",
        Method::GET,
        "/order/openapi/order/v1/page",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-order-list.html",
    );

    type Output = Page<OrderInfo>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        encode_page(out, self.page_no, self.page_size)?;
        if let Some(sort) = &self.sort {
            out.query("sort", sort)?;
        }
        Ok(())
    }
}

impl Paged for ListOrders {
    type Row = OrderInfo;

    fn page_no(&self) -> Option<u32> {
        self.page_no
    }

    fn set_page_no(&mut self, page_no: u32) {
        self.page_no = Some(page_no);
    }
}

open_enum! {
    /// How far an order has come. The vendor's list has at least one more value,
    /// of which only the beginning, `con`, is known.
    pub enum OrderStatus {
        /// Done.
        Succeed = "succeed",
        /// Failed.
        Failed = "failed",
        /// The order exists and is not paid. By the portal's FAQ a person can pay or cancel it in the portal at any time. Do not
        /// order it again.
        Pending = "pending",
        /// Not valid.
        Invalid = "invalid",
        /// Cancelled.
        Cancelled = "cancelled",
        /// Paid back.
        Refunded = "refunded",
    }
}

partial! {
    /// A row of the order list (`Order_Info`).
    #[derive(Default)]
    pub struct OrderInfo {
        /// Unique id of the order.
        pub id: Option<OrderId> = "id",
        /// Order number.
        pub order_no: Option<OrderNo> = "orderNo",
        /// Status.
        pub order_status: Option<OrderStatus> = "orderStatus",
        /// When it was created.
        pub create_time: Option<Timestamp> = "createTime",
        /// `USD` or `RMB`.
        pub currency_code: Option<String> = "currencyCode",
        /// A remark of your own about the order, such as a number of your books. By the portal's FAQ a person adds it to an
        /// order that is completed; so it is most likely not the purchase order number that the order was created with.
        pub custom_reference_no: Option<String> = "customReferenceNo",
        /// Number of the invoice.
        pub invoice_no: Option<String> = "invoiceNo",
    }
}
