//! Who waits for whom, and the write-ahead log, where there is one.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use yeastar_core::Entry;
use yeastar_journal::{Journal, SqliteJournal, Swap};

use crate::{beside, folder, load, step};

/// A journal on a file system with a write-ahead log, or `None` where these tests say nothing.
fn with_log(path: &Path) -> Option<SqliteJournal> {
    let journal = SqliteJournal::open(path).unwrap();
    let mode = mode(path);
    if mode != "wal" {
        eprintln!("skipped: the journal mode is {mode} here");
    }
    (mode == "wal").then_some(journal)
}

fn mode(path: &Path) -> String {
    let connection = Connection::open(path).unwrap();
    connection.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap()
}

#[test]
fn it_is_opened_read_and_checked_while_another_connection_writes() {
    let path = folder("beside-writer").join("journal.db");
    step(&SqliteJournal::open(&path).unwrap(), "ticket-1");
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE; UPDATE entry SET version = 2").unwrap();
    // Whoever waited for the writer would wait in vain.
    let journal = SqliteJournal::open(&path).unwrap();
    journal.check().unwrap();
    assert_eq!(load(&journal, "ticket-1").unwrap().version(), 1);
    assert_eq!(journal.open_intents().unwrap(), ["ticket-1".into()]);
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(load(&journal, "ticket-1").unwrap().version(), 2);
}

/// Somebody reads for long, and then no more.
#[test]
fn the_log_does_not_stay_long() {
    const LIMIT: u64 = 5 << 20;
    let path = folder("log-size").join("journal.db");
    let Some(journal) = with_log(&path) else { return };
    let mut version = 0;
    let mut store = |times| {
        for _ in 0..times {
            version += 1;
            // What stays the same is not written again.
            let document = format!(r#"{{"long":"{}"}}"#, (version % 10).to_string().repeat(500_000));
            let entry = Entry::new("long-1".into(), version, true, document);
            assert_eq!(journal.compare_and_swap(&entry).unwrap(), Swap::Stored);
        }
        fs::metadata(beside(&path, "-wal")).unwrap().len()
    };
    assert!(store(20) < LIMIT);
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM entry").unwrap();
    assert!(store(30) > 2 * LIMIT, "the reader still sees what was there");
    drop(reader);
    assert!(store(3) < LIMIT);
}

#[test]
fn a_journal_that_was_moved_gets_the_log_of_its_new_place() {
    let path = folder("log-moved").join("journal.db");
    let Some(journal) = with_log(&path) else { return };
    step(&journal, "ticket-1");
    drop(journal);
    let elsewhere = Connection::open(&path).unwrap();
    elsewhere.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).unwrap();
    assert_eq!(mode(&path), "delete");
    // Whoever has it open, as this connection has, goes over too.
    assert_eq!(step(&SqliteJournal::open(&path).unwrap(), "ticket-1"), 2);
    assert_eq!(mode(&path), "wal");
    let version = elsewhere.query_row("SELECT version FROM entry", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(version, 2);
}
