//! Refuses what makes calls dearer: more allocations or instructions than `recorded.json` has, and on a warm
//! connection another number of sends than one, a look-up or a thread. Times say nothing on a shared machine,
//! so none are taken here.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::{Command, ExitCode};
use std::{fmt, fs};

use lexopt::prelude::*;
use serde::{Deserialize, Serialize};

use crate::process::{self, Lengths, PerCall, Server};
use crate::work::{Burden, Setting};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recorded.json");

/// How many times the recorded instructions pass. Runs differ by less than 0.5 %, and 5 % must not pass.
const TOLERANCE: f64 = 1.03;

/// What is less than recorded by this much is worth recording.
const WORTH_IT: f64 = 0.99;

/// What a burdened call has more, in the proof that it would be refused.
const BURDEN: f64 = 0.05;

struct Guarded {
    name: &'static str,
    /// What does the same by itself, whose instructions in the same run are the measure.
    bare: &'static [&'static str],
    /// Of a call to a host that has a name, on a warm connection. It looks nothing up and starts no thread.
    sends: f64,
    lengths: Lengths,
}

const GUARDED: [Guarded; 6] = [
    Guarded { name: "yeastar-blocking", bare: &["hyper-util"], sends: 1.0, lengths: (50, 250) },
    Guarded { name: "yeastar-async", bare: &["hyper-util"], sends: 1.0, lengths: (50, 250) },
    Guarded { name: "build", bare: &["build-plain"], sends: 0.0, lengths: (50, 250) },
    Guarded { name: "envelope", bare: &["envelope-bare"], sends: 0.0, lengths: (50, 250) },
    Guarded { name: "list", bare: &["list-bare"], sends: 0.0, lengths: (2, 6) },
    Guarded { name: "layer", bare: &["build-plain", "envelope-bare"], sends: 0.0, lengths: (50, 250) },
];

/// What one call costs.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Cost {
    allocations: f64,
    /// As many as those of the bare work are 1.
    instructions: Option<f64>,
}

/// `recorded.json`.
#[derive(Serialize, Deserialize)]
struct Recorded {
    /// Another compiler makes other instructions.
    rustc: String,
    costs: BTreeMap<String, Cost>,
}

