//! The portal and the way to it: requests that wait, get lost or come twice, answers that break off.

use std::hash::Hash;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode};
use yeastar_core::auth::RequestAccessToken;
use yeastar_core::order::{CreateOrder, Order};
use yeastar_core::{Cause, Credentials, Endpoint, Event, Exchange, Failure, Progress, RequestMeter, Tick};
use yeastar_sandbox::{PlacedOrder, Portal, Settings};

use super::answer;
use super::checker::KEY;
use super::fault::{Ending, ListFault, OrderFault, QueryFault, Refusal, STALENESS, Second, TokenFault};
use super::fingerprint::Fingerprint;

/// How long an outage of the queries lasts.
const OUTAGE: Duration = Duration::from_secs(20);

/// A client id that the portal had once.
pub const FORMER_CLIENT_ID: &str = "former-client-id";

/// What a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Token,
    Order,
    List,
    Details,
    Url,
    Balance,
}

impl About {
    pub fn of(request: &Request<Bytes>) -> Self {
        let path = request.uri().path();
        match path.rsplit('/').next() {
            Some("token") => Self::Token,
            Some("save") => Self::Order,
            Some("page") => Self::List,
            Some("paug_pbx_url_existed") => Self::Url,
            _ if path.contains("/order/v1/get/") => Self::Details,
            _ => Self::Balance,
        }
    }
}

/// Where an order of ours came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It was there from the start.
    Before,
    /// This request.
    Request(usize),
}

#[derive(Clone)]
pub struct Network {
    pub portal: Portal,
    /// Requests for the order that wait on their way: when they arrive, and which they are.
    waiting: Vec<(Duration, usize, Request<Bytes>)>,
    queries_down_until: Duration,
    /// With which somebody else in the account orders.
    token: Option<HeaderValue>,
    /// What a colleague orders, but for the PBX URL.
    colleagues_order: Bytes,
    colleagues: usize,
    /// The orders of ours, in the order in which they were made.
    pub placed: Vec<(Origin, String)>,
}

/// What comes of a request, and after how long.
pub struct Arrival {
    pub event: Event,
    pub after: Duration,
    /// Whether all of it was offered to the connection.
    pub is_whole: bool,
    /// Whether the portal itself says that nothing was done.
    pub is_refusal: bool,
}

impl Network {
    pub fn new(settings: Settings) -> Self {
        Self {
            portal: Portal::new(settings),
            waiting: Vec::new(),
            queries_down_until: Duration::ZERO,
            token: None,
            colleagues_order: Bytes::new(),
            colleagues: 0,
            placed: Vec::new(),
        }
    }

    /// Whether this request is on its way, or has placed an order.
    pub fn has(&self, request: usize) -> bool {
        let is_on_its_way = self.waiting.iter().any(|(_, number, _)| *number == request);
        is_on_its_way || self.placed.iter().any(|(origin, _)| *origin == Origin::Request(request))
    }

    pub fn fingerprint(&self, requests: &[usize], list_lag: Duration, to: &mut Fingerprint) {
        let place = |request: usize| requests.iter().position(|number| *number == request);
        let Self { portal, waiting, queries_down_until, token, colleagues_order: _, colleagues, placed } =
            self;
        for (arrival, number, request) in waiting {
            to.moment(*arrival);
            (place(*number), request.headers().get(AUTHORIZATION), request.body()).hash(to);
        }
        to.moment(*queries_down_until);
        (waiting.len(), token, colleagues).hash(to);
        for (origin, order_no) in placed {
            let origin = match origin {
                Origin::Before => None,
                Origin::Request(number) => place(*number),
            };
            (origin, order_no).hash(to);
        }
        let known = to.random();
        portal.fingerprint(
            to.tick(),
            list_lag + STALENESS,
            |token| known.iter().any(|known| token.contains(known)),
            to,
        );
    }

    pub fn credentials(&self) -> Credentials {
        Credentials::new(self.portal.client_id(), self.portal.client_secret())
    }

    /// Orders what the account has from the start.
    pub fn furnish(&mut self, order: Order) -> Option<&PlacedOrder> {
        let request = CreateOrder::new(order).to_request(&yeastar_core::Origin::default(), None).ok()?;
        self.as_colleague(Duration::ZERO, request);
        let placed = self.portal.ledger().orders().last();
        let ours = placed.filter(|order| order.po_number.as_deref() == Some(KEY));
        self.placed.extend(ours.map(|order| (Origin::Before, order.order_no.clone())));
        placed
    }

