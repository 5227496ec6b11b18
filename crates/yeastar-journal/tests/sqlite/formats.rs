//! Journals of older formats are taken over.

use std::fs;
use std::path::{Path, PathBuf};
use std::slice;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use yeastar_core::{Entry, EntryKey};
use yeastar_journal::{Journal, SqliteJournal, Swap};

use crate::{STEPS, assert_is_refused, beside, entry, folder, load, start, step};

/// A copy of the journal of format 1.
fn format_1(folder: &Path) -> PathBuf {
    let path = folder.join("journal.db");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/journal/format-1.sqlite");
    fs::copy(fixture, &path).unwrap();
    path
}

/// As [`format_1`], with so many more entries that it takes a while.
fn large_format_1(folder: &Path) -> PathBuf {
    let path = format_1(folder);
    let document = format!(r#"{{"purchase":"{}"}}"#, "x".repeat(1_500));
    let fill = "
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT 6000)
        INSERT INTO purchase SELECT format('ticket-%08d', n), 5, n % 100 = 0, ?1 FROM number";
    Connection::open(&path).unwrap().execute(fill, [document]).unwrap();
    path
}

/// What is in a file of format 1.
fn rows(path: &Path) -> Vec<Entry> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let query = "SELECT id, version, is_open, document FROM purchase ORDER BY id";
    let mut statement = connection.prepare(query).unwrap();
    let rows = statement.query_map([], |row| {
        let (id, version) = (row.get::<_, String>(0)?, row.get::<_, i64>(1)?.try_into().unwrap());
        Ok(Entry::new(id.as_str().into(), version, row.get(2)?, row.get::<_, String>(3)?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// The journal in this file has these entries, and no others.
#[track_caller]
fn assert_has(path: &Path, entries: &[Entry]) {
    let journal = SqliteJournal::open(path).unwrap();
    for entry in entries {
        assert_eq!(journal.load(entry.id()).unwrap(), slice::from_ref(entry));
    }
    let open = entries.iter().filter(|entry| entry.is_open()).map(|entry| entry.key().clone());
    assert_eq!(journal.open_intents().unwrap(), open.collect::<Vec<EntryKey>>());
    journal.check().unwrap();
    drop(journal);
    let count = "SELECT count(*) FROM entry";
    let count: i64 = Connection::open(path).unwrap().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(usize::try_from(count).unwrap(), entries.len());
}

#[test]
fn entries_of_format_1_come_back_to_the_byte() {
    let path = format_1(&folder("format-1"));
    let entries = rows(&path);
    let ids: Vec<_> = entries.iter().map(|entry| entry.id().as_str()).collect();
    assert_eq!(
        ids,
        [
            "ambiguous-1",
            "ambiguous-2",
            "confirmed-1",
            "not-sent-1",
            "quarantine-1",
            "quarantine-2",
            "recorded-1",
            "rejected-1",
            "sending-1"
        ]
    );
    for _ in 0..2 {
        assert_has(&path, &entries);
    }
    // They go on from there.
    let journal = SqliteJournal::open(&path).unwrap();
    let next = Entry::new("sending-1".into(), 3, true, "{}");
    assert_eq!(journal.compare_and_swap(&next).unwrap(), Swap::Stored);
    let stale = Entry::new("recorded-1".into(), 1, true, "{}");
    let Swap::Conflict(Some(stored)) = journal.compare_and_swap(&stale).unwrap() else { panic!() };
    assert!(entries.contains(&stored));
}

/// An old program has it open: it must not get an answer from the new table, which has entries of several accounts.
#[test]
fn the_statements_of_format_1_fail_after_it_was_taken_over() {
    let path = format_1(&folder("format-1-open"));
    let old = Connection::open(&path).unwrap();
    let statements = [
        "SELECT version, is_open, document FROM purchase WHERE id = 'sending-1'",
        "SELECT id FROM purchase WHERE is_open = 1 ORDER BY id",
        "INSERT INTO purchase (id, version, is_open, document) VALUES ('sending-1', 3, 1, '{}')
         ON CONFLICT (id) DO UPDATE SET version = 3, is_open = 1, document = '{}'",
    ];
    let mut prepared: Vec<_> = statements.iter().map(|text| old.prepare(text).unwrap()).collect();
    assert!(prepared[0].exists([]).unwrap());
    let journal = SqliteJournal::open(&path).unwrap();
    let before = load(&journal, "sending-1");
    for (statement, text) in prepared.iter_mut().zip(statements) {
        for error in [statement.raw_query().next().unwrap_err(), old.prepare(text).unwrap_err()] {
            assert!(error.to_string().contains("no such table: purchase"), "{error}");
        }
    }
    assert_eq!(load(&journal, "sending-1"), before);
}

#[test]
fn what_an_old_program_is_writing_is_taken_over_too() {
    let path = format_1(&folder("format-1-busy"));
    let old = Connection::open(&path).unwrap();
    let write = "BEGIN IMMEDIATE; UPDATE purchase SET version = 3, document = '{}' WHERE id = 'sending-1'";
    old.execute_batch(write).unwrap();
    let opening = thread::spawn({
        let path = path.clone();
        move || load(&SqliteJournal::open(path).unwrap(), "sending-1")
    });
    thread::sleep(Duration::from_millis(100));
    old.execute_batch("COMMIT").unwrap();
    assert_eq!(opening.join().unwrap(), Some(Entry::new("sending-1".into(), 3, true, "{}")));
}

#[test]
fn a_process_that_is_killed_while_it_takes_a_file_over_loses_nothing() {
    let folder = folder("format-1-killed");
    let original = large_format_1(&folder);
    let (entries, size) = (rows(&original), fs::metadata(&original).unwrap().len());
    let mut in_the_middle = 0;
    for tenth in [0, 2, 4, 6, 8] {
        let path = folder.join(format!("journal-{tenth}.db"));
        fs::copy(&original, &path).unwrap();
        let mut child = start("open", &path);
        // It writes the entries a second time before it frees the old ones.
        while child.try_wait().unwrap().is_none()
            && fs::metadata(&path).unwrap().len() <= size + size * tenth / 10
        {
            thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        in_the_middle += u32::from(beside(&path, "-journal").exists());
        assert_has(&path, &entries);
        fs::remove_file(&path).unwrap();
    }
    assert!(in_the_middle > 0, "no process was killed in the middle");
}

#[test]
fn several_processes_take_it_over_at_once() {
    const PROCESSES: u64 = 4;
    let path = large_format_1(&folder("format-1-processes"));
    let mut entries = rows(&path);
    let children: Vec<_> = (0..PROCESSES).map(|_| start("steps", &path)).collect();
    for child in children {
        entries.push(entry(&format!("own-{}", child.id()), 1, true));
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    entries.push(entry("shared-1", PROCESSES * STEPS, true));
    entries.sort_by(|one, other| one.key().cmp(other.key()));
    assert_has(&path, &entries);
}

/// What damage hides would not be copied.
#[test]
fn a_damaged_file_of_format_1_is_left_as_it_is() {
    let path = format_1(&folder("format-1-damaged"));
    let hide = "PRAGMA ignore_check_constraints = ON; UPDATE purchase SET is_open = 2 WHERE id = 'sending-1'";
    Connection::open(&path).unwrap().execute_batch(hide).unwrap();
    assert_is_refused(&path, "is damaged: CHECK constraint failed");
    let old = Connection::open(&path).unwrap();
    old.execute_batch("UPDATE purchase SET is_open = 1 WHERE id = 'sending-1'").unwrap();
    assert_eq!(step(&SqliteJournal::open(&path).unwrap(), "sending-1"), 3);
}
