//! What a process says of others that are at work on the same purchase, and what it hears from them.

use core::time::Duration;

use yeastar_core::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_core::purchase::{Finding, Intent, Outcome, Purchase, Resend, Summary};
use yeastar_core::{
    BillingContactId, Credentials, Entry, Error, ErrorKind, OrderNo, PbxSubDomainId, RegionId, Session, Tick,
};

use super::script::{
    Asked, ID, Overtake, Run, Write, cut, forge, intent, intent_with_url, lost, ours, purchase_in, row,
    state, success,
};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[track_caller]
fn left(result: Result<Outcome, Error>) -> u64 {
    let error = result.expect_err("it is left to the process that is at work on it");
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    error.retry_after().expect("it says when").as_secs()
}

fn claimed_until(run: &Run) -> Option<u64> {
    purchase_in(run.journal.as_ref().unwrap())["claimedUntil"].as_u64()
}

fn wall_clock(run: &Run) -> u64 {
    run.now.wall_clock().unwrap().as_secs()
}

#[test]
fn each_write_says_until_when_its_process_is_at_work() {
    // While it looks, while it sends and waits for the answer, while it looks for the order.
    for (point, at_work) in [("page", 120), ("order", 120 + 90), ("store 4", 120 + 90 + 120)] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, lost());
        run.policy.reconcile_for = secs(100);
        let begin = wall_clock(&run);
        run.die_before(point, &intent());
        assert_eq!(claimed_until(&run), Some(begin + at_work), "{point}");
        assert_eq!(left(run.resume_now()), claimed_until(&run).unwrap() + 60 - wall_clock(&run), "{point}");
        let entry = run.journal.clone().unwrap();
        assert_eq!(Summary::of(&entry).unwrap().claimed_until, claimed_until(&run));
        assert_eq!(run.journal, Some(entry));
    }
    let mut run = Run::in_doubt(&intent());
    assert_eq!(claimed_until(&run), None, "it is over");
    let _ = run.resume_now().unwrap();
    let mut run = Run::new();
    let _ = run.purchase(&intent()).unwrap();
    assert_eq!(claimed_until(&run), None);
}

#[test]
fn a_process_that_has_ended_is_not_waited_for_when_its_time_is_over() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    run.now = run.now + secs(120 + 59);
    assert_eq!(left(run.resume_now()), 1);
    run.now = run.now + secs(1);
    assert!(matches!(run.resume_now(), Ok(Outcome::NotPlaced { .. })));
}

#[test]
fn nobody_waits_for_a_clock_that_is_wrong_or_a_policy_without_end() {
    let mut run = Run::new();
    run.policy.deadline = Duration::MAX;
    run.die_before("page", &intent());
    assert_eq!(left(run.resume_now()), 15 * 60 + 60);
    for until in [0, wall_clock(&run) + 24 * 60 * 60, u64::MAX] {
        let mut run = Run::new();
        run.die_before("page", &intent());
        run.journal =
            run.journal.map(|entry| forge(&entry, |purchase| purchase["claimedUntil"] = until.into()));
        assert!(matches!(run.resume_now(), Ok(Outcome::NotPlaced { .. })), "{until}");
    }
    // Without a wall clock nothing is said, and nothing understood.
    let mut run = Run::new();
    run.now = Tick::new(secs(1_000));
    run.die_before("page", &intent());
    assert_eq!(claimed_until(&run), None);
    assert!(matches!(run.resume_now(), Ok(Outcome::NotPlaced { .. })));
}

/// Whoever knows that the process has ended need not wait; and a person who has looked into the portal neither.
#[test]
fn who_purchases_restarts_or_settles_does_not_wait() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    assert!(matches!(run.restart(), Ok(Outcome::Confirmed { .. })));
    let mut run = Run::new();
    run.die_before("page", &intent());
    assert!(matches!(run.purchase(&intent()), Ok(Outcome::Confirmed { .. })));
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.die_before("page 1", &intent());
    run.die_before("store 4", &intent());
    left(run.resume_now());
    assert!(matches!(run.settle(Finding::Ordered("HB9".into())), Ok(Outcome::Confirmed { .. })));
}

