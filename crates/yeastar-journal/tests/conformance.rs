//! The journals of this crate keep the rules, and the check sees when others do not.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use yeastar_core::{AccountLabel, Entry, EntryKey, IntentId, OrderNo};
use yeastar_journal::conformance::{self, Loss};
use yeastar_journal::{Journal, JournalError, MemoryJournal, Swap};

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
    known: Mutex<BTreeMap<EntryKey, Entry>>,
}

/// What it keeps an entry under.
type Place = (Option<String>, String);

#[derive(Default)]
struct Storage {
    turn: Mutex<()>,
    entries: Mutex<BTreeMap<Place, Entry>>,
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
    OneEntryForAllAccounts,
    ComparesWithAnyAccount,
    ReplacesOtherAccounts,
    IgnoresCaseOfLabels,
    JoinsLabelAndId,
    CallsNoLabelNull,
    LoadsOneEntry,
    LoadsNoLabels,
    LoadsEverything,
    LoadsTwice,
    ForgetsLabels,
    ListsEverything,
    ListsInOrderOfVersion,
    ListsWithoutCase,
    ListsNoLabelLast,
    ListsIdsFirst,
    PagesBeginWithTheKey,
    PagesSkipOne,
    PagesAreTooLong,
    PagesShowClosedOnes,
    PagesGoByTheId,
    PagesAreReversed,
    FindsFormerVersions,
    FindsOneOrder,
    FindsByTheBeginning,
    FindsTwice,
    AlreadyFull,
    KeepsWhatItKnows,
    EachHandleItsOwn,
}

impl Broken {
    fn place(&self, key: &EntryKey) -> Place {
        let label = key.account().map(AccountLabel::as_str);
        let id = key.id().as_str();
        let place_of_label = match self.flaw {
            Flaw::OneEntryForAllAccounts | Flaw::JoinsLabelAndId => None,
            Flaw::IgnoresCaseOfLabels => label.map(str::to_lowercase),
            Flaw::CallsNoLabelNull => Some(label.unwrap_or("NULL").into()),
            _ => label.map(Into::into),
        };
        let place_of_id = match self.flaw {
            Flaw::IgnoresCase => id.to_lowercase(),
            Flaw::IgnoresPunctuation => id.replace(['_', '.', '/'], "-"),
            Flaw::CutsIds => id.chars().take(39).collect(),
            Flaw::IdsAreNumbers => id.parse::<u64>().map_or(id.into(), |number| number.to_string()),
            Flaw::JoinsLabelAndId => label.map_or(id.into(), |label| format!("{label}-{id}")),
            _ => id.into(),
        };
        (place_of_label, place_of_id)
    }

    fn stored(&self, key: &EntryKey) -> Option<Entry> {
        let entries = self.storage.entries.lock().unwrap();
        let stored = match self.flaw {
            Flaw::FindsByPattern if key.id().as_str().ends_with('%') => entries.values().next(),
            Flaw::ComparesWithAnyAccount => entries.values().find(|entry| entry.id() == key.id()),
            _ => entries.get(&self.place(key)),
        };
        stored.map(|it| Entry::new(key.clone(), it.version(), it.is_open(), it.document()))
    }

    /// All keys under which something of this id may be stored.
    fn keys(&self, id: &IntentId) -> Vec<EntryKey> {
        let entries = self.storage.entries.lock().unwrap();
        let accounts: BTreeSet<_> = entries.values().map(|entry| entry.key().account().cloned()).collect();
        accounts.into_iter().chain([None]).map(|account| EntryKey::new(account, id.clone())).collect()
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
                entry.is_open() && self.stored(entry.key()).is_none_or(|stored| stored.is_open())
            }
            _ => entry.is_open(),
        };
        Entry::new(entry.key().clone(), entry.version(), is_open, document)
    }

    fn store(&self, entry: &Entry) {
        let kept = self.kept(entry);
        let mut entries = self.storage.entries.lock().unwrap();
        if self.flaw == Flaw::ReplacesOtherAccounts {
            entries.retain(|_, other| other.id() != entry.id());
        }
        entries.insert(self.place(entry.key()), kept);
        self.known.lock().unwrap().insert(entry.key().clone(), entry.clone());
    }
}

