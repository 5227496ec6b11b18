//! The tree of all schedules of a variant, each state of it once.
//!
//! Many schedules lead to the same state: a fault without consequences, a process that crashes here or there
//! and leaves the same journal behind. What follows from a state is counted once, and added wherever a
//! schedule leads there again.

use std::thread;

use super::choice::{Choice, Choices};
use super::memory::{Memory, Tallies};
use super::schedule::World;
use super::setup::Setup;
use super::tally::Tally;

/// Of a thread: as deep as a schedule has choices, times a world.
const STACK: usize = 256 * 1024 * 1024;

/// Runs every state that schedules with up to so many faults lead to, on all processors.
pub fn explore(setup: &Setup, faults: usize) -> Tally {
    let memory = Memory::new();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    // Each thread goes through the whole tree in an order of its own, and finds what others have counted.
    let run = |thread: usize| {
        let world = World::new(setup, Choices::given(Vec::new(), faults), false);
        Explorer { memory: &memory, thread }.follow(world)
    };
    let tallies = thread::scope(|scope| {
        let start =
            |thread| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || run(thread));
        let running: Vec<_> =
            (0..threads).map(|thread| start(thread).expect("a thread does not start")).collect();
        let ended: Vec<_> =
            running.into_iter().map(|thread| thread.join().expect("a thread panics")).collect();
        ended.into_iter().next().expect("there is a processor")
    });
    let mut total = Tally { states: memory.len() as u64, ..Tally::default() };
    tallies.iter().for_each(|tally| total.add(tally));
    total
}

struct Explorer<'a> {
    memory: &'a Memory,
    thread: usize,
}

impl Explorer<'_> {
    /// What follows from this state, between two steps.
    fn follow(&self, mut world: World<'_>) -> Tallies {
        let faults = world.choices.faults_left();
        // The states on the way to where schedules part, each with the choices that follow it.
        let mut passed: Vec<(u128, usize, Vec<Choice>)> = Vec::new();
        let mut tallies = loop {
            world.choices.go_on_with(Vec::new());
            let Some(index) = world.next() else {
                break [Tally::of(&world.report())].into();
            };
            if !world.may_choose(index) {
                world.step(index);
                assert!(world.choices.made().is_empty(), "a choice where none is expected");
                continue;
            }
            let faults = if world.is_settling { usize::MAX } else { faults };
            let state = world.fingerprint();
            if let Some(known) = self.memory.get(state, faults) {
                break known;
            }
            let before = world.may_part().then(|| world.clone());
            world.step(index);
            let made = world.choices.made();
            if made.iter().all(|choice| choice.arity == 1) {
                passed.push((state, faults, made.to_vec()));
                continue;
            }
            passed.push((state, faults, Vec::new()));
            let before = before.expect("schedules part where nothing is to be chosen");
            break self.part(&before, index, world);
        };
        for (state, faults, made) in passed.into_iter().rev() {
            tallies = after(&made, tallies);
            self.memory.put(state, faults, tallies.clone());
        }
        tallies
    }

    /// What follows from this state, in which a process is about to make a step; `world` is what the first
    /// choices lead to.
    fn part(&self, before: &World<'_>, index: usize, world: World<'_>) -> Tallies {
        let faults = before.choices.faults_left();
        let mut sums = vec![Tally::default(); faults + 1];
        let mut add = |world: World<'_>| {
            let made = world.choices.made().to_vec();
            let faults_left = world.choices.faults_left();
            let tallies = self.follow(world);
            for (more, tally) in tallies.iter().enumerate().take(faults_left + 1) {
                sums[faults - faults_left + more].add_after(tally, &made);
            }
        };
        let mut open = others(world.choices.made(), 0);
        let is_first_last = self.thread % 2 > 0;
        let mut first = Some(world);
        if is_first_last {
            open.reverse();
        } else {
            first.take().into_iter().for_each(&mut add);
        }
        while let Some(values) = open.pop() {
            let given = values.len();
            let mut world = before.clone();
            world.choices.go_on_with(values);
            world.step(index);
            open.extend(others(world.choices.made(), given));
            add(world);
        }
        first.into_iter().for_each(add);
        while sums.last().is_some_and(|last| last.schedules == 0) {
            sums.pop();
        }
        sums.into()
    }
}

/// The same after these choices.
fn after(made: &[Choice], tallies: Tallies) -> Tallies {
    if made.is_empty() || tallies.iter().all(|tally| tally.failure.is_none()) {
        return tallies;
    }
    let after = |tally: &Tally| {
        let mut sum = Tally::default();
        sum.add_after(tally, made);
        sum
    };
    tallies.iter().map(after).collect()
}

/// What else can be chosen, by the first choice that differs from these.
pub fn others(made: &[Choice], given: usize) -> Vec<Vec<usize>> {
    let beginning = |length: usize| made[..length].iter().map(|choice| choice.value);
    let others =
        |index: usize| (1..made[index].arity).map(move |value| beginning(index).chain([value]).collect());
    (given..made.len()).flat_map(others).collect()
}
