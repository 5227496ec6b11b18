//! The entries: their format, what they must not hold, and which of them are refused.

use core::time::Duration;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;
use yeastar_core::purchase::{Intent, Resend, Stage, Summary};
use yeastar_core::{AccountLabel, Entry, EntryKey, ErrorKind};

use super::script::{
    Asked, ID, Run, forge, intent, intent_with_url, lost, new_pbx, purchase_in, refusal, renewal, seal, state,
};

/// The words by which an entry is refused.
#[track_caller]
fn refused(entry: &Entry) -> String {
    let mut run = Run::new();
    run.journal = Some(entry.clone());
    let error = run.resume().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
    error.message().into()
}

fn with_document(entry: &Entry, document: impl Into<Box<str>>) -> Entry {
    Entry::new(entry.key().clone(), entry.version(), entry.is_open(), document)
}

fn refiled(entry: &Entry, key: EntryKey) -> Entry {
    Entry::new(key, entry.version(), entry.is_open(), entry.document())
}

/// An entry in each state, oldest first.
fn entries() -> &'static [Entry] {
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(make_entries);
    &ENTRIES
}

fn make_entries() -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut take = |run: Run| entries.push(run.journal.unwrap());
    for point in ["page", "order"] {
        let mut run = Run::new();
        run.die_before(point, &intent());
        take(run);
    }
    take(Run::in_doubt(&intent_with_url().with_resend(Resend::UniqueKeyGuard)));
    for status in [403, 422] {
        let mut run = Run::new();
        run.portal.once(Asked::Order, refusal(status));
        let _ = run.purchase(&intent()).unwrap();
        take(run);
    }
    let mut run = Run::new();
    let _ = run.purchase(&intent()).unwrap();
    take(run);
    entries
}

#[test]
fn the_format_of_each_state() {
    let mut entries = make_entries();
    let mut double = Run::in_doubt(&intent());
    double.portal.rows.extend([super::script::ours(8), super::script::ours(9)]);
    let _ = double.resume().unwrap();
    entries.push(double.journal.unwrap());
    let text: Vec<String> = entries
        .iter()
        .map(|entry| {
            let document: Value = serde_json::from_str(entry.document()).unwrap();
            let pretty = serde_json::to_string_pretty(&document).unwrap();
            format!("{} version {} open {}\n{pretty}", entry.id(), entry.version(), entry.is_open())
        })
        .collect();
    let states: Vec<String> = entries.iter().map(state).collect();
    assert_eq!(
        states,
        ["recorded", "sending", "ambiguous", "not_sent", "rejected", "confirmed", "confirmed"]
    );
    insta::assert_snapshot!(text.join("\n\n"));
}

