//! The vendor's tutorials as a table: one row for each, in their order.
//!
//! What a tutorial fixes is fixed here. Where a row of a tutorial is not known, its
//! field may be there or not; where only the value is not known, it must be there.
//! In both cases each value is taken that the vendor prints anywhere for such a
//! field, also where a single one can be inferred, but for a cycle that the plan or
//! service is not sold by.

use crate::catalogue::{Item, id};
use crate::check::Need::{self, May, Must, Never};
use crate::check::Rule;

/// What one tutorial says of an order.
#[derive(Debug)]
pub(super) struct Recipe {
    pub(super) product: u64,
    pub(super) operation: &'static str,
    pub(super) entries: Entries,
    /// The services that it is about; empty for those that take every service of the
    /// product, or none.
    pub(super) services: &'static [u64],
    pub(super) product_no: Need,
    pub(super) partner: Need,
    pub(super) billing: Need,
    pub(super) connection: Connection,
    /// Quantity of the plan.
    pub(super) plan: Quantity,
    /// Quantity of a service.
    pub(super) service: Quantity,
    pub(super) terms: Terms,
    pub(super) keeps: Keeps,
}

/// Which lines an order has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entries {
    Plan,
    PlanMaybeServices,
    PlanAndServices,
    /// With each service that is subscribed.
    PlanAndAllServices,
    Services,
}

/// The plan that a line is connected with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connection {
    None,
    /// Services: the plan of the same order.
    Ordered,
    /// Services: the plan that there is.
    Current,
    /// Not known.
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    None,
    Some,
    /// The extensions that there are.
    Current,
    /// Of services that are counted, and of no other.
    Counted,
    /// Not known.
    Any,
}

/// Whether a column is there, and what it may say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column(pub(super) Need, pub(super) Rule);

/// The three columns about time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) model: Column,
    pub(super) cycle: Column,
    pub(super) multi: Column,
}

/// What may not change with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeps {
    Nothing,
    /// The billing cycle.
    Cycle,
    /// The billing cycle, when the plan moves up.
    CycleUpwards,
    /// Cycle and multiple, when the plan moves up.
    TermUpwards,
}

const MODELS: Rule = Rule::TextOf(&["recurring", "once"]);
const CYCLES: Rule = Rule::TextOf(&["monthly", "annually", "once"]);
const MULTIPLES: Rule = Rule::Range(0, 5);

const NONE: Column = Column(Never, Rule::Text);
const RECURRING: Column = Column(Must, Rule::TextOf(&["recurring"]));
const ANNUALLY: Column = Column(Must, Rule::TextOf(&["annually"]));
const MONTHLY_OR_ANNUALLY: Column = Column(Must, Rule::TextOf(&["monthly", "annually"]));
const ONCE: Column = Column(Must, Rule::TextOf(&["once"]));
const ZERO: Column = Column(Must, Rule::IntegerOf(&[0]));
const ONE: Column = Column(Must, Rule::IntegerOf(&[1]));
const ONE_TO_FIVE: Column = Column(Must, Rule::Range(1, 5));
const BY_CYCLE: Column = Column(
    Must,
    Rule::ConfirmedBy("billingCycle", &[("monthly", Rule::IntegerOf(&[0])), ("annually", Rule::Range(1, 5))]),
);
/// The row is not known.
const MAYBE_MODEL: Column = Column(May, MODELS);
const MAYBE_CYCLE: Column = Column(May, CYCLES);
const MAYBE_MULTI: Column = Column(May, MULTIPLES);
/// The row is known, its value is not.
const SOME_MODEL: Column = Column(Must, MODELS);
const SOME_CYCLE: Column = Column(Must, CYCLES);
const SOME_MULTI: Column = Column(Must, MULTIPLES);

const fn terms(model: Column, cycle: Column, multi: Column) -> Terms {
    Terms { model, cycle, multi }
}

