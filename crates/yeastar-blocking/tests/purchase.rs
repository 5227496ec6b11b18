//! The `purchase` example, as a person or a script runs it.

mod example;

use std::fs;
use std::path::PathBuf;
use std::process::{self, Command, Output};

use example::{stderr, stdout};
use serde_json::Value;
use yeastar_sandbox::{Fault, Plan, PoNumberEcho, Server, Settings};

/// Runs the example against a portal that it takes for a real one, or, without a portal,
/// against its own sandbox.
fn purchase(portal: Option<&Server>, arguments: &[&str]) -> Output {
    let mut command = command(arguments);
    if let Some(portal) = portal {
        example::on(&mut command, portal);
    }
    command.output().unwrap()
}

fn command(arguments: &[&str]) -> Command {
    example::command("purchase", arguments)
}

/// The document that the example prints with `--json`, and its exit code.
fn document(output: &Output) -> (Value, Option<i32>) {
    let document = serde_json::from_str(&stdout(output));
    (document.unwrap_or_else(|_| panic!("{}{}", stdout(output), stderr(output))), output.status.code())
}

/// Of the unfriendly sandbox, a portal that shows purchase order numbers here.
fn portal(po_number_echo: PoNumberEcho) -> Server {
    let mut settings = Settings::fresh();
    settings.po_number_echo = po_number_echo;
    Server::start_with(settings, 0).unwrap()
}

/// A file that no other test has, and that goes with the test.
struct JournalFile(PathBuf);

