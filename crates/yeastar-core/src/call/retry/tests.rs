//! When a request is sent again: the whole table.

use core::time::Duration;

use http::StatusCode;

use super::{History, Next, decide};
use crate::call::policy::Policy;
use crate::error::kind::Delivery;
use crate::exchange::failure::Cause;
use crate::exchange::progress::Progress;
use crate::wire::evidence::Answer;
use crate::wire::meta::Effect;

const FRESH: History = History {
    made: 1,
    arrived: false,
    remaining: Duration::from_secs(100),
    budget: true,
    may_renew: true,
    jitter: u32::MAX,
};

/// What follows, in one word.
#[derive(Debug, PartialEq)]
enum Verdict {
    Accept,
    Retry,
    Renew,
    Stop,
}

use Delivery::{MaybeExecuted, NotDelivered, NotExecuted};
use Verdict::{Accept, Renew, Retry, Stop};

fn verdict(effect: Effect, answer: &Answer<'_>, history: &History) -> (Verdict, Delivery) {
    let verdict = decide(effect, answer, history, &Policy::default());
    assert!(!verdict.reason.is_empty());
    let next = match verdict.next {
        Next::Accept => Accept,
        Next::Retry(_) => Retry,
        Next::Renew => Renew,
        Next::Stop => Stop,
    };
    (next, verdict.delivery)
}

fn lost(progress: Progress, cause: Cause) -> Answer<'static> {
    Answer::Lost { progress, cause }
}

fn portal(status: u16, code: &'static str) -> Answer<'static> {
    Answer::Portal {
        status: StatusCode::from_u16(status).unwrap(),
        code,
        consistent: true,
        whole: true,
        retry_after: None,
    }
}

fn stranger(status: u16) -> Answer<'static> {
    Answer::Stranger { status: StatusCode::from_u16(status).unwrap(), code: None, retry_after: None }
}

