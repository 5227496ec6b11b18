//! Calls of a journal, in threads where it may block.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::{task, time};
use yeastar_core::{Entry, Error, IntentId, JournalReply, JournalRequest};
use yeastar_journal::{Journal, JournalError, answer};

/// Calls at a time, of a client and its clones. The runtime has 512 threads for what blocks, and looks up names in them: a
/// journal that is slow must not have all of them.
const MOST: usize = 8;

pub(super) struct JournalCalls {
    turns: Arc<Semaphore>,
    /// Nobody waits longer for a turn: calls that hang for good must not keep all others waiting.
    patience: Duration,
}

impl JournalCalls {
    pub(super) fn new(patience: Duration) -> Self {
        Self { turns: Arc::new(Semaphore::new(MOST)), patience }
    }

    /// What is stored of this id.
    pub(super) async fn load<J>(&self, id: &IntentId, journal: &J) -> Result<Vec<Entry>, Error>
    where
        J: Journal + Clone + Send + 'static,
    {
        let asked = id.clone();
        let stored = self.ask(journal, move |journal| journal.load(&asked)).await;
        stored.map_err(|error| Error::unreadable_entry(id, error))
    }

    /// What the journal answers to a machine.
    pub(super) async fn reply_to<J>(&self, request: JournalRequest, journal: &J) -> JournalReply
    where
        J: Journal + Clone + Send + 'static,
    {
        let reply = self.ask(journal, move |journal| Ok(answer(journal, &request))).await;
        reply.unwrap_or_else(JournalReply::Failed)
    }

    /// Its panic is an error of the journal: it may have stored the entry before.
    pub(super) async fn ask<J, T>(
        &self,
        journal: &J,
        question: impl FnOnce(&J) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError>
    where
        J: Clone + Send + 'static,
        T: Send + 'static,
    {
        let turn = time::timeout(self.patience, Arc::clone(&self.turns).acquire_owned()).await;
        let turn =
            turn.map_err(|_| format!("{MOST} calls of the journal take longer than {:?}", self.patience))??;
        let journal = journal.clone();
        let call = task::spawn_blocking(move || {
            let reply = question(&journal);
            // Also when nobody waits any more, the thread is taken until here.
            drop(turn);
            reply
        });
        call.await?
    }
}