impl JournalFile {
    fn new(test: &str) -> Self {
        let name = format!("yeastar-{}-{test}-{}.db", env!("CARGO_PKG_NAME"), process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for JournalFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn without_credentials_the_four_steps_run_on_the_sandbox() {
    let output = purchase(None, &[]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for words in
        ["simulated", "1. ", "region_list", "2. ", "pbx_url_existed", "3. ", "4. ", "order number HB"]
    {
        assert!(text.contains(words), "{words} is missing in:\n{text}");
    }
}

#[test]
fn json_is_one_document() {
    let output = purchase(None, &["--json"]);
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["outcome"], "ordered");
    assert_eq!(document["simulated"], true);
    assert_eq!(document["steps"].as_array().unwrap().len(), 4);
    assert!(document["orderNo"].as_str().unwrap().starts_with("HB"));
}

#[test]
fn a_real_portal_gets_no_order_without_yes() {
    let portal = Server::start().unwrap();
    let output = purchase(Some(&portal), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--yes"));
    assert!(portal.orders().is_empty());

    let output =
        purchase(Some(&portal), &["--yes", "--prefix", "mine", "--name", "Mine", "--extensions", "7"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let orders = portal.orders();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].pbx_url.as_deref(), Some("mine.ptest6.yeastarcloud.com"));
}

#[test]
fn an_order_that_breaks_a_rule_is_not_praised() {
    let portal = Server::start().unwrap();
    let output = purchase(Some(&portal), &["--extensions", "4"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!stderr(&output).contains("--yes"), "{}", stderr(&output));
}

#[test]
fn half_a_configuration_does_not_mean_the_sandbox() {
    for variable in ["YEASTAR_CLIENT_ID", "YEASTAR_CLIENT_SECRET", "YEASTAR_BASE_URL"] {
        let output = command(&["--yes", "--json"]).env(variable, "http://127.0.0.1:9").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{variable}");
        assert!(stderr(&output).contains("is not set"), "{}", stderr(&output));
        let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(document["outcome"], "failed");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_order_whose_number_cannot_be_printed_is_not_lost() {
    for arguments in [["--prefix", "a"].as_slice(), &["--prefix", "b", "--json"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(arguments).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("order number HB"), "{}", stderr(&output));

        let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command(arguments).stdout(full()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "with nowhere to say it");
    }
}

#[test]
fn an_order_whose_answer_is_lost_is_found_by_its_number() {
    for echo in [PoNumberEcho::CustomReferenceNo, PoNumberEcho::PoNumber] {
        let portal = portal(echo);
        portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
        let output = purchase(Some(&portal), &["--yes", "--json"]);
        let (document, code) = document(&output);
        assert_eq!(code, Some(0), "{echo:?}: {}", stderr(&output));
        assert_eq!(document["outcome"], "ordered");
        assert_eq!(document["by"], "found");
        assert_eq!(document["orderNo"], portal.orders()[0].order_no);
        assert_eq!(portal.count("order_save"), 1);
    }
}

#[test]
fn an_order_whose_answer_is_lost_is_not_sent_again_and_said_so() {
    let portal = portal(PoNumberEcho::Nowhere);
    portal.plan(Plan::new(Fault::StatusAfterCommit(502)).on("order_save"));
    let output = purchase(Some(&portal), &["--yes", "--json", "--id", "ticket-1", "--patience", "5"]);
    let (document, code) = document(&output);
    assert_eq!(code, Some(3));
    for words in ["may have been placed", "order list", "PBX URL", "balance", "ticket-1"] {
        assert!(stderr(&output).contains(words), "{words} is missing in:\n{}", stderr(&output));
    }
    assert_eq!(document["outcome"], "maybe_ordered");
    assert_eq!(document["intent"], "ticket-1");
    assert_eq!(document["absent"], false);
    let evidence = &document["evidence"];
    assert_eq!(evidence["poNumber"], "ticket-1");
    assert_eq!(evidence["attempts"][0]["delivery"], "maybe_executed");
    assert!(evidence["attempts"][0]["error"].as_str().unwrap().contains("502"), "{evidence}");
    assert_eq!(evidence["before"]["pbxUrlExisted"], false);
    assert_eq!(evidence["after"]["pbxUrlExisted"], true);
    assert_eq!(evidence["after"]["orders"], 1);
    assert!(evidence["scans"].as_u64() > Some(1), "{evidence}");
    assert_eq!(document["candidates"][0]["orderNo"], portal.orders()[0].order_no);
    assert_eq!(portal.count("order_save"), 1);
    portal.assert_no_double_order();
}

/// The request id is what the vendor can be asked with.
#[test]
fn an_answer_that_proves_nothing_is_evidence_with_its_request_id() {
    let portal = Server::start().unwrap();
    let refusal = Fault::EnvelopeError { status: 500, code: "internal_error".into(), message: "?".into() };
    portal.plan(Plan::new(refusal).on("order_save"));
    let (document, code) = document(&purchase(Some(&portal), &["--yes", "--json", "--patience", "0"]));
    assert_eq!(code, Some(3));
    let requests = portal.requests();
    let order = requests.iter().find(|request| request.endpoint == Some("order_save")).unwrap();
    assert_eq!(document["evidence"]["attempts"][0]["requestId"], order.request_id);
}

#[test]
fn a_run_with_the_id_of_a_purchase_goes_on_with_it() {
    let journal = JournalFile::new("goes-on");
    let arguments = ["--yes", "--json", "--id", "ticket-2", "--journal", journal.path(), "--patience"];
    let run = |portal: &Server, patience| {
        document(&purchase(Some(portal), &[&arguments[..], &[patience]].concat()))
    };

    // The order is not in the list yet when it is looked for.
    let portal = portal(PoNumberEcho::PoNumber);
    portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
    assert_eq!(run(&portal, "0").1, Some(3));
    for by in ["found", "found"] {
        let (document, code) = run(&portal, "20");
        assert_eq!((&document["by"], code), (&by.into(), Some(0)), "{document}");
        assert_eq!(document["orderNo"], portal.orders()[0].order_no);
    }
    assert_eq!(portal.count("order_save"), 1);

    // Another account does not know this purchase.
    let (document, code) = run(&Server::start().unwrap(), "0");
    assert_eq!((&document["outcome"], code), (&"maybe_ordered".into(), Some(3)));
    assert!(document["error"].as_str().unwrap().contains("another client id"), "{document}");
}

/// A simulated portal ends with the run, and nothing is left to go on with; nor is there without a journal.
#[test]
fn a_run_says_how_to_go_on_where_that_is_possible() {
    const GO_ON: &str = "--journal ";
    let journal = JournalFile::new("go-on");
    let kept = ["--journal", journal.path()];
    let simulated = ["--patience", "0", "--po-number-echo", "nowhere", "--fail-at"];
    for arguments in
        [[&simulated, ["answer"].as_slice(), &kept].concat(), [&simulated, ["sent"].as_slice()].concat()]
    {
        let output = purchase(None, &arguments);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(!stderr(&output).contains(GO_ON), "{}", stderr(&output));
    }

    let portal = portal(PoNumberEcho::Nowhere);
    portal.plan(Plan::new(Fault::DropBeforeCommit).on("order_save").times(2));
    let arguments = ["--patience", "0", "--yes"];
    let output = purchase(Some(&portal), &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(!stderr(&output).contains(GO_ON), "{}", stderr(&output));
    assert!(!stdout(&output).contains("to go on with it"), "{}", stdout(&output));

    let output = purchase(Some(&portal), &[&arguments[..], &kept, &["--id", "ticket-6"]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let words = format!("--journal {} --id ticket-6", journal.path());
    assert!(stderr(&output).contains(&words), "{}", stderr(&output));
    assert!(stdout(&output).contains("--id ticket-6 to go on with it"), "{}", stdout(&output));
}

/// A new id has no past; one that is given may have.
#[test]
fn without_its_journal_only_a_new_purchase_is_surely_not_ordered() {
    let folder = std::env::temp_dir();
    let arguments = ["--json", "--journal", folder.to_str().unwrap()];
    let output = purchase(None, &arguments);
    assert!(stderr(&output).contains("is a folder"), "{}", stderr(&output));
    assert_eq!(document(&output).1, Some(1));
    let arguments = [&arguments[..], &["--id", "ticket-5"]].concat();
    let (document, code) = document(&purchase(None, &arguments));
    assert_eq!((&document["outcome"], code), (&"maybe_ordered".into(), Some(3)));
}

/// Another run with the same id may have ordered meanwhile.
#[test]
fn a_run_with_a_known_id_speaks_for_itself_only() {
    let portal = Server::start().unwrap();
    let denied = Fault::EnvelopeError { status: 403, code: "?".into(), message: "?".into() };
    portal.plan(Plan::new(denied).times(2));
    for (id, words) in
        [(None, "\nNothing was ordered."), (Some("--id=ticket-8"), "\nThis run ordered nothing.")]
    {
        let output = purchase(Some(&portal), &[&["--yes"], id.as_slice()].concat());
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn a_purchase_that_was_not_sent_is_sent_by_the_next_run() {
    let journal = JournalFile::new("not-sent");
    let portal = portal(PoNumberEcho::PoNumber);
    let arguments = ["--yes", "--json", "--id", "ticket-3", "--journal", journal.path()];
    portal.plan(Plan::new(Fault::RateLimited { retry_after: None }).on("order_save"));
    let (first, code) = document(&purchase(Some(&portal), &arguments));
    assert_eq!((&first["outcome"], code), (&"failed".into(), Some(1)), "{first}");
    let (second, code) = document(&purchase(Some(&portal), &arguments));
    assert_eq!((&second["by"], code), (&"answer".into(), Some(0)), "{second}");
    assert_eq!(portal.orders().len(), 1);
}

#[test]
fn an_order_of_a_lost_journal_is_recognised_by_its_number() {
    let portal = portal(PoNumberEcho::CustomReferenceNo);
    let arguments = ["--yes", "--json", "--id", "ticket-4", "--po-number", "PO-7"];
    let (first, _) = document(&purchase(Some(&portal), &arguments));
    assert_eq!(portal.orders()[0].po_number.as_deref(), Some("PO-7/ticket-4"));
    portal.advance(std::time::Duration::from_secs(60));
    let (second, code) = document(&purchase(Some(&portal), &arguments));
    assert_eq!((&second["by"], code), (&"already_there".into(), Some(0)), "{second}");
    assert_eq!(second["orderNo"], first["orderNo"]);
    assert_eq!(portal.count("order_save"), 1);
}

/// Each point that `--help` names, with what it comes to: outcome, how that is known, exit code.
#[test]
fn all_that_can_fail_ends_as_it_should() {
    let cases: &[(&str, &str, &str, Option<&str>, i32)] = &[
        ("request", "customReferenceNo", "maybe_ordered", None, 3),
        ("answer", "customReferenceNo", "ordered", Some("found"), 0),
        ("answer", "poNumber", "ordered", Some("found"), 0),
        ("answer", "nowhere", "maybe_ordered", None, 3),
        ("late", "customReferenceNo", "ordered", Some("found"), 0),
        ("unavailable", "customReferenceNo", "ordered", Some("found"), 0),
        ("unrecorded", "customReferenceNo", "ordered", Some("answer"), 0),
        ("recorded", "customReferenceNo", "ordered", Some("answer"), 0),
        ("looked", "customReferenceNo", "ordered", Some("answer"), 0),
        ("sending", "customReferenceNo", "maybe_ordered", None, 3),
        ("sent", "customReferenceNo", "ordered", Some("found"), 0),
        ("sent", "nowhere", "maybe_ordered", None, 3),
        ("answered", "customReferenceNo", "ordered", Some("found"), 0),
        ("confirmed", "nowhere", "ordered", Some("answer"), 0),
    ];
    let help = stdout(&purchase(None, &["--help"]));
    let (_, points) = help.split_once("--fail-at POINT").unwrap();
    for line in points.lines().filter(|line| line.starts_with("        ")) {
        let point = line.split_whitespace().next().unwrap();
        assert!(cases.iter().any(|case| case.0 == point), "{point} is not tried");
    }

    // Most of the time they wait.
    std::thread::scope(|scope| {
        for &(point, echo, outcome, by, code) in cases {
            scope.spawn(move || {
                let patience = if code == 0 { "20" } else { "5" };
                let arguments =
                    ["--fail-at", point, "--po-number-echo", echo, "--patience", patience, "--json"];
                let (document, exit) = document(&purchase(None, &arguments));
                assert_eq!(document["outcome"], outcome, "{point}, {echo}: {document}");
                assert_eq!(document["by"].as_str(), by, "{point}, {echo}: {document}");
                assert_eq!(exit, Some(code), "{point}, {echo}");
                assert_eq!(document["failAt"], point);
                assert_eq!(document["evidence"].is_null(), code == 0, "{document}");
                if echo == "nowhere" && code == 3 {
                    assert_eq!(document["candidates"].as_array().map(Vec::len), Some(1), "{document}");
                }
            });
        }
    });
}

#[test]
fn a_killed_process_is_told_in_plain_words() {
    let journal = JournalFile::new("told");
    let output = purchase(None, &["--fail-at", "recorded", "--journal", journal.path()]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for words in
        ["| 1. Which regions", "has ended", "The journal says that nothing was sent", "order number HB"]
    {
        assert!(text.contains(words), "{words} is missing in:\n{text}");
    }
    #[cfg(unix)]
    assert!(text.contains("SIGKILL"), "{text}");
}

#[test]
fn nothing_fails_on_purpose_at_a_portal_that_may_be_real() {
    let portal = Server::start().unwrap();
    for arguments in [["--fail-at", "answer"], ["--fail-at", "sending"], ["--po-number-echo", "nowhere"]] {
        let output = purchase(Some(&portal), &[&arguments[..], &["--yes"]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("simulated portal"), "{}", stderr(&output));
    }
    assert!(portal.requests().is_empty());
}

#[test]
fn what_was_not_ordered_is_said_to_be_so() {
    let portal = Server::start().unwrap();
    for (arguments, words) in [
        (["--yes", "--prefix", "taken"].as_slice(), "is taken"),
        (&["--yes", "--extensions", "501"], "serviceList[0].quantity"),
        (&["--yes", "--prefix", "not a host name"], "pbxUrl"),
    ] {
        let output = purchase(Some(&portal), arguments);
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert!(stderr(&output).contains(words), "{words} is missing in:\n{}", stderr(&output));
        assert!(stderr(&output).contains("Nothing was ordered"));
    }
    assert_eq!(portal.count("order_save"), 0);
}

#[test]
fn help_and_wrong_options() {
    let output = purchase(None, &["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("--yes"));
    let wrong_id = stderr(&purchase(None, &["--id=short"]));
    assert!(wrong_id.starts_with("--id: "), "{wrong_id}");
    for wrong in
        ["--nonsense", "--fail-at=nowhere", "--po-number-echo=there", "--id=short", "--patience=long"]
    {
        assert_eq!(purchase(None, &[wrong]).status.code(), Some(2), "{wrong}");
    }
}
