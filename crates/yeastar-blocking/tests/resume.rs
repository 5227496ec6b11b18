//! The `resume` example, as a person or a script runs it.

mod example;

use std::fs;
use std::path::Path;
use std::process::{self, Output};
use std::time::Duration;

use example::{stderr, stdout};
use serde_json::Value;
use yeastar_blocking::journal::{Journal, SqliteJournal};
use yeastar_blocking::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_blocking::purchase::{Intent, Outcome};
use yeastar_blocking::{
    BillingContactId, Client, Config, Credentials, Origin, PbxSubDomainId, Policy, RegionId,
};
use yeastar_sandbox::{Fault, Plan, PoNumberEcho, Server, Settings};

fn resume(portal: Option<&Server>, arguments: &[&str]) -> Output {
    let mut command = example::command("resume", arguments);
    if let Some(portal) = portal {
        example::on(&mut command, portal);
    }
    command.output().unwrap()
}

/// What is said of each purchase, and the exit code.
fn purchases(output: &Output) -> (Vec<Value>, Option<i32>) {
    let document: Value = serde_json::from_str(&stdout(output)).unwrap();
    (document["purchases"].as_array().unwrap().clone(), output.status.code())
}

fn portal(po_number_echo: PoNumberEcho) -> Server {
    let mut settings = Settings::fresh();
    settings.po_number_echo = po_number_echo;
    Server::start_with(settings, 0).unwrap()
}

/// Two purchases that lose their answers, on the journal in this file.
fn leave_two_open(portal: &Server, journal: &Path) {
    portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save").times(2));
    let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    let mut policy = Policy::default();
    policy.reconcile_base = Duration::ZERO;
    policy.reconcile_for = Duration::ZERO;
    let origin = Origin::new(&portal.base_url()).unwrap();
    let client = Client::new(Config::new(credentials).with_origin(origin).with_policy(policy)).unwrap();
    let journal = SqliteJournal::open(journal).unwrap();
    for id in ["open-1", "open-2"] {
        let url = format!("site-{id}.ptest6.yeastarcloud.com");
        let site = PbxSite::new("docs", RegionId::new(41), PbxSubDomainId::new(20), url);
        let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(
            5,
            BillingCycle::Annually,
            BillingContactId::new(3_197_218_168_379_846_218),
            site,
        );
        let outcome = client.purchase(Intent::new(id, order), &journal).unwrap();
        assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome}");
    }
}

/// Runs the test with the path of a journal that no other test has.
fn with_journal(test: &str, run: impl FnOnce(&Path, &str)) {
    let folder = std::env::temp_dir().join(format!("yeastar-resume-{test}-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("purchases.db");
    run(&path, path.to_str().unwrap());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn without_a_journal_it_shows_itself_at_work() {
    let output = resume(None, &[]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for words in ["probably exists", "Now it is resumed", "the order exists: HB"] {
        assert!(text.contains(words), "{words} is missing in:\n{text}");
    }
    let (purchases, code) = purchases(&resume(None, &["--json"]));
    assert_eq!((&purchases[0]["by"], code), (&"found".into(), Some(0)));
}

#[test]
fn what_is_open_is_listed_and_settled() {
    with_journal("settled", |path, file| {
        let portal = portal(PoNumberEcho::CustomReferenceNo);
        leave_two_open(&portal, path);

        let (listed, code) = purchases(&resume(None, &["--journal", file, "--list", "--json"]));
        assert_eq!((listed.len(), code), (2, Some(0)));
        assert_eq!(listed[0]["intent"], "open-1");
        assert_eq!(listed[0]["state"], "ambiguous");
        assert_eq!(listed[0]["portal"], "loopback");
        assert!(listed[0]["recordedAt"].is_u64(), "{listed:?}");
        let text = stdout(&resume(None, &["--journal", file, "--list"]));
        assert!(text.contains("open-2: ambiguous, loopback, ") && text.contains(" s old"), "{text}");

        let (settled, code) = purchases(&resume(Some(&portal), &["--journal", file, "--json"]));
        assert_eq!(code, Some(0), "{settled:?}");
        for (purchase, order) in settled.iter().zip(portal.orders()) {
            assert_eq!(purchase["outcome"], "ordered");
            assert_eq!(purchase["orderNo"], order.order_no);
            assert_eq!(purchase["intent"].as_str(), order.po_number.as_deref());
        }
        assert_eq!(settled.len(), 2);

        let output = resume(Some(&portal), &["--journal", file]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("Nothing is open"), "{}", stdout(&output));
        assert_eq!(portal.count("order_save"), 2);
    });
}

#[test]
fn what_cannot_be_settled_is_said_so() {
    with_journal("unsettled", |path, file| {
        let portal = portal(PoNumberEcho::Nowhere);
        leave_two_open(&portal, path);
        let arguments = ["--journal", file, "--json", "--patience", "1"];
        let (settled, code) = purchases(&resume(Some(&portal), &arguments));
        assert_eq!((settled.len(), code), (2, Some(3)));
        assert_eq!(settled[1]["outcome"], "maybe_ordered");
        assert_eq!(settled[1]["evidence"]["poNumber"], "open-2");

        // Of another account: none of them can be looked at, and none is taken for settled.
        let (settled, code) = purchases(&resume(Some(&Server::start().unwrap()), &arguments));
        assert_eq!((settled.len(), code), (2, Some(1)));
        assert!(settled[0]["error"].as_str().unwrap().contains("another client id"), "{settled:?}");
        assert_eq!(SqliteJournal::open(path).unwrap().open_intents().unwrap().len(), 2);
        assert_eq!(portal.count("order_save"), 2);
    });
}

#[test]
fn help_and_wrong_options() {
    with_journal("wrong", |path, file| {
        let output = resume(None, &["--help"]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("--journal"));
        for arguments in [["--nonsense"].as_slice(), &["--list"], &["--journal", file, "--list"]] {
            assert_eq!(resume(None, arguments).status.code(), Some(2), "{arguments:?}");
        }
        assert!(!path.exists(), "a journal that is only read is not made");
        drop(SqliteJournal::open(path).unwrap());
        let output = resume(None, &["--journal", file]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("YEASTAR_CLIENT_ID"), "{}", stderr(&output));
        let output = resume(Some(&Server::start().unwrap()), &[]);
        assert_eq!(output.status.code(), Some(2));
    });
}
