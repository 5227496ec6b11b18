//! One thread, one virtual clock: drives a purchase against answers that a test has laid out.

use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use bytes::Bytes;
use hmac_sha256::Hash;
use http::Response;
use serde_json::Value;
use yeastar_core::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_core::purchase::{Context, Evidence, Finding, Intent, Outcome, Purchase};
use yeastar_core::{
    Action, BillingContactId, Cause, Credentials, Entry, EntryKey, Error, Event, Exchange, Failure, IntentId,
    JournalReply, JournalRequest, Machine, Origin, PbxSubDomainId, Policy, Progress, RegionId, Session, Tick,
};

pub(crate) const ID: &str = "ticket-4711";
const CONTACT: BillingContactId = BillingContactId::new(3_197_218_168_379_846_218);
pub(crate) const URL: &str = "new.example.com";

/// A renewal: it has no key but its purchase order number.
pub(crate) fn renewal() -> Order {
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).renew(
        "3658B431119665QJ",
        100,
        BillingCycle::Annually,
        CONTACT,
    )
}

/// A new cloud PBX: its URL is a key as well.
pub(crate) fn new_pbx() -> Order {
    let site = PbxSite::new("office", RegionId::new(1), PbxSubDomainId::new(1), URL);
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(5, BillingCycle::Monthly, CONTACT, site)
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new("client-id", "CLIENT-SECRET")
}

pub(crate) fn intent() -> Intent {
    Intent::new(ID, renewal())
}

pub(crate) fn intent_with_url() -> Intent {
    Intent::new(ID, new_pbx())
}

pub(crate) fn answer(status: u16, body: &str) -> Event {
    Event::Response(Response::builder().status(status).body(Bytes::from(body.to_owned())).unwrap())
}

