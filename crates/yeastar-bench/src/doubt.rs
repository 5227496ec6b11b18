//! What doubt costs where many orders are under way: each fifth answer is lost.

use std::collections::HashSet;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use yeastar_async::journal::MemoryJournal;
use yeastar_async::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_async::product::ListRegions;
use yeastar_async::purchase::{Intent, Outcome};
use yeastar_async::user::ListBillingContacts;
use yeastar_async::{Client, Config, Credentials, Origin, Policy};
use yeastar_sandbox::{Fault, Plan, PoNumberEcho, Server, Settings};

use crate::table::{Table, number};

const HISTORY: usize = 60;

/// Where the portal repeats the purchase order number, whether doubt is handed over, and how many orders are in flight.
const ROWS: &[(&str, PoNumberEcho, bool, usize)] = &[
    ("in the list", PoNumberEcho::CustomReferenceNo, false, 16),
    ("in the list", PoNumberEcho::CustomReferenceNo, false, 64),
    ("in the details", PoNumberEcho::Details, false, 16),
    ("in the details", PoNumberEcho::Details, false, 64),
    ("nowhere, handed over", PoNumberEcho::Nowhere, true, 16),
    ("nowhere, handed over", PoNumberEcho::Nowhere, true, 64),
];

pub fn measure(is_quick: bool) -> Result<Table, Box<dyn Error>> {
    let orders = if is_quick { 100 } else { 300 };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let title = format!("{orders} orders, of which each fifth answer is lost");
    let mut table = Table::new(
        "doubt",
        title,
        &[
            "number",
            "in flight",
            "requests per order",
            "list",
            "details",
            "URL",
            "ambiguous",
            "candidates of ours",
            "requests of a round",
            "s",
            "times without loss",
        ],
    );
    for &(place, echo, hands_over, in_flight) in ROWS {
        eprintln!("{place}, {in_flight} in flight");
        let mut policy = Policy::default();
        policy.hands_doubt_over = hands_over;
        let calm = runtime.block_on(run(echo, &policy, orders, in_flight, false))?;
        let lossy = runtime.block_on(run(echo, &policy, orders, in_flight, true))?;
        let per_order = |count: usize| number(count as f64 / orders as f64);
        table.rows.push(vec![
            place.into(),
            in_flight.to_string(),
            per_order(lossy.requests),
            per_order(lossy.list),
            per_order(lossy.details),
            per_order(lossy.urls),
            lossy.ambiguous.to_string(),
            lossy.known_candidates.to_string(),
            lossy.round.to_string(),
            number(lossy.took.as_secs_f64()),
            number(lossy.took.as_secs_f64() / calm.took.as_secs_f64()),
        ]);
    }
    Ok(table)
}

#[derive(Default)]
struct Run {
    requests: usize,
    list: usize,
    details: usize,
    urls: usize,
    ambiguous: usize,
    /// Candidates whose number another purchase had been told before.
    known_candidates: usize,
    /// Requests of one round through all that is open.
    round: usize,
    took: Duration,
}

async fn run(
    echo: PoNumberEcho,
    policy: &Policy,
    orders: usize,
    in_flight: usize,
    is_lossy: bool,
) -> Result<Run, Box<dyn Error>> {
    let mut settings = Settings::default();
    settings.po_number_echo = echo;
    settings.order_history = HISTORY;
    let server = Arc::new(Server::start_with(settings, 0)?);
    if is_lossy {
        for lost in (0..orders).step_by(5) {
            server.plan(Plan::new(Fault::DropAfterCommit).on("order_save").skip(lost));
        }
    }
    let credentials = Credentials::new(server.client_id(), server.client_secret());
    let config = Config::new(credentials).with_origin(Origin::new(&server.base_url())?);
    let client = Client::new(config.with_policy(policy.clone()))?;
    let regions = client.send(ListRegions::new()).await?;
    let (region, domain) = regions
        .iter()
        .find_map(|region| Some((region.clone(), region.domains.first()?.clone())))
        .ok_or("the sandbox has no region")?;
    let contacts = client.send(ListBillingContacts::new()).await?;
    let contact = contacts.first().ok_or("the sandbox has no billing contact")?.billing_contact_id;
    let before = server.requests().len();

    let journal = MemoryJournal::new();
    let slots = Arc::new(Semaphore::new(in_flight));
    let told = Arc::new(Mutex::new(HashSet::new()));
    let mut purchases = JoinSet::new();
    let start = Instant::now();
    for index in 0..orders {
        let slot = Arc::clone(&slots).acquire_owned().await?;
        let url = format!("pbx{index}.{}", domain.suffixes.first().ok_or("a domain without suffix")?);
        let site = PbxSite::in_region("office", &region, &domain, url);
        let order =
            Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Annually, contact, site);
        let intent = Intent::new(format!("bulk-{index:06}"), order);
        let (client, journal, told) = (client.clone(), journal.clone(), Arc::clone(&told));
        purchases.spawn(async move {
            let outcome = client.purchase(&intent, &journal).await;
            drop(slot);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            match outcome? {
                Outcome::Confirmed { order_no, .. } => {
                    told.insert(order_no);
                    Ok(None)
                }
                Outcome::Ambiguous { candidates, .. } => {
                    let numbers = candidates.into_iter().filter_map(|candidate| candidate.order_no);
                    Ok(Some(numbers.filter(|order_no| told.contains(order_no)).count()))
                }
                outcome => Err(format!("{outcome}").into()),
            }
        });
    }
    let mut run = Run::default();
    while let Some(ended) = purchases.join_next().await {
        let ended: Result<Option<usize>, Box<dyn Error + Send + Sync>> = ended?;
        if let Some(known) = ended.map_err(|error| error.to_string())? {
            run.ambiguous += 1;
            run.known_candidates += known;
        }
    }
    run.took = start.elapsed();
    server.assert_no_double_order();
    let requests = server.requests();
    let reconciled = client.reconcile(&journal).await?;
    if reconciled.len() != run.ambiguous {
        return Err(format!("{} are open, and {} are ambiguous", reconciled.len(), run.ambiguous).into());
    }
    run.round = server.requests().len() - requests.len();
    run.requests = requests.len() - before;
    let count = |name| requests.iter().skip(before).filter(|request| request.endpoint == Some(name)).count();
    (run.list, run.details, run.urls) = (count("order_page"), count("order_get"), count("pbx_url_existed"));
    Ok(run)
}
