//! Points of time: what is compared, and when a deadline has passed.

use core::time::Duration;
use std::collections::HashSet;

use yeastar_core::Tick;

const SECOND: Duration = Duration::from_secs(1);

/// Seconds of the monotonic clock and of the wall clock.
fn tick(monotonic: u64, wall: u64) -> Tick {
    Tick::new(Duration::from_secs(monotonic)).with_wall_clock(Duration::from_secs(wall))
}

#[test]
fn the_wall_clock_is_known_where_it_was_told() {
    assert_eq!(Tick::new(SECOND).wall_clock(), None);
    assert_eq!(tick(1, 9).wall_clock(), Some(Duration::from_secs(9)));
    assert_eq!(tick(1, 9).with_wall_clock(SECOND).wall_clock(), Some(SECOND));
}

#[test]
fn ticks_are_compared_by_the_monotonic_clock_alone() {
    assert_eq!(tick(1, 5), tick(1, 9));
    assert_eq!(tick(1, 5), Tick::new(SECOND));
    assert!(tick(1, 9) < tick(2, 5));
    assert!(tick(2, 5).max(tick(1, 9)) == tick(2, 0));
    assert_eq!(HashSet::from([tick(1, 5), tick(1, 9), Tick::new(SECOND)]).len(), 1);
    assert_eq!(tick(5, 0).since(tick(2, 9)), Duration::from_secs(3));
    assert_eq!(tick(2, 9).since(tick(5, 0)), Duration::ZERO);
}

#[test]
fn both_clocks_go_on_together() {
    let later = tick(1, 9) + SECOND;
    assert_eq!((later, later.wall_clock()), (tick(2, 0), Some(Duration::from_secs(10))));
    assert_eq!((Tick::new(SECOND) + SECOND).wall_clock(), None);
    let end = tick(1, 9) + Duration::MAX;
    assert_eq!((end, end.wall_clock()), (Tick::new(Duration::MAX), Some(Duration::MAX)));
}

#[test]
fn a_deadline_has_passed_by_either_clock() {
    let deadline = tick(10, 100);
    let cases = [
        (tick(10, 100), false),
        (tick(9, 99), false),
        (tick(11, 101), true),
        // The clock was set back, or never told.
        (tick(11, 50), true),
        (Tick::new(Duration::from_secs(11)), true),
        (Tick::new(Duration::from_secs(10)), false),
        // The machine slept.
        (tick(5, 101), true),
        (tick(5, 100), false),
    ];
    for (now, expected) in cases {
        assert_eq!(now.is_past(deadline), expected, "{now:?}");
    }
    // A deadline without a wall clock is not passed by one.
    assert!(!tick(5, 1_000).is_past(Tick::new(Duration::from_secs(10))));
    assert!(tick(11, 0).is_past(Tick::new(Duration::from_secs(10))));
}
