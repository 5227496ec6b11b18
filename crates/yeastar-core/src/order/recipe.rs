//! What the order of one product for one operation holds: the parameter tables of
//! the vendor's order tutorials. Constructors take a row's fixed values from here,
//! and the rules check against it.

use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use super::{
    BillingCycle, BillingModel, OperationType, Order, OrderLine, PurchaseType, add_on, appliance_plan,
    cloud_pbx, linkus_cloud_service, remote_management, remote_management_premium, software_pbx,
    turnkey_package,
};
use crate::value::{PlanId, ProductId, ServiceId};

const ALL: [&[&Recipe]; 8] = [
    cloud_pbx::RECIPES,
    software_pbx::RECIPES,
    turnkey_package::RECIPES,
    linkus_cloud_service::RECIPES,
    appliance_plan::RECIPES,
    remote_management::RECIPES,
    remote_management_premium::RECIPES,
    add_on::RECIPES,
];

/// One table.
pub(super) struct Recipe {
    /// More than one where the pages differ.
    pub(super) products: &'static [ProductId],
    pub(super) operation: OperationType,
    pub(super) product_no: Presence,
    pub(super) partner_id: Presence,
    pub(super) plan: Option<LineRecipe>,
    pub(super) services: Services,
}

/// Whether a field is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    /// Also where no such row is known, but not all rows are.
    Optional,
    /// Optional, but not beside a serial number.
    WithoutProductNo,
    /// All rows are known, and this is none of them.
    Absent,
}

pub(super) enum Services {
    None,
    Optional(LineRecipe),
    Required {
        /// `connectionPlanId` in an order without a plan line.
        connection_plan: Presence,
        line: LineRecipe,
    },
}

/// A plan line, or each of the service lines.
pub(super) struct LineRecipe {
    pub(super) quantity: Quantity,
    pub(super) billing_model: Column<BillingModel>,
    pub(super) billing_cycle: Column<BillingCycle>,
    pub(super) multi_cycle: Interval,
}

pub(super) enum Quantity {
    /// As many extensions as a cloud PBX can have.
    Extensions,
    Required,
    /// The caller's; whether there is such a row is not known, or it depends on the service.
    Callers,
    Absent,
}

/// The value of a field.
pub(super) enum Column<T: 'static> {
    /// One of these.
    Documented(&'static [T]),
    /// The page has the row, but its value is not known: this is inferred, and any other is let through.
    Inferred(T),
    /// Whether there is such a row is not known either: this is inferred, and nothing is checked.
    InferredRow(T),
    /// The page has the row, but no value is known, or the caller has the choice: any value is let through.
    Callers,
    /// Whether there is such a row is not known, nor its value: nothing is checked.
    CallersRow,
    Absent,
}

pub(super) enum Interval {
    Column(Column<u32>),
    /// 0 for a line that is billed monthly, else from 1. The page's list of values is cut off.
    OfCycle,
}

pub(super) const EXTENSIONS: RangeInclusive<u32> = 5..=500;

pub(super) const RECURRING: Column<BillingModel> = Column::Documented(&[BillingModel::Recurring]);
pub(super) const RECURRING_INFERRED: Column<BillingModel> = Column::Inferred(BillingModel::Recurring);
pub(super) const RECURRING_ROW_INFERRED: Column<BillingModel> = Column::InferredRow(BillingModel::Recurring);
pub(super) const ANNUALLY: Column<BillingCycle> = Column::Documented(&[BillingCycle::Annually]);
pub(super) const ANNUALLY_INFERRED: Column<BillingCycle> = Column::Inferred(BillingCycle::Annually);
pub(super) const ANNUALLY_ROW_INFERRED: Column<BillingCycle> = Column::InferredRow(BillingCycle::Annually);
pub(super) const ANNUALLY_OR_MONTHLY: Column<BillingCycle> =
    Column::Documented(&[BillingCycle::Annually, BillingCycle::Monthly]);
pub(super) const ONCE: Column<BillingCycle> = Column::Documented(&[BillingCycle::Once]);
pub(super) const ZERO: Interval = Interval::Column(Column::Documented(&[0]));
pub(super) const ZERO_INFERRED: Interval = Interval::Column(Column::Inferred(0));
pub(super) const ZERO_ROW_INFERRED: Interval = Interval::Column(Column::InferredRow(0));
pub(super) const ONE_TO_FIVE: Interval = Interval::Column(Column::Documented(&[1, 2, 3, 4, 5]));
pub(super) const CALLERS: Interval = Interval::Column(Column::Callers);
pub(super) const CALLERS_ROW: Interval = Interval::Column(Column::CallersRow);

