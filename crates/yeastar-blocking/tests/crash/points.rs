//! The process is killed at each point, and the purchase is resumed.

use std::fmt::{self, Display};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{self, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use yeastar_core::purchase::{ConfirmedBy, Outcome};
use yeastar_core::{Config, Credentials, Origin};
use yeastar_journal::{Journal, SqliteJournal};
use yeastar_sandbox::{Fault, Plan, PoNumberEcho, Server, Settings};

use crate::Buyer;
use crate::victim::{self, HERE, PASSED, SharedJournal, intent};

/// Where the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// Before or after a write of the journal; see [`victim::command`].
    Point(usize),
    /// When the order has arrived at the portal, before its answer.
    OrderArrived,
    /// By itself.
    Never,
}

/// What goes wrong beside the crash.
#[derive(Clone, Debug)]
struct Scenario {
    po_number_echo: PoNumberEcho,
    fault: Option<Fault>,
}

/// A portal and a journal, with which processes buy one after the other.
struct Scene {
    portal: Server,
    folder: PathBuf,
    is_echoed: bool,
}

impl Scene {
    fn new(scenario: &Scenario) -> Self {
        static SCENES: AtomicUsize = AtomicUsize::new(0);
        let mut settings = Settings::fresh();
        settings.po_number_echo = scenario.po_number_echo;
        settings.list_lag = Duration::ZERO;
        let portal = Server::start_with(settings, 0).unwrap();
        if let Some(fault) = &scenario.fault {
            portal.plan(Plan::new(fault.clone()).on("order_save"));
        }
        let scene = SCENES.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-crash-{}-{scene}", env!("CARGO_PKG_NAME"), process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self { portal, folder, is_echoed: scenario.po_number_echo != PoNumberEcho::Nowhere }
    }

    fn journal_file(&self) -> PathBuf {
        self.folder.join("purchases.db")
    }

    /// Has a process buy, and kills it there. Gives the number of points that it has passed when it was not killed.
    fn buy(&self, stop: Stop) -> Option<usize> {
        let point = if let Stop::Point(point) = stop { Some(point) } else { None };
        let mut command = victim::command(self.journal_file().to_str().unwrap(), point);
        command.env("YEASTAR_CLIENT_ID", self.portal.client_id());
        command.env("YEASTAR_CLIENT_SECRET", self.portal.client_secret());
        command.env("YEASTAR_BASE_URL", self.portal.base_url());
        let mut victim = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let victim = Arc::new(Mutex::new(victim));
        if stop == Stop::OrderArrived {
            let victim = Arc::clone(&victim);
            self.portal.on_request(move |request| {
                if request.endpoint == Some("order_save") {
                    victim.lock().unwrap().kill().unwrap();
                }
            });
        }
        let mut text = String::new();
        for line in lines {
            let line = line.unwrap();
            if line == HERE {
                victim.lock().unwrap().kill().unwrap();
            }
            text += &line;
            text.push('\n');
        }
        self.portal.on_request(|_| ());
        let status = victim.lock().unwrap().wait().unwrap();
        if stop == Stop::Never {
            assert!(status.success(), "{text}");
            let passed = text.lines().find_map(|line| line.strip_prefix(PASSED));
            return Some(passed.unwrap().parse().unwrap());
        }
        assert!(!status.success(), "{stop:?} was not reached:\n{text}");
        #[cfg(unix)]
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "{text}");
        None
    }

    /// Resumes the purchase with a new client on the journal opened anew, and purchases it where nothing was sent, or the
    /// process that was killed has said that it is at work on it. Tells what came of both.
    fn settle(&self) -> String {
        let credentials = Credentials::new(self.portal.client_id(), self.portal.client_secret());
        let origin = Origin::new(&self.portal.base_url()).unwrap();
        let config = Config::new(credentials).with_origin(origin).with_policy(victim::policy());
        let buyer = Buyer::new(config);
        let journal: SharedJournal = Arc::new(SqliteJournal::open(self.journal_file()).unwrap());

        let mut told = Vec::new();
        if !journal.load(intent().id()).unwrap().is_empty() {
            match buyer.resume(&intent(), &journal) {
                Ok(outcome) => told.push(self.check(&outcome)),
                Err(error) => assert!(error.retry_after().is_some(), "{error}"),
            }
        }
        if told.is_empty() {
            told.push(self.check(&buyer.purchase(&intent(), &journal).unwrap()));
        }

        let is_ambiguous = told.last() == Some(&"ambiguous");
        if self.is_echoed && !self.portal.orders().is_empty() {
            assert!(!is_ambiguous, "the order shows in the list: {told:?}");
        }
        assert_eq!(journal.open_intents().unwrap().len(), usize::from(is_ambiguous), "{told:?}");
        assert!(self.portal.count("order_save") <= 1, "{told:?}");
        self.portal.assert_no_double_order();
        let connection = Connection::open(self.journal_file()).unwrap();
        let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(integrity, "ok");
        told.join(", ")
    }

    /// Compares an outcome with the truth, which only the portal knows.
    fn check(&self, outcome: &Outcome) -> &'static str {
        let orders = self.portal.orders();
        match outcome {
            Outcome::Confirmed { order_no, by, others, .. } => {
                assert_eq!(orders.len(), 1, "{outcome}");
                assert_eq!(order_no.as_str(), orders[0].order_no, "{outcome}");
                assert!(others.is_empty(), "{outcome}");
                match by {
                    ConfirmedBy::Answer => "answered",
                    ConfirmedBy::Found => "found",
                    _ => "already there",
                }
            }
            Outcome::Rejected { .. } => {
                assert!(orders.is_empty(), "{outcome}");
                "rejected"
            }
            Outcome::NotPlaced { .. } => {
                assert!(orders.is_empty(), "{outcome}");
                "not sent"
            }
            _ => "ambiguous",
        }
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Point(point) => {
                let when = if point % 2 == 0 { "before" } else { "after" };
                write!(f, "{when} write {}", point / 2 + 1)
            }
            Self::OrderArrived => f.write_str("order arrived"),
            Self::Never => f.write_str("never"),
        }
    }
}

