//! What is measured, each by its name. A run is a process of its own.

mod client_async;
mod client_blocking;
mod core;
mod hyper_util;
mod socket;
mod ureq;

use std::error::Error;
use std::sync::Barrier;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::allocations;

/// How a run is made.
pub struct Setting {
    /// Where the server is.
    pub url: String,
    /// How many calls, in all.
    pub times: usize,
    /// How many calls come before the first that counts, for each that is in flight.
    pub warm: usize,
    /// How many calls are under way at a time: threads or tasks.
    pub in_flight: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Self { url: String::new(), times: 1000, warm: 100, in_flight: 1 }
    }
}

/// What came of a run.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measured {
    pub times: usize,
    pub seconds: f64,
    pub cpu_seconds: f64,
    pub allocations: u64,
    pub allocated_bytes: u64,
}

type Work = fn(&Setting) -> Measured;

const ALL: &[(&str, Work)] = &[
    ("socket", socket::run),
    ("hyper-util", hyper_util::run),
    ("ureq", ureq::run),
    ("yeastar-blocking", client_blocking::run),
    ("yeastar-async", client_async::run),
    ("build", core::build),
    ("build-plain", core::build_plain),
    ("envelope", core::envelope),
    ("envelope-bare", core::envelope_bare),
    ("envelope-value", core::envelope_value),
    ("list", core::list),
    ("list-bare", core::list_bare),
    ("list-value", core::list_value),
    ("layer", core::layer),
];

pub fn run(name: &str, setting: &Setting) -> Result<Measured, Box<dyn Error>> {
    let (_, work) = ALL.iter().find(|(known, _)| *known == name).ok_or("there is no such work")?;
    Ok(work(setting))
}

/// Measures from its start to its end.
struct Meter {
    wall: f64,
    cpu: f64,
}

impl Meter {
    fn start() -> Self {
        allocations::start();
        Self { wall: now(ClockId::Monotonic), cpu: now(ClockId::ProcessCPUTime) }
    }

    fn stop(self, times: usize) -> Measured {
        let seconds = now(ClockId::Monotonic) - self.wall;
        let cpu_seconds = now(ClockId::ProcessCPUTime) - self.cpu;
        let (allocations, allocated_bytes) = allocations::stop();
        Measured { times, seconds, cpu_seconds, allocations, allocated_bytes }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a run is short")]
fn now(clock: ClockId) -> f64 {
    let now = clock_gettime(clock);
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

/// Blocking calls, each in flight in a thread of its own that makes its calls by `caller`.
fn in_threads<C: FnMut()>(setting: &Setting, caller: impl Fn() -> C + Sync) -> Measured {
    let times = setting.times / setting.in_flight;
    if setting.in_flight == 1 {
        let mut call = caller();
        (0..setting.warm).for_each(|_| call());
        let meter = Meter::start();
        (0..times).for_each(|_| call());
        return meter.stop(times);
    }
    let warm = Barrier::new(setting.in_flight + 1);
    std::thread::scope(|scope| {
        let thread = || {
            let mut call = caller();
            (0..setting.warm).for_each(|_| call());
            warm.wait();
            (0..times).for_each(|_| call());
        };
        let threads: Vec<_> = (0..setting.in_flight).map(|_| scope.spawn(thread)).collect();
        warm.wait();
        let meter = Meter::start();
        for thread in threads {
            thread.join().expect("a call failed");
        }
        meter.stop(times * setting.in_flight)
    })
}

/// Async calls, each in flight in a task of its own, all in one thread. `calls` makes so many calls.
fn in_tasks<F>(setting: &Setting, calls: impl Fn(usize) -> F) -> Measured
where
    F: Future<Output = ()> + Send + 'static,
{
    let times = setting.times / setting.in_flight;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let warm: Vec<_> = (0..setting.in_flight).map(|_| tokio::spawn(calls(setting.warm))).collect();
        for task in warm {
            task.await.expect("a call failed");
        }
        let tasks: Vec<_> = (0..setting.in_flight).map(|_| calls(times)).collect();
        let meter = Meter::start();
        let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
        for task in tasks {
            task.await.expect("a call failed");
        }
        meter.stop(times * setting.in_flight)
    })
}