const TRIAL: Terms = terms(NONE, NONE, ZERO);
const UNKNOWN: Terms = terms(MAYBE_MODEL, MAYBE_CYCLE, MAYBE_MULTI);
/// Known as far as the row of the model.
const TO_MODEL: Terms = terms(SOME_MODEL, MAYBE_CYCLE, MAYBE_MULTI);
const YEARLY: Terms = terms(RECURRING, ANNUALLY, ZERO);
const YEARS: Terms = terms(RECURRING, ANNUALLY, ONE_TO_FIVE);
const MONTHS_OR_YEARS: Terms = terms(RECURRING, MONTHLY_OR_ANNUALLY, BY_CYCLE);

/// The services of the PSE tutorial "subscribe to service".
const PSE_SUBSCRIBED: &[u64] = &[
    id::PSE_HOT_STANDBY,
    id::PSE_DISASTER_RECOVERY,
    id::PSE_HOTEL,
    id::PSE_CALL_CENTER,
    id::PSE_TRANSCRIPTION,
    id::PSE_RECEPTIONIST,
];

/// The subscriptions of an account: no serial number, maybe for a customer, paid.
const OF_ACCOUNT: Recipe = Recipe {
    product: 0,
    operation: "",
    entries: Entries::Services,
    services: &[],
    product_no: Never,
    partner: May,
    billing: Must,
    connection: Connection::None,
    plan: Quantity::None,
    service: Quantity::None,
    terms: YEARLY,
    keeps: Keeps::Nothing,
};

/// A trial: nothing is paid and nothing counted.
const TRIED: Recipe = Recipe { billing: Never, terms: TRIAL, ..OF_ACCOUNT };

/// A change of something that has a serial number.
const OF_NUMBER: Recipe = Recipe { product_no: Must, ..OF_ACCOUNT };

const SWITCHED: Recipe = Recipe {
    operation: "switch_plan",
    entries: Entries::Plan,
    connection: Connection::Any,
    plan: Quantity::Any,
    ..OF_NUMBER
};

const BY_DEVICE: Recipe = Recipe { partner: Never, entries: Entries::Plan, ..OF_NUMBER };

