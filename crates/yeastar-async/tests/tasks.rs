//! Many tasks, and tasks that end early.

use std::io::Read;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time;
use yeastar_async::order::{BillingCycle, CloudPbx, CreateOrder, ListOrders, Order, PbxSite};
use yeastar_async::product::ListRegions;
use yeastar_async::{
    Auth, BillingContactId, BuildError, Client, Config, Credentials, Delivery, Effect, Encoder, Endpoint,
    ErrorKind, Json, Meta, Method, Origin, PbxSubDomainId, RegionId,
};
use yeastar_sandbox::{Fault, Plan, Server, Settings};

#[path = "../../yeastar-blocking/tests/scenarios/playback.rs"]
#[allow(dead_code)]
mod playback;

use playback::Playback;

const TASKS: usize = 1_000;

fn client(portal: &Server) -> Client {
    let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    let origin = Origin::new(&portal.base_url()).unwrap();
    Client::new(Config::new(credentials).with_origin(origin)).unwrap()
}

/// Calls of many tasks at the same moment.
fn call_at_once(client: &Client) -> JoinSet<Result<(), yeastar_async::Error>> {
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move { client.send(ListRegions::new()).await.map(drop) });
    }
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_that_start_cold_make_one_token_request() {
    let portal = Server::start().unwrap();
    for result in call_at_once(&client(&portal)).join_all().await {
        result.unwrap();
    }
    assert_eq!(portal.count("token_request"), 1);
    assert_eq!(portal.count("region_list"), TASKS);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refreshed_once_for_all() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.send(ListRegions::new()).await.unwrap();
    portal.advance(Duration::from_secs(31 * 60));
    for result in call_at_once(&client).join_all().await {
        result.unwrap();
    }
    assert_eq!(portal.count("token_request"), 1);
    assert_eq!(portal.count("token_refresh"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_task_that_renews_is_aborted_another_takes_over() {
    let portal = Server::start().unwrap();
    portal.plan(Plan::new(Fault::Delay(Duration::from_secs(5))).on("token_request"));
    let client = client(&portal);
    let renewing = tokio::spawn({
        let client = client.clone();
        async move { client.send(ListRegions::new()).await.map(drop) }
    });
    while portal.count("token_request") == 0 {
        time::sleep(Duration::from_millis(5)).await;
    }
    let waiting = call_at_once(&client);
    time::sleep(Duration::from_millis(100)).await;
    renewing.abort();
    assert!(renewing.await.unwrap_err().is_cancelled());
    for result in waiting.join_all().await {
        result.unwrap();
    }
    assert_eq!(portal.count("token_request"), 2, "the aborted one and one for all the others");
}

#[tokio::test]
async fn a_dropped_call_leaves_the_client_usable() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    for endpoint in ["token_request", "region_list"] {
        portal.plan(Plan::new(Fault::Delay(Duration::from_secs(5))).on(endpoint));
        let call = client.send(ListRegions::new());
        assert!(time::timeout(Duration::from_millis(100), call).await.is_err());
        client.send(ListRegions::new()).await.unwrap();
    }
}

/// Something large that is bought without a token.
struct BuyLarge;

const LARGE: usize = 8 << 20;

impl Endpoint for BuyLarge {
    const META: Meta = Meta::new("buy", Method::POST, "/buy", Auth::None, Effect::Once, "it buys", "none");
    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.json(&"x".repeat(LARGE))
    }
}

/// hyper writes in a task of its own, which lives on when the call is dropped.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_is_written_of_a_purchase_that_was_dropped() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = Origin::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let client = Client::new(Config::new(Credentials::new("id", "secret")).with_origin(origin)).unwrap();
    let (begun, has_begun) = oneshot::channel();
    let (dropped, is_dropped) = mpsc::channel();
    let peer = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = vec![0; 1 << 16];
        let mut total = stream.read(&mut buffer).unwrap();
        begun.send(()).unwrap();
        is_dropped.recv().unwrap();
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            total += count;
        }
        total
    });
    tokio::select! {
        _ = client.send(BuyLarge) => panic!("nobody has answered"),
        begun = has_begun => begun.unwrap(),
    }
    dropped.send(()).unwrap();
    let total = peer.join().unwrap();
    assert!(total < LARGE, "it arrived whole: {total} bytes");
}

#[tokio::test]
async fn a_dropped_page_is_asked_for_again() {
    let mut settings = Settings::fresh();
    settings.order_history = 3;
    let portal = Server::start_with(settings, 0).unwrap();
    let mut walk = client(&portal).pages(ListOrders::new().with_page_size(2).with_sort("id"));
    portal.plan(Plan::new(Fault::Delay(Duration::from_secs(5))).on("order_page"));
    assert!(time::timeout(Duration::from_millis(100), walk.next()).await.is_err());

    // A walk can move into a task.
    let walking = tokio::spawn(async move {
        let mut numbers = Vec::new();
        while let Some(page) = walk.next().await {
            numbers.extend(page.unwrap().results.into_iter().map(|order| order.order_no.unwrap()));
        }
        numbers
    });
    let numbers = walking.await.unwrap();
    assert!(numbers.len() == 3 && numbers.is_sorted_by(|one, other| one < other), "{numbers:?}");
}

