//! An order placed once: every end of a purchase, lost answers, journals that fail, and many who want the same.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::thread;
use std::time::Duration;

use hmac_sha256::Hash;
use yeastar_core::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_core::product::ListRegions;
use yeastar_core::purchase::{AccountSnapshot, ConfirmedBy, Intent, Outcome, Reconciled, Resend};
use yeastar_core::{
    BillingContactId, Delivery, Entry, EntryKey, Error, ErrorKind, IntentId, PbxSubDomainId, Policy, RegionId,
};
use yeastar_journal::{Journal, JournalError, MemoryJournal, Swap};
use yeastar_sandbox::{Fault, ListOrder, Plan, PoNumberEcho, Server, Settings};

use super::{client_with, tutorial_order};
use crate::Client;

const ID: &str = "ticket-4711";
const HASTE: Duration = Duration::from_millis(500);

fn intent() -> Intent {
    Intent::new(ID, tutorial_order())
}

/// A portal that shows the PO number here, and new orders after a moment.
fn portal(echo: PoNumberEcho) -> Server {
    Server::start_with(settings(echo), 0).unwrap()
}

fn settings(echo: PoNumberEcho) -> Settings {
    let mut settings = Settings::fresh();
    settings.po_number_echo = echo;
    settings.list_lag = Duration::from_millis(50);
    settings.order_history = 30;
    settings
}

/// A client that looks often, and long enough to find what is there on a machine that is busy.
fn client(portal: &Server) -> Client {
    client_with(portal, |policy| hurry(policy, Duration::from_secs(20)))
}

/// A client that soon gives up.
fn hasty(portal: &Server) -> Client {
    client_with(portal, |policy| hurry(policy, HASTE))
}

fn hurry(policy: &mut Policy, reconcile_for: Duration) {
    policy.backoff_base = Duration::ZERO;
    policy.reconcile_base = Duration::from_millis(10);
    policy.reconcile_cap = Duration::from_millis(50);
    policy.reconcile_for = reconcile_for;
    // So long a finding is offered to a journal that fails.
    policy.deadline = Duration::from_secs(4);
}

/// The orders that were placed by somebody here.
fn orders(portal: &Server) -> Vec<String> {
    let placed = portal.orders().into_iter().filter(|order| order.po_number.as_deref() == Some(ID));
    placed.map(|order| order.order_no).collect()
}

fn lose(portal: &Server, fault: Fault) {
    portal.plan(Plan::new(fault).on("order_save"));
}

/// The order exists, once, and that is what the purchase says.
#[track_caller]
fn assert_confirmed(result: &Result<Outcome, Error>, how: ConfirmedBy, portal: &Server) {
    let Ok(Outcome::Confirmed { order_no, by, others, unrecorded, .. }) = result else {
        panic!("not confirmed: {result:?}");
    };
    assert_eq!((*by, others.as_slice()), (how, [].as_slice()));
    assert!(unrecorded.is_none(), "{unrecorded:?}");
    assert_eq!(orders(portal), [order_no.to_string()]);
}

fn is_open(journal: &MemoryJournal) -> bool {
    let entry = journal.load(&ID.into()).unwrap().remove(0);
    assert_eq!(journal.open_intents().unwrap().contains(entry.key()), entry.is_open());
    entry.is_open()
}

#[test]
fn without_faults_the_answer_confirms_and_the_journal_knows() {
    let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
    let client = client(&portal);
    let outcome = client.purchase(intent(), &journal);
    assert_confirmed(&outcome, ConfirmedBy::Answer, &portal);
    let Ok(Outcome::Confirmed { placed: Some(placed), .. }) = outcome else { panic!("{outcome:?}") };
    assert!(placed.product_no.is_some());
    assert!(!is_open(&journal));

    let another = self::client(&portal);
    let requests = portal.requests().len();
    assert_confirmed(&another.purchase(intent(), &journal), ConfirmedBy::Answer, &portal);
    assert_confirmed(&another.resume(ID, &journal), ConfirmedBy::Answer, &portal);
    assert_eq!(portal.requests().len(), requests, "what is over is read from the journal");
}

