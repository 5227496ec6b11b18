//! The transport of this crate in the socket matrix.

use yeastar_core::{Event, Exchange, Origin, Policy};

use crate::clock::Clock;

#[path = "../tests/sockets/mod.rs"]
mod matrix;

struct Transport(crate::transport::Transport);

impl Transport {
    fn new(origin: &Origin, policy: &Policy, clock: Clock) -> Self {
        Self(crate::transport::Transport::new(origin, policy, clock).unwrap())
    }

    #[cfg(feature = "rustls")]
    fn trusting(root: &[u8], policy: &Policy, clock: Clock) -> Self {
        Self(crate::transport::Transport::trusting(root, policy, clock))
    }

    fn exchange(&self, exchange: Exchange) -> Event {
        self.0.exchange(exchange)
    }
}
