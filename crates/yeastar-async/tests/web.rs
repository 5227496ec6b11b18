//! A web server that purchases for its visitors, who leave at any moment.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use yeastar_async::Client;
use yeastar_async::journal::{Journal, MemoryJournal};
use yeastar_async::purchase::Outcome;
use yeastar_sandbox::{Fault, Plan, PoNumberEcho, Server};

mod support;

use support::{Before, client, intent_for, portal_with};

/// How long the journal and the portal take for each answer: enough to leave meanwhile.
const PAUSE: Duration = Duration::from_millis(4);

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

#[derive(Clone)]
struct Shop {
    client: Client,
    journal: Before<fn()>,
}

impl Shop {
    fn new(portal: &Server) -> Self {
        for endpoint in ["order_page", "pbx_url_existed", "account_balance"] {
            portal.plan(Plan::new(Fault::Delay(PAUSE)).on(endpoint).always());
        }
        Self { client: client(portal), journal: Before(MemoryJournal::new(), || thread::sleep(PAUSE)) }
    }

    async fn purchase(&self, number: usize) -> Outcome {
        let intent = intent_for(&id(number), &format!("pbx-{number}"));
        self.client.purchase(intent, &self.journal).await.unwrap()
    }
}

fn id(number: usize) -> String {
    format!("ticket-{number}")
}

struct Site {
    address: SocketAddr,
    close: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Site {
    async fn open(shop: Shop) -> Self {
        async fn purchase(State(shop): State<Shop>, Path(number): Path<usize>) -> String {
            shop.purchase(number).await.to_string()
        }

        let router = Router::new().route("/orders/{number}", post(purchase)).with_state(shop);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (close, signal) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let signal = async { _ = signal.await };
            axum::serve(listener, router).with_graceful_shutdown(signal).await.unwrap();
        });
        Self { address, close, serving }
    }

    /// Waits for the end of all connections.
    async fn close(self) {
        self.close.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

/// Somebody asks for an order and leaves after this time. Whether the answer had come by then.
fn visit(address: SocketAddr, number: usize, patience: Duration) -> bool {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    write!(stream, "POST /orders/{number} HTTP/1.1\r\nhost: shop\r\ncontent-length: 0\r\n\r\n").unwrap();
    thread::sleep(patience);
    stream.set_nonblocking(true).unwrap();
    stream.peek(&mut [0]).is_ok()
}

/// How long a purchase takes that nobody disturbs.
async fn usual_time(shop: &Shop) -> Duration {
    let mut times = Vec::new();
    for number in 1_000..1_005 {
        let start = Instant::now();
        let outcome = shop.purchase(number).await;
        assert!(outcome.order_no().is_some(), "{outcome}");
        times.push(start.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}

/// So much of the time that a purchase takes, and of the same again for a server that is busy.
fn patience(time: Duration, number: usize, of: usize) -> Duration {
    time * 2 * u32::try_from(number).unwrap() / u32::try_from(of).unwrap()
}

fn is_placed(portal: &Server, number: usize) -> bool {
    portal.orders().iter().any(|order| order.po_number.as_ref() == Some(&id(number)))
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_who_leave_at_any_moment_leave_no_purchase_open_and_none_doubled() {
    const VISITS: usize = 200;
    const AT_ONCE: usize = 4;
    let portal = portal_with(PoNumberEcho::CustomReferenceNo);
    portal.plan(Plan::new(Fault::Delay(PAUSE)).on("order_save").always());
    let shop = Shop::new(&portal);
    let time = usual_time(&shop).await;
    let site = Site::open(shop.clone()).await;
    let address = site.address;
    let mut visitors = JoinSet::new();
    for first in 0..AT_ONCE {
        visitors.spawn_blocking(move || {
            let patience = |number| patience(time, number, VISITS);
            let numbers = (first..VISITS).step_by(AT_ONCE);
            numbers.filter(|number| visit(address, *number, patience(*number))).count()
        });
    }
    let answered: usize = visitors.join_all().await.into_iter().sum();
    site.close().await;
    assert_eq!(shop.client.drain(LONG).await, 0);

    assert_eq!(shop.journal.open_intents().unwrap(), []);
    portal.assert_no_double_order();
    let (mut confirmed, mut stopped) = (0, Vec::new());
    for number in 0..VISITS {
        if shop.journal.load(&id(number).into()).unwrap().is_empty() {
            stopped.push(number);
        } else {
            match shop.client.resume(id(number), &shop.journal).await.unwrap() {
                Outcome::Confirmed { .. } => confirmed += 1,
                Outcome::NotPlaced { .. } => stopped.push(number),
                outcome => panic!("{number}: {outcome}"),
            }
        }
        assert_eq!(is_placed(&portal, number), stopped.last() != Some(&number), "{number}");
    }
    eprintln!("{time:?}: {answered} answered, {confirmed} confirmed, {} stopped", stopped.len());
    assert!(confirmed > answered && !stopped.is_empty());

    // What was stopped can be purchased after all.
    let mut again = JoinSet::new();
    for number in stopped {
        let shop = shop.clone();
        again.spawn(async move { shop.purchase(number).await });
    }
    assert!(again.join_all().await.iter().all(|outcome| outcome.order_no().is_some()));
    assert!((0..VISITS).all(|number| is_placed(&portal, number)));
    portal.assert_no_double_order();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_number_shows_nowhere_only_what_lost_its_answer_stays_open() {
    const VISITS: usize = 80;
    let portal = portal_with(PoNumberEcho::Nowhere);
    let shop = Shop::new(&portal);
    let time = usual_time(&shop).await;
    let site = Site::open(shop.clone()).await;
    let address = site.address;
    let (mut plan, mut lost, mut sent) = (None, Vec::new(), portal.count("order_save"));
    for number in 0..VISITS {
        // What happens to the next order, in whichever visit it is sent.
        let loses = *plan.get_or_insert_with(|| {
            let loses = number % 3 == 0;
            let fault = if loses { Fault::DropAfterCommit } else { Fault::Delay(PAUSE) };
            portal.plan(Plan::new(fault).on("order_save"));
            loses
        });
        // In leaps, so that each third has visits of all lengths.
        let patience = patience(time, number * 37 % VISITS, VISITS);
        spawn_blocking(move || visit(address, number, patience)).await.unwrap();
        assert_eq!(shop.client.drain(LONG).await, 0);
        if portal.count("order_save") > sent {
            sent += 1;
            plan = None;
            lost.extend(loses.then(|| id(number).as_str().into()));
        }
    }
    site.close().await;
    assert_eq!(shop.client.drain(LONG).await, 0);
    lost.sort();
    assert!(lost.len() > 3 && sent > lost.len(), "{} lost of {sent}", lost.len());
    assert_eq!(shop.journal.open_intents().unwrap(), lost);
    portal.assert_no_double_order();
}