#[tokio::test]
async fn a_dropped_order_is_not_sent_again_by_a_later_call() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    portal.plan(Plan::new(Fault::Delay(Duration::from_secs(5))).on("order_save"));
    let site =
        PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(
        5,
        BillingCycle::Monthly,
        BillingContactId::new(3_197_218_168_379_846_218),
        site,
    );
    let call = client.send(CreateOrder::new(order));
    assert!(time::timeout(Duration::from_millis(300), call).await.is_err());
    client.send(ListRegions::new()).await.unwrap();
    assert_eq!(portal.count("order_save"), 1);
}

/// Something that is bought without a token.
struct Buy(usize);

impl Endpoint for Buy {
    const META: Meta = Meta::new("buy", Method::POST, "/buy", Auth::None, Effect::Once, "it buys", "none");
    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.json(&format!("purchase {};", self.0))
    }
}

/// hyper writes in a task of its own, which goes on for a moment after the call has
/// given up. Whatever the moment, nothing may arrive twice, and what is said not to
/// have been sent must not arrive.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_timeout_in_a_crowd_leaves_the_truth_behind() {
    const CALLS: usize = 3_000;
    let portal = Playback::start(|_| playback::success("null"));
    let mut config = Config::new(Credentials::new("id", "secret"));
    config.origin = Origin::new(portal.base_url()).unwrap();
    config.policy.backoff_base = Duration::ZERO;
    config.policy.attempt_timeout = Duration::from_millis(2);
    let client = Client::new(config).unwrap();
    let mut buyers = JoinSet::new();
    for first in 0..32 {
        let client = client.clone();
        buyers.spawn(async move {
            let mut not_sent = Vec::new();
            for id in (first..CALLS).step_by(32) {
                if let Err(error) = client.send(Buy(id)).await {
                    not_sent.extend((error.delivery() == Delivery::NotDelivered).then_some(id));
                }
            }
            not_sent
        });
    }
    let not_sent = buyers.join_all().await.concat();
    time::sleep(Duration::from_millis(300)).await;
    let mut arrivals = vec![0; CALLS];
    for request in portal.requests() {
        let id = request.split("purchase ").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
        arrivals[id.parse::<usize>().unwrap()] += 1;
    }
    assert!(arrivals.iter().all(|count| *count <= 1), "bought twice");
    assert!(not_sent.iter().all(|id| arrivals[*id] == 0), "said not to have been sent, and arrived");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_turn_loses_none_of_the_time_for_the_request() {
    // 400 queries take four turns, longer than one attempt may take.
    let portal = Playback::start(|request| {
        thread::sleep(Duration::from_millis(700));
        if playback::is_token_request(request) { playback::token() } else { playback::success("[]") }
    });
    let mut config = Config::new(Credentials::new("id", "secret"));
    config.origin = Origin::new(portal.base_url()).unwrap();
    config.policy.attempt_timeout = Duration::from_secs(2);
    config.policy.max_attempts = 1;
    let client = Client::new(config).unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..400 {
        let client = client.clone();
        tasks.spawn(async move { client.send(ListRegions::new()).await.map(drop) });
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_never_comes_ends_with_the_deadline() {
    let portal = Playback::start(|request| {
        if !playback::is_token_request(request) {
            thread::sleep(Duration::from_secs(20));
        }
        playback::token()
    });
    let mut config = Config::new(Credentials::new("id", "secret"));
    config.origin = Origin::new(portal.base_url()).unwrap();
    config.policy.deadline = Duration::from_millis(800);
    config.policy.attempt_timeout = Duration::from_secs(10);
    let client = Client::new(config).unwrap();
    let start = time::Instant::now();
    for result in call_at_once(&client).join_all().await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
    }
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_waits_for_its_turn_ends_with_the_deadline() {
    const DEADLINE: Duration = Duration::from_secs(2);
    let portal = Playback::start(|request| {
        if !playback::is_token_request(request) {
            thread::sleep(Duration::from_secs(20));
        }
        playback::token()
    });
    let mut config = Config::new(Credentials::new("id", "secret"));
    config.origin = Origin::new(portal.base_url()).unwrap();
    config.policy.deadline = DEADLINE;
    // The first have their turn for so long; what is left for the next is less.
    config.policy.attempt_timeout = DEADLINE * 9 / 10;
    config.policy.max_attempts = 1;
    let client = Client::new(config).unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..256 {
        let client = client.clone();
        tasks.spawn(async move {
            let start = time::Instant::now();
            let error = client.send(ListRegions::new()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            start.elapsed()
        });
    }
    let longest = tasks.join_all().await.into_iter().max().unwrap();
    assert!(longest < DEADLINE * 6 / 5, "{longest:?} with a deadline of {DEADLINE:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_are_tried_once_however_many_tasks_call() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.set_credentials(Credentials::new(portal.client_id(), "not the secret"));
    for result in call_at_once(&client).join_all().await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Credentials);
    }
    assert_eq!(portal.count("token_request"), 1);
}
