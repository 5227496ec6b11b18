//! The enums of an order and its lines.

use crate::value::open_enum;

open_enum! {
    /// What an order does.
    pub enum OperationType {
        /// Tries a plan.
        TrialPlan = "trial_plan",
        /// Tries a service.
        TrialService = "trial_service",
        /// Buys a plan.
        PurchasePlan = "purchase_plan",
        /// Buys a service.
        PurchaseService = "purchase_service",
        /// Switches to another plan.
        SwitchPlan = "switch_plan",
        /// In the vendor's list of values; no tutorial about it is known.
        SwitchTrialPlan = "switchTrial_plan",
        /// Renews a plan.
        RenewPlan = "renew_plan",
        /// Renews a service.
        RenewService = "renew_service",
    }
}

open_enum! {
    /// What a line buys.
    pub enum ServiceType {
        /// A plan.
        Plan = "plan",
        /// A service.
        Service = "service",
    }
}

open_enum! {
    /// What happens with the plan or service of a line.
    pub enum PurchaseType {
        /// Bought.
        Purchase = "purchase",
        /// Switched to.
        Switch = "switch",
        /// Renewed.
        Renew = "renew",
        /// Tried.
        Trial = "trial",
    }
}

impl PurchaseType {
    /// What a line of such an order has: the first word of the operation.
    pub(super) fn of(operation: &OperationType) -> Self {
        match operation {
            OperationType::TrialPlan | OperationType::TrialService => Self::Trial,
            OperationType::PurchasePlan | OperationType::PurchaseService => Self::Purchase,
            OperationType::SwitchPlan => Self::Switch,
            OperationType::RenewPlan | OperationType::RenewService => Self::Renew,
            OperationType::SwitchTrialPlan | OperationType::Unrecognized(_) => {
                Self::from(operation.as_str().split('_').next().unwrap_or_default())
            }
        }
    }
}

open_enum! {
    /// Whether a line is billed again.
    pub enum BillingModel {
        /// Each cycle.
        Recurring = "recurring",
        /// Once.
        Once = "once",
    }
}

open_enum! {
    /// How often a line is billed.
    pub enum BillingCycle {
        /// Each year.
        Annually = "annually",
        /// Each month.
        Monthly = "monthly",
        /// Once.
        Once = "once",
    }
}

/// The interval of recurring billing (`multiCycle`), which constructors take in this
/// form so that it cannot change places with a quantity. The vendor's values are 0 to 5.
///
/// It is not simply a number of years: the vendor fixes 0 for a cloud PBX that is billed
/// annually, and 1 for the annual renewal of Remote Management. Each constructor says
/// which values it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MultiCycle(pub u32);

impl From<MultiCycle> for u32 {
    fn from(multi_cycle: MultiCycle) -> Self {
        multi_cycle.0
    }
}
