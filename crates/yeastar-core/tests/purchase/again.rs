//! The order is sent a second time: what must be out of the way before, and what is looked for after it.

use core::time::Duration;

use yeastar_core::purchase::{ConfirmedBy, Evidence, Finding, Outcome, Resend};
use yeastar_core::{Delivery, ErrorKind, Event, OrderNo};

use super::script::{
    Asked, RowOrder, Run, Write, answer, cut, evidence, forge, intent, intent_with_url, lost, ours, placed,
    purchase_in, refusal, row, state, success,
};

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A purchase whose answer is lost, and that is looked for as long as it takes to be called absent.
fn doubtful() -> Run {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run.policy.reconcile_for = secs(600);
    run
}

fn slow_down(retry_after: Option<u64>) -> Event {
    let body = r#"{"code":"slow_down","detailMessage":"wait","requestId":"1","result":null}"#;
    let mut event = answer(429, body);
    if let (Event::Response(response), Some(seconds)) = (&mut event, retry_after) {
        response.headers_mut().insert("retry-after", seconds.into());
    }
    event
}

#[track_caller]
fn is_absent(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Ambiguous { absent, .. } => *absent,
        other => panic!("{other}"),
    }
}

#[track_caller]
fn others(outcome: &Outcome) -> Vec<&str> {
    match outcome {
        Outcome::Confirmed { others, .. } => others.iter().map(OrderNo::as_str).collect(),
        other => panic!("{other}"),
    }
}

fn is_ambiguous(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Ambiguous { .. })
}

fn is_not_sent(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotPlaced { .. })
}

// On the caller's word that it is absent.

#[test]
fn what_has_a_candidate_is_not_sent_again_on_the_callers_word() {
    let mut run = doubtful();
    run.portal.appear.push((0, row(9, "")));
    assert!(!is_absent(&run.purchase(&intent()).unwrap()));
    let outcome = run.resubmit().unwrap();
    assert_eq!(run.sent(), 1);
    let Outcome::Ambiguous { candidates, .. } = &outcome else { panic!("{outcome}") };
    assert_eq!(candidates.len(), 1, "it says what stands in the way: {outcome}");
}

#[test]
fn a_candidate_that_comes_up_in_the_last_look_stops_it() {
    let mut run = doubtful();
    assert!(is_absent(&run.purchase(&intent()).unwrap()));
    run.portal.rows.push(row(9, ""));
    assert!(is_ambiguous(&run.resubmit().unwrap()));
    assert_eq!(run.sent(), 1);
}

#[test]
fn a_url_that_was_free_and_is_taken_stops_it() {
    let mut run = doubtful();
    assert!(is_absent(&run.purchase(&intent_with_url()).unwrap()));
    run.portal.url_existed = true;
    let outcome = run.resubmit().unwrap();
    assert_eq!(run.sent(), 1);
    assert!(evidence(&outcome).url_was_taken);
    assert!(outcome.to_string().contains("was free before the order and was taken after it"), "{outcome}");
}

#[test]
fn an_order_whose_url_was_free_and_is_taken_is_not_called_absent() {
    let mut run = doubtful();
    run.portal.once(Asked::Url, success("false"));
    run.portal.url_existed = true;
    let outcome = run.purchase(&intent_with_url()).unwrap();
    assert!(!is_absent(&outcome) && evidence(&outcome).url_was_taken, "{outcome}");
    let Evidence { before, after, .. } = evidence(&outcome);
    assert_eq!(before.as_ref().unwrap().pbx_url_existed, Some(false));
    assert_eq!(after.as_ref().unwrap().pbx_url_existed, Some(true));
    let words = "the order probably exists, and its number is not known; do not order again\n";
    assert!(outcome.to_string().starts_with(words), "{outcome}");
}

// After it was turned away.

#[test]
fn what_was_turned_away_is_looked_for_like_any_order_after_doubt() {
    for answer in [refusal(403), slow_down(None)] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, answer);
        assert!(is_not_sent(&run.purchase(&intent()).unwrap()));
        // A gateway had repeated the request, and the first copy comes up late, by its details only.
        run.portal.rows.push(row(9, ""));
        run.portal.details.insert("9".into(), r#"{"x":"ticket-4711"}"#.into());
        let outcome = run.purchase(&intent()).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Found, .. }), "{outcome}");
        assert_eq!(run.sent(), 1, "{:?}", run.log);
    }
}

