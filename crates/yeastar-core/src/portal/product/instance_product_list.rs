//! `GET /product/openapi/instance_product/v1/client/instance_product_list?pageNo={pageNo}&pageSize={pageSize}&productId={productId}`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{Page, ProductId, ProductNo, open_enum, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};
use crate::wire::paged::{Paged, encode_page};

/// Lists the PBXs, devices and services of the account that are one product, a page at a time.
///
/// Request: `GET /product/openapi/instance_product/v1/client/instance_product_list?pageNo={pageNo}&pageSize={pageSize}&productId={productId}`
///
/// There is no other filter. Without settings: the first page of 25.
///
/// One page at a time; [`Pages`](crate::Pages), and `pages` of the clients, walk through all of them.
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-list.html>
///
/// Documented: the request, the paging, and the first three fields of a row.
///
/// Inferred: `productNo` in a row, since other pages send the reader here for the serial number;
/// `createTime`, `currentPlan` and `currentPlanExpireDate` may follow as in
/// [`InstanceProductDetails`](super::InstanceProductDetails).
///
/// Not known: all fields of a row alphabetically after `comment`; those without a name here are in
/// `extra`.
#[doc(alias = "instance_product_list")]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListProducts {
    /// The product.
    pub product_id: ProductId,
    /// Page number, from 1. The portal's default is 1.
    pub page_no: Option<u32>,
    /// Rows per page. The portal's default is 25; its maximum is not known.
    pub page_size: Option<u32>,
}

impl ListProducts {
    /// The first page of what is this product.
    pub fn new(product_id: ProductId) -> Self {
        Self { product_id, page_no: None, page_size: None }
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
}

impl Endpoint for ListProducts {
    const META: Meta = Meta::new(
        "instance_product_list",
        Method::GET,
        "/product/openapi/instance_product/v1/client/instance_product_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-product-list.html",
    );

    type Output = Page<InstanceProduct>;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        encode_page(out, self.page_no, self.page_size)?;
        out.query("productId", self.product_id)
    }
}

impl Paged for ListProducts {
    type Row = InstanceProduct;

    fn page_no(&self) -> Option<u32> {
        self.page_no
    }

    fn set_page_no(&mut self, page_no: u32) {
        self.page_no = Some(page_no);
    }
}

open_enum! {
    /// Whether a product was activated.
    pub enum ActivationStatus {
        /// The portal does not know.
        Unknown = "unknown",
        /// Not yet.
        Unactivated = "unactivated",
        /// It was.
        Activated = "activated",
    }
}

partial! {
    /// A PBX, device or service of the account (`Product_Info`; first rows of the table).
    pub struct InstanceProduct {
        /// Serial number. Inferred: no known part of the table names it.
        pub product_no: Option<ProductNo> = "productNo",
        /// Code with which it is activated.
        pub activation_code: Option<String> = "activationCode",
        /// Whether it was activated.
        pub activation_status: Option<ActivationStatus> = "activationStatus",
        /// A comment.
        pub comment: Option<String> = "comment",
    }
}
