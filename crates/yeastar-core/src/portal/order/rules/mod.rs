//! What an order must not be, checked before it is sent.

pub(super) mod rule;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt::Display;

use self::rule::Rule;
use super::kinds::{BillingCycle, OperationType, PurchaseType, ServiceType};
use super::line::{OrderLine, field_of_line};
use super::order::Order;
use super::tutorial::recipe::{
    Column, EXTENSIONS, Interval, LineRecipe, Presence, Quantity, Recipe, Services,
};
use super::tutorial::{self, CloudPbx};
use crate::error::invalid::{BuildError, check_text};
use crate::portal::product::{check_pbx_url, is_under};
use crate::value::{PartnerId, PlanId, ProductId, ProductNo};

const LONGEST_MULTI_CYCLE: u32 = 5;

impl Rule {
    fn check(self, order: &Order, recipe: Option<&Recipe>, refuse: Refuse<'_>) {
        if let Some(recipe) = recipe {
            self.check_recipe(recipe, order, refuse);
        }
        match self {
            Self::Product => order.check_product(refuse),
            Self::Lines => order.check_lines(refuse),
            Self::PurchaseType => order.check_purchase_type(refuse),
            Self::ProductNo => check_text("productNo", order.product_no.as_ref().map(ProductNo::as_str))
                .unwrap_or_else(refuse),
            Self::PartnerId => {
                check_user("partnerId", order.partner_id.as_ref()).unwrap_or_else(&mut *refuse);
                check_user("assignId", order.assign_id.as_ref()).unwrap_or_else(refuse);
            }
            Self::Extensions => order.check_added_extensions(refuse),
            Self::Quantity => order.check_quantity(refuse),
            Self::ConnectionPlan => order.check_connection_plan(refuse),
            Self::Billing => order.check_multi_cycle(refuse),
            Self::BillingContact => order.check_billing_contact(refuse),
            Self::PbxSite => order.check_pbx_site(refuse),
            Self::PbxName => order.check_pbx_name(refuse),
            Self::PbxUrl => order.check_pbx_url(refuse),
            Self::PoNumber => check_text("poNumber", order.po_number.as_deref()).unwrap_or_else(refuse),
        }
    }

    /// What a tutorial adds to it.
    fn check_recipe(self, recipe: &Recipe, order: &Order, refuse: Refuse<'_>) {
        match self {
            Self::Lines => recipe.check_lines(order, refuse),
            Self::ProductNo => recipe.check_product_no(order, refuse),
            Self::PartnerId => recipe.check_partner_id(order, refuse),
            Self::ConnectionPlan => recipe.check_connection_plan(order, refuse),
            Self::Extensions | Self::Quantity | Self::Billing => {
                recipe.check_each_line(self, order, refuse);
            }
            Self::Product
            | Self::PurchaseType
            | Self::BillingContact
            | Self::PbxSite
            | Self::PbxName
            | Self::PbxUrl
            | Self::PoNumber => {}
        }
    }

    /// What a tutorial says of one line.
    fn check_line(self, recipe: &LineRecipe, line: &OrderLine, refuse: RefuseLine<'_>) {
        match self {
            Self::Extensions => recipe.check_extensions(line, refuse),
            Self::Quantity => recipe.check_quantity(line, refuse),
            Self::Billing => recipe.check_billing(line, refuse),
            _ => {}
        }
    }
}

/// Takes each refusal: the caller knows which of them count.
type Refuse<'a> = &'a mut dyn FnMut(BuildError);