#[rustfmt::skip]
pub(super) static RECIPES: &[Recipe] = &[
    // P-Series Cloud Edition: purchase, expand, High Availability, switch, renew.
    Recipe { product: 13, operation: "purchase_plan", entries: Entries::PlanMaybeServices,
        connection: Connection::Ordered, plan: Quantity::Some, service: Quantity::Counted,
        terms: terms(RECURRING, MONTHLY_OR_ANNUALLY, ZERO), ..OF_ACCOUNT },
    Recipe { product: 13, operation: "purchase_service", services: &[id::PCE_EXTENSIONS, id::PCE_RECORDING],
        connection: Connection::Current, service: Quantity::Some, terms: UNKNOWN, ..OF_NUMBER },
    Recipe { product: 13, operation: "purchase_service", services: &[id::PCE_HIGH_AVAILABILITY],
        connection: Connection::Current, service: Quantity::Current,
        terms: terms(RECURRING, MAYBE_CYCLE, MAYBE_MULTI), ..OF_NUMBER },
    Recipe { product: 13, terms: terms(RECURRING, MONTHLY_OR_ANNUALLY, MAYBE_MULTI),
        keeps: Keeps::CycleUpwards, ..SWITCHED },
    Recipe { product: 13, operation: "renew_plan", entries: Entries::PlanAndAllServices,
        connection: Connection::Ordered, plan: Quantity::Current, service: Quantity::Any, terms: TO_MODEL,
        ..OF_NUMBER },
    // P-Series Software Edition: trial, commercial licence, expand, subscribe, switch, renew.
    Recipe { product: 12, operation: "trial_plan", entries: Entries::PlanMaybeServices,
        connection: Connection::Ordered, terms: terms(NONE, NONE, SOME_MULTI), ..TRIED },
    Recipe { product: 12, operation: "purchase_plan", entries: Entries::PlanMaybeServices, product_no: May,
        connection: Connection::Ordered, plan: Quantity::Some, service: Quantity::Any,
        terms: terms(RECURRING, SOME_CYCLE, SOME_MULTI), ..OF_ACCOUNT },
    Recipe { product: 12, operation: "purchase_service", services: &[id::PSE_EXTENSIONS, id::PSE_CALLS],
        connection: Connection::Current, service: Quantity::Some, terms: terms(RECURRING, MAYBE_CYCLE, MAYBE_MULTI),
        ..OF_NUMBER },
    Recipe { product: 12, operation: "purchase_service", services: PSE_SUBSCRIBED,
        connection: Connection::Current, service: Quantity::Counted,
        terms: terms(RECURRING, ANNUALLY, MAYBE_MULTI), ..OF_NUMBER },
    Recipe { product: 12, terms: YEARS, keeps: Keeps::TermUpwards, ..SWITCHED },
    Recipe { product: 12, operation: "renew_plan", entries: Entries::PlanAndAllServices, partner: Never,
        connection: Connection::Ordered, plan: Quantity::Current, service: Quantity::Any,
        terms: terms(SOME_MODEL, SOME_CYCLE, SOME_MULTI), ..OF_NUMBER },
    // P-Series Turnkey Package: trial, purchase, expand or subscribe, renew.
    Recipe { product: 14, operation: "trial_plan", entries: Entries::PlanMaybeServices,
        connection: Connection::Ordered, ..TRIED },
    Recipe { product: 14, operation: "purchase_plan", entries: Entries::PlanMaybeServices,
        connection: Connection::Ordered, plan: Quantity::Some, service: Quantity::Any,
        terms: terms(RECURRING, SOME_CYCLE, MAYBE_MULTI), ..OF_ACCOUNT },
    Recipe { product: 14, operation: "purchase_service", connection: Connection::Current, service: Quantity::Some,
        terms: UNKNOWN, ..OF_ACCOUNT },
    Recipe { product: 14, operation: "renew_plan", entries: Entries::PlanMaybeServices,
        connection: Connection::Ordered, plan: Quantity::Current, service: Quantity::Any,
        terms: terms(RECURRING, SOME_CYCLE, MAYBE_MULTI), ..OF_ACCOUNT },
    // Linkus Cloud Service: purchase, switch.
    Recipe { product: 9, operation: "purchase_plan", terms: YEARS, ..BY_DEVICE },
    Recipe { product: 9, terms: YEARS, keeps: Keeps::TermUpwards, ..SWITCHED },
    // P-Series Appliance Edition: purchase, switch, renew, Hotel PMS Integration.
    Recipe { product: 11, operation: "purchase_plan", terms: MONTHS_OR_YEARS, ..BY_DEVICE },
    Recipe { product: 11, terms: MONTHS_OR_YEARS, ..SWITCHED },
    Recipe { product: 11, operation: "renew_plan", partner: May, connection: Connection::Any,
        plan: Quantity::Any, terms: terms(RECURRING, MONTHLY_OR_ANNUALLY, SOME_MULTI),
        keeps: Keeps::Cycle, ..BY_DEVICE },
    Recipe { product: 11, operation: "purchase_service", entries: Entries::Services,
        terms: terms(ONCE, ONCE, ZERO), ..BY_DEVICE },
    // Remote Management: trial, purchase, additional connections, renew.
    Recipe { product: 15, operation: "trial_plan", entries: Entries::Plan, ..TRIED },
    Recipe { product: 15, operation: "purchase_plan", entries: Entries::PlanAndServices,
        connection: Connection::Ordered, plan: Quantity::Any, service: Quantity::Some,
        terms: terms(RECURRING, SOME_CYCLE, SOME_MULTI), ..OF_ACCOUNT },
    Recipe { product: 15, operation: "purchase_service", connection: Connection::Current, service: Quantity::Some,
        terms: terms(NONE, ONCE, ZERO), ..OF_ACCOUNT },
    Recipe { product: 15, operation: "renew_plan", entries: Entries::Plan,
        terms: terms(RECURRING, ANNUALLY, ONE), ..OF_ACCOUNT },
    // Remote Management Premium: purchase.
    Recipe { product: 20, operation: "purchase_service", service: Quantity::Some, ..OF_ACCOUNT },
    // RM Premium: trial, additional connections, renew. The page of the renewal prints
    // `trial_service`; its other values are those of a renewal.
    Recipe { product: 21, operation: "trial_service", ..TRIED },
    Recipe { product: 21, operation: "purchase_service", service: Quantity::Some, ..OF_ACCOUNT },
    Recipe { product: 21, operation: "renew_service", service: Quantity::Some, ..OF_ACCOUNT },
    // Add-on Service: Custom Domain Name, PCE and YCM White Label, PSE White Label.
    Recipe { product: 19, operation: "purchase_service", services: &[id::DOMAIN_NAME], service: Quantity::Some,
        ..OF_ACCOUNT },
    Recipe { product: 19, operation: "renew_service", services: &[id::DOMAIN_NAME], service: Quantity::Some,
        terms: terms(SOME_MODEL, ANNUALLY, ZERO), ..OF_ACCOUNT },
    Recipe { product: 19, operation: "purchase_service", services: &[id::PCE_WHITE_LABEL],
        service: Quantity::Any, terms: TO_MODEL, ..OF_ACCOUNT },
    Recipe { product: 19, operation: "renew_service", services: &[id::YCM_WHITE_LABEL], ..OF_ACCOUNT },
    Recipe { product: 19, operation: "trial_service", services: &[id::PSE_WHITE_LABEL],
        terms: terms(NONE, NONE, NONE), ..TRIED },
    Recipe { product: 19, operation: "purchase_service", services: &[id::PSE_WHITE_LABEL], service: Quantity::Some,
        terms: UNKNOWN, ..OF_ACCOUNT },
    Recipe { product: 19, operation: "renew_service", services: &[id::PSE_WHITE_LABEL],
        service: Quantity::Any, terms: TO_MODEL, ..OF_ACCOUNT },
];

