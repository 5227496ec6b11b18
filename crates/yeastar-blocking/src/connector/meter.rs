//! The meter of a connection that is for one request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yeastar_core::{Exchange, Progress, RequestMeter};

use crate::clock::Clock;

/// Sees the plaintext of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    meter: Arc<Mutex<RequestMeter>>,
    clock: Clock,
}

impl Meter {
    pub(crate) fn new(exchange: &Exchange, clock: Clock) -> Self {
        let meter = RequestMeter::new(&exchange.request, exchange.send_by);
        Self { meter: Arc::new(Mutex::new(meter)), clock }
    }

    pub(super) fn offer(&self, bytes: &[u8]) -> bool {
        let now = self.clock.now();
        self.lock().offer(now, bytes)
    }

    pub(super) fn accept(&self, bytes: &[u8]) {
        self.lock().accept(bytes);
    }

    pub(crate) fn give_up(&self) -> Progress {
        self.lock().give_up()
    }

    fn lock(&self) -> MutexGuard<'_, RequestMeter> {
        self.meter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
