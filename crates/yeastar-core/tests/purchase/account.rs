//! Whose purchase an entry is.

use yeastar_core::purchase::{ConfirmedBy, Outcome, Purchase, Resend};
use yeastar_core::{AccountLabel, Credentials, Entry, EntryKey, Error, ErrorKind, Event, Origin, Session};

use super::script::{
    Asked, ID, Run, Write, credentials, cut, evidence, forge, intent, intent_with_url, lost, ours,
    purchase_in, refusal, seal, state,
};

fn other_credentials() -> Credentials {
    Credentials::new("another-client-id", "ANOTHER-SECRET")
}

/// Another client takes the place of this one, with the same journal.
fn as_client(run: &mut Run, credentials: Credentials) {
    run.session = Session::new(credentials, 2);
    run.log.clear();
    run.orders.clear();
}

fn labelled(credentials: Credentials, label: &str) -> Credentials {
    credentials.with_account(label).unwrap()
}

#[track_caller]
fn refused(result: Result<Outcome, Error>, words: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Journal, "{error}");
    assert!(error.message().contains(words), "{error}");
}

fn answered(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. })
}

#[test]
fn another_client_id_is_refused_whatever_became_of_the_purchase() {
    let prepare: [fn(&mut Run); 4] = [
        |run| run.die_before("page", &intent()),
        |run| run.die_before("order", &intent()),
        |run| *run = Run::in_doubt(&intent()),
        |run| drop(run.purchase(&intent()).unwrap()),
    ];
    for prepare in prepare {
        let mut run = Run::new();
        prepare(&mut run);
        let before = run.journal.clone();
        as_client(&mut run, other_credentials());
        for result in [run.purchase(&intent()), run.restart(), run.resume(), run.resubmit()] {
            refused(result, "was written with another client id: if that is another account");
        }
        assert_eq!((&run.journal, run.log.len()), (&before, 0));
    }
}

#[test]
fn who_has_a_new_client_id_adopts_the_purchase() {
    let mut run = Run::in_doubt(&intent());
    as_client(&mut run, other_credentials());
    let outcome = run.adopt().unwrap();
    assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome}");
    assert_eq!(run.log, ["store 5 ambiguous"], "nothing is asked");
    assert!(run.resume().is_ok());
    as_client(&mut run, credentials());
    refused(run.resume(), "another client id");
}

#[test]
fn a_label_outlives_a_client_id() {
    let mut run = Run::new();
    as_client(&mut run, labelled(credentials(), "acme"));
    run.portal.once(Asked::Order, lost());
    let _ = run.purchase(&intent()).unwrap();
    let key = run.journal.as_ref().unwrap().key().clone();
    assert_eq!(key, EntryKey::new(AccountLabel::new("acme").ok(), ID.into()));
    as_client(&mut run, labelled(other_credentials(), "acme"));
    run.portal.rows.push(ours(9));
    let outcome = run.resume().unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Found, .. }), "{outcome}");
    as_client(&mut run, other_credentials());
    assert!(run.resume().is_ok(), "it is known by the new client id from then on");
}

/// Both entries of an id, as a journal has them.
fn of(run: &Run) -> Entry {
    run.journal.clone().unwrap()
}

#[test]
fn two_labelled_accounts_have_an_entry_each() {
    let mut one = Run::new();
    as_client(&mut one, labelled(credentials(), "one"));
    let _ = one.purchase(&intent()).unwrap();
    let mut two = Run::new();
    as_client(&mut two, labelled(other_credentials(), "two"));
    let purchase = Purchase::new(&intent(), &[of(&one)], &two.context()).unwrap();
    assert!(answered(&two.drive(purchase).unwrap().unwrap()));
    assert_eq!(two.sent(), 1);
    // Each finds its own.
    let entries = [of(&one), of(&two)];
    for run in [&mut one, &mut two] {
        let purchase = Purchase::resume(&ID.into(), &entries, &run.context()).unwrap();
        assert!(answered(&run.drive(purchase).unwrap().unwrap()));
        assert_eq!(run.sent(), 1);
    }
}

