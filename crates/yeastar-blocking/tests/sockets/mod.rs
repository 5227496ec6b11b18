//! The socket matrix: what each client reports of whatever a peer may do, and whether it is true.
//!
//! A row is a peer over a real socket, a call, and what has to be reported of it. Whatever is
//! reported, a request that is said not to have been sent must never have reached the peer as a
//! whole, and none reaches it twice. The reports themselves are pinned, so that a dependency
//! which changes them is noticed.
//!
//! Both crates measure by one rule, the bytes offered to a fresh connection, and agree on all rows
//! but these:
//!
//! - **The peer ends a connection before it reads anything.** The blocking client is the more
//!   cautious one: ureq offers the request without looking whether the connection still stands, so
//!   it may have been executed. hyper looks, and when it sees the end in time nothing was sent.
//! - **An answer without a length is cut (RST; over TLS, FIN without `close_notify`).** The async
//!   client is the more cautious one: hyper fails, and the order may have been executed. ureq takes
//!   the cut for the end of the answer, and the envelope, which is JSON, says whether it is whole. So it is
//!   when the last chunk of an answer lacks its empty line.
//! - **The line of a chunk has an extension of more than some 20 bytes; a `100 Continue` has header fields.** HTTP
//!   allows both. hyper reads the answer; ureq reports an error of the protocol, and the order may have been executed.
//! - **A head has more than 128 fields.** Both refuse it, as each with more than 100. hyper's error says what it is; ureq's cannot be told
//!   from others, so its kind is that of a connection that failed.
//! - **An answer comes before the whole request is read.** ureq writes the whole request before it
//!   reads, so when that fails the answer is lost, and it was not sent. hyper reads meanwhile and
//!   reports the answer. To a 413 of somebody in between the async client is the more cautious one:
//!   an answer that is not the portal's proves nothing. (An order is a kilobyte or two; to see this
//!   takes one that no socket buffer holds.)
//! - **A query, not an order, finds its connection closed or cut.** It depends on the moment whether
//!   hyper uses a connection of the pool or opens another one. Queries are repeated in any case.

mod peer;
mod rows;
#[cfg(feature = "rustls")]
mod tls;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use yeastar_core::{
    Action, Auth, BuildError, Call, Credentials, Delivery, Effect, Encoder, Endpoint, Error, ErrorKind, Json,
    Machine, Meta, Method, Origin, Policy, Reply, Session, Tick,
};

use self::peer::{Connection, Door};
use super::Transport;
use crate::clock::Clock;

/// More than a peer reads of it and both can have in the buffers of their sockets: 4 MiB by
/// default in Linux for the client, and the little that the peer sets for itself.
const LARGE: usize = 6 * 1024 * 1024;

/// Where the time limit is the subject. A request is offered in far less.
const SHORT: Duration = Duration::from_millis(1500);

/// Where it is not.
const LONG: Duration = Duration::from_secs(20);

/// How many rows run at a time.
const WORKERS: usize = 16;

struct Row {
    name: String,
    target: Target,
    /// The last call is a query, and not an order.
    query: bool,
    /// A query leaves a connection in the pool first.
    warm: bool,
    /// Bytes that make the order longer.
    padding: usize,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    /// When the client must stop writing, from its start.
    send_by: Option<Duration>,
    blocking: Vec<Outcome>,
    asynchronous: Vec<Outcome>,
    /// Why the outcomes differ, or why there are several.
    why: &'static str,
}

/// Whom the client calls.
enum Target {
    Peer(Protocol, Behaviour),
    Nobody,
    #[cfg(feature = "rustls")]
    Unknown,
}

#[derive(Clone, Copy, Debug)]
enum Protocol {
    Http,
    #[cfg(feature = "rustls")]
    Https,
}

impl Protocol {
    /// Makes a connection ready for a request.
    #[cfg_attr(not(feature = "rustls"), expect(clippy::unnecessary_wraps, reason = "a handshake may fail"))]
    fn begin(self, connection: Connection<'_>) -> io::Result<Connection<'_>> {
        match self {
            Self::Http => Ok(connection),
            #[cfg(feature = "rustls")]
            Self::Https => tls::handshake(connection),
        }
    }
}

type Behaviour = Box<dyn Fn(&Door) -> io::Result<()> + Send + Sync>;

/// What a call ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Success,
    NotSent(ErrorKind),
    Answered(ErrorKind),
    MaybeExecuted(ErrorKind),
}

