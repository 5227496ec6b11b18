//! Many tasks, and tasks that end early.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time;
use yeastar_async::order::{BillingCycle, CloudPbx, Order, OrderPage, OrderSave, PbxSite};
use yeastar_async::product::RegionList;
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
        tasks.spawn(async move { client.send(RegionList).await.map(drop) });
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
    client.send(RegionList).await.unwrap();
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
        async move { client.send(RegionList).await.map(drop) }
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
        let call = client.send(RegionList);
        assert!(time::timeout(Duration::from_millis(100), call).await.is_err());
        client.send(RegionList).await.unwrap();
    }
}

#[tokio::test]
async fn a_dropped_page_is_asked_for_again() {
    let mut settings = Settings::fresh();
    settings.order_history = 3;
    let portal = Server::start_with(settings, 0).unwrap();
    let mut walk = client(&portal).pages(OrderPage::new().with_page_size(2).with_sort("id"));
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
    let expected: Vec<_> = portal.orders().iter().map(|order| order.order_no.as_str().into()).collect();
    assert_eq!(walking.await.unwrap(), expected);
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
    let call = client.send(OrderSave::new(order));
    assert!(time::timeout(Duration::from_millis(300), call).await.is_err());
    client.send(RegionList).await.unwrap();
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
                    not_sent.extend((error.delivery() == Delivery::NotSent).then_some(id));
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
        std::thread::sleep(Duration::from_millis(700));
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
        tasks.spawn(async move { client.send(RegionList).await.map(drop) });
    }
    for result in tasks.join_all().await {
        result.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_never_comes_ends_with_the_deadline() {
    let portal = Playback::start(|request| {
        if !playback::is_token_request(request) {
            std::thread::sleep(Duration::from_secs(20));
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
async fn refused_credentials_are_tried_once_however_many_tasks_call() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    client.set_credentials(Credentials::new(portal.client_id(), "not the secret"));
    for result in call_at_once(&client).join_all().await {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Credentials);
    }
    assert_eq!(portal.count("token_request"), 1);
}
