//! A walk through a paged list.

use alloc::format;
use alloc::string::String;
use core::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::error::kind::{Delivery, ErrorKind};
use crate::value::Page;
use crate::wire::paged::Paged;
use crate::wire::reply::Reply;

/// A walk through a paged list: which page to ask for, and when it is over. It does
/// no I/O; the clients' `pages` is a loop around it.
///
/// The walk begins at the endpoint's own page number, or at page 1, and always sends
/// `pageNo`. Everything else of the request (page size, filters, sorting) is the same
/// on each page. Every answer is given out as it came, so an empty list is one empty page.
///
/// ```
/// use yeastar_core::order::ListOrders;
/// use yeastar_core::{Endpoint, Origin, Pages};
///
/// // A transport of yours; this one has its answers ready.
/// let send = |request: http::Request<bytes::Bytes>| {
///     let result = match request.uri().query() {
///         Some("pageNo=1&pageSize=2") => r#"{"results":[{"orderNo":"HB1"},{"orderNo":"HB2"}],"totalPage":2}"#,
///         _ => r#"{"results":[{"orderNo":"HB3"}],"totalPage":2}"#,
///     };
///     let body = format!(r#"{{"code":"success","requestId":"7249dc24","result":{result}}}"#);
///     http::Response::new(body.into())
/// };
///
/// let mut pages = Pages::new(ListOrders::new().with_page_size(2));
/// let mut numbers = Vec::new();
/// while let Some(endpoint) = pages.request() {
///     let response = send(endpoint.to_request(&Origin::default(), None)?);
///     let page = pages.accept(ListOrders::read_reply(response))?;
///     numbers.extend(page.results.into_iter().filter_map(|order| order.order_no));
/// }
/// assert_eq!(numbers, ["HB1".into(), "HB2".into(), "HB3".into()]);
/// # Ok::<(), yeastar_core::Error>(())
/// ```
///
/// # The end
///
/// The walk ends with the page whose number is the answer's `totalPage`; without a
/// `totalPage`, when as many rows came in this walk as the answer's `total`, or else
/// its `count`, says; without these, with an empty page. An empty page always ends it. A page
/// with fewer rows than asked for does not: the portal may have a maximum that is
/// not documented. Each answer's own numbers count, so a list that grows during the
/// walk is followed. A 0 in them beside rows is taken for no number.
///
/// # A portal that does not advance
///
/// A page with another number than asked for, or with just the rows of the page
/// before, is an [`ErrorKind::UnexpectedAnswer`]. (A whole page of rows that was inserted
/// meanwhile at the front looks the same.) Only the page before is compared: against a
/// portal that goes round in greater circles, bound the walk yourself.
///
/// A portal that repeats its last page when it is asked for more looks the same too. That is an error as well, and
/// no end: whoever takes it for one cuts the list short in silence where the portal does not advance. It
/// can happen only where no number in the answers says that the page is the last; for one, where a walk
/// begins at a later page, and the answers have a `total` but no `totalPage`. All pages up to the
/// repeated one were given out; whoever knows the portal to do so may take this error for the end.
///
/// # After an error
///
/// An error ends the walk, so that a loop that ignores errors ends too. A new walk
/// can go on at [`page_no`](Self::page_no).
///
/// # When the list changes meanwhile
///
/// Nothing is known of a snapshot that the pages would belong to. A row that is
/// inserted in front of the page being read moves others to the next page, where they
/// come a second time; a row that is deleted there moves others to a page that was
/// read already, and they do not come at all. Rows at the end do no harm. For orders
/// [`ListOrders::with_sort`](crate::order::ListOrders::with_sort)`("id")`, which is seen in an example
/// only, should put new ones there.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub struct Pages<E: Paged> {
    endpoint: E,
    page_no: u32,
    rows: u64,
    /// The JSON text of the rows of the page before.
    former: Option<Bytes>,
    is_over: bool,
}

