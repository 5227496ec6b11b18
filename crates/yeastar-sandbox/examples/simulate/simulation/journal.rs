//! A journal in memory: the last entry of the one intent, and all that were there.

use std::time::Duration;

use yeastar_core::{Entry, Persisted};

use super::fault::StoreFault;

/// How long an outage lasts.
const OUTAGE: Duration = Duration::from_secs(60);

/// What the journal keeps.
#[derive(Clone, Debug)]
pub struct Journal {
    stored: Option<Entry>,
    /// Whose the first entry was.
    pub owner: Option<usize>,
    /// Every entry that was stored, oldest first.
    pub history: Vec<Entry>,
    down_until: Duration,
    compares: bool,
}

impl Journal {
    /// An empty one, which compares before it swaps, or overwrites.
    pub fn new(compares: bool) -> Self {
        Self { stored: None, owner: None, history: Vec::new(), down_until: Duration::ZERO, compares }
    }

    /// The entry, as a process finds it that begins now.
    pub fn load(&self) -> Option<&Entry> {
        self.stored.as_ref()
    }

    /// The name of the state that the purchase is in.
    pub fn state(&self) -> Option<&str> {
        self.stored.as_ref().map(state)
    }

    /// Another journal takes its place, an empty one.
    pub fn forget(&mut self) {
        self.stored = None;
    }

    /// Compares and swaps, with this fault. Crashes are the caller's affair.
    pub fn store(&mut self, now: Duration, entry: Entry, identity: usize, fault: StoreFault) -> Persisted {
        if fault == StoreFault::Outage {
            self.down_until = now + OUTAGE;
        }
        if now < self.down_until || fault == StoreFault::FailedWithoutEffect {
            return Persisted::Failed("the disk is full".into());
        }
        let is_expected = self.stored.as_ref().map(Entry::version) == entry.replaces();
        if !is_expected && self.compares {
            return Persisted::Conflict(self.stored.clone());
        }
        self.owner.get_or_insert(identity);
        self.history.push(entry.clone());
        self.stored = Some(entry);
        match fault {
            StoreFault::FailedWithEffect => Persisted::Failed("the connection to the disk is lost".into()),
            _ => Persisted::Stored,
        }
    }
}

/// The name of the state that an entry says the purchase is in.
pub fn state(entry: &Entry) -> &str {
    // Quotes within the order's body are escaped, so this is the field itself.
    let rest = entry.document().split_once(r#""state":"#).map_or("", |(_, rest)| rest);
    rest.trim_start_matches('{').trim_start_matches('"').split('"').next().unwrap_or_default()
}
