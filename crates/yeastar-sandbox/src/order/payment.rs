//! Orders that wait for a person to pay or to cancel them, as the portal's own pages let one do.
//!
//! Invented: that it changes nothing but the order and what was ordered, that the PBX URL of an order that is cancelled
//! stays taken, and that a trial is paid for like anything else.

use yeastar_core::Tick;

use super::check::Order;
use super::{CANCELLED, SUCCEED, effect};
use crate::portal::Portal;

/// What was ordered and not paid, by order number.
#[derive(Clone, Default)]
pub(crate) struct Unpaid(Vec<(String, Order)>);

impl Unpaid {
    pub(super) fn add(&mut self, order_no: &str, order: Order) {
        self.0.push((order_no.to_owned(), order));
    }

    fn take(&mut self, order_no: &str) -> Option<Order> {
        let index = self.0.iter().position(|(unpaid, _)| unpaid == order_no)?;
        Some(self.0.remove(index).1)
    }
}

/// Pays the order; `false` when none of this number waits for it.
pub(crate) fn pay(portal: &mut Portal, now: Tick, order_no: &str) -> bool {
    let Some(order) = portal.unpaid.take(order_no) else { return false };
    let milliseconds = portal.milliseconds(now);
    portal.instances.at(milliseconds);
    let instance = effect::apply(portal, &order, milliseconds);
    let (instance_id, product_no) = (instance.id.clone(), instance.product_no.clone());
    let transaction_no = format!("XN{}", portal.ids.long());
    portal.ledger.change(order_no, |placed| {
        placed.order_status = SUCCEED;
        placed.transaction_no = transaction_no;
        placed.instance_id = instance_id;
        placed.product_no = product_no;
    });
    true
}

/// Cancels the order; `false` when none of this number waits to be paid.
pub(crate) fn cancel(portal: &mut Portal, order_no: &str) -> bool {
    let is_unpaid = portal.unpaid.take(order_no).is_some();
    if is_unpaid {
        portal.ledger.change(order_no, |placed| placed.order_status = CANCELLED);
    }
    is_unpaid
}