/// An order for the account or one of its customers.
pub(super) const fn of_account(
    products: &'static [ProductId],
    operation: OperationType,
    plan: Option<LineRecipe>,
    services: Services,
) -> Recipe {
    Recipe {
        products,
        operation,
        product_no: Presence::Absent,
        partner_id: Presence::Optional,
        plan,
        services,
    }
}

/// An order for a PBX or device that exists.
pub(super) const fn of_product_no(
    products: &'static [ProductId],
    operation: OperationType,
    partner_id: Presence,
    plan: Option<LineRecipe>,
    services: Services,
) -> Recipe {
    Recipe { products, operation, product_no: Presence::Required, partner_id, plan, services }
}

pub(super) const fn line(
    quantity: Quantity,
    billing_model: Column<BillingModel>,
    billing_cycle: Column<BillingCycle>,
    multi_cycle: Interval,
) -> LineRecipe {
    LineRecipe { quantity, billing_model, billing_cycle, multi_cycle }
}

/// A line of a trial: nothing is billed, so nothing says how.
pub(super) const fn trial(multi_cycle: Interval) -> LineRecipe {
    line(Quantity::Absent, Column::Absent, Column::Absent, multi_cycle)
}

/// A line that is billed again each year.
pub(super) const fn annual(quantity: Quantity, multi_cycle: Interval) -> LineRecipe {
    line(quantity, RECURRING, ANNUALLY, multi_cycle)
}

/// Services that belong to the account and not to a plan.
pub(super) const fn without_plan(line: LineRecipe) -> Services {
    Services::Required { connection_plan: Presence::Absent, line }
}

/// Services that belong to the plan in the same order, or else to the current one.
pub(super) const fn with_plan(line: LineRecipe) -> Services {
    Services::Required { connection_plan: Presence::Required, line }
}

/// The table that the order's constructor took it from, while the order still fits it.
pub(super) fn own(order: &Order) -> Option<&'static Recipe> {
    order.recipe.filter(|recipe| recipe.fits(order))
}

/// The tables of the order's product and operation: what another order is held against.
pub(super) fn all_of(order: &Order) -> impl Iterator<Item = &'static Recipe> {
    ALL.into_iter().flatten().copied().filter(|recipe| recipe.fits(order))
}

impl Recipe {
    pub(super) fn fits(&self, order: &Order) -> bool {
        self.products.contains(&order.product_id) && self.operation == order.operation_type
    }

    pub(super) fn order(&'static self, line: OrderLine) -> Order {
        self.order_of(self.products[0], line)
    }

    pub(super) fn order_of(&'static self, product: ProductId, line: OrderLine) -> Order {
        let order = Order::new(self.operation.clone(), product, Vec::from([line]));
        Order { recipe: Some(self), ..order }
    }

    /// A plan line with the values that are fixed.
    pub(super) fn plan(&self, plan: PlanId) -> OrderLine {
        self.filled(OrderLine::plan(plan, PurchaseType::of(&self.operation)))
    }

    /// A service line with the values that are fixed.
    pub(super) fn service(&self, service: ServiceId) -> OrderLine {
        self.filled(OrderLine::service(service, PurchaseType::of(&self.operation)))
    }

    fn filled(&self, line: OrderLine) -> OrderLine {
        match self.line(&line) {
            Some(recipe) => OrderLine {
                billing_model: recipe.billing_model.fixed(),
                billing_cycle: recipe.billing_cycle.fixed(),
                multi_cycle: recipe.multi_cycle.fixed(),
                ..line
            },
            None => line,
        }
    }

    /// What this line is held against.
    pub(super) fn line(&self, line: &OrderLine) -> Option<&LineRecipe> {
        match &self.services {
            _ if line.is_plan() => self.plan.as_ref(),
            Services::None => None,
            Services::Optional(line) | Services::Required { line, .. } => Some(line),
        }
    }
}

impl fmt::Debug for Recipe {
    /// It is in each order, where its columns would hide those of the order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {:?}", self.operation, self.products)
    }
}

impl<T: Clone> Column<T> {
    /// The value that the caller has no choice about.
    fn fixed(&self) -> Option<T> {
        match self {
            Self::Documented([only]) | Self::Inferred(only) | Self::InferredRow(only) => Some(only.clone()),
            Self::Documented(_) | Self::Callers | Self::CallersRow | Self::Absent => None,
        }
    }
}

impl Interval {
    fn fixed(&self) -> Option<u32> {
        match self {
            Self::Column(column) => column.fixed(),
            Self::OfCycle => None,
        }
    }
}
