//! One process of a client: a purchase under way, with clocks and tokens of its own.

use std::hash::{Hash, Hasher};
use std::mem;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, DATE};
use yeastar_core::purchase::Purchase;
use yeastar_core::{Entry, Event, Exchange, Failure, Session};

use super::checker::{Licence, Who};
use super::clock::Clock;
use super::fingerprint::Fingerprint;
use super::journal::Journal;
use super::person::TakeUp;

#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Process {
    pub number: usize,
    /// Whose credentials it has.
    pub identity: usize,
    /// Whether it is the first one, or goes on for it.
    pub is_first: bool,
    pub take_up: TakeUp,
    pub machine: Option<Purchase>,
    pub session: Session,
    pub clock: Clock,
    pub wake: Duration,
    /// Stands still until the other one has ended.
    pub is_held: bool,
    /// Has stood still before what it is about to do.
    pub was_frozen: bool,
    pub next: Next,
    /// The version that it has stored last.
    pub stored: Option<u64>,
    pub unwritten: Option<Entry>,
    /// Found the entry of another account.
    pub is_stranger: bool,
    /// Was told that its order is refused.
    pub was_refused: bool,
    /// What it was told last of the order list and of the PBX URL.
    pub remembered: [Option<Bytes>; 2],
}

/// What a process is about to do.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "it is made and taken apart at once")]
pub enum Next {
    Begin,
    Poll,
    Transmit(Exchange),
    Store(Entry),
    Take { event: Event, refused: Option<usize> },
}

impl Next {
    fn fingerprint(&self, requests: &[usize], to: &mut Fingerprint) {
        mem::discriminant(self).hash(to);
        match self {
            Self::Begin | Self::Poll => {}
            // The rest of them the machine has as well.
            Self::Transmit(exchange) => {
                let Exchange { request, timeouts, send_by, .. } = exchange;
                (request.uri(), request.headers().get(AUTHORIZATION), timeouts, send_by).hash(to);
            }
            Self::Store(entry) => to.write_i64(i64::try_from(entry.version()).unwrap_or(i64::MAX)),
            Self::Take { event, refused } => {
                refused.and_then(|refused| requests.iter().position(|number| *number == refused)).hash(to);
                match event {
                    Event::Response(answer) => {
                        // The portal's clock, which nobody reads.
                        let headers = answer.headers().iter().filter(|(name, _)| *name != DATE);
                        headers.for_each(|header| header.hash(to));
                        (answer.status(), answer.body()).hash(to);
                    }
                    Event::Failed(Failure { progress, cause, source: _ }) => (progress, cause).hash(to),
                    Event::Journal(reply) => reply.hash(to),
                }
            }
        }
    }
}

impl Process {
    /// `requests` are those of which it matters which they are; `is_first` says whether it still matters that it
    /// is the first process.
    pub fn fingerprint(&self, journal: &Journal, requests: &[usize], is_first: bool, to: &mut Fingerprint) {
        let Self { number: _, identity, is_first: _, take_up, machine, session, clock, wake, .. } = self;
        let Self { is_held, was_frozen, next, stored, unwritten, .. } = self;
        let Self { is_stranger, was_refused, remembered, .. } = self;
        to.set_journal(journal);
        to.set_clock(clock.tick(to.now()));
        (identity, is_first, machine, session, is_held, was_frozen).hash(to);
        (journal.said_sending(*stored), unwritten, is_stranger).hash(to);
        (journal.is_written_by(self.number) || journal.is_written_by(0)).hash(to);
        if remembered.iter().any(Option::is_some) {
            (was_refused, remembered).hash(to);
        }
        // Once it has begun, what it does no longer depends on whether it is new or resumed; only whether what nobody has
        // sent yet is taken from it.
        let may_be_taken = matches!(journal.state(), None | Some("recorded"));
        match take_up {
            TakeUp::New | TakeUp::Resume if machine.is_some() && !may_be_taken => to.write_u8(0),
            take_up => take_up.hash(to),
        }
        clock.fingerprint(to);
        to.moment(*wake);
        next.fingerprint(requests, to);
    }

    pub fn who(&self) -> Who {
        Who { process: self.number, identity: self.identity }
    }

    /// By what right it sends again after doubt.
    pub fn licence(&self) -> Licence {
        if self.take_up == TakeUp::Resubmit { Licence::Person } else { Licence::None }
    }
}
