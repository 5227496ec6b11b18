//! Calls without a socket and without a clock: what a driver is told to do, step by step.

mod budget;
mod orders;
mod quoted;
mod token_endpoint;
mod token_refused;

use core::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use yeastar_core::order::{BillingCycle, CloudPbx, CreateOrder, Order, PbxSite};
use yeastar_core::product::ListRegions;
use yeastar_core::user::{CreateColleague, EditColleague};
use yeastar_core::{
    Action, BillingContactId, Call, Cause, Credentials, Delivery, Endpoint, Error, ErrorKind, Event,
    Exchange, Failure, Json, Machine, Origin, PbxSubDomainId, Policy, Progress, RegionId, Reply, Session,
    Tick,
};

type Region = <ListRegions as Endpoint>::Output;

const START: Tick = Tick::new(Duration::from_secs(1_000));

fn after(seconds: u64) -> Tick {
    START + Duration::from_secs(seconds)
}

fn session() -> Session {
    Session::new(Credentials::new("id", "first secret"), 1)
}

fn regions() -> Call<Region> {
    Call::new(&ListRegions::new(), &Origin::default(), &Policy::default()).unwrap()
}

fn order() -> Call<yeastar_core::order::OrderPlaced> {
    let site = PbxSite::new("x", RegionId::new(1), PbxSubDomainId::new(1), "a.example.com");
    let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(
        5,
        BillingCycle::Monthly,
        BillingContactId::new(1),
        site,
    );
    Call::new(&CreateOrder::new(order), &Origin::default(), &Policy::default()).unwrap()
}

fn answer(status: u16, body: &str) -> Event {
    Event::Response(Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap())
}

