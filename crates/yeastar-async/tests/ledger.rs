//! The same story through both clients leaves the same traces at the portal.

use std::time::Duration;

use serde_json::Value;
use yeastar_core::order::{BillingCycle, CloudPbx, CreateOrder, GetOrder, ListOrders, Order, PbxSite};
use yeastar_core::product::{CheckPbxUrl, ListRegions};
use yeastar_core::user::ListBillingContacts;
use yeastar_core::{
    BillingContactId, Config, Credentials, Endpoint, Error, Origin, PbxSubDomainId, RegionId,
};
use yeastar_sandbox::{Fault, Plan, Server, Settings};

trait Client {
    fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error>;
}

impl Client for yeastar_blocking::Client {
    fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.send(endpoint)
    }
}

struct Async(tokio::runtime::Runtime, yeastar_async::Client);

impl Client for Async {
    fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.0.block_on(self.1.send(endpoint))
    }
}

fn order(prefix: &str) -> CreateOrder {
    let url = format!("{prefix}.ptest6.yeastarcloud.com");
    let site = PbxSite::new(prefix, RegionId::new(41), PbxSubDomainId::new(20), url);
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
        .purchase(100, BillingCycle::Annually, contact, site)
        .with_service(CloudPbx::HIGH_AVAILABILITY)
        .with_counted_service(CloudPbx::RECORDING_MINUTES, 600);
    CreateOrder::new(order)
}

/// What the client says of each step; of errors all but the words, which for a lost
/// answer are the transport's.
fn story(client: &impl Client, portal: &Server) -> Vec<String> {
    fn say<T>(result: Result<T, Error>) -> String {
        match result {
            Ok(_) => "ok".into(),
            Err(error) => format!(
                "{:?} {:?} {:?} {:?} {:?} {:?} after {}",
                error.endpoint(),
                error.kind(),
                error.delivery(),
                error.code(),
                error.request_id(),
                error.reason(),
                error.attempts()
            ),
        }
    }
    let plan = |fault, endpoint| portal.plan(Plan::new(fault).on(endpoint));
    let mut told = Vec::new();

    plan(Fault::StatusBeforeCommit(503), "region_list");
    told.push(say(client.send(ListRegions::new())));
    plan(Fault::TokenRejected, "billing_contact_list");
    told.push(say(client.send(ListBillingContacts::new())));
    told.push(say(client.send(CheckPbxUrl::new("one.ptest6.yeastarcloud.com"))));
    told.push(say(client.send(order("one"))));
    told.push(say(client.send(order("one"))));
    plan(Fault::DropAfterCommit, "order_save");
    told.push(say(client.send(order("two"))));
    plan(Fault::StatusAfterCommit(504), "order_save");
    told.push(say(client.send(order("three"))));
    portal.advance(Duration::from_secs(31 * 60));
    plan(Fault::Garbage, "token_refresh");
    told.push(say(client.send(ListOrders::new().with_page_size(10))));
    let order_no = portal.orders()[0].order_no.as_str().into();
    told.push(say(client.send(GetOrder::by_number(&order_no))));
    told.push(say(client.send(GetOrder::by_number(&"HB0".into()))));
    told
}

fn run(
    make: impl FnOnce(Config) -> Box<dyn FnOnce(&Server) -> Vec<String>>,
) -> (Vec<String>, Vec<String>, Vec<Value>) {
    let mut settings = Settings::default();
    settings.seed = 7;
    let portal = Server::start_with(settings, 0).unwrap();
    let mut config = Config::new(Credentials::new(portal.client_id(), portal.client_secret()))
        .with_origin(Origin::new(&portal.base_url()).unwrap());
    config.policy.backoff_base = Duration::ZERO;
    let told = make(config)(&portal);
    portal.assert_no_double_order();
    let requests = portal.requests().iter().map(ToString::to_string).collect();
    (told, requests, portal.orders().into_iter().map(|order| order.body).collect())
}

#[test]
fn both_clients_leave_the_same_ledger_and_tell_the_same() {
    let blocking = run(|config| {
        let client = yeastar_blocking::Client::new(config).unwrap();
        Box::new(move |portal| story(&client, portal))
    });
    let non_blocking = run(|config| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let client = Async(runtime, yeastar_async::Client::new(config).unwrap());
        Box::new(move |portal| story(&client, portal))
    });
    assert_eq!(blocking, non_blocking);
    let (told, requests, orders) = blocking;
    assert_eq!(orders.len(), 3);
    assert_eq!(told.iter().filter(|words| *words == "ok").count(), 6, "{told:#?}");
    assert_eq!(requests.len(), 17, "{requests:#?}");
}
