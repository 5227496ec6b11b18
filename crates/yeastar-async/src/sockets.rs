//! The transport of this crate in the socket matrix, which is that of the blocking one.

use tokio::runtime::Runtime;
use yeastar_core::{Event, Exchange, Origin, Policy};

use crate::clock::Clock;
#[cfg(feature = "rustls")]
use crate::connector::Connector;

#[path = "../../yeastar-blocking/tests/sockets/mod.rs"]
mod matrix;

struct Transport {
    runtime: Runtime,
    transport: crate::transport::Transport,
}

impl Transport {
    fn new(origin: &Origin, policy: &Policy, clock: Clock) -> Self {
        let transport = crate::transport::Transport::new(origin, policy, clock).unwrap();
        Self { runtime: Runtime::new().unwrap(), transport }
    }

    #[cfg(feature = "rustls")]
    fn trusting(root: &[u8], policy: &Policy, clock: Clock) -> Self {
        let connector = Connector::trusting(policy.connect_timeout, root);
        let transport = crate::transport::Transport::over(connector, clock);
        Self { runtime: Runtime::new().unwrap(), transport }
    }

    fn exchange(&self, exchange: Exchange) -> Event {
        self.runtime.block_on(self.transport.exchange(exchange))
    }
}