/// Field, problem and remedy.
type RefuseLine<'a> = &'a mut dyn FnMut(&'static str, String, String);

impl Order {
    /// Checks the order as it is checked before it is sent.
    ///
    /// # Errors
    ///
    /// The first rule that is broken and not relaxed.
    pub fn check(&self) -> Result<(), BuildError> {
        let refusal = match self.own_recipe() {
            Some(own) => self.check_against(Some(own)).err(),
            None => self.check_against_each(),
        };
        refusal.map_or(Ok(()), |(_, refusal)| Err(refusal))
    }

    /// The refusal of the tutorial that it is nearest to, when it fits none.
    fn check_against_each(&self) -> Option<(usize, BuildError)> {
        let mut furthest: Option<(usize, BuildError)> = None;
        for recipe in tutorial::all_of(self) {
            match self.check_against(Some(recipe)) {
                Ok(()) => return None,
                Err(refusal) if furthest.as_ref().is_some_and(|(rule, _)| *rule >= refusal.0) => {}
                Err(refusal) => furthest = Some(refusal),
            }
        }
        furthest.or_else(|| self.check_against(None).err())
    }

    /// Also says which rule refuses: the later, the nearer the order is to the tutorial.
    fn check_against(&self, recipe: Option<&Recipe>) -> Result<(), (usize, BuildError)> {
        // Most orders break no rule, so whether a refusal counts is asked when there is one, not of each rule.
        let (mut first, current) = (None, Cell::new(0));
        let refuse: Refuse<'_> = &mut |refusal| {
            let rule = Rule::ALL[current.get()];
            if first.is_none() && self.is_checked(rule) && !self.is_replaced(refusal.field()) {
                first = Some((current.get(), refusal.or_remedy(&format!("relax Rule::{rule:?}"))));
            }
        };
        for (index, rule) in Rule::ALL.iter().enumerate() {
            current.set(index);
            rule.check(self, recipe, refuse);
        }
        first.map_or(Ok(()), Err)
    }

    fn is_checked(&self, rule: Rule) -> bool {
        !self.relaxed.contains(&rule)
    }

    /// Whether the caller sends another field in the place of this one.
    fn is_replaced(&self, field: &str) -> bool {
        let (parent, name) = field.split_once('.').unwrap_or((field, ""));
        let top = parent.split('[').next().unwrap_or(parent);
        let line = self.lines().find(|(index, _)| field == field_of_line(*index, name));
        let in_site =
            field == site_field(name) && self.pbx_site.as_ref().is_some_and(|site| site.extra.replaces(name));
        self.extra.replaces(top) || line.is_some_and(|(_, line)| line.extra.replaces(name)) || in_site
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &OrderLine)> {
        self.service_list.iter().enumerate()
    }

    fn plan(&self) -> Option<&OrderLine> {
        self.service_list.iter().find(|line| line.is_plan())
    }

    fn buys_cloud_pbx(&self) -> bool {
        self.product_id == ProductId::CLOUD_EDITION && self.operation_type == OperationType::PurchasePlan
    }

    fn check_product(&self, refuse: Refuse<'_>) {
        let product = self.product_id;
        let remedy = match self.recipe {
            _ if product.get() == 0 => "pass a product of the list of subscription products".into(),
            Some(recipe)
                if !recipe.products.contains(&product) && recipe.operation == self.operation_type =>
            {
                format!("this order is for product {}", one_of(recipe.products))
            }
            _ => return,
        };
        refuse(BuildError::new("productId", format!("is {product}"), remedy));
    }

    fn check_lines(&self, refuse: Refuse<'_>) {
        let plans = self.service_list.iter().filter(|line| line.is_plan()).count();
        if self.service_list.is_empty() {
            refuse(BuildError::new("serviceList", "is empty", "add a line for each plan and service"));
        } else if self.operation_type.as_str().ends_with("_plan") && plans != 1 {
            refuse(BuildError::new(
                "serviceList",
                format!("has {plans} plan lines in a {} order", self.operation_type),
                "such an order has exactly one plan",
            ));
        } else if self.operation_type.as_str().ends_with("_service") && plans != 0 {
            refuse(BuildError::new(
                "serviceList",
                format!("has a plan line in a {} order", self.operation_type),
                "such an order has services only",
            ));
        }
        let has_known_type = |line: &OrderLine| !matches!(line.service_type, ServiceType::Unrecognized(_));
        let has_own_id = |line: &OrderLine| !line.extra.replaces("serviceId");
        // Lines are few: a set of the ids would be an allocation.
        for (index, line) in self.lines() {
            let id = line.service_id;
            let is_again = |earlier: &OrderLine| {
                earlier.service_id == id && has_known_type(earlier) && has_own_id(earlier)
            };
            let (field, problem, remedy) = if !has_known_type(line) {
                ("serviceType", format!("is {}", line.service_type), "pass plan or service")
            } else if !has_own_id(line) {
                continue;
            } else if id.get() == 0 {
                ("serviceId", "is 0".into(), "pass the id of the plan or service")
            } else if self.service_list[..index].iter().any(is_again) {
                ("serviceId", format!("is {id} a second time"), "order it in one line")
            } else {
                continue;
            };
            refuse(BuildError::new(field_of_line(index, field), problem, remedy));
        }
    }

    fn check_purchase_type(&self, refuse: Refuse<'_>) {
        if matches!(self.operation_type, OperationType::SwitchTrialPlan | OperationType::Unrecognized(_)) {
            return;
        }
        let expected = PurchaseType::of(&self.operation_type);
        for (index, line) in self.lines().filter(|(_, line)| line.purchase_type != expected) {
            refuse(BuildError::new(
                field_of_line(index, "purchaseType"),
                format!("is {} in a {} order", line.purchase_type, self.operation_type),
                format!("pass {expected}"),
            ));
        }
    }

    /// What is added counts with the extensions that the plan has, or a cloud PBX has at least.
    fn check_added_extensions(&self, refuse: Refuse<'_>) {
        if !self.operation_type.as_str().starts_with("purchase_") {
            return;
        }
        let there = self.plan().and_then(|plan| plan.quantity).unwrap_or(*EXTENSIONS.start());
        let at_most = EXTENSIONS.end().saturating_sub(there);
        for (index, line) in self.lines().filter(|(_, line)| line.service_id == CloudPbx::EXTENSION_EXPANSION)
        {
            match line.quantity {
                Some(added) if added > at_most => refuse(BuildError::new(
                    field_of_line(index, "quantity"),
                    format!("is {added}"),
                    format!("pass at most {at_most}: a cloud PBX has {} extensions in all", EXTENSIONS.end()),
                )),
                _ => {}
            }
        }
    }

    fn check_quantity(&self, refuse: Refuse<'_>) {
        for (index, _) in self.lines().filter(|(_, line)| line.quantity == Some(0)) {
            refuse(BuildError::new(
                field_of_line(index, "quantity"),
                "is 0",
                "pass how many, or leave it out where the price is flat",
            ));
        }
    }

    fn check_multi_cycle(&self, refuse: Refuse<'_>) {
        for (index, line) in self.lines().filter(|(_, line)| line.multi_cycle > Some(LONGEST_MULTI_CYCLE)) {
            refuse(BuildError::new(
                field_of_line(index, "multiCycle"),
                is_shown(line.multi_cycle.as_ref()),
                format!("pass 0 to {LONGEST_MULTI_CYCLE}"),
            ));
        }
    }

    fn check_connection_plan(&self, refuse: Refuse<'_>) {
        let Some(plan) = self.plan().filter(|plan| !plan.extra.replaces("serviceId")) else {
            return;
        };
        for (index, line) in self.lines() {
            let expected = (!line.is_plan()).then_some(plan.service_id.get());
            let actual = line.connection_plan_id.map(PlanId::get);
            if actual == expected {
                continue;
            }
            let remedy = match expected {
                Some(expected) => format!("a service beside a plan names that plan, {expected}"),
                None => "leave it out: this line is the plan".into(),
            };
            let problem = is_shown(actual.as_ref());
            refuse(BuildError::new(field_of_line(index, "connectionPlanId"), problem, remedy));
        }
    }

    fn check_billing_contact(&self, refuse: Refuse<'_>) {
        let is_trial = matches!(self.operation_type, OperationType::TrialPlan | OperationType::TrialService);
        if !self.billing_id.map_or(is_trial, |id| id.get() != 0) {
            let remedy = "pass a contact of the billing contact list";
            refuse(BuildError::new("billingId", "is missing or 0", remedy));
        }
    }

    fn check_pbx_site(&self, refuse: Refuse<'_>) {
        const SITE: &str = "orderPceSpecialRequest";
        match &self.pbx_site {
            None if self.buys_cloud_pbx() => {
                refuse(BuildError::new(SITE, "is missing", "say where the cloud PBX is created"));
            }
            Some(_) if !self.buys_cloud_pbx() => {
                let remedy = "leave it out: only the purchase of a cloud PBX (product 13) has it";
                refuse(BuildError::new(SITE, "is set", remedy));
            }
            Some(site) => {
                let ids =
                    [("regionId", site.region_id.get()), ("pbxSubDomainId", site.pbx_sub_domain_id.get())];
                for (name, _) in ids.into_iter().filter(|(_, id)| *id == 0) {
                    refuse(BuildError::new(site_field(name), "is 0", "pass an id of the region list"));
                }
            }
            None => {}
        }
    }

    fn check_pbx_name(&self, refuse: Refuse<'_>) {
        let name = self.pbx_site.as_ref().map(|site| site.pbx_name.as_str());
        check_text("pbxName", name).unwrap_or_else(|refusal| refuse(refusal.at_field(site_field("pbxName"))));
    }

    fn check_pbx_url(&self, refuse: Refuse<'_>) {
        let Some(site) = &self.pbx_site else {
            return;
        };
        if let Err(refusal) = check_pbx_url(&site.pbx_url) {
            refuse(refusal.at_field(site_field("pbxUrl")));
        }
        match site.suffixes() {
            Some([]) => refuse(BuildError::new(
                site_field("pbxSubDomainId"),
                format!(
                    "{} is no domain of region {}, or has no suffix",
                    site.pbx_sub_domain_id, site.region_id
                ),
                "pass a domain of that region",
            )),
            Some(suffixes) if !is_under(suffixes, &site.pbx_url) => refuse(BuildError::new(
                site_field("pbxUrl"),
                format!("{} is not under a domain of region {}", site.pbx_url, site.region_id),
                format!("pass a prefix followed by one of: {}", suffixes.join(", ")),
            )),
            _ => {}
        }
    }
}

