//! The purchase of the core and the simulated portal in one thread, on virtual time, with everything
//! that can go wrong in between.

mod answer;
mod checker;
mod choice;
mod clock;
mod fault;
mod journal;
mod network;
mod person;
mod process;
mod schedule;
mod search;
mod setup;
mod step;
mod twin;
mod variant;

pub use choice::{Answer, parse, to_text};
pub use schedule::{Ended, Report};
pub use search::{Tally, every_cut, exhaustive, replay, seeded, trace};
pub use variant::{TWINS, VARIANTS, Variant};
