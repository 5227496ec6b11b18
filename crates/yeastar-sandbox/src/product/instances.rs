//! The products in the field: devices, cloud PBXs, subscriptions of the account.

use crate::catalogue::{Cycle, Item, Kind, Product, Term, id};
use crate::envelope::Refusal;

#[derive(Clone)]
pub(crate) struct Instance {
    pub(crate) product: &'static Product,
    pub(crate) product_no: String,
    pub(crate) id: String,
    /// The `partnerId` of the customer it is for; none: the account itself.
    pub(crate) owner: Option<String>,
    /// Milliseconds since 1970, as all times here.
    pub(crate) created: u64,
    pub(crate) model: &'static str,
    pub(crate) pbx_name: String,
    pub(crate) pbx_url: String,
    pub(crate) plan: Option<Subscription>,
    /// The lower plan that follows when the present one ends, with its extensions.
    pub(crate) next_plan: Option<(&'static Item, Term)>,
    pub(crate) services: Vec<Subscription>,
}

#[derive(Clone, Copy)]
pub(crate) struct Subscription {
    pub(crate) item: &'static Item,
    /// Extensions of a plan, else what the service counts; 1 where nothing is counted.
    pub(crate) quantity: u64,
    pub(crate) term: Term,
    /// None: never.
    pub(crate) expires: Option<u64>,
}

impl Subscription {
    pub(crate) fn start(item: &'static Item, quantity: u64, term: Term, now: u64) -> Self {
        Self { item, quantity, term, expires: term.after(now) }
    }

    pub(crate) fn is_trial(&self) -> bool {
        self.term == Term::TRIAL
    }

    pub(crate) fn has_ended(&self, now: u64) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    /// Goes on for another term, from its end or, when that has passed, from now.
    pub(crate) fn renew(&mut self, term: Term, now: u64) {
        self.term = term;
        self.expires = self.expires.and_then(|end| term.after(end.max(now)));
    }
}

impl Instance {
    pub(crate) fn new(product: &'static Product, product_no: String, id: String, created: u64) -> Self {
        Self {
            product,
            product_no,
            id,
            owner: None,
            created,
            model: "",
            pbx_name: String::new(),
            pbx_url: String::new(),
            plan: None,
            next_plan: None,
            services: Vec::new(),
        }
    }

    /// The plan, if it is this item, or the service.
    pub(crate) fn subscribed(&self, item: &Item) -> Option<&Subscription> {
        self.plan.iter().chain(&self.services).find(|subscribed| subscribed.item.id == item.id)
    }

    /// How many of it are subscribed.
    pub(crate) fn quantity(&self, item: &Item) -> Option<u64> {
        let of = if item.kind == Kind::PerExtension { self.plan.as_ref() } else { self.subscribed(item) };
        self.subscribed(item).and(of).map(|subscribed| subscribed.quantity)
    }

    /// The only number that an order may name: that of what it renews or switches, or of
    /// the extensions that a service covers.
    pub(crate) fn fixed_quantity(&self, purchase_type: &str, item: &Item) -> Option<u64> {
        match (purchase_type, item.kind) {
            ("switch", _) | (_, Kind::PerExtension) => self.plan.map(|plan| plan.quantity),
            ("renew", _) => self.quantity(item),
            _ => None,
        }
    }

    /// Starts a plan in the place of any other. Services that go with that one only end.
    pub(crate) fn start_plan(&mut self, plan: Subscription) {
        self.plan = Some(plan);
        self.next_plan = None;
        self.services.retain(|service| service.item.needs.is_none_or(|needed| needed == plan.item.id));
    }

    /// Moving up starts the new plan at once; moving down waits for the end of the
    /// present one.
    pub(crate) fn switch_plan(&mut self, item: &'static Item, term: Term, now: u64) {
        let Some(plan) = self.plan else { return };
        if self.product.rank(item) > self.product.rank(plan.item) {
            self.start_plan(Subscription::start(item, plan.quantity, term, now));
        } else {
            self.next_plan = Some((item, term));
        }
    }

    /// Adds to the extensions, to a service that is counted and runs, or else starts the
    /// service.
    pub(crate) fn add_service(&mut self, added: Subscription, now: u64) {
        if added.item.kind == Kind::Extensions {
            if let Some(plan) = &mut self.plan {
                plan.quantity = plan.quantity.saturating_add(added.quantity);
            }
            return;
        }
        let service = self.services.iter_mut().find(|service| service.item.id == added.item.id);
        match service {
            None => self.services.push(added),
            Some(service)
                if service.item.kind == Kind::Counted && !service.is_trial() && !service.has_ended(now) =>
            {
                service.quantity = service.quantity.saturating_add(added.quantity);
            }
            Some(service) => *service = added,
        }
    }

