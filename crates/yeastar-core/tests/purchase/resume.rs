//! A process ends, or another one is faster, or the journal fails: how the purchase goes on.

use core::time::Duration;

use yeastar_core::purchase::{ConfirmedBy, Finding, Outcome, Resend};
use yeastar_core::{Entry, ErrorKind};

use super::script::{
    Asked, Run, Write, cut, evidence, forge, intent, intent_with_url, lost, ours, purchase_in, refusal, state,
};

/// A word for each end.
fn end(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed { by: ConfirmedBy::Answer, .. } => "answered",
        Outcome::Confirmed { by: ConfirmedBy::Found, .. } => "found",
        Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. } => "already there",
        Outcome::Confirmed { .. } => "confirmed",
        Outcome::Rejected { .. } => "rejected",
        Outcome::NotPlaced { .. } => "not sent",
        Outcome::Ambiguous { .. } => "ambiguous",
        other => panic!("{other}"),
    }
}

#[test]
fn a_process_that_ends_before_it_was_about_to_send_has_not_sent() {
    for point in ["page", "balance", "store 2"] {
        let mut run = Run::new();
        run.die_before(point, &intent());
        assert_eq!(state(run.journal.as_ref().unwrap()), "recorded");
        // Resuming does not begin to send.
        let outcome = run.resume().unwrap();
        let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
        assert!(error.message().starts_with("the process ended before it sent the order"), "{error}");
        assert_eq!(run.log.last().unwrap(), "store 2 not_sent");
        assert_eq!(run.sent(), 0);
        // Purchasing does, whether it was resumed before or not.
        assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");
        let mut run = Run::new();
        run.die_before(point, &intent());
        run.log.clear();
        assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");
        // It may have been read a moment ago.
        run.log.retain(|line| line != "balance");
        assert_eq!(run.log, ["page 1", "store 2 sending", "order", "store 3 confirmed"]);
    }
}

#[test]
fn a_process_that_ends_before_the_first_write_leaves_nothing() {
    let mut run = Run::new();
    run.die_before("store 1", &intent());
    assert!(run.journal.is_none());
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");
}

#[test]
fn a_process_that_ends_when_it_was_about_to_send_leaves_doubt() {
    // Whether it was sent or not, the journal says the same.
    for (point, is_there) in [("order", false), ("store 3", false), ("store 3", true)] {
        for by_purchase in [true, false] {
            let mut run = Run::new();
            if is_there {
                run.portal.appear.push((0, ours(9)));
            }
            run.die_before(point, &intent());
            assert_eq!(state(run.journal.as_ref().unwrap()), "sending");
            run.orders.clear();
            run.log.clear();
            let outcome = if by_purchase { run.purchase(&intent()) } else { run.resume() }.unwrap();
            assert_eq!(end(&outcome), if is_there { "found" } else { "ambiguous" });
            assert_eq!(run.sent(), 0, "{point}");
            assert_eq!(run.log[0], "page 1", "it looks at once");
            if !is_there {
                let [attempt] = &evidence(&outcome).attempts[..] else { panic!("{outcome}") };
                assert!(attempt.error().is_none());
                assert!(outcome.to_string().contains("the process ended before it knew"), "{outcome}");
                assert_eq!(purchase_in(run.journal.as_ref().unwrap())["tainted"], true);
            }
        }
    }
}

#[test]
fn doubt_is_taken_up_where_it_was() {
    let mut run = Run::in_doubt(&intent());
    assert_eq!(end(&run.resume().unwrap()), "ambiguous");
    assert_eq!(run.log[..2], ["page 1", "page 1"]);
    assert_eq!(run.seconds(), [2, 4, 8, 16, 32, 58]);
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "ambiguous");
    run.portal.rows.push(ours(9));
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "found");
    assert_eq!(run.sent(), 0);
}

#[test]
fn an_end_is_told_again_and_nothing_is_done() {
    let ends: [(_, fn(&mut Run)); 4] = [
        ("answered", |_| {}),
        ("already there", |run| run.portal.rows.push(ours(9))),
        ("rejected", |run| run.portal.once(Asked::Order, refusal(422))),
        ("not sent", |run| run.portal.once(Asked::Order, refusal(403))),
    ];
    for (expected, prepare) in ends {
        let mut run = Run::new();
        prepare(&mut run);
        let first = run.purchase(&intent()).unwrap().to_string();
        // The journal keeps no status: it would be that of long ago.
        let first = first.replace(", status pending: it waits for its payment", "");
        let stored = run.journal.clone();
        run.log.clear();
        let outcome = run.resume().unwrap();
        assert_eq!((end(&outcome), outcome.to_string()), (expected, first.clone()));
        if expected != "not sent" {
            let outcome = run.purchase(&intent()).unwrap();
            assert_eq!((end(&outcome), outcome.to_string()), (expected, first));
        }
        assert!(run.log.is_empty() && run.journal == stored);
    }
}