impl Recipe {
    fn check_lines(&self, order: &Order, refuse: Refuse<'_>) {
        let services = || order.lines().filter(|(_, line)| !line.is_plan());
        match &self.services {
            Services::None => {
                for (index, _) in services() {
                    let (operation, product) = (&order.operation_type, order.product_id);
                    refuse(BuildError::new(
                        field_of_line(index, "serviceType"),
                        format!("is a service in a {operation} order of product {product}"),
                        "such an order has its plan only",
                    ));
                }
            }
            Services::Required { .. } if services().next().is_none() => refuse(BuildError::new(
                "serviceList",
                "has no service",
                format!("a {} order of product {} has one", order.operation_type, order.product_id),
            )),
            Services::Optional(_) | Services::Required { .. } => {}
        }
    }

    fn check_product_no(&self, order: &Order, refuse: Refuse<'_>) {
        match (self.product_no, &order.product_no) {
            (Presence::Required, None) => refuse(BuildError::new(
                "productNo",
                "is missing",
                "pass the serial number of the PBX or device that the order is about",
            )),
            (Presence::Absent, Some(product_no)) => refuse(BuildError::new(
                "productNo",
                format!("is {product_no}"),
                "leave it out: this order is about no PBX or device that exists",
            )),
            _ => {}
        }
    }

