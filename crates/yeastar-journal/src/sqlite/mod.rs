//! A journal in one file of SQLite.

use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::path::{self, Path};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, ffi, params,
};
use yeastar_core::{Entry, IntentId};

use crate::journal::{Journal, JournalError, Swap};

/// Marks a file as a journal of ours, for `file` and for us.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"yjrn");

/// The version of the table below.
const USER_VERSION: i32 = 1;

/// How long to wait for other processes. A write takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The index is for `open_intents`: documents are long, and most of them are of purchases that are over.
const SCHEMA: &str = "
    CREATE TABLE purchase (
        id TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
        document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX open_purchase ON purchase (id) WHERE is_open = 1;
";

/// Between the creation of a file and its first use by SQLite: see [`create`].
static CREATING: Mutex<()> = Mutex::new(());

/// A journal in one file, for any number of threads and processes of one machine. Clones share a connection.
///
/// ```
/// use yeastar_journal::{Journal, SqliteJournal};
///
/// # let folder = std::env::temp_dir().join(format!("yeastar-journal-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let path = folder.join("purchases.db");
/// let journal = SqliteJournal::open(path)?;
/// for id in journal.open_intents()? {
///     println!("not settled: {id}");
/// }
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), yeastar_journal::JournalError>(())
/// ```
///
/// # The file
///
/// A table `purchase` with the columns `id`, `version`, `is_open` (0 or 1) and `document` (JSON), which the `sqlite3` tool
/// shows:
///
/// ```sh
/// sqlite3 purchases.db "SELECT id, is_open, document ->> '$.purchase.state' FROM purchase"
/// ```
///
/// It holds no secret of the account, but says who ordered what for whom: where the system is a Unix it is made
/// readable for its owner only.
///
/// Keep it on a disk of this machine: on network file systems locks cannot be relied on, and without them orders may
/// double. Do not delete it, and do not go back to an old copy: what it has forgotten can be ordered again. Copy it
/// by `.backup` of that tool, never by reading the file in a process that has it open, which would end the locks.
#[derive(Clone)]
pub struct SqliteJournal {
    connection: Arc<Mutex<Connection>>,
    path: Arc<Path>,
}

impl SqliteJournal {
    /// Opens the journal in this file; makes it when there is none. The folder must exist.
    ///
    /// # Errors
    ///
    /// When the file cannot be read and written, is no database, is the database of another program, or was made by
    /// another version of this library. Such a file is left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, JournalError> {
        // To SQLite some relative paths mean a database in memory.
        let path = path::absolute(path.as_ref()).map_err(|error| refused(path.as_ref(), error))?;
        let connection = connect(&path).map_err(|problem| refused(&path, problem))?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), path: path.into() })
    }

    /// A transaction that a panic left open was rolled back on its way.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refused(&self, problem: JournalError) -> JournalError {
        refused(&self.path, problem)
    }
}

impl Journal for SqliteJournal {
    fn load(&self, id: &IntentId) -> Result<Option<Entry>, JournalError> {
        select(&self.lock(), id).map_err(|problem| self.refused(problem))
    }

    fn compare_and_swap(&self, entry: &Entry) -> Result<Swap, JournalError> {
        swap(&mut self.lock(), entry).map_err(|problem| self.refused(problem))
    }

    fn open_intents(&self) -> Result<Vec<IntentId>, JournalError> {
        open_intents(&self.lock()).map_err(|problem| self.refused(problem))
    }
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteJournal").field("path", &self.path).finish_non_exhaustive()
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
        ffi::SQLITE_READONLY_DBMOVED => {
            Some("the file was moved, deleted or replaced while it was open; put it back, and open it again")
        }
        ffi::SQLITE_READONLY_DIRECTORY => Some("give this user the right to write its folder"),
        _ if error.code == ErrorCode::DatabaseBusy => {
            Some("another process holds it; look which one, and try again")
        }
        _ => None,
    }
}