    /// What a colleague orders.
    pub fn set_colleagues_order(&mut self, body: Bytes) {
        self.colleagues_order = body;
    }

    /// Another client of the account gets a token, which ends that of ours.
    pub fn take_token(&mut self, now: Duration) {
        let request =
            RequestAccessToken::new(self.credentials()).to_request(&yeastar_core::Origin::default(), None);
        if let Ok(request) = request {
            let answer = self.portal.handle(Tick::new(now), request);
            self.remember_token(&answer);
        }
    }

    fn remember_token(&mut self, answer: &Response<Bytes>) {
        let answer: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        if let Some(token) = answer["result"]["token"].as_str() {
            self.token = HeaderValue::from_str(&format!("Bearer {token}")).ok();
        }
    }

    fn as_colleague(&mut self, now: Duration, mut request: Request<Bytes>) {
        let mut send = |token: &Option<HeaderValue>, portal: &mut Portal| {
            request.headers_mut().extend(token.clone().map(|token| (AUTHORIZATION, token)));
            portal.handle(Tick::new(now), request.clone()).status()
        };
        if send(&self.token, &mut self.portal) == StatusCode::UNAUTHORIZED {
            self.take_token(now);
            send(&self.token, &mut self.portal);
        }
    }

    /// A colleague orders the same, for another URL and without a number.
    pub fn colleague_orders(&mut self, now: Duration) {
        self.colleagues += 1;
        let mut order: serde_json::Value = serde_json::from_slice(&self.colleagues_order).unwrap_or_default();
        if order["orderPceSpecialRequest"].is_object() {
            let url = format!("colleague-{}.ptest6.yeastarcloud.com", self.colleagues);
            order["orderPceSpecialRequest"]["pbxUrl"] = url.into();
        }
        if let Some(fields) = order.as_object_mut() {
            fields.remove("poNumber");
        }
        let request = Request::post("/order/openapi/order/v1/save")
            .header("user-agent", "colleague")
            .header(CONTENT_TYPE, "application/json")
            .body(Bytes::from(order.to_string()));
        if let Ok(request) = request {
            self.as_colleague(now, request);
        }
    }