/// Every answer that says "nothing done" may be the one to the second copy.
#[test]
fn an_order_that_is_there_after_all_is_found_before_anything_is_said_of_it() {
    for answer in [refusal(401), refusal(403), slow_down(None), slow_down(Some(20)), refusal(422)] {
        for intent in [intent(), intent_with_url()] {
            let what = format!("{answer:?}");
            let mut run = Run::new();
            run.portal.once(Asked::Order, super::script::copy(&answer));
            run.portal.appear.push((1, ours(9)));
            let outcome = run.purchase(&intent).unwrap();
            assert!(
                matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Found, .. }),
                "{what}: {outcome}"
            );
            assert_eq!(run.sent(), 1, "{what}");
        }
    }
}

#[test]
fn a_new_order_that_may_be_it_makes_every_refusal_ambiguous() {
    for answer in [refusal(401), refusal(403), slow_down(None), slow_down(Some(20)), refusal(422)] {
        for intent in [intent(), intent_with_url()] {
            let what = format!("{answer:?}");
            let mut run = Run::new();
            run.portal.once(Asked::Order, super::script::copy(&answer));
            run.portal.appear.push((0, row(9, "")));
            let outcome = run.purchase(&intent).unwrap();
            assert!(is_ambiguous(&outcome), "{what}: {outcome}");
            assert!(is_ambiguous(&run.purchase(&intent).unwrap()), "{what}");
            assert_eq!(run.sent(), 1, "{what}");
        }
    }
}

#[test]
fn a_url_that_was_free_before_the_first_request_is_no_proof_against_the_order() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    assert!(is_not_sent(&run.purchase(&intent_with_url()).unwrap()));
    run.portal.url_existed = true;
    let outcome = run.purchase(&intent_with_url()).unwrap();
    assert!(evidence(&outcome).url_was_taken, "{outcome}");
    assert_eq!((run.sent(), state(run.journal.as_ref().unwrap())), (1, "ambiguous".into()));
}

#[test]
fn a_token_that_was_refused_is_replaced_after_a_look_and_only_once() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(401));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    let expected = [
        "store 2 sending",
        "order",
        "store 3 ambiguous",
        "page 1",
        "balance",
        "store 4 sending",
        "order",
        "store 5 confirmed",
    ];
    assert_eq!(run.log[3..], expected);
    assert_eq!(run.tokens, 2);

    let mut run = Run::new();
    run.portal.always(Asked::Order, || refusal(401));
    let outcome = run.purchase(&intent()).unwrap();
    let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
    assert_eq!((error.kind(), run.sent()), (ErrorKind::Forbidden, 2));
}

#[test]
fn an_order_that_was_turned_away_before_the_process_ended_is_sent_again_only_by_who_purchases_it() {
    let ended = || {
        let mut run = Run::new();
        run.portal.once(Asked::Order, refusal(403));
        run.die_before("store 4", &intent());
        assert_eq!(state(run.journal.as_ref().unwrap()), "ambiguous");
        run.orders.clear();
        run
    };
    for restart in [false, true] {
        let mut run = ended();
        let outcome = if restart { run.restart() } else { run.purchase(&intent()) }.unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        assert_eq!(run.sent(), 1);
    }
    let mut run = ended();
    assert!(is_not_sent(&run.resume().unwrap()));
    assert_eq!(run.sent(), 0);
}

#[test]
fn an_order_that_was_asked_to_wait_is_sent_again_after_that_time_and_only_once() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, slow_down(Some(20)));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    assert_eq!((run.sent(), run.seconds()), (2, vec![20]));
    // Not without a time, nor for longer than the policy allows.
    for event in [slow_down(None), slow_down(Some(61))] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, event);
        assert!(is_not_sent(&run.purchase(&intent()).unwrap()));
        assert_eq!((run.sent(), run.seconds()), (1, vec![2]));
    }
}

#[test]
fn orders_that_were_there_when_it_was_turned_away_are_no_candidates_later() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    // About something else.
    run.portal.appear.push((0, row(9, "")));
    run.portal.details.insert("9".into(), r#"{"basicInformation":{"productNo":"ANOTHER"}}"#.into());
    assert!(is_not_sent(&run.purchase(&intent()).unwrap()));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
}

#[test]
fn a_look_that_fails_changes_nothing_of_what_is_known() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    assert!(is_not_sent(&run.purchase(&intent()).unwrap()));
    run.portal.always(Asked::Rows, || refusal(500));
    let outcome = run.purchase(&intent()).unwrap();
    let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
    assert_eq!((error.endpoint(), run.sent()), (Some("order_page"), 1));
    assert_eq!(error.delivery(), Delivery::NotDelivered, "of the order");
}

