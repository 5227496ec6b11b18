//! What the order of one product for one operation holds: the parameter tables of
//! the vendor's order tutorials. Constructors take a row's fixed values from here,
//! and the rules check against it.

use core::fmt;
use core::ops::RangeInclusive;

use crate::portal::order::kinds::{BillingCycle, BillingModel, OperationType, PurchaseType};
use crate::portal::order::line::OrderLine;
use crate::value::{PlanId, ProductId, ServiceId};

/// One table.
pub(in crate::portal::order) struct Recipe {
    /// More than one where the pages differ.
    pub(in crate::portal::order) products: &'static [ProductId],
    pub(in crate::portal::order) operation: OperationType,
    pub(in crate::portal::order) product_no: Presence,
    pub(in crate::portal::order) partner_id: Presence,
    pub(in crate::portal::order) plan: Option<LineRecipe>,
    pub(in crate::portal::order) services: Services,
}

/// Whether a field is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::portal::order) enum Presence {
    Required,
    /// Also where no such row is known, but not all rows are.
    Optional,
    /// Optional, but not beside a serial number.
    WithoutProductNo,
    /// All rows are known, and this is none of them.
    Absent,
}

pub(in crate::portal::order) enum Services {
    None,
    Optional(LineRecipe),
    Required {
        /// `connectionPlanId` in an order without a plan line.
        connection_plan: Presence,
        line: LineRecipe,
    },
}

/// A plan line, or each of the service lines.
pub(in crate::portal::order) struct LineRecipe {
    pub(in crate::portal::order) quantity: Quantity,
    pub(in crate::portal::order) billing_model: Column<BillingModel>,
    pub(in crate::portal::order) billing_cycle: Column<BillingCycle>,
    pub(in crate::portal::order) multi_cycle: Interval,
}

pub(in crate::portal::order) enum Quantity {
    /// As many extensions as a cloud PBX can have.
    Extensions,
    Required,
    /// The caller's; whether there is such a row is not known, or it depends on the service.
    Callers,
    Absent,
}

/// The value of a field.
pub(in crate::portal::order) enum Column<T: 'static> {
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

pub(in crate::portal::order) enum Interval {
    Column(Column<u32>),
    /// 0 for a line that is billed monthly, else from 1. The page's list of values is cut off.
    OfCycle,
}

pub(in crate::portal::order) const EXTENSIONS: RangeInclusive<u32> = 5..=500;

pub(in crate::portal::order) const RECURRING: Column<BillingModel> =
    Column::Documented(&[BillingModel::Recurring]);
pub(in crate::portal::order) const RECURRING_INFERRED: Column<BillingModel> =
    Column::Inferred(BillingModel::Recurring);
pub(in crate::portal::order) const RECURRING_ROW_INFERRED: Column<BillingModel> =
    Column::InferredRow(BillingModel::Recurring);
pub(in crate::portal::order) const ANNUALLY: Column<BillingCycle> =
    Column::Documented(&[BillingCycle::Annually]);
pub(in crate::portal::order) const ANNUALLY_INFERRED: Column<BillingCycle> =
    Column::Inferred(BillingCycle::Annually);
pub(in crate::portal::order) const ANNUALLY_ROW_INFERRED: Column<BillingCycle> =
    Column::InferredRow(BillingCycle::Annually);
pub(in crate::portal::order) const ANNUALLY_OR_MONTHLY: Column<BillingCycle> =
    Column::Documented(&[BillingCycle::Annually, BillingCycle::Monthly]);
pub(in crate::portal::order) const ONCE: Column<BillingCycle> = Column::Documented(&[BillingCycle::Once]);
pub(in crate::portal::order) const ZERO: Interval = Interval::Column(Column::Documented(&[0]));
pub(in crate::portal::order) const ZERO_INFERRED: Interval = Interval::Column(Column::Inferred(0));
pub(in crate::portal::order) const ZERO_ROW_INFERRED: Interval = Interval::Column(Column::InferredRow(0));
pub(in crate::portal::order) const ONE_TO_FIVE: Interval =
    Interval::Column(Column::Documented(&[1, 2, 3, 4, 5]));
pub(in crate::portal::order) const CALLERS: Interval = Interval::Column(Column::Callers);
pub(in crate::portal::order) const CALLERS_ROW: Interval = Interval::Column(Column::CallersRow);

/// An order for the account or one of its customers.
pub(in crate::portal::order) const fn of_account(
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
pub(in crate::portal::order) const fn of_product_no(
    products: &'static [ProductId],
    operation: OperationType,
    partner_id: Presence,
    plan: Option<LineRecipe>,
    services: Services,
) -> Recipe {
    Recipe { products, operation, product_no: Presence::Required, partner_id, plan, services }
}

pub(in crate::portal::order) const fn line(
    quantity: Quantity,
    billing_model: Column<BillingModel>,
    billing_cycle: Column<BillingCycle>,
    multi_cycle: Interval,
) -> LineRecipe {
    LineRecipe { quantity, billing_model, billing_cycle, multi_cycle }
}

/// A line of a trial: nothing is billed, so nothing says how.
pub(in crate::portal::order) const fn trial(multi_cycle: Interval) -> LineRecipe {
    line(Quantity::Absent, Column::Absent, Column::Absent, multi_cycle)
}

/// A line that is billed again each year.
pub(in crate::portal::order) const fn annual(quantity: Quantity, multi_cycle: Interval) -> LineRecipe {
    line(quantity, RECURRING, ANNUALLY, multi_cycle)
}

/// Services that belong to the account and not to a plan.
pub(in crate::portal::order) const fn without_plan(line: LineRecipe) -> Services {
    Services::Required { connection_plan: Presence::Absent, line }
}

/// Services that belong to the plan in the same order, or else to the current one.
pub(in crate::portal::order) const fn with_plan(line: LineRecipe) -> Services {
    Services::Required { connection_plan: Presence::Required, line }
}

impl Recipe {
    pub(in crate::portal::order) fn fits(&self, product: ProductId, operation: &OperationType) -> bool {
        self.products.contains(&product) && self.operation == *operation
    }

    /// A plan line with the values that are fixed.
    pub(in crate::portal::order) fn plan(&self, plan: PlanId) -> OrderLine {
        self.filled(OrderLine::plan(plan, PurchaseType::of(&self.operation)))
    }

    /// A service line with the values that are fixed.
    pub(in crate::portal::order) fn service(&self, service: ServiceId) -> OrderLine {
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
    pub(in crate::portal::order) fn line(&self, line: &OrderLine) -> Option<&LineRecipe> {
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
