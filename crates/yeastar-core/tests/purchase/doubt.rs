//! After doubt: how the order is looked for, what proves it, and what an end without proof tells.

use core::time::Duration;

use yeastar_core::purchase::{Candidate, ConfirmedBy, Intent, Outcome, Resend};
use yeastar_core::{Delivery, ErrorKind, OrderNo};

use super::script::{
    Asked, ID, RowOrder, Run, URL, cut, evidence, intent, intent_with_url, lost, ours, purchase_in, refusal,
    renewal, row, success,
};

/// A purchase whose answer is lost.
fn run() -> Run {
    let mut run = Run::new();
    run.portal.once(Asked::Order, lost());
    run
}

#[track_caller]
fn found(outcome: &Outcome) -> (&str, Vec<&str>) {
    let Outcome::Confirmed {
        order_no, by: ConfirmedBy::Found, placed: None, others, unrecorded: None, ..
    } = outcome
    else {
        panic!("{outcome}")
    };
    (order_no.as_str(), others.iter().map(OrderNo::as_str).collect())
}

#[track_caller]
fn candidates(outcome: &Outcome) -> &[Candidate] {
    match outcome {
        Outcome::Ambiguous { candidates, .. } => candidates,
        other => panic!("{other}"),
    }
}

fn numbers(outcome: &Outcome) -> Vec<&str> {
    candidates(outcome)
        .iter()
        .filter_map(|candidate| candidate.order_no.as_ref())
        .map(OrderNo::as_str)
        .collect()
}

#[track_caller]
fn is_absent(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Ambiguous { absent, .. } => *absent,
        other => panic!("{other}"),
    }
}

#[test]
fn it_is_found_in_any_field_of_its_row() {
    for more in [
        r#""customReferenceNo":"ticket-4711""#,
        r#""anything":[{"a":{"b":" ticket-4711 "}}]"#,
        r#""createTime":"ticket-4711""#,
    ] {
        let mut run = run();
        run.portal.appear.push((0, row(9, more)));
        let outcome = run.purchase(&intent()).unwrap();
        assert_eq!(found(&outcome), ("HB9", vec![]), "{more}");
        let log = ["order", "store 3 ambiguous", "page 1", "balance", "store 4 confirmed"];
        assert_eq!(run.log[4..], log);
        assert_eq!(run.seconds(), [2]);
    }
}

