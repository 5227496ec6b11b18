//! A system that has no more threads.

use std::env;
use std::process::Command;
use std::time::Duration;

use yeastar_blocking::journal::MemoryJournal;
use yeastar_blocking::order::{BillingCycle, CloudPbx, Order};
use yeastar_blocking::product::ListRegions;
use yeastar_blocking::purchase::{Intent, Outcome};
use yeastar_blocking::{BillingContactId, Client, Config, Credentials, Delivery, ErrorKind, Origin};

/// Runs this program again with a stack size that no thread can have: the system refuses each, as it does at
/// a limit of processes.
#[test]
#[cfg(target_os = "linux")]
fn a_name_that_cannot_be_looked_up_for_lack_of_threads_is_an_error() {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "without_threads", "--ignored", "--test-threads=1"])
        .env("RUST_MIN_STACK", (1_u64 << 46).to_string())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&output.stdout);
    assert!(output.contains("1 passed"), "{output}");
}

#[test]
#[ignore = "the test above runs it, without threads"]
fn without_threads() {
    // Neither a query nor a purchase gets as far as its own request: the token comes first.
    let mut config = Config::new(Credentials::new("id", "secret"));
    config.origin = Origin::new("http://localhost:9").unwrap();
    config.policy.backoff_base = Duration::ZERO;
    let client = Client::new(config).unwrap();
    let error = client.send(ListRegions::new()).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Transport, Delivery::NotDelivered), "{error}");
    assert!(error.to_string().contains("no thread can be started"), "{error}");

    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).renew(
        "3658B431119665QJ",
        50,
        BillingCycle::Annually,
        contact,
    );
    let outcome = client.purchase(Intent::new("ticket-4711", order), &MemoryJournal::new()).unwrap();
    assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome}");
}
