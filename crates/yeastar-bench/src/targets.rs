//! What is aimed at: every number that the project promises, and what it is measured by.

use self::Bound::{AtLeast, AtMost, Exactly};
use self::Figure::{
    Allocations, ColdBuild, Cpu, Crates, Instructions, LookUps, Microseconds, PeakPerLimit, Rate, Sends,
    Threads,
};

/// A figure that comes out of a measurement. Works are named as in [`work`](crate::work).
#[derive(Clone, Copy, Debug)]
pub enum Figure {
    /// Requests per second of a work over those of another, with so many in flight.
    Rate(&'static str, &'static str, usize),
    /// Processor time of a call over that of another, with so many in flight.
    Cpu(&'static str, &'static str, usize),
    /// Processor time of a call in microseconds.
    Microseconds(&'static str),
    /// Instructions of a call over those of another.
    Instructions(&'static str, &'static str),
    /// Allocations of a call.
    Allocations(&'static str),
    /// Sends of a call.
    Sends(&'static str),
    /// Look-ups of a call.
    LookUps(&'static str),
    /// Threads that a call starts.
    Threads(&'static str),
    /// The most memory that a call holds over the longest body that it may read.
    PeakPerLimit(&'static str),
    /// Crates in the tree.
    Crates(&'static str),
    /// Time of a cold release build over that of another.
    ColdBuild(&'static str, &'static str),
}

/// How a figure must be.
#[derive(Clone, Copy, Debug)]
pub enum Bound {
    AtMost(f64),
    AtLeast(f64),
    Exactly(f64),
}

#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub figure: Figure,
    pub bound: Bound,
}

/// A metric of both clients, or of one.
pub struct ClientMetric {
    pub name: &'static str,
    pub blocking: Option<Target>,
    pub r#async: Option<Target>,
}

pub struct CoreMetric {
    pub name: &'static str,
    pub target: Target,
}

const BLOCKING: &str = "yeastar-blocking";
const ASYNC: &str = "yeastar-async";
/// After a name: to a host that has one.
const BLOCKING_BY_NAME: &str = "yeastar-blocking@localhost";
const ASYNC_BY_NAME: &str = "yeastar-async@localhost";
const HYPER: &str = "hyper-util";
const SOCKET: &str = "socket";

const fn target(figure: Figure, bound: Bound) -> Option<Target> {
    Some(Target { figure, bound })
}

const fn both(name: &'static str, blocking: Option<Target>, r#async: Option<Target>) -> ClientMetric {
    ClientMetric { name, blocking, r#async }
}

pub const CLIENTS: &[ClientMetric] = &[
    both(
        "CPU vs hyper-util, 1 in flight",
        target(Cpu(BLOCKING, HYPER, 1), AtMost(1.12)),
        target(Cpu(ASYNC, HYPER, 1), AtMost(1.05)),
    ),
    both(
        "CPU vs bare socket, 1 in flight",
        target(Cpu(BLOCKING, SOCKET, 1), AtMost(1.65)),
        target(Cpu(ASYNC, SOCKET, 1), AtMost(1.55)),
    ),
    both(
        "req/s vs bare socket, 1 in flight",
        target(Rate(BLOCKING, SOCKET, 1), AtLeast(0.72)),
        target(Rate(ASYNC, SOCKET, 1), AtLeast(0.74)),
    ),
    both(
        "req/s vs bare socket, 64 in flight",
        target(Rate(BLOCKING, SOCKET, 64), AtLeast(0.68)),
        target(Rate(ASYNC, SOCKET, 64), AtLeast(0.88)),
    ),
    both(
        "CPU vs bare socket, 64 in flight",
        target(Cpu(BLOCKING, SOCKET, 64), AtMost(1.80)),
        target(Cpu(ASYNC, SOCKET, 64), AtMost(1.22)),
    ),
    both(
        "req/s vs the usual choice: plain ureq; reqwest",
        target(Rate(BLOCKING, "ureq", 1), AtLeast(2.5)),
        target(Rate(ASYNC, "reqwest", 1), AtLeast(1.10)),
    ),
    both(
        "CPU vs the usual choice: plain ureq; reqwest",
        target(Cpu(BLOCKING, "ureq", 1), AtMost(0.35)),
        target(Cpu(ASYNC, "reqwest", 1), AtMost(0.82)),
    ),
    both("CPU vs reqwest::blocking", target(Cpu(BLOCKING, "reqwest::blocking", 1), AtMost(0.50)), None),
    both("instructions vs reqwest", None, target(Instructions(ASYNC, "reqwest"), AtMost(0.58))),
    both(
        "req/s, host name vs IP literal",
        target(Rate(BLOCKING_BY_NAME, BLOCKING, 1), AtLeast(0.95)),
        target(Rate(ASYNC_BY_NAME, ASYNC, 1), AtLeast(0.97)),
    ),
    both(
        "instructions vs hyper-util",
        target(Instructions(BLOCKING, HYPER), AtMost(1.05)),
        target(Instructions(ASYNC, HYPER), AtMost(0.95)),
    ),
    both(
        "allocations",
        target(Allocations(BLOCKING), AtMost(52.0)),
        target(Allocations(ASYNC), AtMost(30.0)),
    ),
    both(
        "sends, warm, by host name",
        target(Sends(BLOCKING_BY_NAME), Exactly(1.0)),
        target(Sends(ASYNC_BY_NAME), Exactly(1.0)),
    ),
    both(
        "look-ups, warm, by host name",
        target(LookUps(BLOCKING_BY_NAME), Exactly(0.0)),
        target(LookUps(ASYNC_BY_NAME), Exactly(0.0)),
    ),
    both(
        "threads started, warm, by host name",
        target(Threads(BLOCKING_BY_NAME), Exactly(0.0)),
        target(Threads(ASYNC_BY_NAME), Exactly(0.0)),
    ),
];

const fn core(name: &'static str, figure: Figure, bound: Bound) -> CoreMetric {
    CoreMetric { name, target: Target { figure, bound } }
}

pub const CORE: &[CoreMetric] = &[
    core("build order: allocations", Allocations("build"), AtMost(4.0)),
    core("build order: instructions vs plain builder", Instructions("build", "build-plain"), AtMost(0.60)),
    core("envelope: allocations (it has 7 texts)", Allocations("envelope"), AtMost(7.0)),
    core("envelope: instructions vs bare from_str", Instructions("envelope", "envelope-bare"), AtMost(1.10)),
    core(
        "envelope: instructions vs Value + from_value",
        Instructions("envelope", "envelope-value"),
        AtMost(0.50),
    ),
    core("list of 1,000: time vs bare from_str", Cpu("list", "list-bare", 1), AtMost(1.10)),
    core("list of 1,000: time vs Value + from_value", Cpu("list", "list-value", 1), AtMost(0.50)),
    core("list of 1,000: time vs sonic-rs", Cpu("list", "list-sonic", 1), AtMost(1.15)),
    // The first parse and one more, of a body as long as the list.
    core("HTML instead of JSON: time vs one parse", Cpu("list:html", "list-bare", 1), AtMost(2.0)),
    core("text instead of JSON: time vs one parse", Cpu("list:text", "list-bare", 1), AtMost(2.0)),
    core("truncated JSON: time vs one parse", Cpu("list:truncated", "list-bare", 1), AtMost(2.0)),
    core("ill-typed JSON: time vs one parse", Cpu("list:ill-typed", "list-bare", 1), AtMost(2.0)),
    // What is read grows by doubling, so twice the limit may be reserved.
    core("endless body, blocking: memory vs limit", PeakPerLimit("yeastar-blocking:endless"), AtMost(2.1)),
    core("endless body, async: memory vs limit", PeakPerLimit("yeastar-async:endless"), AtMost(2.1)),
    core("crates of the core", Crates("yeastar-core"), AtMost(26.0)),
    core("crates of core and both clients", Crates("all three"), AtMost(70.0)),
    core("cold release build of all three vs reqwest", ColdBuild("all three", "reqwest"), AtMost(0.65)),
    core("our layer alone, in microseconds", Microseconds("layer"), AtMost(1.0)),
    core("our layer alone: CPU vs a hyper-util call", Cpu("layer", HYPER, 1), AtMost(0.10)),
];

/// All targets, by the names that their rows have.
pub fn all() -> impl Iterator<Item = (String, Target)> {
    let clients = CLIENTS.iter().flat_map(|metric| {
        let name = |client| format!("{client}: {}", metric.name);
        let blocking = metric.blocking.map(|target| (name("blocking"), target));
        blocking.into_iter().chain(metric.r#async.map(|target| (name("async"), target)))
    });
    clients.chain(CORE.iter().map(|metric| (metric.name.to_owned(), metric.target)))
}

impl Figure {
    /// What must run and be timed for it.
    pub fn timed(&self) -> Vec<(&'static str, usize)> {
        match *self {
            Rate(of, over, in_flight) | Cpu(of, over, in_flight) => vec![(of, in_flight), (over, in_flight)],
            Microseconds(of) => vec![(of, 1)],
            _ => Vec::new(),
        }
    }

    /// Whose instructions must be counted for it.
    pub fn executed(&self) -> Vec<&'static str> {
        if let Instructions(of, over) = *self { vec![of, over] } else { Vec::new() }
    }

    /// Whose allocations and calls must be counted for it.
    pub fn counted(&self) -> Option<&'static str> {
        match *self {
            Allocations(of) | Sends(of) | LookUps(of) | Threads(of) => Some(of),
            _ => None,
        }
    }

    /// Whose memory must be watched for it.
    pub fn limited(&self) -> Option<&'static str> {
        if let PeakPerLimit(of) = *self { Some(of) } else { None }
    }
}

impl Bound {
    pub fn holds(self, value: f64) -> bool {
        match self {
            AtMost(bound) => value <= bound,
            AtLeast(bound) => value >= bound,
            Exactly(bound) => (value - bound).abs() < 1e-9,
        }
    }
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AtMost(bound) => write!(f, "<= {bound}"),
            AtLeast(bound) => write!(f, ">= {bound}"),
            Exactly(bound) => write!(f, "= {bound}"),
        }
    }
}
