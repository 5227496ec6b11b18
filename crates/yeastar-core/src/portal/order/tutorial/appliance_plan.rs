//! Orders for a P-Series PBX of the Appliance Edition (product 11): its plan, and one service.

use super::recipe::{
    ANNUALLY_OR_MONTHLY, Column, Interval, LineRecipe, ONCE, Presence, Quantity, RECURRING, Recipe, Services,
    ZERO, line, of_product_no, without_plan,
};
use crate::portal::order::kinds::{BillingCycle, BillingModel, OperationType};
use crate::portal::order::order::Order;
use crate::value::{BillingContactId, PlanId, ProductId, ProductNo, ServiceId};

impl Order {
    /// Orders of this plan for a PBX of the Appliance Edition.
    pub fn appliance_plan(plan: PlanId) -> AppliancePlan {
        AppliancePlan { plan }
    }

    /// Orders of Hotel PMS Integration for a PBX of the Appliance Edition. No id of the
    /// service is printed: query it.
    pub fn hotel_pms_integration(service: ServiceId) -> HotelPmsIntegration {
        HotelPmsIntegration { service }
    }
}

/// A plan for the Appliance Edition, from which an order is made; see [`Order::appliance_plan`].
#[derive(Clone, Copy, Debug)]
pub struct AppliancePlan {
    plan: PlanId,
}

/// How often a plan for the Appliance Edition is billed: `billingCycle` and the `multiCycle` that fits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BillingInterval {
    /// Each month (`monthly`, 0).
    Monthly,
    /// So many years at a time (`annually`, from 1). The pages list 1, 2, 3, 4; that 5 is
    /// the last value is inferred.
    Years(u32),
}

impl AppliancePlan {
    /// Standard Plan, as an older page numbers it; newer pages let the ids be queried.
    pub const STANDARD: PlanId = PlanId::new(3_048_558_946_648_207_360);
    /// Enterprise Plan, as an older page numbers it.
    pub const ENTERPRISE: PlanId = PlanId::new(3_048_560_232_537_899_008);
    /// Ultimate Plan, as an older page numbers it.
    pub const ULTIMATE: PlanId = PlanId::new(3_048_560_606_464_323_584);

    /// The purchase for a PBX.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-plan-for-p-series-appliance-edition-using-api.html>
    pub fn purchase(
        self,
        product_no: impl Into<ProductNo>,
        interval: BillingInterval,
        billing_contact: BillingContactId,
    ) -> Order {
        self.order(&PURCHASE, product_no, interval, billing_contact)
    }

    /// Switches a PBX to this plan. Whether some switches must keep the interval, as they
    /// must for other products, is not known.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-switch-subscription-plan-for-p-series-appliance-edition-using-api.html>
    pub fn switch_plan(
        self,
        product_no: impl Into<ProductNo>,
        interval: BillingInterval,
        billing_contact: BillingContactId,
    ) -> Order {
        self.order(&SWITCH_PLAN, product_no, interval, billing_contact)
    }

    /// Renews this plan of a PBX.
    ///
    /// Month or year must stay what it is. That is not checked: the order does not say
    /// what the PBX has now. Inferred, and checked all the same: `multiCycle` as in a purchase.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-subscription-plan-for-p-series-appliance-edition-using-api.html>
    pub fn renew(
        self,
        product_no: impl Into<ProductNo>,
        interval: BillingInterval,
        billing_contact: BillingContactId,
    ) -> Order {
        self.order(&RENEW, product_no, interval, billing_contact)
    }

    fn order(
        self,
        recipe: &'static Recipe,
        product_no: impl Into<ProductNo>,
        interval: BillingInterval,
        billing_contact: BillingContactId,
    ) -> Order {
        let (billing_cycle, multi_cycle) = match interval {
            BillingInterval::Monthly => (BillingCycle::Monthly, 0),
            BillingInterval::Years(years) => (BillingCycle::Annually, years),
        };
        let plan = recipe.plan(self.plan).with_billing_cycle(billing_cycle).with_multi_cycle(multi_cycle);
        recipe.order(plan).with_product_no(product_no).with_billing_contact(billing_contact)
    }
}

/// Hotel PMS Integration for the Appliance Edition, from which an order is made; see
/// [`Order::hotel_pms_integration`].
#[derive(Clone, Copy, Debug)]
pub struct HotelPmsIntegration {
    service: ServiceId,
}

impl HotelPmsIntegration {
    /// The purchase for a PBX, billed once. It names no plan. (The page prints the row of
    /// the billing cycle under the name of the billing model; both are `once`.)
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-hotel-pms-integration-service-for-p-series-appliance-edition-using-api.html>
    pub fn purchase(self, product_no: impl Into<ProductNo>, billing_contact: BillingContactId) -> Order {
        HOTEL_PMS_INTEGRATION
            .order(HOTEL_PMS_INTEGRATION.service(self.service))
            .with_product_no(product_no)
            .with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[&PURCHASE, &SWITCH_PLAN, &RENEW, &HOTEL_PMS_INTEGRATION];

static PURCHASE: Recipe = of_product_no(
    &[ProductId::APPLIANCE_EDITION],
    OperationType::PurchasePlan,
    Presence::Absent,
    Some(plan(Quantity::Absent, Interval::OfCycle)),
    Services::None,
);

static SWITCH_PLAN: Recipe = of_product_no(
    &[ProductId::APPLIANCE_EDITION],
    OperationType::SwitchPlan,
    Presence::Optional,
    Some(plan(Quantity::Callers, Interval::OfCycle)),
    Services::None,
);

static RENEW: Recipe = of_product_no(
    &[ProductId::APPLIANCE_EDITION],
    OperationType::RenewPlan,
    Presence::Optional,
    Some(plan(Quantity::Callers, Interval::OfCycle)),
    Services::None,
);

static HOTEL_PMS_INTEGRATION: Recipe = of_product_no(
    &[ProductId::APPLIANCE_EDITION],
    OperationType::PurchaseService,
    Presence::Absent,
    None,
    without_plan(line(Quantity::Absent, Column::Documented(&[BillingModel::Once]), ONCE, ZERO)),
);

const fn plan(quantity: Quantity, multi_cycle: Interval) -> LineRecipe {
    line(quantity, RECURRING, ANNUALLY_OR_MONTHLY, multi_cycle)
}
