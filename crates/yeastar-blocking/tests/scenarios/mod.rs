//! What a client must do, over real sockets. `crate::Client` is the client under test.

mod accounts;
mod colleagues;
mod customers;
mod joining;
mod lifecycle;
mod limits;
mod odd;
mod orders;
mod pages;
mod playback;
mod purchase;
#[cfg(feature = "rustls")]
mod tls;
mod tokens;
mod tutorial;
mod writes;

use std::time::Duration;

use yeastar_core::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_core::{
    Auth, BillingContactId, BuildError, Config, Credentials, Effect, Encoder, Endpoint, Json, Meta, Method,
    Origin, PbxSubDomainId, Policy, RegionId,
};
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

/// Something that is bought without a token, with a body of any size. Without a token
/// the time limit is that of any attempt.
struct Buy {
    id: usize,
    padding: usize,
}

impl Endpoint for Buy {
    const META: Meta = Meta::new("buy", Method::POST, "/buy", Auth::None, Effect::Once, "it buys", "none");
    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.json(&(format!("purchase {};", self.id), "x".repeat(self.padding)))
    }
}

fn buyer(base_url: &str, change: impl FnOnce(&mut Policy)) -> Client {
    let mut config =
        Config::new(Credentials::new("id", "secret")).with_origin(Origin::new(base_url).unwrap());
    config.policy.backoff_base = Duration::ZERO;
    change(&mut config.policy);
    Client::new(config).unwrap()
}
