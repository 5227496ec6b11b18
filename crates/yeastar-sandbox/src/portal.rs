//! The portal itself: one function from request to answer.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, DATE, USER_AGENT};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use yeastar_core::{Auth, Tick};

use crate::auth::Tokens;
use crate::envelope::{Answer, Json, Refusal, code};
use crate::faults::{self, Fault, Faults, Plan};
use crate::ids::Ids;
use crate::ledger::{Ledger, LoggedRequest, PlacedOrder};
use crate::order::payment::{self, Unpaid};
use crate::product::instances::Instances;
use crate::route::Found;
use crate::settings::Settings;
use crate::user::colleagues::Colleagues;
use crate::user::customers::Customers;

/// The largest body that is read.
pub(crate) const BODY_LIMIT: usize = 1024 * 1024;

const SANDBOX: HeaderName = HeaderName::from_static("x-yeastar-sandbox");

/// A simulated portal without any I/O: requests in, answers out, time from outside.
///
/// ```
/// use http::{Request, header};
/// use yeastar_core::Tick;
/// use yeastar_sandbox::{Portal, Settings};
///
/// let mut portal = Portal::new(Settings::default());
/// let form = format!(
///     "client_id={}&client_secret={}&grant_type=pp_credentials",
///     portal.client_id(),
///     portal.client_secret(),
/// );
/// let request = Request::post("/auth/openapi/v1/oauth/token")
///     .header(header::USER_AGENT, "OpenAPI")
///     .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
///     .body(form.into())
///     .unwrap();
/// assert_eq!(portal.handle(Tick::default(), request).status(), 200);
/// ```
///
/// A clone is another portal that begins with all that this one has by now, its credentials included: a test
/// can furnish an account once and use it often.
#[derive(Clone)]
pub struct Portal {
    pub(crate) settings: Settings,
    pub(crate) ids: Ids,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) tokens: Tokens,
    pub(crate) ledger: Ledger,
    /// In cents.
    pub(crate) balance: u64,
    pub(crate) customers: Customers,
    pub(crate) colleagues: Colleagues,
    pub(crate) instances: Instances,
    pub(crate) unpaid: Unpaid,
    faults: Faults,
    /// Requests that wait in a gateway, and until when.
    waiting: Vec<(Tick, Request<Bytes>)>,
}

/// An answer and what happens to it on its way.
#[derive(Debug)]
#[non_exhaustive]
pub struct Served {
    /// The answer.
    pub answer: Response<Bytes>,
    /// How long it is held back.
    pub delay: Duration,
    /// How many bytes of the raw HTTP answer, its head included, get out before the
    /// connection closes; 0 = none at all. `None` = all, and the connection stays.
    pub cut: Option<usize>,
}

/// So many characters of a path are kept. Those that exist are shorter.
const LONGEST_PATH: usize = 512;

impl Portal {
    /// A portal with credentials of its own, made from the seed.
    pub fn new(settings: Settings) -> Self {
        let mut ids = Ids::new(settings.seed);
        Self {
            client_id: ids.hex(),
            client_secret: ids.hex(),
            instances: Instances::made_up(since_1970(settings.wall_clock)),
            ids,
            balance: settings.balance,
            settings,
            tokens: Tokens::default(),
            ledger: Ledger::default(),
            customers: Customers::default(),
            colleagues: Colleagues::default(),
            unpaid: Unpaid::default(),
            faults: Faults::default(),
            waiting: Vec::new(),
        }
    }

    /// The only client id that this portal takes.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The only client secret that this portal takes.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// Makes a new client secret, like "Reset" in the portal. The old one stops
    /// working, and with it all tokens (inferred; the vendor does not say).
    pub fn reset_secret(&mut self) -> String {
        self.client_secret = self.ids.hex();
        self.tokens.clear();
        self.client_secret.clone()
    }

    /// Pays an order that is `pending`, like a person with "Pay Now" in the portal. `false` when none of this number is.
    pub fn pay(&mut self, now: Tick, order_no: &str) -> bool {
        payment::pay(self, now, order_no)
    }

    /// Cancels an order that is `pending`, as a person can in the portal. `false` when none of this number is.
    pub fn cancel(&mut self, order_no: &str) -> bool {
        payment::cancel(self, order_no)
    }

    /// Plans a fault.
    pub fn plan(&mut self, plan: Plan) {
        self.faults.plan(plan);
    }

    /// Carries out what was held up until now ([`Fault::CommitAfter`]). Each request does so first; only the
    /// [`ledger`](Self::ledger) does not know by itself how late it is.
    pub fn catch_up(&mut self, now: Tick) {
        let waiting = std::mem::take(&mut self.waiting);
        let (due, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(due, _)| *due <= now);
        self.waiting = waiting;
        for (due, request) in due {
            // Nobody waits for the answer any more.
            let _ = self.commit(due, &request, &Found::of(&request));
        }
    }

