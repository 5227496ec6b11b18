//! What an order must not be, checked before it is sent.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Display;

use super::line::field_of_line;
use super::recipe::{self, Column, EXTENSIONS, LineRecipe, MultiCycle, Presence, Quantity, Recipe, Services};
use super::{BillingCycle, CloudPbx, OperationType, Order, OrderLine, PbxSite, PurchaseType};
use crate::encoder::BuildError;
use crate::product::{check_pbx_url, is_under};
use crate::value::{PlanId, ProductId};

/// A check of an order. What the vendor's tutorials say of the order's product and
/// operation is checked; what is only inferred is not, and of a product or operation
/// without a tutorial only the general part. Where several tutorials fit (an order that
/// was not made by one of their constructors may be any of them) one is enough.
///
/// Newer pages of the vendor let some limits be queried instead of fixing them, so each
/// check can be switched off: [`Order::relax`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// An order has lines, none of them twice; a `*_plan` order has exactly one plan line, a `*_service`
    /// order none. Services stand in it only where the tutorial has them.
    Lines,
    /// The purchase type of each line fits the operation.
    PurchaseType,
    /// An order about a PBX or device names its serial number; one about the account does not.
    ProductNo,
    /// A customer (`partnerId`) is named only where the tutorial has it; an id is not blank.
    PartnerId,
    /// A cloud PBX has 5 to 500 extensions (tutorial, older edition).
    Extensions,
    /// A quantity is there where the tutorial wants one, absent where it has none, and never zero.
    Quantity,
    /// A service line beside a plan names that plan as its `connectionPlanId`; on top of the current plan, that
    /// one. A plan line names none, nor does a service of the account.
    ConnectionPlan,
    /// Billing model, billing cycle and `multiCycle` are those of the tutorial.
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

    /// What holds for every order.
    fn check(self, order: &Order) -> Result<(), BuildError> {
        match self {
            Self::Lines => order.check_lines(),
            Self::PurchaseType => order.check_purchase_type(),
            Self::ProductNo => check_text("productNo", order.product_no.as_ref()),
            Self::PartnerId => check_text("partnerId", order.partner_id.as_ref())
                .and_then(|()| check_text("assignId", order.assign_id.as_ref())),
            Self::Extensions => order.check_added_extensions(),
            Self::Quantity => order.check_quantity(),
            Self::ConnectionPlan => order.check_connection_plan(),
            Self::Billing => Ok(()),
            Self::BillingContact => order.check_billing_contact(),
            Self::PbxSite => order.check_pbx_site(),
            Self::PbxName => order.check_pbx_name(),
            Self::PbxUrl => order.check_pbx_url(),
            Self::PoNumber => check_text("poNumber", order.po_number.as_ref()),
        }
    }

    /// What a tutorial adds to it.
    fn check_recipe(self, recipe: &Recipe, order: &Order) -> Result<(), BuildError> {
        match self {
            Self::Lines => recipe.check_lines(order),
            Self::ProductNo => recipe.check_product_no(order),
            Self::PartnerId => recipe.check_partner_id(order),
            Self::Extensions => recipe.check_each_line(order, LineRecipe::check_extensions),
            Self::Quantity => recipe.check_each_line(order, LineRecipe::check_quantity),
            Self::ConnectionPlan => recipe.check_connection_plan(order),
            Self::Billing => recipe.check_each_line(order, LineRecipe::check_billing),
            Self::PurchaseType
            | Self::BillingContact
            | Self::PbxSite
            | Self::PbxName
            | Self::PbxUrl
            | Self::PoNumber => Ok(()),
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
        let recipes = recipe::of(self);
        for rule in Rule::ALL.iter().filter(|rule| !self.relaxed.contains(rule)) {
            rule.check(self)
                .and_then(|()| self.check_recipes(*rule, &recipes))
                .map_err(|error| error.or_remedy(&format!("relax Rule::{rule:?}")))?;
        }
        Ok(())
    }

    /// One that fits is enough, and none to fit is no refusal.
    fn check_recipes(&self, rule: Rule, recipes: &[&Recipe]) -> Result<(), BuildError> {
        let mut refusal = Ok(());
        for recipe in recipes {
            match rule.check_recipe(recipe, self) {
                Ok(()) => return Ok(()),
                error => refusal = refusal.and(error),
            }
        }
        refusal
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
        for (index, line) in self.lines() {
            let id = line.service_id;
            let (problem, remedy) = if id.get() == 0 {
                ("is 0".into(), "pass the id of the plan or service")
            } else if self.service_list[..index].iter().any(|before| before.service_id == id) {
                (format!("is {id} a second time"), "order it in one line")
            } else {
                continue;
            };
            return Err(BuildError::new(field_of_line(index, "serviceId"), problem, remedy));
        }
        Ok(())
    }

    fn check_purchase_type(&self) -> Result<(), BuildError> {
        if matches!(self.operation_type, OperationType::SwitchTrialPlan | OperationType::Unrecognised(_)) {
            return Ok(());
        }
        let expected = PurchaseType::of(&self.operation_type);
        match self.lines().find(|(_, line)| line.purchase_type != expected) {
            Some((index, line)) => Err(BuildError::new(
                field_of_line(index, "purchaseType"),
                format!("is {} in a {} order", line.purchase_type, self.operation_type),
                format!("pass {expected}"),
            )),
            None => Ok(()),
        }
    }

    /// A cloud PBX has some extensions already when more are added.
    fn check_added_extensions(&self) -> Result<(), BuildError> {
        let at_most = EXTENSIONS.end() - EXTENSIONS.start();
        let too_many = |line: &OrderLine| {
            line.service_id == CloudPbx::EXTENSION_EXPANSION
                && line.quantity.is_some_and(|added| added > at_most)
        };
        match self.lines().find(|(_, line)| too_many(line)) {
            Some((index, line)) => Err(BuildError::new(
                field_of_line(index, "quantity"),
                is_shown(line.quantity.as_ref()),
                format!("a cloud PBX has {} to {} extensions in all", EXTENSIONS.start(), EXTENSIONS.end()),
            )),
            None => Ok(()),
        }
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
}

impl Recipe {
    fn check_lines(&self, order: &Order) -> Result<(), BuildError> {
        let services = order.lines().find(|(_, line)| !line.is_plan());
        match (&self.services, services) {
            (Services::None, Some((index, _))) => Err(BuildError::new(
                field_of_line(index, "serviceType"),
                format!("is a service in a {} order of product {}", order.operation_type, order.product_id),
                "such an order has its plan only",
            )),
            (Services::Required { .. }, None) => Err(BuildError::new(
                "serviceList",
                "has no service",
                format!("a {} order of product {} has one", order.operation_type, order.product_id),
            )),
            _ => Ok(()),
        }
    }

    fn check_product_no(&self, order: &Order) -> Result<(), BuildError> {
        match (self.product_no, &order.product_no) {
            (Presence::Required, None) => Err(BuildError::new(
                "productNo",
                "is missing",
                "pass the serial number of the PBX or device that the order is about",
            )),
            (Presence::Absent, Some(product_no)) => Err(BuildError::new(
                "productNo",
                format!("is {product_no}"),
                "leave it out: this order is about no PBX or device that exists",
            )),
            _ => Ok(()),
        }
    }

    fn check_partner_id(&self, order: &Order) -> Result<(), BuildError> {
        let remedy = match (self.partner_id, &order.partner_id) {
            (Presence::Absent, Some(_)) => {
                "leave it out: this order is for whom its PBX or device belongs to"
            }
            (Presence::WithoutProductNo, Some(_)) if order.product_no.is_some() => {
                "leave it out: an order for a PBX that exists is for whom it belongs to"
            }
            _ => return Ok(()),
        };
        Err(BuildError::new("partnerId", is_shown(order.partner_id.as_ref()), remedy))
    }

    /// Beside a plan line [`Order::check_connection_plan`] has checked it.
    fn check_connection_plan(&self, order: &Order) -> Result<(), BuildError> {
        let Services::Required { connection_plan, .. } = self.services else {
            return Ok(());
        };
        if self.plan.is_some() {
            return Ok(());
        }
        for (index, line) in order.lines() {
            let plan = line.connection_plan_id.filter(|plan| plan.get() != 0);
            let (problem, remedy) = match (connection_plan, plan) {
                (Presence::Required, None) => {
                    ("is missing or 0".into(), "pass the plan that the PBX or account has now")
                }
                (Presence::Absent, Some(plan)) => {
                    (format!("is {plan}"), "leave it out: this service belongs to no plan")
                }
                _ => continue,
            };
            return Err(BuildError::new(field_of_line(index, "connectionPlanId"), problem, remedy));
        }
        Ok(())
    }

    fn check_each_line(
        &self,
        order: &Order,
        check: fn(&LineRecipe, &OrderLine) -> Result<(), Misfit>,
    ) -> Result<(), BuildError> {
        for (index, line) in order.lines() {
            let fits = self.line(line).map_or(Ok(()), |recipe| check(recipe, line));
            fits.map_err(|(field, problem, remedy)| {
                BuildError::new(field_of_line(index, field), problem, remedy)
            })?;
        }
        Ok(())
    }
}

/// Field, problem and remedy.
type Misfit = (&'static str, String, String);

impl LineRecipe {
    fn check_extensions(&self, line: &OrderLine) -> Result<(), Misfit> {
        match (&self.quantity, line.quantity) {
            (Quantity::Extensions, quantity)
                if !quantity.is_some_and(|quantity| EXTENSIONS.contains(&quantity)) =>
            {
                let remedy =
                    format!("a cloud PBX has {} to {} extensions", EXTENSIONS.start(), EXTENSIONS.end());
                Err(("quantity", is_shown(quantity.as_ref()), remedy))
            }
            _ => Ok(()),
        }
    }

    fn check_quantity(&self, line: &OrderLine) -> Result<(), Misfit> {
        let remedy = match (&self.quantity, line.quantity) {
            (Quantity::Required, None) => "pass how many",
            (Quantity::Absent, Some(_)) => "leave it out: this line is not counted",
            _ => return Ok(()),
        };
        Err(("quantity", is_shown(line.quantity.as_ref()), remedy.into()))
    }

    fn check_billing(&self, line: &OrderLine) -> Result<(), Misfit> {
        let misfit = |field, problem, remedy| Err((field, problem, remedy));
        if let Some(remedy) = self.billing_model.refuses(line.billing_model.as_ref()) {
            return misfit("billingModel", is_shown(line.billing_model.as_ref()), remedy);
        }
        if let Some(remedy) = self.billing_cycle.refuses(line.billing_cycle.as_ref()) {
            return misfit("billingCycle", is_shown(line.billing_cycle.as_ref()), remedy);
        }
        let remedy = match (&self.multi_cycle, &line.billing_cycle, line.multi_cycle) {
            (MultiCycle::Column(column), _, multi_cycle) => column.refuses(multi_cycle.as_ref()),
            (MultiCycle::OfCycle, Some(BillingCycle::Monthly), Some(0))
            | (MultiCycle::OfCycle, Some(BillingCycle::Annually), Some(1..)) => None,
            (MultiCycle::OfCycle, ..) => Some("pass 0 with monthly, or from 1 with annually".into()),
        };
        match remedy {
            Some(remedy) => misfit("multiCycle", is_shown(line.multi_cycle.as_ref()), remedy),
            None => Ok(()),
        }
    }
}

impl<T: PartialEq + Display> Column<T> {
    /// What to do about a value that is not of this column.
    fn refuses(&self, value: Option<&T>) -> Option<String> {
        match (self, value) {
            (Self::Documented(known), Some(value)) if known.contains(value) => None,
            (Self::Documented(known), _) => {
                let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                Some(format!("pass {}", known.join(" or ")))
            }
            (Self::Absent, Some(_)) => Some("leave it out: this order has none".into()),
            _ => None,
        }
    }
}

/// A text of the caller, where one is set.
fn check_text(field: &'static str, text: Option<&impl ToString>) -> Result<(), BuildError> {
    let is_text = |text: String| !text.trim().is_empty() && !text.chars().any(char::is_control);
    if text.is_none_or(|text| is_text(text.to_string())) {
        return Ok(());
    }
    Err(BuildError::new(field, "is blank or has control characters", "pass one or leave it out"))
}

fn is_shown<T: Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "is missing".into(), |value| format!("is {value}"))
}

fn site_field(name: &str) -> String {
    format!("orderPceSpecialRequest.{name}")
}
