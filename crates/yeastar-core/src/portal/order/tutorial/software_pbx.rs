//! Orders of a software PBX (P-Series Software Edition, product 12).

use super::recipe::{
    ANNUALLY, ANNUALLY_INFERRED, ANNUALLY_ROW_INFERRED, CALLERS, CALLERS_ROW, ONE_TO_FIVE, Presence,
    Quantity, RECURRING, RECURRING_INFERRED, Recipe, Services, ZERO_INFERRED, line, of_account,
    of_product_no, trial, with_plan,
};
use crate::portal::order::kinds::{MultiCycle, OperationType};
use crate::portal::order::order::Order;
use crate::value::{BillingContactId, PlanId, ProductId, ProductNo, ServiceId};

impl Order {
    /// Orders of a software PBX with this plan. No plan ids are printed for it: query them.
    pub fn software_pbx(plan: PlanId) -> SoftwarePbx {
        SoftwarePbx { plan }
    }
}

/// A plan of the software PBX, from which an order is made; see [`Order::software_pbx`].
#[derive(Clone, Copy, Debug)]
pub struct SoftwarePbx {
    plan: PlanId,
}

impl SoftwarePbx {
    /// A free trial licence, which is activated online.
    ///
    /// Add services by [`Order::with_service`]. [`Order::with_partner_id`] says for which
    /// customer it is, [`Order::with_assign_id`] which customer also gets the activation
    /// e-mail. Inferred: `multiCycle` 0.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-get-free-trial-license-for-p-series-software-edition-using-api.html>
    pub fn trial(self) -> Order {
        TRIAL.order(TRIAL.plan(self.plan))
    }

    /// A commercial licence.
    ///
    /// For a PBX that exists (a trial, say) add [`Order::with_product_no`]; for a new licence
    /// of a customer add [`Order::with_partner_id`], never both. An older edition of the
    /// page always wants the serial number. Inferred: cycle `annually`, and 1 to 5 as `multi_cycle`.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-commercial-license-for-p-series-software-edition-using-api.html>
    pub fn purchase(
        self,
        extensions: u32,
        multi_cycle: MultiCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        let plan = PURCHASE.plan(self.plan).with_quantity(extensions).with_multi_cycle(multi_cycle.0);
        PURCHASE.order(plan).with_billing_contact(billing_contact)
    }

    /// More extensions or concurrent calls for a software PBX that has this plan;
    /// `quantity` is how many are added.
    ///
    /// Inferred: cycle `annually`. Not known: `multi_cycle`, not even whether it is sent.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-expand-extensions-for-p-series-software-edition-using-api.html>
    pub fn expand(
        self,
        product_no: impl Into<ProductNo>,
        service: ServiceId,
        quantity: u32,
        multi_cycle: impl Into<Option<MultiCycle>>,
        billing_contact: BillingContactId,
    ) -> Order {
        self.on_top(&EXPAND, product_no, service, Some(quantity), multi_cycle, billing_contact)
    }

    /// A service for a software PBX that has this plan.
    ///
    /// `quantity` is for services that are counted (outbound call center, AI transcription,
    /// AI receptionist), `None` for those that are not (Hot Standby, Disaster Recovery, Hotel
    /// PMS Integration). Disaster Recovery needs the Ultimate Plan. Not known: `multi_cycle`,
    /// not even whether it is sent.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-subscribe-to-service-for-p-series-software-edition-using-api.html>
    pub fn add_service(
        self,
        product_no: impl Into<ProductNo>,
        service: ServiceId,
        quantity: impl Into<Option<u32>>,
        multi_cycle: impl Into<Option<MultiCycle>>,
        billing_contact: BillingContactId,
    ) -> Order {
        self.on_top(&ADD_SERVICE, product_no, service, quantity, multi_cycle, billing_contact)
    }

