//! Everything is bounded, and nothing is followed.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use yeastar_core::product::{CheckPbxUrl, ListRegions};
use yeastar_core::{
    Auth, BuildError, Config, Credentials, Effect, Encoder, Endpoint, ErrorKind, Json, Meta, Method, Origin,
};
use yeastar_sandbox::{Fault, Plan, Server};

use super::playback::{self, Playback};
use super::{client, client_with};
use crate::Client;

fn client_of(portal: &Playback) -> Client {
    let origin = Origin::new(portal.base_url()).unwrap();
    let mut config = Config::new(Credentials::new("id", "secret")).with_origin(origin);
    config.policy.backoff_base = Duration::ZERO;
    config.policy.max_body = 64 * 1024;
    config.policy.attempt_timeout = Duration::from_secs(1);
    config.policy.deadline = Duration::from_secs(3);
    Client::new(config).unwrap()
}

/// A portal that issues tokens and gives this raw answer to everything else.
fn portal_with(answer: Vec<u8>) -> Playback {
    Playback::start(
        move |request| {
            if playback::is_token_request(request) { playback::token() } else { answer.clone() }
        },
    )
}

#[test]
fn a_query_is_repeated_while_that_helps() {
    for fault in
        [Fault::StatusBeforeCommit(503), Fault::DropAfterCommit, Fault::TruncateAt(30), Fault::Garbage]
    {
        let portal = Server::start().unwrap();
        portal.plan(Plan::new(fault.clone()).on("region_list"));
        let reply =
            client(&portal).exchange(ListRegions::new()).unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(reply.attempts, 2, "{fault:?}");
    }
}

#[test]
fn a_query_ends_after_three_attempts() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::StatusBeforeCommit(503)).on("region_list").always());
    let error = client(&portal).send(ListRegions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.attempts(), 3);
    assert_eq!(portal.count("region_list"), 3);
}

#[test]
fn the_portal_is_given_the_time_it_asks_for() {
    let portal = Server::start().unwrap();
    portal
        .plan(Plan::new(Fault::RateLimited { retry_after: Some(Duration::from_secs(2)) }).on("region_list"));
    let start = Instant::now();
    client(&portal).send(ListRegions::new()).unwrap();
    assert!(start.elapsed() >= Duration::from_secs(2));

    let portal = Server::start().unwrap();
    portal.plan(
        Plan::new(Fault::RateLimited { retry_after: Some(Duration::from_secs(3600)) }).on("region_list"),
    );
    let error = client(&portal).send(ListRegions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
}

#[test]
fn a_silent_portal_does_not_hold_a_call_for_ever() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::Delay(Duration::from_secs(10))).on("region_list").always());
    let client = client_with(&portal, |policy| {
        policy.attempt_timeout = Duration::from_millis(200);
        policy.deadline = Duration::from_millis(500);
    });
    let start = Instant::now();
    let error = client.send(ListRegions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_answer_that_trickles_in_is_cut_off() {
    let answer = playback::success("[]");
    let body = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    for quick in [0, body] {
        let answer = answer.clone();
        let portal = Playback::start_slow(move |request, stream| {
            if playback::is_token_request(request) {
                return stream.write_all(&playback::token()).is_ok();
            }
            // A byte at a time, each well within any time limit for a single read.
            stream.write_all(&answer[..quick]).is_ok()
                && answer[quick..].chunks(1).all(|byte| {
                    thread::sleep(Duration::from_millis(100));
                    stream.write_all(byte).is_ok()
                })
        });
        let start = Instant::now();
        let error = client_of(&portal).send(ListRegions::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(start.elapsed() < Duration::from_secs(6));
    }
}

#[test]
fn a_refresh_that_hangs_costs_its_own_time_only() {
    let portal = Server::start().unwrap();
    let client = client_with(&portal, |policy| {
        policy.attempt_timeout = Duration::from_millis(500);
        policy.once_timeout = Duration::from_secs(30);
    });
    client.send(ListRegions::new()).unwrap();
    portal.advance(Duration::from_secs(31 * 60));
    portal.plan(Plan::new(Fault::Delay(Duration::from_secs(20))).on("token_refresh"));
    let start = Instant::now();
    client.send(ListRegions::new()).unwrap();
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_body_over_the_limit_is_not_read() {
    let portal = portal_with(playback::success(&format!("[\"{}\"]", "x".repeat(1024 * 1024))));
    let error = client_of(&portal).send(ListRegions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    assert_eq!(error.attempts(), 1, "it would be as long the next time");
}

#[test]
fn a_body_at_the_limit_is_read() {
    let answer = playback::success("[]");
    let length = answer.len() - answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() - 4;
    for (limit, is_read) in [(length, true), (length - 1, false)] {
        let portal = Playback::start(|_| playback::success("[]"));
        let mut config = Config::new(Credentials::new("id", "secret"));
        config.origin = Origin::new(portal.base_url()).unwrap();
        config.policy.max_body = limit;
        let result = Client::new(config).unwrap().send(Anonymous);
        assert_eq!(result.is_ok(), is_read, "{result:?}");
    }
}

/// A query that needs no token.
struct Anonymous;

impl Endpoint for Anonymous {
    const META: Meta =
        Meta::new("anonymous", Method::GET, "/anonymous", Auth::None, Effect::Read, "a query", "none");
    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

#[test]
fn a_head_over_the_limit_is_not_read() {
    let portal =
        portal_with(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(1024 * 1024)).into_bytes());
    let error = client_of(&portal).send(ListRegions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
}

#[test]
fn a_redirect_is_an_answer_and_not_followed() {
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let elsewhere = Playback::start(|_| playback::success("[]"));
        let redirect = format!(
            "HTTP/1.1 {status}\r\nlocation: {}/product\r\ncontent-length: 0\r\n\r\n",
            elsewhere.base_url()
        );
        let portal = portal_with(redirect.into_bytes());
        let error = client_of(&portal).send(ListRegions::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert!(error.status().unwrap().is_redirection());
        assert!(elsewhere.requests().is_empty());
    }
}

#[test]
fn what_is_no_host_name_is_not_asked_about() {
    let portal = Server::start().unwrap();
    for wrong in
        ["", "docs", "https://docs.example.com", "docs.example.com/", "docs..com", "a b.com", "docs.com:80"]
    {
        let error = client(&portal).send(CheckPbxUrl::new(wrong)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{wrong}");
    }
    assert!(portal.requests().is_empty());
}