#[test]
fn it_is_found_in_its_details() {
    let mut run = run();
    run.portal.appear.push((0, row(9, "")));
    run.portal.details.insert("9".into(), r#"{"orderInformation":{"x":[{"y":"ticket-4711"}]}}"#.into());
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(found(&outcome), ("HB9", vec![]));
    assert_eq!(run.log[6..], ["page 1", "details 9", "balance", "store 4 confirmed"]);
}

#[test]
fn it_is_found_by_the_url_of_the_new_pbx() {
    for in_row in [true, false] {
        let mut run = run();
        // Names of hosts are alike in both cases.
        let url = r#""pbxUrl":"New.Example.com""#;
        run.portal.appear.push((0, row(9, if in_row { url } else { "" })));
        run.portal.details.insert("9".into(), format!(r#"{{"orderSummary":[{{{url}}}]}}"#));
        let outcome = run.purchase(&intent_with_url()).unwrap();
        assert_eq!(found(&outcome), ("HB9", vec![]));
    }
}

#[test]
fn an_older_order_had_the_url_before_it_was_free() {
    let mut run = run();
    run.portal.rows[1] = row(2, &format!(r#""pbxUrl":"{URL}""#));
    let outcome = run.purchase(&intent_with_url()).unwrap();
    assert!(candidates(&outcome).is_empty(), "{outcome}");
}

#[test]
fn it_is_found_as_soon_as_it_shows() {
    let mut run = run();
    run.portal.appear.push((50, ours(9)));
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(found(&outcome), ("HB9", vec![]));
    assert_eq!(run.seconds(), [2, 2, 4, 8, 16, 32]);
}

#[test]
fn what_only_looks_like_the_key_does_not_prove_it() {
    for more in [
        r#""reference":"ticket-47112""#,
        r#""reference":"PO/ticket-4711""#,
        r#""reference":"TICKET-4711""#,
        r#""ticket-4711":1"#,
        r#""ticket-4711" : {"a":"b"}"#,
    ] {
        let mut run = run();
        run.portal.appear.push((0, row(9, more)));
        run.portal.details.insert("9".into(), format!("{{{more}}}"));
        let outcome = run.purchase(&intent()).unwrap();
        assert_eq!(numbers(&outcome), ["HB9"], "{more}");
    }
    let mut run = run();
    run.portal.appear.push((0, row(9, r#""reference":123456"#)));
    let outcome = run.purchase(&Intent::new("123456", renewal())).unwrap();
    assert_eq!(numbers(&outcome), ["HB9"], "a number is no text");
}

#[test]
fn the_details_of_older_orders_are_not_read() {
    let mut run = run();
    run.portal.details.insert("2".into(), r#"{"x":"ticket-4711"}"#.into());
    let outcome = run.purchase(&intent()).unwrap();
    assert!(candidates(&outcome).is_empty());
    assert!(!run.log.iter().any(|line| line.starts_with("details")), "{:?}", run.log);
}

#[test]
fn an_order_of_somebody_else_is_a_candidate_unless_it_is_about_something_else() {
    let cases = [
        ("{}", true),
        (r#"{"basicInformation":{"productId":"13","productNo":"3658B431119665QJ"}}"#, true),
        (r#"{"basicInformation":{"productId":13}}"#, true),
        (r#"{"basicInformation":{"productNo":"3658B431119665QJ"}}"#, true),
        (r#"{"basicInformation":{"productId":14,"productNo":"3658B431119665QJ"}}"#, false),
        (r#"{"basicInformation":{"productId":13,"productNo":"SOMETHING-ELSE"}}"#, false),
    ];
    for (details, is_candidate) in cases {
        let mut run = run();
        run.portal.appear.push((0, row(9, r#""createTime":"2026-01-02 03:04:05""#)));
        run.portal.details.insert("9".into(), details.into());
        let outcome = run.purchase(&intent()).unwrap();
        assert_eq!(candidates(&outcome).len(), usize::from(is_candidate), "{details}");
        if let [candidate] = candidates(&outcome) {
            assert_eq!(candidate.id.as_ref().unwrap().as_str(), "9");
            assert_eq!(candidate.order_no.as_ref().unwrap().as_str(), "HB9");
            assert_eq!(candidate.order_status.as_ref().unwrap().as_str(), "pending");
            assert_eq!(candidate.create_time.as_ref().unwrap().as_str(), "2026-01-02 03:04:05");
            assert_eq!(candidate.product_no.is_some(), details.contains("productNo"));
        }
        assert!(evidence(&outcome).scans >= 3, "everything was read: {outcome}");
    }
}

#[test]
fn two_orders_with_the_key_are_a_double_order_and_both_are_told() {
    let mut run = run();
    run.portal.appear.extend([(0, ours(8)), (0, row(9, "")), (0, ours(10))]);
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(found(&outcome), ("HB8", vec!["HB10"]));
    assert!(outcome.to_string().contains("DOUBLE ORDER with the same key: HB10"));
    // The other new order is none of ours, and is not asked about.
    assert!(!run.log.contains(&"details 9".into()), "{:?}", run.log);
    // It is told again from the journal.
    assert_eq!(found(&run.resume().unwrap()), ("HB8", vec!["HB10"]));
}

#[test]
fn a_double_order_shows_in_the_details_as_well() {
    let mut run = run();
    run.portal.appear.extend([(0, row(8, "")), (0, row(9, "")), (0, row(10, ""))]);
    for id in ["8", "10"] {
        run.portal.details.insert(id.into(), r#"{"reference":"ticket-4711"}"#.into());
    }
    assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB8", vec!["HB10"]));
}

/// Whoever adds to the new PBX orders for its URL as well.
#[test]
fn a_later_order_for_the_new_pbx_is_no_double_order() {
    for in_row in [true, false] {
        let url = format!(r#""pbxUrl":"{URL}""#);
        let mut run = run();
        for id in [8, 9] {
            run.portal.appear.push((0, row(id, if in_row { &url } else { "" })));
            run.portal.details.insert(id.to_string(), format!("{{{url}}}"));
        }
        assert_eq!(found(&run.purchase(&intent_with_url()).unwrap()), ("HB8", vec![]));
    }
}

/// A colleague's order for the URL that came to nothing, say.
#[test]
fn the_purchase_order_number_outweighs_the_url() {
    for in_row in [true, false] {
        let mut run = run();
        let theirs = format!(r#""pbxUrl":"{URL}""#);
        for (id, more) in [(8, theirs.clone()), (9, format!(r#"{theirs},"reference":"{ID}""#))] {
            run.portal.appear.push((0, row(id, if in_row { &more } else { &theirs })));
            run.portal.details.insert(id.to_string(), format!("{{{more}}}"));
        }
        assert_eq!(found(&run.purchase(&intent_with_url()).unwrap()), ("HB9", vec![]));
    }
}

/// The first in time, however the list is sorted.
#[test]
fn the_first_order_for_the_url_is_the_one_in_a_list_that_is_not_sorted() {
    let mut run = run();
    run.portal.order = RowOrder::Mixed;
    run.portal.appear.extend([8, 9].map(|id| (0, row(id, &format!(r#""pbxUrl":"{URL}""#)))));
    assert_eq!(found(&run.purchase(&intent_with_url()).unwrap()), ("HB8", vec![]));
}

#[test]
fn a_row_that_comes_twice_is_one_order() {
    let mut run = run();
    run.portal.appear.extend([(0, ours(9)), (0, ours(9))]);
    assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB9", vec![]));
}

#[test]
fn an_order_without_a_number_proves_nothing_but_is_not_absent() {
    for (row, is_counted) in [
        (r#"{"id":9,"reference":"ticket-4711"}"#.to_owned(), true),
        (r#"{"id":9,"reference":"ticket-4711"}"#.to_owned(), false),
        (format!(r#"{{"id":9,"pbxUrl":"{URL}"}}"#), false),
    ] {
        let mut run = run();
        run.portal.is_uncounted = !is_counted;
        run.portal.appear.push((0, row));
        let outcome = run.purchase(&intent_with_url()).unwrap();
        assert_eq!(evidence(&outcome).scans, 0, "{outcome}");
        assert_eq!(evidence(&outcome).sighted, ["9".into()], "{outcome}");
    }
}

#[test]
fn an_order_whose_id_is_no_number_is_asked_about() {
    let mut run = run();
    run.portal.is_uncounted = true;
    run.portal.appear.push((0, r#"{"id":"A-9","orderNo":"HB9"}"#.into()));
    run.portal.details.insert("A-9".into(), r#"{"x":"ticket-4711"}"#.into());
    assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB9", vec![]));
}

#[test]
fn not_more_than_fifty_new_orders_are_asked_about() {
    let mut run = run();
    run.policy.reconcile_for = Duration::ZERO;
    run.portal.appear = (100..151).map(|id| (0, row(id, ""))).collect();
    run.portal.details.insert("150".into(), r#"{"x":"ticket-4711"}"#.into());
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(run.log.iter().filter(|line| line.starts_with("details")).count(), 50);
    assert_eq!(candidates(&outcome).len(), 51);
    assert_eq!(evidence(&outcome).scans, 0, "not everything was read");
    // One fewer, and it is found.
    let mut run = self::run();
    run.portal.appear = (101..151).map(|id| (0, row(id, ""))).collect();
    run.portal.details.insert("150".into(), r#"{"x":"ticket-4711"}"#.into());
    assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB150", vec![]));
}

#[test]
fn a_look_in_which_something_could_not_be_read_does_not_count() {
    let breaks: [(_, fn(&mut Run)); 6] = [
        ("the details", |run| run.portal.always(Asked::Details, || refusal(500))),
        ("the URL", |run| {
            run.portal.once(Asked::Url, success("false"));
            run.portal.always(Asked::Url, || refusal(500));
        }),
        ("a row", |run| run.portal.appear.push((0, "7".into()))),
        ("a row without id and number", |run| run.portal.appear.push((0, "{}".into()))),
        ("the list", |run| {
            run.portal.once(Asked::Rows, success(r#"{"results":[],"total":0}"#));
            run.portal.always(Asked::Rows, || refusal(500));
        }),
        ("the end of the list", |run| {
            run.portal.once(Asked::Rows, success(r#"{"results":[],"total":0}"#));
            run.portal.always(Asked::Rows, || success(r#"{"results":[{"id":9}],"pageNo":7}"#));
        }),
    ];
    for (what, break_it) in breaks {
        let mut run = run();
        run.portal.appear.push((0, row(9, "")));
        break_it(&mut run);
        let outcome = run.purchase(&intent_with_url()).unwrap();
        assert_eq!(evidence(&outcome).scans, 0, "{what}");
        assert!(evidence(&outcome).watched >= Duration::from_secs(120), "{what}");
        assert_eq!(evidence(&outcome).problem.is_some(), what.contains("list"), "{what}");
    }
}

/// Newer ones come before it in such a list, and there are more and more of them.
#[test]
fn the_fifty_oldest_of_the_new_orders_are_asked_about_however_the_list_is_sorted() {
    for ours in ["9", "58"] {
        let mut run = run();
        run.portal.order = RowOrder::Mixed;
        run.portal.appear = (9..80).map(|id| (0, row(id, ""))).collect();
        run.portal.details.insert(ours.into(), r#"{"x":"ticket-4711"}"#.into());
        assert_eq!(found(&run.purchase(&intent()).unwrap()), (&*format!("HB{ours}"), vec![]));
    }
}

#[test]
fn an_order_that_cannot_be_asked_about_does_not_hide_another() {
    for odd in [r#"{"id":"..","orderNo":"HB8"}"#, r#"{"orderNo":""}"#] {
        let mut run = run();
        run.portal.appear.extend([(0, odd.into()), (0, row(9, ""))]);
        run.portal.details.insert("9".into(), r#"{"x":"ticket-4711"}"#.into());
        assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB9", vec![]), "{odd}");
    }
}

#[test]
fn a_candidate_whose_details_fail_stays_one() {
    let mut run = run();
    run.portal.appear.push((0, row(9, "")));
    run.portal.always(Asked::Details, || refusal(500));
    assert_eq!(numbers(&run.purchase(&intent()).unwrap()), ["HB9"]);
}

#[test]
fn the_balance_does_not_matter_to_a_look() {
    let mut run = run();
    run.portal.always(Asked::Balance, || refusal(403));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(evidence(&outcome).scans >= 3);
}

#[test]
fn it_begins_one_page_before_the_newest_order() {
    for (orders, first) in [(10, 1), (30, 1), (60, 2), (251, 10)] {
        let mut run = run();
        run.policy.reconcile_for = Duration::ZERO;
        run.portal.rows = (1..=orders).map(|id| row(id, "")).collect();
        let _ = run.purchase(&intent()).unwrap();
        let after = run.log.iter().skip_while(|line| *line != "store 3 ambiguous").nth(1);
        assert_eq!(after, Some(&format!("page {first}")), "{orders} orders");
    }
}

#[test]
fn deleted_orders_do_not_hide_it() {
    for deleted in [1, 20, 25, 30, 40, 50, 60] {
        for new in [1, 30, 70] {
            let mut run = run();
            run.portal.rows = (1..=60).map(|id| row(id, "")).collect();
            run.portal.deleted = deleted;
            run.portal.appear.push((0, ours(99)));
            run.portal.appear.extend((100..100 + new).map(|id| (0, row(id, ""))));
            let outcome = run.purchase(&intent()).unwrap();
            assert_eq!(found(&outcome), ("HB99", vec![]), "{deleted} deleted, {new} new");
        }
    }
}

#[test]
fn it_is_found_in_a_list_that_is_not_sorted() {
    for orders in [0, 1, 25, 26, 60] {
        let mut run = run();
        run.portal.rows = (1..=orders).map(|id| row(id, "")).collect();
        run.portal.order = RowOrder::Mixed;
        run.portal.appear.push((0, ours(99)));
        assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB99", vec![]), "{orders}");
    }
}

#[test]
fn it_is_found_in_a_list_that_begins_with_the_newest() {
    for orders in [0, 1, 25, 26, 10_000] {
        let mut run = run();
        run.portal.rows = (1..=orders).map(|id| row(id, "")).collect();
        run.portal.order = RowOrder::Falling;
        // Others come after it, more than a page of them.
        run.portal.appear.push((0, ours(20_000)));
        run.portal.appear.extend((20_001..20_031).map(|id| (0, row(id, ""))));
        assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB20000", vec![]), "{orders}");
        let pages = run.log.iter().filter(|line| line.starts_with("page")).count();
        assert!(pages <= 4, "{orders}: {:?}", run.log);
    }
}

/// Rows that have moved to the next page meanwhile come twice, and are one order.
#[test]
fn a_falling_list_that_moves_is_not_taken_for_an_unsorted_one() {
    let mut run = run();
    run.policy.reconcile_for = Duration::ZERO;
    run.portal.rows = (1..=60).map(|id| row(id, "")).collect();
    run.portal.order = RowOrder::Falling;
    let page = |ids: &[u64]| {
        let rows: Vec<_> = ids.iter().map(|id| row(*id, "")).collect();
        success(&format!(r#"{{"results":[{}],"total":63,"totalPage":3}}"#, rows.join(",")))
    };
    assert!(candidates(&run.purchase(&intent()).unwrap()).is_empty());
    run.log.clear();
    run.portal.once(Asked::Rows, page(&[63, 62]));
    run.portal.once(Asked::Rows, page(&[63, 62, 61, 60]));
    assert_eq!(candidates(&run.resume().unwrap()).len(), 3);
    assert_eq!(run.log[..5], ["page 1", "page 2", "details 61", "details 62", "details 63"]);
}

/// Ids rise, but nobody promises it.
#[test]
fn it_is_found_when_the_list_has_grown_somewhere_else() {
    let mut run = run();
    run.policy.reconcile_for = Duration::ZERO;
    run.portal.rows = (1_000..1_060).map(|id| row(id, "")).collect();
    assert!(candidates(&run.purchase(&intent()).unwrap()).is_empty());
    run.log.clear();
    run.portal.rows.insert(0, ours(5));
    assert_eq!(found(&run.resume().unwrap()), ("HB5", vec![]));
    assert_eq!(run.log[..5], ["page 2", "page 3", "page 1", "page 2", "page 3"]);
    // One that stands where it should is found without that.
    let mut run = self::run();
    run.portal.rows = (1_000..1_060).map(|id| row(id, "")).collect();
    run.portal.appear.extend([(0, row(1_070, "")), (0, row(1_071, ""))]);
    run.portal.details.insert("1071".into(), r#"{"x":"ticket-4711"}"#.into());
    assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB1071", vec![]));
    assert_eq!(run.log[8..12], ["page 2", "page 3", "details 1070", "details 1071"]);
}

#[test]
fn a_look_that_cannot_have_seen_every_new_order_is_not_complete() {
    let mut run = run();
    run.portal.rows = vec![row(50, "")];
    // Its id says that it is older, so its details are not read.
    run.portal.appear.push((0, row(9, "")));
    run.portal.details.insert("9".into(), r#"{"x":"ticket-4711"}"#.into());
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(evidence(&outcome).scans, 0, "{outcome}");
}

#[test]
fn it_is_looked_for_with_growing_pauses_until_patience_ends() {
    let mut run = run();
    let outcome = run.purchase(&intent()).unwrap();
    assert_eq!(run.seconds(), [2, 2, 4, 8, 16, 32, 56], "the last look is at the end of the two minutes");
    let evidence = evidence(&outcome);
    assert_eq!((evidence.scans, evidence.watched), (7, Duration::from_secs(120)));
    assert!(!is_absent(&outcome));
    assert_eq!(run.log.last().unwrap(), "store 4 ambiguous");

    let mut patient = self::run();
    patient.policy.reconcile_for = Duration::from_secs(600);
    let _ = patient.purchase(&intent()).unwrap();
    assert_eq!(patient.seconds()[6..], [60, 60, 60, 60, 60, 60, 60, 60, 56]);

    let mut impatient = self::run();
    impatient.policy.reconcile_for = Duration::ZERO;
    let outcome = impatient.purchase(&intent()).unwrap();
    assert_eq!(impatient.seconds(), [2], "there is always one look");
    assert_eq!(self::evidence(&outcome).scans, 1);
}

#[test]
fn a_policy_without_pauses_does_not_flood_the_portal() {
    let mut run = run();
    run.policy.reconcile_base = Duration::ZERO;
    run.policy.reconcile_cap = Duration::ZERO;
    run.policy.reconcile_for = Duration::from_secs(1);
    let _ = run.purchase(&intent()).unwrap();
    let looks = run.log.iter().filter(|line| line.starts_with("page")).count() - 1;
    assert_eq!((looks, run.pauses), (100, vec![Duration::from_millis(10); 100]));
}

#[test]
fn an_end_without_proof_tells_everything_that_is_known() {
    let mut run = Run::new();
    run.portal.once(Asked::Order, refusal(500));
    run.portal.appear.push((0, row(9, "")));
    run.order_takes = Duration::from_secs(30);
    let outcome = run.purchase(&intent_with_url()).unwrap();
    let evidence = evidence(&outcome);
    assert_eq!(evidence.po_number, ID);
    assert_eq!(evidence.pbx_url.as_deref(), Some(URL));
    let [attempt] = &evidence.attempts[..] else { panic!("{evidence}") };
    assert_eq!(attempt.delivery(), Delivery::MaybeExecuted);
    assert_eq!(attempt.recorded_at, Some(1_700_000_000));
    assert_eq!(attempt.send_by, Some(1_700_000_120));
    let error = attempt.error().unwrap();
    assert_eq!((error.kind(), error.request_id()), (ErrorKind::Unavailable, Some("7249dc25")));
    assert_eq!((error.code(), error.message()), (Some("refused"), "not like this"));
    let (before, after) = (evidence.before.as_ref().unwrap(), evidence.after.as_ref().unwrap());
    assert_eq!((before.orders, before.newest, before.pbx_url_existed), (Some(2), Some(2), Some(false)));
    assert_eq!((after.orders, after.newest, after.pbx_url_existed), (Some(3), Some(9), Some(false)));
    assert_eq!((before.at, after.at), (Some(1_700_000_000), Some(1_700_000_150)));
    assert_eq!(before.balance.as_ref().unwrap().to_string(), "100.00");
    assert!(evidence.problem.is_none());
}

#[test]
fn it_is_called_absent_after_ten_minutes_and_three_looks_of_all_runs_together() {
    let mut run = run();
    let mut outcome = run.purchase(&intent()).unwrap();
    for minutes in [4, 6, 8, 10] {
        assert!(!is_absent(&outcome), "{minutes}");
        outcome = run.resume().unwrap();
        assert_eq!(evidence(&outcome).watched, Duration::from_secs(minutes * 60));
    }
    assert!(is_absent(&outcome));
    // Something new may be it, or the last look did not see everything.
    let hides: [fn(&mut Run); 3] = [
        |run| run.portal.rows.push(row(9, "")),
        |run| run.portal.rows.push("7".into()),
        |run| run.portal.always(Asked::Rows, || refusal(500)),
    ];
    for hide in hides {
        let mut run = absent();
        hide(&mut run);
        run.policy.reconcile_for = Duration::from_secs(120);
        let outcome = run.resume().unwrap();
        assert!(!is_absent(&outcome), "{outcome}");
    }
    // Long enough, but not often enough.
    let mut run = self::run();
    run.portal.appear.push((0, "7".into()));
    run.policy.reconcile_for = Duration::from_secs(3600);
    let outcome = run.purchase(&intent()).unwrap();
    assert!(!is_absent(&outcome) && evidence(&outcome).watched == Duration::from_secs(3600));
    // Often enough, but not long enough.
    let mut run = self::run();
    run.policy.reconcile_for = Duration::from_secs(599);
    let outcome = run.purchase(&intent()).unwrap();
    assert!(!is_absent(&outcome) && evidence(&outcome).scans > 3);
}

#[test]
fn a_url_that_is_free_after_a_look_has_the_order_sent_again() {
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    let mut run = run();
    let outcome = run.purchase(&guarded).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    let expected = [
        "order",
        "store 3 ambiguous",
        "page 1",
        "url new.example.com",
        "balance",
        "store 4 sending",
        "order",
        "store 5 confirmed",
        // The first order may show by now.
        "page 1",
        "url new.example.com",
        "balance",
        "store 6 confirmed",
    ];
    assert_eq!(run.log[5..], expected);
    assert_eq!(run.orders[0].request.body(), run.orders[1].request.body());
    assert!(run.orders[1].send_by > run.orders[0].send_by);
    assert_eq!(purchase_in(run.journal.as_ref().unwrap())["attempts"].as_array().unwrap().len(), 2);
}

#[test]
fn a_url_that_is_taken_or_cannot_be_asked_for_guards_against_sending() {
    let answers: [fn() -> yeastar_core::Event; 2] = [|| success("true"), || refusal(500)];
    for answer in answers {
        let mut run = run();
        run.portal.once(Asked::Url, success("false"));
        run.portal.always(Asked::Url, answer);
        let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
        assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome}");
        assert_eq!(run.sent(), 1);
    }
}

#[test]
fn a_look_that_is_not_complete_does_not_have_it_sent_again() {
    let mut run = run();
    run.portal.appear.push((0, row(9, "")));
    run.portal.always(Asked::Details, || refusal(500));
    let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
    assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome}");
    assert_eq!(run.sent(), 1);
}

#[test]
fn it_is_sent_as_often_as_the_policy_allows() {
    for attempts in [1, 2, 3] {
        let mut run = Run::new();
        run.policy.max_attempts = attempts;
        run.portal.always(Asked::Order, lost);
        let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
        assert_eq!(run.sent(), attempts as usize);
        assert_eq!(evidence(&outcome).attempts.len(), attempts as usize);
    }
}

/// The taint rule: the refusal may be about the order that the first request has placed.
#[test]
fn what_is_said_to_a_second_request_says_nothing_about_the_first() {
    let validation = || refusal(422);
    let seconds: [fn() -> yeastar_core::Event; 4] = [validation, || refusal(403), || refusal(409), cut];
    for second in seconds {
        let mut run = run();
        run.portal.always(Asked::Order, second);
        let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
        assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome}");
        assert!(evidence(&outcome).attempts.len() >= 2);
    }
    // What was refused is refused again, so it is not sent a third time.
    let mut run = self::run();
    run.portal.always(Asked::Order, || refusal(422));
    let _ = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
    assert_eq!(run.sent(), 2);
}

#[test]
fn the_first_order_is_found_after_the_second_was_refused() {
    let mut run = run();
    run.portal.once(Asked::Order, refusal(422));
    run.portal.appear.push((10, ours(9)));
    let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
    assert_eq!(found(&outcome), ("HB9", vec![]));
    assert_eq!(run.sent(), 2);
}

/// The purchase order number may come back nowhere.
#[test]
fn nothing_is_sent_again_while_a_new_order_may_be_it() {
    let mut run = run();
    run.portal.appear.push((0, row(9, "")));
    let outcome = run.purchase(&intent_with_url().with_resend(Resend::UniqueKeyGuard)).unwrap();
    assert_eq!(numbers(&outcome), ["HB9"]);
    assert_eq!(run.sent(), 1);
}

/// A journal that has the purchase as absent.
fn absent() -> Run {
    let mut run = run();
    run.policy.reconcile_for = Duration::from_secs(600);
    assert!(is_absent(&run.purchase(&intent()).unwrap()));
    run.log.clear();
    run
}

#[test]
fn what_is_absent_can_be_sent_again_on_the_callers_word() {
    let mut run = absent();
    let outcome = run.resubmit().unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    let expected = ["page 1", "store 5 sending", "order", "store 6 confirmed"];
    assert_eq!(run.log[..4], expected);
    // Unless it has come up meanwhile.
    let mut run = absent();
    run.portal.rows.push(ours(9));
    assert_eq!(found(&run.resubmit().unwrap()), ("HB9", vec![]));
    assert_eq!(run.sent(), 1);
    // A refusal of the new request says nothing about the old one.
    let mut run = absent();
    run.portal.always(Asked::Order, || refusal(422));
    let outcome = run.resubmit().unwrap();
    assert!(matches!(outcome, Outcome::Ambiguous { .. }), "{outcome}");
}

/// What was looked for was the first request, not this one.
#[test]
fn a_request_that_was_just_sent_is_not_absent() {
    let mut run = absent();
    run.policy.reconcile_for = Duration::from_secs(120);
    run.portal.once(Asked::Order, lost());
    let outcome = run.resubmit().unwrap();
    assert_eq!(run.sent(), 2);
    assert!(!is_absent(&outcome), "{outcome}");
    assert_eq!(evidence(&outcome).watched, Duration::from_secs(120));
    let error = run.resubmit().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[test]
fn nothing_is_sent_again_on_the_callers_word_while_it_is_not_absent() {
    let mut in_doubt = Run::in_doubt(&intent());
    let mut done = Run::new();
    let _ = done.purchase(&intent()).unwrap();
    let mut recorded = Run::new();
    recorded.die_before("page", &intent());
    for (run, problem) in [
        (&mut in_doubt, "was not looked for long and often enough to be called absent"),
        (&mut done, "is not ambiguous"),
        (&mut recorded, "is not ambiguous"),
    ] {
        let error = run.resubmit().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.message().contains(problem), "{error}");
    }
}

#[test]
fn before_it_is_sent_again_on_the_callers_word_a_look_has_to_succeed() {
    let mut run = absent();
    run.policy.reconcile_for = Duration::from_secs(120);
    run.portal.always(Asked::Rows, || refusal(500));
    let outcome = run.resubmit().unwrap();
    assert_eq!(run.sent(), 1);
    assert!(evidence(&outcome).problem.is_some());
}

// What the purchases of one client know of each other's orders.

/// The client has bought something else meanwhile, and was told its number.
fn beside_another(run: &mut Run) {
    let journal = run.journal.take();
    assert!(matches!(
        run.purchase(&Intent::new("ticket-4712", renewal())),
        Ok(Outcome::Confirmed { by: ConfirmedBy::Answer, .. })
    ));
    run.journal = journal;
    run.log.clear();
}

#[test]
fn an_order_of_another_purchase_is_no_candidate_and_not_asked_about() {
    let mut run = Run::in_doubt(&intent());
    beside_another(&mut run);
    run.portal.rows.push(row(9, ""));
    run.portal.rows.push(row(10, ""));
    run.policy.reconcile_for = Duration::ZERO;
    let outcome = run.resume().unwrap();
    let numbers: Vec<_> = candidates(&outcome).iter().map(|order| order.order_no.clone().unwrap()).collect();
    assert_eq!(numbers, ["HB10".into()]);
    assert_eq!(run.log, ["page 1", "details 10", "store 5 ambiguous"]);
}

/// A number that two purchases have is a mistake that must be seen.
#[test]
fn a_match_by_a_key_comes_before_what_is_known_of_other_purchases() {
    let mut run = Run::in_doubt(&intent());
    beside_another(&mut run);
    run.portal.rows.push(ours(9));
    assert_eq!(found(&run.resume().unwrap()), ("HB9", vec![]));
}

/// It was confirmed, and the journal has lost that.
#[test]
fn what_is_known_of_this_purchase_hides_nothing_from_it() {
    let mut run = run();
    run.portal.details.insert("9".into(), r#"{"x":"ticket-4711"}"#.into());
    let before = Run::in_doubt(&intent()).journal;
    run.portal.once(Asked::Order, super::script::placed());
    let _ = run.purchase(&intent()).unwrap();
    run.journal = before;
    run.portal.rows.push(row(9, ""));
    assert_eq!(found(&run.resume().unwrap()), ("HB9", vec![]));
}

#[test]
fn other_credentials_know_nothing_of_orders() {
    let mut run = Run::in_doubt(&intent());
    beside_another(&mut run);
    run.session.set_credentials(super::script::credentials());
    run.portal.rows.push(row(9, ""));
    assert_eq!(candidates(&run.resume().unwrap()).len(), 1);
}

#[test]
fn each_look_asks_about_new_orders_that_none_before_it_has_asked_about() {
    let mut run = run();
    run.portal.appear = (100..220).map(|id| (0, row(id, ""))).collect();
    run.portal.details.insert("219".into(), r#"{"x":"ticket-4711"}"#.into());
    assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB219", vec![]));
    let asked: Vec<_> = run.log.iter().filter(|line| line.starts_with("details")).collect();
    let expected: Vec<_> = (100..220).map(|id| format!("details {id}")).collect();
    assert_eq!(asked[..120], expected.iter().collect::<Vec<_>>());
    // And what was read since the first look counts as read.
    let mut run = self::run();
    run.portal.appear = (100..160).map(|id| (0, row(id, ""))).collect();
    run.portal.details = (100..160).map(|id| (id.to_string(), other_product())).collect();
    let outcome = run.purchase(&intent()).unwrap();
    assert!(candidates(&outcome).is_empty(), "{outcome}");
    assert!(evidence(&outcome).scans > 0, "{outcome}");
}

fn other_product() -> String {
    r#"{"basicInformation":{"productNo":"ANOTHER"}}"#.into()
}

/// The number may come into the details later than the order into the list.
#[test]
fn details_are_read_again_for_ten_minutes() {
    let mut run = run();
    run.policy.reconcile_for = Duration::from_secs(3_000);
    run.portal.appear.push((0, row(9, "")));
    let _ = run.purchase(&intent()).unwrap();
    let asked = run.log.iter().filter(|line| *line == "details 9").count();
    let looks = run.log.iter().filter(|line| line.starts_with("page")).count() - 1;
    assert!((10..looks).contains(&asked), "{asked} of {looks}");
}

/// Each of many in doubt looks at the same new orders.
#[test]
fn purchases_that_look_at_the_same_time_share_what_they_read() {
    let mut run = Run::in_doubt(&intent());
    run.portal.rows.push(row(9, ""));
    run.policy.reconcile_for = Duration::ZERO;
    let journal = run.journal.clone();
    let _ = run.resume().unwrap();
    run.journal.clone_from(&journal);
    let _ = run.resume().unwrap();
    assert_eq!(run.log.iter().filter(|line| *line == "details 9").count(), 1, "{:?}", run.log);
    run.journal = journal;
    run.now = run.now + run.policy.reconcile_base;
    let _ = run.resume().unwrap();
    assert_eq!(run.log.iter().filter(|line| *line == "details 9").count(), 2, "{:?}", run.log);
}

/// The list is read, and the account cannot be read to its end.
#[test]
fn what_a_look_has_seen_before_it_failed_counts() {
    let mut run = run();
    run.policy.reconcile_for = Duration::ZERO;
    run.portal.once(Asked::Rows, success(r#"{"results":[{"id":"60"}],"total":1,"totalPage":1}"#));
    run.portal
        .once(Asked::Rows, success(r#"{"results":[{"id":"60"},{"id":"99"}],"total":61,"totalPage":3}"#));
    run.portal.always(Asked::Rows, || refusal(500));
    let outcome = run.purchase(&intent()).unwrap();
    assert!(evidence(&outcome).problem.is_some(), "{outcome}");
    assert_eq!(evidence(&outcome).sighted, ["99".into()], "{outcome}");

    // A key in what was seen is enough.
    let mut run = self::run();
    run.policy.reconcile_for = Duration::ZERO;
    run.portal.once(Asked::Rows, success(r#"{"results":[{"id":"60"}],"total":1,"totalPage":1}"#));
    let found_and_more = format!(r#"{{"results":[{{"id":"60"}},{}],"total":61,"totalPage":3}}"#, ours(99));
    run.portal.once(Asked::Rows, success(&found_and_more));
    run.portal.always(Asked::Rows, || refusal(500));
    assert_eq!(found(&run.purchase(&intent()).unwrap()), ("HB99", vec![]));
}

/// It was a candidate when nobody knew whose it was.
#[test]
fn an_order_in_sight_that_turns_out_to_be_that_of_another_purchase_is_in_the_way_no_more() {
    let mut run = Run::in_doubt(&intent());
    run.portal.rows.push(row(9, ""));
    run.policy.reconcile_for = Duration::ZERO;
    assert_eq!(evidence(&run.resume().unwrap()).sighted, ["9".into()]);
    beside_another(&mut run);
    assert!(evidence(&run.resume().unwrap()).sighted.is_empty());
}