#[test]
fn what_was_not_sent_can_be_purchased_again() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "not sent");
    run.log.clear();
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");
    assert_eq!(run.log, ["page 1", "store 5 sending", "order", "store 6 confirmed"]);
    // What became of the first request is still known.
    assert_eq!(purchase_in(run.journal.as_ref().unwrap())["attempts"].as_array().unwrap().len(), 2);
}

#[test]
fn whether_it_is_sent_again_is_said_by_the_intent_and_else_by_the_journal() {
    let guarded = || intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let sent = |recorded, now: Option<_>| {
        let mut run = Run::in_doubt(&recorded);
        let _ = match now {
            Some(intent) => run.purchase(&intent),
            None => run.resume(),
        };
        run.sent()
    };
    assert_eq!(sent(intent_with_url(), Some(guarded())), 1);
    assert_eq!(sent(intent_with_url(), None), 0);
    let mut run = Run::new();
    run.die_before("order", &guarded());
    assert_eq!(end(&run.resume().unwrap()), "answered", "a process that ended is doubt like any other");
    assert_eq!(run.sent(), 1);
    let mut run = Run::new();
    run.die_before("order", &guarded());
    assert_eq!(end(&run.purchase(&intent_with_url()).unwrap()), "ambiguous");
}

/// What each write comes to when the journal fails at it: once, and every time.
#[test]
fn a_journal_that_fails() {
    // Nothing was sent: it is an error.
    for (index, failures) in [(0, 1), (1, 2)] {
        for write in [|| Write::Fails, || Write::FailsAndStores] {
            let mut run = Run::new();
            let failing = (0..failures).map(|_| write());
            run.writes.extend((0..index).map(|_| Write::Carried).chain(failing));
            let error = run.purchase(&intent()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Journal);
            assert!(error.message().starts_with("the entry `ticket-4711` cannot be written: "), "{error}");
            assert!(std::error::Error::source(&error).is_some());
            assert_eq!(run.sent(), 0);
            // Once it works again, the purchase goes on; what may be written as sent is doubt.
            let was_stored = run.journal.as_ref().is_some_and(|entry| state(entry) == "sending");
            let expected = if was_stored { "ambiguous" } else { "answered" };
            assert_eq!(end(&run.purchase(&intent()).unwrap()), expected);
        }
    }
    // Something was: the finding is offered again, and told in any case.
    for (order, expected) in [
        (super::script::placed as fn() -> _, "answered"),
        (|| refusal(422), "rejected"),
        (|| refusal(403), "not sent"),
        (lost, "ambiguous"),
    ] {
        for failures in 1..5 {
            for write in [|| Write::Fails, || Write::FailsAndStores] {
                let mut run = Run::new();
                run.portal.once(Asked::Order, order());
                run.writes.extend(
                    [Write::Carried, Write::Carried].into_iter().chain((0..failures).map(|_| write())),
                );
                let outcome = run.purchase(&intent()).unwrap();
                assert_eq!(end(&outcome), expected);
                assert!(outcome.unrecorded().is_none(), "{outcome}");
                assert_eq!(run.seconds()[..1], [1]);
                assert_eq!(run.journal.unwrap().is_open(), expected == "ambiguous");
            }
        }
        let mut run = Run::new();
        run.portal.once(Asked::Order, order());
        run.writes.extend([Write::Carried, Write::Carried].into_iter().chain((0..50).map(|_| Write::Fails)));
        let outcome = run.purchase(&intent()).unwrap();
        // Whether another process has sent the order again only the journal could say.
        let unrecorded = if expected == "answered" { expected } else { "ambiguous" };
        assert_eq!(end(&outcome), unrecorded);
        let error = outcome.unrecorded().unwrap();
        assert_eq!(error.message(), "the entry `ticket-4711` cannot be written: disk full");
        // That it was refused is written down before it is held against the account, and afterwards.
        let tries = if expected == "answered" { 17 } else { 5 + 17 };
        assert_eq!(run.log.iter().filter(|line| line.starts_with("store 3")).count(), tries);
        assert!(outcome.to_string().contains("\nthe journal does not know: journal: the entry"), "{outcome}");
        assert_eq!(run.sent(), 1);
        // As the journal has it, it is doubt.
        assert_eq!(state(run.journal.as_ref().unwrap()), "sending");
        run.portal.rows.push(ours(9));
        run.writes.clear();
        assert_eq!(end(&run.resume().unwrap()), "found");
    }
}

/// A database that is failed over takes its time.
#[test]
fn a_finding_is_offered_until_the_deadline() {
    let mut run = Run::new();
    run.writes.extend([Write::Carried, Write::Carried].into_iter().chain((0..16).map(|_| Write::Fails)));
    let start = run.now;
    let outcome = run.purchase(&intent()).unwrap();
    assert!(outcome.unrecorded().is_none(), "{outcome}");
    assert_eq!(run.now.since(start), Duration::from_secs(4 + 12 * 10));
    assert_eq!(state(run.journal.as_ref().unwrap()), "confirmed");
}

