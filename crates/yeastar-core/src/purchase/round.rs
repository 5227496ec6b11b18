//! One look for each of many orders, which share what they read.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::slice;
use core::time::Duration;

use super::context::Context;
use super::machine::{Errand, Purchase};
use super::outcome::Outcome;
use crate::call::machine::{Action, Event, Machine};
use crate::call::session::Session;
use crate::error::Error;
use crate::exchange::time::Tick;
use crate::journal::entry::{Entry, EntryKey};
use crate::journal::request::JournalRequest;

/// How many open entries to give to one [`Round`]. With more, not all pages and details that they share are kept.
pub const ENTRIES_PER_ROUND: usize = 500;

/// Finds out what became of many purchases, as [`Purchase::resume`] does for one, with one look for each and
/// without sending anything.
///
/// What one of them reads serves all: the new part of the order list is read once, and the details of each new order
/// once, as far as the client keeps them (400 pages, details of 500 orders). Only the PBX URL is asked about for each. So a round
/// costs about as many requests as there are new orders and open purchases, and not their product.
///
/// Entries that say no account, of format 1, are refused: nobody knows in which account to look
/// ([`Purchase::adopt`]).
///
/// ```
/// use yeastar_core::purchase::{Context, Round};
/// use yeastar_core::{Entry, Origin, Policy, Session};
///
/// /// `open` is what `Journal::open_entries` gives, `writer` 128 random bits.
/// fn round(open: &[Entry], session: &Session, writer: u128) -> Round {
///     Round::new(open, &Context::new(session.account(), &Origin::default(), &Policy::default(), writer))
/// }
/// ```
pub struct Round {
    /// Those that are not over. The first one has asked for what is carried out.
    purchases: VecDeque<(EntryKey, Purchase)>,
    ended: Vec<Reconciled>,
    has_begun: bool,
    has_ended: bool,
}

/// What a [`Round`] says of one purchase.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reconciled {
    /// Which purchase.
    pub key: EntryKey,
    /// What became of it, as [`Purchase::resume`] would say it. [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) with
    /// [`Error::retry_after`] means that a process is at work on it.
    pub result: Result<Outcome, Error>,
}

impl Round {
    /// A round through the purchases of these entries, as far as they may be those of the account.
    pub fn new(open: &[Entry], context: &Context) -> Self {
        let mut context = context.clone();
        context.policy.reconcile_for = Duration::ZERO;
        let mut round =
            Self { purchases: VecDeque::new(), ended: Vec::new(), has_begun: false, has_ended: false };
        for entry in open.iter().filter(|entry| context.account.may_own(entry.key())) {
            let key = entry.key().clone();
            // One that nobody owns would be looked for in whichever account this is.
            let purchase = Purchase::resume(entry.id(), slice::from_ref(entry), &context)
                .and_then(|purchase| purchase.check_owner().map(|()| purchase));
            match purchase {
                Ok(mut purchase) => {
                    purchase.errand = Errand::Round;
                    round.purchases.push_back((key, purchase));
                }
                Err(error) => round.ended.push(Reconciled { key, result: Err(error) }),
            }
        }
        round
    }

    fn end(&mut self, session: &mut Session) {
        if self.has_begun && !mem::replace(&mut self.has_ended, true) {
            session.orders.stop_sharing();
        }
    }
}

impl Machine for Round {
    type Output = Vec<Reconciled>;
    type Journal = JournalRequest;

    fn poll(&mut self, now: Tick, session: &mut Session) -> Action<Self::Output, JournalRequest> {
        if !mem::replace(&mut self.has_begun, true) {
            session.orders.share();
            // What the first one asks from here on is as good as asked by each of them.
            self.purchases.iter_mut().for_each(|(_, purchase)| purchase.begin_round(now));
        }
        let (mut pause, mut waits) = (Duration::MAX, false);
        for _ in 0..self.purchases.len() {
            let Some((key, mut purchase)) = self.purchases.pop_front() else { break };
            match purchase.poll(now, session).lift() {
                Ok(result) => self.ended.push(Reconciled { key, result }),
                Err(Action::Sleep(at_most)) => {
                    pause = pause.min(at_most);
                    self.purchases.push_back((key, purchase));
                }
                Err(Action::Wait(at_most)) => {
                    (pause, waits) = (pause.min(at_most), true);
                    self.purchases.push_back((key, purchase));
                }
                Err(action) => {
                    self.purchases.push_front((key, purchase));
                    return action;
                }
            }
        }
        if self.purchases.is_empty() {
            self.end(session);
            return Action::Done(mem::take(&mut self.ended));
        }
        if waits { Action::Wait(pause) } else { Action::Sleep(pause) }
    }

    fn on(&mut self, event: Event) {
        if let Some((_, purchase)) = self.purchases.front_mut() {
            purchase.on(event);
        }
    }

    fn abandon(&mut self, session: &mut Session) {
        self.end(session);
        self.purchases.iter_mut().for_each(|(_, purchase)| purchase.abandon(session));
    }
}

impl fmt::Debug for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Round").field("purchases", &self.purchases.len()).finish_non_exhaustive()
    }
}
