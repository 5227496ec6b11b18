//! An order is never sent again after doubt, and always on a connection of its own.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::time::Duration;

use yeastar_core::order::{OrderGet, OrderPage, OrderSave, Rule};
use yeastar_core::product::RegionList;
use yeastar_core::{Config, Credentials, Delivery, ErrorKind, Origin};
use yeastar_sandbox::{Fault, Plan, Server};

use super::playback::{self, Playback};
use super::{client, client_with, tutorial_order};
use crate::Client;

#[test]
fn an_order_is_placed_and_found_again() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let placed = client.send(OrderSave::new(tutorial_order())).unwrap();
    portal.advance(Duration::from_secs(60));

    let page = client.send(OrderPage::new().with_page_no(1).with_page_size(10)).unwrap();
    let found = page.results.iter().find(|order| order.order_no.as_ref() == Some(&placed.order_no)).unwrap();
    let details = client.send(OrderGet::by_id(found.id.as_ref().unwrap())).unwrap();
    assert_eq!(details.basic_information.unwrap().product_no, placed.product_no);
    client.send(OrderGet::by_number(&placed.order_no)).unwrap();
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
        let error = client(&portal).send(OrderSave::new(tutorial_order())).expect_err("the answer is lost");
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
    let error = client.send(OrderSave::new(tutorial_order())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.delivery(), Delivery::MaybeExecuted);
    assert_eq!(portal.count("order_save"), 1);
}

#[test]
fn a_definite_refusal_is_told_as_such() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.send(OrderSave::new(tutorial_order())).unwrap();
    let error = client.send(OrderSave::new(tutorial_order())).expect_err("the URL is taken now");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.delivery(), Delivery::Answered);
    assert!(error.code().is_some() && error.request_id().is_some());
    assert_eq!(portal.orders().len(), 1);
}

#[test]
fn an_order_that_surely_did_not_arrive_is_sent_again() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.send(RegionList).unwrap();
    portal.plan(Plan::new(Fault::TokenRejected).on("order_save"));
    let placed = client.exchange(OrderSave::new(tutorial_order())).unwrap();
    assert_eq!(placed.attempts, 2);
    assert_eq!(portal.orders().len(), 1);
}

#[test]
fn an_order_to_a_port_where_nobody_listens_was_not_sent() {
    // A token is needed first, so the portal disappears between the token and the order.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let origin = Origin::new(&base_url).unwrap();
    let mut config = Config::new(Credentials::new("id", "secret")).with_origin(origin);
    config.policy.backoff_base = Duration::ZERO;
    let error = Client::new(config).unwrap().send(OrderSave::new(tutorial_order())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert_eq!(error.delivery(), Delivery::NotSent);
}

#[test]
fn an_order_that_breaks_a_rule_is_not_sent() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let mut order = tutorial_order();
    order.service_list[0].quantity = Some(501);
    let error = client.send(OrderSave::new(order.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert!(error.to_string().contains("serviceList[0].quantity"), "{error}");
    assert!(portal.requests().is_empty());

    let error = client.send(OrderSave::new(order.relax(Rule::Extensions))).unwrap_err();
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
        client.send(RegionList).unwrap();
        client.send(OrderSave::new(tutorial_order())).unwrap();
    }
    let queries = BTreeSet::from_iter(portal.connections("GET"));
    let orders = BTreeSet::from_iter(portal.connections("POST /order"));
    assert!(queries.len() < 5, "ten queries on {} connections", queries.len());
    assert_eq!(orders.len(), 10, "each order on a connection of its own");
    assert!(queries.is_disjoint(&orders), "no query on the connection of an order");
}
