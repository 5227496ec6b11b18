//! Purchases whose callers leave, and callers who want the same purchase.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::{Notify, oneshot};
use tokio::time;
use yeastar_async::journal::{Journal, JournalError, MemoryJournal, Swap};
use yeastar_async::purchase::{ConfirmedBy, Context, Finding, Intent, Outcome, Purchase, Resend};
use yeastar_async::{
    Action, Client, Credentials, Entry, EntryKey, Error, ErrorKind, IntentId, JournalRequest, Machine,
    Origin, Policy, Session, Tick,
};
use yeastar_sandbox::{Fault, Plan, PoNumberEcho, Server};

mod support;

use support::{Before, BeforeWrite, ID, client, drop_when, intent, intent_for, portal, portal_with, until};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);
const MOMENT: Duration = Duration::from_millis(300);

fn delay(portal: &Server, endpoint: &str, delay: Duration) {
    portal.plan(Plan::new(Fault::Delay(delay)).on(endpoint));
}

/// The order exists, once, by one request, and that is what the purchase says.
#[track_caller]
fn assert_confirmed(result: &Result<Outcome, Error>, portal: &Server) {
    let Ok(Outcome::Confirmed { order_no, by: ConfirmedBy::Answer, unrecorded: None, .. }) = result else {
        panic!("{result:?}");
    };
    let orders: Vec<_> = portal.orders().into_iter().map(|order| order.order_no).collect();
    assert_eq!(orders, [order_no.to_string()]);
    assert_eq!(portal.count("order_save"), 1);
}

#[track_caller]
fn assert_invalid(result: Result<Outcome, Error>, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

/// Spawns a future, and waits until it was polled once.
async fn spawn<T: Send + 'static>(
    future: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    let (begins, begun) = oneshot::channel();
    let task = tokio::spawn(async move {
        tokio::select! {
            biased;
            output = future => output,
            // Ready after the first poll of the future.
            never = async { begins.send(()).unwrap(); std::future::pending().await } => never,
        }
    });
    begun.await.unwrap();
    task
}

