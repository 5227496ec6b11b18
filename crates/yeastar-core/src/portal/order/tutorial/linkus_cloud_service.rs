//! Orders of Linkus Cloud Service (product 9), which belongs to a device.

use super::recipe::{ONE_TO_FIVE, Presence, Quantity, Recipe, Services, annual, of_product_no};
use crate::portal::order::kinds::{MultiCycle, OperationType};
use crate::portal::order::order::Order;
use crate::value::{BillingContactId, PlanId, ProductId, ProductNo};

impl Order {
    /// Orders of Linkus Cloud Service with this plan.
    pub fn linkus_cloud_service(plan: PlanId) -> LinkusCloudService {
        LinkusCloudService { plan }
    }
}

/// A plan of Linkus Cloud Service, from which an order is made; see [`Order::linkus_cloud_service`].
#[derive(Clone, Copy, Debug)]
pub struct LinkusCloudService {
    plan: PlanId,
}

impl LinkusCloudService {
    /// Linkus Cloud Service, as an older page numbers it; newer pages let the ids be queried.
    pub const STANDARD: PlanId = PlanId::new(3_048_918_321_840_570_368);
    /// Linkus Cloud Service Pro, as an older page numbers it. Needs firmware 30.15.0.100,
    /// 65.16.0.8 or 78.16.0.8 of an S-Series VoIP PBX, or later.
    pub const PRO: PlanId = PlanId::new(3_048_918_719_332_507_648);

    /// The purchase for a device; `multi_cycle` is 1 to 5.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-linkus-cloud-service-using-api.html>
    pub fn purchase(
        self,
        product_no: impl Into<ProductNo>,
        multi_cycle: MultiCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        self.order(&PURCHASE, product_no, multi_cycle, billing_contact)
    }

    /// Switches a device to this plan; `multi_cycle` is 1 to 5.
    ///
    /// The interval must stay what it is when the device moves to Pro. That is not checked:
    /// the order does not say what the device has now.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-switch-linkus-cloud-service-subscription-using-API.html>
    pub fn switch_plan(
        self,
        product_no: impl Into<ProductNo>,
        multi_cycle: MultiCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        self.order(&SWITCH_PLAN, product_no, multi_cycle, billing_contact)
    }

    fn order(
        self,
        recipe: &'static Recipe,
        product_no: impl Into<ProductNo>,
        multi_cycle: MultiCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        recipe
            .order(recipe.plan(self.plan).with_multi_cycle(multi_cycle.0))
            .with_product_no(product_no)
            .with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[&PURCHASE, &SWITCH_PLAN];

static PURCHASE: Recipe = of_product_no(
    &[ProductId::LINKUS_CLOUD_SERVICE],
    OperationType::PurchasePlan,
    Presence::Absent,
    Some(annual(Quantity::Absent, ONE_TO_FIVE)),
    Services::None,
);

static SWITCH_PLAN: Recipe = of_product_no(
    &[ProductId::LINKUS_CLOUD_SERVICE],
    OperationType::SwitchPlan,
    Presence::Optional,
    Some(annual(Quantity::Callers, ONE_TO_FIVE)),
    Services::None,
);
