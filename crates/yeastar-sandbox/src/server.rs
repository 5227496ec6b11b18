//! The portal on a loopback port, for clients with a real transport.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{HOST, ORIGIN};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::runtime::Runtime;
use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::time::{sleep, timeout};
use yeastar_core::Tick;

use crate::connection::{Allowance, Cuttable};
use crate::envelope::{Refusal, code};
use crate::faults::Plan;
use crate::ledger::{LoggedRequest, PlacedOrder};
use crate::portal::{BODY_LIMIT, Portal};
use crate::settings::Settings;

/// More connections wait until one of these ends, and one after the other is asked to: at once if idle, or with the answer
/// under way.
const CONNECTIONS: usize = 256;
/// How long a connection waits before the next one is asked to make room.
const TURN_TIME: Duration = Duration::from_millis(10);
const HEAD_LIMIT: usize = 16 * 1024;
/// Also the longest time that a connection may be idle.
const HEAD_TIME: Duration = Duration::from_secs(30);
const BODY_TIME: Duration = Duration::from_secs(30);
const CONNECTION_TIME: Duration = Duration::from_secs(600);
const LAST_ANSWER_TIME: Duration = Duration::from_secs(60);
/// How much of a body that is too large is still read, so that the client gets to
/// read the refusal instead of a reset connection.
const DRAIN_LIMIT: usize = 16 * BODY_LIMIT;

/// A portal on a free port of 127.0.0.1, in a thread of its own, until it is dropped.
///
/// It takes connections from this machine only, makes none, and reads and writes
/// no file. A `Host` header that does not name it is refused, and so is an `Origin` header of
/// another site, so that no web page in a browser can talk to it.
///
/// ```
/// use yeastar_sandbox::{Fault, Plan, Server};
///
/// let server = Server::start()?;
/// server.plan(Plan::new(Fault::StatusAfterCommit(504)).on("order_save"));
/// // ... a client with server.base_url(), server.client_id() and server.client_secret()
/// assert_eq!(server.count("order_save"), 0);
/// server.assert_no_double_order();
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

type Observer = Box<dyn Fn(&LoggedRequest) + Send>;

struct Shared {
    portal: Mutex<Portal>,
    started: Instant,
    advanced: Mutex<Duration>,
    observer: Mutex<Option<Observer>>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("portal", &self.portal).finish_non_exhaustive()
    }
}

impl Server {
    /// Starts a portal with [`Settings::fresh`] on a free port.
    ///
    /// # Errors
    ///
    /// When no port or no thread is to be had.
    pub fn start() -> io::Result<Self> {
        Self::start_with(Settings::fresh(), 0)
    }

    /// Starts a portal with these settings on this port; 0 is any free one.
    ///
    /// # Errors
    ///
    /// When the port is in use, or no thread is to be had.
    pub fn start_with(settings: Settings, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            portal: Mutex::new(Portal::new(settings)),
            started: Instant::now(),
            advanced: Mutex::default(),
            observer: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let (ready, is_ready) = mpsc::channel();
        let served = Arc::clone(&shared);
        let thread =
            thread::Builder::new().name("yeastar-sandbox".into()).spawn(move || {
                match start_runtime(listener, address.port(), served) {
                    Ok(runtime) => {
                        let _ = ready.send(Ok(()));
                        let _ = runtime.block_on(stopped);
                    }
                    Err(error) => {
                        let _ = ready.send(Err(error));
                    }
                }
            })?;
        is_ready.recv().map_err(io::Error::other)??;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where the portal is: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The only client id that this portal takes.
    pub fn client_id(&self) -> String {
        self.portal().client_id().to_owned()
    }

    /// The only client secret that this portal takes.
    pub fn client_secret(&self) -> String {
        self.portal().client_secret().to_owned()
    }

    /// [`Portal::reset_secret`].
    pub fn reset_secret(&self) -> String {
        self.portal().reset_secret()
    }

    /// Moves the portal's clock forwards. Faults that delay an answer are not
    /// shortened by it.
    pub fn advance(&self, by: Duration) {
        let mut advanced = lock(&self.shared.advanced);
        *advanced = advanced.saturating_add(by);
    }

    /// [`Portal::pay`].
    pub fn pay(&self, order_no: &str) -> bool {
        let now = self.shared.now();
        self.portal().pay(now, order_no)
    }

    /// [`Portal::cancel`].
    pub fn cancel(&self, order_no: &str) -> bool {
        self.portal().cancel(order_no)
    }

    /// Plans a fault.
    pub fn plan(&self, plan: Plan) {
        self.portal().plan(plan);
    }

    /// All orders that were placed, oldest first. Those of [`Settings::order_history`] are not among them.
    pub fn orders(&self) -> Vec<PlacedOrder> {
        self.portal_now().ledger().orders().to_vec()
    }

    /// All requests that arrived whole, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.portal().ledger().requests().to_vec()
    }