#[test]
fn an_order_whose_answer_is_lost_is_found_by_its_po_number() {
    let faults = [
        Fault::DropAfterCommit,
        Fault::TruncateAt(20),
        Fault::TruncateAt(300),
        Fault::StatusAfterCommit(503),
        Fault::GarbageAfterCommit,
    ];
    for echo in [PoNumberEcho::CustomReferenceNo, PoNumberEcho::PoNumber] {
        for fault in &faults {
            let (portal, journal) = (portal(echo), MemoryJournal::new());
            lose(&portal, fault.clone());
            assert_confirmed(&client(&portal).purchase(intent(), &journal), ConfirmedBy::Found, &portal);
            assert_eq!(portal.count("order_save"), 1, "{fault:?}");
            assert!(!is_open(&journal), "{fault:?}");
        }
    }
}

/// Of a renewal: nothing but its PO number could tell it from another.
#[test]
fn an_order_that_shows_nowhere_stays_ambiguous_with_all_evidence() {
    for (fault, is_placed) in [(Fault::DropAfterCommit, true), (Fault::DropBeforeCommit, false)] {
        let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
        let contact = BillingContactId::new(3_197_218_168_379_846_218);
        let client = hasty(&portal);
        let Ok(Outcome::Confirmed { placed: Some(placed), .. }) =
            client.purchase(Intent::new("ticket-1", tutorial_order()), &journal)
        else {
            panic!("no PBX to be renewed");
        };
        let renewal = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
            .renew(placed.product_no.unwrap(), 100, BillingCycle::Annually, contact)
            .with_service(CloudPbx::HIGH_AVAILABILITY);
        thread::sleep(Duration::from_millis(60));
        lose(&portal, fault);
        let renewal = Intent::new(ID, renewal);
        for calls in 1..=3 {
            let outcome = match calls {
                1 | 2 => client.purchase(&renewal, &journal),
                _ => client.resume(ID, &journal),
            };
            let Ok(Outcome::Ambiguous { evidence, candidates, absent: false, unrecorded: None, .. }) =
                &outcome
            else {
                panic!("{outcome:?}");
            };
            assert_eq!((evidence.po_number.as_str(), &evidence.pbx_url), (ID, &None));
            assert_eq!(evidence.attempts.len(), 1);
            assert_eq!(evidence.attempts[0].delivery(), Delivery::MaybeExecuted);
            assert_eq!(evidence.attempts[0].error().unwrap().kind(), ErrorKind::Transport);
            let (before, after) = (evidence.before.as_ref().unwrap(), evidence.after.as_ref().unwrap());
            assert_eq!((before.orders, after.orders), (Some(31), Some(31 + u64::from(is_placed))));
            let balance = |snapshot: &AccountSnapshot| snapshot.balance.as_ref().unwrap().to_string();
            assert_eq!(balance(before) != balance(after), is_placed);
            assert!(evidence.scans >= calls && evidence.watched >= HASTE * calls);
            let candidates: Vec<_> =
                candidates.iter().map(|it| it.order_no.as_ref().unwrap().to_string()).collect();
            assert_eq!(candidates, orders(&portal));
            let text = outcome.unwrap().to_string();
            assert!(text.contains("do not order again") && text.contains(ID), "{text}");
            assert!(is_open(&journal));
        }
        let error = client.resubmit_assuming_absent(ID, &journal).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().contains("reconcile_for"), "{error}");
        assert_eq!(portal.count("order_save"), 2, "the purchase and one renewal");
        assert_eq!(orders(&portal).len(), usize::from(is_placed));
    }
}

#[test]
fn an_order_that_is_refused_is_rejected_for_good() {
    let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
    let client = client(&portal);
    lose(&portal, Fault::EnvelopeError { status: 400, code: "no_such_plan".into(), message: "?".into() });
    for _ in 0..2 {
        let outcome = client.purchase(intent(), &journal);
        let Ok(Outcome::Rejected { error, .. }) = &outcome else { panic!("{outcome:?}") };
        assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some("no_such_plan")));
        assert!(error.request_id().is_some());
        assert!(!is_open(&journal));
    }
    assert_eq!((portal.count("order_save"), orders(&portal).len()), (1, 0));
}

