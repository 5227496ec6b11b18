//! The command line.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;

use crate::simulation::{Answer, TWINS, VARIANTS, Variant, parse};

const HELP: &str = "\
Purchases under everything that can go wrong: the purchase of the core and the
simulated portal in one thread, on virtual time. Nothing is bought, and no
network is used.

Usage: simulate [OPTIONS]

  --faults N             all schedules with up to N faults [3]
  --seeds N              instead, N schedules with faults at random
  --seed START           the first seed [1]
  --variant NAME         only this one; --list names them
  --replay NAME:CHOICES  one schedule, step by step
  --list                 the variants, and the clients that are broken on purpose
  --json                 print one JSON document (not with --replay, nor for
                         one seed); progress goes to stderr
  --help                 print this

Exit codes: 0 nothing is wrong and every broken client was caught, 1 otherwise,
2 an option is wrong.";

/// What to do.
pub struct Options {
    pub task: Task,
    pub variant: Option<&'static Variant>,
    pub json: bool,
}

pub enum Task {
    Faults(usize),
    Seeds { first: u64, count: u64 },
    Replay(&'static Variant, Vec<Answer>),
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
        let mut options = Self { task: Task::Faults(3), variant: None, json: false };
        let (mut seeds, mut seed) = (None, None);
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("faults") => options.task = Task::Faults(value(&mut arguments, "faults")?),
                Long("seeds") => seeds = Some(value(&mut arguments, "seeds")?),
                Long("seed") => seed = Some(value(&mut arguments, "seed")?),
                Long("variant") => {
                    options.variant = Some(variant(&value::<String>(&mut arguments, "variant")?)?);
                }
                Long("replay") => {
                    let text: String = value(&mut arguments, "replay")?;
                    let (name, choices) = text.split_once(':').unwrap_or((&text, ""));
                    let choices = parse(choices).ok_or_else(|| {
                        format!("--replay {text:?}: a choice is `order 1=Lost`, and there is a ; in between")
                    })?;
                    options.task = Task::Replay(variant(name)?, choices);
                }
                Long("json") => options.json = true,
                Long("list") => {
                    for variant in VARIANTS.iter().chain(TWINS) {
                        let _ = writeln!(io::stdout(), "{:22}  {}", variant.name, variant.about);
                    }
                    return Ok(Err(ExitCode::SUCCESS));
                }
                Long("help") | Short('h') => {
                    let _ = writeln!(io::stdout(), "{HELP}");
                    return Ok(Err(ExitCode::SUCCESS));
                }
                other => return Err(other.unexpected()),
            }
        }
        match (seeds, seed) {
            (None, None) => {}
            (Some(count), first) => options.task = Task::Seeds { first: first.unwrap_or(1), count },
            (None, Some(_)) => return Err("--seed goes with --seeds".into()),
        }
        Ok(Ok(options))
    }
}

fn variant(name: &str) -> Result<&'static Variant, lexopt::Error> {
    Variant::named(name).ok_or_else(|| format!("there is no variant {name:?}: --list names them").into())
}

fn value<T: FromStr<Err: Display>>(arguments: &mut lexopt::Parser, option: &str) -> Result<T, lexopt::Error> {
    let text = arguments.value()?.into_string().map_err(lexopt::Error::NonUnicodeValue)?;
    text.parse().map_err(|error| format!("--{option} {text:?}: {error}").into())
}