/// It is offered once more, and then it is known whether it was stored.
#[test]
fn what_the_journal_does_not_acknowledge_before_sending() {
    let mut run = Run::new();
    run.writes.extend([Write::Carried, Write::Fails]);
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");
    assert_eq!((run.sent(), run.seconds()), (1, vec![1]));

    // It was stored: it is taken back, since it may not outlive a loss of power.
    let mut run = Run::new();
    run.writes.extend([Write::Carried, Write::FailsAndStores]);
    let error = run.purchase(&intent()).unwrap_err();
    assert_eq!(error.message(), "the entry `ticket-4711` cannot be written: connection lost");
    assert_eq!((error.kind(), run.sent()), (ErrorKind::Journal, 0));
    assert_eq!(state(run.journal.as_ref().unwrap()), "not_sent");
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");

    // It cannot be taken back: it is doubt.
    let mut run = Run::new();
    let take_back = [Write::Carried, Write::Fails, Write::Fails];
    run.writes.extend([Write::Carried, Write::FailsAndStores].into_iter().chain(take_back));
    assert_eq!(run.purchase(&intent()).unwrap_err().kind(), ErrorKind::Journal);
    assert_eq!(state(run.journal.as_ref().unwrap()), "sending");
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "ambiguous");
    assert_eq!(run.sent(), 0);
}

/// That of another process has the same version: it is not this one's to take back.
#[test]
fn what_another_process_has_written_meanwhile_is_not_taken_for_what_was_offered() {
    let mut other = Run::new();
    other.die_before("order", &intent());
    let theirs = other.journal.clone();
    let mut run = Run::new();
    // Its word is another one.
    let _ = run.context();
    run.writes.extend([Write::Carried, Write::Fails]);
    run.writes.push_back(Write::Overtaken(Box::new(move |_| theirs)));
    assert_eq!(run.purchase(&intent()).unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(run.journal, other.journal);
    assert_eq!(run.sent(), 0);
}

/// A finding whose acknowledgement is lost is stored all the same.
#[test]
fn what_was_offered_and_is_stored_is_no_conflict() {
    let mut run = Run::new();
    run.writes.extend([Write::Carried, Write::Carried, Write::FailsAndStores]);
    let outcome = run.purchase(&intent()).unwrap();
    assert!(outcome.unrecorded().is_none(), "{outcome}");
    assert_eq!(run.journal.as_ref().unwrap().version(), 3);
}

#[test]
fn a_journal_that_fails_while_it_is_looked_for_does_not_end_the_search() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.portal.appear.push((60, ours(9)));
    run.writes.extend([Write::Carried, Write::Carried].into_iter().chain((0..5).map(|_| Write::Fails)));
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(end(&outcome), "found");
    assert!(outcome.unrecorded().is_none());
}

#[test]
fn a_journal_that_fails_keeps_it_from_being_sent_again() {
    for writes in [vec![Write::Fails, Write::Fails], vec![Write::FailsAndStores]] {
        let is_taken_back = writes.len() == 1;
        let mut run = Run::in_doubt(&intent_with_url());
        run.writes.extend(writes);
        let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
        assert_eq!(end(&outcome), "ambiguous");
        assert_eq!(evidence(&outcome).attempts.len(), 1 + usize::from(is_taken_back));
        assert_eq!(outcome.unrecorded().is_none(), is_taken_back);
        assert_eq!(state(run.journal.as_ref().unwrap()), "ambiguous");
        assert_eq!(run.sent(), 0);
    }
}

/// Somebody else has written this instead of what is stored, one version on.
fn overtaken(change: fn(&mut serde_json::Value)) -> Write {
    Write::Overtaken(Box::new(move |stored: Option<Entry>| {
        Some(forge(&stored.unwrap(), |purchase| {
            purchase["version"] = (purchase["version"].as_u64().unwrap() + 1).into();
            change(purchase);
        }))
    }))
}

fn confirmed(purchase: &mut serde_json::Value) {
    set_confirmed(purchase, "HB7", &[]);
}

fn set_confirmed(purchase: &mut serde_json::Value, order_no: &str, others: &[&str]) {
    purchase["state"] =
        serde_json::json!({"confirmed": {"orderNo": order_no, "by": "found", "others": others}});
}

fn ambiguous(purchase: &mut serde_json::Value) {
    purchase["state"] = "ambiguous".into();
    purchase["tainted"] = true.into();
}

fn rejected(purchase: &mut serde_json::Value) {
    purchase["state"] = serde_json::json!({"rejected": {
        "kind": "refused", "delivery": "answered", "attempts": 1, "message": "theirs", "status": 422,
    }});
}

