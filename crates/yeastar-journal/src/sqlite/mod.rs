//! A journal in a file of SQLite.

mod disk;
mod file;
mod format;
mod rows;

use std::fmt;
use std::path::{self, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, ErrorCode, TransactionBehavior, ffi};
use yeastar_core::{Entry, EntryKey, IntentId, OrderNo};

use crate::journal::{Journal, JournalError, Swap};
use crate::sqlite::file::Files;

/// A journal in a file, for any number of threads and processes of one machine. Clones share a connection.
///
/// ```
/// use yeastar_journal::{Journal, SqliteJournal};
///
/// # let folder = std::env::temp_dir().join(format!("yeastar-journal-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("purchases.db");
/// let journal = SqliteJournal::open(path)?;
/// for key in journal.open_intents()? {
///     println!("not settled: {key}");
/// }
/// # drop(journal);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), yeastar_journal::JournalError>(())
/// ```
///
/// # The file
///
/// A table `entry` with the columns `account` (empty without a label), `id`, `version`, `is_open` (0 or 1) and
/// `document` (JSON), which the `sqlite3` tool shows:
///
/// ```sh
/// sqlite3 purchases.db "SELECT account, id, is_open, document ->> '$.purchase.state' FROM entry"
/// ```
///
/// It holds no secret of the account, but says who ordered what for whom. On a Unix it is made readable for its owner
/// only. A file that exists keeps its permissions.
///
/// While the journal is open, two more files stand beside it, with the same permissions: `purchases.db-wal` and
/// `purchases.db-shm`. **The first of them holds the newest entries.** SQLite moves them into the file whenever they
/// fill about 4 MiB, and when the last process closes the journal; then both files go. (It cannot move them while
/// somebody reads, so during a [check](Self::check) they may fill more.) After a crash both files stay, and
/// the next process that opens the journal continues with them.
///
/// The three files are one journal. Do not delete one, and do not go back to an old copy: what the journal has
/// forgotten can be ordered again. To copy it, use `.backup` of the `sqlite3` tool, or copy all files while no
/// process has it open. Never read a file in a process that has the journal open: that ends the locks of the
/// process.
///
/// # Where it can be
///
/// On a disk of this machine. Network file systems, and folders that a virtual machine shares with its host, guarantee
/// neither locks nor shared memory; without them orders may double.
///
/// The two files are SQLite's write-ahead log and its index. The journal uses them on local disks of macOS and
/// Windows, and on Linux with bcachefs, Btrfs, ext2 to ext4, F2FS, overlayfs, tmpfs, XFS and ZFS. On any other file
/// system SQLite keeps a rollback journal, `purchases.db-journal`, while it writes. That is as safe, but flushes
/// the disk five times per entry instead of once, and readers and writers wait for each other. A journal that was
/// moved to another file system changes over when it is opened.
///
/// A call waits ten seconds for a lock that another program holds, and then fails. A purchase offers its finding several times,
/// so with a file that stays locked it ends a minute late, with the right outcome, and says that it is not recorded.
///
/// # Older formats
///
/// A file of format 1 knows no accounts. [`open`](Self::open) makes it one of the current format, whose entries
/// have no label. This happens in one transaction, after a [check](Self::check): a crash leaves the old or the new
/// file, and a damaged file stays as it is. It takes a few seconds for 100,000 entries, and other processes wait.
/// The file becomes twice as long; later entries fill the space. There is no way back to format 1.
///
/// Stop programs with an older version of this library first. One that writes without pause can keep the file busy,
/// and then opening fails. One that still has the file open afterwards gets an error from each call, never an
/// answer: the table that it asks for is gone. A purchase that it was in the middle of ends as after a crash: a
/// program with this version resumes it.
#[derive(Clone)]
pub struct SqliteJournal(Arc<Opened>);

struct Opened {
    path: PathBuf,
    files: Files,
    connection: Mutex<Connection>,
}

