//! One process of a client: a purchase under way, with clocks and tokens of its own.

use std::time::Duration;

use bytes::Bytes;
use yeastar_core::purchase::Purchase;
use yeastar_core::{Entry, Event, Exchange, Session};

use super::checker::{Licence, Who};
use super::clock::Clock;
use super::person::TakeUp;

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
pub enum Next {
    Begin,
    Poll,
    Transmit(Exchange),
    Store(Entry),
    Take { event: Event, refused: Option<usize> },
}

impl Process {
    pub fn who(&self) -> Who {
        Who { process: self.number, identity: self.identity }
    }

    /// By what right it sends again after doubt.
    pub fn licence(&self) -> Licence {
        if self.take_up == TakeUp::Resubmit { Licence::Person } else { Licence::None }
    }
}
