//! What happened, for tests to ask.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use http::Method;
use serde_json::Value;
use yeastar_core::Tick;

use crate::faults::Fault;

/// All requests and orders of a portal, oldest first, kept as long as it lives.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    requests: Vec<LoggedRequest>,
    /// Shared by copies of a portal until one of them places an order.
    orders: Arc<Vec<PlacedOrder>>,
}

/// A request as the ledger keeps it: no token, secret, query or body.
///
/// `Display` is one line: `POST /order/openapi/order/v1/save 200 success`. Of the path, what is not plain is escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Name of the endpoint in the client library's registry, if it is one.
    pub endpoint: Option<&'static str>,
    /// HTTP method.
    pub method: Method,
    /// Path without the query, at most 512 characters of it.
    pub path: String,
    /// Status of the answer that went out, as its envelope says it; 0 when none did.
    pub status: u16,
    /// `code` of the envelope; empty when none went out.
    pub code: String,
    /// `requestId` of the envelope; empty when none went out.
    pub request_id: String,
    /// The planned fault that it met.
    pub fault: Option<Fault>,
    /// When it arrived, on the portal's clock.
    pub at: Tick,
}

impl fmt::Display for LoggedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = if self.code.is_empty() { "-" } else { &self.code };
        let is_plain = |letter: char| letter.is_ascii_graphic();
        let path: String = self
            .path
            .chars()
            .map(|letter| if is_plain(letter) { letter.into() } else { letter.escape_unicode().to_string() })
            .collect();
        write!(f, "{} {path} {} {code}", self.method, self.status)
    }
}

/// An order that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlacedOrder {
    /// Order number.
    pub order_no: String,
    /// Unique id of the order in the order list.
    pub order_id: String,
    /// Number of the transaction; empty when it is not paid.
    pub transaction_no: String,
    /// Id of the instance that it made or changed; empty when it is not paid and made none.
    pub instance_id: String,
    /// Serial number of the PBX or device; of an account-wide subscription, a made-up number.
    /// Empty as `instance_id`.
    pub product_no: String,
    /// `succeed`, `pending` when it is not paid, or `cancelled`.
    pub order_status: &'static str,
    /// Purchase order number of the request.
    pub po_number: Option<String>,
    /// PBX URL of the request, when it buys a cloud PBX.
    pub pbx_url: Option<String>,
    /// When it was created, on the portal's clock.
    pub created: Tick,
    /// The body of the request.
    pub body: Value,
}

impl Ledger {
    /// All requests that arrived whole, oldest first; none when [`Settings::log_requests`](crate::Settings::log_requests)
    /// is off.
    pub fn requests(&self) -> &[LoggedRequest] {
        &self.requests
    }

    /// All orders that were placed, oldest first, whether the order list shows them yet or not.
    pub fn orders(&self) -> &[PlacedOrder] {
        &self.orders
    }

    /// How many requests of this endpoint arrived.
    pub fn count(&self, endpoint: &str) -> usize {
        self.requests.iter().filter(|request| request.endpoint == Some(endpoint)).count()
    }

    /// Checks that nothing was bought twice.
    ///
    /// # Panics
    ///
    /// When two orders have the same purchase order number, PBX URL or body.
    #[track_caller]
    pub fn assert_no_double_order(&self) {
        let mut seen = HashMap::new();
        for order in self.orders.iter() {
            for (what, value) in order.marks() {
                if let Some(first) = seen.insert((what, value.clone()), &order.order_no) {
                    panic!("ordered twice: {first} and {} have the same {what}, {value}", order.order_no);
                }
            }
        }
    }

    pub(crate) fn log(&mut self, request: LoggedRequest) {
        self.requests.push(request);
    }

    pub(crate) fn place(&mut self, order: PlacedOrder) {
        Arc::make_mut(&mut self.orders).push(order);
    }

    pub(crate) fn change(&mut self, order_no: &str, change: impl FnOnce(&mut PlacedOrder)) {
        let orders = Arc::make_mut(&mut self.orders);
        if let Some(order) = orders.iter_mut().find(|order| order.order_no == order_no) {
            change(order);
        }
    }
}

impl PlacedOrder {
    /// What no other order may have.
    fn marks(&self) -> impl Iterator<Item = (&'static str, String)> {
        let po_number = self.po_number.clone().map(|number| ("PO number", number));
        let pbx_url = self.pbx_url.as_ref().map(|url| ("PBX URL", url.to_ascii_lowercase()));
        po_number.into_iter().chain(pbx_url).chain([("body", self.body.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Orders of products that have no PBX URL.
    fn order(order_no: &str, body: Value) -> PlacedOrder {
        PlacedOrder {
            order_no: order_no.into(),
            order_id: String::new(),
            transaction_no: String::new(),
            instance_id: String::new(),
            product_no: String::new(),
            order_status: "succeed",
            po_number: None,
            pbx_url: None,
            created: Tick::default(),
            body,
        }
    }

    #[test]
    #[should_panic(expected = "ordered twice: HB1 and HB3 have the same body")]
    fn the_same_body_twice_is_a_double_order() {
        let mut ledger = Ledger::default();
        ledger.place(order("HB1", json!({ "productId": 15 })));
        ledger.place(order("HB2", json!({ "productId": 20 })));
        ledger.assert_no_double_order();
        ledger.place(order("HB3", json!({ "productId": 15 })));
        ledger.assert_no_double_order();
    }
}