/// The account as it was before the order.
fn unchanged() -> Event {
    success(r#"{"results":[{"id":"1"},{"id":"2"}],"total":2,"totalPage":1}"#)
}

#[test]
fn a_look_that_fails_does_not_count_as_the_one_before_it() {
    let mut run = doubtful();
    // The look before the order, and three after it.
    (0..4).for_each(|_| run.portal.once(Asked::Rows, unchanged()));
    run.portal.always(Asked::Rows, || refusal(500));
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!((is_absent(&outcome), evidence(&outcome).scans), (false, 3), "{outcome}");
    assert!(evidence(&outcome).problem.is_some() && evidence(&outcome).watched >= secs(600), "{outcome}");
}

#[test]
fn a_look_that_fails_does_not_have_it_sent_again_because_one_before_it_was_clear() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = Run::new();
    run.die_before("order", &guarded);
    run.portal.once(Asked::Rows, unchanged());
    run.portal.always(Asked::Rows, || refusal(500));
    run.policy.reconcile_for = secs(600);
    let outcome = run.purchase(&guarded).unwrap();
    assert!(is_ambiguous(&outcome) && run.sent() == 0, "{outcome}");
}

#[test]
fn a_problem_of_an_earlier_look_is_no_problem_of_the_last_one() {
    let mut run = doubtful();
    run.portal.once(Asked::Rows, unchanged());
    run.portal.once(Asked::Rows, refusal(403));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(evidence(&outcome).problem.is_none(), "{outcome}");
}

// While another process may still send.

/// The process has written down that it is about to send, and stands still: it may go on within its time.
#[test]
fn nothing_is_sent_again_while_another_process_may_still_send_or_wait_for_its_answer() {
    for deadline in [120, 600, 1_200] {
        let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
        let mut run = Run::new();
        run.policy.deadline = secs(deadline);
        // What is written down is cut to whole seconds.
        run.now = run.now.with_wall_clock(Duration::from_millis(1_700_000_000_900));
        let start = run.now;
        run.die_before("order", &guarded);
        run.policy.deadline = secs(120);
        let outcome = run.purchase(&guarded).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        assert_eq!(run.sent(), 1);
        // The time to send it, that of the order itself, a second for what was cut, and the look after it.
        let first = run.orders[0].send_by.unwrap();
        let sent = first.since(start).checked_sub(run.policy.deadline).unwrap();
        assert!(sent >= secs(deadline) + run.policy.once_timeout, "sent after {sent:?}");
        assert!(sent <= secs(deadline + 2) + run.policy.once_timeout, "sent after {sent:?}");
    }
}

/// Looks that were made before the other process sent it do not make it absent.
#[test]
fn nor_is_it_called_absent_by_looks_before_that_time() {
    let mut run = Run::new();
    run.policy.deadline = secs(3_000);
    run.die_before("order", &intent());
    run.policy.deadline = secs(120);
    run.policy.reconcile_for = secs(3_000);
    let outcome = run.restart().unwrap();
    assert_eq!((is_absent(&outcome), evidence(&outcome).scans), (false, 0));
    assert!(run.resubmit().is_err());
    run.policy.reconcile_for = secs(700);
    let outcome = run.resume().unwrap();
    assert!(is_absent(&outcome), "{outcome}");
    assert!((secs(600)..secs(620)).contains(&evidence(&outcome).watched), "{outcome}");
    let _ = run.resubmit().unwrap();
    assert_eq!(run.sent(), 1);
}

/// One process looks for it while another stands still before it sends, and then says what came of that.
#[test]
fn nor_by_those_of_another_process_before_it_was_sent() {
    let mut run = doubtful();
    run.writes.extend([Write::Carried, Write::Carried]);
    run.writes.push_back(Write::Overtaken(Box::new(|stored| {
        Some(forge(&stored.unwrap(), |purchase| {
            purchase["version"] = 3.into();
            purchase["state"] = "ambiguous".into();
            purchase["tainted"] = true.into();
            purchase["delivered"] = 1.into();
            purchase["scans"] = 9.into();
            purchase["watched"]["secs"] = 900.into();
        }))
    })));
    run.policy.reconcile_for = Duration::ZERO;
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!((is_absent(&outcome), evidence(&outcome).scans), (false, 1), "{outcome}");
    assert!(run.resubmit().is_err());
}

