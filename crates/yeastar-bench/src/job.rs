//! The job that all clients do: an order of 154 bytes goes out, an envelope of 1,024 bytes comes back,
//! and is read into a type.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use yeastar_core::order::{CreateOrder, Order};
use yeastar_core::{Config, Credentials, Origin, PlanId};

pub const ORDER_PATH: &str = "/order/openapi/order/v1/save";
pub const TOKEN_PATH: &str = "/auth/openapi/v1/oauth/token";
pub const LIST_PATH: &str = "/order/openapi/order/v1/page";

/// How long the server takes for a token.
pub const TOKEN_ROUND_TRIP: Duration = Duration::from_millis(50);

/// Answered after [`HOLD`].
pub const HELD_PATH: &str = "/bench/held";
/// Long enough for hundreds of requests to arrive.
pub const HOLD: Duration = Duration::from_secs(1);
/// Answered without end.
pub const ENDLESS_PATH: &str = "/bench/endless";

/// Rows of a page of the list.
pub const PAGE_SIZES: [usize; 3] = [25, 100, 1000];

/// As long as the tokens of the portal.
pub const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMDAwMDAwMDAwIn0.AAAAAAAAAAAAAAAAA";

/// The trial of a software PBX: 154 bytes, the shortest order with a plan.
pub fn order() -> CreateOrder {
    CreateOrder::new(Order::software_pbx(PlanId::new(3_048_571_730_026_938_368)).trial())
}

/// What our clients are made from.
pub fn config(url: &str) -> Config {
    let origin = Origin::new(url).expect("a loopback URL");
    Config::new(Credentials::new("id", "secret")).with_origin(origin)
}

/// The same order as somebody without this library writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainOrder {
    operation_type: &'static str,
    product_id: u64,
    service_list: Vec<PlainLine>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainLine {
    service_id: u64,
    service_type: &'static str,
    purchase_type: &'static str,
    multi_cycle: u32,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read")]
pub struct Envelope<R> {
    pub code: String,
    pub detail_message: String,
    pub request_id: String,
    pub result: R,
    pub status: u16,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only read")]
pub struct PlainPlaced {
    pub instance_id: String,
    pub order_no: String,
    pub order_status: String,
    pub product_no: String,
    pub transaction_no: String,
}

pub fn plain_order() -> PlainOrder {
    PlainOrder {
        operation_type: "trial_plan",
        product_id: 12,
        service_list: vec![PlainLine {
            service_id: 3_048_571_730_026_938_368,
            service_type: "plan",
            purchase_type: "trial",
            multi_cycle: 0,
        }],
    }
}

/// The answer of the vendor's tutorial, with this `detailMessage`.
fn answer_with(detail: &str) -> String {
    format!(
        r#"{{"code":"success","detailMessage":"{detail}","requestId":"7c7a9d75e0c791c32d4fe4f4561eef14","result":{{"instanceId":"1275655","orderNo":"HB3203705539121029120","orderStatus":"succeed","productNo":"3658B431119665QJ","transactionNo":"XN3203705540022804481"}},"status":200}}"#
    )
}

/// The answer as the vendor prints it: 264 bytes.
pub fn short_answer() -> String {
    answer_with("")
}

/// The answer with as much `detailMessage` as makes it 1,024 bytes.
pub fn answer() -> String {
    answer_with(&".".repeat(1024 - short_answer().len()))
}

pub fn token_answer(life: u32) -> String {
    format!(
        r#"{{"code":"success","detailMessage":"","requestId":"0000000000000000000000000000012b","result":{{"token":"{TOKEN}","expiresIn":"{life}","refreshToken":"{TOKEN}"}},"status":200}}"#
    )
}

/// A page of the order list with so many rows.
pub fn list_answer(rows: usize) -> String {
    let row = |index: usize| {
        format!(
            r#"{{"createTime":{},"currencyCode":"USD","customReferenceNo":"EXAMPLE-PO-{index}","id":"{}","invoiceNo":"EXAMPLE-INV-{index}","orderNo":"HB{:019}","orderStatus":"succeed"}}"#,
            1_735_689_600_000 + index,
            3_076_000_000_000_000_000 + index,
            index
        )
    };
    let list = (0..rows).map(row).collect::<Vec<_>>().join(",");
    format!(
        r#"{{"code":"success","detailMessage":"","requestId":"0000000000000000000000000000012c","result":{{"count":{rows},"pageNo":1,"pageSize":{rows},"results":[{list}],"total":{rows},"totalPage":1}},"status":200}}"#
    )
}
