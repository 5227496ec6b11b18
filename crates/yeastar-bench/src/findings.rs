//! All works side by side, and the figures that come of it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use yeastar_core::Policy;

use crate::process::{self, PerCall, Server};
use crate::table::{Table, maybe};
use crate::targets::{self, Figure};
use crate::weight::Weight;
use crate::work::{self, Measured, Setting};

/// A work, and how many of its calls are in flight.
pub type Run = (&'static str, usize);

pub const IN_FLIGHT: [usize; 2] = [1, 64];

/// In the order of table and plot.
pub const CLIENTS: [&str; 11] = [
    "socket",
    "yeastar-async",
    "yeastar-async@localhost",
    "hyper-util",
    "reqwest",
    "yeastar-blocking",
    "yeastar-blocking@localhost",
    "curl",
    "reqwest::blocking",
    "ureq",
    "ureq@localhost",
];

/// A real order, which goes out on a connection of its own, and others that open one for each call.
const FRESH: [&str; 4] = ["yeastar-async:fresh", "hyper-util:fresh", "yeastar-blocking:fresh", "ureq:fresh"];

#[derive(Default)]
pub struct Findings {
    rounds: Vec<BTreeMap<Run, Measured>>,
    instructions: BTreeMap<&'static str, f64>,
    per_call: BTreeMap<&'static str, PerCall>,
    peak_per_limit: BTreeMap<&'static str, f64>,
    pub weights: BTreeMap<&'static str, Weight>,
    has_valgrind: bool,
}

impl Findings {
    /// Everything but the weights.
    pub fn measure(is_quick: bool) -> Result<Self, Box<dyn Error>> {
        let core = process::shared_core();
        let bench = Bench { server: Server::start(core, &[])?, core, is_quick };
        let mut findings = Self { has_valgrind: process::has_valgrind(), ..Self::default() };
        let figures: Vec<Figure> = targets::all().map(|(_, target)| target.figure).collect();

        eprintln!("counting allocations and calls of the operating system");
        for name in known(figures.iter().filter_map(Figure::counted).chain(CLIENTS)) {
            findings
                .per_call
                .insert(name, process::count(work_of(name), &bench.setting(name, 20), lengths(name))?);
        }
        for name in known(figures.iter().filter_map(Figure::limited)) {
            let setting = Setting { times: 1, count: true, ..bench.setting(name, 0) };
            let counted = process::run(work_of(name), &setting)?.counted.unwrap_or_default();
            let limit = Policy::default().max_body;
            findings.peak_per_limit.insert(name, counted.allocations.peak as f64 / limit as f64);
        }

        if findings.has_valgrind {
            eprintln!("counting instructions");
            let clients = CLIENTS.into_iter().filter(|name| !is_quick && !name.contains('@'));
            for name in known(figures.iter().flat_map(Figure::executed).chain(clients)) {
                let counted = process::instructions(work_of(name), &bench.setting(name, 20), lengths(name))?;
                findings.instructions.insert(name, counted);
            }
        }

        let mut runs: BTreeSet<Run> = figures.iter().flat_map(Figure::timed).collect();
        let per_name = CLIENTS.into_iter().flat_map(|name| IN_FLIGHT.map(|in_flight| (name, in_flight)));
        runs.extend(per_name.filter(|(name, in_flight)| !name.contains('@') || *in_flight == 1));
        runs.extend(FRESH.map(|name| (name, 1)));
        let mut runs: Vec<Run> = runs.into_iter().filter(|(name, _)| work::is_known(work_of(name))).collect();
        let rounds = if is_quick { 3 } else { 9 };
        for round in 1..=rounds {
            eprintln!("round {round} of {rounds}");
            fastrand::shuffle(&mut runs);
            let measured = runs.iter().map(|run| Ok((*run, bench.time(*run)?)));
            findings.rounds.push(measured.collect::<Result<_, Box<dyn Error>>>()?);
        }
        Ok(findings)
    }

    /// A figure, or why it was not measured.
    pub fn value(&self, figure: Figure) -> Result<f64, String> {
        let value = match figure {
            Figure::Rate(of, over, in_flight) => self.ratio((of, in_flight), (over, in_flight), rate),
            Figure::Cpu(of, over, in_flight) => self.ratio((of, in_flight), (over, in_flight), cpu),
            Figure::Microseconds(of) => self.median((of, 1), cpu).map(|seconds| seconds * 1e6),
            Figure::Instructions(of, over) => {
                let counted = |name| self.instructions.get(name);
                counted(of).zip(counted(over)).map(|(of, over)| of / over)
            }
            Figure::Allocations(of) => self.per_call.get(of).map(|counted| counted.allocations),
            Figure::Sends(of) => self.per_call.get(of).map(|counted| counted.sends),
            Figure::LookUps(of) => self.per_call.get(of).map(|counted| counted.look_ups),
            Figure::Threads(of) => self.per_call.get(of).map(|counted| counted.threads),
            Figure::PeakPerLimit(of) => self.peak_per_limit.get(of).copied(),
            Figure::Crates(of) => self.weights.get(of).map(|weight| weight.crates as f64),
            Figure::ColdBuild(of, over) => {
                let seconds = |name| self.weights.get(name).and_then(|weight| weight.release_seconds);
                seconds(of).zip(seconds(over)).map(|(of, over)| of / over)
            }
        };
        value.ok_or_else(|| match figure {
            Figure::Instructions(..) if !self.has_valgrind => "there is no valgrind".into(),
            Figure::ColdBuild(..) => "cold builds are left out by --quick".into(),
            _ if cfg!(feature = "peers") => "there is no such work".into(),
            _ => "needs the feature peers".into(),
        })
    }

    pub fn median(&self, run: Run, by: impl Fn(&Measured) -> f64) -> Option<f64> {
        median(self.rounds.iter().filter_map(|round| round.get(&run)).map(by).collect())
    }

    /// The median of the ratios in each round: what disturbs a round disturbs both.
    pub fn ratio(&self, of: Run, over: Run, by: impl Fn(&Measured) -> f64) -> Option<f64> {
        let pairs = self.rounds.iter().filter_map(|round| round.get(&of).zip(round.get(&over)));
        median(pairs.map(|(of, over)| by(of) / by(over)).collect())
    }

    /// Every client, each beside the bare socket and hyper-util.
    pub fn clients(&self) -> Table {
        let header = [
            "client",
            "in flight",
            "req/s",
            "CPU us",
            "req/s vs socket",
            "req/s vs hyper-util",
            "CPU vs socket",
            "CPU vs hyper-util",
            "allocations",
            "instructions",
        ];
        let mut table = Table::new("clients", "All clients, the same order", &header);
        for in_flight in IN_FLIGHT {
            for name in CLIENTS {
                let run = (name, in_flight);
                let Some(cpu_seconds) = self.median(run, cpu) else { continue };
                let against = |peer, by: fn(&Measured) -> f64| maybe(self.ratio(run, (peer, in_flight), by));
                table.rows.push(vec![
                    name.into(),
                    in_flight.to_string(),
                    maybe(self.median(run, rate)),
                    maybe(Some(cpu_seconds * 1e6)),
                    against("socket", rate),
                    against("hyper-util", rate),
                    against("socket", cpu),
                    against("hyper-util", cpu),
                    // Those of a library in C are not seen.
                    maybe(
                        self.per_call.get(name).filter(|_| name != "curl").map(|counted| counted.allocations),
                    ),
                    maybe(self.instructions.get(name).copied()),
                ]);
            }
        }
        table
    }

    /// The real order.
    pub fn fresh(&self) -> Table {
        let header = ["client", "calls/s", "CPU us", "calls/s vs hyper-util", "CPU vs hyper-util"];
        let title = "A connection for each call, as a real order has it (no target)";
        let mut table = Table::new("fresh", title, &header);
        let base = ("hyper-util:fresh", 1);
        for name in FRESH {
            let run = (name, 1);
            table.rows.push(vec![
                name.into(),
                maybe(self.median(run, rate)),
                maybe(self.median(run, cpu).map(|seconds| seconds * 1e6)),
                maybe(self.ratio(run, base, rate)),
                maybe(self.ratio(run, base, cpu)),
            ]);
        }
        table
    }
}

/// Calls per second.
pub fn rate(measured: &Measured) -> f64 {
    measured.times as f64 / measured.seconds
}

/// Processor time of a call, in seconds.
pub fn cpu(measured: &Measured) -> f64 {
    measured.cpu_seconds / measured.times as f64
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 0 => Some(f64::midpoint(values[middle - 1], values[middle])),
        _ => Some(values[middle]),
    }
}

