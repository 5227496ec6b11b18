//! The purchase of the core and the simulated portal in one thread, on virtual time, with everything
//! that can go wrong in between.

mod answer;
mod checker;
mod choice;
mod clock;
mod explore;
mod fault;
mod fingerprint;
mod journal;
mod memory;
mod network;
mod person;
mod process;
mod schedule;
mod search;
mod setup;
mod step;
mod tally;
mod twin;
mod variant;

pub use choice::{Answer, parse, to_text};
pub use schedule::{Ended, Report};
pub use search::{every_cut, exhaustive, one_by_one, replay, seeded, trace};
pub use tally::Tally;
pub use variant::{TWINS, VARIANTS, Variant};
