//! Damage, and rows that were changed by hand.

use std::fs;

use rusqlite::Connection;
use yeastar_core::IntentId;
use yeastar_journal::{Journal, SqliteJournal};

use crate::{assert_is_refused, changed, entry, folder, load, step};

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let path = folder("cut").join("journal.db");
    changed(&path, "");
    let whole = fs::read(&path).unwrap();
    for length in [10, 100, 1000, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        if length + 1 == whole.len() {
            let error = SqliteJournal::open(&path).unwrap().check().unwrap_err().to_string();
            assert!(error.contains("is damaged"), "{error}");
        } else {
            assert_is_refused(&path, if length < 512 { "is no database" } else { "malformed" });
        }
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(step(&SqliteJournal::open(&path).unwrap(), "ticket-1"), 2);
}

#[test]
fn a_row_that_cannot_be_an_entry_is_an_error() {
    let path = folder("rows").join("journal.db");
    let id = IntentId::from("ticket-1");
    for statement in ["UPDATE entry SET version = -1", "UPDATE entry SET document = CAST(x'ff' AS TEXT)"] {
        changed(&path, statement);
        let journal = SqliteJournal::open(&path).unwrap();
        for error in [
            journal.load(&id).unwrap_err(),
            journal.compare_and_swap(&entry("ticket-1", 2, true)).unwrap_err(),
        ] {
            assert!(error.to_string().contains("the row of `ticket-1` is no entry"), "{statement}: {error}");
        }
    }
    changed(&path, "UPDATE entry SET account = 'no label'");
    let journal = SqliteJournal::open(&path).unwrap();
    for error in [journal.load(&id).unwrap_err(), journal.open_intents().unwrap_err()] {
        assert!(
            error.to_string().contains("is no entry, it was changed: `account label` is `no label`"),
            "{error}"
        );
    }
    drop(journal);
    changed(&path, "PRAGMA ignore_check_constraints = ON; UPDATE entry SET is_open = 2");
    let journal = SqliteJournal::open(&path).unwrap();
    let error = journal.load(&id).unwrap_err().to_string();
    assert!(error.contains("the row of `ticket-1` is no entry"), "{error}");
    let error = journal.check().unwrap_err().to_string();
    assert!(error.contains("is damaged: CHECK constraint failed"), "{error}");
    drop(journal);
    changed(&path, "DROP TABLE entry");
    let journal = SqliteJournal::open(&path).unwrap();
    for error in [journal.load(&id).unwrap_err(), journal.open_intents().unwrap_err()] {
        assert!(error.to_string().contains("no such table"), "{error}");
    }
    changed(
        &path,
        "DROP TABLE entry; CREATE TABLE entry (account, id, version, is_open, document);
        INSERT INTO entry VALUES (7, 7, 'one', 1, x'00'), ('', 'ticket-1', 'one', 1, x'00')",
    );
    let journal = SqliteJournal::open(&path).unwrap();
    for error in [journal.load(&id).unwrap_err(), journal.open_intents().unwrap_err()] {
        assert!(error.to_string().contains("no entry"), "{error}");
    }
}

#[test]
fn the_greatest_versions_do_not_wrap() {
    let path = folder("versions").join("journal.db");
    changed(&path, "UPDATE entry SET version = 9223372036854775807");
    let journal = SqliteJournal::open(&path).unwrap();
    let greatest = load(&journal, "ticket-1").unwrap();
    assert_eq!(greatest.version(), i64::MAX.unsigned_abs());
    let error = journal.compare_and_swap(&entry("ticket-1", greatest.version() + 1, true)).unwrap_err();
    assert!(error.to_string().contains("version 9223372036854775808 of `ticket-1` is greater"), "{error}");
    assert_eq!(load(&journal, "ticket-1"), Some(greatest));
}

/// Opening does not look for it.
#[test]
fn damage_is_found_by_a_check() {
    let path = folder("damage").join("journal.db");
    changed(&path, "");
    let is_damaged = || {
        let journal = SqliteJournal::open(&path).unwrap();
        journal.check().map_err(|error| error.to_string())
    };
    is_damaged().unwrap();

    // An index that lacks a row: the entry is there, and not in the list.
    let statements = "
        PRAGMA writable_schema = ON;
        CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'open_entry';
        DELETE FROM sqlite_schema WHERE name = 'open_entry'";
    Connection::open(&path).unwrap().execute_batch(statements).unwrap();
    let statements = "
        INSERT INTO entry VALUES ('', 'hidden-1', 1, 1, '{}');
        PRAGMA writable_schema = ON;
        INSERT INTO sqlite_schema SELECT * FROM kept";
    Connection::open(&path).unwrap().execute_batch(statements).unwrap();
    assert_eq!(SqliteJournal::open(&path).unwrap().open_intents().unwrap(), ["ticket-1".into()]);
    let error = is_damaged().unwrap_err();
    assert!(error.contains("is damaged: row 2 missing from index open_entry"), "{error}");

    // A page in the middle.
    changed(&path, "INSERT INTO entry VALUES ('', 'ticket-2', 1, 0, hex(randomblob(100000)))");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let error = is_damaged().unwrap_err();
    assert!(error.contains("is damaged: "), "{error}");
}
