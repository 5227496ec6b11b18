//! What an order does after an answer, and other requests that must not be repeated do not.

use super::*;

fn colleague() -> Call<Option<Json>> {
    let create = CreateColleague::new("first@example.com", ["1"]).with_first_name("First");
    Call::new(&create, &Origin::default(), &Policy::default()).unwrap()
}

/// Between a refusal and a second order stands a look at the account, which this call does not take.
#[test]
fn an_order_is_not_sent_a_second_time_after_an_answer() {
    for (event, kind) in [
        (refusal(401), ErrorKind::Forbidden),
        (refusal(403), ErrorKind::Forbidden),
        (refusal(422), ErrorKind::Refused),
        (slow_down(Some(1), SLOW_DOWN), ErrorKind::RateLimited),
    ] {
        let mut session = session_with_token();
        let mut call = order();
        sent(call.poll(START, &mut session));
        call.on(event);
        let error = done(call.poll(START, &mut session)).unwrap_err();
        assert_eq!((error.kind(), error.delivery(), error.attempts()), (kind, Delivery::NotExecuted, 1));
    }
}

#[test]
fn an_order_that_could_be_repeated_says_why_it_is_not() {
    for event in [refusal(401), slow_down(Some(1), SLOW_DOWN)] {
        let mut session = session_with_token();
        let mut call = order();
        sent(call.poll(START, &mut session));
        call.on(event);
        let error = done(call.poll(START, &mut session)).unwrap_err();
        assert_eq!(error.reason(), Some("an order is sent again only after a look at the account"));
    }
}

/// It never left, and then an answer came: the second request counts as any other.
#[test]
fn an_order_that_was_repeated_is_not_sent_a_third_time_after_an_answer() {
    let mut session = session_with_token();
    let mut call = order();
    sent(call.poll(START, &mut session));
    call.on(failed(Progress::Incomplete));
    assert!(matches!(call.poll(START, &mut session), Action::Sleep(_)));
    sent(call.poll(after(5), &mut session));
    call.on(refusal(401));
    let error = done(call.poll(after(5), &mut session)).unwrap_err();
    assert_eq!((error.delivery(), error.attempts()), (Delivery::NotExecuted, 2));
}

#[test]
fn an_order_after_a_refused_token_is_sent_with_another_one() {
    let mut session = session_with_token();
    let mut first = order();
    sent(first.poll(START, &mut session));
    first.on(refusal(401));
    done(first.poll(START, &mut session)).unwrap_err();

    let mut second = order();
    assert!(form(&sent(second.poll(START, &mut session))).contains("refresh_token=refresh-t1"));
    second.on(token("t2", 1800));
    assert_eq!(bearer(&sent(second.poll(START, &mut session)).request), "Bearer t2");
}

#[test]
fn orders_whose_every_token_is_refused_do_not_use_tokens_up() {
    let mut session = session_with_token();
    let (mut tokens, mut orders) = (0, 0);
    for tenth in 0..50 {
        let now = after(60) + Duration::from_millis(100 * tenth);
        let mut call = order();
        loop {
            match call.poll(now, &mut session) {
                Action::Send(exchange) if is_token_request(&exchange) => {
                    tokens += 1;
                    call.on(token(&format!("t{tokens}"), 1800));
                }
                Action::Send(_) => {
                    orders += 1;
                    call.on(refusal(401));
                }
                Action::Done(result) => break assert_eq!(result.unwrap_err().kind(), ErrorKind::Forbidden),
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(orders, 50);
    assert_eq!(tokens, 6, "two, and then one a second");
}

/// As where another process with the same credentials asks for a token now and then.
#[test]
fn a_token_that_an_order_was_placed_with_is_given_up_as_the_one_before_was() {
    let mut session = session_with_token();
    for (minute, name) in [(1, "t2"), (2, "t3"), (3, "t4")] {
        let mut refused = order();
        sent(refused.poll(after(60 * minute), &mut session));
        refused.on(refusal(401));
        done(refused.poll(after(60 * minute), &mut session)).unwrap_err();

        let mut call = regions();
        assert!(is_token_request(&sent(call.poll(after(60 * minute), &mut session))), "before {name}");
        call.on(token(name, 1800));
        assert_eq!(
            bearer(&sent(call.poll(after(60 * minute), &mut session)).request),
            format!("Bearer {name}")
        );
    }
}

#[test]
fn what_buys_nothing_is_sent_again_with_another_token() {
    let mut session = session_with_token();
    let mut call = colleague();
    sent(call.poll(START, &mut session));
    call.on(refusal(401));
    assert!(is_token_request(&sent(call.poll(START, &mut session))));
    call.on(token("t2", 1800));
    let exchange = sent(call.poll(START, &mut session));
    assert_eq!(bearer(&exchange.request), "Bearer t2");
    assert!(exchange.fresh_connection);
    call.on(success("null"));
    assert_eq!(done(call.poll(START, &mut session)).unwrap().attempts, 2);
}

#[test]
fn what_buys_nothing_is_sent_again_after_the_pause_that_the_portal_asks_for() {
    let mut session = session_with_token();
    let mut call = colleague();
    sent(call.poll(START, &mut session));
    call.on(slow_down(Some(2), SLOW_DOWN));
    assert!(
        matches!(call.poll(START, &mut session), Action::Sleep(pause) if pause == Duration::from_secs(2))
    );
    assert!(!is_token_request(&sent(call.poll(after(2), &mut session))));
}