    /// Which orders of ours an answer shows: a row of them, their details, or that their PBX URL is taken.
    pub fn shown(&self, about: About, answer: &Event) -> Vec<String> {
        let Event::Response(answer) = answer else { return Vec::new() };
        let body = std::str::from_utf8(answer.body()).unwrap_or_default();
        // One that was cut off is no answer.
        if serde_json::from_str::<serde_json::Value>(body).is_err() {
            return Vec::new();
        }
        let contains = |text: &str| body.contains(text);
        let is_taken = about == About::Url && contains(r#""result":true"#);
        let ours = self.placed.iter().map(|(_, order_no)| order_no);
        ours.filter(|order_no| is_taken || contains(order_no)).cloned().collect()
    }

    /// When the next waiting request arrives.
    pub fn next_arrival(&self) -> Option<Duration> {
        self.waiting.iter().map(|(at, ..)| *at).min()
    }

    /// Lets the next waiting request arrive, and tells which it was.
    pub fn deliver(&mut self) -> Option<usize> {
        let at = self.next_arrival()?;
        let index = self.waiting.iter().position(|(arrival, ..)| *arrival == at)?;
        let (at, number, request) = self.waiting.swap_remove(index);
        self.execute(at, number, request);
        Some(number)
    }

    /// The portal has the whole request for an order.
    fn execute(&mut self, now: Duration, number: usize, request: Request<Bytes>) -> Response<Bytes> {
        let before = self.portal.ledger().orders().len();
        let answer = self.portal.handle(Tick::new(now), request);
        let placed = self.portal.ledger().orders()[before..]
            .iter()
            .map(|order| (Origin::Request(number), order.order_no.clone()));
        self.placed.extend(placed);
        answer
    }

    /// Sends a request for the order: the one of this number.
    pub fn order(
        &mut self,
        now: Duration,
        tick: Tick,
        exchange: Exchange,
        number: usize,
        fault: OrderFault,
    ) -> Arrival {
        let mut meter = RequestMeter::new(&exchange.request, exchange.send_by);
        let [head, body] = to_bytes(&exchange.request);
        let part = &body[..body.len() / 2];
        let pieces: &[&[u8]] = match fault {
            OrderFault::NotSent | OrderFault::CrashBefore => &[],
            OrderFault::PartlySent | OrderFault::CrashWithin => &[&head, part],
            _ => &[&head, &body],
        };
        for piece in pieces {
            if !meter.offer(tick, piece) {
                return Arrival::failed(&mut meter, Cause::Timeout, Duration::ZERO, "too late to send");
            }
            meter.accept(piece);
        }
        let Exchange { request, timeouts, .. } = exchange;
        let mut arrival = match fault {
            OrderFault::NotSent
            | OrderFault::PartlySent
            | OrderFault::CrashBefore
            | OrderFault::CrashWithin => {
                return Arrival::failed(&mut meter, Cause::Other, Duration::ZERO, "the connection is reset");
            }
            OrderFault::Lost => {
                return Arrival::failed(&mut meter, Cause::Timeout, timeouts.total, "no answer");
            }
            OrderFault::Delayed(delay) | OrderFault::DelayedAndCrash(delay) => {
                self.waiting.push((now + delay, number, request));
                return Arrival::failed(&mut meter, Cause::Timeout, timeouts.total, "no answer");
            }
            OrderFault::Executed(Ending::AnswerLost) => {
                self.execute(now, number, request);
                return Arrival::failed(&mut meter, Cause::Timeout, timeouts.total, "no answer");
            }
            OrderFault::Executed(Ending::Cut { at, is_framed }) => {
                let answer = self.execute(now, number, request);
                let bytes = answer::to_bytes(&answer, is_framed);
                match answer::read(&bytes[..at.of(&bytes)]) {
                    // What is left of it says nothing any more.
                    Ok(answer) => Arrival { is_refusal: false, ..Arrival::answered(answer) },
                    Err(problem) => {
                        return Arrival::failed(&mut meter, Cause::Other, Duration::ZERO, &problem);
                    }
                }
            }
            OrderFault::Executed(Ending::GatewayError(status)) => {
                self.execute(now, number, request);
                Arrival::answered(page(status, "Gateway"))
            }
            OrderFault::Executed(Ending::LoginPage) => {
                self.execute(now, number, request);
                Arrival::answered(page(200, "Sign in"))
            }
            OrderFault::GatewayError(status) => Arrival::answered(page(status, "Gateway")),
            OrderFault::LoginPage => Arrival::answered(page(200, "Sign in")),
            OrderFault::Refused(refusal) => Arrival::answered(refusal.to_answer()),
            OrderFault::Repeated(Second::After(Duration::ZERO)) => {
                self.execute(now, number, request.clone());
                Arrival::answered(self.execute(now, number, request))
            }
            OrderFault::Repeated(Second::After(later)) => {
                self.waiting.push((now + later, number, request.clone()));
                Arrival::answered(self.execute(now, number, request))
            }
            OrderFault::Repeated(Second::Refused(refusal)) => {
                self.execute(now, number, request);
                Arrival::answered(refusal.to_answer())
            }
            OrderFault::None | OrderFault::CrashAfter | OrderFault::Frozen(_) => {
                Arrival::answered(self.execute(now, number, request))
            }
        };
        arrival.is_whole = meter.give_up() == Progress::MaybeComplete;
        arrival
    }

    /// Sends a request for a token. The portal takes whatever client id it has by now.
    pub fn token(&mut self, now: Duration, tick: Tick, mut exchange: Exchange, fault: TokenFault) -> Arrival {
        let mut meter = RequestMeter::new(&exchange.request, exchange.send_by);
        if fault != TokenFault::NotSent {
            for piece in to_bytes(&exchange.request) {
                if !meter.offer(tick, &piece) {
                    return Arrival::failed(&mut meter, Cause::Timeout, Duration::ZERO, "too late to send");
                }
                meter.accept(&piece);
            }
        }
        let form = String::from_utf8_lossy(exchange.request.body());
        if form.contains(FORMER_CLIENT_ID) {
            let form = form.replace(FORMER_CLIENT_ID, self.portal.client_id());
            *exchange.request.body_mut() = form.into();
            exchange.request.headers_mut().remove(CONTENT_LENGTH);
        }
        let mut grant = || {
            let answer = self.portal.handle(Tick::new(now), exchange.request.clone());
            self.remember_token(&answer);
            answer
        };
        match fault {
            TokenFault::None => Arrival::answered(grant()),
            TokenFault::NotSent => Arrival::failed(&mut meter, Cause::Other, Duration::ZERO, "no connection"),
            TokenFault::AnswerLost => {
                grant();
                Arrival::failed(&mut meter, Cause::Timeout, exchange.timeouts.total, "no answer")
            }
            TokenFault::GatewayError(status) => Arrival::answered(page(status, "Gateway")),
            TokenFault::Refused => Arrival::answered(Refusal::Token.to_answer()),
        }
    }

    /// Asks for a page of the order list.
    pub fn list(&mut self, now: Duration, exchange: Exchange, fault: ListFault) -> Arrival {
        match fault {
            ListFault::Outage => self.queries_down_until = now + OUTAGE,
            ListFault::Colleague => {
                self.colleague_orders(now);
            }
            _ => {}
        }
        let as_of = if fault == ListFault::Stale { now.saturating_sub(STALENESS) } else { now };
        let mut arrival = self.query(now, as_of, exchange);
        if let (ListFault::Cut, Event::Response(answer)) = (fault, &mut arrival.event) {
            let half = answer.body().len() / 2;
            answer.body_mut().truncate(half);
        }
        arrival
    }

    /// Asks anything else.
    pub fn ask(&mut self, now: Duration, exchange: Exchange, fault: QueryFault) -> Arrival {
        if fault == QueryFault::NotFound {
            return Arrival::answered(refusal(404, "not_found", None));
        }
        let mut arrival = self.query(now, now, exchange);
        let is_new = |order: &PlacedOrder| now < order.created.since(Tick::default()) + STALENESS;
        if let (QueryFault::Stale, Event::Response(answer)) = (fault, &mut arrival.event) {
            if self.portal.ledger().orders().iter().any(is_new) {
                let fresh = String::from_utf8_lossy(answer.body());
                *answer.body_mut() = fresh.replace(r#""result":true"#, r#""result":false"#).into();
            }
        }
        arrival
    }

    fn query(&mut self, now: Duration, as_of: Duration, exchange: Exchange) -> Arrival {
        if now < self.queries_down_until {
            let mut meter = RequestMeter::new(&exchange.request, exchange.send_by);
            return Arrival::failed(&mut meter, Cause::Other, Duration::ZERO, "no connection");
        }
        Arrival::answered(self.portal.handle(Tick::new(as_of), exchange.request))
    }
}

impl Refusal {
    /// The answer of the portal, which has done nothing.
    pub fn to_answer(self) -> Response<Bytes> {
        match self {
            Self::Token => refusal(401, "token_invalid", None),
            Self::Access => refusal(403, "access_denied", None),
            Self::SlowDown(pause) => refusal(429, "rate_limited", pause),
            Self::Value => refusal(400, "parameter_validation_failed", None),
            Self::Content => refusal(422, "unprocessable", None),
            Self::Listed => refusal(402, super::variant::LISTED_REFUSAL, None),
        }
    }
}

impl Arrival {
    fn answered(answer: Response<Bytes>) -> Self {
        let is_refusal = answer.status().is_client_error();
        Self { event: Event::Response(answer), after: Duration::ZERO, is_whole: true, is_refusal }
    }

    fn failed(meter: &mut RequestMeter, cause: Cause, after: Duration, problem: &str) -> Self {
        let progress = meter.give_up();
        let failure = Failure { progress, cause, source: problem.into() };
        let is_whole = progress == Progress::MaybeComplete;
        Self { event: Event::Failed(failure), after, is_whole, is_refusal: false }
    }
}

/// Head and body, as a client library would write them.
fn to_bytes(request: &Request<Bytes>) -> [Vec<u8>; 2] {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    head.extend(b"\r\n");
    [head, request.body().to_vec()]
}

/// A page of something between client and portal.
fn page(status: u16, title: &str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(format!("<!DOCTYPE html><title>{title}</title>")));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    answer
}

/// The portal's own refusal, which has done nothing.
fn refusal(status: u16, code: &str, retry_after: Option<Duration>) -> Response<Bytes> {
    let body = format!(
        r#"{{"code":"{code}","detailMessage":"planned","requestId":"7249dc24","result":null,"status":{status}}}"#
    );
    let mut answer = Response::new(Bytes::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let seconds = retry_after.map(|pause| HeaderValue::from(pause.as_secs()));
    answer.headers_mut().extend(seconds.map(|seconds| (RETRY_AFTER, seconds)));
    answer
}