#[test]
fn a_pbx_url_that_is_taken_is_rejected_before_anything_is_sent() {
    let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
    let client = client(&portal);
    client.purchase(Intent::new("ticket-1", tutorial_order()), &journal).unwrap().order_no().unwrap();
    let outcome = client.purchase(intent(), &journal);
    let Ok(Outcome::Rejected { error, .. }) = &outcome else { panic!("{outcome:?}") };
    assert!(error.to_string().contains("docs.ptest6.yeastarcloud.com"), "{error}");
    assert_eq!(portal.count("order_save"), 1);
}

#[test]
fn what_was_not_sent_can_be_purchased_later() {
    let settings = settings(PoNumberEcho::Nowhere);
    let portal = Server::start_with(settings.clone(), 0).unwrap();
    let port = portal.base_url().rsplit(':').next().unwrap().parse().unwrap();
    let (client, journal) = (client(&portal), MemoryJournal::new());
    drop(portal);
    let outcome = client.purchase(intent(), &journal);
    let Ok(Outcome::NotPlaced { error, .. }) = &outcome else { panic!("{outcome:?}") };
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Transport, Delivery::NotDelivered));
    assert!(!is_open(&journal));

    let portal = Server::start_with(settings, port).unwrap();
    lose(&portal, Fault::EnvelopeError { status: 403, code: "forbidden".into(), message: "?".into() });
    let outcome = client.purchase(intent(), &journal);
    let Ok(Outcome::NotPlaced { error, .. }) = &outcome else { panic!("{outcome:?}") };
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    let outcome = client.resume(ID, &journal);
    assert!(matches!(outcome, Ok(Outcome::NotPlaced { .. })), "resuming never begins to send: {outcome:?}");

    assert_confirmed(&client.purchase(intent(), &journal), ConfirmedBy::Answer, &portal);
    assert_eq!(portal.count("order_save"), 2);
}

#[test]
fn an_order_that_is_there_already_is_not_sent() {
    let portal = portal(PoNumberEcho::CustomReferenceNo);
    let client = client(&portal);
    assert_confirmed(&client.purchase(intent(), &MemoryJournal::new()), ConfirmedBy::Answer, &portal);
    thread::sleep(Duration::from_millis(60));
    assert_confirmed(&client.purchase(intent(), &MemoryJournal::new()), ConfirmedBy::AlreadyThere, &portal);
    assert_eq!(portal.count("order_save"), 1);
}

#[test]
fn an_id_stands_for_one_order() {
    let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
    let client = client(&portal);
    client.purchase(intent(), &journal).unwrap().order_no().unwrap();
    let error =
        client.purchase(Intent::new(ID, tutorial_order().with_po_number("PO-2")), &journal).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("another order"), "{error}");
    assert_eq!(portal.count("order_save"), 1);
}

#[test]
fn an_order_or_id_that_breaks_a_rule_is_not_even_recorded() {
    let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
    let mut order = tutorial_order();
    order.service_list[0].quantity = Some(501);
    for intent in [Intent::new(ID, order), Intent::new("ticket", tutorial_order())] {
        let error = client(&portal).purchase(&intent, &journal).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert_eq!(journal.load(intent.id()).unwrap(), []);
    }
    assert!(portal.requests().is_empty());
}

#[test]
fn an_intent_that_the_journal_does_not_know_is_not_resumed() {
    let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
    let client = client(&portal);
    let id = IntentId::from("ticket-4712");
    for result in [client.resume(&id, &journal), client.resubmit_assuming_absent(id.clone(), &journal)] {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Journal, Delivery::NotDelivered));
        assert!(error.to_string().contains("there is no entry `ticket-4712`"), "{error}");
    }
    assert!(portal.requests().is_empty());
}