/// A purchase in a task, by a caller of its own.
async fn purchasing<J>(
    client: &Client,
    intent: Intent,
    journal: &J,
) -> tokio::task::JoinHandle<Result<Outcome, Error>>
where
    J: Journal + Clone + Send + Sync + 'static,
{
    let (client, journal) = (client.clone(), journal.clone());
    spawn(async move { client.purchase(intent, &journal).await }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_caller_leaves_before_the_answer_comes_to_its_end() {
    // Where the number shows nowhere, only the answer can tell.
    for echo in [PoNumberEcho::CustomReferenceNo, PoNumberEcho::Nowhere] {
        let portal = portal_with(echo);
        delay(&portal, "order_save", MOMENT);
        let (client, journal) = (client(&portal), MemoryJournal::new());
        drop_when(client.purchase(intent(), &journal), || portal.count("order_save") > 0).await;
        assert_eq!(client.drain(Duration::ZERO).await, 1);
        assert_eq!(client.drain(LONG).await, 0);
        assert_eq!(journal.open_intents().unwrap(), []);
        assert_confirmed(&client.resume(ID, &journal).await, &portal);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_caller_leaves_after_a_lost_answer_is_looked_for() {
    let portal = portal();
    portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
    let (client, journal) = (client(&portal), MemoryJournal::new());
    drop_when(client.purchase(intent(), &journal), || portal.count("order_save") > 0).await;
    assert_eq!(client.drain(LONG).await, 0);
    let outcome = client.resume(ID, &journal).await.unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Found, .. }), "{outcome}");
    assert_eq!(journal.open_intents().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_caller_leaves_while_it_writes_that_it_sends_does_send() {
    let portal = portal();
    let journal = BeforeWrite::new(|number| {
        if number == 2 {
            thread::sleep(MOMENT);
        }
    });
    let client = client(&portal);
    drop_when(client.purchase(intent(), &journal), || journal.writes() == 2).await;
    assert_eq!(portal.count("order_save"), 0);
    assert_eq!(client.drain(LONG).await, 0);
    assert_eq!(journal.open_intents().unwrap(), []);
    assert_confirmed(&client.purchase(intent(), &journal).await, &portal);
}

/// Nothing was sent, the journal knows it, and the same can be purchased.
async fn assert_stopped<J>(client: &Client, journal: &J, portal: &Server)
where
    J: Journal + Clone + Send + Sync + 'static,
{
    assert_eq!(client.drain(LONG).await, 0);
    assert_eq!(portal.count("order_save"), 0);
    assert_eq!(journal.open_intents().unwrap(), []);
    if !journal.load(&ID.into()).unwrap().is_empty() {
        let outcome = client.resume(ID, journal).await.unwrap();
        let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
        assert_eq!(error.kind(), ErrorKind::Interrupted);
    }
    assert_confirmed(&client.purchase(intent(), journal).await, portal);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_caller_leaves_while_it_looks_stops_at_once() {
    for endpoint in ["token_request", "order_page", "pbx_url_existed", "account_balance"] {
        let portal = portal();
        delay(&portal, endpoint, LONG);
        let (client, journal) = (client(&portal), MemoryJournal::new());
        let start = Instant::now();
        drop_when(client.purchase(intent(), &journal), || portal.count(endpoint) > 0).await;
        assert_stopped(&client, &journal, &portal).await;
        assert!(start.elapsed() < LONG / 2, "{endpoint}: {:?}", start.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_caller_leaves_while_the_journal_is_called_stops_after_it() {
    for call in 1..=2 {
        let portal = portal();
        let calls = Arc::new(AtomicUsize::new(0));
        let made = Arc::clone(&calls);
        let journal = Before(MemoryJournal::new(), move || {
            if made.fetch_add(1, Ordering::SeqCst) + 1 == call {
                thread::sleep(MOMENT);
            }
        });
        let client = client(&portal);
        drop_when(client.purchase(intent(), &journal), || calls.load(Ordering::SeqCst) == call).await;
        assert_eq!(client.drain(Duration::ZERO).await, 1, "the journal has not answered");
        assert_stopped(&client, &journal, &portal).await;
    }
}

/// Journal calls and requests, each of which is a moment to leave. The one of this number is held up meanwhile.
struct Moments {
    number: usize,
    count: AtomicUsize,
    has_come: Notify,
    goes_on: Mutex<mpsc::Receiver<()>>,
}

impl Moments {
    fn pass(&self) {
        if self.count.fetch_add(1, Ordering::SeqCst) + 1 == self.number {
            self.has_come.notify_one();
            self.goes_on.lock().unwrap().recv().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whenever_its_caller_leaves_a_purchase_leaves_no_doubt() {
    let (mut stopped, mut sent) = (0, 0);
    for number in 1.. {
        let portal = portal();
        let (go_on, goes_on) = mpsc::channel();
        let goes_on = Mutex::new(goes_on);
        let moments =
            Arc::new(Moments { number, count: AtomicUsize::new(0), has_come: Notify::new(), goes_on });
        let passing = || {
            let moments = Arc::clone(&moments);
            move || moments.pass()
        };
        let pass = passing();
        portal.on_request(move |_| pass());
        let (client, journal) = (client(&portal), Before(MemoryJournal::new(), passing()));
        tokio::select! {
            () = moments.has_come.notified() => {}
            result = client.purchase(intent(), &journal) => {
                assert_confirmed(&result, &portal);
                assert!(stopped >= 4 && sent >= 3, "{stopped} stopped, {sent} sent");
                return;
            }
        }
        go_on.send(()).unwrap();
        assert_eq!(client.drain(LONG).await, 0);
        assert_eq!(journal.open_intents().unwrap(), [], "left at moment {number}");
        *if portal.count("order_save") == 0 { &mut stopped } else { &mut sent } += 1;
        assert_confirmed(&client.purchase(intent(), &journal).await, &portal);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_has_recorded_is_left_to_it_when_the_caller_leaves() {
    let portal = portal();
    let journal = MemoryJournal::new();
    // It has looked, and been killed or not got any further.
    delay(&portal, "order_page", LONG);
    let another = client(&portal);
    let theirs = purchasing(&another, intent(), &journal).await;
    until(|| portal.count("order_page") == 1).await;
    let entry = journal.load(&ID.into()).unwrap();

    delay(&portal, "order_page", LONG);
    let ours = client(&portal);
    drop_when(ours.purchase(intent(), &journal), || portal.count("order_page") == 2).await;
    assert_eq!(ours.drain(LONG).await, 0);
    assert_eq!(journal.load(&ID.into()).unwrap(), entry);
    theirs.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_of_a_purchase_that_another_process_has_taken_up() {
    let portal = portal();
    let journal = MemoryJournal::new();
    delay(&portal, "order_page", LONG);
    let (ours, another) = (client(&portal), client(&portal));
    let purchase = purchasing(&ours, intent(), &journal).await;
    until(|| portal.count("order_page") == 1).await;
    assert_confirmed(&another.purchase(intent(), &journal).await, &portal);
    let entry = journal.load(&ID.into()).unwrap();
    purchase.abort();
    assert_eq!(ours.drain(LONG).await, 0);
    assert_eq!(journal.load(&ID.into()).unwrap(), entry);
}

/// A purchase whose answer was lost, in a portal that does not have the order.
async fn in_doubt(portal: &Server, client: &Client) -> MemoryJournal {
    let journal = MemoryJournal::new();
    portal.plan(Plan::new(Fault::DropBeforeCommit).on("order_save"));
    let outcome = client.purchase(intent(), &journal).await.unwrap();
    assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome}");
    journal
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_whose_caller_leaves_stops_at_once_and_changes_nothing() {
    let portal = portal();
    let client = client(&portal);
    let journal = in_doubt(&portal, &client).await;
    let entry = journal.load(&ID.into()).unwrap();
    let pages = portal.count("order_page");
    delay(&portal, "order_page", LONG);
    drop_when(client.resume(ID, &journal), || portal.count("order_page") > pages).await;
    assert_eq!(client.drain(MOMENT).await, 0);
    assert_eq!(journal.load(&ID.into()).unwrap(), entry);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_goes_on_while_anybody_waits_for_it() {
    let portal = portal();
    delay(&portal, "order_page", MOMENT);
    let (client, journal) = (client(&portal), MemoryJournal::new());
    let first = purchasing(&client, intent(), &journal).await;
    until(|| portal.count("order_page") == 1).await;
    let second = purchasing(&client, intent(), &journal).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    assert_confirmed(&second.await.unwrap(), &portal);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_after_all_have_left_gets_the_outcome_too() {
    let portal = portal_with(PoNumberEcho::Nowhere);
    delay(&portal, "order_save", MOMENT);
    let (client, journal) = (client(&portal), MemoryJournal::new());
    drop_when(client.purchase(intent(), &journal), || portal.count("order_save") == 1).await;
    let requests = portal.requests().len();
    assert_confirmed(&client.purchase(intent(), &journal).await, &portal);
    assert_eq!(portal.requests().len(), requests, "it was told by the one under way");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_while_a_purchase_stops_begins_when_it_has() {
    let portal = portal();
    delay(&portal, "order_page", LONG);
    // The second write of the purchase that stops says that nothing was sent.
    let journal = BeforeWrite::new(|number| {
        if number == 2 {
            thread::sleep(MOMENT);
        }
    });
    let client = client(&portal);
    drop_when(client.purchase(intent(), &journal), || portal.count("order_page") == 1).await;
    until(|| journal.writes() == 2).await;
    assert_eq!(client.drain(Duration::ZERO).await, 1);
    assert_confirmed(&client.purchase(intent(), &journal).await, &portal);
    assert_eq!(journal.writes(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_just_when_the_last_one_leaves_is_served() {
    const TIMES: u32 = 150;
    let portal = portal();
    let (client, journal) = (client(&portal), MemoryJournal::new());
    for number in 0..TIMES {
        let (id, name) = (format!("ticket-{number}"), format!("pbx-{number}"));
        let leaves = purchasing(&client, intent_for(&id, &name), &journal).await;
        let comes = tokio::spawn({
            let (client, journal, intent) = (client.clone(), journal.clone(), intent_for(&id, &name));
            async move {
                time::sleep(number * Duration::from_micros(20)).await;
                client.purchase(intent, &journal).await
            }
        });
        time::sleep(number * Duration::from_micros(20)).await;
        leaves.abort();
        let outcome = comes.await.unwrap().unwrap();
        assert!(outcome.order_no().is_some(), "{id}: {outcome}");
    }
    assert_eq!(portal.count("order_save"), portal.orders().len());
    assert_eq!(portal.orders().len(), 150);
    portal.assert_no_double_order();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_resumes_a_purchase_under_way_gets_its_outcome() {
    let portal = portal();
    delay(&portal, "order_page", MOMENT);
    let (client, journal) = (client(&portal), MemoryJournal::new());
    let purchase = purchasing(&client, intent(), &journal).await;
    assert_confirmed(&client.resume(ID, &journal).await, &portal);
    assert_confirmed(&purchase.await.unwrap(), &portal);
    assert_eq!(journal.open_intents().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_order_under_an_id_that_is_under_way_is_an_error_at_once() {
    let portal = portal();
    delay(&portal, "order_save", MOMENT);
    let (client, journal) = (client(&portal), MemoryJournal::new());
    let purchase = purchasing(&client, intent(), &journal).await;
    assert_invalid(
        client.purchase(intent_for(ID, "other"), &journal).await,
        "another order that is under way",
    );
    assert_invalid(client.purchase(intent_for("ticket", "other"), &journal).await, "intent id");
    assert_confirmed(&purchase.await.unwrap(), &portal);
    assert_invalid(client.purchase(intent_for(ID, "other"), &journal).await, "another order in the journal");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_decided_about_a_purchase_that_is_under_way() {
    let portal = portal();
    delay(&portal, "order_save", MOMENT);
    let (client, journal) = (client(&portal), MemoryJournal::new());
    let purchase = purchasing(&client, intent(), &journal).await;
    until(|| portal.count("order_save") == 1).await;
    assert_invalid(client.resubmit_assuming_absent(ID, &journal).await, "is under way in this process");
    assert_invalid(client.settle(ID, Finding::NotOrdered, &journal).await, "is under way in this process");
    assert_confirmed(&purchase.await.unwrap(), &portal);
}

/// What a killed process leaves behind whose machine had no wall clock: recorded, and no more.
fn recorded(portal: &Server) -> Entry {
    let mut session = Session::new(Credentials::new(portal.client_id(), portal.client_secret()), 1);
    let origin = Origin::new(&portal.base_url()).unwrap();
    let context = Context::new(session.account(), &origin, &Policy::default(), 1);
    let mut purchase = Purchase::new(&intent(), &[], &context).unwrap();
    let Action::Journal(JournalRequest::Store(entry)) = purchase.poll(Tick::default(), &mut session) else {
        panic!("it records at first");
    };
    entry
}

/// A resume ends a purchase of which nothing was sent, and never sends.
#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_begins_when_a_resume_is_over() {
    let portal = portal();
    let client = client(&portal);
    let journal = BeforeWrite::new(|number| {
        if number == 2 {
            thread::sleep(MOMENT);
        }
    });
    assert_eq!(journal.compare_and_swap(&recorded(&portal)).unwrap(), Swap::Stored);

    let resume = spawn({
        let (client, journal) = (client.clone(), journal.clone());
        async move { client.resume(ID, &journal).await }
    })
    .await;
    until(|| journal.writes() == 2).await;
    assert_confirmed(&client.purchase(intent(), &journal).await, &portal);
    assert!(matches!(resume.await.unwrap(), Ok(Outcome::NotPlaced { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_doubt_dealt_with_differently_does_it_after_the_one_under_way() {
    let portal = portal();
    let client = client(&portal);
    let journal = MemoryJournal::new();
    portal.plan(Plan::new(Fault::DropBeforeCommit).on("order_save"));
    let cautious = purchasing(&client, intent(), &journal).await;
    let outcome = client.purchase(intent().with_resend(Resend::UniqueKeyGuard), &journal).await;
    assert!(matches!(cautious.await.unwrap(), Ok(Outcome::Ambiguous { .. })));
    assert!(matches!(outcome, Ok(Outcome::Confirmed { by: ConfirmedBy::Answer, .. })), "{outcome:?}");
    assert_eq!((portal.count("order_save"), portal.orders().len()), (2, 1));
}

/// A journal that panics at one of its clones, which the purchase makes for each call.
struct Uncloneable(MemoryJournal, Arc<AtomicUsize>);

impl Clone for Uncloneable {
    fn clone(&self) -> Self {
        // For the task, to read, to write.
        assert!(self.1.fetch_add(1, Ordering::SeqCst) + 1 != 3, "no handle left");
        Self(self.0.clone(), Arc::clone(&self.1))
    }
}

impl Journal for Uncloneable {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        thread::sleep(MOMENT);
        self.0.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.0.compare_and_swap(entry)
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.0.open_intents()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_a_purchase_reaches_its_caller_and_another_goes_on() {
    let portal = portal();
    let client = client(&portal);
    let journal = Uncloneable(MemoryJournal::new(), Arc::default());
    let first = spawn({
        let (client, journal) = (client.clone(), Uncloneable(journal.0.clone(), Arc::clone(&journal.1)));
        async move { client.purchase(intent(), &journal).await }
    })
    .await;
    // It joins the first, and begins when that has panicked.
    assert_confirmed(&client.purchase(intent(), &journal.0).await, &portal);
    let panic = first.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no handle left"));
    assert_eq!(client.drain(Duration::ZERO).await, 0);
}

#[test]
fn whoever_waits_in_another_runtime_goes_on_when_that_of_the_purchase_is_shut_down() {
    let portal = portal();
    delay(&portal, "order_page", LONG);
    let (client, journal) = (client(&portal), MemoryJournal::new());
    let (first, second) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let purchase = |runtime: &Runtime| {
        let (client, journal) = (client.clone(), journal.clone());
        runtime.spawn(async move { client.purchase(intent(), &journal).await })
    };
    purchase(&first);
    first.block_on(until(|| portal.count("order_page") == 1));
    let joined = purchase(&second);
    second.block_on(async { time::sleep(MOMENT).await });
    first.shutdown_background();
    assert_confirmed(&second.block_on(joined).unwrap(), &portal);
}

#[tokio::test(flavor = "multi_thread")]
async fn drain_waits_for_all_clones_and_no_longer_than_it_is_told() {
    let portal = portal();
    delay(&portal, "order_save", MOMENT);
    delay(&portal, "order_save", LONG);
    let (client, journal) = (client(&portal), MemoryJournal::new());
    assert_eq!(client.drain(Duration::MAX).await, 0);
    for (id, name) in [("ticket-1", "one"), ("ticket-2", "two")] {
        purchasing(&client.clone(), intent_for(id, name), &journal).await;
    }
    until(|| portal.count("order_save") == 2).await;
    assert_eq!(client.drain(Duration::ZERO).await, 2);
    let start = Instant::now();
    assert_eq!(client.drain(MOMENT * 3).await, 1);
    assert!(start.elapsed() >= MOMENT * 3);
}
