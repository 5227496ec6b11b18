//! The journal in a file: several processes, and files that are no journal.
#![cfg(feature = "sqlite")]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use yeastar_core::{Entry, IntentId};
use yeastar_journal::{Journal, SqliteJournal, Swap, conformance};

const STEPS: u64 = 25;

/// An empty folder of this test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sqlite-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn entry(id: &str, version: u64, is_open: bool) -> Entry {
    Entry::new(id.into(), version, is_open, format!(r#"{{"purchase":{{"state":"version {version}"}}}}"#))
}

/// Stores the next version of an entry, however many others do, and gives it.
fn step(journal: &impl Journal, id: &str) -> u64 {
    let mut stored = journal.load(&id.into()).unwrap();
    loop {
        let next = entry(id, stored.map_or(0, |stored| stored.version()) + 1, true);
        match journal.compare_and_swap(&next).unwrap() {
            Swap::Stored => return next.version(),
            Swap::Conflict(theirs) => stored = theirs,
        }
    }
}

/// Runs [`child`] in a process of its own.
fn start(task: &str, path: &Path) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["child", "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env("JOURNAL_TASK", task).env("JOURNAL_PATH", path);
    command.current_dir(path.parent().unwrap()).stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
#[ignore = "other tests run it in a process of its own"]
fn child() {
    let path = PathBuf::from(env::var_os("JOURNAL_PATH").expect("set by whoever runs this"));
    match env::var("JOURNAL_TASK").unwrap().as_str() {
        "steps" => {
            let journal = SqliteJournal::open(path).unwrap();
            for _ in 0..STEPS {
                step(&journal, "shared-1");
            }
            step(&journal, &format!("own-{}", std::process::id()));
        }
        "for ever" => {
            let journal = SqliteJournal::open(path).unwrap();
            loop {
                println!("stored {}", step(&journal, "shared-1"));
            }
        }
        "lock" => {
            let connection = Connection::open(path).unwrap();
            connection.busy_timeout(Duration::ZERO).unwrap();
            let is_free = connection.execute_batch("BEGIN IMMEDIATE").is_ok();
            println!("{}", if is_free { "free" } else { "busy" });
        }
        "relative" => {
            step(&SqliteJournal::open(path.file_name().unwrap()).unwrap(), "shared-1");
        }
        other => panic!("{other}"),
    }
}

#[test]
fn it_keeps_the_rules() {
    let path = folder("rules").join("journal.db");
    conformance::check(|| SqliteJournal::open(&path).unwrap());
}

#[test]
fn clones_keep_the_rules() {
    let journal = SqliteJournal::open(folder("clones").join("journal.db")).unwrap();
    conformance::check(|| journal.clone());
}

#[test]
fn processes_share_it_from_its_creation_on() {
    const PROCESSES: u64 = 6;
    let path = folder("processes").join("journal.db");
    let children: Vec<_> = (0..PROCESSES).map(|_| start("steps", &path)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let journal = SqliteJournal::open(&path).unwrap();
    assert_eq!(journal.load(&"shared-1".into()).unwrap(), Some(entry("shared-1", PROCESSES * STEPS, true)));
    assert_eq!(journal.open_intents().unwrap().len(), usize::try_from(PROCESSES).unwrap() + 1);
}

#[test]
fn what_was_stored_outlives_a_process_that_is_killed() {
    let path = folder("killed").join("journal.db");
    let mut last = 0;
    for _ in 0..10 {
        let mut child = start("for ever", &path);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut stored = lines.map(Result::unwrap).filter_map(|line| {
            // The test harness begins the first line.
            line.rsplit_once("stored ").map(|(_, version)| version.parse::<u64>().unwrap())
        });
        for _ in 0..5 {
            last = stored.next().unwrap();
        }
        child.kill().unwrap();
        last = stored.last().unwrap_or(last);
        child.wait().unwrap();

        let journal = SqliteJournal::open(&path).unwrap();
        let version = journal.load(&"shared-1".into()).unwrap().unwrap().version();
        // It may have been killed before it could say so.
        assert!(version == last || version == last + 1, "{version} is stored, {last} was reported");
    }
}

#[test]
fn it_waits_for_a_writer_that_takes_its_time() {
    let path = folder("slow").join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let waiting = thread::spawn(move || step(&journal, "shared-1"));
    thread::sleep(Duration::from_millis(500));
    assert!(!waiting.is_finished());
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(waiting.join().unwrap(), 1);
}

/// A process that closes a file loses all its locks on it, also those of another connection.
#[test]
fn opening_it_again_leaves_the_locks_of_this_process_alone() {
    let path = folder("locks").join("journal.db");
    drop(SqliteJournal::open(&path).unwrap());
    let seen_by_another_process = || {
        let output = start("lock", &path).wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        if text.contains("busy") {
            "busy"
        } else if text.contains("free") {
            "free"
        } else {
            "neither"
        }
    };
    let writer = Connection::open(&path).unwrap();
    writer.execute_batch("BEGIN IMMEDIATE").unwrap();
    let opening = thread::spawn({
        let path = path.clone();
        move || SqliteJournal::open(path).map(drop)
    });
    thread::sleep(Duration::from_millis(300));
    assert_eq!(seen_by_another_process(), "busy");
    writer.execute_batch("COMMIT").unwrap();
    opening.join().unwrap().unwrap();
    assert_eq!(seen_by_another_process(), "free");
}

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
    let query = "SELECT id, version, is_open, document ->> '$.purchase.state' FROM purchase";
    let row: (String, i64, i64, String) = Connection::open(&path)
        .unwrap()
        .query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap();
    assert_eq!(row, ("ticket-1".into(), 2, 1, "version 2".into()));
}

#[cfg(unix)]
#[test]
fn it_is_for_its_owner_and_an_existing_file_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = folder("mode");
    let path = folder.join("journal.db");
    step(&SqliteJournal::open(&path).unwrap(), "shared-1");
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    step(&SqliteJournal::open(&path).unwrap(), "shared-1");
    assert_eq!(mode(&path), 0o640);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "one file");
}

