//! Orders of a cloud PBX (P-Series Cloud Edition, product 13).

use super::recipe::{
    ANNUALLY_OR_MONTHLY, Column, Presence, Quantity, RECURRING, RECURRING_INFERRED, RECURRING_ROW_INFERRED,
    Recipe, Services, ZERO, ZERO_ROW_INFERRED, line, of_account, of_product_no, with_plan,
};
use crate::portal::order::kinds::{BillingCycle, OperationType};
use crate::portal::order::order::Order;
use crate::portal::order::pbx_site::PbxSite;
use crate::value::{BillingContactId, PlanId, ProductId, ProductNo, ServiceId};

impl Order {
    /// Orders of a cloud PBX with this plan.
    pub fn cloud_pbx(plan: PlanId) -> CloudPbx {
        CloudPbx { plan }
    }
}

/// A plan of the cloud PBX, from which an order is made; see [`Order::cloud_pbx`].
#[derive(Clone, Copy, Debug)]
pub struct CloudPbx {
    plan: PlanId,
}

impl CloudPbx {
    /// Enterprise Plan, as the tutorial numbers it; newer pages let the ids be queried.
    pub const ENTERPRISE_PLAN: PlanId = PlanId::new(3_048_571_730_026_938_368);
    /// Ultimate Plan, as the tutorial numbers it.
    pub const ULTIMATE_PLAN: PlanId = PlanId::new(3_048_572_026_291_630_080);
    /// Extension Expansion, as the tutorial numbers it.
    pub const EXTENSION_EXPANSION: ServiceId = ServiceId::new(3_048_573_516_041_273_344);
    /// Recording Minutes, as the tutorial numbers it.
    pub const RECORDING_MINUTES: ServiceId = ServiceId::new(3_048_573_759_449_317_376);
    /// High Availability, as the tutorial numbers it.
    pub const HIGH_AVAILABILITY: ServiceId = ServiceId::new(3_048_573_935_752_720_384);

    /// The purchase of a new cloud PBX: 5 to 500 extensions, billed annually or monthly.
    ///
    /// The newest edition of the page does not print the 5 and the 500: valid numbers are
    /// queried. It names no ids of plans and services either.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-p-series-cloud-edition-using-api.html>
    ///
    /// ```
    /// use yeastar_core::order::{BillingCycle, CloudPbx, Order, CreateOrder, PbxSite};
    /// use yeastar_core::{BillingContactId, Endpoint, Origin, PbxSubDomainId, RegionId};
    ///
    /// let site = PbxSite::new(
    ///     "test",
    ///     RegionId::new(41),
    ///     PbxSubDomainId::new(20),
    ///     "docs.ptest6.yeastarcloud.com",
    /// );
    /// let contact = BillingContactId::new(3197218168379846218);
    /// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
    ///     .purchase(100, BillingCycle::Annually, contact, site)
    ///     .with_service(CloudPbx::HIGH_AVAILABILITY);
    /// let request = CreateOrder::new(order).to_request(&Origin::default(), None)?;
    /// assert!(request.body().starts_with(br#"{"operationType":"purchase_plan","productId":13,"#));
    /// # Ok::<(), yeastar_core::Error>(())
    /// ```
    pub fn purchase(
        self,
        extensions: u32,
        billing_cycle: BillingCycle,
        billing_contact: BillingContactId,
        site: PbxSite,
    ) -> Order {
        let plan = PURCHASE.plan(self.plan).with_quantity(extensions).with_billing_cycle(billing_cycle);
        PURCHASE.order(plan).with_billing_contact(billing_contact).with_pbx_site(site)
    }

    /// More extensions or call recording minutes for a cloud PBX that has this plan.
    ///
    /// `service` is [`EXTENSION_EXPANSION`](Self::EXTENSION_EXPANSION),
    /// [`RECORDING_MINUTES`](Self::RECORDING_MINUTES) or an id that was queried; `quantity`
    /// is how many are added. A cloud PBX has at most 500 extensions in all. Inferred:
    /// billing model `recurring`, cycle `annually` or `monthly` as subscribed, `multiCycle` 0.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-expand-extensions-or-call-recording-minutes-for-p-series-cloud-edition-using-api.html>
    pub fn expand(
        self,
        product_no: impl Into<ProductNo>,
        service: ServiceId,
        quantity: u32,
        billing_cycle: BillingCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        self.on_top(&EXPAND, product_no, service, quantity, billing_cycle, billing_contact)
    }

