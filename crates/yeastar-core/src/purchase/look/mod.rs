//! One look at the account: the order list, the details of new orders, the PBX URL, the balance.

mod rows;

use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::mem;
use core::time::Duration;

use self::rows::number;
use crate::call::Call;
use crate::call::known_orders::KnownOrders;
use crate::call::machine::{Action, Event, Machine};
use crate::call::pager::Pages;
use crate::call::policy::Policy;
use crate::call::session::Session;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::exchange::time::Tick;
use crate::journal::intent_id::IntentId;
use crate::journal::request::{JournalReply, JournalRequest};
use crate::portal::order::{BasicInfo, GetOrder, OrderDetails, OrderInfo};
use crate::portal::product::CheckPbxUrl;
use crate::portal::user::{Balance, GetAccountBalance};
use crate::purchase::document::Document;
use crate::purchase::intent::Keys;
use crate::purchase::outcome::{AccountSnapshot, Candidate};
use crate::purchase::wire::{OrderRows, RawDetails};
use crate::value::{Json, OrderId, OrderNo, Page, ProductId, ProductNo};
use crate::wire::endpoint::Endpoint;
use crate::wire::origin::Origin;
use crate::wire::reply::Reply;

/// So many pages of the order list are read at the most.
const MOST_PAGES: u32 = 4_000;

/// The journal is asked about so many new orders at the most.
const MOST_LOOKED_UP: usize = 500;

/// The details of so many new orders are asked for at the most.
const MOST_DETAILS: usize = 50;

/// A look at the account, before an order is sent or afterwards.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(super) struct Look {
    origin: Origin,
    /// Its deadline is what is left of the time for the whole look.
    policy: Policy,
    whole: Duration,
    id: IntentId,
    keys: Keys,
    subject: Subject,
    /// The account before the order was sent; `None` when this is the look for it.
    before: Option<AccountSnapshot>,
    /// Details that were read since then need not be read again.
    since: Tick,
    /// When it could begin: what was asked for since then is as good as asked for by this look.
    due: Tick,
    /// When the question under way was asked.
    asked_at: Tick,
    started: Option<Tick>,
    course: Course,
    /// Whether the portal is asked to sort the list. It may refuse.
    is_sorted: bool,
    /// `None` when enough of the list was read.
    pages: Option<Pages<OrderRows>>,
    pages_asked: u32,
    rows_read: u32,
    last_id: Option<u64>,
    /// The first row of the page before.
    former_id: Option<u64>,
    /// New orders whose details have not been read.
    unread: VecDeque<OrderInfo>,
    asked: Asked,
    details_asked: usize,
    findings: Findings,
    /// The first of the new orders with our PBX URL, and its id: ours, when none has our purchase order number.
    with_url: Option<(u64, OrderInfo)>,
    question: Option<Question>,
}

/// What a look after doubt goes by.
pub(super) struct After<'a> {
    /// The account before the order.
    pub(super) before: &'a AccountSnapshot,
    /// Since when it is looked for.
    pub(super) since: Tick,
    /// When this look could begin.
    pub(super) due: Tick,
}

/// What the order is about, as its details would say it.
#[derive(Clone, Debug, Default)]
pub(super) struct Subject {
    pub(super) product_id: Option<ProductId>,
    pub(super) product_no: Option<ProductNo>,
}

/// What a look has found.
#[derive(Debug, Default)]
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(super) struct Findings {
    /// Orders with a key of ours, oldest first. Each has a number.
    pub(super) found: Vec<OrderInfo>,
    /// New orders without one, that nothing known speaks against.
    pub(super) candidates: Vec<Candidate>,
    pub(super) snapshot: AccountSnapshot,
    /// New orders whose details say that they are about something else.
    pub(super) others: Vec<OrderId>,
    /// Whether everything was read in which the order could have shown.
    pub(super) is_complete: bool,
    /// What ended a look after doubt too early. What it had seen until then counts.
    pub(super) problem: Option<Error>,
}

/// Which pages of the order list are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
enum Course {
    /// The first, which tells how many there are, and the last two.
    Ends,
    /// From this one on.
    From(u32),
    /// From the first one until an order is seen that was there before: the newest come first.
    Falling,
    /// All: nobody knows in which order they stand.
    All,
}

