//! The command line.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::portal;

const HELP: &str = "\
Finds out what became of the purchases that a journal has as open: after a crash,
or because an answer was lost and the order list did not show the order yet.

It asks the portal of the environment: YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET
and, if it is not the vendor's own, YEASTAR_BASE_URL. It looks for the orders and
sends none, unless a program of yours has written a purchase down that may be sent
again after doubt. Without a journal and without these variables it shows itself
at work, on a simulated portal.

Usage: resume [OPTIONS]

  --journal FILE      journal of the purchases, an SQLite file
  --patience SECONDS  how long to look for each order [20]
  --list              only list what is open, and ask no portal
  --json              print one JSON document
  --help              print this

A purchase of which nothing was sent is settled: no order exists. Whoever wanted
it can purchase it again under its id.

Exit codes: 0 all settled, or listed; 1 an error, and not all could be looked at;
2 an option is wrong; 3 it is still not known of at least one order whether it
was placed, or a process is at work on it.";

/// The command line.
pub struct Options {
    pub task: Task,
    pub patience: Duration,
    pub json: bool,
}

/// What to do.
pub enum Task {
    List(PathBuf),
    Settle(PathBuf),
    Demonstrate,
}

impl Options {
    /// Reads the command line; `Err` says how to end at once.
    pub fn parse() -> Result<Self, ExitCode> {
        Self::read(lexopt::Parser::from_env()).map_err(|error| {
            let _ = writeln!(io::stderr(), "{error}\nTry --help.");
            ExitCode::from(2)
        })?
    }

    fn read(mut arguments: lexopt::Parser) -> Result<Result<Self, ExitCode>, lexopt::Error> {
        use lexopt::prelude::*;
        let mut file: Option<PathBuf> = None;
        let mut patience = Duration::from_secs(20);
        let mut only_lists = false;
        let mut json = false;
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("journal") => file = Some(arguments.value()?.into()),
                Long("patience") => patience = Duration::from_secs(arguments.value()?.parse()?),
                Long("list") => only_lists = true,
                Long("json") => json = true,
                Long("help") | Short('h') => {
                    let _ = writeln!(io::stdout(), "{HELP}");
                    return Ok(Err(ExitCode::SUCCESS));
                }
                other => return Err(other.unexpected()),
            }
        }
        // Opening it would make an empty one, of which it would be said that nothing is open.
        if let Some(file) = file.as_ref().filter(|file| !file.is_file()) {
            return Err(wrong(format_args!("--journal: there is no file {}", file.display())));
        }
        let task = match file {
            Some(file) if only_lists => Task::List(file),
            Some(file) if portal::is_named() => Task::Settle(file),
            Some(_) => {
                return Err(wrong(
                    "the portal of this journal has to be named: set YEASTAR_CLIENT_ID and YEASTAR_CLIENT_SECRET, \
                     or only --list",
                ));
            }
            None if only_lists || portal::is_named() => return Err(wrong("--journal FILE is missing")),
            None => Task::Demonstrate,
        };
        Ok(Ok(Self { task, patience, json }))
    }
}

fn wrong(problem: impl Display) -> lexopt::Error {
    problem.to_string().into()
}