impl From<&Result<Reply<Json>, Error>> for Outcome {
    fn from(result: &Result<Reply<Json>, Error>) -> Self {
        let Err(error) = result else { return Self::Success };
        match error.delivery() {
            Delivery::NotDelivered => Self::NotSent(error.kind()),
            Delivery::NotExecuted => Self::Answered(error.kind()),
            Delivery::MaybeExecuted => Self::MaybeExecuted(error.kind()),
        }
    }
}

impl Row {
    /// A small order, until something else is said.
    fn new(name: String, target: Target) -> Self {
        Self {
            name,
            target,
            query: false,
            warm: false,
            padding: 0,
            connect_timeout: LONG,
            attempt_timeout: LONG,
            send_by: None,
            blocking: Vec::new(),
            asynchronous: Vec::new(),
            why: "",
        }
    }

    /// A peer from the first connection on.
    fn door(
        protocol: Protocol,
        name: &str,
        behave: impl Fn(&Door) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::new(format!("{protocol:?}: {name}"), Target::Peer(protocol, Box::new(behave)))
    }

    /// A peer of one connection, which is ready for a request.
    fn connection(
        protocol: Protocol,
        name: &str,
        behave: impl Fn(Connection<'_>) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::door(protocol, name, move |door| behave(protocol.begin(door.accept()?)?))
    }

    fn query(self) -> Self {
        Self { query: true, ..self }
    }

    fn warm(self) -> Self {
        Self { warm: true, ..self }
    }

    fn large(self) -> Self {
        Self { padding: LARGE, ..self }
    }

    fn impatient(self) -> Self {
        Self { attempt_timeout: SHORT, ..self }
    }

    fn send_by(self, send_by: Duration) -> Self {
        Self { send_by: Some(send_by), ..self }
    }

    /// What both clients report.
    fn gives(self, outcome: Outcome) -> Self {
        self.gives_each(&[outcome], &[outcome], "")
    }

    /// What each of them reports, where they differ or where it depends on the moment.
    fn gives_each(self, blocking: &[Outcome], asynchronous: &[Outcome], why: &'static str) -> Self {
        Self { blocking: blocking.to_vec(), asynchronous: asynchronous.to_vec(), why, ..self }
    }

    fn expected(&self) -> &[Outcome] {
        if env!("CARGO_PKG_NAME") == "yeastar-async" { &self.asynchronous } else { &self.blocking }
    }
}

/// Something that is bought without a token.
struct Buy {
    padding: usize,
}

impl Endpoint for Buy {
    const META: Meta = Meta::new("buy", Method::POST, "/buy", Auth::None, Effect::Once, "it buys", "none");
    type Output = Json;

    fn encode(&self, out: &mut Encoder<'_>) -> Result<(), BuildError> {
        out.json(&("purchase", "x".repeat(self.padding)))
    }
}

/// A query without a token.
struct Query;

impl Endpoint for Query {
    const META: Meta = Meta::new("query", Method::GET, "/query", Auth::None, Effect::Read, "a query", "none");
    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

/// The loop of a client around its transport.
struct Client {
    transport: Transport,
    origin: Origin,
    policy: Policy,
    session: Session,
    clock: Clock,
    send_by: Option<Tick>,
}

impl Client {
    fn new(row: &Row, authority: &str) -> Self {
        let mut policy = Policy::default();
        policy.connect_timeout = row.connect_timeout;
        policy.attempt_timeout = row.attempt_timeout;
        policy.max_attempts = 1;
        policy.max_body = 64 * 1024;
        let clock = Clock::start();
        let (origin, transport) = match row.target {
            Target::Peer(Protocol::Http, _) | Target::Nobody => {
                let origin = Origin::new(&format!("http://{authority}")).unwrap();
                (origin.clone(), Transport::new(&origin, &policy, clock))
            }
            #[cfg(feature = "rustls")]
            Target::Peer(Protocol::Https, _) | Target::Unknown => {
                let origin = Origin::new(&format!("https://{authority}")).unwrap();
                (origin, Transport::trusting(tls::root(), &policy, clock))
            }
        };
        let session = Session::new(Credentials::new("id", "secret"), 1);
        let send_by = row.send_by.map(Tick::new);
        Self { transport, origin, policy, session, clock, send_by }
    }

