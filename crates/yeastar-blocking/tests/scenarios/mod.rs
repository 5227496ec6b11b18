//! What a client must do, over real sockets. `crate::Client` is the client under test.

mod limits;
mod orders;
mod playback;
mod tokens;
mod tutorial;

use yeastar_core::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_core::{BillingContactId, Config, Credentials, Origin, PbxSubDomainId, Policy, RegionId};
use yeastar_sandbox::Server;

use crate::Client;

fn config(portal: &Server) -> Config {
    Config::new(Credentials::new(portal.client_id(), portal.client_secret()))
        .with_origin(Origin::new(&portal.base_url()).unwrap())
}

fn client(portal: &Server) -> Client {
    Client::new(config(portal)).unwrap()
}

fn client_with(portal: &Server, change: impl FnOnce(&mut Policy)) -> Client {
    let mut config = config(portal);
    change(&mut config.policy);
    Client::new(config).unwrap()
}

/// The order of the vendor's tutorial.
fn tutorial_order() -> Order {
    let site =
        PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
        .purchase(100, BillingCycle::Annually, BillingContactId::new(3_197_218_168_379_846_218), site)
        .with_service(CloudPbx::HIGH_AVAILABILITY)
}
