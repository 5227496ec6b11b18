//! The journals of this crate keep the rules, and the check sees when others do not.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use yeastar_core::{Entry, IntentId};
use yeastar_journal::{Journal, JournalError, MemoryJournal, Swap, conformance};

#[test]
fn a_journal_in_memory_keeps_the_rules() {
    let journal = MemoryJournal::new();
    conformance::check(|| journal.clone());
}

#[test]
fn a_journal_behind_a_pointer_keeps_the_rules() {
    let journal = MemoryJournal::new();
    conformance::check(|| &journal);
    let journal: Arc<dyn Journal + Send + Sync> = Arc::new(MemoryJournal::new());
    conformance::check(|| Arc::clone(&journal));
}

/// A journal that breaks one rule.
struct Broken {
    flaw: Flaw,
    storage: Arc<Storage>,
    /// What this handle has stored.
    known: Mutex<BTreeMap<IntentId, Entry>>,
}

#[derive(Default)]
struct Storage {
    turn: Mutex<()>,
    entries: Mutex<BTreeMap<String, Entry>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    ComparesNothing,
    OverwritesFirst,
    StoresWithoutPredecessor,
    SkipsVersions,
    LooksAndThenWrites,
    StoresAndReportsConflict,
    ReportsStoredAndStoresNothing,
    ConflictWithoutEntry,
    ConflictWithWhatWasOffered,
    FailsOnConflict,
    FailsInACrowd,
    ForgetsIsOpen,
    ClosesForGood,
    ClosesOnConflict,
    DeletesWhatIsClosed,
    CutsLongDocuments,
    TrimsDocuments,
    ComposesLetters,
    NarrowVersions,
    IgnoresCase,
    IgnoresPunctuation,
    CutsIds,
    IdsAreNumbers,
    FindsByPattern,
    ListsEverything,
    ListsInOrderOfVersion,
    ListsWithoutCase,
    AlreadyFull,
    KeepsWhatItKnows,
    EachHandleItsOwn,
}

impl Broken {
    fn key(&self, id: &IntentId) -> String {
        let text = id.as_str();
        match self.flaw {
            Flaw::IgnoresCase => text.to_lowercase(),
            Flaw::IgnoresPunctuation => text.replace(['_', '.', '/'], "-"),
            Flaw::CutsIds => text.chars().take(39).collect(),
            Flaw::IdsAreNumbers => text.parse::<u64>().map_or(text.into(), |number| number.to_string()),
            _ => text.into(),
        }
    }

    fn stored(&self, id: &IntentId) -> Option<Entry> {
        let entries = self.storage.entries.lock().unwrap();
        let stored = match self.flaw {
            Flaw::FindsByPattern if id.as_str().ends_with('%') => entries.values().next(),
            _ => entries.get(&self.key(id)),
        };
        stored.map(|it| Entry::new(id.clone(), it.version(), it.is_open(), it.document()))
    }

    fn kept(&self, entry: &Entry) -> Entry {
        let document = match self.flaw {
            Flaw::CutsLongDocuments => entry.document().chars().take(65_535).collect(),
            Flaw::TrimsDocuments => entry.document().trim().to_owned(),
            Flaw::ComposesLetters => entry.document().replace("e\u{301}", "\u{e9}"),
            _ => entry.document().to_owned(),
        };
        let is_open = match self.flaw {
            Flaw::ForgetsIsOpen => true,
            Flaw::ClosesForGood => {
                entry.is_open() && self.stored(entry.id()).is_none_or(|stored| stored.is_open())
            }
            _ => entry.is_open(),
        };
        Entry::new(entry.id().clone(), entry.version(), is_open, document)
    }

    fn store(&self, entry: &Entry) {
        let kept = self.kept(entry);
        self.storage.entries.lock().unwrap().insert(self.key(entry.id()), kept);
        self.known.lock().unwrap().insert(entry.id().clone(), entry.clone());
    }
}

impl Journal for Broken {
    fn load(&self, id: &IntentId) -> Result<Option<Entry>, JournalError> {
        let known = self.known.lock().unwrap().get(id).cloned();
        match self.flaw {
            Flaw::KeepsWhatItKnows if known.is_some() => Ok(known),
            _ => Ok(self.stored(id)),
        }
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        let _turn = match self.flaw {
            Flaw::LooksAndThenWrites => None,
            Flaw::FailsInACrowd => Some(self.storage.turn.try_lock().map_err(|_| "database is locked")?),
            _ => Some(self.storage.turn.lock().unwrap()),
        };
        let stored = self.stored(entry.id());
        if matches!(self.flaw, Flaw::LooksAndThenWrites | Flaw::FailsInACrowd) {
            thread::sleep(Duration::from_millis(1));
        }
        let version = stored.as_ref().map(Entry::version);
        let fits = match self.flaw {
            Flaw::ComparesNothing => true,
            Flaw::OverwritesFirst => entry.version() == 1 || version == entry.replaces(),
            Flaw::StoresWithoutPredecessor => version.is_none() || version == entry.replaces(),
            Flaw::SkipsVersions => {
                entry.version() > version.unwrap_or(0) && (version.is_some() || entry.version() == 1)
            }
            #[expect(clippy::cast_possible_truncation, reason = "the flaw")]
            Flaw::NarrowVersions => version.map(|it| it as u32) == entry.replaces().map(|it| it as u32),
            _ => version == entry.replaces(),
        };
        if fits {
            match self.flaw {
                Flaw::ReportsStoredAndStoresNothing => {}
                Flaw::DeletesWhatIsClosed if !entry.is_open() => {
                    self.storage.entries.lock().unwrap().remove(entry.id().as_str());
                }
                _ => self.store(entry),
            }
            return Ok(Swap::Stored);
        }
        match self.flaw {
            Flaw::StoresAndReportsConflict => self.store(entry),
            Flaw::ConflictWithoutEntry => return Ok(Swap::Conflict(None)),
            Flaw::ConflictWithWhatWasOffered => return Ok(Swap::Conflict(Some(entry.clone()))),
            Flaw::FailsOnConflict => return Err("duplicate key".into()),
            Flaw::ClosesOnConflict => {
                let old =
                    stored.as_ref().map(|it| Entry::new(it.id().clone(), it.version(), false, it.document()));
                self.store(&old.unwrap_or_else(|| entry.clone()));
            }
            _ => {}
        }
        Ok(Swap::Conflict(stored))
    }

