//! Several processes, threads and connections.

use std::io::{BufRead, BufReader};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use yeastar_journal::{Journal, SqliteJournal, conformance};

use crate::{STEPS, beside, entry, folder, load, start, step};

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
    assert_eq!(load(&journal, "shared-1"), Some(entry("shared-1", PROCESSES * STEPS, true)));
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
        assert!(beside(&path, "-wal").is_file(), "a killed process leaves its log behind");

        let journal = SqliteJournal::open(&path).unwrap();
        let version = load(&journal, "shared-1").unwrap().version();
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
    let journal = SqliteJournal::open(&path).unwrap();
    journal.check().unwrap();
    drop(journal);
    assert_eq!(seen_by_another_process(), "busy");
    writer.execute_batch("COMMIT").unwrap();
    assert_eq!(seen_by_another_process(), "free");
}
