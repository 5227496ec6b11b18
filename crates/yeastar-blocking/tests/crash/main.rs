//! Purchases with the blocking client whose process is killed. The async client runs the same test.

use yeastar_blocking::purchase::{Intent, Outcome};
use yeastar_blocking::{Client, Config, Error};

mod points;
mod victim;

use victim::SharedJournal;

struct Buyer(Client);

impl Buyer {
    fn new(config: Config) -> Self {
        Self(Client::new(config).unwrap())
    }

    fn purchase(&self, intent: &Intent, journal: &SharedJournal) -> Result<Outcome, Error> {
        self.0.purchase(intent, journal)
    }

    fn resume(&self, intent: &Intent, journal: &SharedJournal) -> Result<Outcome, Error> {
        self.0.resume(intent.id(), journal)
    }
}
