//! The look before the order: what is read, and what keeps the order from being sent.

use core::sync::atomic::{AtomicU64, Ordering};

use yeastar_core::purchase::{ConfirmedBy, Intent, Outcome};
use yeastar_core::{Delivery, ErrorKind, Json};

use super::script::{
    Asked, RowOrder, Run, URL, answer, intent, intent_with_url, lost, ours, purchase_in, refusal, row,
    success,
};

/// What was done before the order was written down.
fn looks(run: &mut Run) -> Vec<String> {
    run.die_before("store 2 sending", &intent());
    run.log.split_off(1)
}

/// The account as it was before the order.
fn before(run: &mut Run) -> serde_json::Value {
    let _ = run.purchase(&intent()).unwrap();
    purchase_in(run.journal.as_ref().unwrap())["before"].take()
}

#[track_caller]
fn assert_unsent(run: &mut Run, intent: &Intent) -> Outcome {
    let outcome = run.purchase(intent).unwrap();
    assert_eq!(run.sent(), 0, "{outcome}");
    assert!(!run.journal.as_ref().unwrap().is_open());
    outcome
}

#[test]
fn everything_in_its_order() {
    let mut run = Run::new();
    assert!(matches!(
        run.purchase(&intent_with_url()),
        Ok(Outcome::Confirmed { by: ConfirmedBy::Answer, .. })
    ));
    let expected = [
        "store 1 recorded",
        "page 1",
        "url new.example.com",
        "balance",
        "store 2 sending",
        "order",
        "store 3 confirmed",
    ];
    assert_eq!(run.log, expected);
    assert!(run.pauses.is_empty());
}

#[test]
fn an_order_without_a_url_does_not_ask_for_one() {
    assert_eq!(looks(&mut Run::new()), ["page 1", "balance"]);
}

#[test]
fn the_newest_orders_stand_on_the_last_two_pages() {
    #[rustfmt::skip]
    let cases: [(u64, &[&str], u64); 9] = [
        (0, &["page 1"], 1),
        (1, &["page 1"], 1),
        (25, &["page 1"], 1),
        (26, &["page 1", "page 2"], 2),
        (50, &["page 1", "page 2"], 2),
        (51, &["page 1", "page 2", "page 3"], 3),
        (76, &["page 1", "page 3", "page 4"], 4),
        (250, &["page 1", "page 9", "page 10"], 10),
        (251, &["page 1", "page 10", "page 11"], 11),
    ];
    for (orders, pages, last) in cases {
        let mut run = Run::new();
        run.portal.rows = (1..=orders).map(|id| row(id, "")).collect();
        let log = looks(&mut run);
        assert_eq!(log[..log.len() - 1], *pages, "{orders} orders");
        let snapshot = before(&mut run);
        assert_eq!(snapshot["orders"], orders);
        assert_eq!(snapshot["page"], last);
        assert_eq!(snapshot["newest"].as_u64(), (orders > 0).then_some(orders));
        assert_eq!(snapshot["balance"], "100.00");
        assert_eq!(snapshot["at"], 1_700_000_000);
    }
}

