//! Orders: placed, listed, looked up.
//!
//! Documented: the request, the five strings of the answer to an order, the
//! fields of a list row, the four parts of the details and the first three fields
//! of the first part. Inferred or invented: the refusals; newest first without
//! `sort`; what the other parts of the details hold; that an order is `succeed` at
//! once, paid from the balance; the number and the instance of an account-wide
//! subscription.

mod check;
mod effect;
mod recipe;
mod standing;

use http::StatusCode;
use serde_json::{Value, json};
use yeastar_core::Tick;

use crate::catalogue::{Product, id};
use crate::envelope::{Json, Refusal, code};
use crate::ledger::PlacedOrder;
use crate::paging::Paging;
use crate::portal::Portal;
use crate::pricing::price::{Priced, decimal, prices};
use crate::route::Call;
use crate::settings::{LackOfBalance, ListOrder, PoNumberEcho};
use crate::user::contacts::{self, BILLING_CONTACTS};

/// The values of `operationType`.
pub(crate) const OPERATIONS: &[&str] = &[
    "trial_plan",
    "trial_service",
    "purchase_plan",
    "purchase_service",
    "switch_plan",
    "switchTrial_plan",
    "renew_plan",
    "renew_service",
];

/// The values of `purchaseType`.
pub(crate) const PURCHASE_TYPES: &[&str] = &["purchase", "switch", "renew", "trial"];

const SUCCEED: &str = "succeed";
const PENDING: &str = "pending";

/// Makes up the orders that exist from the start.
pub(crate) fn fill_history(portal: &mut Portal) {
    for number in 1..=portal.settings.order_history {
        let pbx_url = format!("history-{number}.ptest6.yeastarcloud.com");
        let body = json!({
            "billingId": BILLING_CONTACTS[0],
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
                "serviceId": id::PCE_ENTERPRISE,
                "serviceType": "plan",
            }],
        });
        let order = PlacedOrder {
            order_no: format!("HB{}", portal.ids.long()),
            order_id: portal.ids.long().to_string(),
            transaction_no: format!("XN{}", portal.ids.long()),
            instance_id: portal.ids.instance_id(),
            product_no: portal.ids.product_no(),
            order_status: SUCCEED,
            po_number: None,
            pbx_url: Some(pbx_url),
            created: Tick::default(),
            body,
        };
        portal.ledger.place(order);
    }
}

/// `order_save`
pub(crate) fn save(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let now = portal.milliseconds(call.now);
    portal.instances.at(now);
    let order = check::check(portal, &call.body, now)?;
    let price = price(&order, portal);
    let left = portal.balance.checked_sub(price);
    if left.is_none() && portal.settings.lack_of_balance == LackOfBalance::Refused {
        let message =
            format!("the order costs {}, the balance is {}", decimal(price), decimal(portal.balance));
        return Err(Refusal::new(StatusCode::BAD_REQUEST, code::BALANCE_INSUFFICIENT, message));
    }
    let mut placed = PlacedOrder {
        order_no: format!("HB{}", portal.ids.long()),
        order_id: portal.ids.long().to_string(),
        transaction_no: String::new(),
        instance_id: String::new(),
        product_no: String::new(),
        order_status: PENDING,
        po_number: call.body["poNumber"].as_str().map(str::to_owned),
        pbx_url: order.site.as_ref().map(|site| site.pbx_url.clone()),
        created: call.now,
        body: call.body.clone(),
    };
    let instance = match left {
        Some(left) => {
            portal.balance = left;
            placed.order_status = SUCCEED;
            placed.transaction_no = format!("XN{}", portal.ids.long());
            Some(effect::apply(portal, &order, now))
        }
        None => order.instance(portal),
    };
    if let Some(instance) = instance {
        placed.instance_id.clone_from(&instance.id);
        placed.product_no.clone_from(&instance.product_no);
    }
    let answer = json!({
        "instanceId": placed.instance_id,
        "orderNo": placed.order_no,
        "orderStatus": placed.order_status,
        "productNo": placed.product_no,
        "transactionNo": placed.transaction_no,
    });
    portal.ledger.place(placed);
    Ok(answer.into())
}

fn price(order: &check::Order, portal: &Portal) -> u64 {
    let lines: Vec<Priced> = order.lines.iter().map(|line| line.priced).collect();
    let prices = prices(order.recipe.purchase_type(), &lines, order.instance(portal));
    prices.into_iter().fold(0, u64::saturating_add)
}

/// `order_page`
pub(crate) fn page(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let paging = Paging::of(call)?;
    let mut orders: Vec<&PlacedOrder> = visible(portal, call.now).collect();
    let is_asked_to_fall = match call.fields.get("sort") {
        Some("id") => false,
        Some("-id") | None => true,
        Some(_) => return Err(Refusal::field("sort", "oneof", "is not one of: id, -id")),
    };
    match portal.settings.list_order {
        ListOrder::AsAsked if !is_asked_to_fall => {}
        ListOrder::Rising => {}
        ListOrder::AsAsked | ListOrder::Falling => orders.reverse(),
        ListOrder::Mixed => {
            let mut mixed: Vec<_> = orders.into_iter().enumerate().collect();
            // An order keeps its place among the others.
            mixed.sort_by_key(|(number, _)| (*number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            orders = mixed.into_iter().map(|(_, order)| order).collect();
        }
    }
    Ok(paging.page(&orders, |order| row(portal, order, call.now, &[PoNumberEcho::CustomReferenceNo])).into())
}

/// `order_get`
pub(crate) fn get(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let id = call.fields.text("id");
    let order =
        visible(portal, call.now).find(|order| order.order_no == id || order.order_id == id).ok_or_else(
            || Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "id names no order of this account"),
        )?;
    let product = order.body["productId"].as_u64().and_then(Product::by_id);
    Ok(json!({
        "basicInformation": {
            "productId": order.body["productId"].to_string(),
            "productName": product.map(|product| product.name),
            "productNo": order.product_no,
        },
        "billingInformation": order.body["billingId"].as_u64().map(contacts::billing_contact),
        "orderInformation": row(portal, order, call.now, &[PoNumberEcho::CustomReferenceNo, PoNumberEcho::Details]),
        "orderSummary": { "serviceList": order.body["serviceList"] },
    })
    .into())
}

/// The orders that list and details show by now, oldest first, which is also by id.
fn visible(portal: &Portal, now: Tick) -> impl Iterator<Item = &PlacedOrder> {
    let (history, lag) = (portal.settings.order_history, portal.settings.list_lag);
    let orders = portal.ledger.orders().iter().enumerate();
    orders
        .filter(move |(index, order)| *index < history || now >= order.created + lag)
        .map(|(_, order)| order)
}

/// The order in short. `customReferenceNo` repeats the purchase order number with these settings.
fn row(portal: &Portal, order: &PlacedOrder, now: Tick, repeating: &[PoNumberEcho]) -> Value {
    let echo = portal.settings.po_number_echo;
    let is_repeated = now >= order.created + portal.settings.echo_lag;
    let po_number = order.po_number.as_deref().filter(|_| is_repeated).unwrap_or_default();
    let mut row = json!({
        "createTime": portal.milliseconds(order.created),
        "currencyCode": "USD",
        "customReferenceNo": if repeating.contains(&echo) { po_number } else { "" },
        "id": order.order_id,
        "invoiceNo": "",
        "orderNo": order.order_no,
        "orderStatus": order.order_status,
    });
    if echo == PoNumberEcho::PoNumber {
        row["poNumber"] = po_number.into();
    }
    row
}
