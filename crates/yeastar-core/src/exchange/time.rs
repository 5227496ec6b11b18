//! Time as the core sees it: handed in by whoever has a clock.

use core::cmp::Ordering;
use core::hash::{Hash, Hasher};
use core::ops::Add;
use core::time::Duration;

/// A point of monotonic time: the time that has passed since a start of the
/// driver's choice, the same for all calls of a session. Timeouts are counted in it, never in wall-clock
/// time, so a clock that is set does no harm.
///
/// It may know the wall-clock time as well, for what is written down (the entries of a purchase in its journal), and for the
/// lifetime of a token, which ends by whichever of the two clocks is first: while a machine sleeps, monotonic time may stand
/// still. Ticks are compared by their monotonic time alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tick {
    since_start: Duration,
    since_1970: Option<Duration>,
}

impl Tick {
    /// The point this long after the start.
    pub const fn new(since_start: Duration) -> Self {
        Self { since_start, since_1970: None }
    }

    /// The same point, which a wall clock shows as so long after 1970-01-01 00:00 UTC.
    pub const fn with_wall_clock(self, since_1970: Duration) -> Self {
        Self { since_1970: Some(since_1970), ..self }
    }

    /// The time since an earlier point; zero when that one is later.
    pub const fn since(self, earlier: Self) -> Duration {
        self.since_start.saturating_sub(earlier.since_start)
    }

    /// This point, so much earlier; the start when that is earlier still. Without wall clock.
    pub(crate) const fn earlier_by(self, duration: Duration) -> Self {
        Self::new(self.since_start.saturating_sub(duration))
    }

    /// What the wall clock shows, as the time since 1970-01-01 00:00 UTC.
    pub const fn wall_clock(self) -> Option<Duration> {
        self.since_1970
    }

    /// Whether it is later than a deadline by either clock. A monotonic clock may
    /// stand still while the machine sleeps; the wall clock does not.
    pub fn is_past(self, deadline: Self) -> bool {
        let by_wall_clock = match (self.since_1970, deadline.since_1970) {
            (Some(now), Some(deadline)) => now > deadline,
            _ => false,
        };
        self > deadline || by_wall_clock
    }

    /// Whether it is earlier than an end by both clocks, as far as both are known.
    pub(crate) fn is_before(self, end: Self) -> bool {
        self < end && !self.is_past(end)
    }
}

impl PartialEq for Tick {
    fn eq(&self, other: &Self) -> bool {
        self.since_start == other.since_start
    }
}

impl Eq for Tick {}

impl PartialOrd for Tick {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Tick {
    fn cmp(&self, other: &Self) -> Ordering {
        self.since_start.cmp(&other.since_start)
    }
}

impl Hash for Tick {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // In one number, so that a simulation can count it from now.
        state.write_u128(self.since_start.as_nanos());
    }
}

#[cfg(feature = "simulation")]
impl Tick {
    /// When it has passed, it does not matter when that was.
    pub(crate) fn hash_deadline(self, state: &mut impl Hasher) {
        state.write_i128(i128::try_from(self.since_start.as_nanos()).unwrap_or(i128::MAX));
    }
}

impl Add<Duration> for Tick {
    type Output = Self;

    /// Stops at the end of time instead of overflowing.
    fn add(self, later: Duration) -> Self {
        Self {
            since_start: self.since_start.saturating_add(later),
            since_1970: self.since_1970.map(|since_1970| since_1970.saturating_add(later)),
        }
    }
}
