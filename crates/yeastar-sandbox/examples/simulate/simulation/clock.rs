//! The clocks of one process, which are not those of the world.

use std::hash::Hash;
use std::time::Duration;

use yeastar_core::Tick;

use super::fingerprint::Fingerprint;

/// 2025-01-01T00:00:00Z, as the sandbox has it.
pub const WALL_CLOCK: Duration = Duration::from_secs(1_735_689_600);

/// A monotonic clock that stands still while its machine sleeps, and a wall clock that somebody may set.
#[derive(Clone, Debug)]
pub struct Clock {
    /// When the monotonic clock showed zero.
    start: Duration,
    slept: Duration,
    ahead: Duration,
    behind: Duration,
    /// When each of these was changed, by the monotonic clock: what was the time before is kept.
    changes: Vec<Duration>,
}

impl Clock {
    /// The clocks of a process that begins at this moment of the world.
    pub fn new(start: Duration) -> Self {
        Self {
            start,
            slept: Duration::ZERO,
            ahead: Duration::ZERO,
            behind: Duration::ZERO,
            changes: Vec::new(),
        }
    }

    pub fn fingerprint(&self, to: &mut Fingerprint) {
        let Self { start, slept: _, ahead, behind, changes } = self;
        to.moment(*start);
        (ahead, behind).hash(to);
        for change in changes {
            Tick::new(*change).hash(to);
        }
    }

    /// What the process sees at this moment of the world.
    pub fn tick(&self, now: Duration) -> Tick {
        let wall_clock = (WALL_CLOCK + now + self.ahead).saturating_sub(self.behind);
        Tick::new(now.saturating_sub(self.start + self.slept)).with_wall_clock(wall_clock)
    }

    /// It is about to be changed.
    pub fn note_change(&mut self, now: Duration) {
        self.changes.push(self.tick(now).since(Tick::default()));
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