/// A driver whose caller has gone, before anything was sent.
#[test]
fn what_was_recorded_is_given_up_by_its_own_process() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    let recorded = run.journal.clone().unwrap();
    let context = run.context();
    let outcome = run.drive(Purchase::give_up(recorded.clone(), &context).unwrap()).unwrap().unwrap();
    assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome}");
    assert_eq!((state(run.journal.as_ref().unwrap()), claimed_until(&run)), ("not_sent".into(), None));
    // Another process has taken it up since.
    let mut run = Run::new();
    run.die_before("order", &intent());
    let context = run.context();
    let error = run.drive(Purchase::give_up(recorded, &context).unwrap()).unwrap().unwrap_err();
    assert_eq!((error.kind(), state(run.journal.as_ref().unwrap())), (ErrorKind::Conflict, "sending".into()));
}

/// One that resumes what is open would end it otherwise.
#[test]
fn a_purchase_that_is_begun_again_says_so_when_nobody_else_is_at_work_on_it() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    run.log.clear();
    run.die_before("order", &intent());
    assert_eq!(run.log, ["page 1", "balance", "store 2 sending"], "the first process may be at work on it");
    let mut run = Run::new();
    run.die_before("page", &intent());
    run.now = run.now + secs(300);
    run.log.clear();
    run.die_before("order", &intent());
    assert_eq!(run.log, ["store 2 recorded", "page 1", "balance", "store 3 sending"]);
}

/// What another process writes while this one looks for the order.
fn meanwhile(run: &mut Run, change: impl FnOnce(&mut serde_json::Value) + 'static) {
    run.overtaken_before_a_look = Some(Box::new(|entry| {
        entry.map(|entry| {
            forge(&entry, |purchase| {
                purchase["version"] = (entry.version() + 1).into();
                purchase["writer"] = "77".into();
                change(purchase);
            })
        })
    }));
}

fn confirmed(order_no: &str) -> serde_json::Value {
    serde_json::json!({"confirmed": {"orderNo": order_no, "by": "found", "others": []}})
}

#[test]
fn who_looks_for_an_order_hears_that_another_process_has_found_it() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    meanwhile(&mut run, |purchase| purchase["state"] = confirmed("HB7"));
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(outcome.order_no().map(OrderNo::as_str), Some("HB7"), "{outcome}");
    assert_eq!(run.log.iter().filter(|line| line.starts_with("page")).count(), 2, "one before, one after");
    assert_eq!(run.log.last().unwrap(), "balance", "nothing is left to be written");
}

#[test]
fn what_another_process_has_seen_is_not_lost() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    meanwhile(&mut run, |purchase| purchase["sighted"] = serde_json::json!(["9"]));
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(super::script::evidence(&outcome).sighted, ["9".into()]);
    assert_eq!(purchase_in(run.journal.as_ref().unwrap())["sighted"], serde_json::json!(["9"]));
}

/// The other one has looked, and not seen what this one has.
#[test]
fn a_no_of_another_process_ends_no_search_that_has_seen_something() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.portal.appear.push((0, row(9, "")));
    meanwhile(&mut run, |purchase| {
        purchase["state"] = serde_json::json!({"rejected": {
            "kind": "refused", "delivery": "answered", "attempts": 1, "message": "theirs", "status": 422,
        }});
    });
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(super::script::evidence(&outcome).sighted, ["9".into()], "{outcome}");
    assert_eq!(state(run.journal.as_ref().unwrap()), "ambiguous");
}

