//! What a paid order does to the products in the field.
//!
//! Documented for one product: a switch up takes effect at once, a switch down at the
//! end of the plan. Inferred: that this is so for all. Invented: that a switch up starts
//! a new term; that a second purchase puts its plan or service in the place of the first,
//! but adds to what is counted, which keeps its end; that a service ends when the plan
//! that it goes with is left; that an account-wide subscription gets a number once, which
//! comes back with each order.

use super::check::{Line, Order};
use crate::catalogue::Kind;
use crate::portal::Portal;
use crate::product::instances::{Instance, Subscription};

/// Applies the order; what it made or changed comes back.
pub(super) fn apply<'a>(portal: &'a mut Portal, order: &Order, now: u64) -> &'a Instance {
    let Portal { instances, ids, .. } = portal;
    let instance = instances.get_or_add(order.instance, || {
        let id = ids.instance_id();
        let mut instance = Instance::new(order.product, ids.product_no(), id, now);
        instance.owner.clone_from(&order.partner);
        if let Some(site) = &order.site {
            instance.pbx_name.clone_from(&site.pbx_name);
            instance.pbx_url.clone_from(&site.pbx_url);
        }
        instance
    });
    for line in &order.lines {
        change(instance, line, order.recipe.purchase_type(), now);
    }
    instance
}

fn change(instance: &mut Instance, line: &Line, purchase_type: &str, now: u64) {
    let priced = &line.priced;
    let item = priced.item;
    match (purchase_type, item.is_plan()) {
        ("switch", _) => instance.switch_plan(item, priced.term, now),
        ("renew", is_plan) => {
            let is_it = |subscribed: &&mut Subscription| subscribed.item.id == item.id;
            let services = instance.services.iter_mut();
            let mut renewed = instance.plan.as_mut().filter(|_| is_plan).into_iter().chain(services);
            if let Some(renewed) = renewed.find(is_it) {
                renewed.renew(priced.term, now);
            }
        }
        (_, true) => {
            let quantity = priced.quantity.unwrap_or(1);
            instance.start_plan(Subscription::start(item, quantity, priced.term, now));
        }
        (_, false) => {
            let quantity = match item.kind {
                Kind::Flat | Kind::PerExtension => 1,
                _ => priced.quantity.unwrap_or(1),
            };
            instance.add_service(Subscription::start(item, quantity, priced.term, now), now);
        }
    }
}