/// How far a look is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
enum Asked {
    Rows,
    Journal,
    Details,
    Url,
    Balance,
}

#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
enum Question {
    Rows(Call<Page<Json>>),
    /// Somebody else has just read them.
    SharedRows(Option<Reply<Page<Json>>>),
    /// Which of these are those of other purchases. None are left when it was asked.
    Journal {
        order_nos: Vec<OrderNo>,
        told: Option<JournalReply>,
    },
    Details(Call<Json>),
    Url(Call<bool>),
    Balance(Call<Balance>),
}

impl Look {
    pub(super) fn new(
        id: &IntentId,
        keys: &Keys,
        subject: &Subject,
        after: Option<After<'_>>,
        origin: &Origin,
        policy: &Policy,
    ) -> Self {
        let (since, due) = after.as_ref().map(|after| (after.since, after.due)).unwrap_or_default();
        let before = after.map(|after| after.before);
        let mut look = Self {
            origin: origin.clone(),
            policy: policy.clone(),
            whole: policy.deadline,
            id: id.clone(),
            keys: keys.clone(),
            subject: subject.clone(),
            before: before.cloned(),
            since,
            due,
            asked_at: Tick::default(),
            started: None,
            course: Course::All,
            is_sorted: true,
            pages: None,
            pages_asked: 0,
            rows_read: 0,
            last_id: None,
            former_id: None,
            unread: VecDeque::new(),
            asked: Asked::Rows,
            details_asked: 0,
            findings: Findings::default(),
            with_url: None,
            question: None,
        };
        look.follow(match before {
            None => Course::Ends,
            Some(before) if before.is_falling => Course::Falling,
            // A page earlier: orders that are deleted move later ones forwards.
            Some(before) => Course::From(before.page.saturating_sub(1).max(1)),
        });
        look
    }

    /// The next thing to ask; `None` when all is known.
    fn next(&mut self, now: Tick, session: &Session) -> Result<Option<Question>, Error> {
        if self.started.is_none() && session.orders.refuses_to_sort {
            self.is_sorted = false;
            self.follow(self.course);
        }
        if let (None, Course::Ends, Some(last)) = (self.started, self.course, session.orders.last_page) {
            self.follow(Course::From(last.saturating_sub(1).max(1)));
        }
        let spent = now.since(*self.started.get_or_insert(now));
        // One limit for the whole look, handed down to each question.
        let left = self.whole.saturating_sub(spent);
        if left.is_zero() || self.pages_asked >= MOST_PAGES {
            return Err(self.too_long(spent));
        }
        self.policy.deadline = left;
        self.asked_at = now;
        if let Some(rows) = self.pages.as_ref().and_then(Pages::request) {
            let shared =
                self.before.as_ref().and_then(|_| session.orders.page_since(self.page_key(), self.due));
            if let Some(page) = shared {
                return Ok(Some(Question::SharedRows(Some(page.clone()))));
            }
            self.pages_asked += 1;
            return Call::new(rows, &self.origin, &self.policy).map(Question::Rows).map(Some);
        }
        if self.asked == Asked::Rows {
            if self.has_become_short() {
                self.follow(Course::Ends);
                return self.next(now, session);
            }
            self.leave_repeated_out();
            if self.misses_rows() {
                if let Course::From(_) | Course::Falling = self.course {
                    self.follow(Course::All);
                    return self.next(now, session);
                }
                self.findings.is_complete = false;
            }
            self.asked = Asked::Journal;
            let order_nos = self.unknown(&session.orders);
            if !order_nos.is_empty() {
                return Ok(Some(Question::Journal { order_nos, told: None }));
            }
        }
        if self.asked == Asked::Journal {
            self.asked = Asked::Details;
            self.sort_unread(&session.orders);
        }
        while let Some(candidate) = self.unread.front() {
            let is_read = candidate
                .id
                .as_ref()
                .and_then(|id| session.orders.fresh_details(id, self.due, now, self.policy.reconcile_base));
            if let Some(details) = is_read {
                self.take_details(Ok(details));
                continue;
            }
            if self.details_asked < MOST_DETAILS {
                let by_id = candidate.id.as_ref().map(GetOrder::by_id);
                let details = by_id.or_else(|| candidate.order_no.as_ref().map(GetOrder::by_number));
                // An id that cannot be asked about must not hinder the others.
                let call = details
                    .and_then(|details| Call::new(&RawDetails(details), &self.origin, &self.policy).ok());
                if let Some(call) = call {
                    self.details_asked += 1;
                    return Ok(Some(Question::Details(call)));
                }
            }
            let was_read = candidate.id.as_ref().and_then(|id| session.orders.details_since(id, self.since));
            self.take_details(was_read.ok_or(()));
        }
        if self.asked == Asked::Details {
            self.asked = Asked::Url;
            // A rule about the URL that was relaxed for the order holds for the question.
            let is_known = self.findings.snapshot.pbx_url_existed.is_some();
            let url = self.keys.pbx_url.as_deref().filter(|_| !is_known).map(CheckPbxUrl::new);
            if let Some(Ok(call)) = url.map(|url| Call::new(&url, &self.origin, &self.policy)) {
                return Ok(Some(Question::Url(call)));
            }
        }
        if self.asked == Asked::Url && self.may_be_ours_long_ago() {
            if self.course == Course::All {
                return Err(self.too_few());
            }
            self.asked = Asked::Rows;
            self.follow(Course::All);
            return self.next(now, session);
        }
        if self.asked == Asked::Url {
            self.asked = Asked::Balance;
            let known = session.orders.fresh_balance(now, self.policy.reconcile_base);
            self.findings.snapshot.balance = known.cloned();
            if known.is_some() {
                return Ok(None);
            }
            return Call::new(&GetAccountBalance::new(), &self.origin, &self.policy)
                .map(Question::Balance)
                .map(Some);
        }
        Ok(None)
    }

