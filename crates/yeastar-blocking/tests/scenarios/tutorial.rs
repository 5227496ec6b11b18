//! The vendor's tutorial, over the wire.

use std::fs;
use std::path::Path;

use yeastar_core::order::{CreateOrder, OrderStatus};
use yeastar_core::product::{CheckPbxUrl, ListRegions};
use yeastar_core::user::ListBillingContacts;
use yeastar_core::{Config, Credentials, Origin};
use yeastar_sandbox::Server;

use super::playback::{self, Playback};
use super::{client, tutorial_order};
use crate::Client;

/// The raw answer in a fixture, without the lines about its provenance.
fn fixture(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let raw: Vec<_> = text.lines().skip_while(|line| line.starts_with('#')).collect();
    let (head, body) =
        raw.join("\n").split_once("\n\n").map(|(head, body)| (head.to_owned(), body.to_owned())).unwrap();
    let head: String = head
        .lines()
        .filter(|line| !line.to_ascii_lowercase().starts_with("content-length"))
        .flat_map(|line| [line, "\r\n"])
        .collect();
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn the_answers_of_the_vendors_pages_are_read_exactly() {
    let portal = Playback::start(|request| match request {
        request if playback::is_token_request(request) => playback::token(),
        request if request.starts_with("GET /product/openapi/instance/v1/paug_pbx_url_existed") => {
            fixture("product/pbx_url_existed/ok.tutorial.http")
        }
        _ => fixture("order/order_save/ok.tutorial.http"),
    });
    let origin = Origin::new(portal.base_url()).unwrap();
    let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(origin)).unwrap();

    let reply = client.exchange(CheckPbxUrl::new("example.test.yeastar.com")).unwrap();
    assert!(!reply.value);
    assert_eq!(reply.request_id.as_deref(), Some("a1b75c1bec8fc8eaa4284ee4cc2cc79a"));

    let reply = client.exchange(CreateOrder::new(tutorial_order())).unwrap();
    assert_eq!(reply.request_id.as_deref(), Some("7c7a9d75e0c791c32d4fe4f4561eef14"));
    let placed = reply.value;
    assert_eq!(placed.order_no.as_str(), "HB3203705539121029120");
    assert_eq!(placed.order_status, Some(OrderStatus::Succeed));
    assert_eq!(placed.instance_id.unwrap().as_str(), "1275655");
    assert_eq!(placed.product_no.unwrap().as_str(), "3658B431119665QJ");
    assert_eq!(placed.transaction_no.unwrap().as_str(), "XN3203705540022804481");
    assert!(placed.extra.is_empty());
}

#[test]
fn the_four_steps_place_one_order() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    assert!(!client.send(ListRegions::new()).unwrap().is_empty());
    assert!(!client.send(CheckPbxUrl::new("docs.ptest6.yeastarcloud.com")).unwrap());
    assert!(!client.send(ListBillingContacts::new()).unwrap().is_empty());
    client.send(CreateOrder::new(tutorial_order())).unwrap();
    assert!(client.send(CheckPbxUrl::new("docs.ptest6.yeastarcloud.com")).unwrap());
    assert_eq!(portal.orders().len(), 1);
    assert_eq!(portal.requests().len(), 6);
}
