//! What came of many schedules.

use std::fmt;

use super::checker::{Excused, Kind};
use super::choice::{self, Choice};
use super::schedule::{Ended, Report, Why};

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tally {
    pub schedules: u64,
    /// Schedules that end with two orders.
    pub double: u64,
    /// Schedules in which an order was denied that exists.
    pub lost: u64,
    /// Schedules in which something else was wrong.
    pub other: u64,
    /// Schedules in which a gateway repeats a request, and how many of them end with two orders since the
    /// portal takes both.
    pub repeated: u64,
    pub repeated_wrong: u64,
    /// Schedules in which a gateway repeats a request, the client hears the refusal of the second, believes it,
    /// and was shown nothing of the order that the first has placed.
    pub unseeable: u64,
    /// Schedules in which a person settles the purchase and is wrong.
    pub mistaken: u64,
    /// Schedules that end with two orders since it was sent again after doubt, where the documentation
    /// says that this may happen, and both are told.
    pub licensed: u64,
    /// Schedules at whose end the caller does not know, by reason.
    pub ambiguous: Whys,
    /// The same, after the purchase was resumed.
    pub still_ambiguous: Whys,
    /// The first schedule that failed, and how to see it.
    pub failure: Option<Failure>,
    /// How many states there were in which something could go wrong; each was run once. 0 when none were kept.
    pub states: u64,
}

/// How many schedules for each reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Whys([u64; Why::ALL.len()]);

/// A schedule that failed. The worst and shortest comes first, so that it does not depend on which thread was
/// faster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Failure {
    kind: Kind,
    length: usize,
    /// What was chosen, up to the last fault.
    values: Vec<usize>,
    /// For a person; not yet there while schedules are counted.
    text: String,
}

impl Whys {
    pub fn iter(&self) -> impl Iterator<Item = (Why, u64)> {
        Why::ALL.iter().copied().zip(self.0).filter(|(_, count)| *count > 0)
    }

    fn sum(&self) -> u64 {
        self.0.iter().sum()
    }

    fn add(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    fn of(ended: Ended) -> Self {
        let Ended::Ambiguous(why) = ended else { return Self::default() };
        Self(Why::ALL.map(|known| u64::from(known == why)))
    }
}

impl Tally {
    /// Of one schedule, whose choices are those of the report.
    pub fn of(report: &Report) -> Self {
        let Excused { is_repeated, is_unseeable, is_mistaken, is_licensed } = report.excused;
        let worst = report.violations.iter().map(|violation| violation.kind).min();
        let is = |kind: Kind| u64::from(worst == Some(kind));
        Self {
            schedules: 1,
            double: is(Kind::Double),
            lost: is(Kind::Lost),
            other: is(Kind::Other),
            repeated: u64::from(report.has_repetition),
            repeated_wrong: u64::from(is_repeated),
            unseeable: u64::from(is_unseeable),
            mistaken: u64::from(is_mistaken),
            licensed: u64::from(is_licensed),
            ambiguous: Whys::of(report.ended),
            still_ambiguous: Whys::of(report.settled),
            failure: worst.map(|kind| Failure::new(kind, &report.made)),
            states: 0,
        }
    }

    /// Schedules in which something was wrong.
    pub fn caught(&self) -> u64 {
        self.double + self.lost + self.other
    }

    /// Schedules at whose end the caller does not know.
    pub fn ambiguous(&self) -> u64 {
        self.ambiguous.sum()
    }

    /// The same, after the purchase was resumed.
    pub fn still_ambiguous(&self) -> u64 {
        self.still_ambiguous.sum()
    }

    pub fn add(&mut self, other: &Self) {
        self.add_after(other, &[]);
    }

    /// Adds schedules that begin with these choices, and then have those that were counted.
    pub fn add_after(&mut self, other: &Self, made: &[Choice]) {
        self.schedules += other.schedules;
        self.double += other.double;
        self.lost += other.lost;
        self.other += other.other;
        self.repeated += other.repeated;
        self.repeated_wrong += other.repeated_wrong;
        self.unseeable += other.unseeable;
        self.mistaken += other.mistaken;
        self.licensed += other.licensed;
        self.ambiguous.add(other.ambiguous);
        self.still_ambiguous.add(other.still_ambiguous);
        self.states += other.states;
        if let Some(failure) = &other.failure {
            let failure = failure.after(made);
            self.failure = Some(self.failure.take().map_or(failure.clone(), |known| known.min(failure)));
        }
    }

    /// Says of the failure what is wrong, and how to see it; `replay` runs its schedule again.
    pub fn describe_failure(&mut self, variant: &str, replay: impl FnOnce(Vec<usize>) -> Report) {
        let Some(failure) = &mut self.failure else { return };
        let report = replay(failure.values.clone());
        let worst = report.violations.iter().min_by_key(|violation| violation.kind);
        failure.text = format!(
            "{}\n  cargo run -p yeastar-sandbox --example simulate -- --replay '{variant}: {}'",
            worst.map_or("it does not fail again", |worst| worst.text.as_str()),
            choice::to_text(&report.words)
        );
    }
}

impl Failure {
    fn new(kind: Kind, made: &[Choice]) -> Self {
        Self { kind, length: 0, values: Vec::new(), text: String::new() }.after(made)
    }

    fn after(&self, made: &[Choice]) -> Self {
        let mut values: Vec<usize> =
            made.iter().map(|choice| choice.value).chain(self.values.iter().copied()).collect();
        let length = values.iter().rposition(|value| *value > 0).map_or(0, |last| last + 1);
        values.truncate(length);
        Self { kind: self.kind, length, values, text: String::new() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