fn connect(path: &Path) -> Result<Connection, JournalError> {
    if path.is_dir() {
        return Err("is a folder: name a file in it".into());
    }
    create(path)?;
    // Its own lock is not needed behind ours.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    if connection.is_readonly("main")? {
        return Err("is read-only: give this user the right to write it".into());
    }
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // A rollback journal, the default, keeps all in one file whenever nobody writes: a write-ahead log would leave
    // commits in a second file after a crash. With EXTRA, and not with FULL, its commits outlive a power cut,
    // and fullfsync makes macOS mean it. It holds for a write-ahead log too, should somebody switch to one.
    connection.execute_batch("PRAGMA synchronous = EXTRA; PRAGMA fullfsync = ON;")?;
    prepare(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)?;
    Ok(connection)
}

/// Creates the file, for its owner only, unless it exists. SQLite would let everybody read it.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // Closing the file ends all locks that this process has on it, those of SQLite too. So an existing
    // file is never opened here, and nobody else of this process goes on before a new one is closed.
    let _creating = CREATING.lock().unwrap_or_else(PoisonError::into_inner);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Makes sure that the database is a journal; an empty one becomes one.
fn prepare(transaction: Transaction<'_>) -> Result<(), JournalError> {
    let number = |query| transaction.query_row(query, [], |row| row.get::<_, i32>(0));
    let marks = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let is_empty = number("SELECT count(*) FROM sqlite_schema")? == 0;
    match marks {
        (APPLICATION_ID, USER_VERSION) => {
            // An entry that damage hides would be ordered again.
            let query = "PRAGMA integrity_check(1)";
            match transaction.query_row(query, [], |row| row.get::<_, String>(0))? {
                healthy if healthy == "ok" => Ok(()),
                damage => Err(format!("is damaged: {damage}").into()),
            }
        }
        (APPLICATION_ID, version) => Err(format!(
            "has format {version}, and this version of the library reads format {USER_VERSION}: use the version \
             that made it"
        )
        .into()),
        (0, 0) if is_empty => {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", USER_VERSION)?;
            Ok(transaction.commit()?)
        }
        _ => Err("is the database of another program: name another file".into()),
    }
}

fn select(connection: &Connection, id: &IntentId) -> Result<Option<Entry>, JournalError> {
    let query = "SELECT version, is_open, document FROM purchase WHERE id = ?1";
    let entry = connection.query_row(query, [id.as_str()], |row| Ok(read(id, row))).optional()?;
    entry
        .transpose()
        .map_err(|error| format!("the row of `{id}` is no entry, it was changed: {error}").into())
}

fn read(id: &IntentId, row: &Row<'_>) -> rusqlite::Result<Entry> {
    let version: i64 = row.get(0)?;
    let version = u64::try_from(version).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(0, version))?;
    let is_open = match row.get(1)? {
        0 => false,
        1 => true,
        other => return Err(rusqlite::Error::IntegralValueOutOfRange(1, other)),
    };
    Ok(Entry::new(id.clone(), version, is_open, row.get::<_, String>(2)?))
}

fn swap(connection: &mut Connection, entry: &Entry) -> Result<Swap, JournalError> {
    let version = i64::try_from(entry.version()).map_err(|_| {
        format!("version {} of `{}` is greater than SQLite can hold", entry.version(), entry.id())
    })?;
    // The lock is taken at the start: a transaction that reads first may find that it can no longer write.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let stored = select(&transaction, entry.id())?;
    if stored.as_ref().map(Entry::version) != entry.replaces() {
        return Ok(Swap::Conflict(stored));
    }
    transaction.execute(
        "INSERT INTO purchase (id, version, is_open, document) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET version = ?2, is_open = ?3, document = ?4",
        params![entry.id().as_str(), version, entry.is_open(), entry.document()],
    )?;
    transaction.commit()?;
    Ok(Swap::Stored)
}

fn open_intents(connection: &Connection) -> Result<Vec<IntentId>, JournalError> {
    let mut statement = connection.prepare("SELECT id FROM purchase WHERE is_open = 1 ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String =
            row.get(0).map_err(|error| format!("an open row is no entry, it was changed: {error}"))?;
        ids.push(id.into());
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTRA: i32 = 3;

    #[test]
    fn what_is_stored_is_on_the_disk_and_in_one_file() {
        let folder = std::env::temp_dir().join(format!("yeastar-journal-unit-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let connection = connect(&folder.join("journal.db")).unwrap();
        let pragma =
            |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).unwrap();
        assert_eq!((pragma("synchronous"), pragma("fullfsync")), (EXTRA, 1));
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "delete");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
