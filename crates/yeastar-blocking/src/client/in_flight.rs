//! The purchases that are under way, one per account and intent id.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use yeastar_core::purchase::{Beside, Operation, Outcome};
use yeastar_core::{Account, Error, ErrorKind, IntentId};

type Slots = HashMap<Key, Arc<Slot>>;

/// Whose purchase it is, and which.
type Key = (Account, IntentId);

#[derive(Default)]
pub(super) struct InFlight {
    slots: Mutex<Slots>,
    freed: Condvar,
}

struct Slot {
    operation: Operation,
    ended: OnceLock<Result<Outcome, Error>>,
}

/// What becomes of a caller.
pub(super) enum Entered<'a> {
    /// It carries the operation out: no other of this id is under way.
    Begun(Turn<'a>),
    /// Another has.
    Joined(Result<Outcome, Error>),
}

/// The right to carry an operation out, which keeps its id from all others.
pub(super) struct Turn<'a> {
    in_flight: &'a InFlight,
    key: Key,
    slot: Arc<Slot>,
}

impl InFlight {
    /// Waits as long as another operation of this id is under way.
    ///
    /// # Errors
    ///
    /// When the operation cannot be asked for beside the one that is under way.
    pub(super) fn enter(&self, operation: Operation, account: Account) -> Result<Entered<'_>, Error> {
        let key = (account, operation.id().clone());
        let mut slots = self.lock();
        while let Some(slot) = slots.get(&key).map(Arc::clone) {
            let beside = operation.beside(&slot.operation)?;
            let is_there =
                |slots: &mut Slots| slots.get(&key).is_some_and(|current| Arc::ptr_eq(current, &slot));
            slots = self.freed.wait_while(slots, is_there).unwrap_or_else(PoisonError::into_inner);
            match slot.ended.get() {
                // Its request was wrong; this one may be right.
                Some(Err(error)) if error.kind() == ErrorKind::InvalidRequest => {}
                Some(ended) if beside == Beside::Join => return Ok(Entered::Joined(ended.clone())),
                // Another was asked for, or it has panicked.
                _ => {}
            }
        }
        let slot = Arc::new(Slot { operation, ended: OnceLock::new() });
        slots.insert(key.clone(), Arc::clone(&slot));
        Ok(Entered::Begun(Turn { in_flight: self, key, slot }))
    }

    /// No change is left half made.
    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    pub(super) fn operation(&self) -> &Operation {
        &self.slot.operation
    }

    pub(super) fn account(&self) -> &Account {
        &self.key.0
    }

    /// Tells all who wait, and frees the id.
    pub(super) fn end(self, ended: Result<Outcome, Error>) {
        // It is told once: this takes the turn.
        let _ = self.slot.ended.set(ended);
    }
}

impl Drop for Turn<'_> {
    /// Frees the id, also when the caller panics.
    fn drop(&mut self) {
        self.in_flight.lock().remove(&self.key);
        self.in_flight.freed.notify_all();
    }
}