    /// A service that is priced by extension, for a cloud PBX that has this plan. The
    /// page is about High Availability ([`HIGH_AVAILABILITY`](Self::HIGH_AVAILABILITY)).
    ///
    /// `extensions` is the number that the PBX has now. (The tutorial on the purchase of
    /// a PBX sends High Availability without a quantity.) Inferred: cycle `annually` or
    /// `monthly` as subscribed, `multiCycle` 0.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-subscribe-to-high-availability-service-for-p-series-cloud-edition-using-api.html>
    pub fn add_service(
        self,
        product_no: impl Into<ProductNo>,
        service: ServiceId,
        extensions: u32,
        billing_cycle: BillingCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        self.on_top(&ADD_SERVICE, product_no, service, extensions, billing_cycle, billing_contact)
    }

    /// Switches a cloud PBX to this plan.
    ///
    /// The billing cycle must stay what it is when the PBX moves to a higher plan
    /// (Enterprise to Ultimate). That is not checked: the order does not say what the
    /// PBX has now. Inferred: `multiCycle` 0.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-switch-subscription-plan-for-p-series-cloud-edition-using-api.html>
    pub fn switch_plan(
        self,
        product_no: impl Into<ProductNo>,
        billing_cycle: BillingCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        SWITCH_PLAN
            .order(SWITCH_PLAN.plan(self.plan).with_billing_cycle(billing_cycle))
            .with_product_no(product_no)
            .with_billing_contact(billing_contact)
    }

    /// Renews a cloud PBX that has this plan.
    ///
    /// `extensions` must be the number that the PBX has now, or the portal refuses the
    /// order. Services that are subscribed as well must be renewed with the plan: add
    /// each by [`Order::with_service`] or [`Order::with_counted_service`] (which of them for High
    /// Availability is not known: its purchase has a quantity on one page and none on
    /// another). Inferred: billing model `recurring`, cycle as subscribed, `multiCycle` 0.
    ///
    /// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-renew-p-series-cloud-edition-using-api.html>
    pub fn renew(
        self,
        product_no: impl Into<ProductNo>,
        extensions: u32,
        billing_cycle: BillingCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        let plan = RENEW.plan(self.plan).with_quantity(extensions).with_billing_cycle(billing_cycle);
        RENEW.order(plan).with_product_no(product_no).with_billing_contact(billing_contact)
    }

    fn on_top(
        self,
        recipe: &'static Recipe,
        product_no: impl Into<ProductNo>,
        service: ServiceId,
        quantity: u32,
        billing_cycle: BillingCycle,
        billing_contact: BillingContactId,
    ) -> Order {
        let line = recipe
            .service(service)
            .with_connection_plan(self.plan)
            .with_quantity(quantity)
            .with_billing_cycle(billing_cycle);
        recipe.order(line).with_product_no(product_no).with_billing_contact(billing_contact)
    }
}

pub(super) const RECIPES: &[&Recipe] = &[&PURCHASE, &EXPAND, &ADD_SERVICE, &SWITCH_PLAN, &RENEW];

static PURCHASE: Recipe = of_account(
    &[ProductId::CLOUD_EDITION],
    OperationType::PurchasePlan,
    Some(line(Quantity::Extensions, RECURRING, ANNUALLY_OR_MONTHLY, ZERO)),
    Services::Optional(line(Quantity::Callers, RECURRING, ANNUALLY_OR_MONTHLY, ZERO)),
);

static EXPAND: Recipe = of_product_no(
    &[ProductId::CLOUD_EDITION],
    OperationType::PurchaseService,
    Presence::Optional,
    None,
    with_plan(line(Quantity::Required, RECURRING_ROW_INFERRED, Column::CallersRow, ZERO_ROW_INFERRED)),
);

static ADD_SERVICE: Recipe = of_product_no(
    &[ProductId::CLOUD_EDITION],
    OperationType::PurchaseService,
    Presence::Optional,
    None,
    with_plan(line(Quantity::Extensions, RECURRING, Column::CallersRow, ZERO_ROW_INFERRED)),
);

static SWITCH_PLAN: Recipe = of_product_no(
    &[ProductId::CLOUD_EDITION],
    OperationType::SwitchPlan,
    Presence::Optional,
    Some(line(Quantity::Callers, RECURRING, ANNUALLY_OR_MONTHLY, ZERO_ROW_INFERRED)),
    Services::None,
);

static RENEW: Recipe = of_product_no(
    &[ProductId::CLOUD_EDITION],
    OperationType::RenewPlan,
    Presence::Optional,
    Some(line(Quantity::Extensions, RECURRING_INFERRED, Column::CallersRow, ZERO_ROW_INFERRED)),
    Services::Optional(line(Quantity::Callers, RECURRING_INFERRED, Column::CallersRow, ZERO_ROW_INFERRED)),
);
