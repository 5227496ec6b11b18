//! The transport of this crate in the socket matrix, which is that of the blocking one.

use tokio::runtime::Runtime;
use yeastar_core::{Event, Exchange, Origin, Policy};

#[path = "../../yeastar-blocking/tests/sockets/mod.rs"]
mod matrix;

struct Transport {
    runtime: Runtime,
    transport: crate::transport::Transport,
}

impl Transport {
    fn new(origin: &Origin, policy: &Policy) -> Self {
        let transport = crate::transport::Transport::new(origin, policy).unwrap();
        Self { runtime: Runtime::new().unwrap(), transport }
    }

    #[cfg(feature = "rustls")]
    fn trusting(root: &[u8], policy: &Policy) -> Self {
        let connector = crate::connector::Connector::trusting(policy.connect_timeout, root);
        let transport = crate::transport::Transport::over(connector);
        Self { runtime: Runtime::new().unwrap(), transport }
    }

    fn exchange(&self, exchange: Exchange) -> Event {
        self.runtime.block_on(self.transport.exchange(exchange))
    }
}
