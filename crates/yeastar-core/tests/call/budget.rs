//! How often a client repeats queries in all.

use super::*;

/// How many requests a query makes whose first answers are these, and all others a success. The pauses
/// between them take no time.
fn requests(session: &mut Session, now: Tick, mut events: impl Iterator<Item = Event>) -> u32 {
    let (mut call, mut made, mut later) = (regions(), 0, now);
    loop {
        match call.poll(later, session) {
            Action::Send(exchange) if is_token_request(&exchange) => call.on(token("t", 1_000_000_000)),
            Action::Send(_) => {
                made += 1;
                call.on(events.next().unwrap_or_else(|| success("[]")));
            }
            Action::Sleep(pause) => later = later + pause,
            Action::Wait(wait) => panic!("{wait:?}"),
            Action::Done(_) => return made,
        }
    }
}

/// How often a query is repeated in an outage.
fn repetitions(session: &mut Session, now: Tick) -> u32 {
    requests(session, now, core::iter::repeat_with(|| answer(503, ""))) - 1
}

/// How often queries are repeated until the budget is used up.
fn repetitions_in_all(session: &mut Session, now: Tick) -> u32 {
    (0..20).map(|_| repetitions(session, now)).sum()
}

/// A client that may not repeat anything for now.
fn exhausted(now: Tick) -> Session {
    let mut session = session();
    assert_eq!(repetitions_in_all(&mut session, now), 10);
    session
}

#[test]
fn a_client_that_calls_once_an_hour_repeats_again_after_an_outage() {
    let mut session = exhausted(START);
    for hour in 1..30 {
        assert_eq!(repetitions(&mut session, after(3_600 * hour)), 2, "hour {hour}");
    }
}

#[test]
fn a_minute_gives_one_repetition() {
    let mut session = exhausted(START);
    assert_eq!(repetitions(&mut session, after(59)), 0);
    assert_eq!(repetitions(&mut session, after(60)), 1);
    assert_eq!(repetitions(&mut session, after(119)), 0);
    assert_eq!(repetitions(&mut session, after(120)), 1);
}

/// However long it was idle.
#[test]
fn time_gives_ten_repetitions_at_most() {
    let mut session = exhausted(START);
    assert_eq!(repetitions_in_all(&mut session, after(1_000_000)), 10);
}

/// Calls that only look at the budget must not use the time up.
#[test]
fn a_fraction_of_time_is_not_lost() {
    let mut session = exhausted(START);
    let made: u32 = (1..=60).map(|second| repetitions(&mut session, after(second))).sum();
    assert_eq!(made, 1);
}

#[test]
fn ten_successes_give_one_repetition() {
    let mut session = exhausted(START);
    for _ in 0..9 {
        requests(&mut session, START, core::iter::empty());
    }
    assert_eq!(repetitions(&mut session, START), 0);
    requests(&mut session, START, core::iter::empty());
    assert_eq!(repetitions(&mut session, START), 1);
}

#[test]
fn a_repetition_that_succeeds_costs_nothing() {
    let mut session = session();
    for _ in 0..50 {
        assert_eq!(requests(&mut session, START, [answer(503, "")].into_iter()), 2);
    }
    assert_eq!(repetitions_in_all(&mut session, START), 10, "neither less is left, nor more");
}

/// Of two repetitions only the last one was of use.
#[test]
fn a_repetition_that_fails_costs_what_it_costs() {
    let mut session = session();
    for _ in 0..9 {
        assert_eq!(requests(&mut session, START, [answer(503, ""), answer(503, "")].into_iter()), 3);
    }
    assert_eq!(repetitions_in_all(&mut session, START), 1);
}

/// The repetition was of no use, and the request after it was not at the budget's cost. Both successes, that of the
/// token request and that of the query, give back a tenth of a repetition.
#[test]
fn a_success_with_another_token_gives_what_any_success_gives() {
    let mut session = session();
    for _ in 0..10 {
        assert_eq!(requests(&mut session, START, [answer(503, ""), refusal(401)].into_iter()), 3);
    }
    assert_eq!(repetitions_in_all(&mut session, START), 2);
}

/// Its success gives what any success gives.
#[test]
fn an_order_is_repeated_at_no_cost() {
    let mut session = exhausted(START);
    for _ in 0..10 {
        let mut call = order();
        sent(call.poll(START, &mut session));
        call.on(failed(Progress::Incomplete));
        let Action::Sleep(pause) = call.poll(START, &mut session) else { panic!("not repeated") };
        sent(call.poll(START + pause, &mut session));
        call.on(success(r#"{"orderNo":"HB1"}"#));
        assert_eq!(done(call.poll(START + pause, &mut session)).unwrap().attempts, 2);
    }
    assert_eq!(repetitions_in_all(&mut session, START), 1);
}
