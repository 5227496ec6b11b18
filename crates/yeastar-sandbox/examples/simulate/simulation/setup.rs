//! What all schedules of a variant begin with: an account, and something to buy.

use std::time::Duration;

use bytes::Bytes;
use yeastar_core::order::{BillingCycle, CloudPbx, Order, OrderSave, PbxSite};
use yeastar_core::purchase::Intent;
use yeastar_core::{BillingContactId, Endpoint, Origin, PbxSubDomainId, Policy, RegionId};

use super::checker::KEY;
use super::network::Network;
use super::variant::Variant;

/// When a schedule begins: what the account has from the start is in its lists by then.
pub const BEGIN: Duration = Duration::from_secs(60);

const CONTACT: BillingContactId = BillingContactId::new(3_197_218_168_379_846_218);

pub struct Setup {
    pub variant: Variant,
    pub intent: Intent,
    pub origin: Origin,
    pub policy: Policy,
    /// The same, but it looks once.
    pub hasty_policy: Policy,
    colleagues_order: Bytes,
}

impl Setup {
    pub fn new(variant: &Variant) -> Self {
        let origin = Origin::default();
        let order = if variant.is_renewal {
            let mut network = Network::new(variant.settings());
            let product_no = furnish(&mut network).unwrap_or_default();
            Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).renew(
                product_no,
                100,
                BillingCycle::Annually,
                CONTACT,
            )
        } else {
            purchase("ours.ptest6.yeastarcloud.com").with_service(CloudPbx::HIGH_AVAILABILITY)
        };
        let policy = variant.policy();
        let mut hasty_policy = policy.clone();
        hasty_policy.reconcile_for = Duration::ZERO;
        let request = OrderSave::new(order.clone()).to_request(&origin, None);
        Self {
            variant: *variant,
            colleagues_order: request.map(http::Request::into_body).unwrap_or_default(),
            intent: Intent::new(KEY, order).with_resend(variant.resend),
            policy,
            hasty_policy,
            origin,
        }
    }

    /// The account, as it is from the start.
    pub fn network(&self) -> Network {
        let mut network = Network::new(self.variant.settings());
        if self.variant.is_renewal {
            furnish(&mut network);
        }
        network.set_colleagues_order(self.colleagues_order.clone());
        network
    }
}

/// Buys what is renewed later; its serial number.
fn furnish(network: &mut Network) -> Option<String> {
    let order = purchase("renewed.ptest6.yeastarcloud.com");
    network.furnish(Duration::ZERO, order).map(|order| order.product_no.clone())
}

/// An order for a cloud PBX.
fn purchase(pbx_url: &str) -> Order {
    let site = PbxSite::new("ours", RegionId::new(41), PbxSubDomainId::new(20), pbx_url);
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(100, BillingCycle::Annually, CONTACT, site)
}
