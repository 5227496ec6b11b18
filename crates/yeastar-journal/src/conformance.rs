//! The test of a journal: whether it keeps the rules of [`Journal`].

use std::fmt::Debug;
use std::sync::Barrier;
use std::thread;

use yeastar_core::{AccountLabel, Entry, EntryKey, IntentId, OrderNo};

use crate::journal::{Journal, JournalError, Swap};

const THREADS: usize = 8;
const RACES: u64 = 20;
const STEPS_PER_THREAD: u64 = 10;

/// Checks a journal against the rules of [`Journal`]. To be called in a test of yours.
///
/// `make` opens a handle of the journal: a connection to one database, a clone, a reference. All handles
/// share their entries, which are none at first; the check leaves some behind. That a stored entry outlives a power cut
/// cannot be checked here, and whether it outlives the process only as far as `make` goes back to the storage.
///
/// ```
/// use yeastar_journal::{MemoryJournal, conformance};
///
/// let journal = MemoryJournal::new();
/// conformance::check(|| journal.clone());
/// ```
///
/// # Panics
///
/// When a rule is broken; the message says which, and how.
pub fn check<J: Journal + Send + Sync>(make: impl Fn() -> J) {
    it_is_empty(&make());
    a_first_version_needs_an_empty_place(&make());
    a_later_version_replaces_the_one_before(&make());
    a_version_is_compared_whole(&make());
    entries_come_back_to_the_byte(&make);
    ids_differ_by_every_byte(&make());
    labels_differ_by_every_byte(&make());
    accounts_are_kept_apart(&make);
    open_intents_are_listed(&make());
    open_entries_come_in_pages(&make());
    entries_are_found_by_their_orders(&make());
    handles_share_their_entries(&make);
    of_several_at_once_one_is_stored(&make);
    no_version_is_lost_in_a_crowd(&make);
}

/// What a journal loses when its connection breaks at a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The write does not reach the storage.
    Request,
    /// The write is carried out, and its answer does not come back.
    Answer,
}