    fn open_intents(&self) -> Result<Vec<IntentId>, JournalError> {
        let entries = self.storage.entries.lock().unwrap();
        let mut open: Vec<_> = entries
            .values()
            .filter(|it| it.is_open() || self.flaw == Flaw::ListsEverything)
            .cloned()
            .collect();
        match self.flaw {
            Flaw::ListsInOrderOfVersion => open.sort_by_key(Entry::version),
            Flaw::ListsWithoutCase => open.sort_by_key(|it| it.id().as_str().to_lowercase()),
            _ => open.sort_by(|one, other| one.id().cmp(other.id())),
        }
        Ok(open.iter().map(|it| it.id().clone()).collect())
    }
}

/// What the check says of such a journal.
fn verdict(flaw: Flaw) -> Result<(), String> {
    let storage = Arc::new(Storage::default());
    if flaw == Flaw::AlreadyFull {
        let old = Entry::new("old-entry-1".into(), 1, true, "{}");
        storage.entries.lock().unwrap().insert("old-entry-1".into(), old);
    }
    let make = || {
        let storage = if flaw == Flaw::EachHandleItsOwn { Arc::default() } else { Arc::clone(&storage) };
        Broken { flaw, storage, known: Mutex::default() }
    };
    catch_unwind(AssertUnwindSafe(|| conformance::check(make)))
        .map_err(|panic| *panic.downcast::<String>().expect("a message"))
}

#[test]
fn every_flaw_is_seen_and_named() {
    const FIRST: &str = "a first version is stored only where there is none";
    const LATER: &str = "a version is stored only in place of the one before it";
    const WIDE: &str = "a version is a number of 64 bits";
    const BYTES: &str = "an entry comes back to the byte";
    const IDS: &str = "ids are different when one byte is";
    const LIST: &str = "open_intents lists the open entries in the order of their ids";
    const SHARED: &str = "what one handle stores all others see at once";
    const ONE: &str = "of several that offer the same version at once one is stored";
    const ERROR: &str = "what can be done is done";
    assert_eq!(verdict(Flaw::None), Ok(()), "the flaws stand in a journal that is good without them");
    for (flaw, rule) in [
        (Flaw::ComparesNothing, FIRST),
        (Flaw::OverwritesFirst, FIRST),
        (Flaw::StoresWithoutPredecessor, LATER),
        (Flaw::SkipsVersions, LATER),
        (Flaw::LooksAndThenWrites, ONE),
        (Flaw::StoresAndReportsConflict, FIRST),
        (Flaw::ReportsStoredAndStoresNothing, FIRST),
        (Flaw::ConflictWithoutEntry, FIRST),
        (Flaw::ConflictWithWhatWasOffered, FIRST),
        (Flaw::FailsOnConflict, ERROR),
        (Flaw::FailsInACrowd, ERROR),
        (Flaw::ForgetsIsOpen, BYTES),
        (Flaw::ClosesForGood, LIST),
        (Flaw::ClosesOnConflict, FIRST),
        (Flaw::DeletesWhatIsClosed, BYTES),
        (Flaw::CutsLongDocuments, BYTES),
        (Flaw::TrimsDocuments, BYTES),
        (Flaw::ComposesLetters, BYTES),
        (Flaw::NarrowVersions, WIDE),
        (Flaw::IgnoresCase, IDS),
        (Flaw::IgnoresPunctuation, IDS),
        (Flaw::CutsIds, IDS),
        (Flaw::IdsAreNumbers, IDS),
        (Flaw::FindsByPattern, IDS),
        (Flaw::ListsEverything, LIST),
        (Flaw::ListsInOrderOfVersion, LIST),
        (Flaw::ListsWithoutCase, LIST),
        (Flaw::AlreadyFull, "the check begins with an empty journal"),
        (Flaw::KeepsWhatItKnows, SHARED),
        (Flaw::EachHandleItsOwn, BYTES),
    ] {
        let said = verdict(flaw).expect_err(&format!("{flaw:?} passes"));
        assert!(said.contains(rule), "{flaw:?}: {said}");
        // Documents of entries may be long, and are not for logs.
        assert!(said.len() < 1000, "{flaw:?}: {said}");
    }
}
