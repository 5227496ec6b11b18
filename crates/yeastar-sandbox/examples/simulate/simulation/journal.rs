//! A journal in memory: the last entry of the one intent, and all that were there.

use std::hash::Hash;
use std::time::Duration;

use yeastar_core::{Entry, JournalReply};

use super::fault::StoreFault;
use super::fingerprint::{Fingerprint, Part};
use super::variant::{Twin, Variant};

/// How long an outage lasts.
const OUTAGE: Duration = Duration::from_secs(60);

/// What the journal keeps.
#[derive(Clone, Debug)]
pub struct Journal {
    stored: Option<(Entry, Part)>,
    /// Whose the first entry was.
    pub owner: Option<usize>,
    /// The versions that said that the order is about to be sent.
    sending: Vec<u64>,
    down_until: Duration,
    compares: bool,
    reads_back: ReadsBack,
}

/// How the journal finds out what became of a write. With anything but `Nothing`, the answer to every write is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadsBack {
    /// None is lost.
    Nothing,
    /// Whether the entry is stored, to the byte.
    Entry,
    /// Whether its version is.
    Version,
}

impl Journal {
    /// An empty one.
    pub fn new(variant: &Variant) -> Self {
        Self {
            stored: None,
            owner: None,
            sending: Vec::new(),
            down_until: Duration::ZERO,
            compares: variant.twin != Some(Twin::NoCompareAndSwap),
            reads_back: match variant.twin {
                Some(Twin::ReadsBackVersions) => ReadsBack::Version,
                _ if variant.loses_answers => ReadsBack::Entry,
                _ => ReadsBack::Nothing,
            },
        }
    }

    pub fn fingerprint(&self, to: &mut Fingerprint) {
        let Self { stored, owner, sending: _, down_until, compares: _, reads_back: _ } = self;
        to.set_journal(self);
        (stored.is_some(), owner).hash(to);
        if let Some((_, part)) = stored {
            to.part(part);
        }
        to.moment(*down_until);
    }

    /// The entry, as it is taken into a fingerprint.
    pub fn part(&self) -> Option<&Part> {
        self.stored.as_ref().map(|(_, part)| part)
    }

    /// The entry, as a process finds it that begins now.
    pub fn load(&self) -> Option<&Entry> {
        self.stored.as_ref().map(|(entry, _)| entry)
    }

    /// What a process is told that asks for it.
    pub fn ask(&self, now: Duration) -> JournalReply {
        if now < self.down_until {
            return JournalReply::Failed("the disk is gone".into());
        }
        JournalReply::Loaded(self.load().cloned().into_iter().collect())
    }

    /// Whether this version said that the order is about to be sent.
    pub fn said_sending(&self, version: Option<u64>) -> bool {
        version.is_some_and(|version| self.sending.contains(&version))
    }

    /// Whether the entry is that of this process.
    pub fn is_written_by(&self, process: usize) -> bool {
        let word = format!(r#""writer":"{process:032x}""#);
        self.load().is_some_and(|entry| entry.document().contains(&word))
    }

    /// The name of the state that the purchase is in.
    pub fn state(&self) -> Option<&str> {
        self.load().map(state)
    }

    /// Another journal takes its place, an empty one.
    pub fn forget(&mut self) {
        self.stored = None;
    }

    /// Compares and swaps, with this fault. Crashes are the caller's affair. What it reports, and whether the entry
    /// is stored.
    pub fn store(
        &mut self,
        now: Duration,
        entry: Entry,
        identity: usize,
        fault: StoreFault,
    ) -> (JournalReply, bool) {
        let offered = entry.clone();
        let (reply, is_stored) = self.swap(now, entry, identity, fault);
        let is_ours = match (self.reads_back, self.load()) {
            // It is down, or says so itself.
            _ if matches!(reply, JournalReply::Failed(_)) => false,
            (ReadsBack::Entry, Some(stored)) => *stored == offered,
            (ReadsBack::Version, Some(stored)) => stored.version() == offered.version(),
            _ => return (reply, is_stored),
        };
        (if is_ours { JournalReply::Stored } else { reply }, is_stored)
    }

    fn swap(
        &mut self,
        now: Duration,
        entry: Entry,
        identity: usize,
        fault: StoreFault,
    ) -> (JournalReply, bool) {
        if fault == StoreFault::Outage {
            self.down_until = now + OUTAGE;
        }
        if now < self.down_until || fault == StoreFault::FailedWithoutEffect {
            return (JournalReply::Failed("the disk is full".into()), false);
        }
        let is_expected = self.load().map(Entry::version) == entry.replaces();
        if !is_expected && self.compares {
            return (JournalReply::Conflict(self.load().cloned()), false);
        }
        self.owner.get_or_insert(identity);
        if state(&entry) == "sending" {
            self.sending.push(entry.version());
        }
        let part = Part::new(&entry);
        self.stored = Some((entry, part));
        let reply = match fault {
            StoreFault::FailedWithEffect => JournalReply::Failed("the connection to the disk is lost".into()),
            _ => JournalReply::Stored,
        };
        (reply, true)
    }
}

/// Whether an entry says that an order is in sight that may be this one.
pub fn has_sign(entry: &Entry) -> bool {
    [r#""sighted":"#, r#""urlWasTaken":true"#].iter().any(|sign| entry.document().contains(sign))
}

/// Until when the writer of an entry says that it is at work.
pub fn claim(entry: &Entry) -> Option<u64> {
    time(entry, r#""claimedUntil":"#)
}

/// Until when the order is looked for, before which nobody decides.
pub fn looked_for_until(entry: &Entry) -> Option<u64> {
    time(entry, r#""lookedForUntil":"#)
}

fn time(entry: &Entry, field: &str) -> Option<u64> {
    let (_, rest) = entry.document().split_once(field)?;
    rest.split_once(|end: char| !end.is_ascii_digit())?.0.parse().ok()
}

/// The name of the state that an entry says the purchase is in.
pub fn state(entry: &Entry) -> &str {
    // Quotes within the order's body are escaped, so this is the field itself.
    let rest = entry.document().split_once(r#""state":"#).map_or("", |(_, rest)| rest);
    rest.trim_start_matches('{').trim_start_matches('"').split('"').next().unwrap_or_default()
}
