//! The order is sent: what each answer leads to, and until when it is sent.

use core::time::Duration;

use yeastar_core::purchase::{ConfirmedBy, Outcome, Resend};
use yeastar_core::{Cause, Delivery, ErrorKind, Event, Failure, Progress, Tick};

use super::script::{
    Asked, Run, answer, copy, cut, evidence, intent, intent_with_url, lost, ours, purchase_in, refusal,
    success,
};

#[test]
fn the_answer_confirms_it() {
    let mut run = Run::new();
    let outcome = run.purchase(&intent()).unwrap();
    let Outcome::Confirmed { order_no, by, placed, others, unrecorded, .. } = outcome else {
        panic!("{outcome}")
    };
    assert_eq!((order_no.as_str(), by), ("HB9", ConfirmedBy::Answer));
    assert_eq!(placed.unwrap().order_status.unwrap().as_str(), "pending");
    assert!(others.is_empty() && unrecorded.is_none());
    assert_eq!(
        run.log,
        ["store 1 recorded", "page 1", "balance", "store 2 sending", "order", "store 3 confirmed"]
    );
}

#[test]
fn the_order_goes_out_on_its_own_connection_with_its_full_time() {
    let mut run = Run::new();
    let _ = run.purchase(&intent()).unwrap();
    let exchange = &run.orders[0];
    assert!(exchange.fresh_connection);
    assert_eq!(exchange.timeouts.total, run.policy.once_timeout);
    assert_eq!(exchange.request.headers()["authorization"], "Bearer TOKEN");
}

#[test]
fn a_refusal_of_the_order_itself_is_the_end() {
    let validation =
        r#"{"code":"parameter_validation_failed","detailMessage":"no","requestId":"1","result":null}"#;
    let events =
        [400, 404, 405, 413, 414, 415, 422].map(refusal).into_iter().chain([answer(200, validation)]);
    for event in events {
        let what = format!("{event:?}");
        let mut run = Run::new();
        run.portal.once(Asked::Order, event);
        let outcome = run.purchase(&intent()).unwrap();
        let Outcome::Rejected { error, .. } = &outcome else { panic!("{what}: {outcome}") };
        assert_eq!(error.kind(), ErrorKind::Refused, "{what}");
        assert_eq!(error.delivery(), Delivery::NotExecuted, "{what}");
        assert!(error.request_id().is_some());
        let expected = ["store 3 ambiguous", "page 1", "balance", "store 4 rejected"];
        assert_eq!(run.log[5..], expected, "it is held against the account");
        assert_eq!(run.sent(), 1);
    }
}

const NO_FUNDS: &str =
    r#"{"code":"no_funds","detailMessage":"too little","requestId":"1","result":null,"status":200}"#;

/// As `Run::new`, with a caller who knows by which code the portal refuses.
fn run_of_a_caller_who_knows() -> Run {
    let mut run = Run::new();
    run.policy.known_refusals = vec!["no_funds".into()];
    run
}