/// Without the host.
fn work_of(name: &'static str) -> &'static str {
    name.split_once('@').map_or(name, |(work, _)| work)
}

/// Each once, and only those that were built.
fn known(names: impl Iterator<Item = &'static str>) -> BTreeSet<&'static str> {
    names.filter(|name| work::is_known(work_of(name))).collect()
}

/// Whether a call takes milliseconds.
fn is_long(name: &str) -> bool {
    name.starts_with("list")
}

fn lengths(name: &str) -> process::Lengths {
    if is_long(name) { (2, 6) } else { (50, 250) }
}

/// Where everything is measured.
struct Bench {
    server: Server,
    core: usize,
    is_quick: bool,
}

impl Bench {
    fn setting(&self, name: &str, warm: usize) -> Setting {
        let url = if name.contains('@') { self.server.url_by_name() } else { self.server.url() };
        Setting { url, warm, core: Some(self.core), ..Setting::default() }
    }

    /// For some tenths of a second.
    fn time(&self, (name, in_flight): Run) -> Result<Measured, Box<dyn Error>> {
        let times = match (name, in_flight) {
            _ if is_long(name) => 90,
            _ if name.contains(":fresh") => 900,
            ("ureq" | "ureq@localhost", 1) => 3000,
            (client, 1) if CLIENTS.contains(&client) => 6000,
            (_, 1) => 60_000,
            _ => 19_200,
        };
        let times = if self.is_quick { times / 3 } else { times };
        let warm = if is_long(name) || in_flight > 1 { 20 } else { 200 };
        process::run(work_of(name), &Setting { times, in_flight, ..self.setting(name, warm) })
    }
}