/// This process has looked before its own request only, and the other one after a later one, of which this one knows
/// nothing.
#[test]
fn nor_by_a_look_before_the_last_request_of_this_process() {
    let mut run = doubtful();
    assert!(is_absent(&run.purchase(&intent()).unwrap()));
    run.portal.once(Asked::Order, lost());
    run.writes.push_back(Write::Carried);
    run.writes.push_back(Write::Overtaken(Box::new(|stored| {
        Some(forge(&stored.unwrap(), |purchase| {
            purchase["version"] = 6.into();
            purchase["state"] = "ambiguous".into();
            purchase["attempts"].as_array_mut().unwrap().push(serde_json::json!({"number": 3}));
            purchase["scans"] = 9.into();
            purchase["watched"]["secs"] = 900.into();
        }))
    })));
    let outcome = run.resubmit().unwrap();
    assert_eq!((is_absent(&outcome), evidence(&outcome).scans), (false, 9), "{outcome}");
}

#[test]
fn without_wall_clocks_the_time_counts_from_the_first_look() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = Run::new();
    run.now = yeastar_core::Tick::new(secs(1_000));
    run.die_before("order", &guarded);
    let start = run.now;
    let outcome = run.purchase(&guarded).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    let waited: Duration = run.pauses.iter().sum();
    assert!(run.now.since(start) >= secs(210) && waited >= secs(210), "{waited:?}");
}

#[test]
fn a_person_cannot_deny_an_order_that_another_process_may_still_send() {
    let mut run = Run::new();
    run.die_before("order", &intent());
    let error = run.settle(Finding::NotOrdered).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("may still be sent by another process"), "{error}");
    assert_eq!(state(run.journal.as_ref().unwrap()), "sending");
    // That it was ordered can be said at any time.
    let mut other = Run::new();
    other.die_before("order", &intent());
    assert!(matches!(other.settle(Finding::Ordered("HB7".into())), Ok(Outcome::Confirmed { .. })));
    run.now = run.now + secs(212);
    assert!(matches!(run.settle(Finding::NotOrdered), Ok(Outcome::Rejected { .. })));
}

/// The clock of the process that was to send it was a year ahead: it tells nothing, and the time counts from the first
/// look, or from when the person said it.
#[test]
fn a_clock_that_was_ahead_keeps_no_purchase_open() {
    const YEAR: u64 = 365 * 24 * 60 * 60;
    let mut run = Run::new();
    let now = run.now;
    run.now = now.with_wall_clock(Duration::from_secs(1_700_000_000 + YEAR));
    run.die_before("order", &intent());
    run.now = now;
    let recorded = run.journal.clone();
    assert!(matches!(run.settle(Finding::NotOrdered), Ok(Outcome::Rejected { .. })));
    assert_eq!(run.pauses, [secs(210)]);

    run.journal = recorded;
    run.policy.reconcile_for = secs(1_000);
    assert!(is_absent(&run.resume().unwrap()));
}

/// The process that was to send it would have waited for an hour.
#[test]
fn how_long_an_answer_may_take_is_for_the_process_to_say_that_sends() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = Run::new();
    run.policy.once_timeout = secs(3_600);
    let start = run.now;
    run.die_before("order", &guarded);
    run.policy = yeastar_core::Policy::default();
    let _ = run.purchase(&guarded).unwrap();
    assert!(run.orders[0].send_by.unwrap().since(start) >= secs(120 + 3_600 + 120));
}

/// What a person has seen may not be what another process has written since.
#[test]
fn a_person_who_is_overtaken_has_closed_nothing() {
    for finding in [Finding::NotOrdered, Finding::Ordered("HB7".into())] {
        let mut run = Run::in_doubt(&intent());
        run.writes.push_back(Write::Overtaken(Box::new(|stored| {
            Some(forge(&stored.unwrap(), |purchase| {
                purchase["version"] = (purchase["version"].as_u64().unwrap() + 1).into();
                purchase["sighted"] = serde_json::json!(["9"]);
            }))
        })));
        assert_eq!(run.settle(finding).unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(state(run.journal.as_ref().unwrap()), "ambiguous");
    }
}

#[test]
fn a_person_cannot_close_it_with_an_empty_number() {
    for number in ["", " ", "\t\n"] {
        let mut run = Run::in_doubt(&intent());
        let error = run.settle(Finding::Ordered(number.into())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "`{number}`");
        assert_eq!(state(run.journal.as_ref().unwrap()), "ambiguous");
    }
}

// The look after a second request.

#[test]
fn the_first_order_that_shows_when_the_second_is_confirmed_is_told() {
    for resend in [Resend::UniqueKeyGuard, Resend::Never] {
        let mut run = doubtful();
        let intent = intent_with_url().with_resend(resend);
        let is_guarded = resend == Resend::UniqueKeyGuard;
        run.portal.appear.push((if is_guarded { 3 } else { 601 }, ours(8)));
        let mut outcome = run.purchase(&intent).unwrap();
        if !is_guarded {
            assert!(is_absent(&outcome));
            outcome = run.resubmit().unwrap();
        }
        assert_eq!(run.sent(), 2);
        assert_eq!(others(&outcome), ["HB8"], "{:?}", run.log);
        assert!(!run.journal.as_ref().unwrap().is_open());
    }
}

#[test]
fn the_first_order_that_shows_later_is_told_to_who_asks_again() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = doubtful();
    run.portal.appear.push((1_000, ours(8)));
    let outcome = run.purchase(&guarded).unwrap();
    assert_eq!((run.sent(), others(&outcome)), (2, vec![]));
    run.now = run.now + secs(1_000);
    assert_eq!(others(&run.resume().unwrap()), ["HB8"]);
    assert_eq!(others(&run.purchase(&guarded).unwrap()), ["HB8"]);
}