#[test]
fn a_client_that_is_given_a_label_goes_on_with_what_it_recorded_without_one() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    as_client(&mut run, labelled(credentials(), "acme"));
    assert!(answered(&run.purchase(&intent()).unwrap()));
    assert_eq!(run.sent(), 1);
    // It stays where it is, and says whose it is: also to the next client id.
    assert!(of(&run).key().account().is_none());
    assert_eq!(purchase_in(&of(&run))["account"], "acme");
    as_client(&mut run, labelled(other_credentials(), "acme"));
    assert!(answered(&run.purchase(&intent()).unwrap()));
    assert_eq!(run.sent(), 0);
    // To another account it is as if it were not there.
    as_client(&mut run, labelled(other_credentials(), "another"));
    let purchase = Purchase::new(&intent(), &[of(&run)], &run.context()).unwrap();
    run.journal = None;
    assert!(answered(&run.drive(purchase).unwrap().unwrap()));
    assert_eq!(run.sent(), 1);
}

#[test]
fn a_label_does_not_hide_what_another_client_id_recorded_without_one() {
    let mut run = Run::in_doubt(&intent());
    as_client(&mut run, labelled(other_credentials(), "acme"));
    refused(run.purchase(&intent()), "`adopt` the entry with that one");
    let _ = run.adopt().unwrap();
    assert!(run.resume().is_ok());
    assert_eq!(run.sent(), 0);
}

#[test]
fn a_client_whose_label_was_forgotten_does_not_order_again() {
    let mut run = Run::new();
    as_client(&mut run, labelled(credentials(), "acme"));
    let _ = run.purchase(&intent()).unwrap();
    as_client(&mut run, credentials());
    assert!(answered(&run.purchase(&intent()).unwrap()), "it has the same client id");
    as_client(&mut run, other_credentials());
    refused(run.purchase(&intent()), "is that of the account `acme`, and this client has no account label");
    refused(run.adopt(), "is that of the account `acme`");
    assert_eq!(run.sent(), 0);
}

#[test]
fn a_client_whose_label_has_changed_does_not_order_again() {
    let mut run = Run::new();
    as_client(&mut run, labelled(credentials(), "acme"));
    let _ = run.purchase(&intent()).unwrap();
    as_client(&mut run, labelled(credentials(), "acme-eu"));
    refused(run.purchase(&intent()), "under the account label `acme`, and the label is `acme-eu` now");
    assert_eq!(run.sent(), 0);
}

#[test]
fn no_client_id_is_written_down() {
    let mut run = Run::new();
    let _ = run.purchase(&intent()).unwrap();
    let client = purchase_in(&of(&run))["client"].as_str().unwrap().to_owned();
    assert!(client.len() == 32 && client.bytes().all(|byte| byte.is_ascii_hexdigit()), "{client}");
}

#[test]
fn a_portal_is_its_host_however_it_is_written() {
    let same = [
        ["https://openapi.partner.yeastar.com", "https://OpenAPI.Partner.Yeastar.com:443"],
        ["https://openapi.partner.yeastar.com", "https://openapi.partner.yeastar.com.:8443"],
        ["http://127.0.0.1:8080", "http://127.0.0.1:8081"],
        ["http://localhost:8080", "http://[::1]:8081"],
        ["http://localhost", "https://127.1.2.3"],
    ];
    for [one, other] in same {
        let mut run = Run::new();
        run.origin = Origin::new(one).unwrap();
        run.die_before("page", &intent());
        run.origin = Origin::new(other).unwrap();
        assert!(answered(&run.purchase(&intent()).unwrap()), "{one} {other}");
    }
}

/// Neither a sandbox for the real portal, nor the other way round.
#[test]
fn an_entry_never_answers_for_another_portal() {
    let portals = ["https://openapi.partner.yeastar.com", "http://127.0.0.1:8080", "https://example.com"];
    for (one, other) in portals.into_iter().flat_map(|one| portals.map(|other| (one, other))) {
        for is_labelled in [true, false] {
            if one == other {
                continue;
            }
            let mut run = Run::new();
            if is_labelled {
                as_client(&mut run, labelled(credentials(), "acme"));
            }
            run.origin = Origin::new(one).unwrap();
            let _ = run.purchase(&intent()).unwrap();
            run.origin = Origin::new(other).unwrap();
            run.orders.clear();
            for result in [run.purchase(&intent()), run.resume(), run.adopt()] {
                refused(result, "finish it with a client that calls that one");
            }
            assert_eq!(run.sent(), 0);
        }
    }
}

