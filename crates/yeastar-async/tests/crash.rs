//! Purchases with the async client whose process is killed: the test of the blocking one.

use tokio::runtime::{Builder, Runtime};
use yeastar_async::purchase::{Intent, Outcome};
use yeastar_async::{Client, Config, Error};

#[path = "../../yeastar-blocking/tests/crash/points.rs"]
mod points;
#[path = "../../yeastar-blocking/tests/crash/victim.rs"]
mod victim;

use victim::SharedJournal;

struct Buyer(Runtime, Client);

impl Buyer {
    fn new(config: Config) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self(runtime, Client::new(config).unwrap())
    }

    fn purchase(&self, intent: &Intent, journal: &SharedJournal) -> Result<Outcome, Error> {
        self.0.block_on(self.1.purchase(intent, journal))
    }

    fn resume(&self, intent: &Intent, journal: &SharedJournal) -> Result<Outcome, Error> {
        self.0.block_on(self.1.resume(intent.id(), journal))
    }
}