#[test]
fn the_entry_stays_open_until_it_was_looked_for_once_more() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    // The process ends right after the second request was confirmed.
    let mut run = doubtful();
    run.die_before("store 6", &guarded);
    let entry = run.journal.clone().unwrap();
    assert_eq!((state(&entry), entry.is_open()), ("confirmed".into(), true));
    run.portal.rows.push(ours(8));
    assert_eq!(others(&run.resume().unwrap()), ["HB8"]);
    assert!(!run.journal.as_ref().unwrap().is_open());

    // The account cannot be read after it.
    let mut run = doubtful();
    run.portal.once(Asked::Order, placed());
    for event in [success(r#"{"results":[],"total":2}"#), success(r#"{"results":[],"total":2}"#)] {
        run.portal.once(Asked::Rows, event);
    }
    run.portal.always(Asked::Rows, || refusal(500));
    let outcome = run.purchase(&guarded).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { .. }), "{outcome}");
    assert!(run.journal.as_ref().unwrap().is_open());
    assert_eq!(run.log.last().unwrap(), "page 1", "nothing is written that was written already");
}

/// A second order cannot be looked for: a person closes the purchase by the number that is known.
#[test]
fn a_confirmed_purchase_that_stays_open_is_closed_by_its_number() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = doubtful();
    run.die_before("store 6", &guarded);
    for other in [Finding::NotOrdered, Finding::Ordered("HB7".into())] {
        assert_eq!(run.settle(other).unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    let outcome = run.settle(Finding::Ordered("HB9".into())).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    assert!(!run.journal.as_ref().unwrap().is_open());
}

#[test]
fn a_second_order_in_a_list_that_cannot_be_read_whole_is_written_down_and_looked_for_again() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = doubtful();
    run.portal.appear.extend([(3, ours(8)), (3, "7".into())]);
    assert_eq!(others(&run.purchase(&guarded).unwrap()), ["HB8"]);
    let entry = run.journal.as_ref().unwrap();
    assert_eq!(purchase_in(entry)["state"]["confirmed"]["others"][0], "HB8");
    assert!(entry.is_open());
}

#[test]
fn a_confirmation_that_the_journal_missed_is_offered_again_after_the_look() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = Run::in_doubt(&guarded);
    run.writes.push_back(Write::Carried);
    run.writes.extend((0..5).map(|_| Write::Fails));
    run.portal.once(Asked::Rows, success(r#"{"results":[],"total":2}"#));
    run.portal.always(Asked::Rows, || refusal(500));
    let outcome = run.purchase(&guarded).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { unrecorded: None, .. }), "{outcome}");
    assert_eq!(state(run.journal.as_ref().unwrap()), "confirmed");
}

#[test]
fn an_order_that_was_sent_once_needs_no_further_look() {
    for event in [placed(), cut()] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, event);
        let _ = run.purchase(&intent()).unwrap();
        assert_eq!(run.log.last().unwrap(), "store 3 confirmed");
    }
}

// How long an entry gets.

