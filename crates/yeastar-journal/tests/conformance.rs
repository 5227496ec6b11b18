//! The journals of this crate keep the rules.

use yeastar_journal::{MemoryJournal, conformance};

#[test]
fn memory() {
    let journal = MemoryJournal::new();
    conformance::check(|| journal.clone());
}

#[cfg(feature = "sqlite")]
#[test]
fn sqlite() {
    let folder =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conf-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    conformance::check(|| yeastar_journal::SqliteJournal::open(folder.join("journal.db")).unwrap());
}
