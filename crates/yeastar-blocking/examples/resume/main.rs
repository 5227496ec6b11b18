//! Finds out what became of the purchases that a journal has as open. `--help` tells more.

mod demonstration;
mod options;
#[path = "../purchase/outcome.rs"]
mod outcome;
#[path = "../purchase/patience.rs"]
mod patience;
#[path = "../purchase/portal.rs"]
mod portal;
mod report;

use std::error::Error;
use std::process::ExitCode;

use options::{Options, Task};
use patience::policy;
use portal::portal;
use report::Report;
use yeastar_blocking::journal::{Journal, SqliteJournal};
use yeastar_blocking::{Client, Config};
use yeastar_sandbox::Settings;

fn main() -> ExitCode {
    let options = match Options::parse() {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut report = Report::new(options.json);
    let result = run(&options, &mut report);
    report.finish(result)
}

fn run(options: &Options, report: &mut Report) -> Result<(), Box<dyn Error + Send + Sync>> {
    match &options.task {
        Task::List(file) => list(&SqliteJournal::open(file)?, report),
        Task::Settle(file) => {
            let (config, _) = portal(Settings::fresh())?;
            settle(options, config, &SqliteJournal::open(file)?, report)
        }
        Task::Demonstrate => {
            let (config, _sandbox, journal) = demonstration::leave_one_ambiguous(report)?;
            settle(options, config, &journal, report)
        }
    }
}

/// Shows what is open, and asks no portal.
fn list(journal: &impl Journal, report: &mut Report) -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut last = None;
    loop {
        let page = journal.open_entries(last.as_ref(), 100)?;
        for entry in &page {
            report.open(entry);
        }
        match page.last() {
            Some(entry) => last = Some(entry.key().clone()),
            None => return Ok(()),
        }
    }
}

/// Asks the portal what became of each open purchase. One that cannot be settled does not stop the others.
fn settle(
    options: &Options,
    config: Config,
    journal: &impl Journal,
    report: &mut Report,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    report.begin(&config.origin);
    let client = Client::new(config.with_policy(policy(options.patience)))?;
    for id in client.open_intents(journal)? {
        report.settled(&id, &client.resume(&id, journal));
    }
    Ok(())
}
