//! The transport of this crate in the socket matrix.

use yeastar_core::{Event, Exchange, Origin, Policy};

use crate::clock::Clock;

#[path = "../tests/sockets/mod.rs"]
mod matrix;

struct Transport(crate::transport::Transport);

impl Transport {
    fn new(origin: &Origin, _: &Policy, clock: Clock) -> Self {
        Self(crate::transport::Transport::new(origin, clock).unwrap())
    }

    #[cfg(feature = "rustls")]
    fn trusting(root: &[u8], _: &Policy, clock: Clock) -> Self {
        Self(crate::transport::Transport::trusting(root, clock))
    }

    fn exchange(&self, exchange: Exchange) -> Event {
        self.0.exchange(exchange)
    }
}
