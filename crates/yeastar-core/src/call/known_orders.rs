//! What the purchases of one client know of the account's orders, so that each need not find it out again.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, VecDeque};
use core::time::Duration;

use crate::exchange::time::Tick;
use crate::journal::intent_id::IntentId;
use crate::value::{Amount, Json, OrderId, OrderNo, Page};
use crate::wire::reply::Reply;

/// So many numbers are kept, the latest.
const MOST_NUMBERS: usize = 10_000;

/// So many pages of the order list are shared.
const MOST_PAGES: usize = 400;

/// So many details are kept, those that were read last.
const MOST_DETAILS: usize = 500;

/// Longer ones are read again.
const LONGEST_DETAILS: usize = 16 * 1024;

/// So long after an order showed for the first time its details may be behind, and are read again.
const DETAILS_LAG: Duration = Duration::from_secs(10 * 60);

/// What the purchases of a client share: which purchase has placed which order, as far as this client or its journal knows;
/// details, pages of the order list and a balance that were read.
#[derive(Debug, Default)]
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(crate) struct KnownOrders {
    /// By which purchase each was placed.
    placed: BTreeMap<Box<str>, IntentId>,
    /// Their numbers, oldest first.
    numbers: VecDeque<Box<str>>,
    details: BTreeMap<Box<str>, Details>,
    /// The last page of the order list, where it begins with the oldest order.
    pub(crate) last_page: Option<u32>,
    balance: Option<(Tick, Amount)>,
    /// Pages of the order list, while several look at once.
    pages: BTreeMap<PageKey, AskedPage>,
    /// How many rounds share them.
    sharers: usize,
    /// Whether the portal has refused to sort the list.
    pub(crate) refuses_to_sort: bool,
}

/// Its number, and whether the portal was asked to sort the list.
type PageKey = (u32, bool);

/// When it was asked for, and what came.
type AskedPage = (Tick, Reply<Page<Json>>);

/// The details of an order, as they were read last.
#[derive(Debug)]
#[cfg_attr(feature = "simulation", derive(Clone))]
struct Details {
    first_seen: Tick,
    read_at: Tick,
    /// Whether nothing is added to them any more.
    is_final: bool,
    text: Json,
}

impl KnownOrders {
    /// This purchase has placed the order: the portal has answered it with the number, or the order has a key of it.
    pub(crate) fn add(&mut self, order_no: &str, id: &IntentId) {
        if self.placed.insert(order_no.into(), id.clone()).is_some() {
            return;
        }
        self.numbers.push_back(order_no.into());
        if self.numbers.len() > MOST_NUMBERS {
            if let Some(oldest) = self.numbers.pop_front() {
                self.placed.remove(&oldest);
            }
        }
    }

    /// Whether it is known which purchase has placed the order.
    pub(crate) fn is_placed(&self, order_no: &OrderNo) -> bool {
        self.placed.contains_key(order_no.as_str())
    }

    /// Whether the order is that of another purchase than this one.
    pub(crate) fn is_of_another(&self, order_no: &OrderNo, id: &IntentId) -> bool {
        self.placed.get(order_no.as_str()).is_some_and(|owner| owner != id)
    }

    /// Keeps details that were read now.
    pub(crate) fn keep_details(&mut self, id: &OrderId, now: Tick, text: &Json) {
        if text.as_str().len() > LONGEST_DETAILS {
            return;
        }
        let first_seen = self.details.get(id.as_str()).map_or(now, |details| details.first_seen);
        let is_final = now.since(first_seen) >= DETAILS_LAG;
        let details = Details { first_seen, read_at: now, is_final, text: text.clone() };
        self.details.insert(id.as_str().into(), details);
        if self.details.len() > MOST_DETAILS {
            let oldest =
                self.details.iter().min_by_key(|(_, details)| details.read_at).map(|(id, _)| id.clone());
            if let Some(oldest) = oldest {
                self.details.remove(&oldest);
            }
        }
    }

    /// Takes all details for final.
    #[cfg(feature = "simulation")]
    pub(crate) fn settle_details(&mut self) {
        self.details.values_mut().for_each(|details| details.is_final = true);
    }

    /// When details were read last.
    pub(crate) fn read_at(&self, id: &OrderId) -> Option<Tick> {
        self.details.get(id.as_str()).map(|details| details.read_at)
    }

    /// Details that need not be read again: they were read since this time, or not long ago, or so late that nothing is
    /// added any more.
    pub(crate) fn fresh_details(
        &self,
        id: &OrderId,
        since: Tick,
        now: Tick,
        not_long: Duration,
    ) -> Option<&Json> {
        let details = self.details.get(id.as_str())?;
        let is_fresh = details.read_at >= since || now.since(details.read_at) < not_long;
        (details.is_final || is_fresh).then_some(&details.text)
    }

    /// A round begins, whose purchases share the pages of the order list.
    pub(crate) fn share(&mut self) {
        self.sharers += 1;
    }

    /// It has ended.
    pub(crate) fn stop_sharing(&mut self) {
        // A session that got other credentials counts from zero: then this end has no beginning.
        self.sharers = self.sharers.saturating_sub(1);
        if self.sharers == 0 {
            self.pages.clear();
        }
    }

    /// Keeps a page of the order list that was asked for at this time.
    pub(crate) fn keep_page(&mut self, key: PageKey, asked_at: Tick, page: &Reply<Page<Json>>) {
        if self.sharers > 0 && (self.pages.len() < MOST_PAGES || self.pages.contains_key(&key)) {
            self.pages.insert(key, (asked_at, page.clone()));
        }
    }

    /// A page that was asked for at this time or later.
    pub(crate) fn page_since(&self, key: PageKey, since: Tick) -> Option<&Reply<Page<Json>>> {
        let (asked_at, page) = self.pages.get(&key)?;
        (*asked_at >= since).then_some(page)
    }

    /// Keeps a balance that was read now.
    pub(crate) fn keep_balance(&mut self, now: Tick, balance: &Amount) {
        self.balance = Some((now, balance.clone()));
    }

    /// The balance of the account, when it was read not long ago.
    pub(crate) fn fresh_balance(&self, now: Tick, not_long: Duration) -> Option<&Amount> {
        self.balance
            .as_ref()
            .filter(|(read_at, _)| now.since(*read_at) < not_long)
            .map(|(_, balance)| balance)
    }

    /// Details that were read at this time or later.
    pub(crate) fn details_since(&self, id: &OrderId, since: Tick) -> Option<&Json> {
        let details = self.details.get(id.as_str()).filter(|details| since <= details.read_at)?;
        Some(&details.text)
    }
}

/// What they say follows from which order it is, but for whether they show its purchase order number yet.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Details {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let Self { first_seen, read_at, is_final, text } = self;
        (first_seen, read_at, is_final, text.as_str().len()).hash(state);
    }
}