/// All points at which the next process of a scene can be killed: those that it passes when it is not, so that no write
/// is forgotten that a purchase may come to do.
fn stops(scene: &Scene) -> Vec<Stop> {
    let before = scene.portal.count("order_save");
    let passed = scene.buy(Stop::Never).unwrap();
    let has_sent = scene.portal.count("order_save") > before;
    (0..passed).map(Stop::Point).chain(has_sent.then_some(Stop::OrderArrived)).collect()
}

/// What becomes of the purchase when its process is killed, at each point.
fn table(scenario: &Scenario) -> Vec<String> {
    let settle = |stop| {
        let scene = Scene::new(scenario);
        scene.buy(stop);
        format!("{stop}: {}", scene.settle())
    };
    stops(&Scene::new(scenario)).into_iter().map(settle).collect()
}

#[test]
fn an_order_that_is_answered() {
    let scenario = Scenario { po_number_echo: PoNumberEcho::CustomReferenceNo, fault: None };
    let expected = [
        "before write 1: answered",
        "after write 1: answered",
        "before write 2: answered",
        // Nothing was sent, but that cannot be known.
        "after write 2: ambiguous",
        "before write 3: found",
        "after write 3: answered",
        "order arrived: found",
    ];
    assert_eq!(table(&scenario), expected);
}

#[test]
fn an_order_that_is_answered_and_shows_its_number_nowhere() {
    let scenario = Scenario { po_number_echo: PoNumberEcho::Nowhere, fault: None };
    let expected = [
        "before write 1: answered",
        "after write 1: answered",
        "before write 2: answered",
        "after write 2: ambiguous",
        "before write 3: ambiguous",
        "after write 3: answered",
        "order arrived: ambiguous",
    ];
    assert_eq!(table(&scenario), expected);
}

#[test]
fn an_order_whose_answer_is_lost() {
    let fault = Some(Fault::DropAfterCommit);
    let scenario = Scenario { po_number_echo: PoNumberEcho::PoNumber, fault };
    let expected = [
        "before write 1: found",
        "after write 1: found",
        "before write 2: found",
        "after write 2: ambiguous",
        "before write 3: found",
        "after write 3: found",
        "before write 4: found",
        "after write 4: found",
        "order arrived: found",
    ];
    assert_eq!(table(&scenario), expected);
}

#[test]
fn an_order_whose_answer_is_lost_and_that_shows_its_number_nowhere() {
    let fault = Some(Fault::DropAfterCommit);
    let scenario = Scenario { po_number_echo: PoNumberEcho::Nowhere, fault };
    let expected = [
        "before write 1: ambiguous",
        "after write 1: ambiguous",
        "before write 2: ambiguous",
        "after write 2: ambiguous",
        "before write 3: ambiguous",
        "after write 3: ambiguous",
        "before write 4: ambiguous",
        "after write 4: ambiguous",
        "order arrived: ambiguous",
    ];
    assert_eq!(table(&scenario), expected);
}

#[test]
fn an_order_that_is_refused() {
    let refusal =
        Fault::EnvelopeError { status: 400, code: "parameter_validation_failed".into(), message: "?".into() };
    let scenario = Scenario { po_number_echo: PoNumberEcho::CustomReferenceNo, fault: Some(refusal) };
    let expected = [
        "before write 1: rejected",
        "after write 1: rejected",
        "before write 2: rejected",
        "after write 2: ambiguous",
        "before write 3: ambiguous",
        // The refusal is held against the PBX URL, which is free.
        "after write 3: rejected",
        "before write 4: rejected",
        "after write 4: rejected",
        "order arrived: ambiguous",
    ];
    assert_eq!(table(&scenario), expected);
}

/// The process that goes on is killed as well.
#[test]
fn two_crashes() {
    let scenario = Scenario { po_number_echo: PoNumberEcho::CustomReferenceNo, fault: None };
    let mut found = 0;
    for first in stops(&Scene::new(&scenario)) {
        let crashed = || {
            let scene = Scene::new(&scenario);
            scene.buy(first);
            scene
        };
        for second in stops(&crashed()) {
            let scene = crashed();
            scene.buy(second);
            let told = scene.settle();
            let has_order = !scene.portal.orders().is_empty();
            assert_eq!(told.ends_with("ambiguous"), !has_order, "{first}, then {second}: {told}");
            found += usize::from(told == "found");
        }
    }
    assert!(found > 0, "no second crash left an order to be found");
}
