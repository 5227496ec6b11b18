//! Several processes on a journal that loses acknowledgements, and finds out by reading back what is stored.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use yeastar_blocking::journal::{Journal, JournalError, MemoryJournal, Swap};
use yeastar_blocking::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_blocking::purchase::{Intent, Outcome};
use yeastar_blocking::{
    BillingContactId, Client, Config, Credentials, Entry, EntryKey, IntentId, Origin, PbxSubDomainId, Policy,
    RegionId,
};
use yeastar_sandbox::{Fault, Plan, Server, Settings};

const IDS: usize = 30;
const PROCESSES: usize = 3;

/// A journal that loses some acknowledgements: before the entry is stored, and afterwards.
struct ReadsBack {
    journal: MemoryJournal,
    /// Of a hundred writes.
    lost: usize,
    writes: AtomicUsize,
}

impl ReadsBack {
    /// What the database does, which may be lost on its way there or back.
    fn write(&self, entry: &Entry) -> Result<Swap, JournalError> {
        // A step that has no factor in common with 100 comes to all of them.
        let number = self.writes.fetch_add(37, Ordering::SeqCst);
        let is_lost = number % 100 < self.lost;
        // Of those that are lost, by turns.
        if is_lost && number / 100 % 2 == 0 {
            return Err("the connection was lost before".into());
        }
        let swap = self.journal.compare_and_swap(entry)?;
        // Time for others to write.
        thread::yield_now();
        if is_lost { Err("the connection was lost afterwards".into()) } else { Ok(swap) }
    }
}

impl Journal for ReadsBack {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.journal.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        loop {
            if let Ok(swap) = self.write(entry) {
                return Ok(swap);
            }
            let stored = self.load(entry.id())?.into_iter().find(|stored| stored.key() == entry.key());
            match stored {
                // Whole and to the byte: another process may have stored this version.
                Some(stored) if stored == *entry => return Ok(Swap::Stored),
                Some(stored) if stored.version() >= entry.version() => {
                    return Ok(Swap::Conflict(Some(stored)));
                }
                _ => {}
            }
        }
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.journal.open_intents()
    }
}

fn client(portal: &Server) -> Client {
    let mut policy = Policy::default();
    policy.backoff_base = Duration::ZERO;
    policy.reconcile_base = Duration::from_millis(10);
    policy.reconcile_cap = Duration::from_millis(50);
    policy.reconcile_for = Duration::from_secs(2);
    let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    let origin = Origin::new(&portal.base_url()).unwrap();
    Client::new(Config::new(credentials).with_origin(origin).with_policy(policy)).unwrap()
}

fn intent(number: usize) -> Intent {
    let url = format!("office-{number}.ptest6.yeastarcloud.com");
    let site = PbxSite::new(format!("office-{number}"), RegionId::new(41), PbxSubDomainId::new(20), &url);
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    Intent::new(format!("ticket-{}", 4711 + number), order.purchase(5, BillingCycle::Monthly, contact, site))
}

fn place_all(lost: usize) {
    let mut settings = Settings::fresh();
    settings.list_lag = Duration::ZERO;
    // A client that gets a token does not end those of the others.
    settings.one_token_per_client = false;
    let portal = Server::start_with(settings, 0).unwrap();
    // One answer in five is lost, too.
    for number in 0..IDS / 5 {
        portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save").skip(5 * number).times(1));
    }
    let journal = ReadsBack { journal: MemoryJournal::new(), lost, writes: AtomicUsize::new(0) };
    thread::scope(|scope| {
        for process in 0..PROCESSES {
            let (portal, journal) = (&portal, &journal);
            scope.spawn(move || {
                // Another client is another process: it joins nothing, and has a word of its own.
                let client = client(portal);
                for number in 0..IDS {
                    // At a conflict another one has it.
                    let _ = client.purchase(intent((number + process) % IDS), journal);
                }
            });
        }
    });
    portal.assert_no_double_order();
    let client = client(&portal);
    for number in 0..IDS {
        let outcome = client.purchase(intent(number), &journal.journal).unwrap();
        let Outcome::Confirmed { others, .. } = &outcome else { panic!("{lost} of 100 lost: {outcome}") };
        assert!(others.is_empty(), "{lost} of 100 lost: {outcome}");
    }
    portal.assert_no_double_order();
    assert_eq!((portal.orders().len(), portal.count("order_save")), (IDS, IDS), "{lost} of 100 lost");
    assert!(journal.open_intents().unwrap().is_empty());
}

#[test]
fn no_order_is_placed_twice_however_many_acknowledgements_are_lost() {
    for lost in [0, 1, 10, 100] {
        place_all(lost);
    }
}