    /// Of the page that is read next.
    fn page_key(&self) -> (u32, bool) {
        (self.pages.as_ref().map_or(0, Pages::page_no), self.is_sorted)
    }

    /// The new orders of which this client does not know whose they are.
    fn unknown(&mut self, known: &KnownOrders) -> Vec<OrderNo> {
        // What stands in the rows need not be looked for in the details.
        if !self.findings.found.is_empty() {
            self.unread.clear();
        }
        // Before the order only those with our URL are looked at, whosever they are.
        if self.before.is_none() {
            return Vec::new();
        }
        let order_nos = self.unread.iter().filter_map(|order| order.order_no.as_ref());
        order_nos.filter(|order_no| !known.is_placed(order_no)).take(MOST_LOOKED_UP).cloned().collect()
    }

    /// Chooses the new orders whose details are read, and in which order.
    fn sort_unread(&mut self, known: &KnownOrders) {
        if self.before.is_none() {
            return;
        }
        let is_of_another = |order: &OrderInfo| {
            order.order_no.as_ref().is_some_and(|order_no| known.is_of_another(order_no, &self.id))
        };
        let (others, unread) = mem::take(&mut self.unread).into_iter().partition(is_of_another);
        let others: VecDeque<OrderInfo> = others;
        self.findings.others.extend(others.into_iter().filter_map(|order| order.id));
        self.unread = unread;
        // Only so many are asked about: first those that never were, and of these the oldest, since ours is among them.
        self.unread.make_contiguous().sort_by_key(|order| {
            let number = order.id.as_ref().and_then(number);
            (order.id.as_ref().and_then(|id| known.read_at(id)), number.is_none(), number)
        });
        // Where all are read, the looks of many purchases begin at different ones, so that each finds read what another has.
        if (1..=MOST_DETAILS).contains(&self.unread.len()) {
            let sum = self.id.as_str().bytes().map(usize::from).sum::<usize>();
            self.unread.rotate_left(sum % self.unread.len());
        }
    }

    /// Whether the URL is taken before the order is sent.
    fn is_taken(&self) -> bool {
        self.before.is_none() && self.findings.snapshot.pbx_url_existed == Some(true)
    }

    /// Whether the URL is taken before the order is sent, and an order of ours may have it: the journal was lost, and the order
    /// is not among those that were read.
    fn may_be_ours_long_ago(&self) -> bool {
        let Findings { found, snapshot, is_complete, .. } = &self.findings;
        let has_read_all = match snapshot.orders {
            Some(orders) => u64::from(self.rows_read) >= orders,
            None => self.course == Course::All,
        };
        self.is_taken() && found.is_empty() && !(*is_complete && has_read_all)
    }