    /// Takes in what answers from `now` on depend on, but for planned faults, customers and colleagues. Times count
    /// from `now`, so two portals of the same settings that differ here in nothing give the same answers from their
    /// `now` on, but for what the answers say of times, request ids and tokens. The age of an order that is older than
    /// `oldest` does not count, nor a token that nobody has any more: `is_known` says who has one.
    pub fn fingerprint(
        &self,
        now: Tick,
        oldest: Duration,
        is_known: impl Fn(&str) -> bool,
        state: &mut impl Hasher,
    ) {
        self.ids.fingerprint(state);
        self.tokens.fingerprint(now, is_known, state);
        // The rest follows: balance and products from the orders, and what was there at first from the settings.
        for order in self.ledger.orders() {
            // What is ordered with a number is the same in all schedules, and what without one too.
            let PlacedOrder { order_no, created, po_number, .. } = order;
            (order_no, now.since(*created).min(oldest), po_number).hash(state);
        }
    }

    /// What happened so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Answers a request. Planned faults happen if they are an answer themselves;
    /// those of the connection wait for [`serve`](Self::serve).
    ///
    /// Of the URI only path and query count: `https://example.com/a` is `/a`.
    #[expect(clippy::needless_pass_by_value, reason = "a server has the request to give away")]
    pub fn handle(&mut self, now: Tick, request: Request<Bytes>) -> Response<Bytes> {
        self.run(now, &request, |fault| !fault.cuts_or_delays()).answer
    }

    /// Answers a request, with all planned faults: what a server has to send.
    #[expect(clippy::needless_pass_by_value, reason = "a server has the request to give away")]
    pub fn serve(&mut self, now: Tick, request: Request<Bytes>) -> Served {
        self.run(now, &request, |_| true)
    }

    /// Refuses a request of which only the head is known.
    pub(crate) fn refuse(&mut self, now: Tick, head: &Request<Bytes>, refusal: Refusal) -> Response<Bytes> {
        let answer = Answer::envelope(Err(refusal), self.ids.hex());
        self.finish(now, head, None, None, answer, None).answer
    }

    fn run(&mut self, now: Tick, request: &Request<Bytes>, applies: impl Fn(&Fault) -> bool) -> Served {
        self.catch_up(now);
        let found = Found::of(request);
        let endpoint = found.as_ref().ok().map(|found| found.meta.name());
        let fault = self.faults.next(endpoint, applies);
        if let Some(Fault::CommitAfter(pause)) = &fault {
            self.waiting.push((now + *pause, request.clone()));
        }
        let mut commit = || self.commit(now, request, &found);
        let lost = || Answer::html(StatusCode::BAD_GATEWAY, "Lost on the way");
        let mut cut = None;
        let answer = match &fault {
            None | Some(Fault::Delay(_)) => commit(),
            Some(Fault::DropBeforeCommit | Fault::CommitAfter(_)) => {
                cut = Some(0);
                lost()
            }
            Some(Fault::DropAfterCommit) => {
                commit();
                cut = Some(0);
                lost()
            }
            Some(Fault::TruncateAt(length)) => {
                cut = Some(*length);
                commit()
            }
            Some(Fault::StatusBeforeCommit(status)) => gateway(*status),
            Some(Fault::StatusAfterCommit(status)) => {
                commit();
                gateway(*status)
            }
            Some(Fault::EnvelopeError { status, code, message }) => {
                self.refusal(Refusal::new(faults::status(*status), code.clone(), message.clone()))
            }
            Some(Fault::TokenRejected) => self.refusal(Refusal::token()),
            Some(Fault::RateLimited { retry_after }) => {
                let seconds =
                    retry_after.map(|wait| wait.as_secs().saturating_add((wait.subsec_nanos() > 0).into()));
                self.refusal(Refusal::rate_limited(seconds))
            }
            Some(Fault::Garbage) => login(),
            Some(Fault::GarbageAfterCommit) => {
                commit();
                login()
            }
            Some(Fault::GatewayRepeat) => {
                commit();
                commit()
            }
            Some(Fault::Odd(oddity)) => {
                let mut answer = commit();
                oddity.apply(&mut answer.response);
                answer
            }
            Some(Fault::OAuthError { status, error }) => {
                Answer::oauth(faults::status(*status), error, &quoted(request))
            }
            Some(Fault::QuotingRefusal(status)) => {
                let message = format!("cannot be served: {}", quoted(request));
                self.refusal(Refusal::new(faults::status(*status), code::QUOTING, message))
            }
        };
        self.finish(now, request, endpoint, fault, answer, cut)
    }

