//! Time as the core sees it: handed in by whoever has a clock.

use core::ops::Add;
use core::time::Duration;

/// A point of monotonic time: the time that has passed since a start of the
/// driver's choice, the same for all calls of a session. Lifetimes and timeouts are counted in it, never in wall-clock
/// time, so a clock that is set does no harm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tick(Duration);

impl Tick {
    /// The point this long after the start.
    pub const fn new(since_start: Duration) -> Self {
        Self(since_start)
    }

    /// The time since an earlier point; zero when that one is later.
    pub const fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Tick {
    type Output = Self;

    /// Stops at the end of time instead of overflowing.
    fn add(self, later: Duration) -> Self {
        Self(self.0.saturating_add(later))
    }
}