impl Journal for Broken {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        let known = self.known.lock().unwrap();
        if self.flaw == Flaw::KeepsWhatItKnows && known.values().any(|entry| entry.id() == id) {
            return Ok(known.values().filter(|entry| entry.id() == id).cloned().collect());
        }
        drop(known);
        let keys: BTreeSet<_> = self.keys(id).into_iter().collect();
        let mut entries: Vec<_> = keys.iter().filter_map(|key| self.stored(key)).collect();
        match self.flaw {
            Flaw::LoadsOneEntry => entries.truncate(1),
            Flaw::LoadsNoLabels => entries.retain(|entry| entry.key().account().is_none()),
            Flaw::LoadsEverything => {
                entries = self.storage.entries.lock().unwrap().values().cloned().collect();
            }
            Flaw::LoadsTwice => entries.extend(entries.clone()),
            Flaw::ForgetsLabels => {
                let bare =
                    |it: &Entry| Entry::new(id.clone().into(), it.version(), it.is_open(), it.document());
                entries = entries.iter().map(bare).collect();
            }
            _ => {}
        }
        Ok(entries)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        let _turn = match self.flaw {
            Flaw::LooksAndThenWrites => None,
            Flaw::FailsInACrowd => Some(self.storage.turn.try_lock().map_err(|_| "database is locked")?),
            _ => Some(self.storage.turn.lock().unwrap()),
        };
        let stored = self.stored(entry.key());
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
                    self.storage.entries.lock().unwrap().remove(&self.place(entry.key()));
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
                let old = stored
                    .as_ref()
                    .map(|it| Entry::new(it.key().clone(), it.version(), false, it.document()));
                self.store(&old.unwrap_or_else(|| entry.clone()));
            }
            _ => {}
        }
        Ok(Swap::Conflict(stored))
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        let entries = self.storage.entries.lock().unwrap();
        let mut open: Vec<_> = entries
            .values()
            .filter(|it| it.is_open() || self.flaw == Flaw::ListsEverything)
            .cloned()
            .collect();
        open.sort_by(|one, other| one.key().cmp(other.key()));
        match self.flaw {
            Flaw::ListsInOrderOfVersion => open.sort_by_key(Entry::version),
            Flaw::ListsWithoutCase => open.sort_by_key(|it| it.key().to_string().to_lowercase()),
            Flaw::ListsNoLabelLast => open.sort_by_key(|it| it.key().account().is_none()),
            Flaw::ListsIdsFirst => open.sort_by(|one, other| one.id().cmp(other.id())),
            _ => {}
        }
        Ok(open.iter().map(|it| it.key().clone()).collect())
    }

    fn open_entries(&self, after: Option<&EntryKey>, at_most: usize) -> Result<Vec<Entry>, JournalError> {
        let entries = self.storage.entries.lock().unwrap();
        let mut open: Vec<_> = entries.values().cloned().collect();
        open.sort_by(|one, other| one.key().cmp(other.key()));
        open.retain(|it| it.is_open() || self.flaw == Flaw::PagesShowClosedOnes);
        if self.flaw == Flaw::PagesAreReversed {
            open.reverse();
        }
        let is_behind = |it: &Entry| match after {
            None => true,
            Some(after) if self.flaw == Flaw::PagesBeginWithTheKey => it.key() >= after,
            Some(after) if self.flaw == Flaw::PagesGoByTheId => it.id() > after.id(),
            Some(after) => it.key() > after,
        };
        let skipped = usize::from(self.flaw == Flaw::PagesSkipOne && after.is_some());
        let at_most = if self.flaw == Flaw::PagesAreTooLong { at_most.saturating_add(1) } else { at_most };
        Ok(open.into_iter().filter(is_behind).skip(skipped).take(at_most).collect())
    }

    fn find_orders(&self, order_nos: &[OrderNo]) -> Result<Vec<Entry>, JournalError> {
        let entries = self.storage.entries.lock().unwrap();
        let is_wanted = |has: &OrderNo| match self.flaw {
            Flaw::FindsByTheBeginning => order_nos.iter().any(|no| no.as_str().starts_with(has.as_str())),
            _ => order_nos.contains(has),
        };
        let mut found: Vec<_> =
            entries.values().filter(|it| it.orders().iter().any(is_wanted)).cloned().collect();
        match self.flaw {
            Flaw::FindsFormerVersions => {
                let former = |it: &Entry| Entry::new(it.key().clone(), 2, true, it.document());
                found = found.iter().map(former).collect();
            }
            Flaw::FindsOneOrder => found.truncate(1),
            Flaw::FindsTwice => found.extend(found.clone()),
            _ => {}
        }
        Ok(found)
    }
}

