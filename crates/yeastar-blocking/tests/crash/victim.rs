//! The process that is killed: this test program, started again with only this test.

use std::env;
use std::io::{self, Read};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use yeastar_core::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_core::purchase::Intent;
use yeastar_core::{BillingContactId, Config, Entry, EntryKey, IntentId, PbxSubDomainId, Policy, RegionId};
use yeastar_journal::{Journal, JournalError, SqliteJournal, Swap};

use crate::Buyer;

/// What it prints, on a line of its own, when it waits to be killed.
pub const HERE: &str = "here";

/// What it prints before the number of points that it has passed, at the end.
pub const PASSED: &str = "passed ";

const JOURNAL: &str = "CRASH_JOURNAL";
const STOP: &str = "CRASH_STOP";

pub type SharedJournal = Arc<dyn Journal + Send + Sync>;

/// A command for the process. It stops at the point with this number: 0 is before the first write of its journal, 1
/// after it, 2 before the second one, and so on.
pub fn command(journal: &str, stop: Option<usize>) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "victim::buys", "--ignored", "--nocapture"]).env(JOURNAL, journal);
    command.env(STOP, stop.map_or_else(String::new, |stop| stop.to_string()));
    command
}

/// What is bought, by this process and by those that go on after it.
pub fn intent() -> Intent {
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let (region, domain) = (RegionId::new(41), PbxSubDomainId::new(20));
    let site = PbxSite::new("docs", region, domain, "docs.ptest6.yeastarcloud.com");
    let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    Intent::new("ticket-1", order.purchase(5, BillingCycle::Annually, contact, site))
}

/// An order list that shows orders at once is looked at for a short time only.
pub fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.reconcile_base = Duration::from_millis(20);
    policy.reconcile_for = Duration::from_millis(100);
    policy
}

#[test]
#[ignore = "it is the process that the other tests kill"]
fn buys() {
    let Ok(journal) = env::var(JOURNAL) else { return };
    let passed = Arc::new(AtomicUsize::new(0));
    let journal: SharedJournal = Arc::new(Stopping {
        journal: SqliteJournal::open(journal).unwrap(),
        stop: env::var(STOP).unwrap().parse().ok(),
        passed: Arc::clone(&passed),
    });
    let config = Config::from_variables(|name| env::var(name).ok()).unwrap();
    let outcome = Buyer::new(config.with_policy(policy())).purchase(&intent(), &journal).unwrap();
    println!("\n{outcome}\n{PASSED}{}", passed.load(Ordering::Relaxed));
}

/// A journal that stops its process before or after a write.
struct Stopping {
    journal: SqliteJournal,
    stop: Option<usize>,
    passed: Arc<AtomicUsize>,
}

impl Stopping {
    fn pass(&self) {
        if Some(self.passed.fetch_add(1, Ordering::Relaxed)) == self.stop {
            // The test runner has begun a line.
            println!("\n{HERE}");
            // Until it is killed, or whoever should kill it is gone.
            let _ = io::stdin().read_to_end(&mut Vec::new());
            panic!("not killed");
        }
    }
}

impl Journal for Stopping {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.journal.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.pass();
        let swap = self.journal.compare_and_swap(entry)?;
        self.pass();
        Ok(swap)
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.journal.open_intents()
    }
}