fn rustc() -> Result<String, Box<dyn Error>> {
    let output = Command::new("rustc").arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

pub fn run(arguments: &mut lexopt::Parser) -> Result<ExitCode, Box<dyn Error>> {
    let mut record = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("record") => record = true,
            other => return Err(other.unexpected().into()),
        }
    }
    if record && cfg!(feature = "peers") {
        return Err("the peers turn on features of hyper that cost a little: record without them".into());
    }
    let core = process::shared_core();
    let server = Server::start(core, &[])?;
    let mut gate =
        Gate { server, core, has_valgrind: process::has_valgrind(), instructions: BTreeMap::new() };
    if record && !gate.has_valgrind {
        return Err("without valgrind there are no instructions to record".into());
    }
    if !gate.has_valgrind {
        println!("There is no valgrind, so instructions are not counted: only allocations and calls are.");
    }
    let recorded: Recorded = serde_json::from_slice(&fs::read(RECORDED)?)?;
    let rustc = rustc()?;
    if gate.has_valgrind && !record && recorded.rustc != rustc {
        let then = &recorded.rustc;
        println!("Instructions are not counted: they were recorded with {then}, and this is {rustc}.");
        gate.has_valgrind = false;
    }
    let mut costs = BTreeMap::new();
    let mut complaints = Vec::new();
    for guarded in &GUARDED {
        let Guarded { name, .. } = *guarded;
        let counted = gate.count(name, guarded.lengths, Burden::default())?;
        let cost = gate.cost(guarded, &counted)?;
        println!("{name}: {cost}, {}", calls(&counted));
        let limit = if record {
            cost
        } else {
            *recorded
                .costs
                .get(name)
                .ok_or_else(|| format!("recorded.json has no {name}: `gate --record`"))?
        };
        let reasons = cost.above(&limit).chain(guarded.refuses(&counted));
        complaints.extend(reasons.map(|why| format!("{name}: {why}")));
        if cost.is_below(&limit) {
            println!("  {limit} is recorded; record what is less now with `gate --record`");
        }
        complaints.extend(gate.prove(guarded, &cost, &limit)?);
        costs.insert(name.to_owned(), cost);
    }
    complaints.extend(gate.prove_calls()?);
    if record {
        fs::write(RECORDED, serde_json::to_string_pretty(&Recorded { rustc, costs })? + "\n")?;
        println!("recorded in {RECORDED}");
    }
    complaints.iter().for_each(|complaint| println!("REFUSED {complaint}"));
    Ok(if complaints.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Gate {
    server: Server,
    core: usize,
    has_valgrind: bool,
    /// Of one call, of works that were counted before.
    instructions: BTreeMap<&'static str, f64>,
}

impl Gate {
    fn cost(&mut self, guarded: &Guarded, counted: &PerCall) -> Result<Cost, Box<dyn Error>> {
        let mut instructions = None;
        if self.has_valgrind {
            let ratio = self.instructions(guarded, Burden::default())? / self.bare(guarded)?;
            instructions = Some((ratio * 1e4).round() / 1e4);
        }
        Ok(Cost { allocations: counted.allocations.round(), instructions })
    }

    /// Tries the limit on the same work with a burden. What has become cheaper must be recorded, or
    /// it could become dearer again unseen.
    fn prove(
        &mut self,
        guarded: &Guarded,
        cost: &Cost,
        limit: &Cost,
    ) -> Result<Option<String>, Box<dyn Error>> {
        let &Guarded { name, lengths, .. } = guarded;
        let refuses = |burdened: &Cost, with: &str| {
            let refused = burdened.above(limit).next();
            let why = refused.as_deref().unwrap_or("NOT REFUSED");
            println!("  {name} with {with}: {why}");
            refused.is_none().then(|| format!("{name} with {with} would pass: record what it costs now"))
        };
        let counted = self.count(name, lengths, Burden { allocations: 1, steps: 0 })?;
        let burdened = Cost { allocations: counted.allocations.round(), ..*cost };
        let complaint = refuses(&burdened, "one allocation more");
        if complaint.is_some() || !self.has_valgrind {
            return Ok(complaint);
        }
        let bare = self.bare(guarded)?;
        let more = BURDEN * cost.instructions.unwrap_or_default() * bare;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
        let steps = (more / self.step()?).round() as usize;
        let instructions = Some(self.instructions(guarded, Burden { allocations: 0, steps })? / bare);
        Ok(refuses(&Cost { instructions, ..*cost }, "5 % more instructions"))
    }

    /// A client that is known to look up and to start a thread on each call must be seen doing so.
    fn prove_calls(&self) -> Result<Option<String>, Box<dyn Error>> {
        let counted = self.count("ureq", (50, 250), Burden::default())?;
        let seen = [counted.sends, counted.look_ups, counted.threads].iter().all(|calls| *calls >= 1.0);
        println!("plain ureq: {}", calls(&counted));
        Ok((!seen).then(|| "the calls of plain ureq are not seen, so none are".to_owned()))
    }

    fn setting(&self, burden: Burden) -> Setting {
        let url = self.server.url_by_name();
        Setting { url, warm: 20, core: Some(self.core), burden, ..Setting::default() }
    }

    fn count(&self, name: &str, lengths: Lengths, burden: Burden) -> Result<PerCall, Box<dyn Error>> {
        process::count(name, &self.setting(burden), lengths)
    }

    fn instructions(&self, guarded: &Guarded, burden: Burden) -> Result<f64, Box<dyn Error>> {
        process::instructions(guarded.name, &self.setting(burden), guarded.lengths)
    }

    /// Instructions of what a work is compared with.
    fn bare(&mut self, guarded: &Guarded) -> Result<f64, Box<dyn Error>> {
        let mut sum = 0.0;
        for &name in guarded.bare {
            if !self.instructions.contains_key(name) {
                let counted = process::instructions(name, &self.setting(Burden::default()), guarded.lengths)?;
                self.instructions.insert(name, counted);
            }
            sum += self.instructions[name];
        }
        Ok(sum)
    }

    /// Instructions of one step of a burden.
    fn step(&mut self) -> Result<f64, Box<dyn Error>> {
        const STEPS: usize = 1000;
        if !self.instructions.contains_key("nothing") {
            let burden = Burden { allocations: 0, steps: STEPS };
            let counted = process::instructions("nothing", &self.setting(burden), (10, 20))?;
            self.instructions.insert("nothing", counted / STEPS as f64);
        }
        Ok(self.instructions["nothing"])
    }
}

impl Guarded {
    fn refuses(&self, counted: &PerCall) -> Option<String> {
        let PerCall { sends, look_ups, threads, .. } = *counted;
        let wanted = PerCall { sends: self.sends, ..PerCall::default() };
        let right = [sends, look_ups, threads] == [wanted.sends, wanted.look_ups, wanted.threads];
        (!right).then(|| format!("{} instead of {}", calls(counted), calls(&wanted)))
    }
}

fn calls(counted: &PerCall) -> String {
    let PerCall { sends, look_ups, threads, .. } = counted;
    format!("{sends} sends, {look_ups} look-ups, {threads} threads")
}

impl Cost {
    /// Why this is refused when that was recorded.
    fn above(&self, recorded: &Self) -> impl Iterator<Item = String> + use<> {
        let (now, limit) = (self.allocations, recorded.allocations);
        let allocations = (now > limit).then(|| format!("{now} allocations instead of {limit}"));
        let instructions = self.instructions.zip(recorded.instructions).and_then(|(now, limit)| {
            let more = (now / limit - 1.0) * 100.0;
            (now > limit * TOLERANCE)
                .then(|| format!("{more:.1} % more instructions, x {now:.3} instead of x {limit:.3}"))
        });
        allocations.into_iter().chain(instructions)
    }

    fn is_below(&self, recorded: &Self) -> bool {
        let fewer =
            self.instructions.zip(recorded.instructions).is_some_and(|(now, was)| now < was * WORTH_IT);
        fewer || self.allocations < recorded.allocations
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} allocations", self.allocations)?;
        match self.instructions {
            Some(instructions) => write!(f, ", instructions x {instructions:.3}"),
            None => Ok(()),
        }
    }
}
