//! The async client in all scenarios of the blocking one.

use std::borrow::Borrow;
use std::sync::Arc;

use tokio::runtime::Runtime;
use yeastar_core::purchase::{Intent, Outcome, Reconciled};
use yeastar_core::{Config, Credentials, Endpoint, Error, IntentId, Page, Paged, Reply};
use yeastar_journal::Journal;

#[path = "../../yeastar-blocking/tests/scenarios/mod.rs"]
mod scenarios;

/// The async client in the clothes of the blocking one.
struct Client {
    runtime: Arc<Runtime>,
    client: yeastar_async::Client,
}

impl Client {
    fn new(config: Config) -> Result<Self, Error> {
        let runtime = Arc::new(Runtime::new().unwrap());
        let client = yeastar_async::Client::new(config)?;
        Ok(Self { runtime, client })
    }

    fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Output, Error> {
        self.runtime.block_on(self.client.send(endpoint))
    }

    fn exchange<E: Endpoint>(&self, endpoint: E) -> Result<Reply<E::Output>, Error> {
        self.runtime.block_on(self.client.exchange(endpoint))
    }

    fn pages<E: Paged>(&self, endpoint: E) -> Walk<E> {
        Walk { runtime: Arc::clone(&self.runtime), walk: self.client.pages(endpoint) }
    }

    fn purchase<J>(&self, intent: impl Borrow<Intent>, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.runtime.block_on(self.client.purchase(intent, journal))
    }

    fn reconcile<J>(&self, journal: &J) -> Result<Vec<Reconciled>, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.runtime.block_on(self.client.reconcile(journal))
    }

    fn resume<J>(&self, id: impl Into<IntentId>, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.runtime.block_on(self.client.resume(id, journal))
    }

    fn resubmit_assuming_absent<J>(&self, id: impl Into<IntentId>, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.runtime.block_on(self.client.resubmit_assuming_absent(id, journal))
    }

    fn restart<J>(&self, id: impl Into<IntentId>, journal: &J) -> Result<Outcome, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.runtime.block_on(self.client.restart(id, journal))
    }

    fn adopt<J>(&self, id: impl Into<IntentId>, journal: &J) -> Result<(), Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        self.runtime.block_on(self.client.adopt(id, journal))
    }

    fn set_credentials(&self, credentials: Credentials) {
        self.client.set_credentials(credentials);
    }
}

struct Walk<E: Paged> {
    runtime: Arc<Runtime>,
    walk: yeastar_async::Walk<E>,
}

impl<E: Paged> Walk<E> {
    fn page_no(&self) -> u32 {
        self.walk.page_no()
    }
}

impl<E: Paged> Iterator for Walk<E> {
    type Item = Result<Page<E::Row>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.block_on(self.walk.next())
    }
}
