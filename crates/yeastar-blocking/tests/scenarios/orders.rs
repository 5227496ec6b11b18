//! An order is never sent again after doubt, and always on a connection of its own.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use yeastar_core::order::{CreateOrder, GetOrder, ListOrders, Rule};
use yeastar_core::product::ListRegions;
use yeastar_core::{Config, Credentials, Delivery, ErrorKind, Origin};
use yeastar_sandbox::{Fault, Plan, Server, Settings};

use super::playback::{self, Playback};
use super::{Buy, buyer, client, client_with, tutorial_order};
use crate::Client;

#[test]
fn an_order_is_placed_and_found_again() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let placed = client.send(CreateOrder::new(tutorial_order())).unwrap();
    portal.advance(Duration::from_secs(60));

    let page = client.send(ListOrders::new().with_page_no(1).with_page_size(10)).unwrap();
    let found = page.results.iter().find(|order| order.order_no.as_ref() == Some(&placed.order_no)).unwrap();
    let details = client.send(GetOrder::by_id(found.id.as_ref().unwrap())).unwrap();
    assert_eq!(details.basic_information.unwrap().product_no, placed.product_no);
    client.send(GetOrder::by_number(&placed.order_no)).unwrap();
}

#[test]
fn an_order_whose_answer_is_lost_is_not_sent_again() {
    let faults = [
        Fault::DropBeforeCommit,
        Fault::DropAfterCommit,
        Fault::TruncateAt(0),
        Fault::TruncateAt(20),
        Fault::TruncateAt(250),
        Fault::StatusBeforeCommit(502),
        Fault::StatusAfterCommit(503),
        Fault::StatusAfterCommit(504),
        Fault::Garbage,
        Fault::GarbageAfterCommit,
        Fault::EnvelopeError { status: 500, code: "internal_error".into(), message: "?".into() },
        Fault::EnvelopeError { status: 409, code: "conflict".into(), message: "?".into() },
        Fault::EnvelopeError { status: 200, code: "unheard_of".into(), message: "?".into() },
    ];
    for fault in faults {
        let portal = Server::start().unwrap();
        portal.plan(Plan::new(fault.clone()).on("order_save"));
        let error = client(&portal).send(CreateOrder::new(tutorial_order())).expect_err("the answer is lost");
        assert_eq!(error.delivery(), Delivery::MaybeExecuted, "{fault:?}: {error}");
        assert_eq!(error.attempts(), 1, "{fault:?}");
        assert_eq!(portal.count("order_save"), 1, "{fault:?}");
        portal.assert_no_double_order();
    }
}

#[test]
fn an_order_that_takes_too_long_is_not_sent_again() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::Delay(Duration::from_secs(2))).on("order_save"));
    let client = client_with(&portal, |policy| policy.once_timeout = Duration::from_millis(300));
    let error = client.send(CreateOrder::new(tutorial_order())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.delivery(), Delivery::MaybeExecuted);
    assert_eq!(portal.count("order_save"), 1);
}

#[test]
fn a_definite_refusal_is_told_as_such() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.send(CreateOrder::new(tutorial_order())).unwrap();
    let error = client.send(CreateOrder::new(tutorial_order())).expect_err("the URL is taken now");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.delivery(), Delivery::NotExecuted);
    assert!(error.code().is_some() && error.request_id().is_some());
    assert_eq!(portal.orders().len(), 1);
}

#[test]
fn an_order_with_a_refused_token_ends_and_the_next_one_has_another_token() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    portal.plan(Plan::new(Fault::TokenRejected).on("order_save"));
    let error = client.send(CreateOrder::new(tutorial_order())).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Forbidden, Delivery::NotExecuted));
    assert_eq!((portal.count("order_save"), portal.count("token_refresh")), (1, 0));

    client.send(CreateOrder::new(tutorial_order())).unwrap();
    assert_eq!((portal.count("order_save"), portal.count("token_refresh")), (2, 1));
    assert_eq!(portal.orders().len(), 1);
}

#[test]
fn where_http_and_envelope_contradict_each_other_an_order_is_not_sent_again() {
    let mut settings = Settings::fresh();
    settings.body_status_only = true;
    let portal = Server::start_with(settings, 0).unwrap();
    let client = client(&portal);
    client.send(ListRegions::new()).unwrap();
    portal.plan(Plan::new(Fault::TokenRejected).on("region_list"));
    client.send(ListRegions::new()).expect("a query gets another token");

    portal.plan(Plan::new(Fault::TokenRejected).on("order_save"));
    let error = client.send(CreateOrder::new(tutorial_order())).unwrap_err();
    assert_eq!(error.delivery(), Delivery::MaybeExecuted, "{error}");
    assert_eq!(portal.count("order_save"), 1);
}