    fn settle(&mut self, now: u64) {
        let Some(plan) = self.plan.filter(|plan| plan.has_ended(now)) else { return };
        if let (Some((item, term)), Some(end)) = (self.next_plan, plan.expires) {
            self.start_plan(Subscription::start(item, plan.quantity, term, end));
        }
    }
}

/// All of them, oldest first.
#[derive(Clone)]
pub(crate) struct Instances(Vec<Instance>);

impl Instances {
    /// Two devices of each product that is sold for one, the second with a plan; a
    /// software PBX with a plan and a service; a label that can only be renewed; a device
    /// of the first customer.
    pub(crate) fn made_up(now: u64) -> Self {
        const YEAR: Term = Term { cycle: Cycle::Annually, count: 1 };
        let mut instances = Self(Vec::new());
        let mut add = |product, product_no: &str, model, plan: Option<(u64, u64)>, service: Option<u64>| {
            let Some(product) = Product::by_id(product) else { return };
            let number = (1_000_001 + instances.0.len()).to_string();
            let start = |id, quantity| Some(Subscription::start(product.item(id)?, quantity, YEAR, now));
            instances.0.push(Instance {
                model,
                plan: plan.and_then(|(id, quantity)| start(id, quantity)),
                services: service.and_then(|id| start(id, 1)).into_iter().collect(),
                ..Instance::new(product, product_no.to_owned(), number, now)
            });
        };
        add(9, "3621A0000001", "S100", None, None);
        add(9, "3621A0000002", "S100", Some((id::LCS, 1)), None);
        // The serial number of the vendor's example of a model query.
        add(11, "3631E3418911", "P550", None, None);
        add(11, "3631E3418912", "P570", Some((id::PAE_ENTERPRISE, 1)), None);
        add(12, "3657C0000001", "", Some((id::PSE_ENTERPRISE, 50)), Some(id::PSE_HOT_STANDBY));
        add(19, "3690A0000001", "", None, Some(id::YCM_WHITE_LABEL));
        add(11, "3631E3418913", "P570", Some((id::PAE_ENTERPRISE, 1)), None);
        if let Some(last) = instances.0.last_mut() {
            last.owner = Some("3505184805912670208".to_owned());
        }
        instances
    }

    /// All of them, as they are at this time.
    pub(crate) fn at(&mut self, now: u64) -> &[Instance] {
        self.0.iter_mut().for_each(|instance| instance.settle(now));
        &self.0
    }

    /// The one that an order changes, or a new one.
    pub(crate) fn get_or_add(
        &mut self,
        index: Option<usize>,
        new: impl FnOnce() -> Instance,
    ) -> &mut Instance {
        let index = index.unwrap_or_else(|| {
            self.0.push(new());
            self.0.len() - 1
        });
        &mut self.0[index]
    }

    /// The place of the one with this number, which must be of this product.
    pub(crate) fn find(&self, product: &Product, product_no: &str) -> Result<usize, Refusal> {
        let found = self.0.iter().position(|instance| instance.product_no == product_no);
        match found {
            None => Err(Refusal::field("productNo", "exists", "is that of no product of this account")),
            Some(index) if self.0[index].product.id != product.id => {
                Err(Refusal::field("productNo", "eqfield", "is that of another product"))
            }
            Some(index) => Ok(index),
        }
    }

    /// The place of the account's, or of this customer's, subscription of a product.
    pub(crate) fn of_account(&self, product: &Product, owner: Option<&str>) -> Option<usize> {
        let is_it =
            |instance: &Instance| instance.product.id == product.id && instance.owner.as_deref() == owner;
        self.0.iter().position(is_it)
    }

    pub(crate) fn all(&self) -> &[Instance] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_has_no_end_after_a_renewal() {
        let item = Product::by_id(11).and_then(|product| product.item(id::PAE_ENTERPRISE)).unwrap();
        let once = Term { cycle: Cycle::Once, count: 1 };
        let mut bought = Subscription::start(item, 1, once, 0);
        bought.renew(Term { cycle: Cycle::Annually, count: 1 }, 0);
        assert_eq!(bought.expires, None);
    }
}