fn success(result: &str) -> Event {
    answer(200, &format!(r#"{{"code":"success","requestId":"1","result":{result}}}"#))
}

fn refusal(status: u16) -> Event {
    answer(status, r#"{"code":"refused","detailMessage":"no","requestId":"1","result":null}"#)
}

/// HTTP 429, of the portal itself or of a gateway.
fn slow_down(retry_after: Option<u64>, body: &str) -> Event {
    let mut response = Response::builder().status(429);
    if let Some(seconds) = retry_after {
        response = response.header("retry-after", seconds);
    }
    Event::Response(response.body(Bytes::from(body.to_owned())).unwrap())
}

const SLOW_DOWN: &str = r#"{"code":"slow","detailMessage":"down","requestId":"1"}"#;

fn is_token_request(exchange: &Exchange) -> bool {
    exchange.request.uri().path().contains("oauth")
}

fn token(name: &str, seconds: u64) -> Event {
    success(&format!(r#"{{"token":"{name}","refreshToken":"refresh-{name}","expiresIn":"{seconds}"}}"#))
}

fn failed(progress: Progress) -> Event {
    Event::Failed(Failure { progress, cause: Cause::Other, source: "cut".into() })
}

#[track_caller]
fn sent<T: core::fmt::Debug>(action: Action<T>) -> Exchange {
    match action {
        Action::Send(exchange) => exchange,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn done<T>(action: Action<Result<Reply<T>, Error>>) -> Result<Reply<T>, Error> {
    match action {
        Action::Done(output) => output,
        Action::Send(exchange) => panic!("{exchange:?}"),
        Action::Sleep(pause) | Action::Wait(pause) => panic!("{pause:?}"),
    }
}

fn bearer(request: &Request<Bytes>) -> &str {
    request.headers()["authorization"].to_str().unwrap()
}

fn form(exchange: &Exchange) -> &str {
    core::str::from_utf8(exchange.request.body()).unwrap()
}

/// A session with a token that is valid for half an hour from `START`.
fn session_with_token() -> Session {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(token("t1", 1800));
    sent(call.poll(START, &mut session));
    call.on(success("[]"));
    done(call.poll(START, &mut session)).unwrap();
    session
}

#[test]
fn a_call_asks_for_a_token_first_and_then_sends_its_request() {
    let mut session = session();
    let mut call = regions();
    let exchange = sent(call.poll(START, &mut session));
    assert_eq!(form(&exchange), "client_id=id&client_secret=first+secret&grant_type=pp_credentials");
    assert!(!exchange.request.headers().contains_key("authorization"));
    call.on(token("t1", 1800));
    let exchange = sent(call.poll(START, &mut session));
    assert_eq!(bearer(&exchange.request), "Bearer t1");
    assert!(!exchange.fresh_connection);
    call.on(success("[]"));
    assert_eq!(done(call.poll(START, &mut session)).unwrap().attempts, 1);
}

/// On some systems the monotonic clock stands still while the machine sleeps.
#[test]
fn a_token_that_ended_while_the_machine_slept_is_not_used() {
    let wall = |seconds: u64| Duration::from_secs(1_700_000_000 + seconds);
    let start = START.with_wall_clock(wall(0));
    for (now, is_used) in [
        (after(1).with_wall_clock(wall(1)), true),
        (after(1).with_wall_clock(wall(8 * 3600)), false),
        // A clock that was set back, or that nobody has, takes nothing from it.
        (after(1).with_wall_clock(Duration::ZERO), true),
        (after(1), true),
    ] {
        let mut session = session();
        let mut call = regions();
        sent(call.poll(start, &mut session));
        call.on(token("t1", 1800));
        sent(call.poll(start, &mut session));
        assert_eq!(!is_token_request(&sent(regions().poll(now, &mut session))), is_used, "{now:?}");
    }
}

#[test]
fn a_token_is_used_until_shortly_before_its_end() {
    let mut session = session_with_token();
    assert_eq!(bearer(&sent(regions().poll(after(1800 - 121), &mut session)).request), "Bearer t1");
    let exchange = sent(regions().poll(after(1800 - 120), &mut session));
    assert_eq!(form(&exchange), "grant_type=refresh_token&refresh_token=refresh-t1");
}

#[test]
fn a_token_of_a_short_life_is_used_for_three_quarters_of_it() {
    for (seconds, expected) in [(74, "Bearer t1"), (75, "Bearer t2")] {
        let mut session = session();
        let mut call = regions();
        sent(call.poll(START, &mut session));
        call.on(token("t1", 100));
        sent(call.poll(START, &mut session));
        let mut call = regions();
        let mut exchange = sent(call.poll(after(seconds), &mut session));
        if is_token_request(&exchange) {
            call.on(token("t2", 100));
            exchange = sent(call.poll(after(seconds), &mut session));
        }
        assert_eq!(bearer(&exchange.request), expected);
    }
}

#[test]
fn the_life_of_a_token_counts_from_the_sending_of_the_request() {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(token("t1", 100));
    // The answer took 90 seconds, so that next to nothing of the token is left.
    let exchange = sent(call.poll(after(90), &mut session));
    assert_eq!(bearer(&exchange.request), "Bearer t1", "it is used by the call that fetched it");
    assert!(form(&sent(regions().poll(after(92), &mut session))).contains("refresh_token"));
}

#[test]
fn a_token_without_a_life_is_used_once_and_asked_for_once() {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(token("t1", 0));
    assert_eq!(bearer(&sent(call.poll(START, &mut session)).request), "Bearer t1");
}

#[test]
fn a_refresh_token_is_used_until_shortly_before_its_fifteen_days_are_over() {
    for (left, grant) in [(121, "refresh_token=refresh-t1"), (120, "pp_credentials")] {
        let mut session = session_with_token();
        let exchange = sent(regions().poll(after(15 * 86_400 - left), &mut session));
        assert!(form(&exchange).contains(grant), "{left} s before");
    }
}

#[test]
fn a_refresh_is_never_sent_twice() {
    for event in
        [failed(Progress::Incomplete), failed(Progress::MaybeComplete), refusal(400), answer(502, "")]
    {
        let mut session = session_with_token();
        let mut call = regions();
        assert!(form(&sent(call.poll(after(1800), &mut session))).contains("refresh_token=refresh-t1"));
        call.on(event);
        let exchange = sent(call.poll(after(1800), &mut session));
        assert!(form(&exchange).contains("pp_credentials"), "{}", form(&exchange));
        call.on(token("t2", 1800));
        assert_eq!(bearer(&sent(call.poll(after(1800), &mut session)).request), "Bearer t2");
    }
}

#[test]
fn ten_rejections_of_one_token_cause_one_renewal() {
    let mut session = session_with_token();
    let mut calls: Vec<_> = (0..10).map(|_| regions()).collect();
    for call in &mut calls {
        sent(call.poll(START, &mut session));
    }
    for call in &mut calls {
        call.on(refusal(401));
    }
    let mut renewals = 0;
    for call in &mut calls {
        match call.poll(START, &mut session) {
            Action::Send(exchange) if is_token_request(&exchange) => {
                renewals += 1;
                call.on(token("t2", 1800));
                assert_eq!(bearer(&sent(call.poll(START, &mut session)).request), "Bearer t2");
            }
            action => assert_eq!(bearer(&sent(action).request), "Bearer t2"),
        }
    }
    assert_eq!(renewals, 1);
}

#[test]
fn all_who_wait_get_the_error_of_the_renewal_they_wait_for() {
    let mut session = session();
    let mut holder = regions();
    let mut waiting = [regions(), regions(), regions()];
    sent(holder.poll(START, &mut session));
    for call in &mut waiting {
        assert!(matches!(call.poll(START, &mut session), Action::Wait(_)));
    }
    let version = session.version();
    holder.on(refusal(401));
    let error = done(holder.poll(START, &mut session)).unwrap_err();
    assert_ne!(session.version(), version, "whoever waits is told");
    for call in &mut waiting {
        let shared = done(call.poll(START, &mut session)).unwrap_err();
        assert_eq!(shared.kind(), ErrorKind::Credentials);
        assert_eq!(shared.to_string(), error.to_string());
    }
    // And nobody asks again before the cool-down is over.
    assert_eq!(done(regions().poll(after(59), &mut session)).unwrap_err().kind(), ErrorKind::Credentials);
    sent(regions().poll(after(61), &mut session));
}

/// Each of them would ask for a token in turn.
#[test]
fn all_who_wait_for_a_renewal_that_an_outage_ends_get_its_error() {
    let mut session = session();
    let (mut holder, mut waiting) = (regions(), regions());
    sent(holder.poll(START, &mut session));
    assert!(matches!(waiting.poll(START, &mut session), Action::Wait(_)));
    holder.on(answer(502, "<html>"));
    assert!(matches!(holder.poll(START, &mut session), Action::Sleep(_)));
    sent(holder.poll(after(10), &mut session));
    holder.on(answer(502, "<html>"));
    done(holder.poll(after(10), &mut session)).unwrap_err();
    let error = done(waiting.poll(after(10), &mut session)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    // It says nothing of a later renewal.
    let (mut holder, mut waiting) = (regions(), regions());
    sent(holder.poll(after(10), &mut session));
    assert!(matches!(waiting.poll(after(10), &mut session), Action::Wait(_)));
    holder.abandon(&mut session);
    sent(waiting.poll(after(10), &mut session));
}

#[test]
fn an_outage_of_the_token_endpoint_is_not_remembered() {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(answer(502, "<html>"));
    assert!(matches!(call.poll(START, &mut session), Action::Sleep(_)), "a token request is repeated once");
    sent(call.poll(after(10), &mut session));
    call.on(answer(502, "<html>"));
    let error = done(call.poll(after(10), &mut session)).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Unavailable, Delivery::NotDelivered));
    sent(regions().poll(after(10), &mut session));
}

#[test]
fn an_abandoned_renewal_is_taken_over() {
    let mut session = session();
    let mut holder = regions();
    let mut waiting = regions();
    sent(holder.poll(START, &mut session));
    assert!(matches!(waiting.poll(START, &mut session), Action::Wait(_)));
    let version = session.version();
    holder.abandon(&mut session);
    assert_ne!(session.version(), version);
    assert!(form(&sent(waiting.poll(START, &mut session))).contains("pp_credentials"));
}

#[test]
fn a_renewal_that_is_never_heard_of_again_runs_out() {
    let mut session = session();
    let mut holder = regions();
    sent(holder.poll(START, &mut session));
    let deadline = Policy::default().deadline;
    assert!(matches!(regions().poll(START, &mut session), Action::Wait(wait) if wait <= deadline));
    let mut next = regions();
    sent(next.poll(START + deadline, &mut session));
    next.on(token("t2", 1800));
    sent(next.poll(START + deadline, &mut session));
    // Its late token is nobody's: the newer one stays.
    holder.on(token("late", 1800));
    assert_ne!(
        sent(regions().poll(START + deadline, &mut session)).request.headers()["authorization"],
        "Bearer late"
    );
}

#[test]
fn new_credentials_are_used_by_whoever_was_renewing_with_the_old_ones() {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    session.set_credentials(Credentials::new("id", "second"));
    call.on(refusal(401));
    let exchange = sent(call.poll(START, &mut session));
    assert!(form(&exchange).contains("client_secret=second"), "the old refusal is no longer of interest");
    call.on(token("t2", 1800));
    assert_eq!(bearer(&sent(call.poll(START, &mut session)).request), "Bearer t2");
}

#[test]
fn new_credentials_are_used_instead_of_the_tokens_and_errors_of_the_old_ones() {
    let mut session = session_with_token();
    session.set_credentials(Credentials::new("id", "second"));
    let (mut holder, mut waiting) = (regions(), regions());
    let exchange = sent(holder.poll(START, &mut session));
    assert!(form(&exchange).contains("client_secret=second"), "no refresh token of the old ones");
    assert!(matches!(waiting.poll(START, &mut session), Action::Wait(_)));
    holder.on(refusal(401));
    done(holder.poll(START, &mut session)).unwrap_err();
    session.set_credentials(Credentials::new("id", "third"));
    assert!(form(&sent(waiting.poll(START, &mut session))).contains("client_secret=third"));
}

#[test]
fn a_token_had_with_old_credentials_is_not_kept() {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    let version = session.version();
    session.set_credentials(Credentials::new("id", "second"));
    assert_ne!(session.version(), version, "whoever waits is told");
    call.on(token("old", 1800));
    assert!(form(&sent(call.poll(START, &mut session))).contains("client_secret=second"));
}

#[test]
fn a_token_that_is_no_header_value_is_refused_without_showing_it() {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(success(r#"{"token":"se cret\u0001","expiresIn":"1800"}"#));
    let error = done(call.poll(START, &mut session)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    assert!(!format!("{error} {error:?}").contains("se cret"));
}

#[test]
fn a_secret_that_the_portal_quotes_is_taken_out_of_the_error() {
    for quoted in ["first secret", "first+secret"] {
        let mut session = session();
        let mut call = regions();
        sent(call.poll(START, &mut session));
        let text = format!("bad: {quoted}");
        let body =
            format!(r#"{{"code":"{text}","detailMessage":"{text}","requestId":"{text}","status":401}}"#);
        call.on(answer(401, &body));
        let error = done(call.poll(START, &mut session)).unwrap_err();
        assert_eq!(error.message(), "bad: [redacted]");
        assert!(!format!("{error} {error:?} {:?} {:?}", error.code(), error.request_id()).contains(quoted));
    }
}

/// It is a long word, as secrets are, and the vendor's support asks for it.
#[test]
fn an_error_of_a_token_request_keeps_the_request_id() {
    const ID: &str = "7249dc2422a5b3192c06b00fa77d31a2";
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(answer(400, &format!(r#"{{"code":"c","detailMessage":"see {ID}","requestId":"{ID}"}}"#)));
    let error = done(call.poll(START, &mut session)).unwrap_err();
    assert_eq!(error.request_id(), Some(ID));
    assert_eq!(error.message(), "see [redacted]");
}

#[test]
fn a_password_that_the_portal_quotes_is_taken_out_of_the_error() {
    let edit = || EditColleague::new("1", ["1"]).with_first_name("First");
    let message = |edit: &EditColleague, quoted: &str| {
        let mut session = session_with_token();
        let mut call = Call::new(edit, &Origin::default(), &Policy::default()).unwrap();
        sent(call.poll(START, &mut session));
        call.on(answer(400, &format!(r#"{{"code":"c","detailMessage":{quoted},"requestId":"1"}}"#)));
        let error = done(call.poll(START, &mut session)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
        error.message().to_owned()
    };
    let with_quotes = edit().with_password("a \"canary\"");
    assert_eq!(message(&with_quotes, r#""a \"canary\" is too short""#), "[redacted] is too short");
    // The body as it was sent.
    assert_eq!(
        message(&with_quotes, r#""bad: {\"password\":\"a \\\"canary\\\"\"}""#),
        r#"bad: {"password":"[redacted]"}"#
    );
    assert_eq!(
        message(&edit().with_field("password", 4711_u64), r#""4711 is no text""#),
        "[redacted] is no text"
    );
    assert_eq!(message(&edit().with_field("password", true), r#""true is no text""#), "true is no text");
    assert_eq!(message(&edit().with_field("password", ""), r#""is blank""#), "is blank");
}

#[test]
fn a_token_that_the_portal_quotes_is_taken_out_of_the_error() {
    let mut session = session_with_token();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    session.set_credentials(Credentials::new("id", "second"));
    call.on(answer(400, r#"{"code":"c","detailMessage":"bad header: Bearer t1","requestId":"t1"}"#));
    let error = done(call.poll(START, &mut session)).unwrap_err();
    assert_eq!(error.message(), "bad header: Bearer [redacted]");
    assert_eq!(error.request_id(), Some("[redacted]"));
}

#[test]
fn an_order_gets_a_connection_of_its_own_and_its_full_time() {
    let mut session = session_with_token();
    // The call has waited for a token almost until its deadline.
    let mut call = order();
    session.set_credentials(Credentials::new("id", "second"));
    sent(call.poll(START, &mut session));
    call.on(token("t2", 1800));
    let exchange = sent(call.poll(after(119), &mut session));
    assert!(exchange.fresh_connection);
    assert_eq!(exchange.timeouts.total, Policy::default().once_timeout);
}

#[test]
fn an_order_is_not_begun_after_the_deadline() {
    let mut session = session();
    let mut call = order();
    sent(call.poll(START, &mut session));
    call.on(token("t1", 1800));
    let error = done(call.poll(after(120), &mut session)).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::NotDelivered));
    assert_eq!(error.attempts(), 0);
}

#[test]
fn a_refusal_of_an_order_that_contradicts_itself_proves_nothing() {
    let mut session = session_with_token();
    let mut call = order();
    sent(call.poll(START, &mut session));
    call.on(answer(
        401,
        r#"{"code":"token_expired","requestId":"1","result":{"orderNo":"HB1"},"result":null,"status":401}"#,
    ));
    let error = done(call.poll(START, &mut session)).unwrap_err();
    assert_eq!((error.delivery(), error.attempts()), (Delivery::MaybeExecuted, 1));
}

#[test]
fn an_order_that_never_left_is_sent_again_and_one_that_may_have_is_not() {
    let mut session = session_with_token();
    let mut call = order();
    sent(call.poll(START, &mut session));
    call.on(failed(Progress::Incomplete));
    assert!(matches!(call.poll(START, &mut session), Action::Sleep(_)));
    sent(call.poll(after(5), &mut session));
    call.on(failed(Progress::MaybeComplete));
    let error = done(call.poll(after(5), &mut session)).unwrap_err();
    assert_eq!((error.attempts(), error.delivery()), (2, Delivery::MaybeExecuted));
}

#[test]
fn a_definite_answer_does_not_wash_an_earlier_doubt_away() {
    let mut session = session_with_token();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(failed(Progress::MaybeComplete));
    assert!(matches!(call.poll(START, &mut session), Action::Sleep(_)));
    sent(call.poll(after(5), &mut session));
    call.on(refusal(400));
    let error = done(call.poll(after(5), &mut session)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.delivery(), Delivery::MaybeExecuted, "the worst of all attempts");
}

#[test]
fn an_endpoint_that_refuses_every_token_does_not_take_them_from_all_others() {
    let mut session = session_with_token();
    let mut renewals = 0;
    for tenth in 0..50 {
        let now = after(60) + Duration::from_millis(100 * tenth);
        let mut call = regions();
        loop {
            match call.poll(now, &mut session) {
                Action::Send(exchange) if is_token_request(&exchange) => {
                    renewals += 1;
                    call.on(token(&format!("t{renewals}"), 1800));
                }
                Action::Send(_) => call.on(refusal(401)),
                Action::Done(result) => {
                    assert_eq!(result.unwrap_err().kind(), ErrorKind::Forbidden);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(renewals, 5, "one a second");
}

#[test]
fn a_refused_token_whose_replacement_works_is_replaced_every_time() {
    // As where each new token ends the former one, and another process asks for some.
    let mut session = session_with_token();
    for count in 0..50 {
        let mut call = regions();
        sent(call.poll(after(60), &mut session));
        call.on(refusal(401));
        sent(call.poll(after(60), &mut session));
        call.on(token(&format!("t{count}"), 1800));
        sent(call.poll(after(60), &mut session));
        call.on(success("[]"));
        done(call.poll(after(60), &mut session)).unwrap();
    }
}

#[test]
fn a_refused_token_is_given_up_also_where_the_call_is_not_repeated() {
    let mut policy = Policy::default();
    policy.max_attempts = 1;
    let mut session = session_with_token();
    let mut call = Call::new(&ListRegions::new(), &Origin::default(), &policy).unwrap();
    sent(call.poll(START, &mut session));
    call.on(refusal(401));
    done(call.poll(START, &mut session)).unwrap_err();
    assert!(form(&sent(regions().poll(START, &mut session))).contains("refresh_token"));

    let mut session = session_with_token();
    let mut call = order();
    sent(call.poll(START, &mut session));
    call.on(answer(200, r#"{"code":"x","requestId":"1","status":401}"#));
    assert_eq!(done(call.poll(START, &mut session)).unwrap_err().delivery(), Delivery::MaybeExecuted);
    assert!(form(&sent(regions().poll(START, &mut session))).contains("refresh_token"));
}

#[test]
fn a_refresh_that_comes_too_fast_is_followed_by_a_pause() {
    for (asked, pause) in [(None, 1), (Some(30), 30)] {
        let mut session = session_with_token();
        let mut call = regions();
        sent(call.poll(after(1800), &mut session));
        call.on(slow_down(asked, SLOW_DOWN));
        let action = call.poll(after(1800), &mut session);
        assert!(matches!(action, Action::Sleep(sleep) if sleep == Duration::from_secs(pause)), "{action:?}");
        assert!(form(&sent(call.poll(after(1800 + pause), &mut session))).contains("pp_credentials"));
    }
    let mut session = session_with_token();
    let mut call = regions();
    sent(call.poll(after(1800), &mut session));
    call.on(slow_down(Some(3600), SLOW_DOWN));
    assert_eq!(done(call.poll(after(1800), &mut session)).unwrap_err().kind(), ErrorKind::RateLimited);
}

#[test]
fn a_refresh_does_not_take_the_long_time_that_an_order_gets() {
    let mut session = session_with_token();
    let exchange = sent(regions().poll(after(1800), &mut session));
    assert!(form(&exchange).contains("refresh_token"));
    assert_eq!(exchange.timeouts.total, Policy::default().attempt_timeout);
}

#[test]
fn for_ever_is_a_day_at_most() {
    let mut policy = Policy::default();
    policy.once_timeout = Duration::MAX;
    policy.connect_timeout = Duration::MAX;
    policy.deadline = Duration::MAX;
    policy.attempt_timeout = Duration::MAX;
    let mut session = session_with_token();
    let mut call = Call::new(&ListRegions::new(), &Origin::default(), &policy).unwrap();
    let exchange = sent(call.poll(START, &mut session));
    assert_eq!(exchange.timeouts.total, Duration::from_secs(24 * 60 * 60));
}

#[test]
fn only_what_changes_something_may_have_been_executed() {
    let mut session = session_with_token();
    let mut query = regions();
    sent(query.poll(START, &mut session));
    query.on(answer(404, "<html>"));
    let error = done(query.poll(START, &mut session)).unwrap_err();
    assert_eq!(error.to_string(), "region_list: unexpected answer (HTTP 404, 1 attempt): an HTML page");

    let mut order = order();
    sent(order.poll(START, &mut session));
    order.on(answer(404, "<html>"));
    let error = done(order.poll(START, &mut session)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "order_save: unexpected answer (HTTP 404, 1 attempt, may have been executed): an HTML page"
    );
}

/// Client libraries say the reason only in the source.
#[test]
fn an_error_of_the_transport_tells_its_sources_once() {
    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl core::fmt::Display for Layer {
        fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
            f.write_str(self.0)
        }
    }

    impl core::error::Error for Layer {
        fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
            self.1.as_deref().map(|source| source as _)
        }
    }

    let source = Layer("unknown issuer", Some(Box::new(Layer("issuer", None))));
    let source = Box::new(Layer("no connection", Some(Box::new(source))));
    let mut session = session_with_token();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(Event::Failed(Failure { progress: Progress::Incomplete, cause: Cause::Certificate, source }));
    let error = done(call.poll(START, &mut session)).unwrap_err();
    assert!(error.message().starts_with("no connection: unknown issuer"), "{error}");
    assert!(!error.message().contains(": issuer"), "{error}");
}

#[test]
fn an_error_says_why_it_was_not_tried_again() {
    let mut session = session_with_token();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    call.on(refusal(400));
    assert_eq!(done(call.poll(START, &mut session)).unwrap_err().reason(), Some("a refusal"));
}

/// A success of the portal will not change; one under an error status is somebody's in between.
#[test]
fn a_success_that_cannot_be_read_is_not_asked_for_again() {
    let mut session = session_with_token();
    let mut call = regions();
    sent(call.poll(after(1), &mut session));
    call.on(success("7"));
    let error = done(call.poll(after(1), &mut session)).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::UnexpectedAnswer, 1), "{error}");

    let mut call = regions();
    sent(call.poll(after(1), &mut session));
    call.on(answer(503, r#"{"code":"success","requestId":"1","result":[]}"#));
    let action = call.poll(after(1), &mut session);
    assert!(matches!(action, Action::Sleep(_) | Action::Send(_)), "{action:?}");
}

#[test]
fn a_driver_that_reports_nothing_leaves_a_doubt() {
    let mut session = session_with_token();
    let mut call = order();
    sent(call.poll(START, &mut session));
    let error = done(call.poll(START, &mut session)).unwrap_err();
    assert_eq!(error.delivery(), Delivery::MaybeExecuted);
    let again = done(call.poll(START, &mut session)).unwrap_err();
    assert_eq!(again.delivery(), Delivery::MaybeExecuted, "and polling it again neither sends nor denies");
}

#[test]
fn repetitions_of_a_client_are_bounded_in_all() {
    let mut session = session_with_token();
    let mut requests = 0;
    for _ in 0..100 {
        let mut call = regions();
        loop {
            match call.poll(after(60), &mut session) {
                Action::Send(_) => {
                    requests += 1;
                    call.on(answer(503, ""));
                }
                Action::Sleep(_) => {
                    // Polled later, as a driver would.
                    sent(call.poll(after(90), &mut session));
                    requests += 1;
                    call.on(answer(503, ""));
                }
                Action::Wait(wait) => panic!("{wait:?}"),
                Action::Done(result) => {
                    assert!(result.is_err());
                    break;
                }
            }
        }
    }
    assert!((100..=110).contains(&requests), "{requests} requests for 100 calls in an outage");
}

#[test]
fn the_host_header_names_the_port_only_where_it_is_not_the_schemes_own() {
    for (url, host) in [
        ("https://openapi.partner.yeastar.com", "openapi.partner.yeastar.com"),
        ("https://openapi.partner.yeastar.com:443", "openapi.partner.yeastar.com"),
        ("https://openapi.partner.yeastar.com:8443", "openapi.partner.yeastar.com:8443"),
        ("http://localhost:80", "localhost"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://[::1]:8080", "[::1]:8080"),
        ("http://[::1]", "[::1]"),
    ] {
        let mut call =
            Call::new(&ListRegions::new(), &Origin::new(url).unwrap(), &Policy::default()).unwrap();
        let mut exchange = sent(call.poll(START, &mut session_with_token()));
        exchange.set_host();
        assert_eq!(exchange.request.headers()["host"], host, "{url}");
    }
}
