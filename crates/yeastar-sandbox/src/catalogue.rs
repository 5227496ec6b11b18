//! What is for sale: products, their plans and services, what they cost.
//!
//! Documented: the product ids and names, and the ids of the plans and services
//! that the vendor's tutorials print. Everything else is made up: the other ids
//! (`7`, two digits of the product, `1` for a plan, `2` for a service, `3` for a
//! pricing id, `9` for an offering, zeros, a number; ids of a kind differ by less
//! than a float can tell), some names, every price.

use std::ops::RangeInclusive;

use crate::envelope::Refusal;

/// A product of the price list.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    /// What a subscription is for.
    pub(crate) binding: Binding,
    pub(crate) items: &'static [Item],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    /// A device, which is there before the subscription.
    Device,
    /// A PBX that comes with the subscription.
    Pbx,
    /// The account, or a customer of it.
    Account,
}

/// A plan or a service.
#[derive(Debug)]
pub(crate) struct Item {
    /// `planId` or `serviceId`.
    pub(crate) id: u64,
    pub(crate) pricing_id: u64,
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    /// Price of one, for a year or for good, in cents.
    price: u64,
    pub(crate) cycles: &'static [Cycle],
    pub(crate) has_trial: bool,
    /// The only plan that it goes with.
    pub(crate) needs: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plan,
    /// A service that adds extensions to the plan.
    Extensions,
    /// A service that is sold by number.
    Counted,
    /// A service that covers all extensions and costs by their number.
    PerExtension,
    /// A service without a number.
    Flat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cycle {
    /// Thirty days for nothing.
    Trial,
    Once,
    Monthly,
    Annually,
}

/// How long a subscription runs: so many cycles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) cycle: Cycle,
    /// At least 1.
    pub(crate) count: u64,
}

const fn made_up(product: u64, kind: u64, number: u64) -> u64 {
    7_000_000_000_000_000_000 + product * 10_000_000_000_000_000 + kind * 1_000_000_000_000_000 + number
}

const fn item(product: u64, number: u64, kind: Kind, name: &'static str, price: u64) -> Item {
    let digit = if matches!(kind, Kind::Plan) { 1 } else { 2 };
    Item {
        id: made_up(product, digit, number),
        pricing_id: made_up(product, 3, number),
        kind,
        name,
        price,
        cycles: &[Cycle::Annually],
        has_trial: false,
        needs: None,
    }
}

impl Item {
    const fn id(self, id: u64) -> Self {
        Self { id, ..self }
    }

    const fn monthly(self) -> Self {
        Self { cycles: &[Cycle::Monthly, Cycle::Annually], ..self }
    }

    const fn once(self) -> Self {
        Self { cycles: &[Cycle::Once], ..self }
    }

    const fn trial(self) -> Self {
        Self { has_trial: true, ..self }
    }

    const fn needs(self, plan: u64) -> Self {
        Self { needs: Some(plan), ..self }
    }

    pub(crate) fn is_plan(&self) -> bool {
        self.kind == Kind::Plan
    }

    /// The price of one for a cycle, in cents.
    pub(crate) fn price(&self, cycle: Cycle) -> u64 {
        match cycle {
            Cycle::Trial => 0,
            Cycle::Monthly => self.price / 10,
            Cycle::Once | Cycle::Annually => self.price,
        }
    }
}

impl Cycle {
    pub(crate) const ALL: &[&str] = &["once", "monthly", "annually"];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Once => "once",
            Self::Monthly => "monthly",
            Self::Annually => "annually",
        }
    }

    /// One of [`ALL`](Self::ALL); what is not given is taken for a year.
    pub(crate) fn of(name: Option<&str>) -> Self {
        match name {
            Some("once") => Self::Once,
            Some("monthly") => Self::Monthly,
            _ => Self::Annually,
        }
    }
}

impl Term {
    pub(crate) const TRIAL: Self = Self { cycle: Cycle::Trial, count: 1 };

    /// Of a `multiCycle` 0 and 1 are one cycle.
    pub(crate) fn of(cycle: Option<&str>, multi_cycle: Option<u64>) -> Self {
        Self { cycle: Cycle::of(cycle), count: multi_cycle.unwrap_or_default().max(1) }
    }