/// What the check says of such a journal.
fn verdict(flaw: Flaw) -> Result<(), String> {
    let storage = Arc::new(Storage::default());
    if flaw == Flaw::AlreadyFull {
        let old = Entry::new("old-entry-1".into(), 1, true, "{}");
        storage.entries.lock().unwrap().insert((None, "old-entry-1".into()), old);
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
    const LABELS: &str = "accounts are different when one byte of their labels is";
    const LOAD: &str = "load gives each entry of the id once, and no others";
    const LIST: &str = "open_intents lists the open entries in the order of their keys";
    const PAGES: &str = "open_entries gives the open entries behind a key";
    const ORDERS: &str = "find_orders gives the stored entries that have one of the orders";
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
        (Flaw::OneEntryForAllAccounts, LABELS),
        (Flaw::ComparesWithAnyAccount, LABELS),
        (Flaw::ReplacesOtherAccounts, LABELS),
        (Flaw::IgnoresCaseOfLabels, LABELS),
        (Flaw::JoinsLabelAndId, LABELS),
        (Flaw::CallsNoLabelNull, LABELS),
        (Flaw::LoadsOneEntry, LABELS),
        (Flaw::LoadsNoLabels, LABELS),
        (Flaw::LoadsEverything, LOAD),
        (Flaw::LoadsTwice, LOAD),
        (Flaw::ForgetsLabels, LOAD),
        (Flaw::ListsEverything, LIST),
        (Flaw::ListsInOrderOfVersion, LIST),
        (Flaw::ListsWithoutCase, LIST),
        (Flaw::ListsNoLabelLast, LIST),
        (Flaw::ListsIdsFirst, LIST),
        (Flaw::PagesBeginWithTheKey, PAGES),
        (Flaw::PagesSkipOne, PAGES),
        (Flaw::PagesAreTooLong, PAGES),
        (Flaw::PagesShowClosedOnes, PAGES),
        (Flaw::PagesGoByTheId, PAGES),
        (Flaw::PagesAreReversed, PAGES),
        (Flaw::FindsFormerVersions, ORDERS),
        (Flaw::FindsOneOrder, ORDERS),
        (Flaw::FindsByTheBeginning, ORDERS),
        (Flaw::FindsTwice, ORDERS),
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

/// A journal that loses what a write came to, and finds out by itself.
struct Losing {
    journal: MemoryJournal,
    loss: Option<Loss>,
    reads_back: ReadsBack,
}

/// How it finds out whether its entry is stored.
#[derive(Clone, Copy)]
enum ReadsBack {
    /// It does not.
    Not,
    Whole,
    /// By key and version.
    ByVersion,
    /// It takes it for stored.
    ByFaith,
}

impl Journal for Losing {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        self.journal.load(id)
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        match self.loss {
            None => return self.journal.compare_and_swap(entry),
            Some(Loss::Request) => {}
            Some(Loss::Answer) => drop(self.journal.compare_and_swap(entry)),
        }
        let stored = self.load(entry.id())?.into_iter().find(|stored| stored.key() == entry.key());
        let is_ours = match (self.reads_back, &stored) {
            (ReadsBack::Not, _) => return Err("the connection broke".into()),
            (ReadsBack::Whole, stored) => stored.as_ref() == Some(entry),
            (ReadsBack::ByVersion, stored) => stored.as_ref().map(Entry::version) == Some(entry.version()),
            (ReadsBack::ByFaith, _) => true,
        };
        match stored {
            _ if is_ours => Ok(Swap::Stored),
            stored if stored.as_ref().map(Entry::version) != entry.replaces() => Ok(Swap::Conflict(stored)),
            _ => Err("the connection broke before it was stored".into()),
        }
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        self.journal.open_intents()
    }
}

#[test]
fn what_is_not_acknowledged_is_not_taken_for_stored() {
    let verdict = |reads_back| {
        let journal = MemoryJournal::new();
        let open = |loss| Losing { journal: journal.clone(), loss, reads_back };
        catch_unwind(AssertUnwindSafe(|| conformance::check_losses(|| open(None), |loss| open(Some(loss)))))
            .map_err(|panic| *panic.downcast::<String>().expect("a message"))
    };
    assert_eq!((verdict(ReadsBack::Not), verdict(ReadsBack::Whole)), (Ok(()), Ok(())));
    for reads_back in [ReadsBack::ByVersion, ReadsBack::ByFaith] {
        let said = verdict(reads_back).expect_err("it passes");
        assert!(said.contains("is called stored only when the whole entry is there"), "{said}");
    }
}