    fn too_few(&self) -> Error {
        let problem = format!(
            "the PBX URL is taken, and an order of yours may have it, but the account could not be read whole: {} of {} \
             orders were read",
            self.rows_read,
            self.findings
                .snapshot
                .orders
                .map_or_else(|| "an unknown number of".into(), |orders| orders.to_string())
        );
        Error::new(ErrorKind::UnexpectedAnswer, problem).at(&OrderRows::META)
    }

    fn too_long(&self, spent: Duration) -> Error {
        let why = match self.course {
            Course::All if self.is_taken() => {
                "; the whole list is needed, since the PBX URL is taken and an order of yours may have it"
            }
            Course::All => "; the whole list is needed, since it is not sorted by id",
            _ => "",
        };
        let problem = format!(
            "the account could not be read to its end: {} pages of {} orders were read in {} s, and the policy \
             allows {MOST_PAGES} pages and {} s{why}; a greater `list_page_size` or a longer `deadline` may help",
            self.pages_asked,
            self.policy.list_page_size,
            spent.as_secs(),
            self.whole.as_secs()
        );
        Error::new(ErrorKind::Timeout, problem).at(&OrderRows::META)
    }

    /// A question that comes to no end because the time for the whole look is over says little.
    fn explain(&self, now: Tick, error: Error) -> Error {
        let spent = self.started.map(|started| now.since(started)).unwrap_or_default();
        if error.kind() == ErrorKind::Timeout && spent >= self.whole { self.too_long(spent) } else { error }
    }

    /// Takes the details of the first order that was not read.
    fn take_details(&mut self, details: Result<&Json, ()>) {
        let Some(order) = self.unread.pop_front() else { return };
        self.findings.is_complete &= details.is_ok();
        let details = details.ok();
        if details.is_some_and(|details| self.keys.po_number_is_in(details.as_str())) {
            return self.take_found(order);
        }
        // It was there before the order, and is another one.
        if self.before.is_none() {
            return;
        }
        if let Some(details) = details {
            self.note_url(details, order.id.as_ref().and_then(number), &order);
        }
        let mut candidate = Candidate::from(order);
        let details = details.and_then(|details| details.parse::<OrderDetails>().ok());
        let about = details.and_then(|details| details.basic_information);
        if let Some(BasicInfo { product_id, product_no, .. }) = about {
            let is_other_product =
                product_id.zip(self.subject.product_id).is_some_and(|(one, other)| one != other);
            if is_other_product || differ(product_no.as_ref(), self.subject.product_no.as_ref()) {
                return self.findings.others.extend(candidate.id);
            }
            candidate.product_no = product_no;
        }
        self.findings.candidates.push(candidate);
    }

    /// With the oldest order first; the list may begin with the newest.
    fn take_findings(&mut self) -> Findings {
        let mut findings = mem::take(&mut self.findings);
        findings.found.sort_by_key(|order| {
            let number = order.id.as_ref().and_then(number);
            (number.is_none(), number)
        });
        findings
    }

    fn take_url(&mut self, reply: Result<Reply<bool>, Error>) -> Result<(), Error> {
        match reply {
            Ok(reply) => self.findings.snapshot.pbx_url_existed = Some(reply.value),
            // An order must not be sent for a URL that may be taken.
            Err(error) if self.before.is_none() => return Err(error),
            Err(_) => self.findings.is_complete = false,
        }
        Ok(())
    }

