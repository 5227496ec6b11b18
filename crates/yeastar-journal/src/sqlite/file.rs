//! The file: how it is created and opened, and whether it is still there.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::journal::JournalError;
use crate::sqlite::disk::Log;
use crate::sqlite::format;

/// How long to wait for other processes. A write takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A database has at least one page.
const SHORTEST: u64 = 512;

/// What SQLite needs, but for a number of entries.
///
/// EXTRA, and not FULL, makes the commits of a rollback journal outlive a power cut. A write-ahead log knows no
/// difference between them: it is flushed at each commit. So it holds whichever log the file has, and fullfsync
/// makes macOS mean it. Cells are checked as they are read, since nothing else of the file is.
///
/// SQLite copies a write-ahead log into the file when it has 1000 pages, and begins it anew. It grows beyond that
/// while somebody reads for long, and is cut back to about that size afterwards.
const SETTINGS: &str = "
    PRAGMA synchronous = EXTRA;
    PRAGMA fullfsync = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA journal_size_limit = 4194304;
";

/// Between the creation of a file and its first use by SQLite: see [`create`].
static CREATING: Mutex<()> = Mutex::new(());

/// Opens a journal; makes it when there is none.
pub(super) fn open(path: &Path) -> Result<(Connection, Files), JournalError> {
    if path.is_dir() {
        return Err("is a folder: name a file in it".into());
    }
    create(path)?;
    // SQLite takes a file without a whole page for an empty one, and writes over it.
    if (1..SHORTEST).contains(&path.metadata()?.len()) {
        return Err("is no database: name another file".into());
    }
    open_with(path, Log::of(path))
}

/// Opens a journal that exists, though perhaps as an empty file.
pub(super) fn open_with(path: &Path, log: Log) -> Result<(Connection, Files), JournalError> {
    // Before SQLite opens it: should it be replaced meanwhile, that is seen.
    let mut files = Files(vec![(path.to_owned(), identity(path)?)]);
    let mut connection = connect(path)?;
    if connection.is_readonly("main")? {
        return Err("is read-only: give this user the right to write it".into());
    }
    // Looking takes no lock that a writer waits for, or holds. Only what is new, old or was moved takes it, once.
    loop {
        let is_current = format::is_current(&connection.transaction()?)?;
        if is_current && mode(&connection)? == log.mode() {
            break;
        }
        if !is_current {
            format::bring_up(connection.transaction_with_behavior(TransactionBehavior::Immediate)?)?;
        }
        set_mode(&connection, log.mode())?;
    }
    if log == Log::WriteAhead {
        let mut beside = path.canonicalize()?.into_os_string();
        beside.push("-wal");
        files.0.push((beside.clone().into(), identity(beside.as_ref())?));
    }
    Ok((connection, files))
}

/// A connection to a file that exists.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Its own lock is not needed behind ours.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch(SETTINGS)?;
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

fn mode(connection: &Connection) -> rusqlite::Result<String> {
    connection.pragma_query_value(None, "journal_mode", |row| row.get(0))
}

/// The mode is a property of the file. It takes the file for oneself to change it, and SQLite does not wait for that
/// where it waits for any other lock.
fn set_mode(connection: &Connection, mode: &str) -> Result<(), JournalError> {
    const PAUSE: Duration = Duration::from_millis(5);
    let start = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", mode, |row| row.get::<_, String>(0)) {
            Ok(set) if set == mode => return Ok(()),
            Ok(kept) => return Err(format!("SQLite keeps its journal mode {kept} instead of {mode}").into()),
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < BUSY_TIMEOUT =>
            {
                thread::sleep(PAUSE);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The names of an open journal's files, and which files they were. On a Unix one can be deleted or replaced while
/// it is open. What is written into it from then on nobody else sees, and others would order it again.
pub(super) struct Files(Vec<(PathBuf, Identity)>);

impl Files {
    /// Whether all are what they were.
    pub(super) fn check(&self) -> Result<(), JournalError> {
        for (path, then) in &self.0 {
            if !identity(path).is_ok_and(|now| now == *then) {
                return Err(format!(
                    "{} was moved, deleted or replaced while it was open: stop all that use it, put it back, and open \
                     the journal again",
                    path.display()
                )
                .into());
            }
        }
        Ok(())
    }
}

/// Device and number.
#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Identity> {
    use std::os::unix::fs::MetadataExt;

    path.metadata().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Elsewhere an open file keeps its name.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(_: &Path) -> io::Result<Identity> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::sqlite::tests::{new_file, remove};

    const EXTRA: i32 = 3;

    #[test]
    fn what_is_stored_is_on_the_disk_with_either_log() {
        let path = new_file("settings");
        for log in [Log::WriteAhead, Log::Rollback, Log::WriteAhead] {
            let (connection, files) = open_with(&path, log).unwrap();
            let pragma =
                |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).unwrap();
            assert_eq!((pragma("synchronous"), pragma("fullfsync")), (EXTRA, 1), "{log:?}");
            assert_eq!((pragma("wal_autocheckpoint"), pragma("journal_size_limit")), (1000, 4 << 20));
            assert_eq!(mode(&connection).unwrap(), log.mode());
            files.check().unwrap();
            let others = fs::read_dir(path.parent().unwrap()).unwrap().count() - 1;
            assert_eq!(others, if log == Log::WriteAhead { 2 } else { 0 }, "{log:?}");
        }
        remove(&path);
    }
}