fn sent_again(purchase: &mut serde_json::Value) {
    purchase["state"] = "sending".into();
    purchase["tainted"] = true.into();
    purchase["attempts"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!({"number": 2, "recordedAt": 1_700_000_500}));
}

fn gone() -> Write {
    Write::Overtaken(Box::new(|_| None))
}

fn unreadable() -> Write {
    Write::Overtaken(Box::new(|stored: Option<Entry>| {
        let stored = stored.unwrap();
        Some(Entry::new(stored.key().clone(), stored.version() + 1, true, "{}"))
    }))
}

#[test]
fn whoever_is_overtaken_before_the_order_does_not_send_it() {
    let first = || {
        Write::Overtaken(Box::new(|_| {
            let mut run = Run::new();
            let _ = run.purchase(&intent()).unwrap();
            run.journal
        }))
    };
    let mut run = Run::new();
    run.writes.push_back(first());
    let error = run.purchase(&intent()).unwrap_err();
    assert!(error.message().starts_with("the entry `ticket-4711` was changed by another process"), "{error}");
    assert_eq!(run.log, ["store 1 recorded"]);
    for write in
        [overtaken(confirmed), overtaken(ambiguous), overtaken(rejected), overtaken(|_| {}), unreadable()]
    {
        let mut run = Run::new();
        run.writes.extend([Write::Carried, write]);
        let error = run.purchase(&intent()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(run.log.last().unwrap(), "store 2 sending");
        assert_eq!(run.sent(), 0);
    }
    let mut run = Run::new();
    run.writes.extend([Write::Carried, gone()]);
    let error = run.purchase(&intent()).unwrap_err();
    assert!(error.message().starts_with("the entry `ticket-4711` is gone"), "{error}");
}

/// Nothing else ends a purchase whose order shows its number nowhere.
#[test]
fn what_stays_ambiguous_is_settled_by_a_person() {
    let mut run = Run::in_doubt(&intent());
    let outcome = run.settle(Finding::Ordered("HB7".into())).unwrap();
    let Outcome::Confirmed { by: ConfirmedBy::Person, order_no, .. } = &outcome else { panic!("{outcome}") };
    assert_eq!(order_no.as_str(), "HB7");
    assert!(!run.journal.as_ref().unwrap().is_open());
    assert_eq!(run.log, ["store 5 confirmed"], "nothing is asked");
    let error = run.settle(Finding::NotOrdered).unwrap_err();
    assert!(error.message().contains("`ticket-4711` is not ambiguous"), "{error}");

    let mut run = Run::in_doubt(&intent());
    let outcome = run.settle(Finding::NotOrdered).unwrap();
    assert_eq!(end(&outcome), "rejected");
    assert!(outcome.to_string().contains("a person has looked"), "{outcome}");
    assert_eq!(
        end(&run.purchase(&intent()).unwrap()),
        "rejected",
        "it is not ordered under this id any more"
    );
    assert_eq!(run.sent(), 0);

    let mut run = Run::new();
    run.die_before("page", &intent());
    assert!(run.settle(Finding::NotOrdered).is_err(), "of which nothing was sent");
}

/// The URL may be taken by the very order that another process has just sent.
#[test]
fn whoever_has_only_looked_leaves_the_word_to_who_sends() {
    for (rival, expected) in [(sent_again as fn(&mut _), None), (confirmed, Some("found"))] {
        let mut run = Run::new();
        run.portal.url_existed = true;
        run.writes.extend([Write::Carried, overtaken(rival)]);
        let outcome = run.purchase(&intent_with_url());
        match (outcome, expected) {
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::Conflict),
            (Ok(outcome), Some(expected)) => assert_eq!(end(&outcome), expected),
            (outcome, _) => panic!("{outcome:?}"),
        }
        assert_eq!(run.sent(), 0);
    }
}

/// Another process may be sending, and without the journal nobody knows.
#[test]
fn a_no_that_the_journal_does_not_take_is_not_said() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    run.writes.extend((0..20).map(|_| Write::Fails));
    let error = run.resume().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert!(run.journal.as_ref().unwrap().is_open());

    let mut run = Run::new();
    run.portal.url_existed = true;
    run.writes.push_back(Write::Carried);
    run.writes.extend((0..20).map(|_| Write::Fails));
    assert_eq!(run.purchase(&intent_with_url()).unwrap_err().kind(), ErrorKind::Journal);
}

type Overtaken = (&'static str, fn() -> Write, [&'static str; 4]);

