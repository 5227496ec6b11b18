//! Which file it is, whose, and what is no journal.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use yeastar_journal::{Journal, SqliteJournal};

use crate::{assert_is_refused, beside, changed, entry, folder, start, step};

#[test]
fn a_name_that_means_something_to_sqlite_is_a_name() {
    let folder = folder("names");
    for name in [":memory:", "file:journal.db?mode=memory", "a journal's %41 #1?.db"] {
        let path = folder.join(name);
        assert!(start("relative", &path).wait_with_output().unwrap().status.success(), "{name}");
        assert!(path.is_file(), "{name}");
        assert_eq!(step(&SqliteJournal::open(&path).unwrap(), "shared-1"), 2, "{name}");
    }
}

#[test]
fn it_reads_well_with_the_tool_of_sqlite() {
    let path = folder("tool").join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    step(&journal, "ticket-1");
    step(&journal, "ticket-1");
    let query = "SELECT account, id, is_open, document ->> '$.purchase.state' FROM entry";
    let row: (String, String, i64, String) = Connection::open(&path)
        .unwrap()
        .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap();
    assert_eq!(row, (String::new(), "ticket-1".into(), 1, "version 2".into()));
}

#[cfg(unix)]
#[test]
fn it_is_for_its_owner_and_an_existing_file_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = folder("mode");
    let path = folder.join("journal.db");
    for expected in [0o600, 0o640] {
        let journal = SqliteJournal::open(&path).unwrap();
        step(&journal, "shared-1");
        for suffix in ["", "-wal", "-shm"] {
            assert_eq!(mode(&beside(&path, suffix)), expected, "{suffix}");
        }
        drop(journal);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "one file when nobody has it open");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    }
}

/// Else this process would order by what stands in a file that nobody else sees.
#[cfg(unix)]
#[test]
fn a_file_that_was_deleted_or_replaced_while_it_was_open_takes_no_entry() {
    let folder = folder("moved");
    for (number, (suffix, is_replaced)) in
        [("", false), ("", true), ("-wal", false), ("-wal", true)].into_iter().enumerate()
    {
        let path = folder.join(format!("journal-{number}.db"));
        let journal = SqliteJournal::open(&path).unwrap();
        step(&journal, "ticket-1");
        let moved = beside(&path, suffix);
        if is_replaced {
            fs::copy(&moved, folder.join("copy.db")).unwrap();
            fs::rename(folder.join("copy.db"), &moved).unwrap();
        } else {
            fs::remove_file(&moved).unwrap();
        }
        for entry in [entry("ticket-1", 2, true), entry("ticket-2", 1, true)] {
            let error = journal.compare_and_swap(&entry).unwrap_err().to_string();
            let words = format!("{} was moved, deleted or replaced", moved.display());
            assert!(error.contains(&words), "{error}");
        }
        assert!(
            journal.check().is_err_and(|error| error.to_string().contains("was moved, deleted or replaced"))
        );
    }
}

/// The log stands beside the file that the name leads to.
#[cfg(unix)]
#[test]
fn a_link_to_it_is_the_same_journal() {
    let folder = folder("link");
    let (path, link) = (folder.join("journal.db"), folder.join("link.db"));
    let journal = SqliteJournal::open(&path).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let linked = SqliteJournal::open(&link).unwrap();
    assert_eq!((step(&journal, "ticket-1"), step(&linked, "ticket-1")), (1, 2));
    assert!(!beside(&link, "-wal").exists());
    fs::remove_file(&link).unwrap();
    fs::write(&link, "").unwrap();
    let error = linked.compare_and_swap(&entry("ticket-1", 3, true)).unwrap_err().to_string();
    assert!(error.contains("link.db was moved"), "{error}");
    assert_eq!(step(&journal, "ticket-1"), 3);
}

/// SQLite keeps its log beside the file.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder("read-only-folder");
    let path = folder.join("journal.db");
    drop(SqliteJournal::open(&path).unwrap());
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    let is_allowed_everything = fs::write(folder.join("probe"), "").is_ok();
    let opened =
        SqliteJournal::open(&path).and_then(|journal| journal.compare_and_swap(&entry("ticket-1", 1, true)));
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    if is_allowed_everything {
        eprintln!("skipped: this user may write everything");
        return;
    }
    let error = opened.unwrap_err().to_string();
    assert!(error.contains("give this user the right to write its folder"), "{error}");
}

#[test]
fn what_is_no_journal_is_refused() {
    let folder = folder("foreign");
    let path = folder.join("journal.db");

    fs::write(&path, "Dear diary, today we bought a PBX.\n".repeat(100)).unwrap();
    assert_is_refused(&path, "file is not a database");

    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE invoice (id)").unwrap();
    assert_is_refused(&path, "is the database of another program");

    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("PRAGMA application_id = 7; VACUUM").unwrap();
    assert_is_refused(&path, "is the database of another program");

    for version in [0, 3] {
        changed(&path, &format!("PRAGMA user_version = {version}"));
        assert_is_refused(
            &path,
            &format!("has format {version}, and this version of the library reads formats 1 to 2"),
        );
    }

    assert_is_refused(&folder, "is a folder");
    assert_is_refused(&folder.join("missing").join("journal.db"), "No such file");
    let error = SqliteJournal::open("").unwrap_err().to_string();
    assert!(error.contains("empty path"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let path = folder("read-only").join("journal.db");
    changed(&path, "");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        eprintln!("skipped: this user may write everything");
        return;
    }
    assert_is_refused(&path, "is read-only");
}

/// SQLite would take it for an empty file, and write over it.
#[test]
fn a_short_file_of_another_kind_stays_as_it_is() {
    let path = folder("note").join("note.txt");
    for text in ["x", "a note of some length"] {
        fs::write(&path, text).unwrap();
        assert_is_refused(&path, "is no database");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, "").unwrap();
    assert_eq!(step(&SqliteJournal::open(&path).unwrap(), "shared-1"), 1, "an empty file is a new journal");
}
