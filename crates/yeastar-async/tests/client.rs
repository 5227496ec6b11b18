//! The async client in all scenarios of the blocking one.

use tokio::runtime::Runtime;
use yeastar_core::{Config, Credentials, Endpoint, Error, Reply};

#[path = "../../yeastar-blocking/tests/scenarios/mod.rs"]
mod scenarios;

/// The async client in the clothes of the blocking one.
struct Client {
    runtime: Runtime,
    client: yeastar_async::Client,
}

impl Client {
    fn new(config: Config) -> Result<Self, Error> {
        let runtime = Runtime::new().unwrap();
        let client = yeastar_async::Client::new(config)?;
        Ok(Self { runtime, client })
    }

    fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.runtime.block_on(self.client.send(endpoint))
    }

    fn exchange<E: Endpoint>(&self, endpoint: E) -> Result<Reply<E::Output>, Error> {
        self.runtime.block_on(self.client.exchange(endpoint))
    }

    fn set_credentials(&self, credentials: Credentials) {
        self.client.set_credentials(credentials);
    }
}
