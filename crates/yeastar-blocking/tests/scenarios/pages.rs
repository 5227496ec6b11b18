//! A walk through a list asks for each page once and comes to an end, whatever the
//! portal answers.

use std::time::Duration;

use yeastar_core::order::{CreateOrder, ListOrders};
use yeastar_core::{Config, Credentials, Delivery, ErrorKind, Origin};
use yeastar_sandbox::{Fault, Plan, Server, Settings};

use super::playback::{self, Playback};
use super::{client, client_with, tutorial_order};
use crate::Client;

/// A portal that answers a request for a page with this result.
fn portal_with(page: impl Fn(u64) -> String + Send + Sync + 'static) -> (Playback, Client) {
    let portal = Playback::start(move |request| {
        if playback::is_token_request(request) {
            playback::token()
        } else {
            playback::success(&page(page_no(request)))
        }
    });
    let origin = Origin::new(portal.base_url()).unwrap();
    let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(origin)).unwrap();
    (portal, client)
}

fn page_no(request: &str) -> u64 {
    let number = request.split("pageNo=").nth(1).unwrap();
    number.split(['&', ' ']).next().unwrap().parse().unwrap()
}

/// The request lines, those for tokens left out.
fn asked(portal: &Playback) -> Vec<String> {
    let requests = portal.requests();
    let queries = requests.iter().filter(|request| !playback::is_token_request(request));
    queries.map(|request| request.lines().next().unwrap().to_owned()).collect()
}

/// A portal with this many orders in its history.
fn sandbox(orders: usize) -> Server {
    let mut settings = Settings::fresh();
    settings.order_history = orders;
    Server::start_with(settings, 0).unwrap()
}

#[test]
fn all_else_is_the_same_on_each_page() {
    let (portal, client) =
        portal_with(|page| format!(r#"{{"pageNo":{page},"results":[{{"id":{page}}}],"totalPage":3}}"#));
    let walk = client.pages(ListOrders::new().with_page_size(1).with_sort("-id"));
    let ids: Vec<_> = walk.map(|page| page.unwrap().results[0].id.as_ref().unwrap().to_string()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    let line = |page| format!("GET /order/openapi/order/v1/page?pageNo={page}&pageSize=1&sort=-id HTTP/1.1");
    assert_eq!(asked(&portal), [line(1), line(2), line(3)]);
}

#[test]
fn a_portal_that_repeats_its_first_page_is_not_asked_for_ever() {
    for echo in ["", r#""pageNo":1,"#] {
        let (portal, client) =
            portal_with(move |_| format!(r#"{{{echo}"results":[{{"id":1}}],"totalPage":39}}"#));
        let mut walk = client.pages(ListOrders::new());
        assert!(walk.next().unwrap().is_ok());
        let error = walk.next().unwrap().unwrap_err();
        assert_eq!((error.kind(), error.delivery()), (ErrorKind::UnexpectedAnswer, Delivery::NotExecuted));
        assert_eq!(error.endpoint(), Some("order_page"));
        assert_eq!(error.request_id(), Some("7249dc2422a5b3192c06b00fa77d31a2"));
        assert!(error.message().contains("page 2") && error.message().contains("page 1"), "{error}");
        assert!(walk.next().is_none() && walk.next().is_none());
        assert_eq!(asked(&portal).len(), 2);
    }
}

#[test]
fn an_error_ends_a_walk_and_another_goes_on_from_there() {
    let portal = sandbox(10);
    let client = client_with(&portal, |policy| policy.max_attempts = 1);
    let endpoint = ListOrders::new().with_page_size(3).with_sort("id");
    let mut walk = client.pages(endpoint.clone());
    let mut orders = walk.next().unwrap().unwrap().results.into_vec();
    portal.plan(Plan::new(Fault::StatusBeforeCommit(503)).on("order_page"));
    assert_eq!(walk.next().unwrap().unwrap_err().kind(), ErrorKind::Unavailable);
    assert!(walk.next().is_none() && walk.next().is_none());
    assert_eq!(portal.count("order_page"), 2);

    assert_eq!(walk.page_no(), 2);
    for page in client.pages(endpoint.with_page_no(walk.page_no())) {
        orders.extend(page.unwrap().results);
    }
    let ids: Vec<u64> =
        orders.iter().map(|order| order.id.as_ref().unwrap().as_str().parse().unwrap()).collect();
    assert_eq!(ids.len(), 10);
    assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
}

#[test]
fn an_empty_list_is_one_empty_page() {
    let portal = sandbox(0);
    let pages: Vec<_> = client(&portal).pages(ListOrders::new()).map(Result::unwrap).collect();
    assert_eq!(pages.len(), 1);
    assert!(pages[0].results.is_empty());
    assert_eq!(portal.count("order_page"), 1);
}

#[test]
fn orders_that_are_placed_during_a_walk_are_walked_through_too() {
    let portal = sandbox(4);
    let client = client(&portal);
    let mut rows = 0;
    for page in client.pages(ListOrders::new().with_page_size(2).with_sort("id")) {
        rows += page.unwrap().results.len();
        if portal.orders().is_empty() {
            client.send(CreateOrder::new(tutorial_order())).unwrap();
            portal.advance(Duration::from_secs(60));
        }
    }
    assert_eq!(rows, 5);
    assert_eq!(portal.count("order_page"), 3);
    portal.assert_no_double_order();
}

#[test]
fn what_must_not_be_sent_is_an_error_and_the_end() {
    let portal = sandbox(1);
    let mut walk = client(&portal).pages(ListOrders::new().with_page_size(0));
    assert_eq!(walk.next().unwrap().unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert!(walk.next().is_none());
    assert!(portal.requests().is_empty());
}
