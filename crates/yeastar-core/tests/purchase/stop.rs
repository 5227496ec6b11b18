//! Until when a purchase can be dropped, and whose purchase it is.

use core::time::Duration;

use yeastar_core::order::ListOrders;
use yeastar_core::purchase::{Beside, Context, Finding, Intent, Operation, Purchase, Resend};
use yeastar_core::{
    Action, Endpoint, Entry, ErrorKind, Event, IntentId, JournalReply, JournalRequest, Machine, Origin,
    Policy, Session, Tick,
};

use super::script::{ID, Run, credentials, intent, intent_with_url, lost, placed, renewal, state, success};

/// What a purchase does, in order, and whether it can be dropped meanwhile.
fn course(mut purchase: Purchase, answer: fn() -> Event) -> Vec<(String, bool)> {
    let mut session = Session::new(credentials(), 1);
    let mut now = Tick::new(Duration::from_secs(1_000));
    let mut course = Vec::new();
    loop {
        let action = purchase.poll(now, &mut session);
        let may_stop = purchase.may_stop();
        match action {
            Action::Send(exchange) => {
                let path = exchange.request.uri().path();
                let (what, event) = if path == ListOrders::META.path() {
                    ("look", success(r#"{"results":[],"total":0,"totalPage":0}"#))
                } else if path.ends_with("account_balance") {
                    ("look", success(r#"{"accountBalance":"100.00"}"#))
                } else if path.ends_with("existed") {
                    ("look", success("false"))
                } else if path.ends_with("save") {
                    ("send", answer())
                } else {
                    ("look", success(r#"{"token":"TOKEN","refreshToken":"REFRESH","expiresIn":"1800"}"#))
                };
                course.push((what.into(), may_stop));
                purchase.on(event);
            }
            Action::Journal(JournalRequest::Store(entry)) => {
                course.push((format!("store {}", state(&entry)), may_stop));
                purchase.on(Event::Journal(JournalReply::Stored));
            }
            Action::Journal(_) => purchase.on(Event::Journal(JournalReply::Loaded(Vec::new()))),
            Action::Sleep(pause) | Action::Wait(pause) => {
                course.push(("wait".into(), may_stop));
                now = now + pause;
            }
            Action::Done(_) => break,
        }
    }
    course.dedup();
    course
}

fn hasty() -> Policy {
    let mut policy = Policy::default();
    policy.reconcile_for = Duration::from_secs(3);
    policy
}

fn assert_course(course: &[(String, bool)], expected: &[(&str, bool)]) {
    let course: Vec<_> = course.iter().map(|(what, may_stop)| (what.as_str(), *may_stop)).collect();
    assert_eq!(course, expected);
}

fn context() -> Context {
    Context::new(&credentials().account(), &Origin::default(), &hasty(), 1)
}

fn fresh(intent: &Intent) -> Purchase {
    Purchase::new(intent, &[], &context()).unwrap()
}

#[test]
fn a_purchase_can_be_dropped_until_it_writes_down_that_it_sends() {
    assert_course(
        &course(fresh(&intent()), placed),
        &[
            ("store recorded", true),
            ("look", true),
            ("store sending", false),
            ("send", false),
            ("store confirmed", false),
        ],
    );
    assert_course(
        &course(fresh(&intent()), lost),
        &[
            ("store recorded", true),
            ("look", true),
            ("store sending", false),
            ("send", false),
            ("store ambiguous", false),
            ("wait", false),
            ("look", false),
            ("wait", false),
            ("look", false),
            ("store ambiguous", false),
        ],
    );
}

fn entry_in_doubt(intent: &Intent) -> Entry {
    Run::in_doubt(intent).journal.unwrap()
}

#[test]
fn whoever_only_looks_can_be_dropped_at_any_moment() {
    let entry = entry_in_doubt(&intent());
    let entries = [entry];
    let purchase = Purchase::resume(&ID.into(), &entries, &context()).unwrap();
    let course = course(purchase, placed);
    assert!(course.len() > 2 && course.iter().all(|(_, may_stop)| *may_stop), "{course:?}");

    let finding = Finding::Ordered("HB1".into());
    let purchase = Purchase::settle(&ID.into(), finding, &entries, &context()).unwrap();
    assert_course(&self::course(purchase, placed), &[("store confirmed", true)]);
}

#[test]
fn a_purchase_that_sends_again_cannot_be_dropped_from_then_on() {
    let entry = entry_in_doubt(&intent_with_url().with_resend(Resend::UniqueKeyGuard));
    let purchase = Purchase::resume(&ID.into(), &[entry], &context()).unwrap();
    let course = course(purchase, placed);
    let sends = course.iter().position(|(what, _)| what == "store sending").expect("it sends again");
    assert!(course[..sends].iter().all(|(_, may_stop)| *may_stop), "{course:?}");
    assert!(course[sends..].iter().all(|(_, may_stop)| !may_stop), "{course:?}");
}

#[test]
fn two_purchases_of_the_same_order_are_one() {
    let purchase = |intent: Intent| Operation::Purchase(intent.into());
    let beside = |one: Intent, other: Intent| purchase(one).beside(&purchase(other));
    assert_eq!(beside(intent(), intent()).unwrap(), Beside::Join);
    let guarded = || intent_with_url().with_resend(Resend::UniqueKeyGuard);
    assert_eq!(beside(guarded(), guarded()).unwrap(), Beside::Join);
    assert_eq!(
        beside(intent_with_url(), guarded()).unwrap(),
        Beside::Wait,
        "they deal with doubt in other ways"
    );
    for other in [intent_with_url(), Intent::new(ID, renewal().with_po_number("PO-4711"))] {
        let error = beside(intent(), other).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.message().contains("another order that is under way"), "{error}");
    }
}

#[test]
fn whoever_only_asks_joins_and_whoever_decides_is_told_to_wait() {
    let id = || IntentId::from(ID);
    let purchase = Operation::Purchase(intent().into());
    for (operation, expected) in [
        (Operation::Resume(id()), Beside::Join),
        (Operation::Restart(id()), Beside::Join),
        (Operation::Adopt(id()), Beside::Wait),
    ] {
        assert_eq!(operation.beside(&purchase).unwrap(), expected, "{operation:?}");
    }
    assert_eq!(purchase.beside(&Operation::Resume(id())).unwrap(), Beside::Wait, "it may have to send");
    for decision in [
        Operation::ResubmitAssumingAbsent(id()),
        Operation::Settle(id(), Finding::NotOrdered),
        Operation::Replace(id(), renewal().into()),
    ] {
        let error = decision.beside(&purchase).unwrap_err();
        assert!(error.message().contains("is under way in this process"), "{error}");
        assert_eq!(decision.id().as_str(), ID);
    }
}