#[test]
fn what_the_portal_says_does_not_make_the_entry_long() {
    let long = "x".repeat(1 << 20);
    for body in [
        format!(r#"{{"code":"c","detailMessage":"{long}","requestId":"1"}}"#),
        format!(r#"{{"code":"{long}","detailMessage":"d","requestId":"1"}}"#),
        format!(r#"{{"code":"c","detailMessage":"d","requestId":"{long}"}}"#),
    ] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, answer(500, &body));
        run.policy.reconcile_for = Duration::ZERO;
        let _ = run.purchase(&intent()).unwrap();
        let length = run.journal.unwrap().document().len();
        assert!(length < 10_000, "{length} bytes after {}...", &body[..40]);
    }
}

#[test]
fn of_many_attempts_the_first_and_the_last_twenty_are_kept() {
    let mut run = Run::new();
    run.portal.always(Asked::Order, || refusal(403));
    for _ in 0..100 {
        assert!(is_not_sent(&run.purchase(&intent()).unwrap()));
    }
    let numbers: Vec<u64> = purchase_in(run.journal.as_ref().unwrap())["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=20).chain(81..=100).collect::<Vec<_>>());
    assert_eq!(purchase_in(run.journal.as_ref().unwrap())["delivered"], 100);
    run.portal.once(Asked::Order, lost());
    run.portal.always(Asked::Order, lost);
    let outcome = run.purchase(&intent()).unwrap();
    assert!(outcome.to_string().contains("\nattempts 21 to 81 are not kept\nattempt 82 on"), "{outcome}");
}

#[test]
fn of_many_orders_that_may_be_it_fifty_are_kept() {
    let mut run = Run::in_doubt(&intent());
    run.portal.rows.extend((9..80).map(|id| row(id, "")));
    let outcome = run.resume().unwrap();
    assert_eq!(evidence(&outcome).sighted.len(), 50);
    let Outcome::Ambiguous { candidates, .. } = &outcome else { panic!("{outcome}") };
    assert_eq!(candidates.len(), 71, "of which all are told");
}

// A limit for the whole.

/// From now on a portal that does not sort, and answers a page within 0.2 s.
fn become_large(run: &mut Run) {
    run.page_takes = Duration::from_millis(200);
    run.portal.order = RowOrder::Mixed;
    run.portal.rows = (1..=50_000).map(|id| row(id, "")).collect();
    run.log.clear();
}

fn pages(run: &Run) -> usize {
    run.log.iter().filter(|line| line.starts_with("page")).count()
}

#[test]
fn a_look_before_the_order_ends_with_the_deadline() {
    let mut run = Run::new();
    become_large(&mut run);
    let start = run.now;
    let outcome = run.purchase(&intent()).unwrap();
    assert!(is_not_sent(&outcome) && run.sent() == 0, "{outcome}");
    let text = outcome.to_string();
    assert!(text.contains("could not be read to its end") && text.contains("list_page_size"), "{text}");
    let lasted = run.now.since(start);
    assert!(lasted <= run.policy.deadline + secs(1), "{} pages in {lasted:?}", pages(&run));
}

#[test]
fn a_search_ends_not_much_later_than_the_policy_says() {
    let mut run = Run::in_doubt(&intent());
    become_large(&mut run);
    let start = run.now;
    let _ = run.resume().unwrap();
    let lasted = run.now.since(start);
    let limit = run.policy.reconcile_for + run.policy.deadline + secs(1);
    assert!(lasted <= limit, "{} pages in {lasted:?}", pages(&run));
}

#[test]
fn more_orders_per_page_take_fewer_requests() {
    let mut run = Run::new();
    run.policy.list_page_size = 100;
    run.portal.rows = (1..=251).map(|id| row(id, "")).collect();
    let _ = run.purchase(&intent()).unwrap();
    assert_eq!(run.log[1..4], ["page 1", "page 2", "page 3"]);
}

// A correction, and a start without the order at hand.

#[test]
fn an_order_of_which_nothing_arrived_can_be_replaced() {
    let corrected = || super::script::renewal().with_field("note", "new");
    let new = || yeastar_core::purchase::Intent::new(super::script::ID, corrected());
    let unsent: [fn(&mut Run); 2] = [
        |run| {
            run.die_before("page", &intent());
            assert_eq!(run.replace(super::script::renewal()).unwrap_err().kind(), ErrorKind::Conflict);
            run.now = run.now + secs(200);
        },
        |run| {
            run.portal.always(Asked::Order, cut);
            assert!(is_not_sent(&run.purchase(&intent()).unwrap()));
            run.portal.always(Asked::Order, placed);
        },
    ];
    for prepare in unsent {
        let mut run = Run::new();
        prepare(&mut run);
        let sent = run.sent();
        assert!(run.purchase(&new()).is_err(), "another order under a known id");
        let outcome = run.replace(corrected()).unwrap();
        assert!(is_not_sent(&outcome) && run.sent() == sent, "{outcome}");
        let error = run.purchase(&intent()).unwrap_err();
        assert!(error.message().contains("which stands for another order"), "{error}");
        let outcome = run.restart().unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        let body = run.orders.last().unwrap().request.body();
        assert!(String::from_utf8_lossy(body).contains(r#""note":"new""#));
    }
}

#[test]
fn a_replaced_order_keeps_the_rules_of_its_number() {
    let numbered = |number| super::script::renewal().with_po_number(number);
    let mut run = Run::new();
    run.die_before("page", &yeastar_core::purchase::Intent::new("ticket-4711", numbered("PO-4712")));
    run.now = run.now + secs(200);
    let _ = run.replace(numbered("PO-4713")).unwrap();
    let body = |run: &Run| purchase_in(run.journal.as_ref().unwrap())["body"].to_string();
    assert!(body(&run).contains("PO-4713/ticket-4711"));
    let unique =
        yeastar_core::purchase::Intent::new("ticket-4711", numbered("PO-4712")).with_unique_po_number();
    let mut run = Run::new();
    run.die_before("page", &unique);
    run.now = run.now + secs(200);
    let _ = run.replace(numbered("PO-4713")).unwrap();
    assert!(body(&run).contains(r#"\"poNumber\":\"PO-4713\""#), "{}", body(&run));
}

#[test]
fn an_order_that_the_portal_may_have_had_is_not_replaced() {
    let delivered: [fn(&mut Run); 5] = [
        |run| run.die_before("order", &intent()),
        |run| *run = Run::in_doubt(&intent()),
        |run| drop(run.purchase(&intent()).unwrap()),
        |run| {
            run.portal.once(Asked::Order, refusal(403));
            let _ = run.purchase(&intent()).unwrap();
        },
        |run| {
            run.portal.once(Asked::Order, refusal(422));
            let _ = run.purchase(&intent()).unwrap();
        },
    ];
    for prepare in delivered {
        let mut run = Run::new();
        prepare(&mut run);
        let before = run.journal.clone();
        let error = run.replace(super::script::renewal().with_field("note", "new")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.message().contains("the portal may have had"), "{error}");
        assert_eq!(run.journal, before);
    }
}

/// The first process goes on with what it has in mind, and finds that it was replaced.
#[test]
fn a_process_whose_order_was_replaced_does_not_send_it() {
    let mut run = Run::new();
    run.writes.push_back(super::script::Write::Carried);
    run.writes.push_back(super::script::Write::Overtaken(Box::new(|stored| {
        let mut other = Run::new();
        other.journal = stored;
        // It stood still for so long that it was taken for dead.
        other.now = other.now + secs(200);
        let _ = other.replace(super::script::renewal().with_field("note", "new")).unwrap();
        other.journal
    })));
    let error = run.purchase(&intent()).unwrap_err();
    assert_eq!((error.kind(), run.sent()), (ErrorKind::Conflict, 0));
}

/// What the caller asked for is not done, however the other process has ended the purchase: to send what is recorded then
/// would send the former order.
#[test]
fn an_order_that_another_process_has_changed_meanwhile_is_not_replaced() {
    let ends: [fn(&mut Run); 3] = [
        |run| drop(run.restart().unwrap()),
        |run| {
            run.portal.once(Asked::Order, refusal(422));
            let _ = run.restart().unwrap();
        },
        |run| drop(run.resume().unwrap()),
    ];
    for end in ends {
        let mut run = Run::new();
        run.die_before("page", &intent());
        run.writes.push_back(super::script::Write::Overtaken(Box::new(move |stored| {
            let mut other = Run::new();
            other.journal = stored;
            end(&mut other);
            other.journal
        })));
        run.now = run.now + secs(200);
        let error = run.replace(super::script::renewal().with_field("note", "new")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    }
}

#[test]
fn what_was_recorded_is_restarted_without_bringing_the_order() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    let outcome = run.restart().unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    // It is no second order, and after doubt it is looked for.
    assert!(matches!(run.restart(), Ok(Outcome::Confirmed { .. })));
    let mut doubt = Run::in_doubt(&intent());
    assert!(is_ambiguous(&doubt.restart().unwrap()));
    assert_eq!((run.sent(), doubt.sent()), (1, 0));
    let error = Run::new().restart().unwrap_err();
    assert!(error.message().contains("there is no entry `ticket-4711`"), "{error}");
}

#[test]
fn a_field_of_a_later_version_is_refused_and_never_lost() {
    type Place = fn(&mut serde_json::Value) -> &mut serde_json::Value;
    let changes: [(&str, Place); 5] = [
        ("", |purchase| purchase),
        ("attempts", |purchase| &mut purchase["attempts"][0]),
        ("told", |purchase| &mut purchase["attempts"][0]["told"]),
        ("before", |purchase| &mut purchase["before"]),
        ("confirmed", |purchase| {
            purchase["state"] =
                serde_json::json!({"confirmed": {"orderNo": "HB1", "by": "found", "others": []}});
            &mut purchase["state"]["confirmed"]
        }),
    ];
    for (place, at) in changes {
        let mut run = Run::in_doubt(&intent());
        run.journal = Some(forge(run.journal.as_ref().unwrap(), |purchase| at(purchase)["note"] = 7.into()));
        let before = run.journal.clone();
        let error = run.resume().unwrap_err();
        assert_eq!((error.kind(), &run.journal), (ErrorKind::Journal, &before), "{place}: {error}");
        assert!(error.message().contains("unknown field `note`"), "{place}: {error}");
    }
}

/// So that a journal may find out by reading back whether its write is stored.
#[test]
fn no_two_writers_write_the_same() {
    let document = |run: &mut Run| {
        run.die_before("page", &intent());
        purchase_in(run.journal.as_ref().unwrap())["writer"].as_str().unwrap().to_owned()
    };
    let mut run = Run::new();
    let first = document(&mut run);
    run.journal = None;
    assert_eq!(first.len(), 32);
    assert_ne!(first, document(&mut run));
}

// A portal that answers from several places, some of which are behind.

/// A row, or a taken URL, that one look has shown and the next one does not.
#[test]
fn what_one_look_has_seen_a_later_one_that_is_behind_does_not_undo() {
    let stale = || success(r#"{"results":[{"id":"1"},{"id":"2"}],"total":2,"totalPage":1}"#);
    for answer in [refusal(401), refusal(403), refusal(422), lost()] {
        let what = format!("{answer:?}");
        let mut run = Run::new();
        run.portal.once(Asked::Order, super::script::copy(&answer));
        run.portal.appear.push((0, row(9, "")));
        run.policy.reconcile_for = Duration::ZERO;
        assert!(is_ambiguous(&run.purchase(&intent()).unwrap()), "{what}");
        run.portal.appear.clear();
        run.portal.always(Asked::Rows, stale);
        run.policy.reconcile_for = secs(600);
        for outcome in [run.purchase(&intent()), run.resume(), run.resubmit()] {
            let outcome = outcome.unwrap();
            assert!(!is_absent(&outcome), "{what}: {outcome}");
            assert!(outcome.to_string().contains("may be this one, by id: 9"), "{outcome}");
        }
        assert_eq!(run.sent(), 1, "{what}");
    }
}

#[test]
fn a_url_that_was_taken_once_is_not_called_free() {
    let mut run = Run::in_doubt(&intent_with_url());
    run.portal.url_existed = true;
    assert!(evidence(&run.resume().unwrap()).url_was_taken);
    run.portal.url_existed = false;
    run.policy.reconcile_for = secs(600);
    let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
    assert!(!is_absent(&outcome) && run.sent() == 0, "{outcome}");
    let _ = run.resubmit().unwrap();
    assert_eq!(run.sent(), 0);
}

#[test]
fn an_order_that_turns_out_to_be_about_something_else_is_in_the_way_no_more() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    run.portal.appear.push((0, row(9, "")));
    run.portal.once(Asked::Details, refusal(404));
    run.portal.details.insert("9".into(), r#"{"basicInformation":{"productNo":"ANOTHER"}}"#.into());
    assert!(is_not_sent(&run.purchase(&intent()).unwrap()), "{:?}", run.log);
}

/// A portal may print a serial number in other letters than it was given.
#[test]
fn a_serial_number_in_other_letters_is_the_same() {
    for (serial, is_other) in
        [("3658b431119665qj", false), (" 3658B431119665QJ", false), ("3658B431119665QK", true)]
    {
        let mut run = doubtful();
        run.portal.appear.push((0, row(9, "")));
        let details = format!(r#"{{"basicInformation":{{"productNo":"{serial}"}}}}"#);
        run.portal.details.insert("9".into(), details);
        let outcome = run.purchase(&intent()).unwrap();
        assert_eq!(evidence(&outcome).sighted.is_empty(), is_other, "{serial}: {outcome}");
    }
}
