//! `--fail-at`: what can go wrong, on the simulated portal.
//!
//! A process that is to be killed is a second one of this program, which buys from the portal of the first.

use std::env;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use yeastar_core::{Entry, EntryKey, IntentId};
use yeastar_journal::{Journal, JournalError, Swap};
use yeastar_sandbox::{Fault, Plan, Server};

use crate::options::Options;
use crate::report::Report;

/// Marks the process that is to be killed.
const VICTIM: &str = "YEASTAR_EXAMPLE_VICTIM";

/// What it prints when it has come to the point.
const HERE: &str = "waiting to be killed";

/// A point at which a purchase can go wrong.
pub struct Point {
    pub name: &'static str,
    /// What happens.
    pub what: &'static str,
    /// What follows.
    pub next: &'static str,
    failure: Failure,
}

enum Failure {
    Network(Fault),
    Kill(Moment),
}

/// When a process is killed. A purchase that goes well is three versions of its entry in the journal:
/// recorded, sending, confirmed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    Before(u64),
    After(u64),
    /// The portal has the order, and is about to answer.
    OrderArrived,
}

const DOUBT: &str = "Whether the order got to the portal, the journal cannot tell. The order is not sent again: \
    it is looked for.";

const POINTS: &[Point] = &[
    Point {
        name: "request",
        what: "the connection breaks, and no order is placed",
        next: "The client has sent the order and gets no answer: for all it knows, the order exists. It looks \
               for it, does not find it, and says so. It does not send it again: the first request may still \
               wait somewhere.",
        failure: Failure::Network(Fault::DropBeforeCommit),
    },
    Point {
        name: "answer",
        what: "the order is placed, and its answer is lost",
        next: "The client does not know that there is an order. It looks for it, and does not send it again.",
        failure: Failure::Network(Fault::DropAfterCommit),
    },
    Point {
        name: "late",
        what: "the connection breaks, and the order is placed 3 s later",
        next: "At the first look there is no order. A client that sent again now would order twice; this one \
               goes on looking.",
        failure: Failure::Network(Fault::CommitAfter(Duration::from_secs(3))),
    },
    Point {
        name: "unavailable",
        what: "the order is placed, and a gateway answers 503",
        next: "A 503 sounds like \"try again\", and here that would order twice. The client looks for the order.",
        failure: Failure::Network(Fault::StatusAfterCommit(503)),
    },
    Point {
        name: "unrecorded",
        what: "before anything stands in the journal",
        next: "The journal does not know the purchase, so nothing was sent. It begins anew.",
        failure: Failure::Kill(Moment::Before(1)),
    },
    Point {
        name: "recorded",
        what: "the journal has the purchase",
        next: "The journal says that nothing was sent. The purchase goes on.",
        failure: Failure::Kill(Moment::After(1)),
    },
    Point {
        name: "looked",
        what: "the account was looked at, the order is next",
        next: "The journal says that nothing was sent. The purchase goes on.",
        failure: Failure::Kill(Moment::Before(2)),
    },
    Point {
        name: "sending",
        what: "the journal says \"sending\", and nothing is sent yet",
        next: DOUBT,
        failure: Failure::Kill(Moment::After(2)),
    },
    Point {
        name: "sent",
        what: "the portal has placed the order, and has not answered",
        next: DOUBT,
        failure: Failure::Kill(Moment::OrderArrived),
    },
    Point {
        name: "answered",
        what: "the answer is here, and not in the journal",
        next: DOUBT,
        failure: Failure::Kill(Moment::Before(3)),
    },
    Point {
        name: "confirmed",
        what: "the order number stands in the journal",
        next: "The journal has the order number. Nothing is left to do.",
        failure: Failure::Kill(Moment::After(3)),
    },
];

/// The points for `--help`: of the network, or those at which the process is killed.
pub fn list(kills: bool) -> String {
    let mut list = String::new();
    for point in POINTS.iter().filter(|point| point.is_kill() == kills) {
        // Writing into a text cannot fail.
        let _ = writeln!(list, "        {:<12} {}", point.name, point.what);
    }
    list
}

/// Whether this is the process that is to be killed.
pub fn is_victim() -> bool {
    env::var_os(VICTIM).is_some()
}

impl Point {
    pub fn named(name: &str) -> Result<&'static Self, String> {
        let names = || POINTS.iter().map(|point| point.name).collect::<Vec<_>>().join(", ");
        POINTS.iter().find(|point| point.name == name).ok_or_else(|| format!("is none of {}", names()))
    }

    pub fn is_kill(&self) -> bool {
        matches!(self.failure, Failure::Kill(_))
    }

    /// Lets it happen: at the next order, or at once to a second process.
    pub fn arrange(&self, options: &Options, portal: &Server, report: &mut Report<'_>) -> io::Result<()> {
        report.fails(self);
        match &self.failure {
            Failure::Network(fault) => portal.plan(Plan::new(fault.clone()).on("order_save")),
            Failure::Kill(moment) => {
                let status = kill_at(*moment, options, portal, report)?;
                report.goes_on(self, status);
            }
        }
        Ok(())
    }

    /// A journal that stops its process at this point.
    pub fn stopping<J: Journal>(&self, journal: J) -> impl Journal + use<J> {
        let moment = match self.failure {
            Failure::Kill(moment) => Some(moment),
            Failure::Network(_) => None,
        };
        Stopping { journal, moment }
    }
}

/// Has a second process buy, and kills it. Tells how it ended.
fn kill_at(
    moment: Moment,
    options: &Options,
    portal: &Server,
    report: &mut Report<'_>,
) -> io::Result<ExitStatus> {
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).args(["--yes", "--id", options.id.as_str()]);
    if let Some(file) = &options.journal_file {
        command.arg("--journal").arg(file);
    }
    command.env("YEASTAR_CLIENT_ID", portal.client_id());
    command.env("YEASTAR_CLIENT_SECRET", portal.client_secret());
    command.env("YEASTAR_BASE_URL", portal.base_url());
    let mut victim = command.env(VICTIM, "1").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let lines = victim.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    let victim = Arc::new(Mutex::new(victim));
    if moment == Moment::OrderArrived {
        let victim = Arc::clone(&victim);
        portal.on_request(move |request| {
            if request.endpoint == Some("order_save") {
                kill(&victim);
            }
        });
    }
    for line in lines {
        match line?.as_str() {
            HERE => kill(&victim),
            line => report.quote(line),
        }
    }
    victim.lock().unwrap_or_else(PoisonError::into_inner).wait()
}

/// SIGKILL, where there are signals: the process gets no chance to do anything more.
fn kill(victim: &Mutex<Child>) {
    // It may have ended by itself.
    let _ = victim.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

struct Stopping<J> {
    journal: J,
    moment: Option<Moment>,
}

impl<J> Stopping<J> {
    fn pass(&self, moment: Moment) {
        if self.moment == Some(moment) {
            let _ = writeln!(io::stdout(), "{HERE}");
            // It ends with the process that should kill it.
            let _ = io::stdin().read_to_end(&mut Vec::new());
            process::abort();
        }
    }
}

impl<J: Journal> Journal for Stopping<J> {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.journal.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.pass(Moment::Before(entry.version()));
        let swap = self.journal.compare_and_swap(entry)?;
        self.pass(Moment::After(entry.version()));
        Ok(swap)
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.journal.open_intents()
    }
}