/// A client that has looked before knows where the list ends.
#[test]
fn a_later_purchase_reads_the_last_pages_only() {
    let mut run = Run::new();
    run.portal.rows = (1..=260).map(|id| row(id, "")).collect();
    assert_eq!(looks(&mut run), ["page 1", "page 10", "page 11", "balance"]);
    let other = Intent::new("ticket-4712", super::script::renewal());
    let pages = |run: &mut Run| {
        run.journal = None;
        run.log.clear();
        let _ = run.purchase(&other).unwrap();
        run.log.iter().filter(|line| line.starts_with("page")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(pages(&mut run), ["page 10", "page 11"]);
    // It has grown.
    run.portal.rows.extend((261..=310).map(|id| row(id, "")));
    assert_eq!(pages(&mut run), ["page 10", "page 11", "page 12", "page 13"]);
    assert_eq!(pages(&mut run), ["page 12", "page 13"]);
    // It has become short.
    run.portal.rows.drain(..30);
    assert_eq!(pages(&mut run), ["page 12", "page 1", "page 11", "page 12"]);
    run.portal.rows.drain(..200);
    assert_eq!(pages(&mut run), ["page 11", "page 1", "page 3", "page 4"]);
    // It falls by now.
    run.portal.order = RowOrder::Falling;
    assert_eq!(pages(&mut run), ["page 3", "page 1", "page 2", "page 3", "page 4"]);
}

#[test]
fn a_list_that_is_not_counted_is_read_to_its_end() {
    let mut run = Run::new();
    run.portal.rows = (1..=60).map(|id| row(id, "")).collect();
    run.portal.is_uncounted = true;
    assert_eq!(looks(&mut run), ["page 1", "page 2", "page 3", "page 4", "balance"]);
    let snapshot = before(&mut run);
    assert_eq!((snapshot["newest"].as_u64(), snapshot["page"].as_u64()), (Some(60), Some(3)));
    assert!(snapshot.get("orders").is_none());
}

#[test]
fn a_list_that_is_not_sorted_is_read_whole() {
    let mut run = Run::new();
    run.portal.rows = (1..=60).map(|id| row(id, "")).collect();
    run.portal.order = RowOrder::Mixed;
    // It begins as if the newest came first, and does not end so.
    assert_eq!(looks(&mut run), ["page 1", "page 3", "page 1", "page 2", "page 3", "balance"]);
    let snapshot = before(&mut run);
    assert_eq!((snapshot["newest"].as_u64(), snapshot["page"].as_u64()), (Some(60), Some(1)));
}

#[test]
fn a_list_that_begins_with_the_newest_is_not_read_whole() {
    for (orders, counted, uncounted) in [
        (0, vec!["page 1"], vec!["page 1"]),
        (25, vec!["page 1"], vec!["page 1", "page 2"]),
        (26, vec!["page 1", "page 2"], vec!["page 1", "page 2"]),
        (10_000, vec!["page 1", "page 400"], vec!["page 1", "page 2"]),
    ] {
        for (is_uncounted, pages) in [(false, counted), (true, uncounted)] {
            let mut run = Run::new();
            run.portal.rows = (1..=orders).map(|id| row(id, "")).collect();
            run.portal.order = RowOrder::Falling;
            run.portal.is_uncounted = is_uncounted;
            let log = looks(&mut run);
            assert_eq!(log[..log.len() - 1], pages, "{orders} orders");
            assert_eq!(before(&mut run)["newest"].as_u64(), (orders > 0).then_some(orders));
        }
    }
}

/// Of small pages as many are read as show the newest twenty-five.
#[test]
fn the_newest_orders_are_seen_whatever_the_size_of_a_page() {
    for order in [RowOrder::Rising, RowOrder::Falling] {
        let mut run = Run::new();
        run.policy.list_page_size = 4;
        run.portal.rows = (1..=1_000).map(|id| row(id, "")).collect();
        run.portal.order = order;
        run.portal.rows[1_000 - 25] = ours(976);
        let outcome = assert_unsent(&mut run, &intent());
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. }), "{outcome}");
    }
}