    /// How many requests of this endpoint arrived.
    pub fn count(&self, endpoint: &str) -> usize {
        self.portal().ledger().count(endpoint)
    }

    /// [`Ledger::assert_no_double_order`](crate::Ledger::assert_no_double_order).
    ///
    /// # Panics
    ///
    /// When something was bought twice.
    #[track_caller]
    pub fn assert_no_double_order(&self) {
        let ledger = self.portal_now().ledger().clone();
        ledger.assert_no_double_order();
    }

    /// Has each request shown to an observer, just before its answer goes out. It
    /// replaces the former one, runs in the thread of the server and holds up all
    /// other answers as long as it takes.
    pub fn on_request(&self, observer: impl Fn(&LoggedRequest) + Send + 'static) {
        *lock(&self.shared.observer) = Some(Box::new(observer));
    }

    fn portal(&self) -> MutexGuard<'_, Portal> {
        lock(&self.shared.portal)
    }

    fn portal_now(&self) -> MutexGuard<'_, Portal> {
        let mut portal = self.portal();
        portal.catch_up(self.shared.now());
        portal
    }
}

impl Drop for Server {
    /// Closes all connections, ends the thread and frees the port.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // An observer may own the last handle; a thread cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

impl Shared {
    fn now(&self) -> Tick {
        let advanced = *lock(&self.advanced);
        Tick::new(self.started.elapsed().saturating_add(advanced))
    }

    /// Lets the portal answer, and shows the request to the observer.
    fn with_portal<T>(&self, answer: impl FnOnce(&mut Portal, Tick) -> T) -> T {
        let mut portal = lock(&self.portal);
        let answer = answer(&mut portal, self.now());
        let logged = portal.ledger().requests().last().cloned();
        drop(portal);
        // The observer may call the server, so no lock is held while it runs.
        let observer = lock(&self.observer).take();
        if let (Some(observer), Some(logged)) = (observer, logged) {
            // What goes wrong in an observer is not the client's business.
            let _ = catch_unwind(AssertUnwindSafe(|| observer(&logged)));
            lock(&self.observer).get_or_insert(observer);
        }
        answer
    }
}

/// A panic elsewhere leaves the state as good as it was: nothing is half-written.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start_runtime(listener: TcpListener, port: u16, shared: Arc<Shared>) -> io::Result<Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    runtime.spawn(accept(listener, port, shared));
    Ok(runtime)
}

async fn accept(listener: tokio::net::TcpListener, port: u16, shared: Arc<Shared>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    let is_full = Arc::new(Notify::new());
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, for example: others have to close some first.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it answers are slower, not wrong.
        let _ = stream.set_nodelay(true);
        let permit = loop {
            match timeout(TURN_TIME, Arc::clone(&free).acquire_owned()).await {
                Ok(Ok(permit)) => break permit,
                // The semaphore is never closed.
                Ok(Err(_)) => return,
                // The oldest makes room. One that is in the middle of an answer takes its time: the next one is asked then.
                Err(_) => is_full.notify_one(),
            }
        };
        let (shared, is_full) = (Arc::clone(&shared), Arc::clone(&is_full));
        tokio::spawn(async move {
            serve(stream, port, shared, &is_full).await;
            drop(permit);
        });
    }
}