/// Another purchase of the same client does not wait for a token that nobody fetches.
#[track_caller]
fn assert_leaves_token(run: &mut Run) {
    run.journal = None;
    run.pauses.clear();
    assert!(answered(&run.purchase(&intent()).unwrap()));
    assert!(run.pauses.is_empty(), "{:?}", run.pauses);
}

#[test]
fn credentials_of_another_account_do_not_take_over_a_purchase_under_way() {
    // Before the order is sent.
    let mut run = Run::new();
    let purchase = run.machine(&intent()).unwrap();
    run.session.set_credentials(other_credentials());
    let outcome = run.drive(purchase).unwrap().unwrap();
    let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
    assert!(error.message().contains("credentials were replaced"), "{error}");
    assert_eq!(run.log, ["store 1 recorded", "store 2 not_sent"]);
    assert_leaves_token(&mut run);

    // When it was about to be sent.
    let mut run = Run::new();
    run.credentials_before_sending = Some(other_credentials());
    let outcome = run.purchase(&intent()).unwrap();
    let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}") };
    assert!(error.message().contains("credentials were replaced"), "{error}");
    assert_eq!((run.sent(), run.tokens), (0, 1), "{:?}", run.log);
    assert_leaves_token(&mut run);

    // While it is looked for: another account's list proves nothing.
    let mut run = Run::in_doubt(&intent());
    let purchase = Purchase::resume(&ID.into(), &[of(&run)], &run.context()).unwrap();
    run.session.set_credentials(other_credentials());
    let outcome = run.drive(purchase).unwrap().unwrap();
    assert_eq!(evidence(&outcome).scans, 1, "that of before");
    assert!(evidence(&outcome).problem.as_ref().unwrap().message().contains("were replaced"));
    assert!(!run.log.iter().any(|line| line.starts_with("page")), "{:?}", run.log);
    assert_leaves_token(&mut run);
}

#[test]
fn new_credentials_of_the_same_account_go_on() {
    let mut run = Run::new();
    as_client(&mut run, labelled(credentials(), "acme"));
    let purchase = run.machine(&intent()).unwrap();
    run.session.set_credentials(labelled(other_credentials(), "acme"));
    assert!(answered(&run.drive(purchase).unwrap().unwrap()));
}

#[test]
fn a_label_is_plain() {
    for label in ["a", "acme", "ACME-2.b_c", &"x".repeat(40)] {
        assert_eq!(AccountLabel::new(label).unwrap().as_str(), label);
    }
    for label in ["", " ", "a b", "a/b", "a:b", "ä", "a\n", &"x".repeat(41)] {
        assert!(AccountLabel::new(label).is_err(), "`{label}`");
    }
}

/// Format 1: it had one account per journal, and does not say which.
fn format_1(entry: &Entry) -> Entry {
    let new = purchase_in(entry);
    let mut old = serde_json::Map::new();
    old.insert("schema".into(), 1.into());
    old.insert("origin".into(), "https://openapi.partner.yeastar.com".into());
    for field in ["id", "version", "body", "resend", "state", "tainted", "before", "scans", "watched"] {
        old.insert(field.into(), new[field].clone());
    }
    let mut attempts = new["attempts"].clone();
    for attempt in attempts.as_array_mut().unwrap() {
        attempt
            .as_object_mut()
            .unwrap()
            .retain(|field, _| ["recordedAt", "sendBy", "told"].contains(&field.as_str()));
    }
    old.insert("attempts".into(), attempts);
    Entry::new(ID.into(), entry.version(), entry.is_open(), seal(&serde_json::Value::Object(old).to_string()))
}

