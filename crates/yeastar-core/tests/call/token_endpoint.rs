//! What the token endpoint says is kept in mind for all calls.

use super::*;

/// Carries a call out whose token requests are all answered so; gives their number and the end.
fn run(session: &mut Session, now: &mut Tick, mut answer: impl FnMut() -> Event) -> (usize, Error) {
    let (mut call, mut made) = (regions(), 0);
    loop {
        match call.poll(*now, session) {
            Action::Send(exchange) => {
                assert!(is_token_request(&exchange), "{exchange:?}");
                made += 1;
                call.on(answer());
            }
            Action::Sleep(pause) | Action::Wait(pause) => *now = *now + pause,
            Action::Done(result) => return (made, result.unwrap_err()),
        }
    }
}

/// What a call gets that asks for no token.
#[track_caller]
fn refused(now: Tick, session: &mut Session) -> Error {
    done(regions().poll(now, session)).unwrap_err()
}

#[test]
fn a_token_endpoint_that_asks_to_slow_down_is_left_alone() {
    const GATEWAY: &str = r#"{"message":"API rate limit exceeded"}"#;
    for body in [SLOW_DOWN, GATEWAY, "", "<html>"] {
        for session in [session(), session_with_token()] {
            // With a token that is over, so that the refresh is answered so.
            let (mut session, start) = (session, after(1800));
            let mut now = start;
            let made: usize =
                (0..100).map(|_| run(&mut session, &mut now, || slow_down(Some(3600), body)).0).sum();
            assert_eq!((made, now), (1, start), "{body}");
        }
    }
}

/// Some servers say so that there is none.
#[test]
fn an_empty_refresh_token_is_none() {
    for refresh in [r#""""#, r#"" ""#, "null"] {
        let mut session = session();
        let mut call = regions();
        assert!(is_token_request(&sent(call.poll(START, &mut session))));
        let token = format!(r#"{{"token":"one","refreshToken":{refresh},"expiresIn":"1800"}}"#);
        call.on(success(&token));
        sent(call.poll(START, &mut session));
        // When the token is over, the credentials are asked with.
        let mut later = regions();
        assert!(form(&sent(later.poll(after(1800), &mut session))).contains("pp_credentials"), "{refresh}");
    }
}

#[test]
fn every_call_gets_the_answer_of_the_one_that_was_slowed_down() {
    let (mut session, mut now) = (session(), START);
    let (_, first) = run(&mut session, &mut now, || slow_down(Some(3600), SLOW_DOWN));
    let error = refused(after(299), &mut session);
    assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimited, Some("slow")));
    assert_eq!((error.message(), error.request_id()), ("down", Some("1")));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!((error.delivery(), error.attempts()), (Delivery::NotDelivered, 0));
    assert_eq!(error.to_string(), first.to_string());
}

#[test]
fn it_is_left_alone_for_a_second_at_least_and_for_five_minutes_at_most() {
    for (asked, kept) in [(None, 1), (Some(0), 1), (Some(1), 1), (Some(299), 299), (Some(301), 300)] {
        let mut policy = Policy::default();
        policy.max_attempts = 1;
        let mut session = session();
        let mut call = Call::new(&ListRegions::new(), &Origin::default(), &policy).unwrap();
        sent(call.poll(START, &mut session));
        call.on(slow_down(asked, SLOW_DOWN));
        done(call.poll(START, &mut session)).unwrap_err();
        let just_before = after(kept - 1) + Duration::from_millis(999);
        assert_eq!(refused(just_before, &mut session).kind(), ErrorKind::RateLimited, "{asked:?}");
        assert!(is_token_request(&sent(regions().poll(after(kept), &mut session))), "{asked:?}");
    }
}

#[test]
fn a_refresh_that_is_slowed_down_is_followed_by_the_credentials_once_the_time_is_over() {
    let mut session = session_with_token();
    let mut now = after(1800);
    let (made, error) = run(&mut session, &mut now, || slow_down(Some(120), SLOW_DOWN));
    assert_eq!((made, error.kind()), (1, ErrorKind::RateLimited));
    refused(after(1919), &mut session);
    assert!(form(&sent(regions().poll(after(1920), &mut session))).contains("pp_credentials"));
}