#[test]
fn a_refusal_that_the_caller_knows_is_held_against_the_account_too() {
    let mut run = run_of_a_caller_who_knows();
    run.portal.once(Asked::Order, answer(200, NO_FUNDS));
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(run.log[5..], ["store 3 ambiguous", "page 1", "balance", "store 4 rejected"]);
    // Also when the journal tells it again.
    for outcome in [outcome, run.purchase(&intent()).unwrap()] {
        let Outcome::Rejected { error, .. } = &outcome else { panic!("{outcome}") };
        assert!(error.is_known_to_caller());
        assert_eq!((error.code(), error.delivery()), (Some("no_funds"), Delivery::NotExecuted));
        assert!(outcome.to_string().contains("`known_refusals` of the policy says"), "{outcome}");
    }
    // Any other refusal is not theirs, nor is one that the status proves.
    let proven = || answer(422, &NO_FUNDS.replace(r#""status":200"#, r#""status":422"#));
    for event in [refusal(422), proven()] {
        let mut run = run_of_a_caller_who_knows();
        run.portal.once(Asked::Order, event);
        let Outcome::Rejected { error, .. } = run.purchase(&intent()).unwrap() else { panic!() };
        assert!(!error.is_known_to_caller());
    }
}

/// A refusal that calls itself an error of the portal is none, whatever HTTP says.
#[test]
fn what_the_caller_knows_is_no_proof_under_a_status_of_5xx() {
    let body = NO_FUNDS.replace(r#""status":200"#, r#""status":500"#);
    for http in [200, 402, 500] {
        let mut run = run_of_a_caller_who_knows();
        run.portal.once(Asked::Order, answer(http, &body));
        let outcome = run.purchase(&intent()).unwrap();
        assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{http}: {outcome}");
    }
}

/// A gateway has sent it twice, the first copy has used the balance up, and shows late.
#[test]
fn a_refusal_that_the_caller_knows_is_believed_late_when_the_balance_has_changed() {
    let balance = |balance: &str| {
        success(&format!(r#"{{"currencyCode":"USD","currencySymbol":"$","accountBalance":{balance}}}"#))
    };
    for (before, later, appears) in
        [(balance("1000"), "10", true), (balance("1000"), "10", false), (refusal(500), "10", false)]
    {
        let mut run = run_of_a_caller_who_knows();
        run.portal.once(Asked::Balance, before);
        run.portal.once(Asked::Order, answer(200, NO_FUNDS));
        run.portal.once(Asked::Balance, balance(later));
        if appears {
            run.portal.appear.push((5, ours(9)));
        }
        let outcome = run.purchase(&intent()).unwrap();
        if appears {
            assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Found, .. }), "{outcome}");
        } else {
            assert!(matches!(outcome, Outcome::Rejected { .. }), "{outcome}");
            assert!(run.log.iter().filter(|line| line.starts_with("page")).count() > 3, "{:?}", run.log);
        }
    }
}

/// It was said to a second copy.
#[test]
fn an_order_that_is_there_is_found_whatever_the_caller_knows() {
    let mut run = run_of_a_caller_who_knows();
    run.portal.once(Asked::Order, answer(200, NO_FUNDS));
    run.portal.appear.push((0, ours(9)));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Found, .. }), "{outcome}");
}

#[test]
fn what_the_caller_knows_is_no_proof_after_doubt() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = run_of_a_caller_who_knows();
    run.portal.once(Asked::Order, lost());
    run.portal.always(Asked::Order, || answer(200, NO_FUNDS));
    let outcome = run.purchase(&guarded).unwrap();
    assert_eq!(run.sent(), 3);
    let attempts = &evidence(&outcome).attempts;
    assert!(attempts.iter().all(|attempt| attempt.delivery() == Delivery::MaybeExecuted), "{outcome}");
}

#[test]
fn who_is_turned_away_at_the_door_has_not_ordered() {
    let slow_down =
        || answer(429, r#"{"code":"slow_down","detailMessage":"wait","requestId":"1","result":null}"#);
    let cases: [(fn() -> Event, _, _); 4] = [
        (|| refusal(403), ErrorKind::Forbidden, 1),
        (|| refusal(401), ErrorKind::Forbidden, 2),
        (slow_down, ErrorKind::RateLimited, 1),
        (cut, ErrorKind::Transport, 3),
    ];
    for (event, kind, sent) in cases {
        let mut run = Run::new();
        run.portal.always(Asked::Order, event);
        let outcome = run.purchase(&intent()).unwrap();
        let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{kind:?}: {outcome}") };
        assert_eq!(error.kind(), kind);
        assert_ne!(error.delivery(), Delivery::MaybeExecuted);
        assert_eq!(run.sent(), sent, "{kind:?}");
        // What the portal may have had is held against the account before that is said.
        let last = match kind {
            ErrorKind::Transport => "store 3 not_sent",
            _ if sent == 2 => "store 6 not_sent",
            _ => "store 4 not_sent",
        };
        assert_eq!(run.log.last().unwrap(), last);
        assert!(!run.journal.unwrap().is_open());
    }
}

#[test]
fn what_did_not_arrive_is_sent_again() {
    for events in [vec![cut()], vec![cut(), cut()]] {
        let mut run = Run::new();
        let sent = events.len() + 1;
        for event in events {
            run.portal.once(Asked::Order, event);
        }
        let outcome = run.purchase(&intent()).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
        assert_eq!(run.sent(), sent);
        // All of them within the one time that was written down.
        assert_eq!(run.log.iter().filter(|line| line.starts_with("store")).count(), 3);
        let attempts = purchase_in(&run.journal.unwrap())["attempts"].take();
        assert_eq!(attempts.as_array().unwrap().len(), 1);
    }
}

#[test]
fn a_certificate_that_proves_nothing_is_not_tried_again() {
    let mut run = Run::new();
    run.portal.always(Asked::Order, || {
        let progress = Progress::Incomplete;
        Event::Failed(Failure { progress, cause: Cause::Certificate, source: "unknown issuer".into() })
    });
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome}");
    assert_eq!(run.sent(), 1);
}

