//! Both clients put the same bytes on the wire.

use yeastar_core::order::{
    BillingCycle, CloudPbx, CreateOrder, GetOrder, ListOrders, OperationType, Order, PbxSite,
};
use yeastar_core::pricing::{CalculatePrice, PriceLine};
use yeastar_core::product::{CheckPbxUrl, ListRegions};
use yeastar_core::user::{DeleteColleagues, EditColleague, GetCustomer, ListBillingContacts};
use yeastar_core::{
    Auth, BillingContactId, BuildError, Config, Credentials, Effect, Encoder, Endpoint, Error, Json, Meta,
    Method, Origin, PbxSubDomainId, PricingId, ProductId, RegionId,
};

#[path = "../../yeastar-blocking/tests/scenarios/playback.rs"]
#[allow(dead_code)]
mod playback;

use playback::Playback;

fn config(portal: &Playback) -> Config {
    let origin = Origin::new(portal.base_url()).unwrap();
    Config::new(Credentials::new("id", "s&c=r t")).with_origin(origin)
}

/// Answers that fit every endpoint well enough: what comes back is not the subject here.
fn portal() -> Playback {
    Playback::start(|request| match request {
        request if playback::is_token_request(request) => playback::token(),
        _ => playback::success("null"),
    })
}

/// The requests without their `host` line, which each client library puts where it
/// likes. There is one, and it names the portal.
fn without_host(portal: &Playback) -> Vec<String> {
    let host = format!("host: {}\r\n", portal.base_url().strip_prefix("http://").unwrap());
    let strip = |request: String| {
        assert_eq!(request.matches(&host).count(), 1, "{request}");
        let lines = request.split_inclusive("\r\n").filter(|line| !line.starts_with("host: "));
        lines.collect()
    };
    portal.requests().into_iter().map(strip).collect()
}

fn order() -> CreateOrder {
    let site =
        PbxSite::new("tést", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let order =
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(100, BillingCycle::Annually, contact, site);
    CreateOrder::new(order.with_po_number("PO-4711"))
}

fn calculation() -> CalculatePrice {
    let lines = vec![PriceLine::plan(PricingId::new(u64::MAX)).with_billing_cycle(BillingCycle::Annually)];
    CalculatePrice::new(ProductId::CLOUD_EDITION, OperationType::PurchasePlan, lines)
}

/// A POST without a body, which none of the portal's endpoints is.
struct Bodiless;

impl Endpoint for Bodiless {
    const META: Meta =
        Meta::new("bodiless", Method::POST, "/a/b", Auth::Bearer, Effect::Read, "nothing happens", "none");
    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

fn requests_of_each_form(mut visit: impl Visit) {
    visit.visit(ListRegions::new());
    visit.visit(CheckPbxUrl::new("docs.ptest6.yeastarcloud.com"));
    visit.visit(ListBillingContacts::new());
    visit.visit(ListOrders::new().with_page_no(2).with_page_size(50).with_sort("-id"));
    visit.visit(GetOrder::by_number(&"HB 1/2?".into()));
    visit.visit(order());
    visit.visit(GetCustomer::new("first+pbx@example.com"));
    visit.visit(calculation());
    visit.visit(EditColleague::new("1/2", [11_u64]).with_first_name("Fírst").with_password("p\"ss"));
    visit.visit(Bodiless);
    visit.visit(DeleteColleagues::new(["1", "2"]));
}

trait Visit {
    fn visit<E: Endpoint>(&mut self, endpoint: E);
}

struct Blocking(yeastar_blocking::Client);

impl Visit for Blocking {
    fn visit<E: Endpoint>(&mut self, endpoint: E) {
        let _: Result<_, Error> = self.0.send(endpoint);
    }
}

struct Async(tokio::runtime::Runtime, yeastar_async::Client);

impl Visit for Async {
    fn visit<E: Endpoint>(&mut self, endpoint: E) {
        let _: Result<_, Error> = self.0.block_on(self.1.send(endpoint));
    }
}

#[test]
fn both_clients_send_the_same_bytes() {
    let (one, other) = (portal(), portal());
    requests_of_each_form(Blocking(yeastar_blocking::Client::new(config(&one)).unwrap()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    requests_of_each_form(Async(runtime, yeastar_async::Client::new(config(&other)).unwrap()));

    let (one, other) = (without_host(&one), without_host(&other));
    assert_eq!(one.len(), 12, "a token request and eleven calls: {one:#?}");
    assert_eq!(one, other);
    assert_eq!(
        one[1],
        "GET /product/openapi/instance/v1/region_list HTTP/1.1\r\n\
         user-agent: yeastar-core/0.1.0\r\n\
         accept-encoding: identity\r\n\
         authorization: Bearer access\r\n\r\n"
    );
    assert_eq!(
        one[11],
        "DELETE /user/openapi/user/v1/colleagues HTTP/1.1\r\n\
         content-type: application/json\r\n\
         content-length: 27\r\n\
         user-agent: yeastar-core/0.1.0\r\n\
         accept-encoding: identity\r\n\
         authorization: Bearer access\r\n\r\n\
         {\"colleaguesIds\":[\"1\",\"2\"]}"
    );
}
