//! Numbers and secrets out of the seed.

/// Makes every id of one portal.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    random: fastrand::Rng,
    last_long: u64,
    last_instance: u32,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        // 19 digits, as in the vendor's example of an order number, and 7 as in that of an
        // instance, above those that are there from the start.
        Self {
            random: fastrand::Rng::with_seed(seed),
            last_long: 3_203_705_539_121_029_120,
            last_instance: 1_100_000,
        }
    }

    /// 32 lower-case hexadecimal digits, like the vendor's request ids and client ids.
    pub(crate) fn hex(&mut self) -> String {
        format!("{:032x}", self.random.u128(..))
    }

    /// 19 digits, each number greater than the one before.
    pub(crate) fn long(&mut self) -> u64 {
        self.last_long += self.random.u64(1..=1 << 22);
        self.last_long
    }

    /// Each number greater than the one before.
    pub(crate) fn instance_id(&mut self) -> String {
        self.last_instance += self.random.u32(1..=64);
        self.last_instance.to_string()
    }

    /// Looks like the serial number of the vendor's example, `3658B431119665QJ`.
    pub(crate) fn product_no(&mut self) -> String {
        let digits = self.random.u32(100_000_000..=999_999_999);
        let letters: String = (0..2).map(|_| char::from(self.random.u8(b'A'..=b'Z'))).collect();
        format!("3658B{digits}{letters}")
    }
}