/// What comes out when another process has written while the order was under way: for the answers
/// placed, refused, turned away, and lost.
#[test]
fn whoever_is_overtaken_after_the_order_tells_what_both_know() {
    #[rustfmt::skip]
    let cases: &[Overtaken] = &[
        ("confirmed", || overtaken(confirmed), ["answered", "found", "found", "found"]),
        ("ambiguous", || overtaken(ambiguous), ["answered", "rejected", "not sent", "ambiguous"]),
        ("rejected", || overtaken(rejected), ["answered", "rejected", "rejected", "rejected"]),
        ("sent again", || overtaken(sent_again), ["answered", "ambiguous", "ambiguous", "ambiguous"]),
        ("gone", gone, ["answered", "ambiguous", "ambiguous", "ambiguous"]),
        ("unreadable", unreadable, ["answered", "ambiguous", "ambiguous", "ambiguous"]),
    ];
    for (theirs, write, expected) in cases {
        for (order, expected) in
            [super::script::placed, || refusal(422), || refusal(403), lost].into_iter().zip(expected)
        {
            let mut run = Run::new();
            run.portal.once(Asked::Order, order());
            run.writes.extend([Write::Carried, Write::Carried, write()]);
            let outcome = run.purchase(&intent()).unwrap();
            assert_eq!(end(&outcome), *expected, "{theirs}: {outcome}");
            assert_eq!(run.sent(), 1);
            let is_lost = matches!(*theirs, "gone" | "unreadable");
            assert_eq!(outcome.unrecorded().is_some(), is_lost, "{theirs}: {outcome}");
            if !is_lost {
                // Both processes and the journal say the same from now on.
                assert_eq!(run.journal.as_ref().unwrap().is_open(), *expected == "ambiguous", "{theirs}");
            }
        }
    }
}

#[test]
fn an_answer_outweighs_that_another_process_has_sent_again() {
    let mut run = Run::new();
    run.writes.extend([Write::Carried, Write::Carried, overtaken(sent_again)]);
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");
    let purchase = purchase_in(run.journal.as_ref().unwrap());
    assert_eq!(purchase["attempts"].as_array().unwrap().len(), 2, "both attempts are kept");
}

#[test]
fn what_this_process_knows_of_its_attempt_is_kept_beside_a_later_one_of_another() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.portal.appear.push((0, ours(9)));
    run.writes.extend([Write::Carried, Write::Carried].into_iter().chain((0..5).map(|_| Write::Fails)));
    run.writes.push_back(overtaken(sent_again));
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "found");
    let attempts = &purchase_in(run.journal.as_ref().unwrap())["attempts"];
    assert_eq!((&attempts[0]["number"], &attempts[0]["told"]["message"]), (&1.into(), &"cut".into()));
    assert_eq!((&attempts[1]["number"], &attempts[1]["told"]), (&2.into(), &serde_json::Value::Null));
}

#[test]
fn what_this_process_knows_of_its_attempt_comes_before_what_another_thinks_of_it() {
    let told = |purchase: &mut serde_json::Value| {
        ambiguous(purchase);
        purchase["attempts"][0]["told"] = serde_json::json!({
            "kind": "timeout", "delivery": "maybe_executed", "attempts": 1, "message": "theirs",
        });
    };
    for (order, message) in [(super::script::placed(), None), (lost(), Some("cut"))] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, order);
        run.writes.extend([Write::Carried, Write::Carried, overtaken(told)]);
        let _ = run.purchase(&intent()).unwrap();
        let attempt = &purchase_in(run.journal.as_ref().unwrap())["attempts"][0];
        assert_eq!(attempt["told"]["message"].as_str(), message);
        assert_eq!(attempt["hasPlaced"].as_bool(), message.is_none().then_some(true));
    }
}

/// The journal did not hear of it in time.
#[test]
fn what_this_process_knows_is_told_when_another_has_sent_again_before_it_could() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(500));
    run.writes.extend([Write::Carried, Write::Carried].into_iter().chain((0..5).map(|_| Write::Fails)));
    run.writes.push_back(overtaken(sent_again));
    let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
    let attempts = &evidence(&outcome).attempts;
    assert_eq!((run.sent(), attempts.len()), (1, 2));
    assert_eq!(attempts[0].error().unwrap().request_id(), Some("7249dc25"));
}

/// The portal's request id among it.
#[test]
fn what_this_process_knows_of_its_attempt_is_told_when_another_has_sent_again() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(500));
    run.writes.extend([Write::Carried, Write::Carried, overtaken(sent_again)]);
    let outcome = run.purchase(&intent()).unwrap();
    let attempts = &evidence(&outcome).attempts;
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts[0].error().unwrap().request_id(), Some("7249dc25"));
}

