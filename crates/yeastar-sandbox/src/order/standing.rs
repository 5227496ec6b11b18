//! Whether an order fits what is subscribed already.
//!
//! Documented: the numbers of extensions, that plan and services are renewed
//! together, that Disaster Recovery needs the Ultimate Plan, and which cycles may
//! not change. Inferred: that only what is subscribed can be renewed or switched, and
//! that in its number; that a trial is bought, not renewed, switched or added to; that what
//! runs, paid or tried, is not tried; that what has ended is renewed before it is switched
//! or added to; that one switch waits at a time. Invented: that a plan is not renewed
//! while a switch waits.

use super::check::{Line, Order};
use super::recipe::{Connection, Entries, Keeps};
use crate::catalogue::Kind;
use crate::envelope::Refusal;
use crate::product::instances::{Instance, Subscription};

pub(super) fn check(order: &Order, instance: Option<&Instance>, now: u64) -> Result<(), Refusal> {
    let purchase_type = order.recipe.purchase_type();
    let current = instance.and_then(|instance| instance.plan.as_ref());
    for line in &order.lines {
        check_is_subscribed(purchase_type, line, instance, now)?;
        check_connection(order, line, current)?;
        check_runs(line, current, now)?;
        line.priced.check_quantity(&line.path, purchase_type, instance)?;
        check_term(order, line, current)?;
    }
    check_is_whole(order, instance)?;
    check_extensions(order, current)
}

/// What is renewed is there, paid and not about to be switched, what is switched to is
/// something else, and what is tried does not run.
fn check_is_subscribed(
    purchase_type: &str,
    line: &Line,
    instance: Option<&Instance>,
    now: u64,
) -> Result<(), Refusal> {
    let subscribed = instance.and_then(|instance| instance.subscribed(line.priced.item));
    let waits = instance.is_some_and(|instance| instance.next_plan.is_some());
    let problem = match (purchase_type, subscribed) {
        ("switch", Some(_)) => "is the current plan",
        ("switch", None) if waits => "is a second switch while another waits",
        ("switch", None) if instance.is_none_or(|instance| instance.plan.is_none()) => {
            "is a switch, but there is no plan yet"
        }
        ("renew", None) => "is not subscribed",
        ("renew", Some(subscribed)) if subscribed.is_trial() => "is only tried: buy it",
        ("renew", Some(_)) if waits => "cannot be renewed: a switch waits",
        ("trial", Some(subscribed)) if !subscribed.has_ended(now) => {
            if subscribed.is_trial() {
                "is being tried already"
            } else {
                "is subscribed already"
            }
        }
        _ => return Ok(()),
    };
    Err(refusal(line, "serviceId", "exists", problem))
}

/// What is switched or added to is paid and has not ended.
fn check_runs(line: &Line, current: Option<&Subscription>, now: u64) -> Result<(), Refusal> {
    let is_meant = line.recipe.purchase_type() == "switch" || line.recipe.connection == Connection::Current;
    let problem = match current {
        Some(plan) if is_meant && plan.is_trial() => "changes a plan that is only tried: buy it",
        Some(plan) if is_meant && plan.has_ended(now) => "changes a plan that has ended: renew it",
        _ => return Ok(()),
    };
    Err(refusal(line, "serviceId", "plan", problem))
}

fn check_connection(order: &Order, line: &Line, current: Option<&Subscription>) -> Result<(), Refusal> {
    let is_service = !line.priced.item.is_plan();
    let (plan, problem) = match line.recipe.connection {
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

fn check_term(order: &Order, line: &Line, current: Option<&Subscription>) -> Result<(), Refusal> {
    let Some(plan) = current.filter(|_| line.priced.item.is_plan()) else { return Ok(()) };
    let is_up = order.product.rank(line.priced.item) > order.product.rank(plan.item);
    let (keeps_cycle, keeps_count) = match line.recipe.keeps {
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

/// A renewal of all is one of every service that is paid.
fn check_is_whole(order: &Order, instance: Option<&Instance>) -> Result<(), Refusal> {
    if order.recipe.entries != Entries::PlanAndAllServices {
        return Ok(());
    }
    let services = instance.map(|instance| instance.services.as_slice()).unwrap_or_default();
    let is_renewed =
        |service: &Subscription| order.lines.iter().any(|line| line.priced.item.id == service.item.id);
    match services.iter().find(|service| !service.is_trial() && !is_renewed(service)) {
        Some(service) => {
            let problem =
                format!("lacks {} ({}), to be renewed with the plan", service.item.name, service.item.id);
            Err(Refusal::field("serviceList", "required", problem))
        }
        None => Ok(()),
    }
}

fn check_extensions(order: &Order, current: Option<&Subscription>) -> Result<(), Refusal> {
    let most = *order.product.extensions().end();
    let ordered = order.plan().and_then(|plan| plan.priced.quantity);
    let there = ordered.or(current.map(|plan| plan.quantity)).unwrap_or_default();
    let is_over = |line: &&Line| {
        let added = line.priced.quantity.unwrap_or_default();
        line.priced.item.kind == Kind::Extensions && there.saturating_add(added) > most
    };
    match order.lines.iter().find(is_over) {
        Some(line) => {
            let problem = format!("makes more than {most} extensions with the {there} that there are");
            Err(refusal(line, "quantity", "range", &problem))
        }
        None => Ok(()),
    }
}

fn refusal(line: &Line, field: &str, tag: &str, problem: &str) -> Refusal {
    Refusal::field(&format!("{}.{field}", line.path), tag, problem)
}