impl SqliteJournal {
    /// Opens the journal in this file; makes it when there is none. The folder must exist.
    ///
    /// It reads a few pages, however long the file is, and waits for nobody. Only a file that is new, of an [older
    /// format](#older-formats) or [was moved](#where-it-can-be) is changed first, for which it has to be free.
    ///
    /// # Errors
    ///
    /// When the file cannot be read and written, is no database, is the database of another program, or was made by
    /// another version of this library. Such a file is left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        // To SQLite some relative paths mean a database in memory.
        let path = path::absolute(path.as_ref()).map_err(|error| refused(path.as_ref(), error))?;
        let (connection, files) = file::open(&path).map_err(|problem| refused(&path, problem))?;
        Ok(Self(Arc::new(Opened { path, files, connection: Mutex::new(connection) })))
    }

    /// Reads the whole file to find damage, of a disk or of a careless copy. Damage can hide an entry, and what is
    /// hidden can be ordered again. Call it from time to time, and after a power cut.
    ///
    /// 100,000 entries take a fraction of a second when they are in memory, and a few seconds when they are not.
    /// Purchases go on meanwhile. With a [rollback journal](#where-it-can-be) they wait, and fail after ten
    /// seconds.
    ///
    /// # Errors
    ///
    /// When the file is damaged or cannot be read. Order nothing until it is repaired: `.recover` of the `sqlite3`
    /// tool saves what can be read; compare that with the orders of the account.
    pub fn check(&self) -> Result<(), JournalError> {
        let check = || -> Result<(), JournalError> {
            self.0.files.check()?;
            // A connection of its own: what goes over the other one does not wait.
            format::check(&file::connect(&self.0.path)?)
        };
        check().map_err(|problem| self.refused(problem))
    }

    /// A transaction that a panic left open was rolled back on its way.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.0.files.check()?;
        rows::swap(transaction, entry)
    }

    fn refused(&self, problem: JournalError) -> JournalError {
        refused(&self.0.path, problem)
    }
}

impl Journal for SqliteJournal {
    fn load(&self, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
        rows::load(&self.lock(), id).map_err(|problem| self.refused(problem))
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        self.swap(entry).map_err(|problem| self.refused(problem))
    }

    fn open_intents(&self) -> Result<Vec<EntryKey>, JournalError> {
        rows::open_intents(&self.lock()).map_err(|problem| self.refused(problem))
    }

    fn open_entries(&self, after: Option<&EntryKey>, at_most: usize) -> Result<Vec<Entry>, JournalError> {
        rows::open_entries(&self.lock(), after, at_most).map_err(|problem| self.refused(problem))
    }

    fn find_orders(&self, order_nos: &[OrderNo]) -> Result<Vec<Entry>, JournalError> {
        rows::find_orders(&self.lock(), order_nos).map_err(|problem| self.refused(problem))
    }
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteJournal").field("path", &self.0.path).finish_non_exhaustive()
    }
}

fn refused(path: &Path, problem: impl Into<JournalError>) -> JournalError {
    let problem = problem.into();
    match remedy(&problem) {
        Some(remedy) => format!("the journal {}: {problem}: {remedy}", path.display()).into(),
        None => format!("the journal {}: {problem}", path.display()).into(),
    }
}

/// Where the words of SQLite do not say what to do.
fn remedy(problem: &JournalError) -> Option<&'static str> {
    let error = problem.downcast_ref::<rusqlite::Error>()?.sqlite_error()?;
    match error.extended_code {
        ffi::SQLITE_READONLY_DIRECTORY => Some("give this user the right to write its folder"),
        _ if error.code == ErrorCode::DatabaseBusy => {
            Some("another process holds it; look which one, and try again")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::conformance;
    use crate::sqlite::disk::Log;

    /// An empty file in a folder of this test.
    pub(super) fn new_file(test: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("yeastar-journal-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("journal.db");
        fs::write(&path, "").unwrap();
        path
    }

    /// Removes what [`new_file`] created.
    pub(super) fn remove(path: &Path) {
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    /// A journal with this log, whatever the file system.
    fn journal(path: &Path, log: Log) -> SqliteJournal {
        let (connection, files) = file::open_with(path, log).unwrap();
        SqliteJournal(Arc::new(Opened { path: path.into(), files, connection: Mutex::new(connection) }))
    }

    #[test]
    fn it_keeps_the_rules_without_a_write_ahead_log() {
        let path = new_file("rules");
        conformance::check(|| journal(&path, Log::Rollback));
        remove(&path);
    }

    #[test]
    fn entries_are_stored_in_the_middle_of_a_check() {
        let path = new_file("check");
        let journal = journal(&path, Log::WriteAhead);
        let entry = Entry::new("ticket-1".into(), 1, true, "{}");
        // Would wait for ever.
        let connection = journal.lock();
        journal.check().unwrap();
        drop(connection);

        let mut connection = file::connect(&path).unwrap();
        let middle = connection.transaction().unwrap();
        format::check(&middle).unwrap();
        assert_eq!(journal.compare_and_swap(&entry).unwrap(), Swap::Stored);
        format::check(&middle).unwrap();
        assert!(rows::load(&middle, entry.id()).unwrap().is_empty(), "it reads what was there when it began");
        drop(middle);
        assert_eq!(rows::load(&connection, entry.id()).unwrap(), [entry]);
        remove(&path);
    }
}