    fn check_partner_id(&self, order: &Order, refuse: Refuse<'_>) {
        let remedy = match (self.partner_id, &order.partner_id) {
            (Presence::Absent, Some(_)) => {
                "leave it out: this order is for whom its PBX or device belongs to"
            }
            (Presence::WithoutProductNo, Some(_)) if order.product_no.is_some() => {
                "leave it out: an order for a PBX that exists is for whom it belongs to"
            }
            _ => return,
        };
        refuse(BuildError::new("partnerId", is_shown(order.partner_id.as_ref()), remedy));
    }

    /// Beside a plan line [`Order::check_connection_plan`] checks it.
    fn check_connection_plan(&self, order: &Order, refuse: Refuse<'_>) {
        let Services::Required { connection_plan, .. } = self.services else {
            return;
        };
        if self.plan.is_some() {
            return;
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
            refuse(BuildError::new(field_of_line(index, "connectionPlanId"), problem, remedy));
        }
    }

    fn check_each_line(&self, rule: Rule, order: &Order, refuse: Refuse<'_>) {
        for (index, line) in order.lines() {
            // The first service says which tutorial it is; those after it may each follow another.
            let is_further = index > 0 && self.plan.is_none();
            let Some(recipe) = self.line(line) else { continue };
            if is_further && tutorial::all_of(order).any(|other| other.fits_line(order, line)) {
                continue;
            }
            rule.check_line(recipe, line, &mut |field, problem, remedy| {
                refuse(BuildError::new(field_of_line(index, field), problem, remedy));
            });
        }
    }