async fn serve(stream: tokio::net::TcpStream, port: u16, shared: Arc<Shared>, is_full: &Notify) {
    let allowance = Allowance::new();
    let io = TokioIo::new(Cuttable::new(stream, allowance.clone()));
    let service = service_fn(move |request| answer(request, port, Arc::clone(&shared), allowance.clone()));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_header_size(HEAD_LIMIT);
    let mut connection = pin!(builder.serve_connection(io, service));
    // How a connection ends is the client's business, or was planned.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = sleep(CONNECTION_TIME) => {}
        () = is_full.notified() => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LAST_ANSWER_TIME, connection).await;
}

async fn answer(
    request: Request<Incoming>,
    port: u16,
    shared: Arc<Shared>,
    allowance: Allowance,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    allowance.set(None);
    let (head, body) = request.into_parts();
    let head = Request::from_parts(head, Bytes::new());
    let refuse = |refusal| {
        let answer = shared.with_portal(|portal, now| portal.refuse(now, &head, refusal));
        Ok(answer.map(Full::new))
    };
    if !names_this_server(&head, port) {
        let message = "Host does not name this sandbox: leave the header to your HTTP client";
        return refuse(Refusal::new(StatusCode::MISDIRECTED_REQUEST, code::MISDIRECTED_REQUEST, message));
    }
    if comes_from_a_web_page(&head, port) {
        let message = "Origin names a web page: the sandbox is for programs of this machine";
        return refuse(Refusal::new(StatusCode::FORBIDDEN, code::CROSS_SITE, message));
    }
    let body = match timeout(BODY_TIME, read(body)).await {
        Ok(Ok(Some(body))) => body,
        Ok(Ok(None)) => return refuse(Refusal::body_too_large()),
        // The body never came whole: to the portal there was no request.
        Ok(Err(error)) => return Err(error),
        Err(_) => {
            let message = "the body took longer than 30 seconds";
            return refuse(Refusal::new(StatusCode::REQUEST_TIMEOUT, code::REQUEST_TIMEOUT, message));
        }
    };
    let served = shared.with_portal(|portal, now| portal.serve(now, head.map(|_| body)));
    if !served.delay.is_zero() {
        sleep(served.delay).await;
    }
    allowance.set(served.cut);
    Ok(served.answer.map(Full::new))
}

/// The whole body; `None` when it is too large.
async fn read(mut body: Incoming) -> Result<Option<Bytes>, hyper::Error> {
    match Limited::new(&mut body, BODY_LIMIT).collect().await {
        Ok(collected) => return Ok(Some(collected.to_bytes())),
        Err(error) => match error.downcast::<hyper::Error>() {
            Ok(error) => return Err(*error),
            Err(error) => debug_assert!(error.is::<LengthLimitError>()),
        },
    }
    let mut drained = 0;
    while let Some(frame) = body.frame().await {
        drained += frame?.data_ref().map_or(0, Bytes::len);
        if drained > DRAIN_LIMIT {
            break;
        }
    }
    Ok(None)
}

/// Whether `Host`, and the URI if it has a host too, name this server.
fn names_this_server(request: &Request<Bytes>, port: u16) -> bool {
    let is_ours = |host: &str| is_this_server(host, port);
    let mut hosts = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    host.to_str().is_ok_and(is_ours) && request.uri().authority().is_none_or(|host| is_ours(host.as_str()))
}

/// Whether a browser has sent it for a page of another site.
fn comes_from_a_web_page(request: &Request<Bytes>, port: u16) -> bool {
    let is_ours = |origin: &str| origin.split_once("://").is_some_and(|(_, host)| is_this_server(host, port));
    request.headers().get_all(ORIGIN).iter().any(|origin| !origin.to_str().is_ok_and(is_ours))
}

fn is_this_server(host: &str, port: u16) -> bool {
    host.strip_suffix(&format!(":{port}")).is_some_and(|name| {
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|known| known.eq_ignore_ascii_case(name))
    })
}