#[test]
fn of_an_entry_that_does_not_say_whose_it_is_nothing_is_sent() {
    const WORDS: &str = "does not say whose account it is: `adopt` it";
    let mut run = Run::new();
    run.die_before("page", &intent());
    run.journal = Some(format_1(&of(&run)));
    refused(run.purchase(&intent()), WORDS);
    refused(run.restart(), WORDS);
    refused(run.replace(super::script::renewal().with_field("note", "new")), WORDS);
    let recorded = run.journal.clone();
    assert!(matches!(run.resume(), Ok(Outcome::NotPlaced { .. })));
    run.journal = recorded;
    run.log.clear();
    let _ = run.adopt().unwrap();
    assert_eq!(run.log, ["store 2 recorded"]);
    assert!(answered(&run.purchase(&intent()).unwrap()));
    assert_eq!(run.sent(), 1);

    // Nor what was turned away before the process ended.
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(403));
    run.die_before("store 4", &intent());
    run.orders.clear();
    run.journal = Some(format_1(&of(&run)));
    assert!(matches!(run.purchase(&intent()), Ok(Outcome::NotPlaced { .. })));
    assert_eq!(run.sent(), 0);

    // After doubt it is looked for, and not sent again by a policy or on a word.
    let mut run = Run::in_doubt(&intent_with_url().with_resend(Resend::UniqueKeyGuard));
    run.journal = Some(format_1(&of(&run)));
    run.policy.reconcile_for = core::time::Duration::from_secs(600);
    let outcome = run.purchase(&intent_with_url()).unwrap();
    assert!(matches!(outcome, Outcome::Ambiguous { absent: false, .. }), "{outcome}");
    assert_eq!(evidence(&outcome).scans, 1, "that of before");
    refused(run.resubmit(), WORDS);
    assert!(matches!(run.resume(), Ok(Outcome::Ambiguous { .. })));
    assert_eq!(run.sent(), 0);
    assert!(purchase_in(&of(&run)).get("client").is_none(), "whose it is is still not known");
    run.portal.rows.push(ours(9));
    assert!(matches!(run.resume(), Ok(Outcome::Confirmed { .. })));
}

/// They may have been made in another account.
#[test]
fn looks_before_an_entry_was_adopted_do_not_make_its_order_absent() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, super::script::lost());
    run.policy.reconcile_for = core::time::Duration::from_secs(600);
    assert!(matches!(run.purchase(&intent()), Ok(Outcome::Ambiguous { absent: true, .. })));
    run.journal = Some(format_1(&of(&run)));
    let outcome = run.adopt().unwrap();
    assert!(matches!(outcome, Outcome::Ambiguous { absent: false, .. }), "{outcome}");
    let error = run.resubmit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert!(matches!(run.resume(), Ok(Outcome::Ambiguous { absent: true, .. })));
}

/// What the caller says is done when it is stored, and not before.
#[test]
fn who_adopts_an_entry_is_told_when_that_was_not_stored() {
    let mut run = Run::new();
    run.die_before("page", &intent());
    run.journal = Some(format_1(&of(&run)));
    let before = run.journal.clone();
    run.writes.push_back(Write::Fails);
    assert_eq!(run.adopt().unwrap_err().kind(), ErrorKind::Journal);
    run.writes.push_back(Write::Overtaken(Box::new(|stored| {
        let mut other = Run::new();
        other.journal = stored;
        let _ = other.resume().unwrap();
        other.journal
    })));
    assert_eq!(run.adopt().unwrap_err().kind(), ErrorKind::Conflict);
    run.journal = before;
    let _ = run.adopt().unwrap();
}

