//! The journal in a file.
#![cfg(feature = "sqlite")]

mod damage;
mod files;
mod formats;
mod log;
mod processes;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use yeastar_core::Entry;
use yeastar_journal::{Journal, SqliteJournal, Swap};

/// Of a process that runs the task "steps".
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

/// The entry of this id without a label.
fn load(journal: &impl Journal, id: &str) -> Option<Entry> {
    journal.load(&id.into()).unwrap().into_iter().find(|entry| entry.key().account().is_none())
}

/// Stores the next version of an entry, however many others do, and gives it.
fn step(journal: &impl Journal, id: &str) -> u64 {
    let mut stored = load(journal, id);
    loop {
        let next = entry(id, stored.map_or(0, |stored| stored.version()) + 1, true);
        match journal.compare_and_swap(&next).unwrap() {
            Swap::Stored => return next.version(),
            Swap::Conflict(theirs) => stored = theirs,
        }
    }
}

/// The file of this name beside the journal.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A journal with an entry, changed by hand.
fn changed(path: &Path, statements: &str) {
    let _ = fs::remove_file(path);
    step(&SqliteJournal::open(path).unwrap(), "ticket-1");
    Connection::open(path).unwrap().execute_batch(statements).unwrap();
}

/// Opening it fails with these words, and leaves the file as it was.
#[track_caller]
fn assert_is_refused(path: &Path, words: &str) {
    let before = fs::read(path).ok();
    let error = SqliteJournal::open(path).map(drop).expect_err(words).to_string();
    assert!(error.contains(words) && error.contains(&path.display().to_string()), "{error}");
    assert_eq!(fs::read(path).ok(), before);
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
        "open" => drop(SqliteJournal::open(path).unwrap()),
        "relative" => {
            step(&SqliteJournal::open(path.file_name().unwrap()).unwrap(), "shared-1");
        }
        other => panic!("{other}"),
    }
}
