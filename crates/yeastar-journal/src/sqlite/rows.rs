//! Entries as rows of the table.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use yeastar_core::{AccountLabel, Entry, EntryKey, IntentId, OrderNo};

use crate::journal::{JournalError, Swap};

const OF_ID: &str = "SELECT account, version, is_open, document FROM entry WHERE id = ?1 ORDER BY account";
const OF_KEY: &str = "SELECT account, version, is_open, document FROM entry WHERE id = ?1 AND account = ?2";
const OPEN: &str = "SELECT account, id FROM entry WHERE is_open = 1 ORDER BY account, id";
const OPEN_ENTRIES: &str = "
    SELECT account, version, is_open, document, id FROM entry
    WHERE is_open = 1 AND (account, id) > (?1, ?2) ORDER BY account, id LIMIT ?3";
const OF_ORDER: &str = "
    SELECT account, version, is_open, document, id FROM entry
    WHERE CASE WHEN json_valid(document) THEN document ->> '$.purchase.state.confirmed.orderNo' END = ?1";
const STORE: &str = "
    INSERT INTO entry (id, account, version, is_open, document) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (id, account) DO UPDATE SET version = ?3, is_open = ?4, document = ?5";

pub(super) fn load(connection: &Connection, id: &IntentId) -> Result<Vec<Entry>, JournalError> {
    let mut statement = connection.prepare(OF_ID)?;
    let mut rows = statement.query([id.as_str()])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(id, row)?);
    }
    Ok(entries)
}

/// Stores the entry if it is the next version. The transaction holds the write lock from its start: one that
/// reads first may find that it can no longer write.
pub(super) fn swap(transaction: Transaction<'_>, entry: &Entry) -> Result<Swap, JournalError> {
    let version = i64::try_from(entry.version()).map_err(|_| {
        format!("version {} of `{}` is greater than SQLite can hold", entry.version(), entry.key())
    })?;
    let (id, account) = (entry.id(), text(entry.key().account()));
    let stored = transaction
        .prepare(OF_KEY)?
        .query_row([id.as_str(), account], |row| Ok(read(id, row)))
        .optional()?
        .transpose()?;
    if stored.as_ref().map(Entry::version) != entry.replaces() {
        return Ok(Swap::Conflict(stored));
    }
    let values = params![id.as_str(), account, version, entry.is_open(), entry.document()];
    transaction.prepare(STORE)?.execute(values)?;
    transaction.commit()?;
    Ok(Swap::Stored)
}

pub(super) fn open_intents(connection: &Connection) -> Result<Vec<EntryKey>, JournalError> {
    let mut statement = connection.prepare(OPEN)?;
    let mut rows = statement.query([])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        let key = || -> Result<EntryKey, JournalError> {
            Ok(EntryKey::new(label(row)?, row.get::<_, String>(1)?.into()))
        };
        keys.push(key().map_err(|error| format!("an open row is no entry, it was changed: {error}"))?);
    }
    Ok(keys)
}

pub(super) fn open_entries(
    connection: &Connection,
    after: Option<&EntryKey>,
    at_most: usize,
) -> Result<Vec<Entry>, JournalError> {
    let mut statement = connection.prepare(OPEN_ENTRIES)?;
    // No id is empty.
    let (account, id) = after.map_or(("", ""), |after| (text(after.account()), after.id().as_str()));
    let at_most = i64::try_from(at_most).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![account, id, at_most])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(&row.get::<_, String>(4)?.into(), row)?);
    }
    Ok(entries)
}

/// A second order of a purchase, placed by mistake, is not found: it is for a person.
pub(super) fn find_orders(
    connection: &Connection,
    order_nos: &[OrderNo],
) -> Result<Vec<Entry>, JournalError> {
    let mut statement = connection.prepare(OF_ORDER)?;
    let mut entries: Vec<Entry> = Vec::new();
    for order_no in order_nos {
        let mut rows = statement.query([order_no.as_str()])?;
        while let Some(row) = rows.next()? {
            let entry = read(&row.get::<_, String>(4)?.into(), row)?;
            if entry.orders().contains(order_no) && !entries.contains(&entry) {
                entries.push(entry);
            }
        }
    }
    Ok(entries)
}

/// How a label stands in a row: clients without one have the empty text, which is no label.
fn text(label: Option<&AccountLabel>) -> &str {
    label.map_or("", AccountLabel::as_str)
}

fn label(row: &Row<'_>) -> Result<Option<AccountLabel>, JournalError> {
    match row.get::<_, String>(0)?.as_str() {
        "" => Ok(None),
        label => Ok(Some(AccountLabel::new(label)?)),
    }
}

fn read(id: &IntentId, row: &Row<'_>) -> Result<Entry, JournalError> {
    let read = || -> Result<Entry, JournalError> {
        let version = u64::try_from(row.get::<_, i64>(1)?)?;
        let is_open = match row.get(2)? {
            0 => false,
            1 => true,
            other => return Err(rusqlite::Error::IntegralValueOutOfRange(2, other).into()),
        };
        let key = EntryKey::new(label(row)?, id.clone());
        Ok(Entry::new(key, version, is_open, row.get::<_, String>(3)?))
    };
    read().map_err(|error| format!("the row of `{id}` is no entry, it was changed: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without an index a journal of many purchases would be read whole each time.
    #[test]
    fn rows_are_found_by_an_index() {
        let mut connection = Connection::open_in_memory().unwrap();
        super::super::format::bring_up(connection.transaction().unwrap()).unwrap();
        let plan = |query: &str| -> Vec<String> {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
            let lines = statement.query_map([], |row| row.get("detail")).unwrap();
            lines.map(Result::unwrap).collect()
        };
        let key = "SEARCH entry USING INDEX sqlite_autoindex_entry_1";
        assert_eq!(plan(OF_ID.replace("?1", "'a'").as_str()), [format!("{key} (id=?)")]);
        assert_eq!(
            plan(OF_KEY.replace("?1", "'a'").replace("?2", "''").as_str()),
            [format!("{key} (id=? AND account=?)")]
        );
        assert_eq!(plan(OPEN), ["SCAN entry USING COVERING INDEX open_entry"]);
        let page = OPEN_ENTRIES.replace("?1", "''").replace("?2", "''").replace("?3", "9");
        let [line] = &plan(&page)[..] else { panic!("it is sorted") };
        assert!(line.contains("USING INDEX open_entry"), "{line}");
        let [line] = &plan(&OF_ORDER.replace("?1", "'HB1'"))[..] else { panic!("it is read whole") };
        assert!(line.contains("SEARCH entry USING INDEX entry_of_order"), "{line}");
    }
}