    /// Its end, in milliseconds since 1970; what is bought once has none. A month has
    /// 30 days and a year 365.
    pub(crate) fn after(self, start: u64) -> Option<u64> {
        const DAY: u64 = 24 * 60 * 60 * 1000;
        let days = match self.cycle {
            Cycle::Once => return None,
            Cycle::Trial | Cycle::Monthly => 30,
            Cycle::Annually => 365,
        };
        Some(start.saturating_add(DAY * days * self.count))
    }
}

/// Ids of plans and services that a recipe or another item names.
pub(crate) mod id {
    use super::made_up;

    pub(crate) const LCS: u64 = 3_048_918_321_840_570_368;
    pub(crate) const PAE_ENTERPRISE: u64 = 3_048_560_232_537_899_008;
    pub(crate) const PSE_ENTERPRISE: u64 = made_up(12, 1, 1);
    pub(crate) const PSE_ULTIMATE: u64 = made_up(12, 1, 2);
    pub(crate) const PSE_EXTENSIONS: u64 = made_up(12, 2, 3);
    pub(crate) const PSE_CALLS: u64 = made_up(12, 2, 4);
    pub(crate) const PSE_HOT_STANDBY: u64 = made_up(12, 2, 5);
    pub(crate) const PSE_DISASTER_RECOVERY: u64 = made_up(12, 2, 6);
    pub(crate) const PSE_HOTEL: u64 = made_up(12, 2, 7);
    pub(crate) const PSE_CALL_CENTER: u64 = made_up(12, 2, 8);
    pub(crate) const PSE_TRANSCRIPTION: u64 = made_up(12, 2, 9);
    pub(crate) const PSE_RECEPTIONIST: u64 = made_up(12, 2, 10);
    pub(crate) const PCE_ENTERPRISE: u64 = 3_048_571_730_026_938_368;
    pub(crate) const PCE_EXTENSIONS: u64 = 3_048_573_516_041_273_344;
    pub(crate) const PCE_RECORDING: u64 = 3_048_573_759_449_317_376;
    pub(crate) const PCE_HIGH_AVAILABILITY: u64 = 3_048_573_935_752_720_384;
    pub(crate) const DOMAIN_NAME: u64 = made_up(19, 2, 1);
    pub(crate) const PCE_WHITE_LABEL: u64 = made_up(19, 2, 2);
    pub(crate) const YCM_WHITE_LABEL: u64 = made_up(19, 2, 3);
    pub(crate) const PSE_WHITE_LABEL: u64 = made_up(19, 2, 4);
}

