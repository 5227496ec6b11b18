//! What all schedules of a variant begin with: an account, and something to buy.

use std::time::Duration;

use bytes::Bytes;
use yeastar_core::order::{BillingCycle, CloudPbx, CreateOrder, Order, PbxSite};
use yeastar_core::purchase::Intent;
use yeastar_core::{BillingContactId, Endpoint, Origin, PbxSubDomainId, Policy, RegionId};

use super::checker::KEY;
use super::network::Network;
use super::variant::{Rival, Variant};

/// When a schedule begins: what the account has from the start is in its lists by then.
pub const BEGIN: Duration = Duration::from_secs(60);

/// How long a patient process may still begin to send.
const LONG_DEADLINE: Duration = Duration::from_secs(60 * 60);

const CONTACT: BillingContactId = BillingContactId::new(3_197_218_168_379_846_218);

pub struct Setup {
    pub variant: Variant,
    pub intent: Intent,
    pub origin: Origin,
    pub policy: Policy,
    /// The same, but it may begin to send much later.
    pub patient_policy: Policy,
    /// The same, but it looks once.
    pub hasty_policy: Policy,
    /// The accounts, as they are from the start.
    networks: Vec<Network>,
}

impl Setup {
    pub fn new(variant: &Variant) -> Self {
        let origin = Origin::default();
        let policy = variant.policy();
        let mut patient_policy = policy.clone();
        patient_policy.deadline = LONG_DEADLINE;
        let mut hasty_policy = policy.clone();
        hasty_policy.reconcile_for = Duration::ZERO;
        let accounts = if variant.rival == Rival::Account { 2 } else { 1 };
        let (networks, orders): (Vec<_>, Vec<_>) = (0..accounts).map(|seed| furnished(variant, seed)).unzip();
        let order = orders.into_iter().next().unwrap_or_else(new_pbx);
        Self {
            variant: *variant,
            intent: Intent::new(KEY, order).with_resend(variant.resend),
            policy,
            patient_policy,
            hasty_policy,
            origin,
            networks,
        }
    }

    /// The accounts, as they are from the start.
    pub fn networks(&self) -> Vec<Network> {
        self.networks.clone()
    }
}

/// An account, and what is bought there.
fn furnished(variant: &Variant, account: u64) -> (Network, Order) {
    let mut settings = variant.settings();
    settings.seed += account;
    // Those that are ordered below.
    let ordered = usize::from(variant.is_renewal) + 2 * usize::from(variant.is_there_already);
    settings.order_history = variant.history.saturating_sub(ordered);
    let mut network = Network::new(settings);
    network.take_token(Duration::ZERO);
    let order = if variant.is_renewal {
        let renewed = network.furnish(purchase("renewed.ptest6.yeastarcloud.com"));
        let product_no = renewed.map(|order| order.product_no.clone()).unwrap_or_default();
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).renew(product_no, 100, BillingCycle::Annually, CONTACT)
    } else {
        new_pbx()
    };
    network.set_colleagues_order(body(&order));
    if variant.is_there_already {
        network.furnish(order.clone().with_po_number(KEY));
        network.colleague_orders(Duration::ZERO);
    }
    (network, order)
}

fn body(order: &Order) -> Bytes {
    let request = CreateOrder::new(order.clone()).to_request(&Origin::default(), None);
    request.map(http::Request::into_body).unwrap_or_default()
}

/// What is bought where nothing is renewed.
fn new_pbx() -> Order {
    purchase("ours.ptest6.yeastarcloud.com").with_service(CloudPbx::HIGH_AVAILABILITY)
}

/// An order for a cloud PBX.
fn purchase(pbx_url: &str) -> Order {
    let site = PbxSite::new("ours", RegionId::new(41), PbxSubDomainId::new(20), pbx_url);
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(100, BillingCycle::Annually, CONTACT, site)
}
