//! All schedules of a variant up to a number of faults, or those of many seeds.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use yeastar_core::purchase::ConfirmedBy;

use super::choice::{Answer, Choices};
use super::explore;
use super::fault::{Cut, Ending, OrderFault};
use super::schedule::{self, Ended, Report};
use super::setup::Setup;
use super::tally::Tally;
use super::variant::Variant;

/// A choice is a fault with this probability, in per cent, where a seed chooses.
const RATE: u8 = 20;

/// All schedules with up to so many faults, on all processors. What follows from a state is run once.
pub fn exhaustive(variant: &Variant, faults: usize) -> Tally {
    let setup = Setup::new(variant);
    let mut tally = explore::explore(&setup, faults);
    describe(&setup, &mut tally);
    tally
}

/// The same, but each schedule is run from its first step to its last.
pub fn one_by_one(variant: &Variant, faults: usize) -> Tally {
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
        tally.add(&part);
    }
    describe(&setup, &mut tally);
    tally
}

/// Runs the schedule of these choices; those that differ from it first after these come back.
fn branch(setup: &Setup, tally: &mut Tally, values: Vec<usize>, faults: usize) -> Vec<Vec<usize>> {
    let given = values.len();
    let report = schedule::run(setup, Choices::given(values, faults), false);
    tally.add(&Tally::of(&report));
    explore::others(&report.made, given)
}

fn describe(setup: &Setup, tally: &mut Tally) {
    let replay = |values| schedule::run(setup, Choices::given(values, usize::MAX).in_words(), false);
    tally.describe_failure(setup.variant.name, replay);
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
            tallies[index].add(&Tally::of(&report));
        }
    };
    let mut tallies: Vec<_> = variants.iter().map(|variant| (*variant, Tally::default())).collect();
    for part in on_all_processors(search) {
        for ((_, tally), part) in tallies.iter_mut().zip(&part) {
            tally.add(part);
        }
    }
    for ((_, tally), setup) in tallies.iter_mut().zip(&setups) {
        describe(setup, tally);
    }
    tallies
}

/// Runs a schedule for every byte after which the answer to the order breaks off, up to the one in which it is whole.
pub fn every_cut(variant: &Variant, is_framed: bool) -> Vec<Report> {
    let setup = Setup::new(variant);
    let mut reports: Vec<Report> = Vec::new();
    while reports.last().is_none_or(|last| last.ended != Ended::Confirmed(ConfirmedBy::Answer)) {
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