/// Plans stand in their order, lowest first: moving to a later one is moving up.
#[rustfmt::skip]
pub(crate) static PRODUCTS: &[Product] = &[
    Product { id: 9, name: "Linkus Cloud Service", binding: Binding::Device, items: &[
        item(9, 1, Kind::Plan, "Linkus Cloud Service", 9_900).id(id::LCS),
        item(9, 2, Kind::Plan, "Linkus Cloud Service Pro", 19_900).id(3_048_918_719_332_507_648),
    ] },
    Product { id: 11, name: "P-Series Appliance Edition", binding: Binding::Device, items: &[
        item(11, 1, Kind::Plan, "Standard Plan", 4_990).id(3_048_558_946_648_207_360).monthly(),
        item(11, 2, Kind::Plan, "Enterprise Plan", 19_990).id(id::PAE_ENTERPRISE).monthly(),
        item(11, 3, Kind::Plan, "Ultimate Plan", 29_990).id(3_048_560_606_464_323_584).monthly(),
        item(11, 4, Kind::Flat, "Hotel PMS Integration", 25_005).once(),
    ] },
    Product { id: 12, name: "P-Series Software Edition", binding: Binding::Pbx, items: &[
        item(12, 1, Kind::Plan, "Enterprise Plan", 1_025).trial(),
        item(12, 2, Kind::Plan, "Ultimate Plan", 1_540).trial(),
        item(12, 3, Kind::Extensions, "Extension Expansion", 1_025).trial(),
        item(12, 4, Kind::Counted, "Concurrent Call Expansion", 2_050).trial(),
        item(12, 5, Kind::Flat, "Hot Standby", 30_000).trial(),
        item(12, 6, Kind::Flat, "Disaster Recovery", 40_000).trial().needs(id::PSE_ULTIMATE),
        item(12, 7, Kind::Flat, "Hotel PMS Integration", 25_005).trial(),
        item(12, 8, Kind::Counted, "Outbound Call Center", 5_000).trial(),
        item(12, 9, Kind::Counted, "AI Transcription", 15).trial(),
        item(12, 10, Kind::Counted, "AI Receptionist", 9_900).trial(),
    ] },
    Product { id: 13, name: "P-Series Cloud Edition", binding: Binding::Pbx, items: &[
        item(13, 1, Kind::Plan, "Enterprise Plan", 1_805).id(id::PCE_ENTERPRISE).monthly(),
        item(13, 2, Kind::Plan, "Ultimate Plan", 2_405).id(3_048_572_026_291_630_080).monthly(),
        item(13, 3, Kind::Extensions, "Extension Expansion", 1_805).id(id::PCE_EXTENSIONS).monthly(),
        item(13, 4, Kind::Counted, "Recording Minutes", 5).id(id::PCE_RECORDING).monthly(),
        item(13, 5, Kind::PerExtension, "High Availability", 605).id(id::PCE_HIGH_AVAILABILITY).monthly(),
    ] },
    Product { id: 14, name: "P-Series Turnkey Package", binding: Binding::Account, items: &[
        item(14, 1, Kind::Plan, "Turnkey Package", 1_205).trial(),
        item(14, 2, Kind::Extensions, "Extensions", 1_205).trial(),
        item(14, 3, Kind::Counted, "Ultimate Plan Extensions", 605).trial(),
        item(14, 4, Kind::Counted, "Recording Minutes", 5).trial(),
        item(14, 5, Kind::Counted, "Transcription Minutes", 15).trial(),
    ] },
    Product { id: 15, name: "Remote Management", binding: Binding::Account, items: &[
        item(15, 1, Kind::Plan, "Remote Management Account", 9_900).trial(),
        item(15, 2, Kind::Counted, "Connections", 3_000).once(),
    ] },
    Product { id: 19, name: "Add-on Service", binding: Binding::Account, items: &[
        item(19, 1, Kind::Counted, "Custom Domain Name", 12_000),
        item(19, 2, Kind::Flat, "PCE White Label", 100_000),
        item(19, 3, Kind::Flat, "YCM White Label", 100_000),
        item(19, 4, Kind::Counted, "PSE White Label", 50_000).trial(),
    ] },
    Product { id: 20, name: "Remote Management Premium", binding: Binding::Account, items: &[
        item(20, 1, Kind::Counted, "Remote Management Premium Connections", 2_550),
    ] },
    Product { id: 21, name: "RM Premium", binding: Binding::Account, items: &[
        item(21, 1, Kind::Counted, "RM Premium Connections", 2_550).trial(),
    ] },
];

impl Product {
    pub(crate) fn by_id(id: u64) -> Option<&'static Self> {
        PRODUCTS.iter().find(|product| product.id == id)
    }

    /// The product of the query parameter `productId`.
    pub(crate) fn of_query(text: &str) -> Result<&'static Self, Refusal> {
        let id = text.parse().ok().filter(|id: &u64| id.to_string() == text);
        id.and_then(Self::by_id).ok_or_else(unknown_product)
    }

    /// The product of the body's `productId`.
    pub(crate) fn of_body(id: Option<u64>) -> Result<&'static Self, Refusal> {
        id.and_then(Self::by_id).ok_or_else(unknown_product)
    }

    /// How many extensions a plan may have.
    pub(crate) fn extensions(&self) -> RangeInclusive<u64> {
        if self.id == 13 { 5..=500 } else { 1..=u64::from(u32::MAX) }
    }

    pub(crate) fn offering_id(&self) -> u64 {
        made_up(self.id, 9, 1)
    }

    pub(crate) fn item(&self, id: u64) -> Option<&'static Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The place of a plan among the plans.
    pub(crate) fn rank(&self, plan: &Item) -> Option<usize> {
        self.items.iter().position(|item| item.id == plan.id)
    }
}

fn unknown_product() -> Refusal {
    Refusal::field("productId", "exists", "is no product of the price list")
}
