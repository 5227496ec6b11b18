//! Orders: placed, listed, looked up.
//!
//! Documented: the request, the five strings of the answer to an order, the
//! fields of a list row, the four parts of the details and the first three fields
//! of the first part. Inferred or invented: the refusals; newest first without
//! `sort`; what the other parts of the details hold; the number and the instance of an
//! account-wide subscription. Weakly inferred: that an order is `succeed` at once, paid
//! from the balance ([`Payment`]).

mod check;
mod effect;
pub(crate) mod history;
pub(crate) mod payment;
mod recipe;
mod standing;

use std::borrow::Cow;

use http::StatusCode;
use serde_json::{Value, json};
use yeastar_core::Tick;

use crate::catalogue::Product;
use crate::envelope::{Json, Refusal, code};
use crate::ledger::PlacedOrder;
use crate::paging::Paging;
use crate::portal::Portal;
use crate::pricing::price::{Priced, decimal, prices};
use crate::route::Call;
use crate::settings::{LackOfBalance, ListOrder, Payment, PoNumberEcho, Settings};
use crate::user::contacts;

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
const CANCELLED: &str = "cancelled";

/// `order_save`
pub(crate) fn save(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let now = portal.milliseconds(call.now);
    portal.instances.at(now);
    let order = check::check(portal, &call.body, now)?;
    let price = price(&order, portal);
    let is_paid_later = portal.settings.payment == Payment::Later;
    let left = if is_paid_later { None } else { portal.balance.checked_sub(price) };
    if left.is_none() && !is_paid_later && portal.settings.lack_of_balance == LackOfBalance::Refused {
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
    if placed.order_status == PENDING {
        portal.unpaid.add(&placed.order_no, order);
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
    let orders = Orders::shown(portal, call.now);
    let is_asked_to_fall = match call.fields.get("sort") {
        Some("id") => false,
        Some("-id") | None => true,
        Some(_) => return Err(Refusal::field("sort", "oneof", "is not one of: id, -id")),
    };
    let is_falling = match portal.settings.list_order {
        ListOrder::AsAsked => is_asked_to_fall,
        ListOrder::Falling => true,
        ListOrder::Rising | ListOrder::Mixed => false,
    };
    let mixed = if portal.settings.list_order == ListOrder::Mixed { orders.mixed() } else { Vec::new() };
    let row_at = |place: usize| {
        let index = if is_falling { orders.len() - 1 - place } else { place };
        let order = orders.get(mixed.get(index).copied().unwrap_or(index));
        row(portal, &order, call.now, &[PoNumberEcho::CustomReferenceNo])
    };
    Ok(paging.page_of(orders.len(), row_at).into())
}

/// `order_get`
pub(crate) fn get(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let id = call.fields.text("id");
    let order = Orders::shown(portal, call.now).find(id).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, code::NOT_FOUND, "id names no order of this account")
    })?;
    let product = order.body["productId"].as_u64().and_then(Product::by_id);
    Ok(json!({
        "basicInformation": {
            "productId": order.body["productId"].to_string(),
            "productName": product.map(|product| product.name),
            "productNo": order.product_no,
        },
        "billingInformation": order.body["billingId"].as_u64().map(contacts::billing_contact),
        "orderInformation": row(portal, &order, call.now, &[PoNumberEcho::CustomReferenceNo, PoNumberEcho::Details]),
        "orderSummary": { "serviceList": order.body["serviceList"] },
    })
    .into())
}

/// The orders that list and details show by now, oldest first, which is also by id.
struct Orders<'a> {
    /// So many exist from the start.
    history: usize,
    placed: Vec<&'a PlacedOrder>,
}

impl<'a> Orders<'a> {
    fn shown(portal: &'a Portal, now: Tick) -> Self {
        let Settings { order_history, list_lag, .. } = portal.settings;
        let is_shown = |order: &&PlacedOrder| now >= order.created + list_lag;
        Self { history: order_history, placed: portal.ledger.orders().iter().filter(is_shown).collect() }
    }

    fn len(&self) -> usize {
        self.history + self.placed.len()
    }

    fn get(&self, index: usize) -> Cow<'a, PlacedOrder> {
        match index.checked_sub(self.history) {
            Some(index) => Cow::Borrowed(self.placed[index]),
            None => Cow::Owned(history::order(index)),
        }
    }

    fn find(&self, number_or_id: &str) -> Option<Cow<'a, PlacedOrder>> {
        let is_meant =
            |order: &&&PlacedOrder| order.order_no == number_or_id || order.order_id == number_or_id;
        let placed = self.placed.iter().find(is_meant);
        let in_history = || history::find(number_or_id, self.history).map(|index| self.get(index));
        placed.map(|order| Cow::Borrowed(*order)).or_else(in_history)
    }

    /// The indices in no order. Each order keeps its place among the others.
    fn mixed(&self) -> Vec<usize> {
        let mut mixed: Vec<usize> = (0..self.len()).collect();
        mixed.sort_unstable_by_key(|index| (*index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        mixed
    }
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
