//! The time of a client.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use yeastar_core::Tick;

/// Counts from its own start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn now(self) -> Tick {
        let tick = Tick::new(self.0.elapsed());
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since_1970) => tick.with_wall_clock(since_1970),
            Err(_) => tick,
        }
    }
}