#[test]
fn looks_of_another_process_are_not_forgotten() {
    let watched = |purchase: &mut serde_json::Value| {
        purchase["scans"] = 50.into();
        purchase["watched"] = serde_json::json!({"secs": 900, "nanos": 0});
    };
    let mut run = Run::in_doubt(&intent());
    run.writes.push_back(overtaken(watched));
    let outcome = run.resume().unwrap();
    assert_eq!((evidence(&outcome).scans, evidence(&outcome).watched.as_secs()), (50, 900));
    // They are about the last request.
    let mut run = Run::new();
    run.writes.extend([
        Write::Carried,
        Write::Carried,
        overtaken(|purchase| {
            sent_again(purchase);
            purchase["scans"] = 50.into();
            purchase["watched"]["secs"] = 900.into();
            purchase["delivered"] = 2.into();
        }),
    ]);
    let _ = run.purchase(&intent()).unwrap();
    let purchase = purchase_in(run.journal.as_ref().unwrap());
    assert_eq!((&purchase["scans"], &purchase["watched"]["secs"]), (&50.into(), &900.into()));
    assert_eq!(purchase["delivered"], 2, "and a second request may have arrived");
}

#[test]
fn what_either_process_has_seen_of_the_order_is_not_forgotten() {
    let seen = |purchase: &mut serde_json::Value| {
        purchase["sighted"] = serde_json::json!(["9"]);
        purchase["urlWasTaken"] = true.into();
    };
    for (is_taken, theirs) in [(false, overtaken(seen)), (true, overtaken(|_| {}))] {
        let mut run = Run::in_doubt(&intent_with_url());
        run.portal.url_existed = is_taken;
        run.writes.push_back(theirs);
        let outcome = run.resume().unwrap();
        assert!(evidence(&outcome).url_was_taken, "{outcome}");
        assert_eq!(evidence(&outcome).sighted.len(), usize::from(!is_taken));
    }
}

#[test]
fn looks_of_this_process_are_not_forgotten_when_it_may_not_send_again() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = Run::in_doubt(&guarded);
    run.writes.push_back(overtaken(|_| {}));
    let outcome = run.resume().unwrap();
    assert_eq!((evidence(&outcome).scans, run.sent()), (2, 0));
}

/// The refusal of a second copy was believed by the process that looked before the order of the first one showed.
#[test]
fn what_one_process_has_seen_outweighs_the_no_of_another() {
    let not_sent = |purchase: &mut serde_json::Value| {
        purchase["state"] = serde_json::json!({"not_sent": {
            "kind": "forbidden", "delivery": "answered", "attempts": 1, "message": "theirs", "status": 403,
        }});
    };
    for theirs in [rejected as fn(&mut serde_json::Value), not_sent] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, refusal(422));
        run.die_before("store 4", &intent());
        run.portal.rows.push(super::script::row(9, ""));
        run.writes.push_back(overtaken(theirs));
        let outcome = run.resume().unwrap();
        assert_eq!(evidence(&outcome).sighted, ["9".into()], "{outcome}");
        assert_eq!(state(run.journal.as_ref().unwrap()), "ambiguous");
    }
}

/// And the other way round.
#[test]
fn a_no_is_not_written_over_what_another_process_has_seen() {
    for status in [403, 422] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, refusal(status));
        run.writes.extend([Write::Carried, Write::Carried, Write::Carried]);
        run.writes.push_back(overtaken(|purchase| purchase["sighted"] = serde_json::json!(["9"])));
        let outcome = run.purchase(&intent()).unwrap();
        assert_eq!(evidence(&outcome).sighted, ["9".into()], "{outcome}");
        assert_eq!(state(run.journal.as_ref().unwrap()), "ambiguous");
    }
}

/// Each process has an answer to a request of its own.
#[test]
fn a_request_of_another_process_keeps_a_confirmed_purchase_open_until_its_order_was_looked_for() {
    let mut run = Run::new();
    run.writes.extend([Write::Carried, Write::Carried, overtaken(sent_again)]);
    run.portal.appear.push((0, ours(8)));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(outcome.to_string().contains("DOUBLE ORDER with the same key: HB8"), "{outcome}");
    // The second request is this one's, and in doubt.
    let mut run = Run::new();
    run.portal.always(Asked::Order, lost);
    run.portal.appear.push((3, ours(8)));
    run.writes.extend((0..4).map(|_| Write::Carried));
    run.writes.push_back(overtaken(|purchase| {
        purchase["attempts"][0] = serde_json::json!({"number": 1, "hasPlaced": true});
        set_confirmed(purchase, "HB9", &[]);
    }));
    let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
    assert!(outcome.to_string().contains("DOUBLE ORDER with the same key: HB8"), "{outcome}");
    assert_eq!(run.sent(), 2);
}

#[test]
fn a_no_of_another_process_is_told_in_its_words() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.writes.extend([Write::Carried, Write::Carried, overtaken(rejected)]);
    let outcome = run.purchase(&intent()).unwrap();
    let Outcome::Rejected { error, .. } = &outcome else { panic!("{outcome}") };
    assert_eq!(error.message(), "theirs");
}