/// Threads of two clients that share a journal.
#[test]
fn many_who_purchase_the_same_place_one_order() {
    const THREADS: usize = 32;
    let mut settings = settings(PoNumberEcho::CustomReferenceNo);
    // Or each client would end the token of the other.
    settings.one_token_per_client = false;
    let (portal, journal) = (Server::start_with(settings, 0).unwrap(), MemoryJournal::new());
    let clients = [client(&portal), client(&portal)];
    let start = Barrier::new(THREADS);
    let results: Vec<_> = thread::scope(|scope| {
        let (clients, journal, start) = (&clients, &journal, &start);
        let purchase = |thread: usize| {
            scope.spawn(move || {
                start.wait();
                clients[thread % 2].purchase(intent(), journal)
            })
        };
        let threads: Vec<_> = (0..THREADS).map(purchase).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!((portal.count("order_save"), orders(&portal).len()), (1, 1));
    let mut order_nos = BTreeSet::new();
    for result in results {
        match result {
            Ok(Outcome::Confirmed { order_no, .. }) => _ = order_nos.insert(order_no.to_string()),
            // Whoever finds the URL taken, and the order not in the list yet, cannot say by whom.
            Ok(Outcome::Ambiguous { .. }) => {}
            Ok(outcome) => panic!("{outcome}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict, "{error}"),
        }
    }
    assert_eq!(Vec::from_iter(order_nos), orders(&portal));
    assert!(!is_open(&journal));
}

#[test]
fn where_a_free_url_guards_it_what_never_arrived_is_sent_again_at_once() {
    let intent = intent().with_resend(Resend::UniqueKeyGuard);
    for (fault, how, sent) in
        [(Fault::DropBeforeCommit, ConfirmedBy::Answer, 2), (Fault::DropAfterCommit, ConfirmedBy::Found, 1)]
    {
        let (portal, journal) = (portal(PoNumberEcho::CustomReferenceNo), MemoryJournal::new());
        lose(&portal, fault);
        assert_confirmed(&client(&portal).purchase(&intent, &journal), how, &portal);
        assert_eq!(portal.count("order_save"), sent);
    }
}

/// An entry with this in place of that, and a checksum that fits.
fn edited(entry: &Entry, that: &str, this: &str) -> Entry {
    let (_, purchase) = entry.document().split_once(r#""purchase":"#).unwrap();
    let purchase = purchase.strip_suffix('}').unwrap();
    assert!(purchase.contains(that), "{that} is not in {purchase}");
    let purchase = purchase.replacen(that, this, 1);
    let mut sha256 = String::new();
    for byte in Hash::hash(purchase.as_bytes()) {
        write!(sha256, "{byte:02x}").unwrap();
    }
    let document = format!(r#"{{"sha256":"{sha256}","purchase":{purchase}}}"#);
    Entry::new(entry.key().clone(), entry.version(), entry.is_open(), document)
}

/// A journal that says this.
#[derive(Clone)]
struct Says(Entry);

impl Journal for Says {
    fn load(&self, _: &IntentId) -> Result<Vec<Entry>, JournalError> {
        Ok(vec![self.0.clone()])
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        panic!("what cannot be trusted is not replaced: {entry:?}");
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        Ok(Vec::new())
    }
}

#[test]
fn an_entry_that_cannot_be_trusted_is_refused() {
    let (portal, journal) = (portal(PoNumberEcho::Nowhere), MemoryJournal::new());
    let client = hasty(&portal);
    lose(&portal, Fault::DropBeforeCommit);
    let outcome = client.purchase(intent(), &journal);
    assert!(matches!(outcome, Ok(Outcome::Ambiguous { .. })), "{outcome:?}");
    let entry = journal.load(&ID.into()).unwrap().remove(0);
    let (key, version, text) = (entry.key().clone(), entry.version(), entry.document());
    for (entry, words) in [
        (
            Entry::new(key.clone(), version, true, text.replace("ambiguous", "recorded")),
            "its checksum does not fit",
        ),
        (Entry::new(key.clone(), version, true, &text[..text.len() / 2]), "is cut off"),
        (Entry::new(key.clone(), version, true, ""), "is cut off"),
        (Entry::new(key.clone(), version, true, "{}"), "is no entry of a purchase"),
        (edited(&entry, r#""schema":2"#, r#""schema":3"#), "has format 3"),
        (
            edited(&entry, r#""portal":"loopback""#, r#""portal":"portal.example.com""#),
            "belongs to the portal `portal.example.com`",
        ),
        (edited(&entry, r#""state":"ambiguous""#, r#""state":"unheard of""#), "cannot be read"),
        (Entry::new("ticket-4712".into(), version, true, text), "the journal gave that of `ticket-4712`"),
        (Entry::new(key.clone(), version + 1, true, text), "is filed under another"),
        (Entry::new(key.clone(), version, false, text), "is filed under another"),
    ] {
        let requests = portal.requests().len();
        let journal = Says(entry.clone());
        for result in [
            client.purchase(intent(), &journal),
            client.resume(ID, &journal),
            client.resubmit_assuming_absent(ID, &journal),
        ] {
            let error = result.expect_err(words);
            assert_eq!(
                (error.kind(), error.delivery()),
                (ErrorKind::Journal, Delivery::NotDelivered),
                "{error}"
            );
            assert!(error.to_string().contains(words), "{words}: {error}");
        }
        assert_eq!(portal.requests().len(), requests, "{words}");
    }
}

#[test]
fn what_was_long_looked_for_can_be_sent_again_by_a_decision() {
    for echo in [PoNumberEcho::CustomReferenceNo, PoNumberEcho::Nowhere] {
        let portal = portal(echo);
        let (client, journal) = (hasty(&portal), MemoryJournal::new());
        lose(&portal, Fault::DropBeforeCommit);
        let outcome = client.purchase(intent(), &journal);
        assert!(matches!(outcome, Ok(Outcome::Ambiguous { absent: false, .. })), "{outcome:?}");
        // As if ten minutes had passed.
        let entry = journal.load(&ID.into()).unwrap().remove(0);
        let entry = edited(&entry, r#""watched":{"secs":"#, r#""watched":{"secs":600"#);
        let entry = edited(&entry, &format!(r#""version":{}"#, entry.version()), r#""version":1"#);
        let journal = MemoryJournal::new();
        let entry = Entry::new(ID.into(), 1, true, entry.document());
        assert_eq!(journal.compare_and_swap(&entry).unwrap(), Swap::Stored);

        let outcome = client.resume(ID, &journal);
        assert!(matches!(outcome, Ok(Outcome::Ambiguous { absent: true, .. })), "{outcome:?}");
        assert_eq!(portal.count("order_save"), 1);
        assert_confirmed(&client.resubmit_assuming_absent(ID, &journal), ConfirmedBy::Answer, &portal);
        assert_eq!(portal.count("order_save"), 2);
    }
}

/// Fails at one of its calls.
#[derive(Clone)]
struct Flaky {
    journal: MemoryJournal,
    calls: Arc<AtomicUsize>,
    fails_at: usize,
    how: Failure,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Failure {
    Once,
    /// It has stored the entry, and the answer of the database is lost.
    AfterStoring,
    FromThenOn,
}

impl Flaky {
    fn new(fails_at: usize, how: Failure) -> Self {
        Self { journal: MemoryJournal::new(), calls: Arc::default(), fails_at, how }
    }

    fn call<T>(&self, call: impl FnOnce() -> Result<T, JournalError>) -> Result<T, JournalError> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if number != self.fails_at && !(number > self.fails_at && self.how == Failure::FromThenOn) {
            return call();
        }
        if self.how == Failure::AfterStoring {
            call()?;
        }
        Err("the disk is full".into())
    }
}

impl Journal for Flaky {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.call(|| self.journal.load(id))
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.call(|| self.journal.compare_and_swap(entry))
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.journal.open_intents()
    }
}

#[test]
fn a_journal_that_cannot_be_read_is_an_error_with_its_reason() {
    let portal = portal(PoNumberEcho::Nowhere);
    let client = client(&portal);
    let journal = || Flaky::new(1, Failure::Once);
    for result in [
        client.purchase(intent(), &journal()),
        client.resume(ID, &journal()),
        client.resubmit_assuming_absent(ID, &journal()),
    ] {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::Journal, Delivery::NotDelivered));
        assert_eq!(error.source().expect("the journal's error").to_string(), "the disk is full");
        assert!(error.to_string().contains(ID), "{error}");
    }
    assert!(portal.requests().is_empty());
}

/// The journal is read, and told that the order is recorded, about to be sent, in doubt when its answer is lost, and
/// how it ended. Whichever call fails: `Err` only when nothing was sent, the truth otherwise, and one order
/// in the end.
fn purchase_with(fault: Option<&Fault>, journal: &Flaky) {
    let case = format!("{fault:?}, call {} fails: {:?}", journal.fails_at, journal.how);
    let portal = portal(PoNumberEcho::CustomReferenceNo);
    let client = client_with(&portal, |policy| hurry(policy, Duration::from_secs(3)));
    if let Some(fault) = fault {
        lose(&portal, fault.clone());
    }
    match client.purchase(intent(), journal) {
        Ok(Outcome::Confirmed { order_no, unrecorded, .. }) => {
            assert_eq!(orders(&portal), [order_no.to_string()], "{case}");
            assert_eq!(unrecorded.is_some(), journal.how == Failure::FromThenOn, "{case}: {unrecorded:?}");
        }
        Ok(outcome) => panic!("{case}: {outcome}"),
        Err(error) => {
            assert_eq!(
                (error.kind(), error.delivery()),
                (ErrorKind::Journal, Delivery::NotDelivered),
                "{case}: {error}"
            );
            assert_eq!(portal.count("order_save"), 0, "{case}: {error}");
            assert_eq!(error.source().expect("the journal's error").to_string(), "the disk is full");
        }
    }
    match client.purchase(intent(), &journal.journal) {
        Ok(Outcome::Confirmed { order_no, .. }) => {
            assert_eq!(orders(&portal), [order_no.to_string()], "{case}");
            assert!(!is_open(&journal.journal), "{case}");
        }
        result => panic!("{case}: {result:?}"),
    }
    assert!(portal.count("order_save") <= 1, "{case}");
}

#[test]
fn whichever_call_of_the_journal_fails_no_order_is_doubled_or_denied() {
    thread::scope(|scope| {
        for (fault, calls) in [(None, 4), (Some(Fault::DropAfterCommit), 5)] {
            for how in [Failure::Once, Failure::AfterStoring, Failure::FromThenOn] {
                for fails_at in 1..=calls {
                    let fault = fault.clone();
                    scope.spawn(move || {
                        let journal = Flaky::new(fails_at, how);
                        purchase_with(fault.as_ref(), &journal);
                        assert!(journal.calls.load(Ordering::SeqCst) >= fails_at, "call {fails_at} was made");
                    });
                }
            }
        }
    });
}

/// A journal that calls the portal by the client that purchases.
#[derive(Clone)]
struct Calls(Arc<Client>, MemoryJournal);

impl Journal for Calls {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.0.send(ListRegions::new())?;
        self.1.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.0.send(ListRegions::new())?;
        self.1.compare_and_swap(entry)
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.1.open_intents()
    }
}

#[test]
fn others_go_on_while_the_journal_writes() {
    let portal = portal(PoNumberEcho::Nowhere);
    let client = Arc::new(client(&portal));
    let (done, outcome) = mpsc::channel();
    thread::spawn(move || {
        let journal = Calls(Arc::clone(&client), MemoryJournal::new());
        done.send(client.purchase(intent(), &journal)).unwrap();
    });
    let outcome =
        outcome.recv_timeout(Duration::from_secs(30)).expect("the journal is called without a lock");
    assert_confirmed(&outcome, ConfirmedBy::Answer, &portal);
    assert_eq!(portal.count("region_list"), 4);
}

/// However long the order list is, and whichever way it goes: one page tells where its end is, and two or three are read.
#[test]
fn a_look_reads_few_pages_of_a_list_of_any_length() {
    for orders in [10_000, 1_000_000] {
        for list_order in [ListOrder::AsAsked, ListOrder::Rising, ListOrder::Falling] {
            let mut settings = settings(PoNumberEcho::CustomReferenceNo);
            settings.list_lag = Duration::ZERO;
            settings.order_history = orders;
            settings.list_order = list_order;
            let portal = Server::start_with(settings, 0).unwrap();
            lose(&portal, Fault::DropAfterCommit);
            assert_confirmed(
                &client(&portal).purchase(intent(), &MemoryJournal::new()),
                ConfirmedBy::Found,
                &portal,
            );
            // One look before the order, and one after it.
            let pages = portal.count("order_page");
            assert!((2..=6).contains(&pages), "{orders} orders, {list_order:?}: {pages}");
        }
    }
}

/// A list in no order has to be read whole, which takes too long here. Before the order that is an error, and after it doubt.
#[test]
fn a_list_that_is_too_long_to_be_read_whole_is_told() {
    const WHY: &str = "since it is not sorted by id";
    let portal_with = |orders| {
        let mut settings = settings(PoNumberEcho::Nowhere);
        settings.order_history = orders;
        settings.list_order = ListOrder::Mixed;
        Server::start_with(settings, 0).unwrap()
    };
    let portal = portal_with(1_000_000);
    let client = client_with(&portal, |policy| {
        hurry(policy, HASTE);
        policy.deadline = Duration::from_secs(1);
    });
    let outcome = client.purchase(intent(), &MemoryJournal::new()).unwrap();
    let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
    assert!(error.message().contains(WHY), "{error}");
    assert_eq!(portal.count("order_save"), 0);

    let portal = portal_with(60);
    lose(&portal, Fault::DropAfterCommit);
    let client = client_with(&portal, |policy| {
        hurry(policy, HASTE);
        policy.deadline = Duration::from_secs(3);
    });
    // Before the order: the first page and the last, then all three.
    portal.plan(Plan::new(Fault::Delay(Duration::from_secs(1))).on("order_page").skip(5).times(100));
    let outcome = client.purchase(intent(), &MemoryJournal::new()).unwrap();
    let Outcome::Ambiguous { evidence, .. } = &outcome else { panic!("{outcome}") };
    assert!(evidence.problem.as_ref().unwrap().message().contains(WHY), "{outcome}");
}

/// Doubt that is handed over ends after one look, and a round finds what has shown since.
#[test]
fn what_is_handed_over_is_found_by_a_round() {
    let portal = portal(PoNumberEcho::CustomReferenceNo);
    let journal = MemoryJournal::new();
    let batch = client_with(&portal, |policy| {
        hurry(policy, Duration::from_secs(20));
        policy.hands_doubt_over = true;
    });
    for number in 0..5 {
        lose(&portal, if number == 4 { Fault::DropBeforeCommit } else { Fault::DropAfterCommit });
        let url = format!("pbx{number}.ptest6.yeastarcloud.com");
        let site = PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), url);
        let contact = BillingContactId::new(3_197_218_168_379_846_218);
        let order =
            Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Annually, contact, site);
        let outcome = batch.purchase(Intent::new(format!("batch-{number}"), order), &journal).unwrap();
        let Outcome::Ambiguous { evidence, .. } = &outcome else { panic!("{outcome}") };
        assert!(evidence.looked_for_until.is_some());
    }
    thread::sleep(Duration::from_millis(100));
    let pages = portal.count("order_page");
    let ended = batch.reconcile(&journal).unwrap();
    assert!(portal.count("order_page") - pages <= 2, "they share what they read");
    let found = |it: &&Reconciled| matches!(it.result, Ok(Outcome::Confirmed { by: ConfirmedBy::Found, .. }));
    assert_eq!((ended.len(), ended.iter().filter(found).count()), (5, 4), "{ended:?}");
    assert_eq!(journal.open_intents().unwrap(), [EntryKey::from("batch-4")]);
    assert_eq!(portal.count("order_save"), 5);
    portal.assert_no_double_order();
}
