//! Orders of Remote Management Premium, also called RM Premium (product 20 or 21),
//! which belongs to the account: they have neither a serial number nor a plan.

use super::recipe::{Quantity, Recipe, ZERO, annual, of_account, trial, without_plan};
use crate::portal::order::kinds::OperationType;
use crate::portal::order::order::Order;
use crate::value::{BillingContactId, ProductId, ServiceId};

impl Order {
    /// Orders of Remote Management Premium. No service ids are printed for it: query them.
    /// [`Order::with_partner_id`] says for which customer an order is.
    ///
    /// The vendor's pages differ in the product: the purchase page says
    /// [20](ProductId::REMOTE_MANAGEMENT_PREMIUM_20), the pages on trials, more connections and renewals
    /// say [21](ProductId::REMOTE_MANAGEMENT_PREMIUM_21). Pass the one that the list of subscription
    /// products has for your account.
    pub fn remote_management_premium(product: ProductId, service: ServiceId) -> RemoteManagementPremium {
        RemoteManagementPremium { product, service }
    }
}

/// The service of Remote Management Premium, from which an order is made; see
/// [`Order::remote_management_premium`].
#[derive(Clone, Copy, Debug)]
pub struct RemoteManagementPremium {
    product: ProductId,
    service: ServiceId,
}

impl RemoteManagementPremium {
    /// A free trial. The page says product 21.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-obtain-free-trial-for-rm-premium-using-api.html>
    pub fn trial(self) -> Order {
        TRIAL.order_of(self.product, TRIAL.service(self.service))
    }

    /// The purchase of so many connections. The page says product 20.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-remote-management-premium-using-api.html>
    pub fn purchase(self, connections: u32, billing_contact: BillingContactId) -> Order {
        self.counted(&PURCHASE, connections, billing_contact)
    }

    /// So many connections more. The page says product 21, and otherwise just what the
    /// purchase page says.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-additional-connections-for-rm-premium-using-api.html>
    pub fn expand(self, connections: u32, billing_contact: BillingContactId) -> Order {
        self.counted(&PURCHASE, connections, billing_contact)
    }

    /// Renews so many connections. The page says product 21.
    ///
    /// The page prints the operation `trial_service` beside the purchase type `renew`. That
    /// `renew_service` is meant is inferred: nothing else of it is a trial, and the renewals of
    /// product 19 use it. To send what is printed, replace it by
    /// `.with_field("operationType", "trial_service")`.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-rm-premium-subscription-using-api.html>
    pub fn renew(self, connections: u32, billing_contact: BillingContactId) -> Order {
        self.counted(&RENEW, connections, billing_contact)
    }

    fn counted(self, recipe: &'static Recipe, connections: u32, billing_contact: BillingContactId) -> Order {
        recipe
            .order_of(self.product, recipe.service(self.service).with_quantity(connections))
            .with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[&TRIAL, &PURCHASE, &RENEW];

const PRODUCTS: &[ProductId] =
    &[ProductId::REMOTE_MANAGEMENT_PREMIUM_20, ProductId::REMOTE_MANAGEMENT_PREMIUM_21];

static TRIAL: Recipe = of_account(PRODUCTS, OperationType::TrialService, None, without_plan(trial(ZERO)));

static PURCHASE: Recipe = of_account(
    PRODUCTS,
    OperationType::PurchaseService,
    None,
    without_plan(annual(Quantity::Required, ZERO)),
);

static RENEW: Recipe =
    of_account(PRODUCTS, OperationType::RenewService, None, without_plan(annual(Quantity::Required, ZERO)));
