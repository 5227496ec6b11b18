//! Orders of Remote Management (product 15), which belongs to the account: none of
//! them has a serial number.

use super::recipe::{
    ANNUALLY_INFERRED, Column, Interval, ONCE, Quantity, RECURRING, Recipe, Services, ZERO, ZERO_INFERRED,
    annual, line, of_account, trial, with_plan,
};
use crate::portal::order::kinds::{BillingCycle, OperationType};
use crate::portal::order::order::Order;
use crate::value::{BillingContactId, PlanId, ProductId, ServiceId};

impl Order {
    /// Orders of Remote Management with this plan (Remote Management Account). No plan ids
    /// are printed for it: query them. [`Order::with_partner_id`] says for which customer
    /// an order is.
    pub fn remote_management(plan: PlanId) -> RemoteManagement {
        RemoteManagement { plan }
    }
}

/// A plan of Remote Management, from which an order is made; see [`Order::remote_management`].
#[derive(Clone, Copy, Debug)]
pub struct RemoteManagement {
    plan: PlanId,
}

impl RemoteManagement {
    /// A free trial.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-obtain-free-trial-for-remote-management-using-api.html>
    pub fn trial(self) -> Order {
        TRIAL.order(TRIAL.plan(self.plan))
    }

    /// The purchase of an account with so many connections; `service` is that of the connections.
    ///
    /// The page says that cycle and interval differ between the two lines, but its values
    /// are not known. Inferred: the account `annually` with `multiCycle` 1, as in its renewal;
    /// the connections `once` with 0, as when more are bought.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-remote-management-using-api.html>
    pub fn purchase(self, service: ServiceId, connections: u32, billing_contact: BillingContactId) -> Order {
        PURCHASE
            .order(PURCHASE.plan(self.plan))
            .with_billing_contact(billing_contact)
            .with_counted_service(service, connections)
    }

    /// More connections for an account that has this plan, billed once.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-additional-connections-for-remote-management-using-api.html>
    pub fn expand(self, service: ServiceId, connections: u32, billing_contact: BillingContactId) -> Order {
        let line = EXPAND.service(service).with_connection_plan(self.plan).with_quantity(connections);
        EXPAND.order(line).with_billing_contact(billing_contact)
    }

    /// Renews an account that has this plan. Its connections were bought for good.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-remote-management-using-api.html>
    pub fn renew(self, billing_contact: BillingContactId) -> Order {
        RENEW.order(RENEW.plan(self.plan)).with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[&TRIAL, &PURCHASE, &EXPAND, &RENEW];

static TRIAL: Recipe =
    of_account(&[ProductId::REMOTE_MANAGEMENT], OperationType::TrialPlan, Some(trial(ZERO)), Services::None);

static PURCHASE: Recipe = of_account(
    &[ProductId::REMOTE_MANAGEMENT],
    OperationType::PurchasePlan,
    Some(line(Quantity::Callers, RECURRING, ANNUALLY_INFERRED, Interval::Column(Column::Inferred(1)))),
    with_plan(line(Quantity::Required, RECURRING, Column::Inferred(BillingCycle::Once), ZERO_INFERRED)),
);

static EXPAND: Recipe = of_account(
    &[ProductId::REMOTE_MANAGEMENT],
    OperationType::PurchaseService,
    None,
    with_plan(line(Quantity::Required, Column::Absent, ONCE, ZERO)),
);

static RENEW: Recipe = of_account(
    &[ProductId::REMOTE_MANAGEMENT],
    OperationType::RenewPlan,
    Some(annual(Quantity::Absent, Interval::Column(Column::Documented(&[1])))),
    Services::None,
);
