//! All schedules of a variant up to a number of faults, or those of many seeds.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use yeastar_core::purchase::By;

use super::checker::{Excused, Kind};
use super::choice::{self, Answer, Choices};
use super::fault::{Cut, Ending, OrderFault};
use super::schedule::{self, Ended, Report, Why};
use super::setup::Setup;
use super::variant::Variant;

/// A choice is a fault with this probability, in per cent, where a seed chooses.
const RATE: u8 = 20;

/// What came of many schedules.
#[derive(Clone, Debug, Default)]
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
    pub ambiguous: BTreeMap<Why, u64>,
    /// The same, after the purchase was resumed.
    pub still_ambiguous: BTreeMap<Why, u64>,
    /// The first schedule that failed, and how to see it.
    pub failure: Option<Failure>,
}

/// A schedule that failed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    kind: Kind,
    length: usize,
    values: Vec<usize>,
    text: String,
}

impl Failure {
    /// What was wrong, and how to see it.
    pub fn text(&self, variant: &Variant) -> String {
        let choices = Choices::given(self.values.clone(), usize::MAX).in_words();
        let report = schedule::run(&Setup::new(variant), choices, false);
        format!(
            "{}\n  cargo run -p yeastar-sandbox --example simulate -- --replay '{}: {}'",
            self.text,
            variant.name,
            choice::to_text(&report.words)
        )
    }
}

impl Tally {
    /// Schedules in which something was wrong.
    pub fn caught(&self) -> u64 {
        self.double + self.lost + self.other
    }

    /// Schedules at whose end the caller does not know.
    pub fn ambiguous(&self) -> u64 {
        self.ambiguous.values().sum()
    }

    /// The same, after the purchase was resumed.
    pub fn still_ambiguous(&self) -> u64 {
        self.still_ambiguous.values().sum()
    }

    pub fn add(&mut self, other: Self) {
        self.schedules += other.schedules;
        self.double += other.double;
        self.lost += other.lost;
        self.other += other.other;
        self.repeated += other.repeated;
        self.repeated_wrong += other.repeated_wrong;
        self.unseeable += other.unseeable;
        self.mistaken += other.mistaken;
        self.licensed += other.licensed;
        for (why, count) in other.ambiguous {
            *self.ambiguous.entry(why).or_default() += count;
        }
        for (why, count) in other.still_ambiguous {
            *self.still_ambiguous.entry(why).or_default() += count;
        }
        // The worst and shortest, so that it does not depend on which thread was faster.
        self.failure = self.failure.take().into_iter().chain(other.failure).min();
    }

    fn count(&mut self, report: &Report) {
        self.schedules += 1;
        self.repeated += u64::from(report.has_repetition);
        if let Ended::Ambiguous(why) = report.ended {
            *self.ambiguous.entry(why).or_default() += 1;
        }
        if let Ended::Ambiguous(why) = report.settled {
            *self.still_ambiguous.entry(why).or_default() += 1;
        }
        let Excused { is_repeated, is_unseeable, is_mistaken, is_licensed } = report.excused;
        self.repeated_wrong += u64::from(is_repeated);
        self.unseeable += u64::from(is_unseeable);
        self.mistaken += u64::from(is_mistaken);
        self.licensed += u64::from(is_licensed);
        let Some(worst) = report.violations.iter().min_by_key(|violation| violation.kind) else { return };
        match worst.kind {
            Kind::Double => self.double += 1,
            Kind::Lost => self.lost += 1,
            Kind::Other => self.other += 1,
        }
        let made = &report.made;
        let length = made.iter().rposition(|choice| choice.value > 0).map_or(0, |last| last + 1);
        let values = made[..length].iter().map(|choice| choice.value).collect();
        let failure = Failure { kind: worst.kind, length, values, text: worst.text.clone() };
        self.add(Self { failure: Some(failure), ..Self::default() });
    }
}

/// Runs every schedule with up to so many faults, on all processors.
pub fn exhaustive(variant: &Variant, faults: usize) -> Tally {
    let setup = Setup::new(variant);
    let mut tally = Tally::default();
    // Every schedule is reached once: from the one that agrees with it up to its last choice that is not the first.
    let branches = branch(&setup, &mut tally, Vec::new(), faults);
    let next = AtomicUsize::new(0);
    let search = || {
        let mut tally = Tally::default();
        while let Some(first) = branches.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut open = vec![first.clone()];
            while let Some(values) = open.pop() {
                open.extend(branch(&setup, &mut tally, values, faults));
            }
        }
        tally
    };
    for part in on_all_processors(search) {
        tally.add(part);
    }
    tally
}

/// Runs the schedule of these choices; those that differ from it first after these come back.
fn branch(setup: &Setup, tally: &mut Tally, values: Vec<usize>, faults: usize) -> Vec<Vec<usize>> {
    let given = values.len();
    let report = schedule::run(setup, Choices::given(values, faults), false);
    tally.count(&report);
    let made = &report.made;
    let beginning = |length: usize| made[..length].iter().map(|choice| choice.value);
    let others = |index: usize| {
        (1..made[index].arity).map(move |value| beginning(index).chain([value]).collect::<Vec<_>>())
    };
    (given..made.len()).flat_map(others).collect()
}

/// Runs so many seeds, each with the variant that it falls to, on all processors.
pub fn seeded(variants: &[Variant], first: u64, count: u64) -> Vec<(Variant, Tally)> {
    let setups: Vec<Setup> = variants.iter().map(Setup::new).collect();
    let next = AtomicU64::new(0);
    let search = || {
        let mut tallies = vec![Tally::default(); setups.len()];
        loop {
            let offset = next.fetch_add(1, Ordering::Relaxed);
            if offset >= count {
                return tallies;
            }
            let seed = first.wrapping_add(offset);
            let index = variant_of(seed, setups.len());
            let report = schedule::run(&setups[index], Choices::seeded(seed, RATE), false);
            tallies[index].count(&report);
        }
    };
    let mut tallies: Vec<_> = variants.iter().map(|variant| (*variant, Tally::default())).collect();
    for part in on_all_processors(search) {
        for ((_, tally), part) in tallies.iter_mut().zip(part) {
            tally.add(part);
        }
    }
    tallies
}

/// Runs a schedule for every byte after which the answer to the order breaks off, up to the one in which it is whole.
pub fn every_cut(variant: &Variant, is_framed: bool) -> Vec<Report> {
    let setup = Setup::new(variant);
    let mut reports: Vec<Report> = Vec::new();
    while reports.last().is_none_or(|last| last.ended != Ended::Confirmed(By::Answer)) {
        let fault = OrderFault::Executed(Ending::Cut { at: Cut::At(reports.len()), is_framed });
        reports.push(schedule::run(&setup, Choices::planned(fault), true));
    }
    reports
}

/// Runs the one schedule again, step by step.
pub fn replay(variant: &Variant, answers: Vec<Answer>) -> Report {
    schedule::run(&Setup::new(variant), Choices::said(answers), true)
}

/// Runs the schedule of a seed, step by step.
pub fn trace(variants: &[Variant], seed: u64) -> (Variant, Report) {
    let variant = variants[variant_of(seed, variants.len())];
    let choices = Choices::seeded(seed, RATE).in_words();
    (variant, schedule::run(&Setup::new(&variant), choices, true))
}

fn variant_of(seed: u64, variants: usize) -> usize {
    usize::try_from(seed % variants as u64).unwrap_or_default()
}

fn on_all_processors<T: Send>(search: impl Fn() -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(&search)).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}