impl<E: Paged> Pages<E> {
    /// A walk from the endpoint's page number, or from page 1.
    pub fn new(mut endpoint: E) -> Self {
        let page_no = endpoint.page_no().unwrap_or(1);
        endpoint.set_page_no(page_no);
        Self { endpoint, page_no, rows: 0, former: None, is_over: false }
    }

    /// The next page to ask for, `None` at the end. It stays the same until
    /// [`accept`](Self::accept) is told what came of it.
    pub fn request(&self) -> Option<&E> {
        (!self.is_over).then_some(&self.endpoint)
    }

    /// The number of the next page. After an error that is the page that failed, and
    /// after an empty page the empty one.
    pub fn page_no(&self) -> u32 {
        self.page_no
    }

    /// Takes what came of the [`request`](Self::request) and gives out the page. The walk goes on
    /// with the next one, unless this was the last.
    ///
    /// # Errors
    ///
    /// The error that it was given, or [`ErrorKind::UnexpectedAnswer`] when the portal
    /// does not advance. Both end the walk.
    pub fn accept(&mut self, reply: Result<Reply<Page<E::Row>>, Error>) -> Result<Page<E::Row>, Error> {
        let page = reply.and_then(|reply| self.check(reply)).inspect_err(|_| self.is_over = true)?;
        self.rows = self.rows.saturating_add(page.results.len() as u64);
        self.is_over |= self.is_last(&page);
        match self.page_no.checked_add(1) {
            Some(next) if !page.results.is_empty() => {
                self.page_no = next;
                self.endpoint.set_page_no(next);
            }
            // No page, or no number, can follow.
            _ => self.is_over = true,
        }
        Ok(page)
    }

    fn is_last(&self, page: &Page<E::Row>) -> bool {
        let given = |number: Option<u64>| number.filter(|number| *number > 0);
        let rows = given(page.total).or(given(page.count));
        match given(page.total_page) {
            Some(pages) => u64::from(self.page_no) >= pages,
            None => rows.is_some_and(|rows| self.rows >= rows),
        }
    }

    /// Whether the portal advances.
    fn check(&mut self, reply: Reply<Page<E::Row>>) -> Result<Page<E::Row>, Error> {
        let (asked, before) = (self.page_no, self.page_no.saturating_sub(1));
        let rows = raw_rows(&reply.body);
        let problem = match reply.value.page_no {
            _ if reply.value.results.is_empty() => None,
            Some(got) if got != u64::from(asked) => Some(format!("asked for page {asked}, got page {got}")),
            _ if rows.is_some() && rows == self.former => Some(format!(
                "asked for page {asked}, got the rows of page {before} again, and nothing in that page said that \
                     it is the last"
            )),
            _ => None,
        };
        match problem {
            None => {
                self.former = rows;
                Ok(reply.value)
            }
            Some(problem) => Err(unexpected::<E>(problem, reply)),
        }
    }
}

fn unexpected<E: Paged>(problem: String, reply: Reply<Page<E::Row>>) -> Error {
    let error = Error::new(ErrorKind::UnexpectedAnswer, problem)
        .at(&E::META)
        .with_status(reply.status)
        .with_answer(&E::META, reply.body)
        .with_attempts(reply.attempts, Delivery::NotExecuted);
    match reply.request_id {
        Some(request_id) => error.with_request_id(request_id),
        None => error,
    }
}

/// The text of `results`, as a part of the body.
fn raw_rows(body: &Bytes) -> Option<Bytes> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        result: Rows<'a>,
    }

    #[derive(Deserialize)]
    struct Rows<'a> {
        #[serde(borrow)]
        results: &'a RawValue,
    }

    let envelope: Envelope<'_> = serde_json::from_slice(body).ok()?;
    Some(body.slice_ref(envelope.result.results.get().as_bytes()))
}

impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("endpoint", &E::META.name())
            .field("page_no", &self.page_no)
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}