#[test]
fn an_entry_of_format_1_is_read_in_every_state() {
    let mut run = Run::new();
    let _ = run.purchase(&intent()).unwrap();
    run.journal = Some(format_1(&of(&run)));
    assert!(matches!(run.purchase(&intent()), Ok(Outcome::Confirmed { .. })));

    let mut run = Run::new();
    run.die_before("order", &intent());
    run.journal = Some(format_1(&of(&run)));
    assert!(matches!(run.resume(), Ok(Outcome::Ambiguous { .. })));
    assert_eq!(purchase_in(&of(&run))["delivered"], 1);
    assert_eq!((state(&of(&run)), purchase_in(&of(&run))["schema"].as_u64()), ("ambiguous".into(), Some(2)));

    // It may have a policy that is no more; then it is looked for only.
    let mut run = Run::in_doubt(&intent());
    let mut purchase = purchase_in(&format_1(&of(&run)));
    purchase["resend"] = serde_json::json!({"after_quarantine": {"secs": 900, "nanos": 0}});
    run.journal = Some(Entry::new(ID.into(), of(&run).version(), true, seal(&purchase.to_string())));
    assert!(matches!(run.resume(), Ok(Outcome::Ambiguous { .. })));
    assert_eq!((run.sent(), &purchase_in(&of(&run))["resend"]), (0, &"never".into()));
}

/// Its account adopts it while another process looks for the order.
#[test]
fn who_does_not_know_whose_it_is_does_not_undo_that_it_was_adopted() {
    let mut run = Run::in_doubt(&intent());
    run.journal = Some(format_1(&of(&run)));
    run.writes.push_back(Write::Overtaken(Box::new(|stored| {
        let mut other = Run::new();
        as_client(&mut other, labelled(credentials(), "acme"));
        other.journal = stored;
        let _ = other.adopt().unwrap();
        other.journal
    })));
    let _ = run.resume().unwrap();
    let purchase = purchase_in(&of(&run));
    assert_eq!(purchase["account"], "acme");
    assert!(purchase["client"].is_string());
}

#[test]
fn what_may_have_arrived_is_counted_in_an_entry_of_format_1() {
    let answers: [(fn() -> Event, u64); 3] = [(cut, 0), (|| refusal(403), 1), (lost, 1)];
    for (answer, delivered) in answers {
        let mut run = Run::new();
        run.portal.always(Asked::Order, answer);
        run.policy.reconcile_for = core::time::Duration::ZERO;
        let _ = run.purchase(&intent()).unwrap();
        run.journal = Some(format_1(&of(&run)));
        let _ = run.adopt().unwrap();
        assert_eq!(purchase_in(&of(&run))["delivered"], delivered);
    }
}

#[test]
fn a_former_answer_of_another_account_is_never_this_ones() {
    let mut run = Run::new();
    let _ = run.purchase(&intent()).unwrap();
    let entry = forge(&of(&run), |purchase| purchase["client"] = "0".repeat(32).into());
    run.journal = Some(entry);
    run.portal.rows.clear();
    refused(run.purchase(&intent()), "another client id");
}

/// What the library wrote before purchases knew their account, to the byte: id, version, open, document.
#[test]
fn the_entries_of_format_1_that_are_kept_are_read() {
    let text = include_str!("../../../../fixtures/journal/format-1.jsonl");
    let ends: Vec<String> = text
        .lines()
        .map(|line| {
            let (id, version, is_open, document): (String, u64, bool, String) =
                serde_json::from_str(line).unwrap();
            let entry = Entry::new(id.as_str().into(), version, is_open, document);
            let mut run = Run::new();
            let purchase =
                Purchase::resume(entry.id(), std::slice::from_ref(&entry), &run.context()).unwrap();
            run.journal = Some(entry);
            let outcome = run.drive(purchase).unwrap().unwrap();
            assert_eq!(run.sent(), 0, "{id}");
            let end = match &outcome {
                Outcome::Confirmed { order_no, others, .. } => format!("{order_no} {others:?}"),
                Outcome::Rejected { .. } => "rejected".into(),
                Outcome::NotPlaced { .. } => "not sent".into(),
                _ => "ambiguous".into(),
            };
            format!("{id}: {end}")
        })
        .collect();
    let expected = [
        "recorded-1: not sent",
        "sending-1: ambiguous",
        "ambiguous-1: ambiguous",
        "ambiguous-2: ambiguous",
        "not-sent-1: not sent",
        "rejected-1: rejected",
        "confirmed-1: HB9 []",
        "quarantine-1: ambiguous",
        r#"quarantine-2: HB8 [OrderNo("HB9")]"#,
    ];
    assert_eq!(ends, expected);
}
