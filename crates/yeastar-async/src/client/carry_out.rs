//! A purchase in a task of its own, so that an order that is about to be sent does not depend on who waits for it.

use std::sync::Arc;

use tokio::time;
use yeastar_core::purchase::{Context, Outcome, Purchase};
use yeastar_core::{Account, Action, Entry, Error, Event, JournalReply, JournalRequest, Machine};
use yeastar_journal::{Journal, writer};

use super::in_flight::Turn;
use super::{Running, Shared};

/// Carries an operation out, and tells its outcome to all who wait for it. It stops when nobody does, as long as
/// the purchase can be dropped.
pub(super) async fn carry_out<J>(shared: Arc<Shared>, turn: Turn, journal: J)
where
    J: Journal + Clone + Send + Sync + 'static,
{
    if let Some(ended) = shared.carry_out(&turn, &journal).await.transpose() {
        turn.end(ended);
    }
}

impl Shared {
    /// `None` when it was stopped.
    async fn carry_out<J>(&self, turn: &Turn, journal: &J) -> Result<Option<Outcome>, Error>
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        let stored = self.journal_calls.load(turn.operation().id(), journal).await?;
        let context = self.context(turn.account());
        let mut purchase = turn.operation().machine(&stored, &context)?;
        let running = Running { machine: &mut purchase, shared: self };
        let mut begun = None;
        // A call of the journal is waited for, so that whoever purchases the same next finds what it has stored.
        while !turn.stops(running.machine) {
            let (action, version) = self.poll(running.machine);
            let went_on = match action {
                Action::Send(exchange) => {
                    let event = turn.unless_stopped(running.machine, self.transport.exchange(exchange)).await;
                    event.map(|event| running.machine.on(event))
                }
                Action::Sleep(pause) => turn.unless_stopped(running.machine, time::sleep(pause)).await,
                Action::Wait(at_most) => {
                    turn.unless_stopped(running.machine, self.session_change(version, at_most)).await
                }
                Action::Journal(request) => {
                    let reply = self.journal_calls.reply_to(request.clone(), journal).await;
                    if let (JournalRequest::Store(entry), JournalReply::Stored) = (request, &reply) {
                        begun = Some(entry).filter(|entry| entry.replaces().is_none());
                    }
                    running.machine.on(Event::Journal(reply));
                    Some(())
                }
                Action::Done(outcome) => return outcome.map(Some),
            };
            if went_on.is_none() {
                break;
            }
        }
        drop(running);
        if let Some(entry) = begun {
            self.close(entry, &context, journal).await;
        }
        Ok(None)
    }

    /// What purchases of this account that begin now are given.
    pub(super) fn context(&self, account: &Account) -> Context {
        Context::new(account, &self.origin, &self.policy, writer())
    }

    /// Writes down of a purchase that this process has begun, and not got further than that, that nothing was sent.
    /// Another process may have taken it up since: then the entry has another version, and is left to it.
    async fn close<J>(&self, begun: Entry, context: &Context, journal: &J)
    where
        J: Journal + Clone + Send + Sync + 'static,
    {
        let Ok(mut purchase) = Purchase::give_up(begun, context) else { return };
        let running = Running { machine: &mut purchase, shared: self };
        if let (Action::Journal(request), _) = self.poll(running.machine) {
            drop(self.journal_calls.reply_to(request, journal).await);
        }
    }
}
