//! What makes a database a journal: its marks and its table.

use rusqlite::{Connection, Transaction};

use crate::journal::JournalError;

/// Marks a file as a journal of ours, for `file` and for us.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"yjrn");

/// The version of the table below.
const USER_VERSION: i32 = 2;

/// The key begins with the id: `load` knows no more. The index is for `open_intents`: documents are long, and most of
/// them are of purchases that are over. The last index is for `find_orders`.
const SCHEMA: &str = "
    CREATE TABLE entry (
        account TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
        document TEXT NOT NULL,
        PRIMARY KEY (id, account)
    ) STRICT;
    CREATE INDEX open_entry ON entry (account, id) WHERE is_open = 1;
    CREATE INDEX entry_of_order
        ON entry (CASE WHEN json_valid(document) THEN document ->> '$.purchase.state.confirmed.orderNo' END);
";

/// Format 1 had no accounts. Its table goes, so that the statements of a program that knows no other format fail.
const TAKE_OVER_FORMAT_1: &str = "
    INSERT INTO entry (account, id, version, is_open, document)
        SELECT '', id, version, is_open, document FROM purchase;
    DROP TABLE purchase;
";

/// What a database is.
#[derive(PartialEq)]
enum Found {
    Nothing,
    Format1,
    Current,
}

/// Whether it is a journal of the current format. `false` when [`bring_up`] can make it one.
pub(super) fn is_current(transaction: &Transaction<'_>) -> Result<bool, JournalError> {
    Ok(find(transaction)? == Found::Current)
}

/// Makes it a journal of the current format, all at once, unless somebody else was faster.
pub(super) fn bring_up(transaction: Transaction<'_>) -> Result<(), JournalError> {
    match find(&transaction)? {
        Found::Current => return Ok(()),
        Found::Nothing => transaction.execute_batch(SCHEMA)?,
        Found::Format1 => {
            // An entry that damage hides would not be copied, and its order could be placed again.
            check(&transaction)?;
            transaction.execute_batch(SCHEMA)?;
            transaction.execute_batch(TAKE_OVER_FORMAT_1)?;
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", USER_VERSION)?;
    Ok(transaction.commit()?)
}

fn find(transaction: &Transaction<'_>) -> Result<Found, JournalError> {
    let number = |query| transaction.query_row(query, [], |row| row.get::<_, i32>(0));
    let marks = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let is_empty = number("SELECT count(*) FROM sqlite_schema")? == 0;
    match marks {
        (APPLICATION_ID, USER_VERSION) => Ok(Found::Current),
        (APPLICATION_ID, 1) => Ok(Found::Format1),
        (APPLICATION_ID, version) => Err(format!(
            "has format {version}, and this version of the library reads formats 1 to {USER_VERSION}: use the \
             version that made it"
        )
        .into()),
        (0, 0) if is_empty => Ok(Found::Nothing),
        _ => Err("is the database of another program: name another file".into()),
    }
}

/// Reads the whole database, in one transaction that only reads.
pub(super) fn check(connection: &Connection) -> Result<(), JournalError> {
    match connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0))? {
        healthy if healthy == "ok" => Ok(()),
        damage => Err(format!("is damaged: {damage}").into()),
    }
}
