//! The purchases that are under way, one per account and intent id, and who waits for them.

use std::collections::HashMap;
use std::future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time;
use yeastar_core::purchase::{Beside, Operation, Outcome, Purchase};
use yeastar_core::{Account, Error, IntentId};

type Slots = HashMap<Key, Slot>;

/// Whose purchase it is, and which.
pub(super) type Key = (Account, IntentId);

pub(super) struct InFlight {
    slots: Mutex<Slots>,
    /// How many there are. It is changed with the lock held.
    count: watch::Sender<usize>,
}

struct Slot {
    operation: Operation,
    /// Who waits has a receiver of it.
    outcome: watch::Sender<Ended>,
    /// Nobody can join it any more.
    is_stopping: bool,
}

/// How it ended; `None` before that.
type Ended = Option<Result<Outcome, Error>>;

/// What a caller can do about an operation.
pub(super) enum Entered {
    /// Carry it out: no other of this id is under way.
    Begun(Turn, Waiting),
    /// Wait for another's outcome.
    Joined(Waiting),
    /// Try again when the id is [free](InFlight::until_free).
    Busy,
}

/// The right to carry an operation out, which keeps its id from all others.
pub(super) struct Turn {
    in_flight: Arc<InFlight>,
    key: Key,
    operation: Operation,
    outcome: watch::Sender<Ended>,
}

/// A caller who waits for an outcome, until this is dropped.
pub(super) struct Waiting(watch::Receiver<Ended>);

impl InFlight {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { slots: Mutex::default(), count: watch::Sender::new(0) })
    }

    /// # Errors
    ///
    /// When the operation cannot be asked for beside the one that is under way.
    pub(super) fn enter(self: &Arc<Self>, operation: Operation, key: &Key) -> Result<Entered, Error> {
        let mut slots = self.lock();
        if let Some(slot) = slots.get(key) {
            if slot.is_stopping {
                return Ok(Entered::Busy);
            }
            return Ok(match operation.beside(&slot.operation)? {
                Beside::Join => Entered::Joined(Waiting(slot.outcome.subscribe())),
                Beside::Wait => Entered::Busy,
            });
        }
        let (outcome, waiting) = watch::channel(None);
        let slot = Slot { operation: operation.clone(), outcome: outcome.clone(), is_stopping: false };
        slots.insert(key.clone(), slot);
        self.count.send_replace(slots.len());
        let turn = Turn { in_flight: Arc::clone(self), key: key.clone(), operation, outcome };
        Ok(Entered::Begun(turn, Waiting(waiting)))
    }

    /// Waits until no operation of this id is under way.
    pub(super) async fn until_free(&self, key: &Key) {
        let mut count = self.count.subscribe();
        while self.lock().contains_key(key) {
            // Its sender lives as long as `self`.
            let _ = count.changed().await;
        }
    }

    /// Waits until nothing is under way, at most this long, and tells how many still are.
    pub(super) async fn drain(&self, at_most: Duration) -> usize {
        let mut count = self.count.subscribe();
        drop(time::timeout(at_most, count.wait_for(|count| *count == 0)).await);
        *self.count.borrow()
    }

    /// No change is left half made.
    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    pub(super) fn operation(&self) -> &Operation {
        &self.operation
    }

    pub(super) fn account(&self) -> &Account {
        &self.key.0
    }

    /// Whether the purchase is to stop: it may, and nobody waits for it. Nobody can join it from then on.
    pub(super) fn stops(&self, purchase: &Purchase) -> bool {
        if !(purchase.may_stop() && self.outcome.is_closed()) {
            return false;
        }
        // Callers join with the lock held.
        let mut slots = self.in_flight.lock();
        let stops = self.outcome.is_closed();
        if let Some(slot) = slots.get_mut(&self.key) {
            slot.is_stopping = stops;
        }
        stops
    }

    /// What comes of this, unless the purchase [stops](Self::stops) before.
    pub(super) async fn unless_stopped<T>(
        &self,
        purchase: &Purchase,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        if !purchase.may_stop() {
            return Some(work.await);
        }
        let stopped = async {
            while !self.stops(purchase) {
                self.outcome.closed().await;
            }
        };
        let (mut stopped, mut work) = (pin!(stopped), pin!(work));
        future::poll_fn(|context| match stopped.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => work.as_mut().poll(context).map(Some),
        })
        .await
    }

    /// Frees the id, and tells all who wait.
    pub(super) fn end(self, ended: Result<Outcome, Error>) {
        let outcome = self.outcome.clone();
        drop(self);
        outcome.send_replace(Some(ended));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut slots = self.in_flight.lock();
        slots.remove(&self.key);
        self.in_flight.count.send_replace(slots.len());
    }
}

impl Waiting {
    /// The outcome. `None` when whoever carried it out has ended without one.
    pub(super) async fn outcome(mut self) -> Ended {
        self.0.wait_for(Option::is_some).await.ok().and_then(|ended| ended.clone())
    }
}