/// Whoever waits for the token goes on waiting; nobody else asks when the one who asked has gone.
#[test]
fn a_pause_outlives_the_call_that_keeps_it() {
    for (mut session, start) in [(session(), START), (session_with_token(), after(1800))] {
        let mut holder = regions();
        sent(holder.poll(start, &mut session));
        holder.on(slow_down(Some(30), SLOW_DOWN));
        assert!(matches!(holder.poll(start, &mut session), Action::Sleep(_)));
        let mut waiting = regions();
        assert!(matches!(waiting.poll(start, &mut session), Action::Wait(_)), "the pause is not its error");

        holder.abandon(&mut session);
        let late = start + Duration::from_secs(29);
        for error in [done(waiting.poll(late, &mut session)).unwrap_err(), refused(late, &mut session)] {
            assert_eq!((error.kind(), error.code()), (ErrorKind::RateLimited, Some("slow")));
        }
        let over = start + Duration::from_secs(30);
        assert!(form(&sent(regions().poll(over, &mut session))).contains("pp_credentials"));
    }
}

#[test]
fn a_token_that_comes_after_the_pause_ends_it() {
    let mut policy = Policy::default();
    policy.retry_after_cap = Duration::from_secs(100);
    let mut session = session();
    let mut holder = Call::new(&ListRegions::new(), &Origin::default(), &policy).unwrap();
    sent(holder.poll(START, &mut session));
    holder.on(slow_down(Some(90), SLOW_DOWN));
    assert!(matches!(holder.poll(START, &mut session), Action::Sleep(_)));
    sent(holder.poll(after(90), &mut session));
    holder.on(token("t1", 4));
    assert_eq!(bearer(&sent(holder.poll(after(90), &mut session)).request), "Bearer t1");
    assert!(is_token_request(&sent(regions().poll(after(94), &mut session))));
}

#[test]
fn new_credentials_end_the_pause() {
    let (mut session, mut now) = (session(), START);
    run(&mut session, &mut now, || slow_down(Some(3600), SLOW_DOWN));
    refused(START, &mut session);
    session.set_credentials(Credentials::new("id", "second"));
    assert!(form(&sent(regions().poll(START, &mut session))).contains("client_secret=second"));
}

/// They say nothing about the new ones.
#[test]
fn a_pause_asked_of_old_credentials_is_not_kept_by_new_ones() {
    let mut session = session();
    let mut call = regions();
    sent(call.poll(START, &mut session));
    session.set_credentials(Credentials::new("id", "second"));
    call.on(slow_down(Some(30), SLOW_DOWN));
    assert!(form(&sent(call.poll(START, &mut session))).contains("client_secret=second"));
    call.abandon(&mut session);
    assert!(form(&sent(regions().poll(START, &mut session))).contains("client_secret=second"));
}

const OAUTH: [&str; 7] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "unauthorized",
];

