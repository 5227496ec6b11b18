//! A purchase in a runtime: journals that are slow or panic.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::sync::RwLock;
use tokio::task::{self, JoinSet};
use tokio::time;
use yeastar_async::journal::{Journal, MemoryJournal};
use yeastar_async::purchase::{ConfirmedBy, Outcome};
use yeastar_async::{ErrorKind, IntentId};

mod support;

use support::{Before, ID, client, intent, intent_for, portal};

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

/// The system's look-up of names, for one, blocks in the same threads.
#[test]
fn a_journal_that_hangs_leaves_threads_to_others() {
    const THREADS: usize = 32;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(THREADS)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let portal = portal();
        let client = client(&portal);
        let (calls, waiting) = (Arc::new(AtomicUsize::new(0)), Arc::new(RwLock::new(())));
        let hangs = waiting.write().await;
        let journal = {
            let (calls, waiting) = (Arc::clone(&calls), Arc::clone(&waiting));
            Before(MemoryJournal::new(), move || {
                calls.fetch_add(1, Ordering::SeqCst);
                drop(waiting.blocking_read());
            })
        };
        let mut purchases = JoinSet::new();
        for number in 0..2 * THREADS {
            let (client, journal) = (client.clone(), journal.clone());
            let intent = intent_for(&format!("ticket-{number}"), &format!("docs{number}"));
            purchases.spawn(async move { client.purchase(intent, &journal).await });
        }
        while calls.load(Ordering::SeqCst) == 0 {
            time::sleep(Duration::from_millis(1)).await;
        }
        time::sleep(Duration::from_millis(100)).await;
        let other = time::timeout(Duration::from_secs(10), task::spawn_blocking(|| ())).await;
        let in_journal = calls.load(Ordering::SeqCst);
        drop(hangs);
        assert!(other.is_ok(), "{in_journal} of {THREADS} threads are in the journal");
        while let Some(outcome) = purchases.join_next().await {
            let outcome = outcome.unwrap().unwrap();
            assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        }
    });
}

#[tokio::test]
async fn a_journal_that_panics_has_failed() {
    // The last two calls are tried again.
    for (panics_at, is_confirmed) in [(1, false), (2, false), (3, true), (4, true)] {
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
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
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