/// Both look for both orders then.
#[test]
fn who_looks_for_an_order_hears_that_another_process_sends_it_again() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.portal.appear.push((20, ours(9)));
    meanwhile(&mut run, |purchase| {
        let mut second = purchase["attempts"][0].clone();
        second["number"] = 2.into();
        second["told"].take();
        purchase["attempts"].as_array_mut().unwrap().push(second);
        purchase["state"] = "sending".into();
    });
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(outcome.order_no().map(OrderNo::as_str), Some("HB9"), "{outcome}");
    let attempts = purchase_in(run.journal.as_ref().unwrap())["attempts"].as_array().unwrap().len();
    assert_eq!((attempts, run.sent()), (2, 1));
}

#[test]
fn a_journal_that_cannot_be_read_stops_no_search() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.portal.appear.push((20, ours(9)));
    run.is_unreadable = true;
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(outcome.order_no().map(OrderNo::as_str), Some("HB9"), "{outcome}");
}

/// An entry of a purchase of another process that has this order.
fn of_another(order_no: &str, prepare: fn(&mut Run)) -> Entry {
    let mut run = Run::new();
    prepare(&mut run);
    run.portal.once(Asked::Order, success(&format!(r#"{{"orderNo":"{order_no}","orderStatus":"pending"}}"#)));
    let _ = run.purchase(&Intent::new("ticket-1", super::script::renewal())).unwrap();
    run.journal.unwrap()
}

#[test]
fn an_order_that_another_purchase_has_placed_is_no_candidate() {
    let elsewhere: fn(&mut Run) = |run| run.origin = yeastar_core::Origin::new("http://127.0.0.1:9").unwrap();
    for (entry, is_candidate) in [
        (None, true),
        (Some(of_another("HB9", |_| {})), false),
        (Some(of_another("HB8", |_| {})), true),
        // Another portal counts on its own.
        (Some(of_another("HB9", elsewhere)), true),
    ] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, lost());
        run.portal.appear.push((0, row(9, "")));
        run.others.extend(entry);
        let outcome = run.purchase(&intent()).unwrap();
        let Outcome::Ambiguous { candidates, .. } = &outcome else { panic!("{outcome}") };
        assert_eq!(candidates.len(), usize::from(is_candidate), "{outcome}");
        let asked = run.log.iter().filter(|line| line.starts_with("details")).count();
        assert_eq!(asked > 0, is_candidate, "{:?}", run.log);
    }
}

/// A person may be wrong, and a key is not.
#[test]
fn only_an_answer_or_a_key_says_that_an_order_is_anothers() {
    let mut run = Run::in_doubt(&Intent::new("ticket-4711", super::script::renewal()));
    let _ = run.settle(Finding::Ordered("HB9".into())).unwrap();
    assert!(run.journal.as_ref().unwrap().orders().is_empty());
    assert_eq!(of_another("HB9", |_| {}).orders(), ["HB9".into()]);
    assert!(Entry::new(ID.into(), 1, true, "{}").orders().is_empty());
    // Its purchase order number stands in the row.
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.portal.appear.push((0, ours(9)));
    run.others.push(of_another("HB9", |_| {}));
    assert_eq!(run.purchase(&intent()).unwrap().order_no().map(OrderNo::as_str), Some("HB9"));
}

/// The entry as another process that has just begun claims it again.
fn claimed_again(entry: Option<Entry>) -> Option<Entry> {
    entry.map(|entry| {
        forge(&entry, |purchase| {
            purchase["version"] = (entry.version() + 1).into();
            purchase["writer"] = "77".into();
            purchase["claimedUntil"] = 1_700_000_900.into();
        })
    })
}

#[test]
fn what_another_process_has_claimed_meanwhile_is_left_to_it() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    run.now = run.now + secs(181);
    run.writes.push_back(Write::Overtaken(Box::new(claimed_again)));
    assert_eq!(run.resume_now().unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(state(run.journal.as_ref().unwrap()), "recorded");
    let mut run = Run::new();
    run.die_before("page", &intent());
    let recorded = run.journal.clone().unwrap();
    run.journal = claimed_again(run.journal.take());
    let context = run.context();
    let error = run.drive(Purchase::give_up(recorded, &context).unwrap()).unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), state(run.journal.as_ref().unwrap())),
        (ErrorKind::Conflict, "recorded".into())
    );
}

