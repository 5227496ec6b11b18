//! `GET /pricing/openapi/purchase/v1/product_list`

use alloc::string::String;

use http::Method;

use crate::error::invalid::BuildError;
use crate::value::{List, OfferingId, ProductId, partial};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Lists the products that the account may subscribe to.
///
/// Request: `GET /pricing/openapi/purchase/v1/product_list`
///
/// Here is which of the numbers 20 and 21 Remote Management Premium has for the account.
///
/// Page:
/// <https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-products.html>
///
/// Documented: all fields; `offeringId` in the newest edition only, where one product may have several
/// offerings.
///
/// Inferred: an offering id has 19 digits, as that of a plan; since other pages call `offeringId` a
/// String, a single one is read like an array.
///
/// Not known: an example of the answer.
#[doc(alias = "subscription_product_list")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ListSubscriptionProducts;

impl ListSubscriptionProducts {
    /// The request. It has no parameters.
    pub const fn new() -> Self {
        Self
    }
}

impl Endpoint for ListSubscriptionProducts {
    const META: Meta = Meta::new(
        "subscription_product_list",
        Method::GET,
        "/pricing/openapi/purchase/v1/product_list",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-available-subscription-products.html",
    );

    type Output = List<SubscriptionProduct>;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

partial! {
    /// A product that the account may subscribe to (`Product_Info`).
    pub struct SubscriptionProduct {
        /// The product.
        pub product_id: ProductId = "productId",
        /// Its name.
        pub name: Option<String> = "name",
        /// Its offerings (`offeringId` on the wire); none in older editions.
        pub offering_ids: Option<List<OfferingId>> = "offeringId",
    }
}
