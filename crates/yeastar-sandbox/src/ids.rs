//! Numbers and secrets out of the seed.

use std::hash::{Hash, Hasher};

/// Makes every id of one portal.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    secrets: fastrand::Rng,
    /// Apart, so that the numbers of an order do not depend on what was asked before.
    numbers: fastrand::Rng,
    last_long: u64,
    last_instance: u32,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        // 19 digits, as in the vendor's example of an order number, and 7 as in that of an
        // instance, above those that are there from the start.
        let mut secrets = fastrand::Rng::with_seed(seed);
        Self {
            numbers: secrets.fork(),
            secrets,
            last_long: 3_203_705_539_121_029_120,
            last_instance: 1_100_000,
        }
    }

    /// Takes in what the next numbers depend on.
    pub(crate) fn fingerprint(&self, state: &mut impl Hasher) {
        (self.numbers.get_seed(), self.last_long, self.last_instance).hash(state);
    }

    /// 32 lower-case hexadecimal digits, like the vendor's request ids and client ids.
    pub(crate) fn hex(&mut self) -> String {
        format!("{:032x}", self.secrets.u128(..))
    }

    /// 19 digits, each number greater than the one before.
    pub(crate) fn long(&mut self) -> u64 {
        self.last_long += self.numbers.u64(1..=1 << 22);
        self.last_long
    }

    /// Each number greater than the one before.
    pub(crate) fn instance_id(&mut self) -> String {
        self.last_instance += self.numbers.u32(1..=64);
        self.last_instance.to_string()
    }

    /// Looks like the serial number of the vendor's example, `3658B431119665QJ`.
    pub(crate) fn product_no(&mut self) -> String {
        let digits = self.numbers.u32(100_000_000..=999_999_999);
        let letters: String = (0..2).map(|_| char::from(self.numbers.u8(b'A'..=b'Z'))).collect();
        format!("3658B{digits}{letters}")
    }
}
