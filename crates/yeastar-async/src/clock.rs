//! The time of a client.

use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use yeastar_core::Tick;

/// Counts from its own start, by the clock of the runtime's timers.
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
