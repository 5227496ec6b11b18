//! The checks of an order, by name.

use serde::{Deserialize, Serialize};

/// A check of an order. What the vendor's tutorials say of the order's product and
/// operation is checked; what is only inferred is not, and of a product or operation
/// without a tutorial only the general part. An order that was not made by a constructor may
/// follow any tutorial of its product and operation: one that fits whole is enough.
/// Its further services may each follow another one.
///
/// Newer pages of the vendor let some limits be queried instead of fixing them, so each
/// check can be switched off: [`Order::relax`](crate::order::Order::relax).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// The product is one that the constructor is for, and not 0.
    Product,
    /// An order has lines, none of them twice; a `*_plan` order has exactly one plan line, a `*_service`
    /// order none. Services stand in it only where the tutorial has them.
    Lines,
    /// The purchase type of each line fits the operation.
    PurchaseType,
    /// An order about a PBX or device names its serial number; one about the account does not.
    ProductNo,
    /// A customer (`partnerId`) is named only where the tutorial has it; an id is neither blank nor
    /// an e-mail address.
    PartnerId,
    /// A cloud PBX has 5 to 500 extensions. So says the tutorial on its purchase but for the newest
    /// edition, which lets the numbers be queried; that a renewal, High Availability and what is
    /// added keep to it follows from that.
    Extensions,
    /// A quantity is there where the tutorial wants one, absent where it has none, and never zero.
    Quantity,
    /// A service line beside a plan names that plan as its `connectionPlanId`; on top of the current plan, that
    /// one. A plan line names none, nor does a service of the account.
    ConnectionPlan,
    /// Billing model, billing cycle and `multiCycle` are those of the tutorial. That none has a
    /// `multiCycle` above 5 is inferred where the tutorial's values are not known; it is checked all the
    /// same, since a higher one is a quantity in the wrong place. So is that an annual renewal for the
    /// Appliance Edition is for a year at least.
    Billing,
    /// Whoever buys, switches or renews names a billing contact.
    BillingContact,
    /// The purchase of a cloud PBX says where it is created; no other order does.
    PbxSite,
    /// A PBX has a name.
    PbxName,
    /// A PBX URL is a host name and, when the region is known, a prefix under one of its suffixes.
    PbxUrl,
    /// Whoever sets a purchase order number does not leave it blank.
    PoNumber,
}

impl Rule {
    /// All of them, in the order in which they are checked.
    pub const ALL: &[Self] = &[
        Self::Product,
        Self::Lines,
        Self::PurchaseType,
        Self::ProductNo,
        Self::PartnerId,
        Self::Extensions,
        Self::Quantity,
        Self::ConnectionPlan,
        Self::Billing,
        Self::BillingContact,
        Self::PbxSite,
        Self::PbxName,
        Self::PbxUrl,
        Self::PoNumber,
    ];
}
