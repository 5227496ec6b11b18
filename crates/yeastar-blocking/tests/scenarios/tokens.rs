//! One token for all callers, renewed once, whatever happens.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use yeastar_core::order::CreateOrder;
use yeastar_core::product::ListRegions;
use yeastar_core::user::ListBillingContacts;
use yeastar_core::{Config, Credentials, Delivery, Error, ErrorKind, Origin};
use yeastar_sandbox::{Fault, Plan, Server};

use super::playback::{self, Playback};
use super::{client, client_with, config, tutorial_order};
use crate::Client;

const THREADS: usize = 32;

/// What each of many threads that call at the same moment gets.
fn call_at_once(client: &Client) -> Vec<Result<(), Error>> {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        let call = || {
            barrier.wait();
            client.send(ListRegions::new()).map(drop)
        };
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(call)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn threads_that_start_cold_make_one_token_request() {
    let portal = Server::start().unwrap();
    let results = call_at_once(&client(&portal));
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(portal.count("token_request"), 1);
    assert_eq!(portal.count("region_list"), THREADS);
}

#[test]
fn an_expired_token_is_refreshed_once_for_all() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.send(ListRegions::new()).unwrap();
    portal.advance(Duration::from_secs(31 * 60));
    let results = call_at_once(&client);
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(portal.count("token_request"), 1);
    assert_eq!(portal.count("token_refresh"), 1);
}

#[test]
fn a_rejected_token_is_renewed_and_the_call_succeeds() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.send(ListRegions::new()).unwrap();
    portal.plan(Plan::new(Fault::TokenRejected).on("billing_contact_list"));
    let reply = client.exchange(ListBillingContacts::new()).unwrap();
    assert_eq!(reply.attempts, 2);
    assert_eq!(portal.count("token_request") + portal.count("token_refresh"), 2);
}

#[test]
fn a_fresh_token_that_is_rejected_too_ends_the_call() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::TokenRejected).on("region_list").always());
    let error = client(&portal).send(ListRegions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert_eq!(portal.count("region_list"), 2);
    assert_eq!(portal.count("token_request") + portal.count("token_refresh"), 2);
}

#[test]
fn two_clients_of_one_account_take_each_others_token_and_go_on() {
    // The sandbox ends a token when another one is handed out.
    let portal = Server::start().unwrap();
    let clients = [client(&portal), client(&portal)];
    for _ in 0..25 {
        for client in &clients {
            client.send(ListRegions::new()).unwrap();
        }
    }
    // An order ends there, and the next one has another token.
    let error = clients[0].send(CreateOrder::new(tutorial_order())).unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotExecuted, "{error}");
    clients[0].send(CreateOrder::new(tutorial_order())).unwrap();
    assert_eq!(portal.orders().len(), 1);
}

#[test]
fn when_the_refresh_is_lost_the_credentials_help() {
    for fault in
        [Fault::DropAfterCommit, Fault::DropBeforeCommit, Fault::StatusBeforeCommit(502), Fault::Garbage]
    {
        let portal = Server::start().unwrap();
        let client = client(&portal);
        client.send(ListRegions::new()).unwrap();
        portal.advance(Duration::from_secs(31 * 60));
        portal.plan(Plan::new(fault.clone()).on("token_refresh"));
        client.send(ListRegions::new()).unwrap_or_else(|error| panic!("{fault:?}: {error}"));
        assert_eq!(portal.count("token_refresh"), 1, "{fault:?}: a refresh is never sent twice");
        assert_eq!(portal.count("token_request"), 2, "{fault:?}");
    }
}

#[test]
fn a_token_endpoint_that_is_down_fails_all_waiters_of_one_attempt_together() {
    let portal = Playback::start(|_| {
        // Long enough for every thread to be waiting when the first attempt ends.
        thread::sleep(Duration::from_millis(300));
        playback::answer("503 Service Unavailable", "<html>down</html>")
    });
    let origin = Origin::new(portal.base_url()).unwrap();
    let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(origin)).unwrap();
    for result in call_at_once(&client) {
        let error = result.unwrap_err();
        assert_eq!(error.endpoint(), Some("token_request"));
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert_eq!(error.delivery(), Delivery::NotDelivered);
    }
    assert_eq!(portal.requests().len(), 2, "one token request and its one repetition");
}

#[test]
fn refused_credentials_are_tried_once_per_cool_down() {
    let portal = Server::start().unwrap();
    let mut wrong = config(&portal);
    wrong.credentials = Credentials::new(portal.client_id(), "not the secret");
    wrong.policy.credentials_cool_down = Duration::from_secs(1);
    let client = Client::new(wrong).unwrap();
    for _ in 0..20 {
        let error = client.send(ListRegions::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(!format!("{error} {error:?}").contains("not the secret"));
    }
    assert!(call_at_once(&client).iter().all(Result::is_err));
    assert_eq!(portal.count("token_request"), 1);

    thread::sleep(Duration::from_millis(1100));
    for _ in 0..20 {
        client.send(ListRegions::new()).unwrap_err();
    }
    assert_eq!(portal.count("token_request"), 2);
}

#[test]
fn new_credentials_are_tried_at_once() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let new_secret = portal.reset_secret();
    client.send(ListRegions::new()).unwrap_err();
    client.set_credentials(Credentials::new(portal.client_id(), new_secret));
    client.send(ListRegions::new()).unwrap();
    assert_eq!(portal.count("token_request"), 2);
}

#[test]
fn an_outage_of_the_token_endpoint_is_not_held_against_the_credentials() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::StatusBeforeCommit(502)).on("token_request").times(2));
    let client = client_with(&portal, |policy| policy.backoff_base = Duration::ZERO);
    client.send(ListRegions::new()).unwrap_err();
    client.send(ListRegions::new()).unwrap();
}
