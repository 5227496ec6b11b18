//! What an order must not be, checked before it is sent.

use alloc::format;
use alloc::string::String;

use super::line::field_of_line;
use super::{BillingCycle, BillingModel, OperationType, Order, OrderLine, PbxSite, PurchaseType};
use crate::encoder::BuildError;
use crate::product::{check_pbx_url, is_under};
use crate::value::{PlanId, ProductId};

/// A check of an order. Newer pages of the vendor let some limits be queried
/// instead of fixing them, so each can be switched off: [`Order::relax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// An order has lines, and a `*_plan` order exactly one plan line.
    Lines,
    /// A new cloud PBX has 5 to 500 extensions (tutorial, older edition).
    Extensions,
    /// A quantity, where there is one, is not zero.
    Quantity,
    /// A service line beside a plan names that plan as its `connectionPlanId`; a plan line names none.
    ConnectionPlan,
    /// The purchase type of each line fits the operation.
    PurchaseType,
    /// A purchase of a cloud PBX is billed `recurring`, `annually` or `monthly`, with `multiCycle` 0 (tutorial).
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

const EXTENSIONS: core::ops::RangeInclusive<u32> = 5..=500;

impl Rule {
    /// All of them, in the order in which they are checked.
    pub const ALL: &[Self] = &[
        Self::Lines,
        Self::PurchaseType,
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

    fn check(self, order: &Order) -> Result<(), BuildError> {
        match self {
            Self::Lines => order.check_lines(),
            Self::PurchaseType => order.check_purchase_type(),
            Self::Extensions => order.check_extensions(),
            Self::Quantity => order.check_quantity(),
            Self::ConnectionPlan => order.check_connection_plan(),
            Self::Billing => order.check_billing(),
            Self::BillingContact => order.check_billing_contact(),
            Self::PbxSite => order.check_pbx_site(),
            Self::PbxName => order.check_pbx_name(),
            Self::PbxUrl => order.check_pbx_url(),
            Self::PoNumber => order.check_po_number(),
        }
    }
}

impl Order {
    /// Checks the order as it is checked before it is sent.
    ///
    /// # Errors
    ///
    /// The first rule that is broken and not relaxed.
    pub fn check(&self) -> Result<(), BuildError> {
        for rule in Rule::ALL.iter().filter(|rule| !self.relaxed.contains(rule)) {
            rule.check(self).map_err(|error| error.or_remedy(&format!("relax Rule::{rule:?}")))?;
        }
        Ok(())
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &OrderLine)> {
        self.service_list.iter().enumerate()
    }

    fn buys_cloud_pbx(&self) -> bool {
        self.product_id == ProductId::CLOUD_EDITION && self.operation_type == OperationType::PurchasePlan
    }

    fn check_lines(&self) -> Result<(), BuildError> {
        let plans = self.service_list.iter().filter(|line| line.is_plan()).count();
        if self.service_list.is_empty() {
            return Err(BuildError::new("serviceList", "is empty", "add a line for each plan and service"));
        }
        if self.operation_type.as_str().ends_with("_plan") && plans != 1 {
            return Err(BuildError::new(
                "serviceList",
                format!("has {plans} plan lines in a {} order", self.operation_type),
                "such an order has exactly one plan",
            ));
        }
        if self.operation_type.as_str().ends_with("_service") && plans != 0 {
            return Err(BuildError::new(
                "serviceList",
                format!("has a plan line in a {} order", self.operation_type),
                "such an order has services only",
            ));
        }
        match self.lines().find(|(_, line)| line.service_id.get() == 0) {
            Some((index, _)) => Err(BuildError::new(
                field_of_line(index, "serviceId"),
                "is 0",
                "pass the id of the plan or service",
            )),
            None => Ok(()),
        }
    }

    fn check_purchase_type(&self) -> Result<(), BuildError> {
        let expected = match self.operation_type {
            OperationType::TrialPlan | OperationType::TrialService => PurchaseType::Trial,
            OperationType::PurchasePlan | OperationType::PurchaseService => PurchaseType::Purchase,
            OperationType::SwitchPlan => PurchaseType::Switch,
            OperationType::RenewPlan | OperationType::RenewService => PurchaseType::Renew,
            OperationType::SwitchTrialPlan | OperationType::Unrecognised(_) => return Ok(()),
        };
        match self.lines().find(|(_, line)| line.purchase_type != expected) {
            Some((index, line)) => Err(BuildError::new(
                field_of_line(index, "purchaseType"),
                format!("is {} in a {} order", line.purchase_type, self.operation_type),
                format!("pass {expected}"),
            )),
            None => Ok(()),
        }
    }

    fn check_extensions(&self) -> Result<(), BuildError> {
        if !self.buys_cloud_pbx() {
            return Ok(());
        }
        for (index, line) in self.lines().filter(|(_, line)| line.is_plan()) {
            let problem = match line.quantity {
                Some(quantity) if EXTENSIONS.contains(&quantity) => continue,
                Some(quantity) => format!("is {quantity}"),
                None => "is missing".into(),
            };
            return Err(BuildError::new(
                field_of_line(index, "quantity"),
                problem,
                format!("a cloud PBX has {} to {} extensions", EXTENSIONS.start(), EXTENSIONS.end()),
            ));
        }
        Ok(())
    }

