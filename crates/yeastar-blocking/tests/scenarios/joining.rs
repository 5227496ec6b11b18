//! Callers of one client who want the same purchase at the same time.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use yeastar_core::ErrorKind;
use yeastar_core::purchase::{ConfirmedBy, Intent, Outcome, Resend};
use yeastar_journal::MemoryJournal;
use yeastar_sandbox::{Fault, Plan, Server};

use super::{client, client_with, tutorial_order};
use crate::Client;

const ID: &str = "ticket-4711";
const MOMENT: Duration = Duration::from_millis(500);

fn intent() -> Intent {
    Intent::new(ID, tutorial_order())
}

fn slow_order() -> Server {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::Delay(MOMENT)).on("order_save"));
    portal
}

/// Does something while the order is under way.
fn meanwhile<T>(portal: &Server, client: &Client, journal: &MemoryJournal, act: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let purchase = scope.spawn(|| client.purchase(intent(), journal));
        while portal.count("order_save") == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        let result = act();
        let outcome = purchase.join().unwrap().unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        result
    })
}

#[test]
fn all_who_want_the_same_get_the_same_outcome() {
    const THREADS: usize = 8;
    let alone = Server::start().unwrap();
    client(&alone).purchase(intent(), &MemoryJournal::new()).unwrap().order_no().unwrap();

    let (portal, journal) = (slow_order(), MemoryJournal::new());
    let (client, start) = (client(&portal), Barrier::new(THREADS));
    thread::scope(|scope| {
        let purchase = || {
            start.wait();
            client.purchase(intent(), &journal)
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(purchase)).collect();
        for thread in threads {
            let outcome = thread.join().unwrap().unwrap();
            let Outcome::Confirmed { order_no, by: ConfirmedBy::Answer, unrecorded: None, .. } = &outcome
            else {
                panic!("{outcome}");
            };
            assert_eq!(order_no.to_string(), portal.orders()[0].order_no);
        }
    });
    assert_eq!(portal.requests().len(), alone.requests().len(), "one of them asks the portal");
    portal.assert_no_double_order();
}

#[test]
fn whoever_resumes_what_is_under_way_gets_its_outcome() {
    let (portal, journal) = (slow_order(), MemoryJournal::new());
    let client = client(&portal);
    let outcome = meanwhile(&portal, &client, &journal, || client.resume(ID, &journal)).unwrap();
    assert!(
        matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, placed: Some(_), .. }),
        "{outcome}"
    );
}

#[test]
fn another_order_under_the_same_id_is_not_joined() {
    let (portal, journal) = (slow_order(), MemoryJournal::new());
    let client = client(&portal);
    let other = Intent::new(ID, tutorial_order().with_po_number("PO-2"));
    let error = meanwhile(&portal, &client, &journal, || {
        let error = client.purchase(other, &journal).unwrap_err();
        assert_eq!(portal.orders().len(), 1);
        error
    });
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("another order that is under way"), "{error}");
    assert_eq!(portal.count("order_save"), 1);
}

#[test]
fn nobody_decides_about_what_is_under_way() {
    let (portal, journal) = (slow_order(), MemoryJournal::new());
    let client = client(&portal);
    let error =
        meanwhile(&portal, &client, &journal, || client.resubmit_assuming_absent(ID, &journal).unwrap_err());
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("is under way in this process"), "{error}");
}

#[test]
fn whoever_wants_doubt_dealt_with_in_another_way_begins_when_the_first_is_over() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::DropBeforeCommit).on("order_save"));
    let client = client_with(&portal, |policy| {
        policy.reconcile_base = Duration::from_millis(10);
        policy.reconcile_for = MOMENT;
    });
    let journal = MemoryJournal::new();
    thread::scope(|scope| {
        let cautious = scope.spawn(|| client.purchase(intent(), &journal));
        while portal.count("order_save") == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        let outcome = client.purchase(intent().with_resend(Resend::UniqueKeyGuard), &journal).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        let cautious = cautious.join().unwrap().unwrap();
        assert!(matches!(cautious, Outcome::Ambiguous { .. }), "{cautious}");
    });
    assert_eq!((portal.count("order_save"), portal.orders().len()), (2, 1));
}