#[test]
fn the_table() {
    // What came                                            a query                  what must be done once
    let table = [
        (Answer::Success, (Accept, MaybeExecuted), (Accept, MaybeExecuted)),
        (Answer::Unreadable, (Stop, MaybeExecuted), (Stop, MaybeExecuted)),
        (lost(Progress::Incomplete, Cause::Other), (Retry, NotDelivered), (Retry, NotDelivered)),
        (lost(Progress::Incomplete, Cause::Timeout), (Retry, NotDelivered), (Retry, NotDelivered)),
        (lost(Progress::Incomplete, Cause::Certificate), (Stop, NotDelivered), (Stop, NotDelivered)),
        (lost(Progress::MaybeComplete, Cause::Other), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (lost(Progress::MaybeComplete, Cause::Timeout), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (portal(200, "parameter_validation_failed"), (Stop, NotExecuted), (Stop, NotExecuted)),
        (portal(200, "unheard_of"), (Stop, NotExecuted), (Stop, MaybeExecuted)),
        (portal(302, "x"), (Stop, NotExecuted), (Stop, MaybeExecuted)),
        (portal(400, "x"), (Stop, NotExecuted), (Stop, NotExecuted)),
        (portal(401, "x"), (Renew, NotExecuted), (Renew, NotExecuted)),
        (portal(403, "x"), (Stop, NotExecuted), (Stop, NotExecuted)),
        (portal(404, "x"), (Stop, NotExecuted), (Stop, NotExecuted)),
        (portal(408, "x"), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (portal(409, "x"), (Stop, NotExecuted), (Stop, MaybeExecuted)),
        (portal(422, "x"), (Stop, NotExecuted), (Stop, NotExecuted)),
        (portal(429, "x"), (Retry, NotExecuted), (Stop, NotExecuted)),
        (portal(500, "x"), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (portal(503, "x"), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(200), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(303), (Stop, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(400), (Stop, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(401), (Renew, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(403), (Stop, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(429), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(500), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
        (stranger(504), (Retry, MaybeExecuted), (Stop, MaybeExecuted)),
    ];
    for (answer, query, once) in table {
        assert_eq!(verdict(Effect::Read, &answer, &FRESH), query, "a query: {answer:?}");
        assert_eq!(verdict(Effect::Idempotent, &answer, &FRESH), query, "an idempotent change: {answer:?}");
        assert_eq!(verdict(Effect::Once, &answer, &FRESH), once, "once: {answer:?}");
        let order = if once.0 == Renew { (Stop, once.1) } else { once };
        assert_eq!(verdict(Effect::Order, &answer, &FRESH), order, "an order: {answer:?}");
    }
}

#[test]
fn after_an_answer_an_order_is_not_sent_again() {
    let answers = (100..=599).flat_map(|status| {
        let (status, retry_after) = (StatusCode::from_u16(status).unwrap(), Some(Duration::from_secs(1)));
        [
            Answer::Portal { status, code: "unheard_of", consistent: true, whole: true, retry_after },
            Answer::Portal { status, code: "token_expired", consistent: true, whole: true, retry_after },
            Answer::Stranger { status, code: None, retry_after },
            Answer::Stranger { status, code: Some("invalid_token"), retry_after },
        ]
    });
    for answer in answers {
        let (next, delivery) = verdict(Effect::Order, &answer, &FRESH);
        assert_eq!(next, Stop, "{answer:?}");
        assert_eq!(delivery, verdict(Effect::Once, &answer, &FRESH).1, "{answer:?}");
    }
}

/// Only in the portal's own whole words, and not where an earlier request may have come first.
#[test]
fn a_refusal_that_the_caller_knows_means_that_nothing_was_done() {
    let policy = Policy { known_refusals: alloc::vec!["balance_insufficient".into()], ..Policy::default() };
    let known = |status: u16, code: &'static str, consistent, whole| {
        let status = StatusCode::from_u16(status).unwrap();
        Answer::Portal { status, code, consistent, whole, retry_after: None }
    };
    let delivery = |answer: &Answer<'_>, history: &History| {
        [Effect::Order, Effect::Once].map(|effect| decide(effect, answer, history, &policy).delivery)
    };
    for (status, consistent) in [(200, true), (200, false), (402, true), (409, false), (499, true)] {
        let answer = known(status, "balance_insufficient", consistent, true);
        assert_eq!(delivery(&answer, &FRESH), [NotExecuted; 2], "{status}");
        let later = History { made: 2, ..FRESH };
        assert_eq!(delivery(&answer, &later), [NotExecuted; 2], "the first one did not arrive");
        assert_eq!(delivery(&answer, &History { arrived: true, ..later }), [MaybeExecuted; 2]);
        assert_eq!(decide(Effect::Order, &answer, &FRESH, &policy).next, Next::Stop);
        assert_eq!(decide(Effect::Order, &answer, &FRESH, &Policy::default()).delivery, MaybeExecuted);
    }
    for answer in [
        known(200, "balance_insufficient", true, false),
        known(200, "BALANCE_INSUFFICIENT", true, true),
        known(200, "balance", true, true),
        known(302, "balance_insufficient", true, true),
        known(500, "balance_insufficient", true, true),
        known(503, "balance_insufficient", false, true),
        Answer::Stranger {
            status: StatusCode::BAD_REQUEST,
            code: Some("balance_insufficient"),
            retry_after: None,
        },
    ] {
        assert_eq!(delivery(&answer, &FRESH), [MaybeExecuted; 2], "{answer:?}");
    }
}

#[test]
fn an_order_that_could_have_been_sent_again_says_why_it_is_not() {
    let slow_down = Answer::Portal {
        status: StatusCode::TOO_MANY_REQUESTS,
        code: "x",
        consistent: true,
        whole: true,
        retry_after: Some(Duration::from_secs(1)),
    };
    for answer in [portal(401, "x"), slow_down] {
        let reason = decide(Effect::Order, &answer, &FRESH, &Policy::default()).reason;
        assert_eq!(reason, "an order is sent again only after a look at the account", "{answer:?}");
    }
    assert_ne!(
        decide(Effect::Order, &portal(400, "x"), &FRESH, &Policy::default()).reason,
        "an order is sent again only after a look at the account",
        "it would not be sent again after that either"
    );
}

#[test]
fn a_code_that_refuses_the_token_gets_a_query_another_one() {
    for code in ["token_expired", "TOKEN_EXPIRED", "invalid_token", "Invalid_Token"] {
        for status in [200, 302, 400, 401, 403, 404] {
            let answer = portal(status, code);
            assert_eq!(verdict(Effect::Read, &answer, &FRESH), (Renew, NotExecuted), "{answer:?}");
            assert_eq!(verdict(Effect::Idempotent, &answer, &FRESH), (Renew, NotExecuted), "{answer:?}");
        }
        let spent = History { may_renew: false, ..FRESH };
        assert_eq!(verdict(Effect::Read, &portal(200, code), &spent), (Stop, NotExecuted), "{code}");
        // Another pause, or nothing to do with the token.
        assert_eq!(verdict(Effect::Read, &portal(429, code), &FRESH), (Retry, NotExecuted), "{code}");
        assert_eq!(verdict(Effect::Read, &portal(503, code), &FRESH), (Retry, MaybeExecuted), "{code}");
        for effect in [Effect::Once, Effect::Order] {
            assert_eq!(
                verdict(effect, &portal(200, code), &FRESH),
                (Stop, MaybeExecuted),
                "{effect:?} {code}"
            );
        }
    }
}

#[test]
fn only_a_query_and_an_idempotent_change_are_repeatable() {
    assert!(Effect::Read.is_repeatable() && Effect::Idempotent.is_repeatable());
    assert!(!Effect::Once.is_repeatable() && !Effect::Order.is_repeatable());
}

#[test]
fn what_must_be_done_once_is_repeated_only_when_it_surely_did_nothing() {
    let statuses = (100..=599).flat_map(|status| [portal(status, "unheard_of"), stranger(status)]);
    let causes = [Cause::Certificate, Cause::Timeout, Cause::Other];
    let losses = causes.into_iter().map(|cause| lost(Progress::MaybeComplete, cause));
    for answer in statuses.chain(losses).chain([Answer::Unreadable]) {
        let (next, delivery) = verdict(Effect::Once, &answer, &FRESH);
        if matches!(next, Retry | Renew) {
            assert!(delivery < MaybeExecuted, "{answer:?} is repeated, and {delivery:?}");
        }
    }
}

/// The portal's answer whose envelope names another status than HTTP does.
fn contradictory(status: u16, code: &'static str) -> Answer<'static> {
    match portal(status, code) {
        Answer::Portal { status, code, retry_after, .. } => {
            Answer::Portal { status, code, consistent: false, whole: true, retry_after }
        }
        other => other,
    }
}

#[test]
fn two_statuses_that_contradict_each_other_prove_nothing_about_an_order() {
    let refusal = contradictory(400, "parameter_validation_failed");
    for effect in [Effect::Once, Effect::Order] {
        for status in [200, 400, 401, 403, 404, 422, 429, 500] {
            let answer = contradictory(status, "x");
            assert_eq!(verdict(effect, &answer, &FRESH), (Stop, MaybeExecuted), "{effect:?} {status}");
        }
        assert_eq!(verdict(effect, &refusal, &FRESH), (Stop, NotExecuted));
    }
    assert_eq!(verdict(Effect::Read, &contradictory(401, "x"), &FRESH), (Renew, NotExecuted));
}

#[test]
fn off_means_off() {
    let never = Policy { max_attempts: 1, ..Policy::default() };
    let answers =
        [lost(Progress::Incomplete, Cause::Other), portal(401, "x"), portal(503, "x"), stranger(429)];
    for answer in answers {
        for effect in [Effect::Read, Effect::Idempotent, Effect::Once, Effect::Order] {
            assert_eq!(decide(effect, &answer, &FRESH, &never).next, Next::Stop, "{effect:?} {answer:?}");
        }
    }
}

#[test]
fn an_answer_that_is_too_long_is_not_asked_for_again() {
    let answer = lost(Progress::MaybeComplete, Cause::AnswerTooLong);
    assert_eq!(verdict(Effect::Read, &answer, &FRESH), (Stop, MaybeExecuted));
    assert_eq!(verdict(Effect::Once, &answer, &FRESH), (Stop, MaybeExecuted));
    assert_eq!(verdict(Effect::Order, &answer, &FRESH), (Stop, MaybeExecuted));
}

#[test]
fn a_slow_down_with_a_time_is_kept_once_where_something_must_be_done_once() {
    let asked = Answer::Portal {
        status: StatusCode::TOO_MANY_REQUESTS,
        code: "x",
        consistent: true,
        whole: true,
        retry_after: Some(Duration::from_secs(7)),
    };
    let first = decide(Effect::Once, &asked, &FRESH, &Policy::default());
    assert_eq!(first.next, Next::Retry(Duration::from_secs(7)));
    assert_eq!(verdict(Effect::Once, &asked, &History { made: 2, ..FRESH }), (Stop, NotExecuted));
}

#[test]
fn attempts_time_and_budget_run_out() {
    let outage = stranger(503);
    assert_eq!(verdict(Effect::Read, &outage, &History { made: 2, ..FRESH }).0, Retry);
    assert_eq!(verdict(Effect::Read, &outage, &History { made: 3, ..FRESH }).0, Stop);
    assert_eq!(verdict(Effect::Read, &stranger(500), &History { made: 2, ..FRESH }).0, Stop);
    assert_eq!(verdict(Effect::Read, &outage, &History { remaining: Duration::ZERO, ..FRESH }).0, Stop);
    assert_eq!(verdict(Effect::Read, &outage, &History { budget: false, ..FRESH }).0, Stop);
    let unsent = lost(Progress::Incomplete, Cause::Other);
    for effect in [Effect::Once, Effect::Order] {
        assert_eq!(verdict(effect, &unsent, &History { budget: false, ..FRESH }).0, Retry);
        assert_eq!(verdict(effect, &unsent, &History { made: 3, ..FRESH }).0, Stop);
    }
}

#[test]
fn one_call_renews_the_token_once() {
    let spent = History { may_renew: false, ..FRESH };
    for answer in [portal(401, "x"), stranger(401)] {
        assert_eq!(verdict(Effect::Read, &answer, &spent).0, Stop);
        assert_eq!(verdict(Effect::Once, &answer, &spent).0, Stop);
        assert_eq!(verdict(Effect::Order, &answer, &spent).0, Stop);
    }
}

#[test]
fn pauses_grow_and_are_capped() {
    let policy = Policy::default();
    let mut generous = policy.clone();
    generous.max_attempts = 20;
    let pause = |made, jitter| match decide(
        Effect::Read,
        &stranger(503),
        &History { made, jitter, ..FRESH },
        &generous,
    )
    .next
    {
        Next::Retry(pause) => pause,
        other => panic!("{other:?}"),
    };
    assert_eq!(pause(1, u32::MAX), policy.backoff_base);
    assert_eq!(pause(2, u32::MAX), policy.backoff_base * 2);
    assert_eq!(pause(19, u32::MAX), policy.backoff_cap);
    assert_eq!(pause(19, 0), Duration::ZERO);
    assert!(pause(1, u32::MAX / 2) < policy.backoff_base);
}

#[test]
fn the_portals_own_pause_is_kept_or_the_call_ends() {
    let policy = Policy::default();
    let asking = |seconds| Answer::Stranger {
        status: StatusCode::SERVICE_UNAVAILABLE,
        code: None,
        retry_after: Some(Duration::from_secs(seconds)),
    };
    let next = |seconds| decide(Effect::Read, &asking(seconds), &FRESH, &policy).next;
    assert_eq!(next(30), Next::Retry(Duration::from_secs(30)));
    assert_eq!(next(60), Next::Retry(Duration::from_secs(60)));
    assert_eq!(next(61), Next::Stop, "shortening the pause would not be keeping it");
    let slow_down = decide(Effect::Read, &portal(429, "x"), &History { jitter: 0, ..FRESH }, &policy).next;
    assert_eq!(slow_down, Next::Retry(Duration::from_secs(1)));
}
