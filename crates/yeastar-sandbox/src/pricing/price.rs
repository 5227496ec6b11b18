//! How a price comes about: made up, but the same in queries and orders.

use serde_json::{Map, Value};

use crate::catalogue::{Item, Kind, Product, Term};
use crate::check::{integer, text};
use crate::envelope::Refusal;
use crate::product::instances::Instance;

/// A plan or a service as it is ordered.
#[derive(Clone, Copy)]
pub(crate) struct Priced {
    pub(crate) item: &'static Item,
    pub(crate) quantity: Option<u64>,
    pub(crate) term: Term,
}

impl Priced {
    /// Reads a line of an order or of a calculation, of which the fields are checked.
    pub(crate) fn read(
        product: &Product,
        item: &'static Item,
        path: &str,
        line: &Map<String, Value>,
        is_trial: bool,
    ) -> Result<Self, Refusal> {
        let refuse = |name, tag, problem| Err(Refusal::field(&format!("{path}.{name}"), tag, problem));
        let (cycle, quantity) = (text(line, "billingCycle"), integer(line, "quantity"));
        let term = if is_trial { Term::TRIAL } else { Term::of(cycle, integer(line, "multiCycle")) };
        if cycle.is_some() && !is_trial && !item.cycles.contains(&term.cycle) {
            return refuse("billingCycle", "oneof", format!("is no cycle that {} is sold by", item.name));
        }
        let sizes = product.extensions();
        if item.is_plan() && quantity.is_some_and(|quantity| !sizes.contains(&quantity)) {
            let problem = format!("is not in the range {} to {}", sizes.start(), sizes.end());
            return refuse("quantity", "range", problem);
        }
        Ok(Self { item, quantity, term })
    }

    /// Refuses a number that differs from what is renewed, switched or covered.
    pub(crate) fn check_quantity(
        &self,
        path: &str,
        purchase_type: &str,
        instance: Option<&Instance>,
    ) -> Result<(), Refusal> {
        let fixed = instance.and_then(|instance| instance.fixed_quantity(purchase_type, self.item));
        match (self.quantity, fixed) {
            (Some(quantity), Some(fixed)) if quantity != fixed => {
                let problem = format!("is not the current number, {fixed}");
                Err(Refusal::field(&format!("{path}.quantity"), "eqfield", problem))
            }
            _ => Ok(()),
        }
    }
}

/// What each line costs, in cents. Without a quantity of its own, what costs by the
/// extension costs for all extensions, a renewal for all that is renewed, and anything
/// else for one.
pub(crate) fn prices(purchase_type: &str, lines: &[Priced], instance: Option<&Instance>) -> Vec<u64> {
    let ordered = lines.iter().find(|line| line.item.is_plan()).and_then(|line| line.quantity);
    let price = |line: &Priced| {
        let fixed = || instance.and_then(|instance| instance.fixed_quantity(purchase_type, line.item));
        let quantity = match line.item.kind {
            Kind::Flat => None,
            Kind::PerExtension => line.quantity.or(ordered).or_else(fixed),
            Kind::Plan | Kind::Extensions | Kind::Counted => line.quantity.or_else(fixed),
        };
        let each = line.item.price(line.term.cycle).saturating_mul(line.term.count);
        each.saturating_mul(quantity.unwrap_or(1))
    };
    lines.iter().map(price).collect()
}

/// An amount in cents as a decimal, such as `1234.50`.
pub(crate) fn decimal(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn a_decimal_is_exact_and_has_two_digits() {
        for (cents, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (123_450, "1234.50"),
            (9_007_199_254_740_993, "90071992547409.93"),
            (u64::MAX, "184467440737095516.15"),
        ] {
            assert_eq!(decimal(cents), text);
        }
    }
}
