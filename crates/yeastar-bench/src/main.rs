//! What calls cost, measured beside other HTTP clients.
//!
//! ```sh
//! cargo run --release --manifest-path crates/yeastar-bench/Cargo.toml --features peers
//! ```
//!
//! measures everything that [`targets`] promises and says what is met. The server and each client run in processes
//! of their own on one core, in shuffled rounds; a figure is the median of the ratios of each round. So ratios can be
//! compared, and times cannot; with other caches ratios differ too.

mod allocations;
mod calls;
mod doubt;
mod findings;
mod gate;
mod growth;
mod job;
mod plot;
mod process;
mod report;
mod server;
mod table;
mod targets;
mod weight;
mod work;

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::*;

use crate::findings::Findings;
use crate::report::Report;
use crate::table::Table;
use crate::work::Setting;

const HELP: &str = "\
yeastar-bench [--quick] [--json] [--out DIR]   everything, against its targets; fails when one is missed
yeastar-bench gate [--record]                  refuses what is dearer than recorded.json, or records it
yeastar-bench growth | weight [--quick] [--out DIR]
                                               those parts of it alone
yeastar-bench doubt [--quick] [--out DIR]      many orders at once, of which each fifth answer is lost
yeastar-bench serve, yeastar-bench work NAME --url URL [--times N] [--in-flight N] [--warm N] [--count]
                                               a server, and one run against it: for a profiler";

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = lexopt::Parser::from_env();
    let command = match arguments.clone().next()? {
        Some(Value(command)) => {
            arguments.next()?;
            command.string()?
        }
        _ => String::new(),
    };
    match &*command {
        "serve" => server::serve(&mut arguments)?,
        "work" => {
            let name = arguments.value()?.string()?;
            let measured = work::run(&name, &Setting::parse(&mut arguments)?)?;
            println!("{}", serde_json::to_string(&measured)?);
        }
        "gate" => return gate::run(&mut arguments),
        "growth" => {
            let options = Options::parse(&mut arguments, false)?;
            options.show(&growth::measure(options.is_quick)?)?;
        }
        "doubt" => {
            let options = Options::parse(&mut arguments, false)?;
            options.show(&[doubt::measure(options.is_quick)?])?;
        }
        "weight" => {
            let options = Options::parse(&mut arguments, false)?;
            options.show(&[weight::table(&weight::measure(!options.is_quick)?)])?;
        }
        "" => return compare(&Options::parse(&mut arguments, true)?),
        _ => return Err(HELP.into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// Everything.
fn compare(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let mut findings = Findings::measure(options.is_quick)?;
    let growth = if options.is_quick { Vec::new() } else { growth::measure(false)? };
    let weights = weight::measure(!options.is_quick)?;
    let weight = weight::table(&weights);
    findings.weights = weights.into_iter().collect();
    let report = Report::new(&findings);
    let mut tables = vec![findings.clients(), findings.fresh()];
    tables.extend(growth);
    tables.extend([weight, report.clients(), report.core()]);
    options.show(&tables)?;
    report.all().write_csv(&options.out)?;
    plot::draw(&findings, &options.out.join("clients.svg"))?;
    if options.is_json {
        println!("{}", serde_json::to_string_pretty(&report.json())?);
        eprintln!("{}", report.summary());
    } else {
        println!("\nTables and plot are in {}.\n{}", options.out.display(), report.summary());
    }
    Ok(if report.has_missed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

struct Options {
    /// Fewer and shorter rounds, no growth, no cold builds.
    is_quick: bool,
    /// Nothing but JSON on the standard output.
    is_json: bool,
    /// Where tables and plot go.
    out: PathBuf,
}

impl Options {
    fn parse(arguments: &mut lexopt::Parser, can_be_json: bool) -> Result<Self, Box<dyn Error>> {
        let out = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench"));
        let mut options = Self { is_quick: false, is_json: false, out };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("quick") => options.is_quick = true,
                Long("json") if can_be_json => options.is_json = true,
                Long("out") => options.out = arguments.value()?.into(),
                Long("help") => return Err(HELP.into()),
                other => return Err(other.unexpected().into()),
            }
        }
        fs::create_dir_all(&options.out)?;
        Ok(options)
    }

    fn show(&self, tables: &[Table]) -> Result<(), Box<dyn Error>> {
        for table in tables {
            table.write_csv(&self.out)?;
            if !self.is_json {
                table.print();
            }
        }
        Ok(())
    }
}