    #[expect(clippy::result_large_err, reason = "the action is handed up, not an error that is kept")]
    fn run(
        &mut self,
        now: Tick,
        session: &mut Session,
    ) -> Result<Result<Findings, Error>, Action<<Self as Machine>::Output, JournalRequest>> {
        loop {
            let taken = match &mut self.question {
                Some(Question::Rows(call)) => {
                    let reply = call.poll(now, session).lift()?;
                    if let Ok(page) = &reply {
                        let key = self.page_key();
                        session.orders.keep_page(key, self.asked_at, page);
                        session.orders.refuses_to_sort = !self.is_sorted;
                    }
                    self.take_page(reply)
                }
                Some(Question::SharedRows(page)) => match page.take() {
                    Some(page) => self.take_page(Ok(page)),
                    None => Ok(()),
                },
                Some(Question::Journal { order_nos, told }) => {
                    if !order_nos.is_empty() {
                        return Err(Action::Journal(JournalRequest::FindOrders(mem::take(order_nos))));
                    }
                    // Without an answer they are asked about like all others.
                    if let Some(JournalReply::Loaded(entries)) = told.take() {
                        let portal = self.origin.portal();
                        let documents = entries.iter().filter_map(|entry| Document::read(entry).ok());
                        let account = session.account().clone();
                        let is_ours =
                            |document: &Document| document.portal == portal && document.is_of(&account);
                        for document in documents.filter(is_ours) {
                            document.orders().for_each(|no| session.orders.add(no, &document.id));
                        }
                    }
                    Ok(())
                }
                Some(Question::Details(call)) => {
                    let reply = call.poll(now, session).lift()?;
                    let order = self.unread.front().and_then(|order| order.id.as_ref());
                    if let (Ok(reply), Some(id)) = (&reply, order) {
                        session.orders.keep_details(id, self.asked_at, &reply.value);
                    }
                    self.take_details(reply.as_ref().map(|reply| &reply.value).map_err(drop));
                    Ok(())
                }
                Some(Question::Url(call)) => {
                    let reply = call.poll(now, session).lift()?;
                    self.take_url(reply)
                }
                Some(Question::Balance(call)) => {
                    let reply = call.poll(now, session).lift()?;
                    // A snapshot only: the others have to do without it.
                    let balance = reply.ok().map(|reply| reply.value.account_balance);
                    if let Some(balance) = &balance {
                        session.orders.keep_balance(now, balance);
                    }
                    self.findings.snapshot.balance = balance;
                    Ok(())
                }
                None => Ok(()),
            };
            let taken = taken.and_then(|()| self.next(now, session));
            match taken.map_err(|error| self.explain(now, error)) {
                Ok(Some(question)) => self.question = Some(question),
                Ok(None) => {
                    let mut findings = self.take_findings();
                    if findings.found.is_empty() {
                        findings.found.extend(self.with_url.take().map(|(_, order)| order));
                    }
                    if let Course::Ends | Course::From(_) = self.course {
                        session.orders.last_page = Some(findings.snapshot.page);
                    }
                    findings.snapshot.at = now.wall_clock().map(|at| at.as_secs());
                    return Ok(Ok(findings));
                }
                Err(error) if self.before.is_none() && self.findings.found.is_empty() => {
                    return Ok(Err(error));
                }
                Err(error) => {
                    self.leave_repeated_out();
                    let mut findings = self.take_findings();
                    findings.candidates.extend(mem::take(&mut self.unread).into_iter().map(Candidate::from));
                    findings.is_complete = false;
                    findings.problem = Some(error);
                    return Ok(Ok(findings));
                }
            }
        }
    }
}

impl Machine for Look {
    type Output = Result<Findings, Error>;
    type Journal = JournalRequest;

    fn poll(&mut self, now: Tick, session: &mut Session) -> Action<Self::Output, JournalRequest> {
        self.run(now, session).map_or_else(|action| action, Action::Done)
    }

    fn on(&mut self, event: Event) {
        match &mut self.question {
            Some(Question::Rows(call)) => call.on(event),
            Some(Question::Journal { told, .. }) => {
                if let Event::Journal(reply) = event {
                    *told = Some(reply);
                }
            }
            Some(Question::Details(call)) => call.on(event),
            Some(Question::Url(call)) => call.on(event),
            Some(Question::Balance(call)) => call.on(event),
            Some(Question::SharedRows(_)) | None => {}
        }
    }

    fn abandon(&mut self, session: &mut Session) {
        match &mut self.question {
            Some(Question::Rows(call)) => call.abandon(session),
            Some(Question::Details(call)) => call.abandon(session),
            Some(Question::Url(call)) => call.abandon(session),
            Some(Question::Balance(call)) => call.abandon(session),
            Some(Question::SharedRows(_) | Question::Journal { .. }) | None => {}
        }
    }
}

/// Whether both are known and not the same. A portal may print a serial number in other letters than it was given.
fn differ(one: Option<&ProductNo>, other: Option<&ProductNo>) -> bool {
    let is_same = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
    one.zip(other).is_some_and(|(one, other)| !is_same(one.as_str(), other.as_str()))
}

/// All schedules of a simulation are about one order.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Subject {
    fn hash<H: core::hash::Hasher>(&self, _: &mut H) {}
}
