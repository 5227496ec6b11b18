//! Whether an order fits what is subscribed already.
//!
//! Documented: the numbers of extensions, that plan and services are renewed
//! together, that Disaster Recovery needs the Ultimate Plan, and which cycles may
//! not change. Inferred: that only what is subscribed can be renewed or switched.

use super::check::{Line, Order};
use super::recipe::{Connection, Entries, Keeps, Quantity};
use crate::catalogue::Kind;
use crate::envelope::Refusal;
use crate::product::instances::{Instance, Subscription};

/// The most extensions of a cloud PBX.
const PCE_EXTENSIONS: u64 = 500;

pub(super) fn check(order: &Order, instance: Option<&Instance>) -> Result<(), Refusal> {
    let current = instance.and_then(|instance| instance.plan.as_ref());
    for line in &order.lines {
        check_is_subscribed(order, line, instance)?;
        check_connection(order, line, current)?;
        check_quantity(order, line, current)?;
        check_term(order, line, current)?;
    }
    check_is_whole(order, instance)?;
    check_extensions(order, current)
}

/// What is renewed is there, and what is switched to is something else.
fn check_is_subscribed(order: &Order, line: &Line, instance: Option<&Instance>) -> Result<(), Refusal> {
    let id = line.priced.item.id;
    let current = instance.and_then(|instance| instance.plan.as_ref());
    let problem = match (order.recipe.purchase_type(), current) {
        ("switch", None) => "is a switch, but there is no plan yet",
        ("switch", Some(plan)) if plan.item.id == id => "is the current plan",
        ("renew", plan) if line.priced.item.is_plan() && plan.is_none_or(|plan| plan.item.id != id) => {
            "is not the current plan"
        }
        ("renew", _) if !line.priced.item.is_plan() => {
            if instance.is_some_and(|instance| instance.service(id).is_some()) {
                return Ok(());
            }
            "is not subscribed"
        }
        _ => return Ok(()),
    };
    Err(refusal(line, "serviceId", "exists", problem))
}

fn check_connection(order: &Order, line: &Line, current: Option<&Subscription>) -> Result<(), Refusal> {
    let is_service = !line.priced.item.is_plan();
    let (plan, problem) = match order.recipe.connection {
        Connection::Ordered => (order.plan().map(|plan| plan.priced.item), "is not the plan of this order"),
        Connection::Current => (current.map(|plan| plan.item), "is not the current plan"),
        Connection::None | Connection::Any => return Ok(()),
    };
    if is_service && line.connection != plan.map(|plan| plan.id) {
        return Err(refusal(line, "connectionPlanId", "eqfield", problem));
    }
    if line.priced.item.needs.is_some_and(|needed| line.connection != Some(needed)) {
        return Err(refusal(line, "serviceId", "plan", "goes with another plan only"));
    }
    Ok(())
}

fn check_quantity(order: &Order, line: &Line, current: Option<&Subscription>) -> Result<(), Refusal> {
    let is_plan = line.priced.item.is_plan();
    let rule = if is_plan { order.recipe.plan } else { order.recipe.service };
    let extensions = current.map(|plan| plan.quantity);
    if rule == Quantity::Current && line.priced.quantity != extensions {
        let problem = "is not the current number of extensions";
        return Err(refusal(line, "quantity", "eqfield", problem));
    }
    Ok(())
}

fn check_term(order: &Order, line: &Line, current: Option<&Subscription>) -> Result<(), Refusal> {
    let Some(plan) = current.filter(|_| line.priced.item.is_plan()) else { return Ok(()) };
    let is_up = order.product.rank(line.priced.item) > order.product.rank(plan.item);
    let (keeps_cycle, keeps_count) = match order.recipe.keeps {
        Keeps::Nothing => (false, false),
        Keeps::Cycle => (true, false),
        Keeps::CycleUpwards => (is_up, false),
        Keeps::TermUpwards => (is_up, is_up),
    };
    let (old, new) = (plan.term, line.priced.term);
    if keeps_cycle && old.cycle != new.cycle {
        return Err(refusal(line, "billingCycle", "eqfield", "may not change with this order"));
    }
    if keeps_count && old.count != new.count {
        return Err(refusal(line, "multiCycle", "eqfield", "may not change with this order"));
    }
    Ok(())
}

/// A renewal of all is one of every service that ends.
fn check_is_whole(order: &Order, instance: Option<&Instance>) -> Result<(), Refusal> {
    if order.recipe.entries != Entries::PlanAndAllServices {
        return Ok(());
    }
    let services = instance.map(|instance| instance.services.as_slice()).unwrap_or_default();
    let is_renewed =
        |service: &Subscription| order.lines.iter().any(|line| line.priced.item.id == service.item.id);
    match services.iter().find(|service| service.expires.is_some() && !is_renewed(service)) {
        Some(service) => {
            let problem =
                format!("lacks {} ({}), to be renewed with the plan", service.item.name, service.item.id);
            Err(Refusal::field("serviceList", "required", problem))
        }
        None => Ok(()),
    }
}

fn check_extensions(order: &Order, current: Option<&Subscription>) -> Result<(), Refusal> {
    if order.product.id != 13 {
        return Ok(());
    }
    let ordered = order.plan().and_then(|plan| plan.priced.quantity);
    let there = ordered.or(current.map(|plan| plan.quantity)).unwrap_or_default();
    let is_over = |line: &&Line| {
        let added = line.priced.quantity.unwrap_or_default();
        line.priced.item.kind == Kind::Extensions && there.saturating_add(added) > PCE_EXTENSIONS
    };
    match order.lines.iter().find(is_over) {
        Some(line) => {
            let problem =
                format!("makes more than {PCE_EXTENSIONS} extensions with the {there} that there are");
            Err(refusal(line, "quantity", "range", &problem))
        }
        None => Ok(()),
    }
}

fn refusal(line: &Line, field: &str, tag: &str, problem: &str) -> Refusal {
    Refusal::field(&format!("{}.{field}", line.path), tag, problem)
}
