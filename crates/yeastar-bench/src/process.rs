//! The processes of a measurement: the server, and each run in one of its own.

use std::error::Error;
use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::work::{Counted, Measured, Setting};

/// Ends with this value.
pub struct Server {
    process: Child,
    pub port: u16,
}

impl Server {
    /// On this core, with these arguments.
    pub fn start(core: usize, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut process = this_program()?
            .args(["serve", "--core", &core.to_string()])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self { process, port: line.trim().parse()? })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The same by a name that has to be looked up.
    pub fn url_by_name(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// The core that servers and clients share: then neither waits for the other to wake up.
pub fn shared_core() -> usize {
    sched_getaffinity(None)
        .ok()
        .and_then(|set| (0..CpuSet::MAX_CPU).find(|core| set.is_set(*core)))
        .unwrap_or(0)
}

/// Keeps this process on one core.
pub fn pin(core: usize) -> Result<(), Box<dyn Error>> {
    let mut set = CpuSet::new();
    set.set(core);
    Ok(sched_setaffinity(None, &set)?)
}

pub fn run(name: &str, setting: &Setting) -> Result<Measured, Box<dyn Error>> {
    Ok(serde_json::from_slice(&output(this_program()?, name, setting)?.0)?)
}

/// What one call does, on average.
#[derive(Clone, Copy, Debug, Default)]
pub struct PerCall {
    pub allocations: f64,
    pub sends: f64,
    pub look_ups: f64,
    pub threads: f64,
}

/// What one call does: of a run of so many calls and one of more, the difference.
pub fn count(name: &str, setting: &Setting, (few, many): Lengths) -> Result<PerCall, Box<dyn Error>> {
    let counted = |times| -> Result<Counted, Box<dyn Error>> {
        let setting = Setting { times, count: true, ..setting.clone() };
        Ok(run(name, &setting)?.counted.ok_or("a run did not count")?)
    };
    let (less, more) = (counted(few)?, counted(many)?);
    let each = |less: u64, more: u64| (more as f64 - less as f64) / (many - few) as f64;
    Ok(PerCall {
        allocations: each(less.allocations.count, more.allocations.count),
        sends: each(less.calls.sends, more.calls.sends),
        look_ups: each(less.calls.look_ups, more.calls.look_ups),
        threads: each(less.calls.threads, more.calls.threads),
    })
}

/// Whether there is a valgrind, which counts instructions.
pub fn has_valgrind() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Instructions of one call, likewise.
pub fn instructions(name: &str, setting: &Setting, (few, many): Lengths) -> Result<f64, Box<dyn Error>> {
    let collected = |times| -> Result<f64, Box<dyn Error>> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(std::env::current_exe()?);
        let (_, report) = output(valgrind, name, &Setting { times, core: None, ..setting.clone() })?;
        let report = String::from_utf8_lossy(&report).into_owned();
        let collected = report.split("Collected :").nth(1).and_then(|rest| rest.split_whitespace().next());
        Ok(collected.ok_or("valgrind did not say how many instructions there were")?.parse()?)
    };
    Ok((collected(many)? - collected(few)?) / (many - few) as f64)
}

/// Calls of two runs: what only the longer one does is what calls cost, and not the start.
pub type Lengths = (usize, usize);

fn this_program() -> Result<Command, Box<dyn Error>> {
    Ok(Command::new(std::env::current_exe()?))
}

/// What a run prints, and what it says beside.
fn output(mut command: Command, name: &str, setting: &Setting) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
    command.args(["work", name]).args(setting.arguments());
    let output = command.output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => "the program to measure with is not there".into(),
        _ => Box::<dyn Error>::from(error),
    })?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{name} failed: {}", why.chars().take(500).collect::<String>()).into());
    }
    Ok((output.stdout, output.stderr))
}
