//! What is measured, each by its name. A run is a process of its own.

mod client_async;
mod client_blocking;
mod core;
mod hyper_util;
mod socket;
mod ureq;

use std::error::Error;
use std::hint::black_box;
use std::sync::{Arc, Barrier};

use lexopt::prelude::*;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::allocations::{self, Allocations};
use crate::calls::{self, Calls};
use crate::process;

/// How a run is made.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Where the server is.
    pub url: String,
    /// How many calls, in all.
    pub times: usize,
    /// How many calls come before the first that counts, for each that is in flight.
    pub warm: usize,
    /// How many calls are under way at a time: threads or tasks.
    pub in_flight: usize,
    /// The core to stay on.
    pub core: Option<usize>,
    /// Whether allocations and calls of the operating system are counted, which costs time.
    pub count: bool,
    /// What each call does for nothing.
    pub burden: Burden,
}

impl Default for Setting {
    fn default() -> Self {
        let (url, burden) = (String::new(), Burden::default());
        Self { url, times: 1000, warm: 100, in_flight: 1, core: None, count: false, burden }
    }
}

impl Setting {
    pub fn parse(arguments: &mut lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut setting = Self::default();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("url") => setting.url = arguments.value()?.string()?,
                Long("times") => setting.times = arguments.value()?.parse()?,
                Long("warm") => setting.warm = arguments.value()?.parse()?,
                Long("in-flight") => setting.in_flight = arguments.value()?.parse()?,
                Long("core") => setting.core = Some(arguments.value()?.parse()?),
                Long("count") => setting.count = true,
                Long("more-allocations") => setting.burden.allocations = arguments.value()?.parse()?,
                Long("more-steps") => setting.burden.steps = arguments.value()?.parse()?,
                other => return Err(other.unexpected()),
            }
        }
        Ok(setting)
    }

    /// What [`parse`](Self::parse) makes this of.
    pub fn arguments(&self) -> Vec<String> {
        let Self { url, times, warm, in_flight, core, count, burden } = self;
        let mut arguments = vec![
            format!("--url={url}"),
            format!("--times={times}"),
            format!("--warm={warm}"),
            format!("--in-flight={in_flight}"),
            format!("--more-allocations={}", burden.allocations),
            format!("--more-steps={}", burden.steps),
        ];
        arguments.extend(core.map(|core| format!("--core={core}")));
        arguments.extend(count.then(|| "--count".to_owned()));
        arguments
    }
}

/// What a call does for nothing, so that the gate can show that it would notice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Burden {
    pub allocations: usize,
    /// Of a loop. The gate finds out how many instructions one has.
    pub steps: usize,
}

impl Burden {
    fn bear(self) {
        (0..self.allocations).for_each(|_| drop(black_box(Box::new(0_u8))));
        (0..self.steps).for_each(|step| _ = black_box(step));
    }
}

/// What came of a run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    pub times: usize,
    pub seconds: f64,
    pub cpu_seconds: f64,
    pub allocations: Allocations,
    pub calls: Calls,
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
    ("nothing", core::nothing),
];

pub fn run(name: &str, setting: &Setting) -> Result<Measured, Box<dyn Error>> {
    let (_, work) = ALL.iter().find(|(known, _)| *known == name).ok_or("there is no such work")?;
    if let Some(core) = setting.core {
        process::pin(core)?;
    }
    Ok(work(setting))
}

/// Measures from its start to its end.
struct Meter {
    wall: f64,
    cpu: f64,
}

impl Meter {
    fn start(setting: &Setting) -> Self {
        if setting.count {
            allocations::start();
            calls::start();
        }
        Self { wall: now(ClockId::Monotonic), cpu: now(ClockId::ProcessCPUTime) }
    }

    fn stop(self, times: usize) -> Measured {
        let seconds = now(ClockId::Monotonic) - self.wall;
        let cpu_seconds = now(ClockId::ProcessCPUTime) - self.cpu;
        Measured { times, seconds, cpu_seconds, allocations: allocations::stop(), calls: calls::stop() }
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
    let repeat = |call: &mut C, times| {
        for _ in 0..times {
            call();
            setting.burden.bear();
        }
    };
    if setting.in_flight == 1 {
        let mut call = caller();
        repeat(&mut call, setting.warm);
        let meter = Meter::start(setting);
        repeat(&mut call, times);
        return meter.stop(times);
    }
    let warm = Barrier::new(setting.in_flight + 1);
    std::thread::scope(|scope| {
        let thread = || {
            let mut call = caller();
            repeat(&mut call, setting.warm);
            warm.wait();
            repeat(&mut call, times);
        };
        let threads: Vec<_> = (0..setting.in_flight).map(|_| scope.spawn(thread)).collect();
        warm.wait();
        let meter = Meter::start(setting);
        for thread in threads {
            thread.join().expect("a call failed");
        }
        meter.stop(times * setting.in_flight)
    })
}

/// Async calls, each in flight in a task of its own, all in one thread.
fn in_tasks<S, F>(
    setting: &Setting,
    shared: S,
    call: impl Fn(Arc<S>) -> F + Copy + Send + 'static,
) -> Measured
where
    S: Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let times = setting.times / setting.in_flight;
    let shared = Arc::new(shared);
    let repeat = |times| {
        let (shared, burden) = (Arc::clone(&shared), setting.burden);
        async move {
            for _ in 0..times {
                call(Arc::clone(&shared)).await;
                burden.bear();
            }
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let warm: Vec<_> = (0..setting.in_flight).map(|_| tokio::spawn(repeat(setting.warm))).collect();
        for task in warm {
            task.await.expect("a call failed");
        }
        let tasks: Vec<_> = (0..setting.in_flight).map(|_| repeat(times)).collect();
        let meter = Meter::start(setting);
        let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
        for task in tasks {
            task.await.expect("a call failed");
        }
        meter.stop(times * setting.in_flight)
    })
}