pub(crate) fn success(result: &str) -> Event {
    answer(200, &format!(r#"{{"code":"success","requestId":"7249dc24","result":{result}}}"#))
}

/// The portal's own answer of this status.
pub(crate) fn refusal(status: u16) -> Event {
    answer(
        status,
        r#"{"code":"refused","detailMessage":"not like this","requestId":"7249dc25","result":null}"#,
    )
}

pub(crate) fn placed() -> Event {
    success(r#"{"orderNo":"HB9","orderStatus":"pending"}"#)
}

/// The answer does not come; the portal may have had the request.
pub(crate) fn lost() -> Event {
    failed(Progress::MaybeComplete)
}

/// The portal surely never had the whole request.
pub(crate) fn cut() -> Event {
    failed(Progress::Incomplete)
}

pub(crate) fn failed(progress: Progress) -> Event {
    Event::Failed(Failure { progress, cause: Cause::Other, source: "cut".into() })
}

pub(crate) fn copy(event: &Event) -> Event {
    match event {
        Event::Response(response) => Event::Response(response.clone()),
        Event::Failed(failure) => Event::Failed(Failure {
            progress: failure.progress,
            cause: failure.cause,
            source: failure.source.to_string().into(),
        }),
        other @ Event::Journal(_) => panic!("{other:?}"),
    }
}

/// A row of the order list, with further fields.
pub(crate) fn row(id: u64, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(r#"{{"id":"{id}","orderNo":"HB{id}","orderStatus":"pending"{comma}{more}}}"#)
}

/// The key of [`intent`], in a field that no page names.
pub(crate) fn ours(id: u64) -> String {
    row(id, r#""reference":"ticket-4711""#)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Token,
    Rows,
    Details,
    Url,
    Balance,
    Order,
}

/// What a write to the journal comes to.
pub(crate) enum Write {
    /// It is carried out, by compare-and-swap.
    Carried,
    Fails,
    /// The error comes, and the entry is there all the same.
    FailsAndStores,
    /// Somebody else has made this of the entry that is stored.
    Overtaken(Overtake),
}

/// What somebody else makes of an entry.
pub(crate) type Overtake = Box<dyn FnOnce(Option<Entry>) -> Option<Entry>>;

/// In which order the rows of the order list stand, whatever was asked for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum RowOrder {
    #[default]
    Rising,
    /// Newest first.
    Falling,
    /// The oldest and the newest are in the middle.
    Mixed,
}

/// A small portal. What is not laid out beforehand it answers like a friendly one.
#[derive(Default)]
pub(crate) struct Portal {
    /// The order list, oldest first.
    pub(crate) rows: Vec<String>,
    /// Rows that appear so many seconds after the order came in.
    pub(crate) appear: Vec<(u64, String)>,
    /// So many of the oldest rows are deleted when the order comes in.
    pub(crate) deleted: usize,
    pub(crate) details: BTreeMap<String, String>,
    pub(crate) url_existed: bool,
    pub(crate) order: RowOrder,
    /// Neither rows nor pages are counted.
    pub(crate) is_uncounted: bool,
    ordered_at: Option<Tick>,
    once: VecDeque<(Asked, Event)>,
    always: Vec<(Asked, fn() -> Event)>,
}

impl Portal {
    /// The next answer to such a question.
    pub(crate) fn once(&mut self, asked: Asked, event: Event) {
        self.once.push_back((asked, event));
    }

    /// All answers to such questions that are not laid out one by one.
    pub(crate) fn always(&mut self, asked: Asked, event: fn() -> Event) {
        self.always.retain(|(other, _)| *other != asked);
        self.always.push((asked, event));
    }

    fn take_order(&mut self, now: Tick) {
        if self.ordered_at.is_none() {
            self.rows.drain(..self.deleted);
        }
        self.ordered_at.get_or_insert(now);
    }

    fn page(&self, now: Tick, page: usize, size: usize) -> Event {
        let since = self.ordered_at.map(|at| now.since(at));
        let shown = self.appear.iter().filter(|(after, _)| since >= Some(Duration::from_secs(*after)));
        let mut rows: Vec<&str> =
            self.rows.iter().chain(shown.map(|(_, row)| row)).map(String::as_str).collect();
        match self.order {
            RowOrder::Rising => {}
            RowOrder::Falling => rows.reverse(),
            RowOrder::Mixed => {
                let (even, odd): (Vec<_>, Vec<_>) =
                    rows.iter().enumerate().partition(|(index, _)| index % 2 == 0);
                rows = odd.into_iter().rev().chain(even).map(|(_, row)| *row).collect();
            }
        }
        let (total, pages) = (rows.len(), rows.len().div_ceil(size));
        let results: Vec<_> = rows.into_iter().skip((page - 1) * size).take(size).collect();
        let counts = if self.is_uncounted {
            String::new()
        } else {
            format!(r#","total":{total},"totalPage":{pages},"pageNo":{page}"#)
        };
        success(&format!(r#"{{"results":[{}]{counts}}}"#, results.join(",")))
    }
}

/// Purchases of one program, one after the other.
pub(crate) struct Run {
    pub(crate) now: Tick,
    pub(crate) policy: Policy,
    pub(crate) portal: Portal,
    pub(crate) journal: Option<Entry>,
    /// Entries of other purchases.
    pub(crate) others: Vec<Entry>,
    /// Somebody else makes this of the entry before it is read again.
    pub(crate) overtaken_before_a_look: Option<Overtake>,
    /// The journal cannot be read any more.
    pub(crate) is_unreadable: bool,
    /// Writes from here on.
    pub(crate) writes: VecDeque<Write>,
    /// What was done, in order. Tokens and pauses are left out.
    pub(crate) log: Vec<String>,
    pub(crate) pauses: Vec<Duration>,
    pub(crate) orders: Vec<Exchange>,
    /// The process ends right before something whose line in the log begins so.
    pub(crate) dies_before: Option<&'static str>,
    /// How long the order takes to be answered.
    pub(crate) order_takes: Duration,
    /// The clocks jump when it is written down that the order is about to be sent.
    pub(crate) freeze_before_sending: Option<Box<dyn FnOnce(Tick) -> Tick>>,
    /// These take the place of the client's own at that moment.
    pub(crate) credentials_before_sending: Option<Credentials>,
    pub(crate) is_silent_about_the_order: bool,
    /// Tokens that were asked for.
    pub(crate) tokens: usize,
    /// How long a page of the order list takes to be answered.
    pub(crate) page_takes: Duration,
    /// And a write to the journal.
    pub(crate) store_takes: Duration,
    pub(crate) origin: Origin,
    /// How many machines have begun; each writes another word.
    writers: u128,
    pub(crate) session: Session,
}

impl Run {
    pub(crate) fn new() -> Self {
        Self {
            now: Tick::new(Duration::from_secs(1_000)).with_wall_clock(Duration::from_secs(1_700_000_000)),
            policy: Policy::default(),
            portal: Portal { rows: vec![row(1, ""), row(2, "")], ..Portal::default() },
            journal: None,
            others: Vec::new(),
            overtaken_before_a_look: None,
            is_unreadable: false,
            writes: VecDeque::new(),
            log: Vec::new(),
            pauses: Vec::new(),
            orders: Vec::new(),
            dies_before: None,
            order_takes: Duration::ZERO,
            freeze_before_sending: None,
            credentials_before_sending: None,
            is_silent_about_the_order: false,
            tokens: 0,
            page_takes: Duration::ZERO,
            store_takes: Duration::ZERO,
            origin: Origin::default(),
            writers: 0,
            session: Session::new(credentials(), 1),
        }
    }

    /// After an order whose answer was lost, with a look without it: ambiguous, in the journal.
    pub(crate) fn in_doubt(intent: &Intent) -> Self {
        let mut run = Self::new();
        run.policy.reconcile_for = Duration::ZERO;
        run.policy.max_attempts = 1;
        run.portal.once(Asked::Order, lost());
        assert!(matches!(run.purchase(intent), Ok(Outcome::Ambiguous { .. })), "{:?}", run.log);
        run.policy = Policy::default();
        run.log.clear();
        run.pauses.clear();
        run.orders.clear();
        run
    }

    /// What a machine that begins now is given.
    pub(crate) fn context(&mut self) -> Context {
        self.writers += 1;
        Context::new(self.session.account(), &self.origin, &self.policy, self.writers)
    }

    /// What the journal has.
    fn stored(&self) -> Vec<Entry> {
        self.journal.iter().cloned().collect()
    }

    /// What [`purchase`](Self::purchase) drives.
    pub(crate) fn machine(&mut self, intent: &Intent) -> Result<Purchase, Error> {
        Purchase::new(intent, &self.stored(), &self.context())
    }

    fn end(&mut self, purchase: Result<Purchase, Error>) -> Result<Outcome, Error> {
        self.drive(purchase?).expect("it was to end")
    }

    pub(crate) fn purchase(&mut self, intent: &Intent) -> Result<Outcome, Error> {
        let purchase = self.machine(intent);
        self.end(purchase)
    }

    pub(crate) fn restart(&mut self) -> Result<Outcome, Error> {
        let purchase = Purchase::restart(&ID.into(), &self.stored(), &self.context());
        self.end(purchase)
    }

    /// When no process is at work on it any more.
    pub(crate) fn resume(&mut self) -> Result<Outcome, Error> {
        let ended = self.resume_now();
        match ended.as_ref().err().and_then(Error::retry_after) {
            Some(left) => {
                self.now = self.now + left;
                self.resume_now()
            }
            None => ended,
        }
    }

    pub(crate) fn resume_now(&mut self) -> Result<Outcome, Error> {
        let purchase = Purchase::resume(&ID.into(), &self.stored(), &self.context());
        self.end(purchase)
    }

    pub(crate) fn resubmit(&mut self) -> Result<Outcome, Error> {
        let purchase = Purchase::resubmit_assuming_absent(&ID.into(), &self.stored(), &self.context());
        self.end(purchase)
    }

    pub(crate) fn settle(&mut self, finding: Finding) -> Result<Outcome, Error> {
        let purchase = Purchase::settle(&ID.into(), finding, &self.stored(), &self.context());
        self.end(purchase)
    }

    pub(crate) fn replace(&mut self, order: Order) -> Result<Outcome, Error> {
        let purchase = Purchase::replace(&ID.into(), order, &self.stored(), &self.context());
        self.end(purchase)
    }

    pub(crate) fn adopt(&mut self) -> Result<Outcome, Error> {
        let purchase = Purchase::adopt(&ID.into(), &self.stored(), &self.context());
        self.end(purchase)
    }

    /// The process ends right before this.
    pub(crate) fn die_before(&mut self, what: &'static str, intent: &Intent) {
        self.dies_before = Some(what);
        let purchase = self.machine(intent).unwrap();
        let end = self.drive(purchase);
        assert!(end.is_none(), "it never came to `{what}`: {:?}", self.log);
        self.dies_before = None;
    }

    /// `None` when the process ends.
    pub(crate) fn drive<M>(&mut self, mut purchase: M) -> Option<M::Output>
    where
        M: Machine<Journal = JournalRequest>,
    {
        for _ in 0..10_000 {
            match purchase.poll(self.now, &mut self.session) {
                Action::Send(exchange) => {
                    let (asked, mut line) = describe(&exchange);
                    if asked == Asked::Token {
                        self.tokens += 1;
                        line = format!("token {}", self.tokens);
                    }
                    if self.dies_at(&line) {
                        purchase.abandon(&mut self.session);
                        return None;
                    }
                    let event = self.exchange(asked, &line, exchange);
                    if !(asked == Asked::Order && self.is_silent_about_the_order) {
                        purchase.on(event);
                    }
                }
                Action::Journal(JournalRequest::Load(_)) => {
                    let reply = self.load();
                    purchase.on(Event::Journal(reply));
                }
                Action::Journal(JournalRequest::FindOrders(order_nos)) => {
                    let has_one =
                        |entry: &&Entry| entry.orders().iter().any(|order_no| order_nos.contains(order_no));
                    let found = self.others.iter().filter(has_one).cloned().collect();
                    purchase.on(Event::Journal(JournalReply::Loaded(found)));
                }
                Action::Journal(JournalRequest::Store(entry)) => {
                    let line = format!("store {} {}", entry.version(), state(&entry));
                    if self.dies_at(&line) {
                        return None;
                    }
                    self.log.push(line);
                    let reply = self.store(entry);
                    purchase.on(Event::Journal(reply));
                }
                Action::Sleep(pause) | Action::Wait(pause) => {
                    self.pauses.push(pause);
                    self.now = self.now + pause;
                }
                Action::Done(outcome) => return Some(outcome),
            }
        }
        panic!("no end: {:?}", &self.log[..100]);
    }

    fn dies_at(&self, line: &str) -> bool {
        self.dies_before.is_some_and(|what| line.starts_with(what))
    }

    fn exchange(&mut self, asked: Asked, line: &str, exchange: Exchange) -> Event {
        if asked != Asked::Token {
            self.log.push(line.into());
        }
        if asked == Asked::Rows {
            self.now = self.now + self.page_takes;
        }
        if asked == Asked::Order {
            self.portal.take_order(self.now);
            self.orders.push(exchange);
            self.now = self.now + self.order_takes;
        }
        let portal = &mut self.portal;
        if let Some(index) = portal.once.iter().position(|(other, _)| *other == asked) {
            return portal.once.remove(index).unwrap().1;
        }
        if let Some((_, event)) = portal.always.iter().find(|(other, _)| *other == asked) {
            return event();
        }
        let argument = line.split(' ').nth(1).unwrap_or_default();
        match asked {
            Asked::Token => success(r#"{"token":"TOKEN","refreshToken":"REFRESH-TOKEN","expiresIn":"1800"}"#),
            Asked::Rows => {
                let size = self.policy.list_page_size as usize;
                portal.page(self.now, argument.parse().unwrap(), size)
            }
            Asked::Details => success(portal.details.get(argument).map_or("{}", String::as_str)),
            Asked::Url => success(&portal.url_existed.to_string()),
            Asked::Balance => success(r#"{"accountBalance":"100.00"}"#),
            Asked::Order => placed(),
        }
    }

    /// What the journal has of the purchase, while it is looked for.
    fn load(&mut self) -> JournalReply {
        if let Some(by) = self.overtaken_before_a_look.take() {
            self.journal = by(self.journal.take());
        }
        if self.is_unreadable {
            return JournalReply::Failed("the disk is gone".into());
        }
        JournalReply::Loaded(self.stored())
    }

    fn store(&mut self, entry: Entry) -> JournalReply {
        self.now = self.now + self.store_takes;
        match self.writes.pop_front().unwrap_or(Write::Carried) {
            Write::Fails => return JournalReply::Failed("disk full".into()),
            Write::FailsAndStores => {
                self.journal = Some(entry);
                return JournalReply::Failed("connection lost".into());
            }
            Write::Overtaken(by) => self.journal = by(self.journal.take()),
            Write::Carried => {}
        }
        if let Some(other) = self.others.iter_mut().find(|other| other.key() == entry.key()) {
            if Some(other.version()) != entry.replaces() {
                return JournalReply::Conflict(Some(other.clone()));
            }
            *other = entry;
            return JournalReply::Stored;
        }
        if self.journal.as_ref().map(Entry::version) != entry.replaces() {
            return JournalReply::Conflict(self.journal.clone());
        }
        if state(&entry) == "sending" {
            self.now = self.freeze_before_sending.take().map_or(self.now, |freeze| freeze(self.now));
            if let Some(credentials) = self.credentials_before_sending.take() {
                self.session.set_credentials(credentials);
            }
        }
        self.journal = Some(entry);
        JournalReply::Stored
    }

    /// How often the order was sent.
    pub(crate) fn sent(&self) -> usize {
        self.orders.len()
    }

    /// The pauses in whole seconds.
    pub(crate) fn seconds(&self) -> Vec<u64> {
        self.pauses.iter().map(Duration::as_secs).collect()
    }
}

fn describe(exchange: &Exchange) -> (Asked, String) {
    let uri = exchange.request.uri();
    let query: BTreeMap<_, _> =
        uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')).collect();
    let last = uri.path().rsplit('/').next().unwrap();
    match last {
        "page" => {
            let sort = query.get("sort").map_or(" unsorted", |sort| if *sort == "id" { "" } else { " ?" });

            (Asked::Rows, format!("page {}{sort}", query["pageNo"]))
        }
        "paug_pbx_url_existed" => (Asked::Url, format!("url {}", query["pbxUrl"])),
        "account_balance" => (Asked::Balance, "balance".into()),
        "save" => (Asked::Order, "order".into()),
        _ if uri.path().contains("oauth") => (Asked::Token, String::new()),
        id => (Asked::Details, format!("details {id}")),
    }
}

/// The part of an entry that the checksum is for.
pub(crate) fn purchase_in(entry: &Entry) -> Value {
    serde_json::from_str::<Value>(entry.document()).unwrap()["purchase"].clone()
}

pub(crate) fn state(entry: &Entry) -> String {
    match &purchase_in(entry)["state"] {
        Value::String(state) => state.clone(),
        Value::Object(state) => state.keys().next().unwrap().clone(),
        other => panic!("{other}"),
    }
}

/// A text with the checksum that it needs.
pub(crate) fn seal(purchase: &str) -> String {
    let mut sha256 = String::new();
    for byte in Hash::hash(purchase.as_bytes()) {
        write!(sha256, "{byte:02x}").unwrap();
    }
    format!(r#"{{"sha256":"{sha256}","purchase":{purchase}}}"#)
}

/// Changes an entry as somebody would who makes a new checksum too.
pub(crate) fn forge(entry: &Entry, change: impl FnOnce(&mut Value)) -> Entry {
    let mut purchase = purchase_in(entry);
    change(&mut purchase);
    let id = IntentId::from(purchase["id"].as_str().unwrap());
    let is_open = purchase["state"].is_string();
    let key = EntryKey::new(entry.key().account().cloned(), id);
    Entry::new(key, purchase["version"].as_u64().unwrap(), is_open, seal(&purchase.to_string()))
}

/// What an ambiguous end knows.
#[track_caller]
pub(crate) fn evidence(outcome: &Outcome) -> &Evidence {
    match outcome {
        Outcome::Ambiguous { evidence, .. } => evidence,
        other => panic!("{other}"),
    }
}