/// Else this process would order by what stands in a file that nobody else sees.
#[cfg(unix)]
#[test]
fn a_file_that_was_deleted_or_replaced_while_it_was_open_takes_no_entry() {
    let folder = folder("moved");
    for (number, is_replaced) in [false, true].into_iter().enumerate() {
        let path = folder.join(format!("journal-{number}.db"));
        let journal = SqliteJournal::open(&path).unwrap();
        step(&journal, "ticket-1");
        if is_replaced {
            fs::copy(&path, folder.join("copy.db")).unwrap();
            fs::rename(folder.join("copy.db"), &path).unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        for entry in [entry("ticket-1", 2, true), entry("ticket-2", 1, true)] {
            let error = journal.compare_and_swap(&entry).unwrap_err().to_string();
            assert!(error.contains("was moved, deleted or replaced"), "{error}");
            let stored = SqliteJournal::open(&path).unwrap().load(entry.id()).unwrap();
            assert!(stored.is_none_or(|stored| stored.version() == 1));
        }
    }
}

/// SQLite keeps a rollback journal beside the file while it writes.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder("read-only-folder");
    let path = folder.join("journal.db");
    let journal = SqliteJournal::open(&path).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    let is_allowed_everything = fs::write(folder.join("probe"), "").is_ok();
    let swap = journal.compare_and_swap(&entry("ticket-1", 1, true));
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    if is_allowed_everything {
        eprintln!("skipped: this user may write everything");
        return;
    }
    let error = swap.unwrap_err().to_string();
    assert!(error.contains("give this user the right to write its folder"), "{error}");
}