/// Everything that does not prove that nothing was done, also when something else came before it.
#[test]
fn everything_else_is_doubt_and_is_never_sent_again() {
    let envelope = |status: u16, code: &str, own: u16| {
        let body = format!(r#"{{"code":"{code}","requestId":"1","result":null,"status":{own}}}"#);
        answer(status, &body)
    };
    let timeout =
        |progress| Event::Failed(Failure { progress, cause: Cause::Timeout, source: "late".into() });
    let too_long = |progress| {
        Event::Failed(Failure { progress, cause: Cause::AnswerTooLong, source: "too long".into() })
    };
    let mut events = vec![
        lost(),
        timeout(Progress::MaybeComplete),
        too_long(Progress::MaybeComplete),
        answer(200, "<html>log in</html>"),
        answer(200, ""),
        answer(200, r#"{"code":"success","requestId":"1","result":{"orderNo":"HB9""#),
        success("{}"),
        success("null"),
        success(r#"{"orderNo":""}"#),
        success(r#"{"orderNo":null}"#),
        envelope(200, "unknown_code", 200),
        envelope(200, "unknown_code", 400),
        envelope(400, "success", 400),
        envelope(400, "refused", 200),
        answer(400, "<html>edge</html>"),
        answer(403, "<html>edge</html>"),
        answer(401, "<html>edge</html>"),
        answer(429, "slow down"),
        answer(302, ""),
        answer(303, ""),
    ];
    events.extend([302, 408, 409, 410, 418, 500, 501, 502, 503, 504].map(refusal));
    events.extend([500, 502, 503, 504].map(|status| answer(status, "<html>gateway</html>")));
    for event in events {
        for before in [None, Some(cut())] {
            let what = format!("{event:?} after {before:?}");
            let mut run = Run::new();
            let sent = 1 + usize::from(before.is_some());
            if let Some(before) = before {
                run.portal.once(Asked::Order, before);
            }
            run.portal.once(Asked::Order, copy(&event));
            let outcome = run.purchase(&intent()).unwrap();
            assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{what}: {outcome}");
            assert_eq!(run.sent(), sent, "{what}");
            assert_eq!(run.log[5 + sent - 1], "store 3 ambiguous", "{what}");
            assert!(run.journal.as_ref().unwrap().is_open());
            let error = evidence(&outcome).attempts[0].error().unwrap();
            assert_eq!(error.delivery(), Delivery::MaybeExecuted, "{what}");
        }
    }
}

/// A gateway that sends a request twice passes on what is said to the second.
#[test]
fn a_refusal_is_held_against_the_url_that_was_ordered() {
    let refused = |is_taken: bool| {
        let mut run = Run::new();
        run.portal.once(Asked::Url, success("false"));
        run.portal.once(Asked::Order, refusal(400));
        run.portal.url_existed = is_taken;
        run
    };
    let mut run = refused(false);
    let outcome = run.purchase(&intent_with_url()).unwrap();
    let Outcome::Rejected { error, .. } = outcome else { panic!("{outcome}") };
    assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Refused, 400));
    assert!(error.body().is_some(), "the portal's own words");
    assert_eq!(run.seconds(), [2], "a query may be a little behind");

    let mut run = refused(true);
    run.portal.appear.push((4, ours(9)));
    let outcome = run.purchase(&intent_with_url()).unwrap();
    let Outcome::Confirmed { by: ConfirmedBy::Found, order_no, .. } = outcome else { panic!("{outcome}") };
    assert_eq!(order_no.as_str(), "HB9");

    let mut run = refused(true);
    let outcome = run.purchase(&intent_with_url()).unwrap();
    assert_eq!(evidence(&outcome).attempts[0].delivery(), Delivery::NotExecuted);
    assert_eq!(run.sent(), 1);
    // That it is free now proves nothing: that answer may be behind.
    run.portal.url_existed = false;
    let outcome = run.resume().unwrap();
    assert!(evidence(&outcome).url_was_taken, "{outcome}");
}

#[test]
fn what_was_refused_stays_open_while_the_account_cannot_be_read() {
    for status in [400, 401, 403, 404, 422, 429, 500] {
        let mut run = Run::new();
        run.policy.reconcile_for = Duration::ZERO;
        run.portal.once(Asked::Order, refusal(401));
        run.portal.once(Asked::Token, success(r#"{"token":"FIRST","expiresIn":"1800"}"#));
        for _ in 0..2 {
            run.portal.once(Asked::Token, refusal(status));
        }
        let outcome = run.purchase(&intent()).unwrap();
        assert!(evidence(&outcome).problem.is_some(), "{status}: {outcome}");
        assert_eq!(run.sent(), 1);
        // As soon as it can, it is known that nothing was done.
        let mut resume = || {
            run.now = run.now + Duration::from_secs(300);
            run.resume().unwrap()
        };
        let outcome = match resume() {
            Outcome::Ambiguous { .. } => resume(),
            outcome => outcome,
        };
        assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{status}: {outcome}");
    }
}

#[test]
fn the_time_to_send_it_is_written_down_and_goes_with_it() {
    let mut run = Run::new();
    let _ = run.purchase(&intent()).unwrap();
    let send_by = run.orders[0].send_by.unwrap();
    assert_eq!(send_by, run.now + run.policy.deadline);
    assert_eq!(send_by.wall_clock(), Some(Duration::from_secs(1_700_000_120)));
    let attempt = &purchase_in(&run.journal.unwrap())["attempts"][0];
    assert_eq!((&attempt["recordedAt"], &attempt["sendBy"]), (&1_700_000_000.into(), &1_700_000_120.into()));
}

#[test]
fn without_a_wall_clock_no_times_are_written_down() {
    let mut run = Run::new();
    run.now = Tick::new(Duration::from_secs(1_000));
    let _ = run.purchase(&intent()).unwrap();
    assert_eq!(run.orders[0].send_by, Some(run.now + run.policy.deadline));
    let attempt = &purchase_in(run.journal.as_ref().unwrap())["attempts"][0];
    assert_eq!(attempt, &serde_json::json!({"number": 1, "hasPlaced": true}));
}

#[test]
fn nothing_is_sent_after_its_time_by_either_clock() {
    const DEADLINE: Duration = Duration::from_secs(120);
    const SECOND: Duration = Duration::from_secs(1);
    let wall = |now: Tick| now.wall_clock().unwrap();
    let late: [Box<dyn FnOnce(Tick) -> Tick>; 2] = [
        // By the monotonic clock. The wall clock was set back meanwhile.
        Box::new(move |now| (now + DEADLINE + SECOND).with_wall_clock(wall(now).saturating_sub(SECOND))),
        // The machine slept: only the wall clock went on.
        Box::new(move |now| now.with_wall_clock(wall(now) + DEADLINE + SECOND)),
    ];
    for freeze in late {
        let mut run = Run::new();
        run.freeze_before_sending = Some(freeze);
        let outcome = run.purchase(&intent()).unwrap();
        let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
        assert_eq!((error.kind(), error.endpoint()), (ErrorKind::Interrupted, Some("order_save")));
        assert!(error.message().contains("the time to send it is over"), "{error}");
        assert_eq!(run.sent(), 0);
        assert_eq!(run.log.last().unwrap(), "store 3 not_sent");
        assert!(run.pauses.is_empty(), "it does not get better: {:?}", run.pauses);
    }
    let mut run = Run::new();
    run.freeze_before_sending = Some(Box::new(|now| now + DEADLINE));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { .. }), "at the last moment: {outcome}");
}

/// Others wait for the token that it would fetch, and would get its error.
#[test]
fn an_order_that_is_late_fetches_no_token_and_fails_none() {
    let mut run = Run::new();
    run.portal.always(Asked::Token, || success(r#"{"token":"SHORT","expiresIn":"1"}"#));
    run.freeze_before_sending = Some(Box::new(|now| now + Duration::from_secs(121)));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome}");
    assert_eq!((run.sent(), run.tokens, run.pauses.len()), (0, 1, 0));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { .. }), "{outcome}");
    assert!(run.pauses.is_empty(), "who comes next does not wait for it: {:?}", run.pauses);
}

#[test]
fn a_repetition_keeps_the_time_of_the_first() {
    let mut run = Run::new();
    run.order_takes = Duration::from_secs(70);
    run.portal.always(Asked::Order, cut);
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome}");
    assert_eq!(run.sent(), 2);
    assert_eq!(run.orders[0].send_by, run.orders[1].send_by);
}

#[test]
fn a_driver_that_reports_nothing_of_the_order_leaves_doubt() {
    let mut run = Run::new();
    run.is_silent_about_the_order = true;
    let outcome = run.purchase(&intent()).unwrap();
    assert!(evidence(&outcome).attempts[0].error().unwrap().message().contains("reported nothing"));
    assert_eq!(run.sent(), 1);
}
