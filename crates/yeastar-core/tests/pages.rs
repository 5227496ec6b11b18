//! Walks through paged lists: what is asked for, and where they end.

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use yeastar_core::order::{ListOrders, OrderInfo};
use yeastar_core::{
    Auth, BuildError, Delivery, Effect, Encoder, Endpoint, Error, ErrorKind, Meta, Origin, Page, Paged,
    Pages, Reply,
};

fn envelope(result: &str) -> Response<Bytes> {
    let body = format!(r#"{{"code":"success","requestId":"7249dc24","result":{result}}}"#);
    Response::new(body.into())
}

fn read(result: &str) -> Result<Reply<Page<OrderInfo>>, Error> {
    ListOrders::read_reply(envelope(result))
}

/// Rows with numbers of their own.
fn rows(first: usize, count: usize) -> String {
    let rows: Vec<_> =
        (first..first + count).map(|number| format!(r#"{{"orderNo":"HB{number}"}}"#)).collect();
    format!("[{}]", rows.join(","))
}

/// Answers with these many rows, all different, and these fields beside `results`.
fn answers(given: &[(usize, &str)]) -> Vec<String> {
    let mut first = 0;
    let mut answer = |(count, beside): &(usize, &str)| {
        first += count;
        format!(r#"{{"results":{}{beside}}}"#, rows(first - count, *count))
    };
    given.iter().map(&mut answer).collect()
}

/// How many of the answers a walk takes. It must end with the last of them at the latest.
fn taken(endpoint: ListOrders, answers: &[String]) -> usize {
    let mut pages = Pages::new(endpoint);
    let mut rest = answers.iter();
    while pages.request().is_some() {
        let answer = rest.next().unwrap_or_else(|| panic!("no end after {answers:?}"));
        pages.accept(read(answer)).unwrap();
    }
    answers.len() - rest.len()
}

#[test]
fn each_page_is_asked_for_with_everything_else_unchanged() {
    let endpoint = ListOrders::new().with_page_size(2).with_sort("-id");
    for (endpoint, first) in [(endpoint.clone(), 1), (endpoint.with_page_no(7), 7)] {
        let mut pages = Pages::new(endpoint);
        for page_no in first..first + 3 {
            assert_eq!(pages.page_no(), page_no);
            let request = pages.request().unwrap().to_request(&Origin::default(), None).unwrap();
            let query = format!("pageNo={page_no}&pageSize=2&sort=-id");
            assert_eq!(request.uri().query(), Some(&*query));
            let results = rows(page_no as usize * 2, 2);
            let page = pages.accept(read(&format!(r#"{{"results":{results}}}"#))).unwrap();
            assert_eq!(page.results.len(), 2);
        }
    }
}

/// What it is about, how many of the answers are taken, and the answers: the number of
/// rows, and the fields beside them.
type End = (&'static str, usize, &'static [(usize, &'static str)]);

#[test]
fn the_end() {
    #[rustfmt::skip]
    let cases: &[End] = &[
        ("the number of pages", 2, &[(2, r#","totalPage":2"#), (2, r#","totalPage":2"#), (2, "")]),
        ("as text", 2, &[(2, r#","totalPage":"2""#), (2, r#","totalPage":"2""#), (2, "")]),
        ("it outweighs the rows", 2, &[(2, r#","totalPage":2,"total":2"#), (2, r#","totalPage":2"#), (2, "")]),
        ("fewer pages than read", 2, &[(2, r#","totalPage":3"#), (2, r#","totalPage":1"#), (2, "")]),
        ("rows in total", 2, &[(2, r#","total":3"#), (1, r#","total":3"#), (2, "")]),
        ("rows by their count", 2, &[(2, r#","count":3"#), (1, r#","count":3"#), (2, "")]),
        ("the total outweighs the count", 2, &[(2, r#","total":3,"count":2"#), (1, r#","total":3,"count":1"#), (2, "")]),
        ("an empty page", 3, &[(2, ""), (2, ""), (0, ""), (2, "")]),
        ("an empty page before its time", 2, &[(2, r#","totalPage":9"#), (0, r#","totalPage":9"#), (2, "")]),
        ("an empty page of another number", 2, &[(2, ""), (0, r#","pageNo":1"#), (2, "")]),
        ("an empty list", 1, &[(0, r#","total":0,"totalPage":0"#), (2, "")]),
        ("an empty list without numbers", 1, &[(0, ""), (2, "")]),
        ("short pages are none", 4, &[(1, ""), (2, ""), (1, ""), (0, ""), (2, "")]),
        ("pages shorter than asked for", 3, &[(1, r#","pageSize":1,"total":3"#), (1, r#","total":3"#), (1, r#","total":3"#), (2, "")]),
        ("more pages meanwhile", 3, &[(2, r#","totalPage":2"#), (2, r#","totalPage":3"#), (1, r#","totalPage":3"#), (2, "")]),
        ("more rows meanwhile", 3, &[(2, r#","total":4"#), (2, r#","total":5"#), (1, r#","total":5"#), (2, "")]),
        ("fewer rows meanwhile", 2, &[(2, r#","total":6"#), (2, r#","total":4"#), (2, "")]),
        ("0 beside rows is no number", 2, &[(2, r#","totalPage":0,"total":0,"count":0"#), (0, ""), (2, "")]),
        ("0 pages, but a total", 2, &[(2, r#","totalPage":0,"total":4"#), (2, r#","totalPage":0,"total":4"#), (2, "")]),
        ("null is no number", 2, &[(2, r#","totalPage":null,"total":null,"pageNo":null"#), (0, ""), (2, "")]),
        ("large numbers", 2, &[(2, r#","totalPage":18446744073709551615,"total":18446744073709551615"#), (0, ""), (2, "")]),
    ];
    for (what, expected, given) in cases {
        let endpoint = ListOrders::new().with_page_size(2);
        assert_eq!(taken(endpoint, &answers(given)), *expected, "{what}");
    }
}

#[test]
fn rows_that_are_one_object_or_null_are_counted_as_such() {
    let one = |number: u32| format!(r#"{{"results":{{"orderNo":"HB{number}"}},"total":2}}"#);
    assert_eq!(taken(ListOrders::new(), &[one(1), one(2), one(3)]), 2);
    assert_eq!(taken(ListOrders::new(), &[one(1), r#"{"results":null}"#.into(), one(3)]), 2);
}

#[test]
fn rows_before_the_first_page_are_not_counted_as_seen() {
    let given = answers(&[(2, r#","total":6"#), (2, r#","total":6"#), (0, r#","total":6"#)]);
    assert_eq!(taken(ListOrders::new().with_page_no(2), &given), 3, "too early would lose rows");
}

#[test]
fn another_page_than_asked_for_is_an_error() {
    for (first, echo) in [(1, "2"), (1, "0"), (1, "\"0\""), (2, "1"), (2, "18446744073709551615")] {
        let mut pages = Pages::new(ListOrders::new().with_page_no(first));
        let result = format!(r#"{{"results":{},"pageNo":{echo}}}"#, rows(0, 1));
        let error = pages.accept(read(&result)).unwrap_err();
        let echo = echo.trim_matches('"');
        assert_eq!(error.message(), format!("asked for page {first}, got page {echo}"));
        assert!(pages.request().is_none());
        assert_eq!(pages.page_no(), first);
    }
}

#[test]
fn the_same_rows_again_are_an_error() {
    let same = rows(0, 2);
    for beside in ["", r#","total":9,"totalPage":5"#] {
        let mut pages = Pages::new(ListOrders::new());
        pages.accept(read(&format!(r#"{{"results":{same}{beside}}}"#))).unwrap();
        let again = format!(r#"{{"pageNo":2,"results":{same}}}"#);
        let error = pages.accept(read(&again)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
        assert_eq!(error.delivery(), Delivery::NotExecuted);
        assert_eq!(error.status(), Some(StatusCode::OK));
        assert_eq!(error.attempts(), 1);
        assert_eq!(error.body(), Some(&envelope(&again).into_body()[..]));
        assert_eq!(
            error.to_string(),
            "order_page: unexpected answer (HTTP 200, request 7249dc24, 1 attempt): \
             asked for page 2, got the rows of page 1 again, and nothing in that page said that it is the last"
        );
        assert!(pages.request().is_none());
        assert_eq!(pages.page_no(), 2);
    }
}

/// It looks like a portal that does not advance; whether rows are missing nobody can tell.
#[test]
fn a_portal_that_repeats_its_last_page_without_saying_so_is_an_error() {
    // Two pages; a walk that begins at the second one does not know how many rows stand on the first.
    let last = format!(r#"{{"results":{},"total":4}}"#, rows(2, 2));
    let mut pages = Pages::new(ListOrders::new().with_page_no(2));
    assert_eq!(pages.accept(read(&last)).unwrap().results.len(), 2);
    assert_eq!(pages.request().unwrap().page_no, Some(3));
    let error = pages.accept(read(&last)).unwrap_err();
    assert_eq!(
        error.message(),
        "asked for page 3, got the rows of page 2 again, and nothing in that page said that it is the last"
    );
    assert_eq!(pages.page_no(), 3);
    assert!(pages.request().is_none());
}

/// Where the numbers say it, nothing is asked for beyond the end.
#[test]
fn a_portal_that_would_repeat_its_last_page_is_not_asked_for_more() {
    let last = format!(r#"{{"results":{},"total":4,"totalPage":2}}"#, rows(2, 2));
    let mut pages = Pages::new(ListOrders::new().with_page_no(2));
    pages.accept(read(&last)).unwrap();
    assert!(pages.request().is_none());

    let mut pages = Pages::new(ListOrders::new());
    pages.accept(read(&format!(r#"{{"results":{},"total":4}}"#, rows(0, 2)))).unwrap();
    pages.accept(read(&format!(r#"{{"results":{},"total":4}}"#, rows(2, 2)))).unwrap();
    assert!(pages.request().is_none());
}

#[test]
fn only_the_page_just_before_is_compared() {
    let page = |first| format!(r#"{{"results":{},"totalPage":3}}"#, rows(first, 2));
    assert_eq!(taken(ListOrders::new(), &[page(0), page(2), page(0)]), 3);
}

#[test]
fn an_error_of_the_call_ends_the_walk_and_another_goes_on() {
    let mut pages = Pages::new(ListOrders::new().with_page_size(2));
    pages.accept(read(&format!(r#"{{"results":{}}}"#, rows(0, 2)))).unwrap();
    let refused = Response::builder().status(503).body(Bytes::new()).unwrap();
    let error = pages.accept(ListOrders::read_reply(refused)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(pages.request().is_none());

    let again = Pages::new(ListOrders::new().with_page_no(pages.page_no()));
    assert_eq!(again.request().unwrap().page_no, Some(2));
}

#[test]
fn what_is_over_stays_over() {
    let mut pages = Pages::new(ListOrders::new());
    pages.accept(read(r#"{"results":[]}"#)).unwrap();
    assert_eq!(pages.page_no(), 1, "the empty page may have rows later");
    pages.accept(read(&format!(r#"{{"results":{}}}"#, rows(0, 1)))).unwrap();
    assert!(pages.request().is_none());
}

#[test]
fn page_numbers_end_where_they_no_longer_fit() {
    let mut pages = Pages::new(ListOrders::new().with_page_no(u32::MAX));
    let result = format!(r#"{{"results":{},"pageNo":4294967295}}"#, rows(0, 1));
    pages.accept(read(&result)).unwrap();
    assert!(pages.request().is_none());
    assert_eq!(pages.page_no(), u32::MAX);
}

#[test]
fn page_0_is_not_sent() {
    let pages = Pages::new(ListOrders::new().with_page_no(0));
    let error = pages.request().unwrap().to_request(&Origin::default(), None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("pageNo"), "{error}");
}

/// A list of somebody's own, whose rows are no objects and whose page number gets lost.
struct Forgetful;

impl Endpoint for Forgetful {
    const META: Meta = Meta::new(
        "forgetful",
        Method::GET,
        "/order/openapi/forgetful/v1/page",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "none",
    );
    type Output = Page<u64>;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

impl Paged for Forgetful {
    type Row = u64;

    fn page_no(&self) -> Option<u32> {
        None
    }

    fn set_page_no(&mut self, _: u32) {}
}

#[test]
fn an_endpoint_that_forgets_its_page_number_does_not_go_round_in_circles() {
    let mut pages = Pages::new(Forgetful);
    let answer = r#"{"pageNo":1,"totalPage":2,"results":[1,2]}"#;
    pages.accept(Forgetful::read_reply(envelope(answer))).unwrap();
    let error = pages.accept(Forgetful::read_reply(envelope(answer))).unwrap_err();
    assert_eq!(error.message(), "asked for page 2, got page 1");
}