    fn check_quantity(&self) -> Result<(), BuildError> {
        match self.lines().find(|(_, line)| line.quantity == Some(0)) {
            Some((index, _)) => Err(BuildError::new(
                field_of_line(index, "quantity"),
                "is 0",
                "pass how many, or leave it out where the price is flat",
            )),
            None => Ok(()),
        }
    }

    fn check_connection_plan(&self) -> Result<(), BuildError> {
        let Some(plan) = self.service_list.iter().find(|line| line.is_plan()) else {
            return Ok(());
        };
        for (index, line) in self.lines() {
            let expected = (!line.is_plan()).then_some(plan.service_id.get());
            let actual = line.connection_plan_id.map(PlanId::get);
            if actual == expected {
                continue;
            }
            let problem = match actual {
                Some(actual) => format!("is {actual}"),
                None => "is missing".into(),
            };
            let remedy = match expected {
                Some(expected) => format!("a service beside a plan names that plan, {expected}"),
                None => "leave it out: this line is the plan".into(),
            };
            return Err(BuildError::new(field_of_line(index, "connectionPlanId"), problem, remedy));
        }
        Ok(())
    }

    fn check_billing(&self) -> Result<(), BuildError> {
        if !self.buys_cloud_pbx() {
            return Ok(());
        }
        for (index, line) in self.lines() {
            let (field, remedy) = if line.billing_model != Some(BillingModel::Recurring) {
                ("billingModel", "pass recurring")
            } else if !matches!(line.billing_cycle, Some(BillingCycle::Annually | BillingCycle::Monthly)) {
                ("billingCycle", "pass annually or monthly")
            } else if line.multi_cycle != Some(0) {
                ("multiCycle", "pass 0")
            } else {
                continue;
            };
            return Err(BuildError::new(
                field_of_line(index, field),
                "is missing or not the value that a cloud PBX is bought with",
                remedy,
            ));
        }
        Ok(())
    }

    fn check_billing_contact(&self) -> Result<(), BuildError> {
        let is_trial = matches!(self.operation_type, OperationType::TrialPlan | OperationType::TrialService);
        if is_trial || self.billing_id.is_some_and(|id| id.get() != 0) {
            return Ok(());
        }
        Err(BuildError::new("billingId", "is missing or 0", "pass a contact of the billing contact list"))
    }

    fn check_pbx_site(&self) -> Result<(), BuildError> {
        let (problem, remedy) = match &self.pbx_site {
            None if self.buys_cloud_pbx() => ("is missing", "say where the cloud PBX is created"),
            Some(_) if !self.buys_cloud_pbx() => {
                ("is set", "leave it out: only the purchase of a cloud PBX (product 13) has it")
            }
            Some(PbxSite { region_id, .. }) if region_id.get() == 0 => {
                return Err(BuildError::new(site_field("regionId"), "is 0", "pass an id of the region list"));
            }
            Some(PbxSite { pbx_sub_domain_id, .. }) if pbx_sub_domain_id.get() == 0 => {
                return Err(BuildError::new(
                    site_field("pbxSubDomainId"),
                    "is 0",
                    "pass an id of the region list",
                ));
            }
            _ => return Ok(()),
        };
        Err(BuildError::new("orderPceSpecialRequest", problem, remedy))
    }

    fn check_pbx_name(&self) -> Result<(), BuildError> {
        match &self.pbx_site {
            Some(site) if site.pbx_name.trim().is_empty() => Err(BuildError::new(
                site_field("pbxName"),
                "is blank",
                "pass the name by which the PBX is to be found",
            )),
            _ => Ok(()),
        }
    }

    fn check_pbx_url(&self) -> Result<(), BuildError> {
        let Some(site) = &self.pbx_site else {
            return Ok(());
        };
        check_pbx_url(&site.pbx_url).map_err(|error| error.at_field(site_field("pbxUrl")))?;
        match &site.suffixes {
            Some(suffixes) if suffixes.is_empty() => Err(BuildError::new(
                site_field("pbxSubDomainId"),
                format!(
                    "{} is no domain of region {}, or has no suffix",
                    site.pbx_sub_domain_id, site.region_id
                ),
                "pass a domain of that region",
            )),
            Some(suffixes) if !is_under(suffixes, &site.pbx_url) => Err(BuildError::new(
                site_field("pbxUrl"),
                format!("{} is not under a domain of region {}", site.pbx_url, site.region_id),
                format!("pass a prefix followed by one of: {}", suffixes.join(", ")),
            )),
            _ => Ok(()),
        }
    }

    fn check_po_number(&self) -> Result<(), BuildError> {
        match &self.po_number {
            Some(po_number) if po_number.trim().is_empty() || po_number.chars().any(char::is_control) => {
                Err(BuildError::new(
                    "poNumber",
                    "is blank or has control characters",
                    "pass a number or leave it out",
                ))
            }
            _ => Ok(()),
        }
    }
}

fn site_field(name: &str) -> String {
    format!("orderPceSpecialRequest.{name}")
}