    /// Switches a software PBX to this plan; `multi_cycle` is 1 to 5.
    ///
    /// The interval must stay what it is when the PBX moves from Enterprise to Ultimate.
    /// That is not checked: the order does not say what the PBX has now.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-switch-subscription-plan-for-p-series-software-edition-using-api.html>
    pub fn switch_plan(
        self,
        product_no: impl Into<ProductNo>,
        multi_cycle: MultiCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        SWITCH_PLAN
            .order(SWITCH_PLAN.plan(self.plan).with_multi_cycle(multi_cycle.0))
            .with_product_no(product_no)
            .with_billing_contact(billing_contact)
    }

    /// Renews a software PBX that has this plan.
    ///
    /// `extensions` is exactly the number that the PBX has now. Services that are subscribed
    /// as well must be renewed with the plan: add each by [`Order::with_service`] or
    /// [`Order::with_counted_service`]. Inferred: billing model `recurring`, cycle `annually`, and
    /// 1 to 5 as `multi_cycle`.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-p-series-software-edition-using-api.html>
    pub fn renew(
        self,
        product_no: impl Into<ProductNo>,
        extensions: u32,
        multi_cycle: MultiCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        let plan = RENEW.plan(self.plan).with_quantity(extensions).with_multi_cycle(multi_cycle.0);
        RENEW.order(plan).with_product_no(product_no).with_billing_contact(billing_contact)
    }

    fn on_top(
        self,
        recipe: &'static Recipe,
        product_no: impl Into<ProductNo>,
        service: ServiceId,
        quantity: impl Into<Option<u32>>,
        multi_cycle: impl Into<Option<MultiCycle>>,
        billing_contact: BillingContactId,
    ) -> Order {
        let mut line = recipe.service(service).with_connection_plan(self.plan);
        line.quantity = quantity.into();
        line.multi_cycle = multi_cycle.into().map(u32::from);
        recipe.order(line).with_product_no(product_no).with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[&TRIAL, &PURCHASE, &EXPAND, &ADD_SERVICE, &SWITCH_PLAN, &RENEW];

static TRIAL: Recipe = of_account(
    &[ProductId::SOFTWARE_EDITION],
    OperationType::TrialPlan,
    Some(trial(ZERO_INFERRED)),
    Services::Optional(trial(ZERO_INFERRED)),
);

static PURCHASE: Recipe = Recipe {
    products: &[ProductId::SOFTWARE_EDITION],
    operation: OperationType::PurchasePlan,
    product_no: Presence::Optional,
    partner_id: Presence::WithoutProductNo,
    plan: Some(line(Quantity::Required, RECURRING, ANNUALLY_INFERRED, CALLERS)),
    services: Services::Optional(line(Quantity::Callers, RECURRING, ANNUALLY_INFERRED, CALLERS)),
};

static EXPAND: Recipe = of_product_no(
    &[ProductId::SOFTWARE_EDITION],
    OperationType::PurchaseService,
    Presence::Optional,
    None,
    with_plan(line(Quantity::Required, RECURRING, ANNUALLY_ROW_INFERRED, CALLERS_ROW)),
);

static ADD_SERVICE: Recipe = of_product_no(
    &[ProductId::SOFTWARE_EDITION],
    OperationType::PurchaseService,
    Presence::Optional,
    None,
    with_plan(line(Quantity::Callers, RECURRING, ANNUALLY, CALLERS_ROW)),
);

static SWITCH_PLAN: Recipe = of_product_no(
    &[ProductId::SOFTWARE_EDITION],
    OperationType::SwitchPlan,
    Presence::Optional,
    Some(line(Quantity::Callers, RECURRING, ANNUALLY, ONE_TO_FIVE)),
    Services::None,
);

static RENEW: Recipe = of_product_no(
    &[ProductId::SOFTWARE_EDITION],
    OperationType::RenewPlan,
    Presence::Absent,
    Some(line(Quantity::Required, RECURRING_INFERRED, ANNUALLY_INFERRED, CALLERS)),
    Services::Optional(line(Quantity::Callers, RECURRING_INFERRED, ANNUALLY_INFERRED, CALLERS)),
);