/// Checks what a journal makes of a write whose acknowledgement is lost. For a journal that finds out by itself what has become of it;
/// one that reports each failure as an error need not be checked.
///
/// `make` opens a handle as for [`check`], and `losing` one of the same storage whose next write loses what it is given. The check
/// uses the ids `lost-1` and `lost-2`, which must have no entries.
///
/// ```
/// use yeastar_journal::conformance::{self, Loss};
/// use yeastar_journal::{Journal, JournalError, MemoryJournal, Swap};
/// # use yeastar_core::{Entry, EntryKey, IntentId};
///
/// /// A journal whose connection breaks at each write, when it is given a loss.
/// struct Losing(MemoryJournal, Option<Loss>);
///
/// impl Journal for Losing {
///     fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
///         match self.1 {
///             None => return self.0.compare_and_swap(entry),
///             Some(Loss::Request) => {}
///             Some(Loss::Answer) => drop(self.0.compare_and_swap(entry)),
///         }
///         match self.0.load(entry.id())?.into_iter().find(|stored| stored.key() == entry.key()) {
///             Some(stored) if stored == *entry => Ok(Swap::Stored),
///             _ => Err("the connection broke".into()),
///         }
///     }
/// #    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> { self.0.load(id) }
/// #    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> { self.0.open_intents() }
/// }
///
/// let journal = MemoryJournal::new();
/// conformance::check_losses(|| Losing(journal.clone(), None), |loss| Losing(journal.clone(), Some(loss)));
/// ```
///
/// # Panics
///
/// When a rule is broken; the message says which, and how.
pub fn check_losses<J: Journal>(make: impl Fn() -> J, losing: impl Fn(Loss) -> J) {
    const RULE: &str = "what is not acknowledged is called stored only when the whole entry is there";
    for loss in [Loss::Request, Loss::Answer] {
        let id = format!("lost-{}", if loss == Loss::Request { 1 } else { 2 });
        let version = |version, writer: &str| {
            entry(id.as_str(), version, true, &format!(r#"{{"writer":"{writer}","version":{version}}}"#))
        };
        let journal = make();
        for number in 1..=6 {
            let before = load(&journal, version(number, "").key());
            // Another writer stores this version first, or none does.
            let (ours, theirs) = (version(number, "ours"), version(number, "theirs"));
            let is_contested = number % 3 == 0;
            if is_contested {
                expect(RULE, "storing another's", &swap(&journal, &theirs), &Swap::Stored);
            }
            let said = losing(loss).compare_and_swap(&ours);
            let stored = load(&journal, ours.key());
            let expected = match loss {
                _ if is_contested => Some(theirs),
                Loss::Request => before,
                Loss::Answer => Some(ours.clone()),
            };
            match said {
                Ok(Swap::Stored) => {
                    expect_same(RULE, &format!("{loss:?} lost, stored"), stored.clone(), &ours);
                }
                Ok(Swap::Conflict(told)) => {
                    expect(RULE, &format!("{loss:?} lost, the conflict"), &told, &stored);
                    let is_ours = told.is_some_and(|told| told == ours);
                    expect(RULE, "whether the conflict is with what was offered", &is_ours, &false);
                }
                Err(_) => expect(RULE, &format!("{loss:?} lost, what is stored"), &stored, &expected),
            }
            if stored.is_none_or(|stored| stored.version() < number) {
                expect(RULE, "storing it again", &swap(&journal, &ours), &Swap::Stored);
            }
        }
    }
}

fn it_is_empty(journal: &impl Journal) {
    let open = journal.open_intents();
    expect("the check begins with an empty journal", "open_intents", &taken("open_intents", open), &vec![]);
}

fn a_first_version_needs_an_empty_place(journal: &impl Journal) {
    const RULE: &str = "a first version is stored only where there is none";
    let first = entry("first-1", 1, true, "{}");
    expect(RULE, "load before anything is stored", &load(journal, first.key()), &None);
    expect(RULE, "the first", &swap(journal, &first), &Swap::Stored);
    expect(RULE, "load after it", &load(journal, first.key()), &Some(first.clone()));
    for second in [first.clone(), entry("first-1", 1, false, r#"{"another":1}"#)] {
        expect(RULE, "a second one", &swap(journal, &second), &Swap::Conflict(Some(first.clone())));
        expect(RULE, "load after the second one", &load(journal, first.key()), &Some(first.clone()));
    }
}

fn a_later_version_replaces_the_one_before(journal: &impl Journal) {
    const RULE: &str = "a version is stored only in place of the one before it";
    let version = |version| entry("later-1", version, true, &format!(r#"{{"version":{version}}}"#));
    expect(RULE, "version 2 where nothing is", &swap(journal, &version(2)), &Swap::Conflict(None));
    expect(RULE, "load after that", &load(journal, version(2).key()), &None);
    expect(RULE, "version 1 where nothing is", &swap(journal, &version(1)), &Swap::Stored);
    for stored in 1..=5 {
        for other in (1..=stored).chain(stored + 2..=stored + 4) {
            let what = format!("version {other} in place of {stored}");
            let conflict = Swap::Conflict(Some(version(stored)));
            expect(RULE, &what, &swap(journal, &version(other)), &conflict);
        }
        expect(RULE, "load after conflicts", &load(journal, version(stored).key()), &Some(version(stored)));
        let what = format!("version {} in place of {stored}", stored + 1);
        expect(RULE, &what, &swap(journal, &version(stored + 1)), &Swap::Stored);
    }
}

/// A journal may refuse what is too great for it by an error, or see the conflict.
fn a_version_is_compared_whole(journal: &impl Journal) {
    const RULE: &str = "a version is a number of 64 bits";
    let first = entry("whole-1", 1, true, "{}");
    expect(RULE, "the first", &swap(journal, &first), &Swap::Stored);
    for bits in [8, 16, 31, 32, 53, 63] {
        let version = 2 + (1 << bits);
        let far = entry("whole-1", version, true, "{}");
        let is_stored = matches!(journal.compare_and_swap(&far), Ok(Swap::Stored));
        expect(RULE, &format!("whether version {version} replaced 1"), &is_stored, &false);
        expect(RULE, "load after that", &load(journal, first.key()), &Some(first.clone()));
    }
}

fn entries_come_back_to_the_byte<J: Journal>(make: &impl Fn() -> J) {
    const RULE: &str = "an entry comes back to the byte";
    let long = |length: usize| format!(r#"{{"long":"{}"}}"#, "0123456789abcdé".repeat(length / 16));
    let documents = [
        "{}".into(),
        // What a database that reads JSON would write in another way.
        " {\"b\" : 1.0e+2,\r\n\t\"a\":12345678901234567890.10, \"a\":\"\\u00e9\\/\" }\n ".into(),
        r#"{"quotes":"'; DROP TABLE purchase; -- '' \" \\ \\' ` % _ ? ?1 $1 :a {} \\0"}"#.into(),
        r#"{"escapes":"\u0000 \u001f \n \ud83d\ude80 \\u0000"}"#.into(),
        // Two spellings of one letter, letters beyond 16 bits, marks that cannot be seen.
        "{\"text\":\"\u{e9} e\u{301} \u{df} \u{4e00} \u{1f680} \u{202e} \u{feff} \u{2028} \u{7f} \u{10ffff}\"}".into(),
        long(300),
        long(5_000),
        long(70_000),
        long(200_000),
    ];
    for (number, document) in documents.iter().enumerate() {
        for is_open in [true, false] {
            let entry = entry(format!("bytes-{number}-{is_open}").as_str(), 1, is_open, document);
            let journal = make();
            expect(RULE, "storing it", &swap(&journal, &entry), &Swap::Stored);
            expect_same(RULE, "load", load(&journal, entry.key()), &entry);
            match swap(&journal, &entry) {
                Swap::Conflict(stored) => expect_same(RULE, "a conflict", stored, &entry),
                Swap::Stored => broken(RULE, "storing it twice was possible"),
            }
            drop(journal);
            expect_same(RULE, "load by a new handle", load(&make(), entry.key()), &entry);
        }
    }
}

fn ids_differ_by_every_byte(journal: &impl Journal) {
    const RULE: &str = "ids are different when one byte is";
    let longest = "9".repeat(40);
    let shorter = "9".repeat(39);
    let ids = [
        "Alike-1", "alike-1", "ALIKE-1", "alike_1", "alike.1", "alike/1", "alike-10", "alike-01", "../../1",
        "/////1", "......1", "000001", "0000001", "1000000", "1e6000", &longest, &shorter,
    ];
    let entries = ids.map(|id| entry(id, 1, false, &format!(r#"{{"id":"{id}"}}"#)));
    for entry in &entries {
        expect(RULE, &format!("load of {}", entry.id()), &load(journal, entry.key()), &None);
        expect(RULE, &format!("storing {}", entry.id()), &swap(journal, entry), &Swap::Stored);
    }
    for entry in entries {
        expect(RULE, &format!("load of {}", entry.id()), &load(journal, entry.key()), &Some(entry.clone()));
    }
    for unknown in ["alike-1 ", " alike-1", "alike-", "alike-%", "alike?1", "' OR '1' = '1", "ALIKE_1"] {
        let found = load_all(journal, &unknown.into());
        expect(RULE, &format!("load of `{unknown}`, which was never stored"), &found, &vec![]);
    }
}

fn labels_differ_by_every_byte(journal: &impl Journal) {
    const RULE: &str = "accounts are different when one byte of their labels is";
    let (longest, shorter) = ("L".repeat(40), "L".repeat(39));
    let labels = [
        "", "account", "Account", "ACCOUNT", "account.", "account-", "account_", "accounts", "0", "00", "1",
        ".", "..", "-", "_", "null", "NULL", "None", "labels-1", &longest, &shorter,
    ];
    let mut keys = labels.map(|label| key(label, "labels-1")).to_vec();
    // What is the same when label and id are put together.
    keys.extend(keys_of(&[
        ("", &["xyz-1", "x-yz-1", "x.yz-1", "x_yz-1", "x/yz-1", "x:yz-1"]),
        ("x", &["yz-1", "y-z-1", "y.z-1", "y_z-1"]),
        ("xy", &["z-1"]),
        ("x-y", &["z-1"]),
        ("x.y", &["z-1"]),
        ("x_y", &["z-1"]),
    ]));
    let entries: Vec<Entry> =
        keys.into_iter().map(|key| entry(key.clone(), 1, false, &format!(r#"{{"key":"{key}"}}"#))).collect();
    for entry in &entries {
        expect(RULE, &format!("load of {}", entry.key()), &load(journal, entry.key()), &None);
        expect(RULE, &format!("storing {}", entry.key()), &swap(journal, entry), &Swap::Stored);
    }
    for entry in entries {
        expect(RULE, &format!("load of {}", entry.key()), &load(journal, entry.key()), &Some(entry.clone()));
    }
}

/// Clients of several accounts work on one id.
fn accounts_are_kept_apart<J: Journal>(make: &impl Fn() -> J) {
    const RULE: &str = "accounts that use the same id are kept apart";
    let version = |label: &str, version: u64| {
        let document = format!(r#"{{"account":"{label}","version":{version}}}"#);
        entry(key(label, "apart-1"), version, true, &document)
    };
    let journal = make();
    let mut stored: Vec<Entry> = Vec::new();
    let expect_stored = |stored: &[Entry], after: &str| {
        for journal in [&journal, &make()] {
            let all = load_all(journal, &"apart-1".into());
            expect(RULE, &format!("load after {after}"), &all, &stored.to_vec());
            let mut open = taken("open_intents", journal.open_intents());
            open.retain(|key| key.id().as_str() == "apart-1");
            open.sort();
            let expected = stored.iter().map(|entry| entry.key().clone()).collect();
            expect(RULE, &format!("the open ones after {after}"), &open, &expected);
        }
    };
    // In the order of their keys.
    for label in ["", "A", "B"] {
        for early in 2..=3 {
            let what = format!("version {early} of `{label}`, which has none");
            expect(RULE, &what, &swap(&journal, &version(label, early)), &Swap::Conflict(None));
        }
        expect(RULE, &format!("version 1 of `{label}`"), &swap(&journal, &version(label, 1)), &Swap::Stored);
        stored.push(version(label, 1));
        expect_stored(&stored, &format!("version 1 of `{label}`"));
    }
    for (place, label, next) in [(1, "A", 2), (0, "", 2), (1, "A", 3), (2, "B", 2), (1, "A", 4), (0, "", 3)] {
        let what = format!("version {next} of `{label}`");
        expect(RULE, &what, &swap(&journal, &version(label, next)), &Swap::Stored);
        stored[place] = version(label, next);
        expect_stored(&stored, &what);
        for other in &stored {
            // What would follow the version of another account.
            let label = other.key().account().map_or("", AccountLabel::as_str);
            for stale in [1, other.version(), other.version() + 2] {
                let what = format!("version {stale} of `{label}` in place of {}", other.version());
                let conflict = Swap::Conflict(Some(other.clone()));
                expect(RULE, &what, &swap(&journal, &version(label, stale)), &conflict);
            }
        }
        expect_stored(&stored, "conflicts");
    }
}

fn open_intents_are_listed(journal: &impl Journal) {
    const RULE: &str = "open_intents lists the open entries in the order of their keys";
    let listed = || {
        let mut keys = taken("open_intents", journal.open_intents());
        // Those of the other rules come before, between and after.
        keys.retain(|key| key.id().as_str().starts_with("list"));
        texts(&keys)
    };
    let mut open = keys_of(&[
        ("", &["list-1", "list-10", "list-5", "list/1", "listZ1", "lista1"]),
        ("-", &["list-9"]),
        ("-1", &["list-5"]),
        ("0", &["list-8"]),
        ("A", &["list-5", "list-7"]),
        ("A-", &["list-2"]),
        ("AA", &["list-3"]),
        ("Z", &["list-0"]),
        ("_", &["list-1"]),
        ("a", &["list-10", "list-5"]),
        ("aa", &["list-1"]),
    ]);
    let first = |key: &EntryKey, is_open| entry(key.clone(), 1, is_open, "{}");
    // In another order.
    for key in open.iter().skip(1).step_by(2).chain(open.iter().step_by(2)) {
        expect(RULE, "storing an open one", &swap(journal, &first(key, true)), &Swap::Stored);
    }
    for key in [key("", "list-6"), key("A", "list-6"), key("B", "list-5")] {
        expect(RULE, "storing a closed one", &swap(journal, &first(&key, false)), &Swap::Stored);
    }
    expect(RULE, "the list", &listed(), &texts(&open));
    for changed in [key("", "list-5"), key("a", "list-5")] {
        for (version, is_open) in [(2, false), (3, false), (4, true), (5, false)] {
            let entry = entry(changed.clone(), version, is_open, "{}");
            expect(RULE, "storing the next version", &swap(journal, &entry), &Swap::Stored);
            let expected = texts(open.iter().filter(|key| is_open || **key != changed));
            expect(RULE, &format!("the list with {changed} open: {is_open}"), &listed(), &expected);
            expect(RULE, "load", &load(journal, &changed), &Some(entry));
        }
        open.retain(|key| *key != changed);
    }
    let refused = entry("list-10", 3, false, "{}");
    let stored = entry("list-10", 1, true, "{}");
    expect(RULE, "a version too many", &swap(journal, &refused), &Swap::Conflict(Some(stored)));
    expect(RULE, "the list after a conflict", &listed(), &texts(&open));
}

fn open_entries_come_in_pages(journal: &impl Journal) {
    const RULE: &str =
        "open_entries gives the open entries behind a key, in the order of open_intents, so many at most";
    for (label, id) in
        [("", "pages-2"), ("B", "pages-1"), ("", "pages-1"), ("b", "pages-1"), ("B", "pages-3")]
    {
        let open = entry(key(label, id), 1, true, &format!(r#"{{"label":"{label}"}}"#));
        expect(RULE, "storing an open one", &swap(journal, &open), &Swap::Stored);
    }
    for key in [key("", "pages-3"), key("B", "pages-2")] {
        expect(RULE, "storing a closed one", &swap(journal, &entry(key, 1, false, "{}")), &Swap::Stored);
    }
    // Those of the other rules too.
    let keys = taken("open_intents", journal.open_intents());
    let all: Vec<Entry> = keys.iter().filter_map(|key| load(journal, key)).collect();
    for at_most in [1, 2, 3, all.len(), all.len() + 1, usize::MAX] {
        let (mut after, mut read): (Option<EntryKey>, Vec<Entry>) = (None, Vec::new());
        loop {
            let page = taken("open_entries", journal.open_entries(after.as_ref(), at_most));
            let expected: Vec<Entry> = all.iter().skip(read.len()).take(at_most).cloned().collect();
            let what = format!("{at_most} at most behind {after:?}");
            expect(RULE, &what, &texts(page.iter().map(Entry::key)), &texts(expected.iter().map(Entry::key)));
            expect(RULE, &what, &page, &expected);
            let Some(last) = page.last() else { break };
            after = Some(last.key().clone());
            read.extend(page);
        }
    }
    let nothing = taken("open_entries", journal.open_entries(None, 0));
    expect(RULE, "none at most", &nothing.len(), &0);
    // A key that has no entry, or a closed one.
    for absent in [key("", "pages-3"), key("A", "pages-9"), key("B", "pages-2"), key("zz", "pages-9")] {
        let behind = taken("open_entries", journal.open_entries(Some(&absent), usize::MAX));
        let expected: Vec<Entry> = all.iter().filter(|entry| *entry.key() > absent).cloned().collect();
        expect(RULE, &format!("those behind {absent}"), &behind, &expected);
    }
}

/// A journal may also remember none of them.
fn entries_are_found_by_their_orders(journal: &impl Journal) {
    const RULE: &str = "find_orders gives the stored entries that have one of the orders, each once, or none";
    let find = |order_nos: &[&str]| {
        let order_nos: Vec<OrderNo> = order_nos.iter().map(|order_no| OrderNo::from(*order_no)).collect();
        let mut found = taken("find_orders", journal.find_orders(&order_nos));
        found.sort_by(|one, other| one.key().cmp(other.key()));
        found
    };
    let confirmed =
        [include_str!("conformance/confirmed-1.json"), include_str!("conformance/confirmed-2.json")]
            .into_iter()
            .zip(["orders-1", "orders-2"])
            .map(|(document, id)| entry(id, 3, false, document));
    let confirmed: Vec<Entry> = confirmed.collect();
    for entry in &confirmed {
        for version in [1, 2] {
            let earlier =
                Entry::new(entry.key().clone(), version, true, r#"{"purchase":{"state":"sending"}}"#);
            expect(RULE, "storing an earlier version", &swap(journal, &earlier), &Swap::Stored);
        }
    }
    expect(RULE, "before they are confirmed", &find(&["HB41", "HB42"]), &Vec::new());
    for entry in &confirmed {
        expect(RULE, "storing the confirmed version", &swap(journal, entry), &Swap::Stored);
    }
    expect(RULE, "for no order", &find(&[]), &Vec::new());
    expect(RULE, "for unknown ones", &find(&["HB4", "HB411", "hb41", "%", ""]), &Vec::new());
    if find(&["HB41"]).is_empty() {
        for order_nos in [&["HB42"][..], &["HB41", "HB42"]] {
            expect(RULE, "by a journal that remembers none", &find(order_nos), &Vec::new());
        }
        return;
    }
    for (order_nos, expected) in [
        (&["HB41"][..], &confirmed[..1]),
        (&["HB42", "HB42"], &confirmed[1..]),
        (&["HB43", "HB42", "HB41"], &confirmed),
    ] {
        expect(RULE, &format!("for {order_nos:?}"), &find(order_nos), &expected.to_vec());
    }
}

fn handles_share_their_entries<J: Journal>(make: &impl Fn() -> J) {
    const RULE: &str = "what one handle stores all others see at once";
    let handles = [make(), make()];
    for version in 1..=6 {
        let entry = entry("shared-1", version, version % 3 != 0, &format!(r#"{{"version":{version}}}"#));
        let [one, other] =
            if version % 2 == 0 { [&handles[0], &handles[1]] } else { [&handles[1], &handles[0]] };
        expect(RULE, &format!("storing version {version}"), &swap(one, &entry), &Swap::Stored);
        for journal in [one, other, &make()] {
            expect(RULE, "load", &load(journal, entry.key()), &Some(entry.clone()));
            expect(RULE, "a stale version", &swap(journal, &entry), &Swap::Conflict(Some(entry.clone())));
            let is_listed = taken("open_intents", journal.open_intents()).contains(entry.key());
            expect(RULE, "whether it is listed as open", &is_listed, &entry.is_open());
        }
    }
    drop(handles);
    let last = entry("shared-1", 6, false, r#"{"version":6}"#);
    expect(RULE, "load after all handles are gone", &load(&make(), last.key()), &Some(last.clone()));
}

/// All threads offer the same version at the same moment.
fn of_several_at_once_one_is_stored<J: Journal + Send + Sync>(make: &impl Fn() -> J) {
    const RULE: &str = "of several that offer the same version at once one is stored";
    let handles = Handles::new(make);
    for version in 1..=RACES {
        let swaps = handles.at_once(|thread, journal| {
            let offered = entry("race-1", version, true, &format!(r#"{{"thread":{thread}}}"#));
            (swap(journal, &offered), offered)
        });
        let winners: Vec<_> = swaps.iter().filter(|(swap, _)| *swap == Swap::Stored).collect();
        expect(RULE, &format!("how many of version {version} were stored"), &winners.len(), &1);
        let winner = winners.first().map(|(_, winner)| winner.clone());
        expect(RULE, "load", &load(&handles.shared, &"race-1".into()), &winner);
        for (swap, _) in swaps {
            if let Swap::Conflict(theirs) = swap {
                expect(RULE, "what a loser is told", &theirs, &winner);
            }
        }
    }
}

/// Each thread takes its steps in its own time, trying again after a conflict.
fn no_version_is_lost_in_a_crowd<J: Journal + Send + Sync>(make: &impl Fn() -> J) {
    const RULE: &str = "no version is lost or stored twice, however many write";
    let shared = &key("crowd", "crowd-1");
    let handles = Handles::new(make);
    handles.at_once(|thread, journal| {
        let mut stored = load(journal, shared);
        let mut steps = 0;
        while steps < STEPS_PER_THREAD {
            let version = stored.as_ref().map_or(0, Entry::version) + 1;
            let history = stored.as_ref().map_or("", |entry| entry.document()).trim_matches('"');
            let next = entry(shared.clone(), version, true, &format!("\"{history}<{thread}>\""));
            stored = match swap(journal, &next) {
                Swap::Stored => {
                    steps += 1;
                    Some(next)
                }
                Swap::Conflict(theirs) => {
                    let is_newer = theirs.as_ref().is_some_and(|theirs| theirs.version() >= version);
                    expect(RULE, "whether a conflict is with a newer version", &is_newer, &true);
                    theirs
                }
            };
        }
        // Other accounts, meanwhile, do not get mixed up.
        let own = entry(key(&format!("crowd-{thread}"), "crowd-1"), 1, true, "{}");
        expect(RULE, "storing an entry of its own", &swap(journal, &own), &Swap::Stored);
        expect(RULE, "load of it", &load(journal, own.key()), &Some(own.clone()));
    });
    let last = load(&handles.shared, shared);
    let total = THREADS as u64 * STEPS_PER_THREAD;
    expect(RULE, "the last version", &last.as_ref().map(Entry::version), &Some(total));
    let history = last.as_ref().map_or("", |entry| entry.document());
    for thread in 0..THREADS {
        let steps = history.matches(&format!("<{thread}>")).count() as u64;
        expect(RULE, &format!("steps of thread {thread} in the document"), &steps, &STEPS_PER_THREAD);
    }
}

/// For many threads: half of them have a handle of their own, half share one.
struct Handles<J> {
    shared: J,
    own: Vec<J>,
}

impl<J: Journal + Send + Sync> Handles<J> {
    fn new(make: &impl Fn() -> J) -> Self {
        Self { shared: make(), own: (0..THREADS / 2).map(|_| make()).collect() }
    }

    /// Runs it in all threads at the same moment.
    fn at_once<T: Send>(&self, run: impl Fn(usize, &J) -> T + Sync) -> Vec<T> {
        let start = &Barrier::new(THREADS);
        let run = &run;
        thread::scope(|scope| {
            let start = |thread| {
                let journal = self.own.get(thread).unwrap_or(&self.shared);
                scope.spawn(move || {
                    start.wait();
                    run(thread, journal)
                })
            };
            let threads: Vec<_> = (0..THREADS).map(start).collect();
            let join = |thread: thread::ScopedJoinHandle<'_, T>| {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            threads.into_iter().map(join).collect()
        })
    }
}

/// The key of this intent of the account with this label; of one without a label where it is empty.
fn key(label: &str, id: &str) -> EntryKey {
    let label =
        (!label.is_empty()).then(|| AccountLabel::new(label).expect("the check uses labels that exist"));
    EntryKey::new(label, id.into())
}

/// The keys of these intents, account by account.
fn keys_of(accounts: &[(&str, &[&str])]) -> Vec<EntryKey> {
    accounts.iter().flat_map(|(label, ids)| ids.iter().map(|id| key(label, id))).collect()
}

/// For messages that are not too long.
fn texts<'a>(keys: impl IntoIterator<Item = &'a EntryKey>) -> Vec<String> {
    keys.into_iter().map(ToString::to_string).collect()
}

fn entry(key: impl Into<EntryKey>, version: u64, is_open: bool, document: &str) -> Entry {
    Entry::new(key.into(), version, is_open, document)
}

/// All entries of an id, in the order of their keys.
fn load_all(journal: &impl Journal, id: &IntentId) -> Vec<Entry> {
    const RULE: &str = "load gives each entry of the id once, and no others";
    let mut entries = taken(&format!("load of `{id}`"), journal.load(id));
    entries.sort_by(|one, other| one.key().cmp(other.key()));
    if let Some(stranger) = entries.iter().find(|entry| entry.id() != id) {
        broken(RULE, &format!("load of `{id}` gives {stranger:?}"));
    }
    if let Some(pair) = entries.windows(2).find(|pair| pair[0].key() == pair[1].key()) {
        broken(RULE, &format!("load of `{id}` gives {pair:?}"));
    }
    entries
}

fn load(journal: &impl Journal, key: &EntryKey) -> Option<Entry> {
    load_all(journal, key.id()).into_iter().find(|entry| entry.key() == key)
}

fn swap(journal: &impl Journal, entry: &Entry) -> Swap {
    let what = format!("compare_and_swap of `{}`, version {}", entry.key(), entry.version());
    taken(&what, journal.compare_and_swap(entry))
}

fn taken<T>(what: &str, result: Result<T, JournalError>) -> T {
    result.unwrap_or_else(|error| {
        broken("what can be done is done, if need be after a while", &format!("{what}: {error}"))
    })
}

fn expect<T: Debug + PartialEq>(rule: &str, what: &str, got: &T, expected: &T) {
    if got != expected {
        broken(rule, &format!("{what}: expected {expected:?}, got {got:?}"));
    }
}

/// As `expect`, for documents that are long, or differ where it cannot be seen.
fn expect_same(rule: &str, what: &str, got: Option<Entry>, expected: &Entry) {
    let Some(got) = got else { broken(rule, &format!("{what}: nothing came back of {expected:?}")) };
    let (text, expected_text) = (got.document(), expected.document());
    if text != expected_text {
        let same = text.bytes().zip(expected_text.bytes()).take_while(|(one, other)| one == other).count();
        let (length, expected_length) = (text.len(), expected_text.len());
        broken(
            rule,
            &format!(
                "{what}: the document of {expected:?} differs from byte {same} on, and has {length} bytes instead of \
                 {expected_length}"
            ),
        );
    }
    expect(rule, what, &got, expected);
}

fn broken(rule: &str, how: &str) -> ! {
    panic!("the journal breaks the rule \"{rule}\": {how}")
}
