//! Three processes purchase with one journal, some orders all of them, while a fourth one reconciles what is open. Answers are lost, and
//! processes are killed.
//!
//! By default there are 60 orders and two kills; with `YEASTAR_TEST_PROCESSES=300` 300 orders and five.
#![cfg(feature = "sqlite")]

use std::collections::{HashMap, HashSet};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use yeastar_blocking::journal::{Journal, SqliteJournal};
use yeastar_blocking::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_blocking::purchase::{Intent, Outcome};
use yeastar_blocking::{
    BillingContactId, Client, Config, ErrorKind, IntentId, PbxSubDomainId, Policy, RegionId,
};
use yeastar_sandbox::{Fault, Plan, Server, Settings};

const WORKERS: usize = 3;

/// So many purchases of a process are under way at once.
const IN_FLIGHT: usize = 16;

const JOURNAL: &str = "TEST_JOURNAL";
const ROLE: &str = "TEST_ROLE";
const ORDERS: &str = "TEST_ORDERS";

/// Begins the lines of a process that are meant for the test.
const TOLD: &str = "told ";

fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.reconcile_base = Duration::from_millis(20);
    policy.reconcile_cap = Duration::from_millis(200);
    policy.reconcile_for = Duration::from_secs(5);
    policy
}

fn id(number: usize) -> IntentId {
    format!("ticket-{number}").into()
}

/// Whether all processes purchase it.
fn is_shared(number: usize) -> bool {
    number % 3 == 0
}

fn intent(number: usize) -> Intent {
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let url = format!("office-{number}.ptest6.yeastarcloud.com");
    let site = PbxSite::new("office", RegionId::new(41), PbxSubDomainId::new(20), &url);
    let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN);
    Intent::new(id(number), order.purchase(5, BillingCycle::Annually, contact, site))
}

#[test]
#[ignore = "it is a process of the other test"]
fn child() {
    let Ok(role) = env::var(ROLE) else { return };
    let client =
        Client::new(Config::from_variables(|name| env::var(name).ok()).unwrap().with_policy(policy()))
            .unwrap();
    let journal = SqliteJournal::open(env::var(JOURNAL).unwrap()).unwrap();
    let orders = env::var(ORDERS).unwrap().parse().unwrap();
    match role.parse::<usize>() {
        Ok(worker) => work(worker, orders, &client, &journal),
        Err(_) => loop {
            for purchase in client.reconcile(&journal).unwrap() {
                let result = match &purchase.result {
                    Ok(outcome) => name(outcome).to_owned(),
                    Err(error) if error.retry_after().is_some() => continue,
                    Err(error) => error.to_string(),
                };
                println!("\n{TOLD}{} {result}", purchase.key);
            }
            thread::sleep(Duration::from_millis(200));
        },
    }
}

/// Purchases what is for this worker, and what is for all.
fn work(worker: usize, orders: usize, client: &Client, journal: &SqliteJournal) {
    let numbers: Vec<usize> =
        (0..orders).filter(|number| is_shared(*number) || number / 3 % WORKERS == worker).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..IN_FLIGHT {
            scope.spawn(|| {
                while let Some(number) = numbers.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = match client.purchase(intent(*number), journal) {
                        Ok(outcome) => name(&outcome).to_owned(),
                        // Another worker is at it.
                        Err(error) if error.kind() == ErrorKind::Conflict && is_shared(*number) => continue,
                        Err(error) => error.to_string(),
                    };
                    println!("\n{TOLD}{} {result}", id(*number));
                }
            });
        }
    });
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed { .. } => "confirmed",
        Outcome::Rejected { .. } => "rejected",
        Outcome::NotPlaced { .. } => "not sent",
        _ => "ambiguous",
    }
}

/// Processes of this test, and what they have told.
struct Processes<'a> {
    portal: &'a Server,
    journal: &'a Path,
    orders: usize,
    told: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Processes<'_> {
    fn start(&mut self, role: &str) -> Child {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "child", "--ignored", "--nocapture"]);
        command.env("YEASTAR_CLIENT_ID", self.portal.client_id());
        command.env("YEASTAR_CLIENT_SECRET", self.portal.client_secret());
        command.env("YEASTAR_BASE_URL", self.portal.base_url());
        command.env(JOURNAL, self.journal).env(ROLE, role).env(ORDERS, self.orders.to_string());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let (lines, told) = (BufReader::new(child.stdout.take().unwrap()).lines(), Arc::clone(&self.told));
        self.readers.push(thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(line) = line.strip_prefix(TOLD) {
                    told.lock().unwrap().push(line.to_owned());
                }
            }
        }));
        child
    }
}

#[test]
fn processes_that_purchase_and_resume_leave_each_other_alone() {
    let orders: usize = env::var("YEASTAR_TEST_PROCESSES").map_or(60, |orders| orders.parse().unwrap());
    let kills = if orders >= 300 { 5 } else { 2 };
    let mut settings = Settings::fresh();
    settings.list_lag = Duration::from_millis(100);
    settings.balance = u64::MAX / 2;
    // A process that gets a token does not end those of the others.
    settings.one_token_per_client = false;
    let portal = Server::start_with(settings, 0).unwrap();
    for lost in (0..2 * orders).step_by(5) {
        portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save").skip(lost).times(1));
    }
    let folder = env::temp_dir().join(format!("yeastar-processes-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("purchases.db");

    let mut processes =
        Processes { portal: &portal, journal: &file, orders, told: Arc::default(), readers: Vec::new() };
    let mut workers: Vec<Child> = (0..WORKERS).map(|worker| processes.start(&worker.to_string())).collect();
    let mut resumer = processes.start("resumer");
    for kill in 0..kills {
        while portal.count("order_save") < (kill + 1) * orders / (kills + 1) {
            thread::sleep(Duration::from_millis(2));
        }
        let worker = kill % WORKERS;
        workers[worker].kill().unwrap();
        workers[worker].wait().unwrap();
        workers[worker] = processes.start(&worker.to_string());
    }
    for mut worker in workers {
        assert!(worker.wait().unwrap().success());
    }
    resumer.kill().unwrap();
    resumer.wait().unwrap();
    for reader in processes.readers {
        reader.join().unwrap();
    }

    portal.assert_no_double_order();
    let placed: HashMap<String, String> =
        portal.orders().into_iter().filter_map(|order| Some((order.po_number?, order.order_no))).collect();
    let journal = SqliteJournal::open(&file).unwrap();
    let told = processes.told.lock().unwrap();
    let mut wrong = String::new();
    for line in told.iter() {
        let (id, result) = line.split_once(' ').unwrap();
        // Killed when it was about to send: no order exists, and nobody can know that.
        let is_right = result == "confirmed" || result == "ambiguous" && !placed.contains_key(id);
        if !is_right {
            writeln!(wrong, "{line}").unwrap();
        }
    }
    assert_eq!(wrong, "", "told although it is not so, or taken from a process that was at work");
    let open: HashSet<String> =
        journal.open_intents().unwrap().into_iter().map(|key| key.id().to_string()).collect();
    for number in 0..orders {
        let id = id(number).to_string();
        assert_eq!(
            open.contains(&id),
            !placed.contains_key(&id),
            "{id} is settled when it shows, and else open"
        );
    }
    assert!(open.len() <= kills * IN_FLIGHT, "{} were cut off by kills", open.len());
    let requests = portal.count("order_save");
    assert_eq!(requests, placed.len(), "no order was sent again");
    println!(
        "{orders} orders, {kills} kills: {requests} requests, {} placed, {} open",
        placed.len(),
        open.len()
    );
    drop(journal);
    fs::remove_dir_all(&folder).unwrap();
}