#[test]
fn a_double_order_that_only_one_process_has_seen_is_written_down() {
    let mut run = Run::in_doubt(&intent());
    run.portal.rows.extend([ours(8), ours(9)]);
    run.writes.push_back(overtaken(|purchase| set_confirmed(purchase, "HB8", &[])));
    for _ in 0..2 {
        assert!(run.resume().unwrap().to_string().contains("DOUBLE ORDER with the same key: HB9"));
    }
}

/// Another process has written, and knows nothing more: what this one was told still holds.
#[test]
fn a_no_is_said_when_another_process_knows_nothing_against_it() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    run.writes.extend((0..3).map(|_| Write::Carried));
    run.writes.push_back(overtaken(|_| {}));
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "not sent");
    assert_eq!(state(run.journal.as_ref().unwrap()), "not_sent");
}

#[test]
fn two_numbers_of_two_processes_are_a_double_order() {
    // The answer is HB9, and the other process has HB7.
    let others = |theirs: fn(&mut serde_json::Value)| {
        let mut run = Run::new();
        run.writes.extend([Write::Carried, Write::Carried, overtaken(theirs)]);
        let outcome = run.purchase(&intent()).unwrap();
        let Outcome::Confirmed { order_no, placed: Some(_), others, .. } = &outcome else {
            panic!("{outcome}")
        };
        assert_eq!(order_no.as_str(), "HB9");
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        // Whoever reads the journal later sees them all.
        let text = run.resume().unwrap().to_string();
        assert!(text.contains("HB9") && others.iter().all(|other| text.contains(other)), "{text}");
        others
    };
    assert_eq!(others(confirmed), ["HB7"]);
    assert_eq!(others(|purchase| set_confirmed(purchase, "HB9", &[])), [""; 0]);
    assert_eq!(others(|purchase| set_confirmed(purchase, "HB9", &["HB8"])), ["HB8"]);
    assert_eq!(others(|purchase| set_confirmed(purchase, "HB7", &["HB8"])), ["HB7", "HB8"]);
    assert_eq!(others(|purchase| set_confirmed(purchase, "HB7", &["HB9"])), ["HB7"]);
    assert_eq!(others(|purchase| set_confirmed(purchase, "HB7", &["HB7"])), ["HB7"]);
}

#[test]
fn whoever_is_overtaken_does_not_send_it_again() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    for (write, expected, is_recorded) in [
        (overtaken(confirmed), "found", true),
        (overtaken(rejected), "rejected", true),
        (overtaken(sent_again), "ambiguous", true),
        (overtaken(|_| {}), "ambiguous", true),
        (gone(), "ambiguous", false),
        (unreadable(), "ambiguous", false),
    ] {
        let mut run = Run::in_doubt(&guarded);
        run.writes.push_back(write);
        let outcome = run.resume().unwrap();
        assert_eq!(end(&outcome), expected);
        assert_eq!(outcome.unrecorded().is_none(), is_recorded, "{outcome}");
        assert_eq!(run.sent(), 0);
    }
}

#[test]
fn whoever_is_overtaken_all_the_time_ends_all_the_same() {
    let mut run = Run::new();
    run.writes.extend([Write::Carried, Write::Carried]);
    run.writes.extend((0..20).map(|_| overtaken(|purchase| purchase["state"] = "sending".into())));
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(end(&outcome), "answered");
    assert!(outcome.unrecorded().unwrap().message().contains("was changed by another process"));
}

/// The other one may have another policy, or its caller's word.
#[test]
fn a_no_is_not_for_one_process_to_say_when_another_may_have_sent_again() {
    let mut other = Run::new();
    other.die_before("order", &intent_with_url());
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    assert_eq!(end(&other.purchase(&guarded).unwrap()), "answered");
    for (status, resend) in [(422, Resend::Never), (403, Resend::Never), (422, Resend::UniqueKeyGuard)] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, refusal(status));
        run.writes.extend([Write::Carried, Write::Carried].into_iter().chain((0..30).map(|_| Write::Fails)));
        let outcome = run.purchase(&intent_with_url().with_resend(resend)).unwrap();
        let refused = evidence(&outcome).attempts[0].error().unwrap();
        assert_eq!(refused.status().unwrap().as_u16(), status);
        assert!(outcome.unrecorded().is_some());
    }
}

