//! Purchases under everything that can go wrong, simulated. `--help` tells more.

mod options;
mod report;
// The tests run more of it.
#[allow(dead_code, unused_imports)]
mod simulation;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use options::{Options, Task};
use report::{Results, steps};
use simulation::{TWINS, Tally, VARIANTS, Variant, exhaustive, replay, seeded, trace};

// A schedule is mostly small pieces of memory.
#[global_allocator]
static GLOBAL: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A broken client is caught by few faults.
const FAULTS_OF_TWINS: usize = 2;

fn main() -> ExitCode {
    let options = match Options::parse() {
        Ok(options) => options,
        Err(code) => return code,
    };
    let (variants, twins): (Vec<Variant>, Vec<Variant>) = match options.variant {
        Some(twin) if twin.twin.is_some() => (Vec::new(), vec![*twin]),
        Some(variant) => (vec![*variant], Vec::new()),
        None => (VARIANTS.to_vec(), TWINS.to_vec()),
    };
    let results = match options.task {
        Task::Replay(variant, answers) => {
            let report = replay(variant, answers.clone());
            print(&steps(variant, &report));
            let is_as_told = report.words == answers;
            if !is_as_told {
                progress("it is another schedule than that: not all of it comes up, or in another order");
            }
            let is_good = report.violations.is_empty() && is_as_told;
            return if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Task::Seeds { first, count: 1 } => {
            let all: Vec<_> = variants.into_iter().chain(twins).collect();
            let (variant, report) = trace(&all, first);
            print(&steps(&variant, &report));
            return if report.violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Task::Faults(faults) => Results {
            variants: search(&variants, faults),
            twins: search(&twins, faults.min(FAULTS_OF_TWINS)),
        },
        Task::Seeds { first, count } => {
            progress(&format!("{count} seeds from {first}"));
            // What is broken is searched for in order: not every handful of seeds would find it.
            let of_twins = search(&twins, FAULTS_OF_TWINS);
            Results { variants: seeded(&variants, first, count), twins: of_twins }
        }
    };
    let failures = results.failures();
    print(&if options.json { results.to_json() + "\n" } else { results.to_text() });
    let _ = write!(io::stderr(), "{failures}");
    if results.are_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn search(variants: &[Variant], faults: usize) -> Vec<(Variant, Tally)> {
    let run = |variant: &Variant| {
        let start = Instant::now();
        let tally = exhaustive(variant, faults);
        let seconds = start.elapsed().as_secs_f64();
        progress(&format!(
            "{}: {} schedules, {} states, up to {faults} faults, {seconds:.1} s",
            variant.name, tally.schedules, tally.states
        ));
        (*variant, tally)
    };
    variants.iter().map(run).collect()
}

fn progress(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}
