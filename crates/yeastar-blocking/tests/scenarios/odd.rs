//! Answers in odd forms, and answers that quote what must not be seen.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::Duration;

use yeastar_core::order::{CreateOrder, ListOrders};
use yeastar_core::product::{CheckPbxUrl, ListRegions};
use yeastar_core::purchase::{ConfirmedBy, Intent, Outcome};
use yeastar_core::user::{GetAccountBalance, ListBillingContacts, ListColleagues};
use yeastar_core::{Error, ErrorKind};
use yeastar_journal::MemoryJournal;
use yeastar_sandbox::{Fault, Oddity, Payment, Plan, Server, Settings};

use super::{client, client_with, tutorial_order};

const URL: &str = "docs.ptest6.yeastarcloud.com";

fn portal(change: impl FnOnce(&mut Settings)) -> Server {
    let mut settings = Settings::fresh();
    settings.list_lag = Duration::ZERO;
    change(&mut settings);
    Server::start_with(settings, 0).unwrap()
}

/// What cannot be read is told apart from what is only odd.
fn problem(oddity: Oddity) -> Option<&'static str> {
    match oddity {
        Oddity::Gzip => Some("the body is encoded as `gzip`, although the request allows only `identity`"),
        Oddity::NoContent => Some("empty body"),
        _ => None,
    }
}

#[test]
fn the_tutorial_works_whatever_the_form_of_the_answers() {
    for oddity in Oddity::all().filter(|oddity| problem(*oddity).is_none()) {
        let portal = portal(|_| {});
        portal.plan(Plan::new(Fault::Odd(oddity)).always());
        let client = client(&portal);
        let regions = client.send(ListRegions::new()).unwrap_or_else(|error| panic!("{oddity:?}: {error}"));
        assert!(regions.len() > 1 && regions.iter().all(|region| !region.domains.is_empty()), "{oddity:?}");
        assert!(!client.send(CheckPbxUrl::new(URL)).unwrap(), "{oddity:?}");
        assert!(!client.send(ListBillingContacts::new()).unwrap().is_empty(), "{oddity:?}");
        let mut before = client.pages(ListOrders::new());
        assert!(before.next().unwrap().unwrap().results.is_empty(), "{oddity:?}");

        let journal = MemoryJournal::new();
        let outcome = client.purchase(Intent::new("ticket-4711", tutorial_order()), &journal).unwrap();
        assert!(
            matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }),
            "{oddity:?}: {outcome}"
        );
        assert!(client.send(CheckPbxUrl::new(URL)).unwrap(), "{oddity:?}");
        let rows: usize = client.pages(ListOrders::new()).map(|page| page.unwrap().results.len()).sum();
        assert_eq!((rows, portal.orders().len()), (1, 1), "{oddity:?}");
        client.send(GetAccountBalance::new()).unwrap();
        // What nobody documents is kept as it came.
        client.send(ListColleagues::new()).unwrap();

        // A refusal stays one.
        let error = client.send(CreateOrder::new(tutorial_order())).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Refused, Some("parameter_validation_failed")),
            "{oddity:?}"
        );
    }
}

#[test]
fn an_answer_that_cannot_be_read_says_why_and_an_order_is_found() {
    for oddity in Oddity::all() {
        let Some(problem) = problem(oddity) else { continue };
        let portal = portal(|_| {});
        let client = client(&portal);
        portal.plan(Plan::new(Fault::Odd(oddity)).on("region_list").times(2));
        let error = client.send(ListRegions::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert!(error.message().contains(problem), "{error}");

        portal.plan(Plan::new(Fault::Odd(oddity)).on("order_save"));
        let client = client_with(&portal, |policy| policy.reconcile_base = Duration::from_millis(10));
        let outcome =
            client.purchase(Intent::new("ticket-4711", tutorial_order()), &MemoryJournal::new()).unwrap();
        assert!(
            matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Found, .. }),
            "{oddity:?}: {outcome}"
        );
        assert_eq!(portal.orders().len(), 1);
    }
}

#[test]
fn an_order_that_waits_for_its_payment_is_told_and_not_sent_again() {
    let portal = portal(|settings| settings.payment = Payment::Later);
    let client = client_with(&portal, |policy| policy.reconcile_base = Duration::from_millis(10));
    let status = |outcome: &Outcome| outcome.order_status().map(ToString::to_string);
    let intent = Intent::new("ticket-4711", tutorial_order());
    let journal = MemoryJournal::new();
    portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
    let outcome = client.purchase(&intent, &journal).unwrap();
    assert_eq!(status(&outcome).as_deref(), Some("pending"));
    assert!(outcome.to_string().contains("status pending: it waits for its payment"), "{outcome}");

    // Neither with the journal nor without it.
    for journal in [journal, MemoryJournal::new()] {
        let outcome = client.purchase(&intent, &journal).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { .. }), "{outcome}");
    }
    assert!(portal.cancel(&portal.orders()[0].order_no));
    let outcome = client.purchase(&intent, &MemoryJournal::new()).unwrap();
    assert_eq!(status(&outcome).as_deref(), Some("cancelled"));
    assert!(outcome.to_string().contains("it is not in effect"), "{outcome}");
    assert_eq!(portal.orders().len(), 1);
}

/// Everything that an error prints.
fn printed(error: &Error) -> String {
    let mut all = format!("{error} {error:?} {error:#?} {} {:?}", error.message(), error.code());
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(all, " {cause} {cause:?}");
        source = cause.source();
    }
    all
}

#[test]
fn no_error_shows_a_secret_that_the_portal_quotes() {
    let faults = [
        Fault::QuotingRefusal(400),
        Fault::QuotingRefusal(401),
        Fault::QuotingRefusal(200),
        Fault::QuotingRefusal(500),
        Fault::OAuthError { status: 400, error: "invalid_client".into() },
        Fault::OAuthError { status: 401, error: "invalid_token".into() },
        Fault::OAuthError { status: 403, error: "access_denied".into() },
    ];
    for fault in faults {
        for endpoint in ["token_request", "region_list", "order_save"] {
            let portal = portal(|_| {});
            let client = client_with(&portal, |policy| policy.backoff_base = Duration::ZERO);
            portal.plan(Plan::new(fault.clone()).on(endpoint).always());
            let errors = [
                client.send(ListRegions::new()).err(),
                client.send(CreateOrder::new(tutorial_order())).err(),
            ];
            let errors: Vec<_> = errors.into_iter().flatten().collect();
            assert!(!errors.is_empty());
            for error in &errors {
                let printed = printed(error);
                assert!(!printed.contains(&portal.client_secret()), "{fault:?} {endpoint}: {printed}");
                assert!(!printed.contains("sandbox-access-"), "{fault:?} {endpoint}: {printed}");
                assert!(!printed.contains("sandbox-refresh-"), "{fault:?} {endpoint}: {printed}");
            }
        }
    }
}