fn oauth(code: &str) -> String {
    format!(r#"{{"error":"{code}","error_description":"Bad client credentials: canary"}}"#)
}

#[test]
fn credentials_that_are_refused_in_the_words_of_oauth_are_not_tried_again_and_again() {
    for status in [400, 401] {
        for code in OAUTH {
            let (mut session, mut now, mut made) = (session(), START, 0);
            for _ in 0..100 {
                let (more, error) = run(&mut session, &mut now, || answer(status, &oauth(code)));
                made += more;
                assert_eq!((error.kind(), error.code()), (ErrorKind::Credentials, Some(code)));
                assert_eq!(error.status().unwrap().as_u16(), status);
                assert!(!format!("{error} {error:?} {}", error.message()).contains("canary"), "{error:?}");
            }
            assert_eq!((made, now), (1, START), "{status} {code}");
            assert_eq!(refused(after(59), &mut session).kind(), ErrorKind::Credentials);
            sent(regions().poll(after(61), &mut session));
        }
    }
}

/// A gateway's own words, an outage, and what has another meaning elsewhere.
#[test]
fn what_only_looks_like_oauth_is_not_remembered() {
    for (status, body) in [
        (401, oauth("unheard_of")),
        (401, oauth("INVALID_CLIENT")),
        (401, r#"{"error":["invalid_client"]}"#.into()),
        (401, r#"{"error":{"invalid_client":"invalid_client"}}"#.into()),
        (401, r#"{"error_description":"invalid_client"}"#.into()),
        (401, r#"{"error":"invalid_client","error":"invalid_client"}"#.into()),
        (403, oauth("invalid_client")),
        (404, oauth("invalid_client")),
    ] {
        let (mut session, mut now) = (session(), START);
        let (made, error) = run(&mut session, &mut now, || answer(status, &body));
        assert_eq!((made, error.code()), (1, None), "{status} {body}");
        assert_ne!(error.kind(), ErrorKind::Credentials, "{status} {body}");
        sent(regions().poll(START, &mut session));
    }
}

#[test]
fn a_refresh_token_that_is_refused_in_the_words_of_oauth_leads_to_the_credentials() {
    for code in OAUTH {
        let mut session = session_with_token();
        let mut call = regions();
        assert!(form(&sent(call.poll(after(1800), &mut session))).contains("refresh_token=refresh-t1"));
        call.on(answer(400, &oauth(code)));
        assert!(form(&sent(call.poll(after(1800), &mut session))).contains("pp_credentials"), "{code}");
        call.on(token("t2", 1800));
        assert_eq!(bearer(&sent(call.poll(after(1800), &mut session)).request), "Bearer t2");
    }
}

/// The refresh token was refused, and not the credentials.
#[test]
fn a_refresh_that_is_refused_when_the_time_is_over_says_nothing_of_the_credentials() {
    for event in [refusal(400), refusal(401), answer(400, &oauth("invalid_grant"))] {
        let mut session = session_with_token();
        let mut call = regions();
        sent(call.poll(after(1800), &mut session));
        call.on(event);
        let late = after(1800) + Policy::default().deadline;
        let error = done(call.poll(late, &mut session)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(form(&sent(regions().poll(late, &mut session))).contains("pp_credentials"));
    }
}

/// Elsewhere it is told, and may be the answer of somebody in between.
#[test]
fn an_error_of_oauth_elsewhere_proves_nothing_about_an_order() {
    for (status, code) in OAUTH.map(|code| (400, code)).into_iter().chain([(403, "access_denied")]) {
        let mut session = session_with_token();
        let mut call = order();
        sent(call.poll(START, &mut session));
        call.on(answer(status, &oauth(code)));
        let error = done(call.poll(START, &mut session)).unwrap_err();
        assert_eq!((error.code(), error.delivery()), (Some(code), Delivery::MaybeExecuted), "{code}");
        assert!(!format!("{error} {error:?} {}", error.message()).contains("canary"), "{error:?}");
    }
}

#[test]
fn a_query_whose_token_is_refused_in_the_words_of_oauth_gets_another_one() {
    for status in [400, 401, 403] {
        let mut session = session_with_token();
        let mut call = regions();
        sent(call.poll(after(60), &mut session));
        call.on(answer(status, &oauth("invalid_token")));
        assert!(is_token_request(&sent(call.poll(after(60), &mut session))), "{status}");
        call.on(token("t2", 1800));
        sent(call.poll(after(60), &mut session));
        call.on(answer(status, &oauth("invalid_token")));
        let error = done(call.poll(after(60), &mut session)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Forbidden, Some("invalid_token")), "{status}");
    }
}

/// Under faults a single refusal says little.
#[test]
fn credentials_that_have_worked_are_tried_once_more_before_they_are_taken_for_wrong() {
    for refused in [refusal(400), refusal(401), answer(401, &oauth("invalid_client"))] {
        let mut session = session_with_token();
        let mut call = regions();
        assert!(form(&sent(call.poll(after(1800), &mut session))).contains("refresh_token"));
        call.on(answer(400, &oauth("invalid_grant")));
        assert!(form(&sent(call.poll(after(1800), &mut session))).contains("pp_credentials"));
        call.on(refused);
        assert!(
            matches!(call.poll(after(1800), &mut session), Action::Sleep(pause) if pause == Duration::from_secs(1))
        );
        assert!(form(&sent(call.poll(after(1801), &mut session))).contains("pp_credentials"));
        call.on(token("t2", 1800));
        assert_eq!(bearer(&sent(call.poll(after(1801), &mut session)).request), "Bearer t2");
    }
}

#[test]
fn refused_twice_they_are_wrong() {
    let mut session = session_with_token();
    let mut now = after(1800);
    let (made, error) = run(&mut session, &mut now, || refusal(401));
    assert_eq!((made, now, error.kind()), (3, after(1801), ErrorKind::Credentials));
    assert_eq!(refused(after(1860), &mut session).kind(), ErrorKind::Credentials);
    // Those that replace them have not worked yet.
    session.set_credentials(Credentials::new("id", "second"));
    assert_eq!(run(&mut session, &mut now, || refusal(401)).0, 1);
}
