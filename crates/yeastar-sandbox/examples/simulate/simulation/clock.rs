//! The clocks of one process, which are not those of the world.

use std::time::Duration;

use yeastar_core::Tick;

/// 2025-01-01T00:00:00Z, as the sandbox has it.
const WALL_CLOCK: Duration = Duration::from_secs(1_735_689_600);

/// A monotonic clock that stands still while its machine sleeps, and a wall clock that somebody may set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    slept: Duration,
    ahead: Duration,
    behind: Duration,
}

impl Clock {
    /// What the process sees at this moment of the world.
    pub fn tick(&self, now: Duration) -> Tick {
        let wall_clock = (WALL_CLOCK + now + self.ahead).saturating_sub(self.behind);
        Tick::new(now.saturating_sub(self.slept)).with_wall_clock(wall_clock)
    }

    /// The machine slept: time has passed by the wall clock only.
    pub fn sleep(&mut self, duration: Duration) {
        self.slept += duration;
    }

    /// Somebody sets the wall clock forwards.
    pub fn set_ahead(&mut self, by: Duration) {
        self.ahead += by;
    }

    /// Somebody sets the wall clock back.
    pub fn set_back(&mut self, by: Duration) {
        self.behind += by;
    }
}
