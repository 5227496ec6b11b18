//! Orders of a Turnkey package (cloud PBX package, product 14), which belongs to the
//! account: none of them has a serial number.

use super::recipe::{
    ANNUALLY_INFERRED, ANNUALLY_ROW_INFERRED, CALLERS_ROW, LineRecipe, Quantity, RECURRING,
    RECURRING_ROW_INFERRED, Recipe, Services, ZERO, line, of_account, trial, with_plan,
};
use crate::portal::order::kinds::{MultiCycle, OperationType};
use crate::portal::order::order::Order;
use crate::value::{BillingContactId, PlanId, ProductId, ServiceId};

impl Order {
    /// Orders of a Turnkey package with this plan. No plan ids are printed for it: query
    /// them. [`Order::with_partner_id`] says for which customer an order is.
    ///
    /// The vendor names BYOI (bring your own infrastructure) together with it, as one product, but
    /// has no page about ordering that through the API.
    pub fn turnkey_package(plan: PlanId) -> TurnkeyPackage {
        TurnkeyPackage { plan }
    }
}

/// A plan of the Turnkey package, from which an order is made; see [`Order::turnkey_package`].
#[derive(Clone, Copy, Debug)]
pub struct TurnkeyPackage {
    plan: PlanId,
}

impl TurnkeyPackage {
    /// A free trial. Add services by [`Order::with_service`].
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-obtain-free-trial-for-p-series-turnkey-package-using-api.html>
    pub fn trial(self) -> Order {
        TRIAL.order(TRIAL.plan(self.plan))
    }

    /// The purchase of a package for so many extensions.
    ///
    /// Add services by [`Order::with_service`] or [`Order::with_counted_service`]. Inferred: cycle
    /// `annually`. Not known: `multi_cycle`, not even whether it is sent.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-p-series-turnkey-package-using-api.html>
    pub fn purchase(
        self,
        extensions: u32,
        multi_cycle: impl Into<Option<MultiCycle>>,
        billing_contact: BillingContactId,
    ) -> Order {
        self.of_plan(&PURCHASE, extensions, multi_cycle, billing_contact)
    }

    /// More capacity, or a service, for a package that has this plan.
    ///
    /// `quantity` is how many extensions, Ultimate Plan extensions, recording minutes or
    /// transcription minutes are added. Inferred: billing model `recurring`, cycle
    /// `annually`. Not known: `multi_cycle`, not even whether it is sent.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-expand-capacity-or-subscribe-services-for-p-series-turnkey-package-using-api.html>
    pub fn expand(
        self,
        service: ServiceId,
        quantity: u32,
        multi_cycle: impl Into<Option<MultiCycle>>,
        billing_contact: BillingContactId,
    ) -> Order {
        let mut line = EXPAND.service(service).with_connection_plan(self.plan).with_quantity(quantity);
        line.multi_cycle = multi_cycle.into().map(u32::from);
        EXPAND.order(line).with_billing_contact(billing_contact)
    }

    /// Renews a package that has this plan.
    ///
    /// `extensions` is exactly the number that it has now. Add services by
    /// [`Order::with_service`] or [`Order::with_counted_service`]. Inferred: cycle `annually`. Not
    /// known: `multi_cycle`, not even whether it is sent.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-p-series-turnkey-package-using-api.html>
    pub fn renew(
        self,
        extensions: u32,
        multi_cycle: impl Into<Option<MultiCycle>>,
        billing_contact: BillingContactId,
    ) -> Order {
        self.of_plan(&RENEW, extensions, multi_cycle, billing_contact)
    }

    fn of_plan(
        self,
        recipe: &'static Recipe,
        extensions: u32,
        multi_cycle: impl Into<Option<MultiCycle>>,
        billing_contact: BillingContactId,
    ) -> Order {
        let mut plan = recipe.plan(self.plan).with_quantity(extensions);
        plan.multi_cycle = multi_cycle.into().map(u32::from);
        recipe.order(plan).with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[&TRIAL, &PURCHASE, &EXPAND, &RENEW];

static TRIAL: Recipe = of_account(
    &[ProductId::TURNKEY],
    OperationType::TrialPlan,
    Some(trial(ZERO)),
    Services::Optional(trial(ZERO)),
);

static PURCHASE: Recipe = of_account(
    &[ProductId::TURNKEY],
    OperationType::PurchasePlan,
    Some(probably_annual(Quantity::Required)),
    Services::Optional(probably_annual(Quantity::Callers)),
);

static EXPAND: Recipe = of_account(
    &[ProductId::TURNKEY],
    OperationType::PurchaseService,
    None,
    with_plan(line(Quantity::Required, RECURRING_ROW_INFERRED, ANNUALLY_ROW_INFERRED, CALLERS_ROW)),
);

static RENEW: Recipe = of_account(
    &[ProductId::TURNKEY],
    OperationType::RenewPlan,
    Some(probably_annual(Quantity::Required)),
    Services::Optional(probably_annual(Quantity::Callers)),
);

const fn probably_annual(quantity: Quantity) -> LineRecipe {
    line(quantity, RECURRING, ANNUALLY_INFERRED, CALLERS_ROW)
}
