//! What is known of the states that were run already.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::tally::Tally;

/// So many locks that threads seldom wait for each other.
const SHARDS: usize = 256;

/// What follows from a state: the schedules with no further fault, those with one, and so on.
pub type Tallies = Arc<[Tally]>;

/// The states that were run, by their fingerprints. Threads share it.
pub struct Memory {
    shards: Vec<Mutex<HashMap<u128, Known>>>,
}

struct Known {
    /// With up to so many faults.
    faults: usize,
    tallies: Tallies,
}

impl Memory {
    pub fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }

    fn with<T>(&self, state: u128, act: impl FnOnce(&mut HashMap<u128, Known>) -> T) -> T {
        let shard = usize::try_from(state % SHARDS as u128).unwrap_or_default();
        act(&mut self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What follows from a state with up to so many faults, if it is known.
    pub fn get(&self, state: u128, faults: usize) -> Option<Tallies> {
        self.with(state, |known| {
            known.get(&state).filter(|known| known.faults >= faults).map(|known| known.tallies.clone())
        })
    }

    pub fn put(&self, state: u128, faults: usize, tallies: Tallies) {
        self.with(state, |known| {
            if known.get(&state).is_none_or(|known| known.faults < faults) {
                known.insert(state, Known { faults, tallies });
            }
        });
    }

    /// How many states are known.
    pub fn len(&self) -> usize {
        let length = |shard: &Mutex<HashMap<_, _>>| shard.lock().map_or(0, |known| known.len());
        self.shards.iter().map(length).sum()
    }
}
