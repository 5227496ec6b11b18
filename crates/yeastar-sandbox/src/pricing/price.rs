//! How a price comes about: made up, but the same in queries and orders.

use crate::catalogue::{Item, Kind, Term};

/// A plan or a service as it is ordered.
pub(crate) struct Priced {
    pub(crate) item: &'static Item,
    pub(crate) quantity: Option<u64>,
    pub(crate) term: Term,
}

impl Priced {
    /// In cents. Without a quantity of its own, what costs by the extension costs for
    /// all extensions, and anything else for one.
    pub(crate) fn price(&self, extensions: Option<u64>) -> u64 {
        let quantity = match self.item.kind {
            Kind::Flat => None,
            Kind::Extensions | Kind::Counted => self.quantity,
            Kind::Plan | Kind::PerExtension => self.quantity.or(extensions).filter(|&quantity| quantity > 0),
        };
        let each = self.item.price(self.term.cycle).saturating_mul(self.term.count);
        each.saturating_mul(quantity.unwrap_or(1))
    }
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