#[test]
fn a_claim_that_ends_before_the_look_may_is_renewed() {
    for (after, stores) in [(60, false), (61, true), (170, true)] {
        let mut run = Run::new();
        run.die_before("page", &intent());
        run.now = run.now + secs(after);
        run.log.clear();
        run.die_before("balance", &intent());
        assert_eq!(run.log[0] == "store 2 recorded", stores, "{after}: {:?}", run.log);
    }
}

/// What the gateway has made of a first copy may show later.
#[test]
fn a_refusal_that_another_process_was_told_is_not_believed_at_once() {
    let mut run = Run::new();
    run.die_before("order", &intent());
    meanwhile(&mut run, |purchase| {
        purchase["state"] = "ambiguous".into();
        purchase["delivered"] = 1.into();
        purchase["attempts"][0]["told"] = serde_json::json!({
            "kind": "refused", "delivery": "answered", "attempts": 1, "message": "theirs", "status": 422,
        });
    });
    run.pauses.clear();
    run.log.clear();
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Rejected { .. }), "{outcome}");
    assert_eq!(run.seconds(), [2, 2], "one before the journal is asked, one after");
}

/// The entry of this purchase after its order was replaced by one for another PBX, which is being sent.
fn replaced(guarded: &Intent) -> Entry {
    let mut other = Run::new();
    other.portal.always(Asked::Order, cut);
    let _ = other.purchase(guarded).unwrap();
    let site = PbxSite::new("other", RegionId::new(1), PbxSubDomainId::new(1), "other.example.com");
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let _ = other
        .replace(Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN).purchase(7, BillingCycle::Monthly, contact, site))
        .unwrap();
    let context = other.context();
    let stored = [other.journal.clone().unwrap()];
    other.dies_before = Some("order");
    assert!(other.drive(Purchase::restart(&ID.into(), &stored, &context).unwrap()).is_none());
    other.journal.unwrap()
}

#[test]
fn an_order_that_was_replaced_is_neither_sent_nor_written_over() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let theirs = replaced(&guarded);
    // It hears of it when it looks, and when it writes.
    for is_news in [true, false] {
        let mut run = Run::new();
        run.die_before("order", &guarded);
        let overtake: Overtake = Box::new({
            let theirs = theirs.clone();
            move |_| Some(theirs)
        });
        if is_news {
            run.overtaken_before_a_look = Some(overtake);
        } else {
            run.writes.push_back(Write::Overtaken(overtake));
        }
        let error = run.purchase(&guarded).unwrap_err();
        assert_eq!((error.kind(), run.sent()), (ErrorKind::Conflict, 0), "{error}");
        assert_eq!(run.journal.as_ref(), Some(&theirs));
    }
    // Who has sent says what is known of its own order.
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.overtaken_before_a_look = Some(Box::new({
        let theirs = theirs.clone();
        move |_| Some(theirs)
    }));
    let outcome = run.purchase(&intent_with_url()).unwrap();
    assert!(outcome.unrecorded().is_some(), "{outcome}");
    assert_eq!(super::script::evidence(&outcome).pbx_url.as_deref(), Some("new.example.com"));
    assert_eq!((run.sent(), run.journal.as_ref()), (1, Some(&theirs)));
}

#[test]
fn orders_of_another_account_say_nothing() {
    let mut other = Run::new();
    other.session = Session::new(Credentials::new("client-B", "S").with_account("bbb").unwrap(), 1);
    other.portal.once(Asked::Order, success(r#"{"orderNo":"HB9","orderStatus":"pending"}"#));
    let _ = other.purchase(&Intent::new("ticket-1", super::script::renewal())).unwrap();
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.portal.appear.push((0, row(9, "")));
    run.portal.details.insert("9".into(), r#"{"reference":"ticket-4711"}"#.into());
    run.others.extend(other.journal);
    assert_eq!(run.purchase(&intent()).unwrap().order_no().map(OrderNo::as_str), Some("HB9"));
}
