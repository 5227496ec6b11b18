//! Orders: placed, listed, looked up.
//!
//! Documented: the request, the five strings of the answer to an order, the
//! fields of a list row, the four parts of the details and the first three fields
//! of the first part. Inferred or invented: the refusals; the largest page size;
//! newest first without `sort`; what the other parts of the details hold; that an
//! order is `succeed` at once.

mod check;

use http::StatusCode;
use serde_json::{Value, json};
use yeastar_core::Tick;

use crate::envelope::{Refusal, code};
use crate::ledger::PlacedOrder;
use crate::portal::Portal;
use crate::route::Call;
use crate::settings::PoNumberEcho;
use crate::user;

const SUCCEED: &str = "succeed";

/// Makes up the orders that exist from the start.
pub(crate) fn fill_history(portal: &mut Portal) {
    for number in 1..=portal.settings.order_history {
        let pbx_url = format!("history-{number}.ptest6.yeastarcloud.com");
        let body = json!({
            "billingId": 3_197_218_168_379_846_218_u64,
            "operationType": "purchase_plan",
            "orderPceSpecialRequest": {
                "pbxName": format!("history-{number}"),
                "pbxSubDomainId": 20,
                "pbxUrl": pbx_url,
                "regionId": 41,
            },
            "productId": 13,
            "serviceList": [{
                "billingCycle": "annually",
                "billingModel": "recurring",
                "multiCycle": 0,
                "purchaseType": "purchase",
                "quantity": 100,
                "serviceId": 3_048_571_730_026_938_368_u64,
                "serviceType": "plan",
            }],
        });
        place(portal, pbx_url, Tick::default(), body);
    }
}

/// `order_save`
pub(crate) fn save(portal: &mut Portal, call: &Call) -> Result<Value, Refusal> {
    let site = check::check(portal, &call.body)?;
    Ok(place(portal, site, call.now, call.body.clone()))
}

/// The answer is the vendor's to an order.
fn place(portal: &mut Portal, pbx_url: String, created: Tick, body: Value) -> Value {
    let order = PlacedOrder {
        order_no: format!("HB{}", portal.ids.long()),
        order_id: portal.ids.long().to_string(),
        transaction_no: format!("XN{}", portal.ids.long()),
        instance_id: portal.ids.instance_id(),
        product_no: portal.ids.product_no(),
        po_number: body["poNumber"].as_str().map(str::to_owned),
        pbx_url: Some(pbx_url),
        created,
        body,
    };
    let answer = json!({
        "instanceId": order.instance_id,
        "orderNo": order.order_no,
        "orderStatus": SUCCEED,
        "productNo": order.product_no,
        "transactionNo": order.transaction_no,
    });
    portal.ledger.place(order);
    answer
}

/// `order_page`
pub(crate) fn page(portal: &mut Portal, call: &Call) -> Result<Value, Refusal> {
    let page_no = number(call, "pageNo", 1, usize::MAX)?;
    let page_size = number(call, "pageSize", 25, 1000)?;
    let mut orders: Vec<&PlacedOrder> = visible(portal, call.now).collect();
    match call.fields.get("sort") {
        Some("id") => {}
        Some("-id") | None => orders.reverse(),
        Some(_) => return Err(Refusal::field("sort", "oneof", "is not one of: id, -id")),
    }
    let results: Vec<Value> = orders
        .iter()
        .skip((page_no - 1).saturating_mul(page_size))
        .take(page_size)
        .map(|order| row(portal, order))
        .collect();
    Ok(json!({
        "count": orders.len(),
        "pageNo": page_no,
        "pageSize": page_size,
        "results": results,
        "total": orders.len(),
        "totalPage": orders.len().div_ceil(page_size),
    }))
}

/// `order_get`
pub(crate) fn get(portal: &mut Portal, call: &Call) -> Result<Value, Refusal> {
    let id = call.fields.text("id");
    let order =
        visible(portal, call.now).find(|order| order.order_no == id || order.order_id == id).ok_or_else(
            || Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "id names no order of this account"),
        )?;
    Ok(json!({
        "basicInformation": {
            "productId": order.body["productId"].to_string(),
            "productName": "P-Series Cloud Edition",
            "productNo": order.product_no,
        },
        "billingInformation": order.body["billingId"].as_u64().map(user::billing_contact),
        "orderInformation": row(portal, order),
        "orderSummary": { "serviceList": order.body["serviceList"] },
    }))
}

/// The orders that list and details show by now, oldest first, which is also by id.
fn visible(portal: &Portal, now: Tick) -> impl Iterator<Item = &PlacedOrder> {
    let (history, lag) = (portal.settings.order_history, portal.settings.list_lag);
    let orders = portal.ledger.orders().iter().enumerate();
    orders
        .filter(move |(index, order)| *index < history || now >= order.created + lag)
        .map(|(_, order)| order)
}

fn row(portal: &Portal, order: &PlacedOrder) -> Value {
    let echo = portal.settings.po_number_echo;
    let po_number = order.po_number.as_deref().unwrap_or_default();
    let mut row = json!({
        "createTime": portal.milliseconds(order.created),
        "currencyCode": "USD",
        "customReferenceNo": if echo == PoNumberEcho::CustomReferenceNo { po_number } else { "" },
        "id": order.order_id,
        "invoiceNo": "",
        "orderNo": order.order_no,
        "orderStatus": SUCCEED,
    });
    if echo == PoNumberEcho::PoNumber {
        row["poNumber"] = po_number.into();
    }
    row
}

fn number(call: &Call, name: &str, default: usize, max: usize) -> Result<usize, Refusal> {
    let Some(text) = call.fields.get(name) else { return Ok(default) };
    // `parse` would take a plus sign.
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if is_digits && (1..=max).contains(&number) => Ok(number),
        _ => Err(Refusal::field(name, "range", "is not a whole number in range, counted from 1")),
    }
}