    /// Does what is asked, or refuses it.
    fn commit(&mut self, now: Tick, request: &Request<Bytes>, found: &Result<Found, Refusal>) -> Answer {
        let outcome = self.answer(now, request, found);
        Answer::envelope(outcome, self.ids.hex())
    }

    fn answer(
        &mut self,
        now: Tick,
        request: &Request<Bytes>,
        found: &Result<Found, Refusal>,
    ) -> Result<Json, Refusal> {
        let found = found.as_ref().map_err(Clone::clone)?;
        check_head(request)?;
        if found.meta.auth() == Auth::Bearer {
            self.tokens.check(now, request.headers())?;
        }
        found.answer(self, now, request)
    }

    fn refusal(&mut self, refusal: Refusal) -> Answer {
        Answer::envelope(Err(refusal), self.ids.hex())
    }

    /// Puts the common headers on and writes the request into the ledger.
    fn finish(
        &mut self,
        now: Tick,
        request: &Request<Bytes>,
        endpoint: Option<&'static str>,
        fault: Option<Fault>,
        answer: Answer,
        cut: Option<usize>,
    ) -> Served {
        let Answer { status, code, request_id, mut response } = answer;
        let is_envelope = !code.is_empty();
        if is_envelope && self.settings.body_status_only {
            *response.status_mut() = StatusCode::OK;
        }
        response.headers_mut().insert(SANDBOX, HeaderValue::from_static("1"));
        response.headers_mut().extend(self.date(now).map(|date| (DATE, date)));
        let delay = match fault {
            Some(Fault::Delay(delay)) => delay,
            _ => Duration::ZERO,
        };
        if self.settings.log_requests {
            self.ledger.log(LoggedRequest {
                endpoint,
                method: request.method().clone(),
                path: request.uri().path().chars().take(LONGEST_PATH).collect(),
                status: if cut == Some(0) { 0 } else { status.as_u16() },
                code,
                request_id,
                fault,
                at: now,
            });
        }
        Served { answer: response, delay, cut }
    }

    /// The portal's wall clock in milliseconds since 1970.
    pub(crate) fn milliseconds(&self, at: Tick) -> u64 {
        let time = self.settings.wall_clock.saturating_add(at.since(Tick::default()));
        since_1970(time)
    }

    /// Refuses a Yeastar ID that somebody has.
    pub(crate) fn check_is_new(&self, yeastar_id: &str) -> Result<(), Refusal> {
        if self.customers.has_email(yeastar_id) || self.colleagues.has_email(yeastar_id) {
            return Err(Refusal::field("yeastarId", "unique", "is that of somebody else"));
        }
        Ok(())
    }

    fn date(&self, now: Tick) -> Option<HeaderValue> {
        // The last second of the year 9999: HTTP dates have no room for more.
        const LAST: u64 = 253_402_300_799;
        let seconds = self.milliseconds(now) / 1000;
        let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).filter(|_| seconds <= LAST)?;
        HeaderValue::from_str(&httpdate::fmt_http_date(time)).ok()
    }
}

impl fmt::Debug for Portal {
    /// Without secret and tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal")
            .field("settings", &self.settings)
            .field("client_id", &self.client_id)
            .field("ledger", &self.ledger)
            .finish_non_exhaustive()
    }
}

fn since_1970(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// The request as a careless server quotes it, secrets included.
fn quoted(request: &Request<Bytes>) -> String {
    let headers = request.headers().iter();
    let headers: Vec<_> = headers
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    format!("{} {} {}", request.uri(), headers.join("; "), String::from_utf8_lossy(request.body()))
}

fn gateway(status: u16) -> Answer {
    let status = faults::status(status);
    Answer::html(status, &status.to_string())
}

fn login() -> Answer {
    Answer::html(StatusCode::OK, "Sign in to the network")
}

fn check_head(request: &Request<Bytes>) -> Result<(), Refusal> {
    let headers = request.headers();
    if headers.get(USER_AGENT).is_none_or(HeaderValue::is_empty) {
        return Err(Refusal::field("User-Agent", "required", "is missing or empty"));
    }
    let length = request.body().len();
    if length > BODY_LIMIT {
        return Err(Refusal::body_too_large());
    }
    let is_whole = headers
        .get(CONTENT_LENGTH)
        .is_none_or(|value| value.to_str().ok().and_then(|text| text.parse().ok()) == Some(length));
    if is_whole {
        Ok(())
    } else {
        Err(Refusal::field("Content-Length", "eq", "is not the length of the body"))
    }
}
