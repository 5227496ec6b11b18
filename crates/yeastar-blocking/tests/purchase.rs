//! The `purchase` example, as a person or a script runs it.

mod example;

use std::process::{Command, Output};

use example::{stderr, stdout};
use serde_json::Value;
use yeastar_sandbox::{Fault, Plan, Server};

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
fn an_order_whose_answer_is_lost_is_not_sent_again_and_said_so() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
    let output = purchase(Some(&portal), &["--yes", "--json"]);
    assert_eq!(output.status.code(), Some(3));
    for words in ["may have been placed", "order list", "PBX URL", "balance"] {
        assert!(stderr(&output).contains(words), "{words} is missing in:\n{}", stderr(&output));
    }
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["outcome"], "maybe_ordered");
    assert_eq!(portal.count("order_save"), 1);
    portal.assert_no_double_order();
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
    assert_eq!(purchase(None, &["--nonsense"]).status.code(), Some(2));
}
