//! Threads that want the same purchase, when the one that carries it out panics.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use yeastar_blocking::journal::{Journal, JournalError, MemoryJournal, Swap};
use yeastar_blocking::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_blocking::purchase::{ConfirmedBy, Intent, Outcome};
use yeastar_blocking::{
    BillingContactId, Client, Config, Credentials, Entry, EntryKey, IntentId, Origin, PbxSubDomainId,
    RegionId,
};
use yeastar_sandbox::Server;

fn intent() -> Intent {
    let site =
        PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    Intent::new(
        "ticket-4711",
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Monthly, contact, site),
    )
}

/// A journal that tells when it is read, takes its time for it, and then panics.
struct Panics(mpsc::Sender<()>);

impl Journal for Panics {
    fn load(&self, _: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.0.send(()).unwrap();
        thread::sleep(Duration::from_millis(300));
        panic!("no such table");
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        unreachable!("{entry:?}");
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        Ok(Vec::new())
    }
}

#[test]
fn a_panic_reaches_its_caller_and_another_goes_on() {
    let portal = Server::start().unwrap();
    let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    let origin = Origin::new(&portal.base_url()).unwrap();
    let client = Client::new(Config::new(credentials).with_origin(origin)).unwrap();
    thread::scope(|scope| {
        let (reads, is_read) = mpsc::channel();
        let first = {
            let client = client.clone();
            scope.spawn(move || {
                let purchase = AssertUnwindSafe(|| client.purchase(intent(), &Panics(reads)));
                catch_unwind(purchase).unwrap_err()
            })
        };
        is_read.recv().unwrap();
        let outcome = client.purchase(intent(), &MemoryJournal::new()).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        assert_eq!(first.join().unwrap().downcast_ref::<&str>(), Some(&"no such table"));
    });
    assert_eq!(portal.count("order_save"), 1);
}