#[test]
fn a_token_that_runs_out_in_the_middle_does_no_harm() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, cut());
    run.portal.always(Asked::Token, || super::script::success(r#"{"token":"SHORT","expiresIn":"0"}"#));
    run.order_takes = Duration::from_secs(5);
    assert_eq!(end(&run.purchase(&intent()).unwrap()), "answered");
    assert!(run.tokens >= 2);
}

#[test]
fn a_purchase_that_is_dropped_leaves_the_token_to_others() {
    for (token, step) in [("token 1", "store 1"), ("token 2", "store 2"), ("token 3", "store 3")] {
        let mut run = Run::new();
        run.portal.always(Asked::Token, || super::script::success(r#"{"token":"SHORT","expiresIn":"1"}"#));
        run.portal.once(Asked::Order, lost());
        run.freeze_before_sending = Some(Box::new(|now| now + Duration::from_secs(60)));
        run.die_before(token, &intent());
        let last_write = run.log.iter().rfind(|line| line.starts_with("store")).unwrap();
        assert!(last_write.starts_with(step), "{token}: {:?}", run.log);
        // Another one does not wait for it.
        run.pauses.clear();
        run.policy.reconcile_for = Duration::ZERO;
        let _ = run.purchase(&intent()).unwrap();
        assert!(run.seconds().iter().all(|pause| *pause <= 2), "{token}: {:?}", run.pauses);
    }
}

#[test]
fn a_purchase_shows_its_name_and_portal_and_nothing_of_the_order() {
    let purchase = Run::new().machine(&intent()).unwrap();
    let text = format!("{purchase:?}");
    assert!(text.starts_with(r#"Purchase { id: IntentId("ticket-4711"), origin: Origin {"#), "{text}");
    assert!(!text.contains("3658B431119665QJ"), "{text}");
}

/// When another process sends again, or has said how it ended, this one has nothing to write.
#[test]
fn what_another_process_has_written_is_not_written_again() {
    for theirs in [confirmed as fn(&mut serde_json::Value), rejected, sent_again] {
        let mut run = Run::in_doubt(&intent());
        run.writes.push_back(overtaken(theirs));
        let _ = run.resume().unwrap();
        let offered = run.log.iter().filter(|line| line.starts_with("store")).count();
        assert_eq!((offered, run.journal.as_ref().unwrap().version()), (1, 5), "{:?}", run.log);
    }
}

/// Also when what it has written is that it sends again.
#[test]
fn what_this_process_has_seen_is_told_beside_a_later_request_of_another() {
    for is_taken in [false, true] {
        let mut run = Run::in_doubt(&intent_with_url());
        run.portal.url_existed = is_taken;
        run.writes.push_back(overtaken(sent_again));
        let outcome = run.resume().unwrap();
        assert_eq!(evidence(&outcome).url_was_taken, is_taken, "{outcome}");
    }
    // Both ways, and neither when neither has.
    let theirs_saw = |purchase: &mut serde_json::Value| purchase["urlWasTaken"] = true.into();
    for (theirs, expected) in [(theirs_saw as fn(&mut serde_json::Value), true), (|_| {}, false)] {
        let mut run = Run::in_doubt(&intent_with_url());
        run.writes.push_back(overtaken(theirs));
        assert_eq!(evidence(&run.resume().unwrap()).url_was_taken, expected);
    }
}

/// Its only request, which another process knows to have been turned away, was none that arrived.
#[test]
fn a_request_that_did_not_arrive_is_not_counted_when_two_processes_compare() {
    let cut_off = |purchase: &mut serde_json::Value| {
        ambiguous(purchase);
        purchase["attempts"][0]["told"] = serde_json::json!({
            "kind": "transport", "delivery": "not_sent", "attempts": 1, "message": "theirs",
        });
    };
    let mut run = Run::new();
    run.die_before("order", &intent());
    run.writes.push_back(overtaken(cut_off));
    let _ = run.restart().unwrap();
    let purchase = purchase_in(run.journal.as_ref().unwrap());
    assert_eq!((&purchase["delivered"], &purchase["tainted"]), (&0.into(), &false.into()), "{purchase}");
}

/// A person has looked, which ends the search of a process that has seen something too.
#[test]
fn a_no_of_a_person_outweighs_what_was_seen() {
    let by_a_person = |purchase: &mut serde_json::Value| {
        purchase["state"] = serde_json::json!({"rejected": {
            "kind": "interrupted", "delivery": "not_sent", "attempts": 0, "message": "a person",
        }});
    };
    let mut run = Run::in_doubt(&intent());
    run.portal.rows.push(super::script::row(9, ""));
    run.writes.push_back(overtaken(by_a_person));
    assert_eq!(end(&run.resume().unwrap()), "rejected");
}

/// Another process that looks for the order has read of it meanwhile, and would look for it for ever.
#[test]
fn a_second_request_that_was_taken_back_is_written_down_as_not_sent() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    run.die_before("store 4", &intent());
    run.writes.push_back(Write::FailsAndStores);
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!((end(&outcome), run.sent()), ("ambiguous", 1), "{outcome}");
    let purchase = purchase_in(run.journal.as_ref().unwrap());
    assert_eq!((&purchase["state"], &purchase["tainted"]), (&"ambiguous".into(), &false.into()));
    assert_eq!(purchase["attempts"][1]["told"]["delivery"], "not_sent", "{purchase}");
    assert_eq!(purchase["attempts"][0]["told"]["status"], 403);
}