    fn send<E: Endpoint>(&mut self, endpoint: &E) -> Result<Reply<E::Output>, Error> {
        let mut call = Call::new(endpoint, &self.origin, &self.policy).unwrap();
        loop {
            match call.poll(self.clock.now(), &mut self.session) {
                Action::Send(mut exchange) => {
                    exchange.send_by = self.send_by;
                    call.on(self.transport.exchange(exchange));
                }
                Action::Sleep(pause) | Action::Wait(pause) => thread::sleep(pause),
                Action::Done(result) => return result,
            }
        }
    }

    fn run(&mut self, row: &Row, door: &Door) -> Result<Reply<Json>, Error> {
        if row.warm {
            self.send(&Query)?;
            door.wait_until_prepared();
        }
        if row.query { self.send(&Query) } else { self.send(&Buy { padding: row.padding }) }
    }
}

/// Runs a row and says what is wrong with it.
fn check(row: &Row) -> Result<String, String> {
    let (door, closed) = (Door::open().unwrap(), peer::closed_port().unwrap());
    let authority = match row.target {
        Target::Peer(..) => door.address().to_string(),
        Target::Nobody => closed.1.to_string(),
        #[cfg(feature = "rustls")]
        Target::Unknown => "portal.invalid".into(),
    };
    let behave = || if let Target::Peer(_, behave) = &row.target { behave(&door) } else { Ok(()) };
    let (result, behaved) = thread::scope(|scope| {
        let peer = scope.spawn(behave);
        let mut client = Client::new(row, &authority);
        let result = client.run(row, &door);
        // The connection of an order ends with its call: nothing is written behind the client's
        // back. One in the pool ends with the client.
        let _client = (!row.warm).then_some(client);
        door.leave();
        (result, peer.join().unwrap())
    });
    let outcome = Outcome::from(&result);
    let attempts = result.map_or_else(|error| error.attempts(), |reply| reply.attempts);
    let whole = door.whole_requests().saturating_sub(usize::from(row.warm));
    let mut wrong = String::new();
    if let Err(error) = behaved {
        let _ = write!(wrong, "the peer failed: {error}; ");
    }
    if !row.expected().contains(&outcome) {
        let _ = write!(wrong, "expected {:?}; ", row.expected());
    }
    if matches!(outcome, Outcome::NotSent(_)) && whole > 0 {
        wrong.push_str("said not to have been sent, and the peer had it; ");
    }
    // For a query hyper may open a connection that it then does not need.
    if attempts != 1 || whole > 1 || (!row.query && door.unanswered() > 0) {
        wrong.push_str("sent more than once; ");
    }
    let line = format!("{:<70} {outcome:?}, {whole} whole; {wrong}{}", row.name, row.why);
    if wrong.is_empty() { Ok(line) } else { Err(line) }
}

#[test]
fn what_is_reported_is_true_and_as_it_was() {
    let rows = VecDeque::from(rows::rows());
    for row in &rows {
        let several = row.blocking != row.asynchronous || row.blocking.len() != 1;
        assert_eq!(several, !row.why.is_empty(), "{}: what is not one outcome has a reason", row.name);
    }
    let rows = Mutex::new(rows);
    let next = || rows.lock().unwrap().pop_front();
    let lines = thread::scope(|scope| {
        let work = || std::iter::from_fn(next).map(|row| check(&row)).collect::<Vec<_>>();
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect::<Vec<_>>()
    });
    let (right, wrong): (Vec<_>, Vec<_>) = lines.into_iter().partition(Result::is_ok);
    for line in right.into_iter().flatten() {
        println!("{line}");
    }
    let wrong: Vec<_> = wrong.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
