//! What a person reads of an outcome.

use super::script::{
    Asked, Run, Write, answer, evidence, intent, intent_with_url, lost, ours, placed, refusal, row, success,
};
use yeastar_core::purchase::{ConfirmedBy, Outcome, Resend};

/// What the purchase of the intent comes to on a portal that was prepared so.
fn text(prepare: impl FnOnce(&mut Run)) -> String {
    let mut run = Run::new();
    prepare(&mut run);
    run.purchase(&intent_with_url()).unwrap().to_string()
}

#[test]
fn outcomes_in_words() {
    let in_doubt = |run: &mut Run| run.portal.once(Asked::Order, refusal(504));
    let texts = [
        text(|_| {}),
        text(|run| run.portal.rows.push(ours(9))),
        text(|run| {
            in_doubt(run);
            run.portal.appear.extend([(0, ours(9)), (0, ours(10)), (0, ours(11))]);
        }),
        text(|run| run.portal.once(Asked::Order, refusal(422))),
        text(|run| run.portal.url_existed = true),
        text(|run| run.portal.once(Asked::Order, refusal(403))),
        text(|run| run.portal.always(Asked::Rows, || refusal(500))),
        text(in_doubt),
        text(|run| {
            in_doubt(run);
            run.policy.reconcile_for = core::time::Duration::from_secs(600);
        }),
        text(|run| {
            in_doubt(run);
            run.portal.is_uncounted = true;
            run.portal
                .appear
                .extend([(0, row(9, r#""createTime":"2026-01-02 03:04:05""#)), (0, r#"{"id":"10"}"#.into())]);
        }),
        text(|run| {
            run.writes
                .extend([Write::Carried, Write::Carried].into_iter().chain((0..30).map(|_| Write::Fails)));
        }),
    ];
    insta::assert_snapshot!(texts.join("\n\n"));
}

#[test]
fn the_status_of_an_order_is_told_however_it_was_found() {
    let status = |outcome: &Outcome| outcome.order_status().map(|status| status.as_str().to_owned());
    let row_of = |status: &str| {
        format!(r#"{{"id":"9","orderNo":"HB9","orderStatus":"{status}","reference":"ticket-4711"}}"#)
    };
    for (name, remark) in [
        ("pending", ": it waits for its payment"),
        ("succeed", ""),
        ("confirming", ""),
        ("cancelled", ": it is not in effect, ask the portal why"),
        ("failed", ": it is not in effect, ask the portal why"),
        ("invalid", ": it is not in effect, ask the portal why"),
        ("refunded", ": it is not in effect, ask the portal why"),
    ] {
        let mut answered = Run::new();
        answered
            .portal
            .once(Asked::Order, success(&format!(r#"{{"orderNo":"HB9","orderStatus":"{name}"}}"#)));
        let mut found = Run::new();
        found.portal.once(Asked::Order, lost());
        found.portal.appear.push((0, row_of(name)));
        let mut in_details = Run::new();
        in_details.portal.once(Asked::Order, lost());
        in_details.portal.appear.push((0, row_of(name).replace("reference", "x").replace("4711", "")));
        in_details.portal.details.insert("9".into(), r#"{"orderInformation":{"po":"ticket-4711"}}"#.into());
        let mut already = Run::new();
        already.portal.rows.push(row_of(name));
        for (mut run, by) in [
            (answered, ConfirmedBy::Answer),
            (found, ConfirmedBy::Found),
            (in_details, ConfirmedBy::Found),
            (already, ConfirmedBy::AlreadyThere),
        ] {
            let outcome = run.purchase(&intent()).unwrap();
            assert!(matches!(&outcome, Outcome::Confirmed { by: known, .. } if *known == by), "{outcome}");
            assert_eq!(status(&outcome).as_deref(), Some(name), "{by:?}");
            assert!(outcome.to_string().ends_with(&format!("), status {name}{remark}")), "{outcome}");
            // The journal does not know it any more.
            assert_eq!(status(&run.purchase(&intent()).unwrap()), None, "{by:?}");
        }
    }
}

#[test]
fn evidence_of_two_processes_and_a_look_that_failed() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = Run::new();
    run.now = yeastar_core::Tick::default();
    run.die_before("store 3", &guarded);
    run.portal.once(Asked::Order, lost());
    run.policy.max_attempts = 2;
    run.policy.reconcile_for = core::time::Duration::ZERO;
    let outcome = run.purchase(&guarded).unwrap();
    assert_eq!(evidence(&outcome).attempts.len(), 2);
    run.portal.always(Asked::Rows, || refusal(500));
    let outcome = run.purchase(&intent_with_url()).unwrap();
    insta::assert_snapshot!(outcome.to_string());
}

#[test]
fn each_outcome_is_one_line_but_for_its_evidence() {
    let ugly = || {
        answer(
            422,
            r#"{"code":"a\nb","detailMessage":"two\r\nlines\u0000","requestId":"1\n2","result":null}"#,
        )
    };
    let words = text(|run| run.portal.once(Asked::Order, ugly()));
    assert!(!words.contains(|char: char| char.is_control()), "{words}");
}

#[test]
fn the_number_and_the_failure_of_the_journal_are_there_for_programs() {
    let mut run = Run::new();
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(outcome.order_no().unwrap().as_str(), "HB9");
    assert!(outcome.unrecorded().is_none());
    for (event, has_number) in
        [(placed(), true), (refusal(422), false), (refusal(403), false), (lost(), false)]
    {
        let mut run = Run::new();
        run.portal.once(Asked::Order, event);
        run.writes.extend([Write::Carried, Write::Carried].into_iter().chain((0..30).map(|_| Write::Fails)));
        let outcome = run.purchase(&intent()).unwrap();
        assert_eq!(outcome.order_no().is_some(), has_number, "{outcome}");
        assert!(outcome.unrecorded().is_some(), "{outcome}");
    }
}

/// Nothing that the portal says can pose as another line, or drive a terminal.
#[test]
fn what_the_portal_says_stays_on_its_line() {
    const HOSTILE: &str = r"HB1\n\u001b[2J\u202e";
    let order = |id: u64, more: &str| {
        format!(r#"{{"id":"{id}","orderNo":"{HOSTILE}{id}","orderStatus":"{HOSTILE}"{more}}}"#)
    };
    let texts = [
        text(|run| run.portal.once(Asked::Order, super::script::success(&order(9, "")))),
        text(|run| {
            run.portal.once(Asked::Order, lost());
            run.portal.appear.extend([
                (0, order(9, r#","reference":"ticket-4711""#)),
                (0, order(10, r#","reference":"ticket-4711""#)),
            ]);
        }),
        text(|run| {
            run.portal.once(Asked::Order, lost());
            run.portal.appear.push((0, order(9, &format!(r#","createTime":"{HOSTILE}""#))));
        }),
    ];
    for text in texts {
        assert!(text.contains("HB1\\u{a}\\u{1b}[2J\\u{202e}"), "{text}");
        assert!(!text.chars().any(|it| it != '\n' && it.is_control() || it == '\u{202e}'), "{text:?}");
    }
}