/// Nobody knows in which order they stand.
#[test]
fn a_list_whose_ids_are_no_numbers_is_read_whole() {
    let mut run = Run::new();
    run.portal.rows = (1..=60).map(|id| format!(r#"{{"id":"A-{id}"}}"#)).collect();
    assert_eq!(looks(&mut run), ["page 1", "page 1", "page 2", "page 3", "balance"]);
}

#[test]
fn a_portal_that_refuses_to_sort_is_asked_without_it() {
    let mut run = Run::new();
    run.portal.rows = (1..=60).map(|id| row(id, "")).collect();
    run.portal.order = RowOrder::Mixed;
    run.portal.once(Asked::Rows, refusal(400));
    run.portal.order = RowOrder::Falling;
    assert_eq!(looks(&mut run), ["page 1", "page 1 unsorted", "page 3 unsorted", "balance"]);
    // When it refuses that too, it is not about sorting.
    let mut run = Run::new();
    run.portal.always(Asked::Rows, || refusal(400));
    let outcome = assert_unsent(&mut run, &intent());
    assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome}");
}

#[test]
fn ids_are_read_as_text_and_as_numbers_with_every_digit() {
    for rows in
        [r#"{"id":3048571730026938367},{"id":3048571730026938369}"#, r#"{"id":"3048571730026938369"}"#]
    {
        let mut run = Run::new();
        run.portal.rows = vec![rows.into()];
        assert_eq!(before(&mut run)["newest"], 3_048_571_730_026_938_369_u64);
    }
}

#[test]
fn rows_without_a_number_do_not_hinder_the_order() {
    let mut run = Run::new();
    run.portal.rows = vec![r#"{"orderNo":"HB1"}"#.into(), r#"{"id":"A-2"}"#.into(), "7".into()];
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
}

#[test]
fn nothing_is_sent_when_the_list_cannot_be_read() {
    let answers: [(fn() -> yeastar_core::Event, ErrorKind); 5] = [
        (lost, ErrorKind::Transport),
        (|| refusal(403), ErrorKind::Forbidden),
        (|| refusal(500), ErrorKind::Unavailable),
        (|| success("7"), ErrorKind::UnexpectedAnswer),
        (|| answer(200, "<html>"), ErrorKind::UnexpectedAnswer),
    ];
    for (answer, kind) in answers {
        let mut run = Run::new();
        run.portal.always(Asked::Rows, answer);
        let outcome = assert_unsent(&mut run, &intent());
        let Outcome::NotPlaced { error, .. } = outcome else { panic!("{outcome}") };
        assert_eq!((error.kind(), error.endpoint()), (kind, Some("order_page")));
        assert_eq!(error.delivery(), Delivery::NotDelivered, "of the order");
        let again = run.resume().unwrap();
        assert!(again.to_string().contains("order_page: "), "the query that failed: {again}");
        assert!(!again.to_string().contains("may have been executed"), "{again}");
    }
}

#[test]
fn a_list_that_does_not_advance_is_no_list() {
    let mut run = Run::new();
    run.portal.always(Asked::Rows, || success(r#"{"results":[{"id":1}],"pageNo":1,"totalPage":9}"#));
    let outcome = assert_unsent(&mut run, &intent());
    assert!(outcome.to_string().contains("asked for page 8, got page 1"), "{outcome}");
}

#[test]
fn a_list_without_an_end_is_given_up() {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let mut run = Run::new();
    run.portal.always(Asked::Rows, || {
        success(&format!(r#"{{"results":[{{"id":{}}}]}}"#, NEXT.fetch_add(1, Ordering::Relaxed)))
    });
    let outcome = assert_unsent(&mut run, &intent());
    assert!(outcome.to_string().contains("could not be read to its end: 4000 pages"), "{outcome}");
    assert!(!outcome.to_string().contains("not sorted"), "{outcome}");
    assert_eq!(run.log.iter().filter(|line| line.starts_with("page")).count(), 4000);
}

#[test]
fn a_url_that_is_taken_is_refused_without_sending() {
    let mut run = Run::new();
    run.portal.url_existed = true;
    let outcome = assert_unsent(&mut run, &intent_with_url());
    let Outcome::Rejected { error, .. } = outcome else { panic!("{outcome}") };
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.message(),
        "`orderPceSpecialRequest.pbxUrl` is `new.example.com`, which is taken: look first whether an order of yours has it; if not, choose another URL, in a new intent"
    );
}

/// The journal was lost, and since then others have ordered.
#[test]
fn a_url_that_is_taken_may_be_that_of_an_order_of_long_ago() {
    for (order, ours_at) in
        [(RowOrder::Rising, Some(40)), (RowOrder::Falling, Some(40)), (RowOrder::Rising, None)]
    {
        let mut run = Run::new();
        run.portal.order = order;
        run.portal.rows =
            (1..=250).map(|id| if Some(id) == ours_at { ours(id) } else { row(id, "") }).collect();
        run.portal.url_existed = true;
        let outcome = assert_unsent(&mut run, &intent_with_url());
        match ours_at {
            Some(_) => {
                assert!(
                    matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. }),
                    "{outcome}"
                );
                assert_eq!(outcome.order_no().unwrap().as_str(), "HB40");
            }
            None => assert!(matches!(outcome, Outcome::Rejected { .. }), "{outcome}"),
        }
        assert_eq!(run.log.iter().filter(|line| line.starts_with("url")).count(), 1);
        assert!((1..=10).all(|page| run.log.contains(&format!("page {page}"))), "{:?}", run.log);
    }
}

#[test]
fn a_list_that_was_read_whole_is_not_read_again_for_a_url_that_is_taken() {
    let mut run = Run::new();
    run.portal.url_existed = true;
    drop(assert_unsent(&mut run, &intent_with_url()));
    assert_eq!(run.log.iter().filter(|line| line.starts_with("page")).count(), 1);
}

/// The number of that order stands in its details only, and its URL in its row.
#[test]
fn a_url_that_is_taken_may_be_that_of_an_order_whose_details_say_so() {
    for has_url in [true, false] {
        let mut run = Run::new();
        let url = if has_url { r#""pbxUrl":"new.example.com""# } else { "" };
        run.portal.rows = (1..=60).map(|id| row(id, if id == 20 { url } else { "" })).collect();
        run.portal.details.insert("20".into(), r#"{"note":"ticket-4711"}"#.into());
        run.portal.url_existed = true;
        let outcome = assert_unsent(&mut run, &intent_with_url());
        let is_found = matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. });
        assert_eq!(is_found, has_url, "{outcome}");
        let details = run.log.iter().filter(|line| line.starts_with("details")).count();
        assert_eq!(details, usize::from(has_url), "{:?}", run.log);
    }
}

/// Whether it is free for this purchase is not known then.
#[test]
fn a_url_that_is_taken_is_not_refused_while_rows_are_missing() {
    let numbered = |ids: core::ops::RangeInclusive<u64>| {
        let rows: Vec<_> = ids.map(|id| row(id, "")).collect();
        rows.join(",")
    };
    let nulls = "null,".repeat(49);
    let page = |no: u32, rows: &str| {
        success(&format!(r#"{{"results":[{rows}],"total":100,"totalPage":4,"pageNo":{no}}}"#))
    };
    // Once a page comes back empty; and rows that are nothing do not count.
    let empty = || vec![page(1, &numbered(1..=25)), page(2, "")];
    let nothing = || {
        let mut pages = vec![page(1, &numbered(1..=25))];
        pages.extend((2..=4).map(|no| page(no, &format!("{nulls}{}", row(25 * u64::from(no), "")))));
        pages
    };
    for walk in [empty(), nothing()] {
        let mut run = Run::new();
        run.portal.rows = (1..=100).map(|id| row(id, "")).collect();
        run.portal.url_existed = true;
        for page in [page(1, &numbered(1..=25)), page(3, &numbered(51..=75)), page(4, "")] {
            run.portal.once(Asked::Rows, page);
        }
        for page in walk {
            run.portal.once(Asked::Rows, page);
        }
        let outcome = assert_unsent(&mut run, &intent_with_url());
        let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{outcome}: {:?}", run.log) };
        assert!(error.message().contains("of 100 orders"), "{error}");
    }
}

/// Whether it is free for this purchase is not known then.
#[test]
fn a_url_that_is_taken_is_not_refused_while_the_list_cannot_be_read() {
    let mut run = Run::new();
    run.portal.rows = (1..=250).map(|id| row(id, "")).collect();
    run.portal.url_existed = true;
    run.policy.deadline = core::time::Duration::from_secs(7);
    run.page_takes = core::time::Duration::from_secs(1);
    let outcome = assert_unsent(&mut run, &intent_with_url());
    let Outcome::NotPlaced { error, .. } = outcome else { panic!("{outcome}") };
    assert!(error.message().contains("since the PBX URL is taken"), "{error}");
}

#[test]
fn an_order_that_was_seen_on_one_page_is_not_lost_over_the_next() {
    let mut run = Run::new();
    run.portal.rows = (1..=50).map(|id| if id == 3 { ours(id) } else { row(id, "") }).collect();
    let first = run.portal.rows[..25].join(",");
    run.portal.once(Asked::Rows, success(&format!(r#"{{"results":[{first}],"total":50,"totalPage":2}}"#)));
    run.portal.always(Asked::Rows, || answer(200, "<html>"));
    let outcome = assert_unsent(&mut run, &intent());
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. }), "{outcome}");
}

#[test]
fn nothing_is_sent_when_the_url_cannot_be_asked_for() {
    let mut run = Run::new();
    run.portal.always(Asked::Url, || refusal(500));
    let outcome = assert_unsent(&mut run, &intent_with_url());
    assert!(matches!(outcome, Outcome::NotPlaced { .. }), "{outcome}");
}

#[test]
fn the_balance_is_a_witness_only() {
    let mut run = Run::new();
    run.portal.always(Asked::Balance, || refusal(403));
    assert!(before(&mut run).get("balance").is_none());
    assert_eq!(run.sent(), 1);
}

#[test]
fn an_order_that_has_the_number_already_is_the_one() {
    for row in [
        ours(2),
        row(2, r#""a":{"b":[1,{"c":"ticket-4711"}]}"#),
        row(2, r#""customReferenceNo":" ticket-4711 ""#),
        row(2, r#""reference":"ticket-471\u0031""#),
    ] {
        let mut run = Run::new();
        run.portal.rows[1] = row.clone();
        let outcome = assert_unsent(&mut run, &intent());
        let Outcome::Confirmed { order_no, by, placed, others, unrecorded, .. } = outcome else {
            panic!("{row}: {outcome}")
        };
        assert_eq!((order_no.as_str(), by), ("HB2", ConfirmedBy::AlreadyThere));
        assert!(placed.is_none() && others.is_empty() && unrecorded.is_none());
        assert_eq!(run.log, ["store 1 recorded", "page 1", "balance", "store 2 confirmed"]);
    }
}

#[test]
fn an_order_with_the_number_that_has_none_of_its_own_yet_is_not_ordered_again() {
    for row in [
        r#"{"id":"2","reference":"ticket-4711"}"#,
        r#"{"id":"2","orderNo":null,"reference":"ticket-4711"}"#,
        r#"{"id":"2","orderNo":"","reference":"ticket-4711"}"#,
        r#"["ticket-4711"]"#,
    ] {
        let mut run = Run::new();
        run.portal.rows[1] = row.into();
        let outcome = assert_unsent(&mut run, &intent());
        let Outcome::NotPlaced { error, .. } = &outcome else { panic!("{row}: {outcome}") };
        assert!(error.message().contains("is there already, and has no number of its own yet"), "{error}");
        // Once it has one, it is the one.
        run.portal.rows[1] = ours(2);
        let outcome = run.purchase(&intent()).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. }), "{outcome}");
    }
}

#[test]
fn several_orders_with_the_number_are_all_told() {
    let mut run = Run::new();
    run.portal.rows = vec![ours(1), row(2, ""), ours(3), ours(4)];
    let Outcome::Confirmed { order_no, others, .. } = assert_unsent(&mut run, &intent()) else { panic!() };
    assert_eq!(order_no.as_str(), "HB1");
    assert_eq!(others, ["HB3".into(), "HB4".into()]);
}

#[test]
fn what_only_looks_like_the_number_is_not_it() {
    for more in [
        r#""reference":"ticket-47112""#,
        r#""reference":"see ticket-4711""#,
        r#""reference":"TICKET-4711""#,
        r#""ticket-4711":"reference""#,
        r#""reference":"PO-1/ticket-4711""#,
    ] {
        let mut run = Run::new();
        run.portal.rows[1] = row(2, more);
        let outcome = run.purchase(&intent()).unwrap();
        assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{more}: {outcome}");
    }
    let mut run = Run::new();
    run.portal.rows[1] = row(2, r#""reference":123456"#);
    let digits = Intent::new("123456", super::script::renewal());
    let outcome = run.purchase(&digits).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "a number: {outcome}");
}

/// An order that was cancelled, or its PBX given up, had the URL once.
#[test]
fn an_older_order_for_the_same_url_is_not_the_one() {
    let mut run = Run::new();
    run.portal.rows[1] = row(2, &format!(r#""pbxUrl":"{URL}""#));
    let outcome = run.purchase(&intent_with_url()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::Answer, .. }), "{outcome}");
    // When the URL is taken, the order was not placed by this purchase, and is refused.
    let mut run = Run::new();
    run.portal.rows[1] = row(2, &format!(r#""pbxUrl":"{URL}""#));
    run.portal.url_existed = true;
    let outcome = assert_unsent(&mut run, &intent_with_url());
    assert!(matches!(outcome, Outcome::Rejected { .. }), "{outcome}");
}

/// A text that is no Unicode, in a field of somebody else's, does not hide the fields after it.
#[test]
fn the_number_is_found_behind_fields_that_cannot_be_read() {
    for more in [r#""note":"\ud800","#, r#""amount":1e999,"#, r#""note":[[["\udfff"]]],"#] {
        let mut run = Run::new();
        run.portal.rows[1] = row(2, &format!(r#"{more}"reference":"ticket-4711""#));
        let outcome = run.purchase(&intent()).unwrap();
        assert!(
            matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. }),
            "{more}: {outcome}"
        );
    }
    let deep = format!(r#""note":{}"ticket-4711"{}"#, "[".repeat(500), "]".repeat(500));
    let mut run = Run::new();
    run.portal.rows[1] = row(2, &deep);
    let outcome = run.purchase(&intent()).unwrap();
    assert!(matches!(outcome, Outcome::Confirmed { by: ConfirmedBy::AlreadyThere, .. }), "deep: {outcome}");
    assert!(serde_json::from_str::<Json>(&run.portal.rows[1]).is_ok());
}

#[test]
fn details_are_not_read_before_the_order() {
    let mut run = Run::new();
    run.portal.rows = (1..=30).map(|id| row(id, "")).chain([r#"{"orderNo":"HB1"}"#.into()]).collect();
    assert!(!looks(&mut run).iter().any(|line| line.starts_with("details")), "{:?}", run.log);
}
