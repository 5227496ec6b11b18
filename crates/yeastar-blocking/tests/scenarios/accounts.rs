//! Several accounts with one journal, and a journal that an earlier version has written.

use std::fs;
use std::path::Path;

use yeastar_core::purchase::{ConfirmedBy, Intent, Outcome};
use yeastar_core::{Config, Credentials, Error, ErrorKind};
use yeastar_journal::{Journal, SqliteJournal};
use yeastar_sandbox::{Server, Settings};

use super::{config, tutorial_order};
use crate::Client;

const ID: &str = "ticket-4711";

fn intent() -> Intent {
    Intent::new(ID, tutorial_order())
}

/// A portal of an account of its own.
fn account(seed: u64) -> Server {
    let mut settings = Settings::fresh();
    settings.seed = seed;
    Server::start_with(settings, 0).unwrap()
}

fn labelled(portal: &Server, label: &str) -> Client {
    let mut config = config(portal);
    config.credentials = config.credentials.with_account(label).unwrap();
    Client::new(config).unwrap()
}

/// The file of a journal that is not there yet.
fn file(test: &str) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("accounts-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder.join("journal.db")
}

#[track_caller]
fn assert_confirmed(result: Result<Outcome, Error>, portal: &Server) {
    let Outcome::Confirmed { order_no, by: ConfirmedBy::Answer, .. } = result.unwrap() else {
        panic!("not confirmed by its answer");
    };
    let placed: Vec<_> = portal.orders().into_iter().map(|order| order.order_no).collect();
    assert_eq!(placed, [order_no.to_string()]);
}

/// Nothing was asked or sent, and the error says what to do.
#[track_caller]
fn assert_refused(result: Result<Outcome, Error>, remedy: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
    assert!(error.to_string().contains(remedy), "{error}");
}

#[test]
fn two_labelled_accounts_with_one_journal_order_once_each() {
    let (one, other) = (account(1), account(2));
    let journal = SqliteJournal::open(file("labelled")).unwrap();
    let (acme, globex) = (labelled(&one, "acme"), labelled(&other, "globex"));
    for _ in 0..2 {
        assert_confirmed(acme.purchase(intent(), &journal), &one);
        assert_confirmed(globex.purchase(intent(), &journal), &other);
    }
    assert_eq!(journal.load(&ID.into()).unwrap().len(), 2);
}

#[test]
fn a_second_account_without_a_label_is_refused() {
    let (one, other) = (account(1), account(2));
    let journal = SqliteJournal::open(file("unlabelled")).unwrap();
    let (first, second) = (super::client(&one), super::client(&other));
    assert_confirmed(first.purchase(intent(), &journal), &one);
    assert_refused(second.purchase(intent(), &journal), "label");
    assert_refused(second.resume(ID, &journal), "label");
    assert_eq!((other.requests().len(), other.orders().len()), (0, 0));
}

#[test]
fn who_has_a_new_client_id_does_not_order_again() {
    let portal = account(1);
    let journal = SqliteJournal::open(file("client-id")).unwrap();
    assert_confirmed(super::client(&portal).purchase(intent(), &journal), &portal);
    let asked = portal.requests().len();
    let renewed = Credentials::new("new-client-id", "new-secret");
    let renewed = Client::new(Config::new(renewed).with_origin(config(&portal).origin)).unwrap();
    assert_refused(renewed.purchase(intent(), &journal), "adopt");
    assert_eq!((portal.requests().len(), portal.orders().len()), (asked, 1));
    renewed.adopt(ID, &journal).unwrap();
    assert_confirmed(renewed.purchase(intent(), &journal), &portal);
    assert_confirmed(renewed.restart(ID, &journal), &portal);
    assert_eq!(portal.requests().len(), asked);
}

/// It names a portal, but no account. The portal is the real one, which no test asks anything.
#[cfg(feature = "rustls")]
#[test]
fn of_a_journal_that_names_no_account_nothing_is_sent_before_it_is_adopted() {
    let path = file("format-1");
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/journal/format-1.sqlite"), &path)
        .unwrap();
    let journal = SqliteJournal::open(&path).unwrap();
    let client = Client::new(Config::new(Credentials::new("client-id", "client-secret"))).unwrap();
    assert_refused(client.restart("recorded-1", &journal), "adopt");
    assert!(matches!(client.resume("recorded-1", &journal), Ok(Outcome::NotPlaced { .. })));
    assert!(matches!(client.resume("rejected-1", &journal), Ok(Outcome::Rejected { .. })));
    let confirmed = client.resume("confirmed-1", &journal).unwrap();
    assert_eq!(confirmed.order_no().map(ToString::to_string).as_deref(), Some("HB9"));
    client.adopt("recorded-1", &journal).unwrap();
    let another = Client::new(Config::new(Credentials::new("another-client-id", "client-secret"))).unwrap();
    assert_refused(another.restart("recorded-1", &journal), "another client id");

    let sandbox = account(1);
    assert_refused(super::client(&sandbox).resume("recorded-1", &journal), "portal");
    assert_eq!(sandbox.requests().len(), 0);
}
