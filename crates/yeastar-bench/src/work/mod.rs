//! What is measured, each by its name. A run is a process of its own.

mod client_async;
mod client_blocking;
mod core;
#[cfg(feature = "peers")]
mod curl;
mod hyper_util;
mod jobs;
#[cfg(feature = "peers")]
mod reqwest;
mod socket;
mod ureq;

use std::error::Error;
use std::hint::black_box;
use std::sync::{Arc, Barrier};

use lexopt::prelude::*;
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use crate::allocations::{self, Allocations};
use crate::calls::{self, Calls};
use crate::process;
use crate::work::jobs::{Endless, Fresh, Held, Rows, Warm};

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
    /// Bytes of the process in memory, before and after.
    pub resident: (u64, u64),
    #[serde(flatten)]
    pub counted: Option<Counted>,
}

/// What costs time to count.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Counted {
    pub allocations: Allocations,
    pub calls: Calls,
    /// Of the longest call.
    pub longest_seconds: f64,
}

type Work = fn(&Setting) -> Measured;

/// With a colon: not the warm order. What others have written is compared by the same name after it.
const ALL: &[(&str, Work)] = &[
    ("socket", socket::run),
    ("hyper-util", hyper_util::run),
    ("hyper-util:fresh", hyper_util::run_fresh),
    ("ureq", ureq::run),
    ("ureq:fresh", ureq::run_fresh),
    #[cfg(feature = "peers")]
    ("reqwest", reqwest::run),
    #[cfg(feature = "peers")]
    ("reqwest::blocking", reqwest::run_blocking),
    #[cfg(feature = "peers")]
    ("curl", curl::run),
    ("yeastar-blocking", client_blocking::run::<Warm>),
    ("yeastar-blocking:fresh", client_blocking::run::<Fresh>),
    ("yeastar-blocking:25", client_blocking::run::<Rows<25>>),
    ("yeastar-blocking:100", client_blocking::run::<Rows<100>>),
    ("yeastar-blocking:1000", client_blocking::run::<Rows<1000>>),
    ("yeastar-blocking:held", client_blocking::run::<Held>),
    ("yeastar-blocking:endless", client_blocking::run::<Endless>),
    ("yeastar-async", client_async::run::<Warm>),
    ("yeastar-async:fresh", client_async::run::<Fresh>),
    ("yeastar-async:25", client_async::run::<Rows<25>>),
    ("yeastar-async:100", client_async::run::<Rows<100>>),
    ("yeastar-async:1000", client_async::run::<Rows<1000>>),
    ("yeastar-async:held", client_async::run::<Held>),
    ("yeastar-async:endless", client_async::run::<Endless>),
    ("build", core::build),
    ("build-plain", core::build_plain),
    ("envelope", core::envelope),
    ("envelope-bare", core::envelope_bare),
    ("envelope-value", core::envelope_value),
    ("list", core::list),
    ("list-bare", core::list_bare),
    ("list-value", core::list_value),
    #[cfg(feature = "peers")]
    ("list-sonic", core::list_sonic),
    ("list:html", core::list_html),
    ("list:text", core::list_text),
    ("list:truncated", core::list_truncated),
    ("list:ill-typed", core::list_ill_typed),
    ("layer", core::layer),
    ("nothing", core::nothing),
];

/// Whether this program has such a work: the other clients come with the feature `peers`.
pub fn is_known(name: &str) -> bool {
    ALL.iter().any(|(known, _)| *known == name)
}

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
    resident: u64,
    count: bool,
}

impl Meter {
    fn start(setting: &Setting) -> Self {
        let (resident, count) = (resident(), setting.count);
        if count {
            allocations::start();
            calls::start();
        }
        Self { wall: now(ClockId::Monotonic), cpu: now(ClockId::ProcessCPUTime), resident, count }
    }

    fn stop(self, times: usize, longest: Longest) -> Measured {
        let seconds = now(ClockId::Monotonic) - self.wall;
        let cpu_seconds = now(ClockId::ProcessCPUTime) - self.cpu;
        let (allocations, calls) = (allocations::stop(), calls::stop());
        let counted = Counted { allocations, calls, longest_seconds: longest.0 };
        let resident = (self.resident, resident());
        Measured { times, seconds, cpu_seconds, resident, counted: self.count.then_some(counted) }
    }
}

fn now(clock: ClockId) -> f64 {
    let now = clock_gettime(clock);
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|pages| pages.split(' ').nth(1)?.parse::<u64>().ok());
    pages.unwrap_or_default() * rustix::param::page_size() as u64
}

/// The longest call so far, when calls are counted.
#[derive(Clone, Copy, Default)]
struct Longest(f64);

impl Longest {
    fn begin(setting: &Setting) -> Option<f64> {
        setting.count.then(|| now(ClockId::Monotonic))
    }

    fn end(&mut self, begin: Option<f64>) {
        if let Some(begin) = begin {
            self.0 = self.0.max(now(ClockId::Monotonic) - begin);
        }
    }
}

/// Blocking calls, each in flight in a thread of its own that makes its calls by `caller`.
fn in_threads<C: FnMut()>(setting: &Setting, caller: impl Fn() -> C + Sync) -> Measured {
    let times = setting.times / setting.in_flight;
    let repeat = |call: &mut C, times| {
        let mut longest = Longest::default();
        for _ in 0..times {
            let begin = Longest::begin(setting);
            call();
            longest.end(begin);
            setting.burden.bear();
        }
        longest
    };
    if setting.in_flight == 1 {
        let mut call = caller();
        repeat(&mut call, setting.warm);
        let meter = Meter::start(setting);
        let longest = repeat(&mut call, times);
        return meter.stop(times, longest);
    }
    let [warm, started] = [(); 2].map(|()| Barrier::new(setting.in_flight + 1));
    std::thread::scope(|scope| {
        let thread = || {
            let mut call = caller();
            repeat(&mut call, setting.warm);
            warm.wait();
            started.wait();
            repeat(&mut call, times)
        };
        let threads: Vec<_> = (0..setting.in_flight).map(|_| scope.spawn(thread)).collect();
        warm.wait();
        let meter = Meter::start(setting);
        started.wait();
        let mut longest = Longest::default();
        for thread in threads {
            longest.0 = longest.0.max(thread.join().expect("a call failed").0);
        }
        meter.stop(times * setting.in_flight, longest)
    })
}

/// Async calls, each in flight in a task of its own, all in one thread.
fn in_tasks<S, F>(
    runtime: &Runtime,
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
        let (shared, setting) = (Arc::clone(&shared), setting.clone());
        async move {
            let mut longest = Longest::default();
            for _ in 0..times {
                let begin = Longest::begin(&setting);
                call(Arc::clone(&shared)).await;
                longest.end(begin);
                setting.burden.bear();
            }
            longest
        }
    };
    runtime.block_on(async {
        let warm: Vec<_> = (0..setting.in_flight).map(|_| tokio::spawn(repeat(setting.warm))).collect();
        for task in warm {
            task.await.expect("a call failed");
        }
        let tasks: Vec<_> = (0..setting.in_flight).map(|_| repeat(times)).collect();
        let meter = Meter::start(setting);
        let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
        let mut longest = Longest::default();
        for task in tasks {
            longest.0 = longest.0.max(task.await.expect("a call failed").0);
        }
        meter.stop(times * setting.in_flight, longest)
    })
}

/// Of one thread, as whoever has few calls at a time would have it.
fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}
