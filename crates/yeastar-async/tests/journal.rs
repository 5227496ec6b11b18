//! A purchase in a runtime: journals that are slow or panic, and futures that are dropped.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time;
use yeastar_async::journal::{Journal, JournalError, MemoryJournal, Swap};
use yeastar_async::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_async::purchase::{By, Intent, Outcome};
use yeastar_async::{
    BillingContactId, Client, Config, Credentials, Entry, ErrorKind, IntentId, Origin, PbxSubDomainId,
    RegionId,
};
use yeastar_sandbox::{PoNumberEcho, Server, Settings};

const ID: &str = "ticket-4711";

fn portal() -> Server {
    let mut settings = Settings::fresh();
    settings.po_number_echo = PoNumberEcho::CustomReferenceNo;
    settings.list_lag = Duration::ZERO;
    Server::start_with(settings, 0).unwrap()
}

fn client(portal: &Server) -> Client {
    let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    let mut config = Config::new(credentials).with_origin(Origin::new(&portal.base_url()).unwrap());
    config.policy.reconcile_base = Duration::from_millis(10);
    config.policy.reconcile_cap = Duration::from_millis(20);
    config.policy.reconcile_for = Duration::from_millis(100);
    Client::new(config).unwrap()
}

fn intent() -> Intent {
    let site =
        PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    Intent::new(
        ID,
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Monthly, contact, site),
    )
}

/// A journal that does something before each call.
#[derive(Clone)]
struct Before<F>(MemoryJournal, F);

impl<F: Fn()> Journal for Before<F> {
    fn load(&self, id: &IntentId) -> Result<Option<Entry>, JournalError> {
        self.1();
        self.0.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.1();
        self.0.compare_and_swap(entry)
    }

    fn open_intents(&self) -> Result<Vec<IntentId>, JournalError> {
        self.0.open_intents()
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_slow_journal_does_not_block_the_runtime() {
    const CALL: Duration = Duration::from_millis(200);
    let portal = portal();
    let threads = Arc::new(Mutex::new(Vec::<ThreadId>::new()));
    let called = Arc::clone(&threads);
    let journal = Before(MemoryJournal::new(), move || {
        called.lock().unwrap().push(thread::current().id());
        thread::sleep(CALL);
    });
    let ticks = Arc::new(AtomicUsize::new(0));
    let ticking = tokio::spawn({
        let ticks = Arc::clone(&ticks);
        async move {
            loop {
                time::sleep(Duration::from_millis(10)).await;
                ticks.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let outcome = client(&portal).purchase(intent(), &journal).await.unwrap();
    assert!(outcome.order_no().is_some(), "{outcome}");
    ticking.abort();
    let threads = threads.lock().unwrap();
    assert_eq!(threads.len(), 4, "read, recorded, about to be sent, over");
    assert!(!threads.contains(&thread::current().id()));
    let ticks = ticks.load(Ordering::SeqCst);
    assert!(ticks >= 20, "{ticks} ticks of 10 ms in more than 800 ms");
}

#[tokio::test]
async fn a_journal_that_panics_has_failed() {
    // The last call is tried again.
    for (panics_at, is_confirmed) in [(1, false), (2, false), (3, false), (4, true)] {
        let portal = portal();
        let calls = Arc::new(AtomicUsize::new(0));
        let journal = Before(MemoryJournal::new(), move || {
            assert!(calls.fetch_add(1, Ordering::SeqCst) + 1 != panics_at, "no such table");
        });
        let client = client(&portal);
        match client.purchase(intent(), &journal).await {
            Ok(outcome) => assert!(is_confirmed && outcome.unrecorded().is_none(), "{panics_at}: {outcome}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Journal);
                assert!(error.to_string().contains("no such table"), "{error}");
                assert!(!is_confirmed && portal.orders().is_empty(), "{panics_at}: {error}");
            }
        }
        let outcome = client.purchase(intent(), &journal.0).await.unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: By::Answer, .. }), "{outcome}");
        assert_eq!(portal.count("order_save"), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_can_move_into_a_task() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }

    let portal = portal();
    let (client, journal) = (client(&portal), MemoryJournal::new());
    let intent = intent();
    let outcome = is_send(client.purchase(&intent, &journal)).await.unwrap();
    assert!(outcome.order_no().is_some(), "{outcome}");
    drop((
        is_send(client.resume(ID, &journal)),
        is_send(client.resubmit_assuming_absent(IntentId::from(ID), &journal)),
    ));
    let journal: Arc<dyn Journal + Send + Sync> = Arc::new(journal);
    let again = tokio::spawn(async move { client.purchase(intent, &journal).await });
    assert_eq!(again.await.unwrap().unwrap().order_no(), outcome.order_no());
    assert_eq!(portal.count("order_save"), 1);
}

/// Polls a future so many times and drops it, unless it is ready before.
async fn drop_after<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut made = 0;
    poll_fn(|cx| {
        if made == polls {
            return Poll::Ready(None);
        }
        made += 1;
        future.as_mut().poll(cx).map(Some)
    })
    .await
}

/// Each await of a purchase is a moment at which it can be dropped: what it had asked for, the journal's write and the
/// request, goes on without it, or not.
#[tokio::test]
async fn a_purchase_that_is_dropped_at_any_moment_is_taken_up_again() {
    let (mut confirmed, mut ambiguous) = (0, 0);
    // How many polls it takes varies: what is ready at once is not waited for.
    for polls in 1..=30 {
        let portal = portal();
        // A call that takes its time is waited for, and can be dropped meanwhile.
        let journal = Before(MemoryJournal::new(), || thread::sleep(Duration::from_millis(2)));
        let client = client(&portal);
        if drop_after(polls, client.purchase(intent(), &journal)).await.is_some() {
            continue;
        }
        // At once in one half of the cases, and when all has come to rest in the other.
        for rest in [Duration::ZERO, Duration::from_millis(50)] {
            yield_now().await;
            time::sleep(rest).await;
            match client.purchase(intent(), &journal).await {
                Ok(Outcome::Confirmed { order_no, .. }) => {
                    assert_eq!(portal.orders()[0].order_no, order_no.to_string(), "after {polls} polls");
                    confirmed += 1;
                }
                Ok(Outcome::Ambiguous { .. }) => ambiguous += 1,
                Ok(outcome) => panic!("after {polls} polls: {outcome}"),
                // The write that was under way came in between.
                Err(error) => assert_eq!(error.kind(), ErrorKind::Journal, "after {polls} polls: {error}"),
            }
        }
        assert!(portal.count("order_save") <= 1, "after {polls} polls");
        match client.resume(ID, &journal).await.unwrap() {
            Outcome::Confirmed { .. } => assert_eq!(portal.orders().len(), 1, "after {polls} polls"),
            Outcome::Ambiguous { .. } => assert_eq!(portal.orders().len(), 0, "after {polls} polls"),
            outcome => panic!("after {polls} polls: {outcome}"),
        }
    }
    assert!(confirmed > 0 && ambiguous > 0, "{confirmed} confirmed, {ambiguous} ambiguous");
}