impl Recipe {
    /// The row of a line: among several of one operation, that with the service. These
    /// differ in nothing that is about the whole order.
    pub(super) fn find(product: u64, operation: &str, service: Option<u64>) -> Option<&'static Self> {
        let fits = |recipe: &&Self| recipe.product == product && recipe.operation == operation;
        let is_meant = |recipe: &&Self| service.is_some_and(|id| recipe.services.contains(&id));
        let mut rows = RECIPES.iter().filter(fits);
        rows.clone().find(is_meant).or_else(|| rows.next())
    }

    /// What the order does, and the only `purchaseType` of its lines.
    pub(super) fn purchase_type(&self) -> &'static str {
        self.operation.split_once('_').map_or(self.operation, |(purpose, _)| purpose)
    }

    /// Whether a line may be of this plan, or of this service.
    pub(super) fn takes(&self, item: &Item, is_plan: bool) -> bool {
        let is_among = is_plan || self.services.is_empty() || self.services.contains(&item.id);
        is_among && item.is_plan() == is_plan
    }

    pub(super) fn takes_kind(&self, is_plan: bool) -> bool {
        if is_plan { self.entries != Entries::Services } else { self.entries != Entries::Plan }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_of_one_operation_agree_on_the_whole_order() {
        for recipe in RECIPES {
            let first = Recipe::find(recipe.product, recipe.operation, None).unwrap();
            let head = |recipe: &Recipe| (recipe.entries, recipe.product_no, recipe.partner, recipe.billing);
            assert_eq!(head(recipe), head(first), "{recipe:?}");
        }
    }
}