#[test]
fn an_entry_reads_like_what_it_is() {
    let entry = &entries()[0];
    assert!(entry.document().starts_with(r#"{"sha256":""#), "{}", entry.document());
    assert!(
        entry.document().contains(r#","purchase":{"schema":2,"portal":"openapi."#),
        "{}",
        entry.document()
    );
    assert!(entry.document().is_ascii() && !entry.document().contains('\n'), "a line of a file");
}

#[test]
fn no_secret_is_written_down() {
    for entry in entries() {
        for secret in ["CLIENT-SECRET", "client-id", "TOKEN", "REFRESH"] {
            assert!(!entry.document().contains(secret), "{}", entry.document());
        }
    }
    // Not even when the portal quotes it.
    let mut run = Run::new();
    run.portal.once(
        Asked::Order,
        super::script::answer(500, r#"{"code":"c TOKEN","detailMessage":"d TOKEN","requestId":"r TOKEN"}"#),
    );
    let _ = run.purchase(&intent()).unwrap();
    let entry = run.journal.unwrap();
    assert!(!entry.document().contains("TOKEN"), "{}", entry.document());
    // Its `Debug` shows nothing of what was ordered.
    assert_eq!(format!("{entry:?}"), "Entry { key: ticket-4711, version: 4, is_open: true, .. }");
}

#[test]
fn versions_rise_by_one_and_each_names_the_one_that_it_replaces() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    let _ = run.purchase(&intent()).unwrap();
    let _ = run.resume().unwrap();
    let stores: Vec<_> =
        run.log.iter().filter(|line| line.starts_with("store")).map(String::as_str).collect();
    let expected = [
        "store 1 recorded",
        "store 2 sending",
        "store 3 ambiguous",
        "store 4 ambiguous",
        "store 5 ambiguous",
    ];
    assert_eq!(stores, expected);
    for (version, replaces) in [(0, None), (1, None), (2, Some(1)), (u64::MAX, Some(u64::MAX - 1))] {
        assert_eq!(Entry::new(ID.into(), version, true, "").replaces(), replaces);
    }
}

#[test]
fn an_entry_that_was_cut_off_is_refused() {
    for entry in entries() {
        for length in 0..entry.document().len() {
            let words = refused(&with_document(entry, &entry.document()[..length]));
            assert!(
                words.starts_with("the entry `ticket-4711` is cut off or is no entry of a purchase ("),
                "{words}"
            );
        }
    }
}

#[test]
fn an_entry_of_which_a_byte_was_changed_is_refused() {
    for entry in entries() {
        for index in 0..entry.document().len() {
            let mut bytes = entry.document().as_bytes().to_vec();
            bytes[index] ^= 1;
            let words = refused(&with_document(entry, String::from_utf8(bytes).unwrap()));
            assert!(words.contains("was changed") || words.contains("is cut off"), "{index}: {words}");
        }
    }
}

#[test]
fn an_entry_of_another_schema_is_refused_with_the_remedy() {
    for schema in [0, 3, 4_000_000_000_u64] {
        // Its other fields may be anything.
        let text = seal(&format!(r#"{{"schema":{schema},"state":7}}"#));
        let words = refused(&Entry::new(ID.into(), 3, true, text));
        let expected = format!(
            "the entry `ticket-4711` has format {schema}, and this version of the library reads formats 1 and 2: \
             settle it with the version that wrote it"
        );
        assert_eq!(words, expected);
    }
}

#[test]
fn an_entry_of_another_portal_is_refused() {
    let entry = forge(&entries()[1], |purchase| purchase["portal"] = "portal.example.com".into());
    assert_eq!(
        refused(&entry),
        "the entry `ticket-4711` belongs to the portal `portal.example.com`, and this client calls \
         `openapi.partner.yeastar.com`: finish it with a client that calls that one. Where both are the same portal, \
         do not begin anew in another journal: the order may exist"
    );
}

#[test]
fn an_entry_that_is_filed_wrongly_is_refused() {
    for entry in entries() {
        let (key, version, is_open) = (entry.key().clone(), entry.version(), entry.is_open());
        for filed in [
            Entry::new(key.clone(), version + 1, is_open, entry.document()),
            Entry::new(key.clone(), version - 1, is_open, entry.document()),
            Entry::new(key, version, !is_open, entry.document()),
            refiled(&forge(entry, |purchase| purchase["id"] = "ticket-4712".into()), ID.into()),
            refiled(entry, EntryKey::new(AccountLabel::new("acme").ok(), ID.into())),
        ] {
            let words = refused(&filed);
            assert!(words.contains("is filed under another id, account, version or state"), "{words}");
        }
    }
}

#[test]
fn a_journal_that_gives_the_entry_of_another_id_is_refused() {
    let mut run = Run::new();
    run.journal = Some(refiled(&entries()[1], "ticket-4712".into()));
    let words = "the entry `ticket-4711` cannot be told: the journal gave that of `ticket-4712`";
    for result in [run.purchase(&intent()), run.restart(), run.resume()] {
        assert_eq!(result.unwrap_err().message(), words);
    }
}

#[test]
fn an_entry_with_fields_that_are_none_is_refused() {
    let sending = &entries()[1];
    for (field, value) in [
        ("id", Value::Null),
        ("body", Value::Null),
        ("state", "paid".into()),
        ("attempts", "none".into()),
        ("scans", (-1).into()),
        ("watched", 7.into()),
        ("resend", "always".into()),
        ("before", 7.into()),
    ] {
        let mut purchase = purchase_in(sending);
        purchase[field] = value;
        let words = refused(&Entry::new(ID.into(), sending.version(), true, seal(&purchase.to_string())));
        assert!(words.contains("cannot be read ("), "{field}: {words}");
    }
    // A body that is no order of ours cannot be looked for.
    for body in ["", "{}", "[]", r#"{"poNumber":7}"#] {
        let entry = forge(sending, |purchase| purchase["body"] = body.into());
        assert!(refused(&entry).contains("poNumber"), "{body}");
    }
}

/// Somebody who writes into the journal can do much, but nothing that stops the program.
#[test]
fn numbers_at_their_limits_do_no_harm() {
    let entry = forge(Run::in_doubt(&intent()).journal.as_ref().unwrap(), |purchase| {
        purchase["version"] = u64::MAX.into();
        purchase["scans"] = u32::MAX.into();
        purchase["watched"]["secs"] = u64::MAX.into();
        purchase["before"]["page"] = u32::MAX.into();
        purchase["before"]["newest"] = u64::MAX.into();
        purchase["before"]["orders"] = u64::MAX.into();
        purchase["delivered"] = u32::MAX.into();
        purchase["attempts"][0]["number"] = u32::MAX.into();
        purchase["attempts"][0]["sendBy"] = u64::MAX.into();
    });
    let mut run = Run::new();
    run.journal = Some(entry);
    run.portal.rows.push(super::script::ours(9));
    let outcome = run.resume().unwrap();
    assert_eq!(outcome.order_no().unwrap().as_str(), "HB9");
}

#[test]
fn an_id_that_stands_for_another_order_is_refused() {
    let orders = [
        new_pbx(),
        renewal().with_po_number("PO-77"),
        renewal().with_field("note", "other"),
        renewal().with_product_no("OTHER"),
    ];
    for entry in &entries()[..2] {
        for order in orders.clone() {
            let mut run = Run::new();
            run.journal = Some(entry.clone());
            let error = run.machine(&Intent::new(ID, order)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest);
            assert_eq!(
                error.message(),
                "`intent id` is `ticket-4711`, which stands for another order in the journal: resume this id \
                 first: its order may exist already; to correct an order of which nothing was sent, `replace` it; a \
                 new id is for a new order only"
            );
        }
    }
}

#[test]
fn a_refused_entry_is_left_as_it_is_whoever_reads_it() {
    let mut run = Run::in_doubt(&intent());
    let entry = with_document(run.journal.as_ref().unwrap(), "");
    run.journal = Some(entry.clone());
    let words = refused(&entry);
    for error in [run.purchase(&intent()), run.resume(), run.resubmit()].map(Result::unwrap_err) {
        assert_eq!((error.kind(), error.message()), (ErrorKind::Journal, &*words));
    }
    assert_eq!((run.journal, run.log.len()), (Some(entry), 0));
}

proptest! {
    #[test]
    fn no_text_stops_the_program(text in any::<String>(), version in any::<u64>(), is_open in any::<bool>()) {
        for document in [text.clone(), seal("{}"), seal(&Value::from(text).to_string())] {
            refused(&Entry::new(ID.into(), version, is_open, document));
        }
    }

    #[test]
    fn no_piece_of_an_entry_can_be_replaced(
        which in 0..6_usize,
        start in any::<prop::sample::Index>(),
        length in 0..40_usize,
        piece in "[ -~]{0,40}",
    ) {
        let entry = &entries()[which];
        let text = entry.document();
        let start = start.index(text.len());
        let end = (start + length).min(text.len());
        let changed = format!("{}{piece}{}", &text[..start], &text[end..]);
        // White space around a value changes nothing.
        let same = |text: &str| text.split_whitespace().collect::<String>();
        prop_assume!(same(&changed) != same(text));
        refused(&with_document(entry, changed));
    }

    #[test]
    fn an_entry_with_other_values_is_read_or_refused(
        which in 0..6_usize,
        field in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just(Value::Null), any::<bool>().prop_map(Value::from), any::<u64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from), Just(serde_json::json!([])), Just(serde_json::json!({})),
        ],
    ) {
        let entry = forge(&entries()[which], |purchase| {
            let names: Vec<String> = purchase.as_object().unwrap().keys().cloned().collect();
            let name = field.get(&names);
            if !matches!(name.as_str(), "id" | "version") {
                purchase[name] = value;
            }
        });
        let mut run = Run::new();
        run.journal = Some(entry);
        let _ = run.resume();
        let is_to_be_sent_again = state(&entries()[which]) == "ambiguous";
        prop_assert!(run.sent() == 0 || is_to_be_sent_again);
    }
}

// What a list of open purchases says.

#[test]
fn an_entry_says_how_far_it_is_and_how_old() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    let recorded = Summary::of(run.journal.as_ref().unwrap()).unwrap();
    assert_eq!((recorded.stage, recorded.attempts), (Stage::Recorded, 0));
    assert_eq!(
        (&recorded.po_number[..], &recorded.portal[..]),
        ("ticket-4711", "openapi.partner.yeastar.com")
    );

    run.now = run.now + Duration::from_secs(300);
    run.portal.once(Asked::Order, lost());
    let _ = run.purchase(&intent()).unwrap();
    let ambiguous = Summary::of(run.journal.as_ref().unwrap()).unwrap();
    assert_eq!((ambiguous.stage, ambiguous.attempts), (Stage::Ambiguous, 1));
    assert_eq!(ambiguous.recorded_at, Some(1_700_000_000), "that is when it was recorded");

    let entry = run.journal.unwrap();
    let cut = Entry::new(entry.key().clone(), entry.version(), true, "{}");
    assert_eq!(Summary::of(&cut).unwrap_err().kind(), ErrorKind::Journal);
    // The words are those of the document.
    for entry in entries() {
        assert_eq!(Summary::of(entry).unwrap().stage.to_string(), state(entry));
    }
}
