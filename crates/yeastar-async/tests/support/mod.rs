//! What the tests of purchases in a runtime share: a portal, a client that looks often, an order, and journals that
//! can be watched.

#![allow(dead_code, reason = "no test uses all of it")]

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time;
use yeastar_async::journal::{Journal, JournalError, MemoryJournal, Swap};
use yeastar_async::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_async::purchase::Intent;
use yeastar_async::{
    BillingContactId, Client, Config, Credentials, Entry, EntryKey, IntentId, Origin, PbxSubDomainId,
    RegionId,
};
use yeastar_sandbox::{PoNumberEcho, Server, Settings};

pub const ID: &str = "ticket-4711";

/// A portal that shows new orders at once, with their PO number.
pub fn portal() -> Server {
    portal_with(PoNumberEcho::CustomReferenceNo)
}

pub fn portal_with(echo: PoNumberEcho) -> Server {
    let mut settings = Settings::fresh();
    settings.po_number_echo = echo;
    settings.list_lag = Duration::ZERO;
    // For any number of orders.
    settings.balance = u64::MAX / 2;
    Server::start_with(settings, 0).unwrap()
}

/// A client that looks often after doubt, and soon gives up.
pub fn client(portal: &Server) -> Client {
    let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    let mut config = Config::new(credentials).with_origin(Origin::new(&portal.base_url()).unwrap());
    config.policy.reconcile_base = Duration::from_millis(10);
    config.policy.reconcile_cap = Duration::from_millis(20);
    config.policy.reconcile_for = Duration::from_millis(100);
    Client::new(config).unwrap()
}

pub fn intent() -> Intent {
    intent_for(ID, "docs")
}

/// The intent of this id to buy a PBX of this name.
pub fn intent_for(id: &str, name: &str) -> Intent {
    let url = format!("{name}.ptest6.yeastarcloud.com");
    let site = PbxSite::new(name, RegionId::new(41), PbxSubDomainId::new(20), url);
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    Intent::new(
        id,
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Monthly, contact, site),
    )
}

/// A journal that does something before each call.
#[derive(Clone)]
pub struct Before<F>(pub MemoryJournal, pub F);

impl<F: Fn()> Journal for Before<F> {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.1();
        self.0.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.1();
        self.0.compare_and_swap(entry)
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.0.open_intents()
    }
}

/// A journal that does something before each write, and is told its number: 1 records the order, 2 says that it is
/// about to be sent.
#[derive(Clone)]
pub struct BeforeWrite<F> {
    pub journal: MemoryJournal,
    writes: Arc<AtomicUsize>,
    act: F,
}

impl<F: Fn(usize)> BeforeWrite<F> {
    pub fn new(act: F) -> Self {
        Self { journal: MemoryJournal::new(), writes: Arc::default(), act }
    }

    /// How many writes have begun.
    pub fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }
}

impl<F: Fn(usize)> Journal for BeforeWrite<F> {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.journal.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        (self.act)(self.writes.fetch_add(1, Ordering::SeqCst) + 1);
        self.journal.compare_and_swap(entry)
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.journal.open_intents()
    }
}

pub async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        time::sleep(Duration::from_millis(1)).await;
    }
}

/// Polls a future until something is so, and drops it.
pub async fn drop_when<T>(future: impl Future<Output = T>, is_so: impl Fn() -> bool) {
    tokio::select! {
        _ = future => panic!("it was over before"),
        () = until(is_so) => {}
    }
}