/// Opening it fails with these words, and leaves the file as it was.
#[track_caller]
fn assert_is_refused(path: &Path, words: &str) {
    let before = fs::read(path).ok();
    let error = SqliteJournal::open(path).map(drop).expect_err(words).to_string();
    assert!(error.contains(words) && error.contains(&path.display().to_string()), "{error}");
    assert_eq!(fs::read(path).ok(), before);
}

/// A journal with an entry, changed by hand.
fn changed(path: &Path, statements: &str) {
    let _ = fs::remove_file(path);
    step(&SqliteJournal::open(path).unwrap(), "ticket-1");
    Connection::open(path).unwrap().execute_batch(statements).unwrap();
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

    for version in [0, 2] {
        changed(&path, &format!("PRAGMA user_version = {version}"));
        assert_is_refused(
            &path,
            &format!("has format {version}, and this version of the library reads format 1"),
        );
    }

    assert_is_refused(&folder, "is a folder");
    assert_is_refused(&folder.join("missing").join("journal.db"), "No such file");
    let error = SqliteJournal::open("").unwrap_err().to_string();
    assert!(error.contains("empty path"), "{error}");
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let path = folder("cut").join("journal.db");
    changed(&path, "");
    let whole = fs::read(&path).unwrap();
    for length in [10, 100, 1000, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let words = match length {
            ..100 => "file is not a database",
            _ if length + 1 == whole.len() => "is damaged",
            _ => "malformed",
        };
        assert_is_refused(&path, words);
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(step(&SqliteJournal::open(&path).unwrap(), "ticket-1"), 2);
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

#[test]
fn a_row_that_cannot_be_an_entry_is_an_error() {
    let path = folder("rows").join("journal.db");
    let id = IntentId::from("ticket-1");
    for statement in
        ["UPDATE purchase SET version = -1", "UPDATE purchase SET document = CAST(x'ff' AS TEXT)"]
    {
        changed(&path, statement);
        let journal = SqliteJournal::open(&path).unwrap();
        for error in [
            journal.load(&id).unwrap_err(),
            journal.compare_and_swap(&entry("ticket-1", 2, true)).unwrap_err(),
        ] {
            assert!(error.to_string().contains("the row of `ticket-1` is no entry"), "{statement}: {error}");
        }
    }
    changed(&path, "PRAGMA ignore_check_constraints = ON; UPDATE purchase SET is_open = 2");
    assert_is_refused(&path, "is damaged: CHECK constraint failed");
    changed(&path, "DROP TABLE purchase");
    let journal = SqliteJournal::open(&path).unwrap();
    for error in [journal.load(&id).unwrap_err(), journal.open_intents().unwrap_err()] {
        assert!(error.to_string().contains("no such table"), "{error}");
    }
    changed(
        &path,
        "DROP TABLE purchase; CREATE TABLE purchase (id, version, is_open, document);
        INSERT INTO purchase VALUES (7, 'one', 1, x'00'), ('ticket-1', 'one', 1, x'00')",
    );
    let journal = SqliteJournal::open(&path).unwrap();
    for error in [journal.load(&id).unwrap_err(), journal.open_intents().unwrap_err()] {
        assert!(error.to_string().contains("no entry"), "{error}");
    }
}

#[test]
fn the_greatest_versions_do_not_wrap() {
    let path = folder("versions").join("journal.db");
    changed(&path, "UPDATE purchase SET version = 9223372036854775807");
    let journal = SqliteJournal::open(&path).unwrap();
    let greatest = journal.load(&"ticket-1".into()).unwrap().unwrap();
    assert_eq!(greatest.version(), i64::MAX.unsigned_abs());
    let error = journal.compare_and_swap(&entry("ticket-1", greatest.version() + 1, true)).unwrap_err();
    assert!(error.to_string().contains("version 9223372036854775808 of `ticket-1` is greater"), "{error}");
    assert_eq!(journal.load(&"ticket-1".into()).unwrap(), Some(greatest));
}