    fn fits_line(&self, order: &Order, line: &OrderLine) -> bool {
        let Some(recipe) = self.line(line) else { return false };
        let mut fits = true;
        for rule in [Rule::Extensions, Rule::Quantity, Rule::Billing] {
            if order.is_checked(rule) {
                rule.check_line(recipe, line, &mut |field, _, _| fits &= line.extra.replaces(field));
            }
        }
        fits
    }
}

impl LineRecipe {
    fn check_extensions(&self, line: &OrderLine, refuse: RefuseLine<'_>) {
        match (&self.quantity, line.quantity) {
            (Quantity::Extensions, Some(quantity)) if !EXTENSIONS.contains(&quantity) => {
                let remedy =
                    format!("a cloud PBX has {} to {} extensions", EXTENSIONS.start(), EXTENSIONS.end());
                refuse("quantity", format!("is {quantity}"), remedy);
            }
            _ => {}
        }
    }

    fn check_quantity(&self, line: &OrderLine, refuse: RefuseLine<'_>) {
        let remedy = match (&self.quantity, line.quantity) {
            (Quantity::Required | Quantity::Extensions, None) => "pass how many",
            (Quantity::Absent, Some(_)) => "leave it out: this line is not counted",
            _ => return,
        };
        refuse("quantity", is_shown(line.quantity.as_ref()), remedy.into());
    }

    fn check_billing(&self, line: &OrderLine, refuse: RefuseLine<'_>) {
        if let Some(remedy) = self.billing_model.refuses(line.billing_model.as_ref()) {
            refuse("billingModel", is_shown(line.billing_model.as_ref()), remedy);
        }
        if let Some(remedy) = self.billing_cycle.refuses(line.billing_cycle.as_ref()) {
            refuse("billingCycle", is_shown(line.billing_cycle.as_ref()), remedy);
        }
        let remedy = match (&self.multi_cycle, &line.billing_cycle, line.multi_cycle) {
            (Interval::Column(column), _, multi_cycle) => column.refuses(multi_cycle.as_ref()),
            (Interval::OfCycle, ..) if line.extra.replaces("billingCycle") => None,
            (Interval::OfCycle, Some(BillingCycle::Monthly), Some(0))
            | (Interval::OfCycle, Some(BillingCycle::Annually), Some(1..)) => None,
            (Interval::OfCycle, ..) => Some("pass 0 with monthly, or from 1 with annually".into()),
        };
        if let Some(remedy) = remedy {
            refuse("multiCycle", is_shown(line.multi_cycle.as_ref()), remedy);
        }
    }
}

impl<T: PartialEq + Display> Column<T> {
    /// What to do about a value that is not of this column.
    fn refuses(&self, value: Option<&T>) -> Option<String> {
        match (self, value) {
            (Self::Documented(known), Some(value)) if known.contains(value) => None,
            (Self::Documented(known), _) => Some(format!("pass {}", one_of(known))),
            (Self::Inferred(probable), None) => Some(format!("pass {probable}, which is inferred")),
            (Self::Callers, None) => Some("pass one: the tutorial has it".into()),
            (Self::Absent, Some(_)) => Some("leave it out: this order has none".into()),
            _ => None,
        }
    }
}

fn one_of<T: Display>(known: &[T]) -> String {
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    known.join(" or ")
}

/// The id of a customer, where one is set.
fn check_user(field: &'static str, user: Option<&PartnerId>) -> Result<(), BuildError> {
    check_text(field, user.map(PartnerId::as_str))?;
    match user {
        Some(user) if user.as_str().contains('@') => Err(BuildError::new(
            field,
            "is an e-mail address",
            "pass the `partnerId` of the list of subordinate users",
        )),
        _ => Ok(()),
    }
}

fn is_shown<T: Display>(value: Option<&T>) -> String {
    value.map_or_else(|| "is missing".into(), |value| format!("is {value}"))
}

fn site_field(name: &str) -> String {
    format!("orderPceSpecialRequest.{name}")
}