#[test]
fn what_nobody_accepted_was_not_sent_and_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = buyer(&base_url, |_| {}).send(Buy { id: 1, padding: 0 }).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Transport, Delivery::NotDelivered));
    assert_eq!(error.attempts(), 3);
}

#[test]
fn what_got_stuck_on_its_way_was_not_sent() {
    // The system takes connections for this listener, and some bytes; nobody reads them.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let client = buyer(&base_url, |policy| {
        policy.attempt_timeout = Duration::from_millis(500);
        policy.max_attempts = 1;
    });
    let error = client.send(Buy { id: 1, padding: 50_000_000 }).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::NotDelivered));
    let error = client.send(Buy { id: 2, padding: 0 }).unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (ErrorKind::Timeout, Delivery::MaybeExecuted));
}

#[test]
fn what_was_cut_on_its_way_was_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // Closed with bytes unread: the client's next write fails.
            let _ = stream.read(&mut [0; 1000]);
        }
    });
    let error = buyer(&base_url, |_| {}).send(Buy { id: 1, padding: 50_000_000 }).unwrap_err();
    assert_eq!(error.delivery(), Delivery::NotDelivered, "{error}");
    let error = buyer(&base_url, |_| {}).send(Buy { id: 2, padding: 0 }).unwrap_err();
    assert_eq!(error.delivery(), Delivery::MaybeExecuted, "{error}");
}

/// Whatever the moment at which the time runs out: nothing arrives twice, and what is
/// said not to have been sent does not arrive.
#[test]
fn a_timeout_at_any_moment_leaves_the_truth_behind() {
    let portal = Playback::start(|_| playback::success("null"));
    let base_url = portal.base_url().to_owned();
    let mut not_sent = Vec::new();
    for id in 0..600 {
        let microseconds = 50 + u64::try_from(id).unwrap() * 3;
        let client = buyer(&base_url, |policy| policy.attempt_timeout = Duration::from_micros(microseconds));
        match client.send(Buy { id, padding: 0 }) {
            Err(error) if error.delivery() == Delivery::NotDelivered => not_sent.push(id),
            _ => {}
        }
    }
    thread::sleep(Duration::from_millis(300));
    let requests = portal.requests();
    let arrivals =
        |id: usize| requests.iter().filter(|request| request.contains(&format!("purchase {id};"))).count();
    for id in 0..600 {
        assert!(arrivals(id) <= 1, "purchase {id} arrived {} times", arrivals(id));
    }
    for id in not_sent {
        assert_eq!(arrivals(id), 0, "purchase {id} is said not to have been sent");
    }
}

#[test]
fn an_order_that_breaks_a_rule_is_not_sent() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let mut order = tutorial_order();
    order.service_list[0].quantity = Some(501);
    let error = client.send(CreateOrder::new(order.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.delivery(), Delivery::NotDelivered);
    assert!(error.to_string().contains("serviceList[0].quantity"), "{error}");
    assert!(portal.requests().is_empty());

    let error = client.send(CreateOrder::new(order.relax(Rule::Extensions))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "relaxed here, the portal judges: {error}");
}

#[test]
fn queries_share_a_connection_and_an_order_gets_its_own() {
    let portal = Playback::start(|request| match request {
        request if playback::is_token_request(request) => playback::token(),
        request if request.starts_with("POST") => playback::success(r#"{"orderNo":"HB1"}"#),
        _ => playback::success("[]"),
    });
    let origin = Origin::new(portal.base_url()).unwrap();
    let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(origin)).unwrap();
    for _ in 0..10 {
        client.send(ListRegions::new()).unwrap();
        client.send(CreateOrder::new(tutorial_order())).unwrap();
    }
    let queries = BTreeSet::from_iter(portal.connections("GET"));
    let orders = BTreeSet::from_iter(portal.connections("POST /order"));
    assert!(queries.len() < 5, "ten queries on {} connections", queries.len());
    assert_eq!(orders.len(), 10, "each order on a connection of its own");
    assert!(queries.is_disjoint(&orders), "no query on the connection of an order");
}
