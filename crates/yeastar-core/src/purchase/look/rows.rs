//! The order list: which pages are read, and what their rows say.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use super::{Course, Findings, Look};
use crate::call::pager::Pages;
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::portal::order::{ListOrders, OrderInfo};
use crate::purchase::outcome::AccountSnapshot;
use crate::purchase::wire::OrderRows;
use crate::value::{Json, OrderId, Page};
use crate::wire::reply::Reply;

/// So many of the newest orders are seen before an order is sent, whatever the size of a page.
const NEWEST_SEEN: u32 = 25;

impl Look {
    /// Begins to read the order list, perhaps anew. What was seen of the order so far counts all the same.
    pub(super) fn follow(&mut self, course: Course) {
        self.course = course;
        self.read_from(if let Course::From(page) = course { page } else { 1 });
        self.rows_read = 0;
        self.last_id = None;
        self.former_id = None;
        let Findings { found, candidates, snapshot: AccountSnapshot { pbx_url_existed, .. }, .. } =
            mem::take(&mut self.findings);
        let is_falling = course == Course::Falling;
        let snapshot = AccountSnapshot { page: 1, is_falling, pbx_url_existed, ..AccountSnapshot::default() };
        self.findings = Findings { found, candidates, snapshot, is_complete: true, ..Findings::default() };
    }

    fn read_from(&mut self, page: u32) {
        let page = ListOrders::new().with_page_no(page).with_page_size(self.policy.list_page_size);
        self.pages = Some(Pages::new(OrderRows(if self.is_sorted { page.with_sort("id") } else { page })));
    }

    /// A row can come twice when the list changes between two pages.
    pub(super) fn leave_repeated_out(&mut self) {
        let mut seen = BTreeSet::new();
        self.unread.retain(|order| order.id.as_ref().is_none_or(|id| seen.insert(String::from(id.as_str()))));
    }

    /// Whether the list, read from where it ended once, has shown too few of the newest orders.
    pub(super) fn has_become_short(&self) -> bool {
        let is_from_later = matches!(self.course, Course::From(page) if page > 1);
        self.before.is_none() && is_from_later && self.rows_read <= NEWEST_SEEN
    }

    /// Whether the list has grown by more than the new rows that were read: then new orders do not stand at its end.
    pub(super) fn misses_rows(&self) -> bool {
        let before = self.before.as_ref().and_then(|before| before.orders);
        let grown = self.findings.snapshot.orders.zip(before).map(|(now, before)| now.saturating_sub(before));
        self.findings.found.is_empty() && grown > Some(self.unread.len() as u64)
    }

    pub(super) fn take_page(&mut self, reply: Result<Reply<Page<Json>>, Error>) -> Result<(), Error> {
        let Some(pages) = &mut self.pages else { return Ok(()) };
        let asked = pages.page_no();
        let page = match pages.accept(reply) {
            Ok(page) => page,
            // `sort` is known from an example only.
            Err(error) if error.kind() == ErrorKind::Refused && self.is_sorted => {
                self.is_sorted = false;
                self.follow(self.course);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if self.course == Course::Ends && asked == 1 && is_falling(&page) {
            self.course = Course::Falling;
            self.findings.snapshot.is_falling = true;
        }
        // So many orders were deleted that new ones may stand on a page before this.
        let begins_late = || page.results.iter().next().is_none_or(|row| self.is_newer(number_in(row)));
        let is_first = self.course == Course::From(asked) && asked > 1 && self.before.is_some();
        let mut is_as_expected = !(is_first && begins_late());
        let former_id = mem::replace(&mut self.former_id, page.results.iter().next().and_then(number_in));
        let mut above = None;
        for row in &page.results {
            let is_next;
            (is_next, above) = self.take_row(row, above, former_id);
            is_as_expected &= is_next;
        }
        if !is_as_expected && self.course != Course::All {
            self.follow(Course::All);
            return Ok(());
        }
        let snapshot = &mut self.findings.snapshot;
        // A page that is behind counts fewer than there are.
        snapshot.orders = snapshot.orders.max(page.total.or(page.count));
        if !page.results.is_empty() && self.course != Course::All {
            snapshot.page = asked;
        }
        let last = page.total_page.and_then(|last| u32::try_from(last).ok());
        if self.course == Course::Ends && asked == 1 {
            // The last page may have one row only, and the newest orders are to be seen.
            let before_last = NEWEST_SEEN.div_ceil(self.policy.list_page_size.max(1));
            if let Some(first) =
                last.and_then(|last| last.checked_sub(before_last)).filter(|first| *first > 2)
            {
                self.read_from(first);
            }
        }
        if self.course == Course::Falling {
            self.follow_falling(asked, last);
        }
        Ok(())
    }

    /// What is read after this page of a list that begins with the newest orders.
    fn follow_falling(&mut self, asked: u32, last: Option<u32>) {
        match (&self.before, last) {
            (Some(before), _) if before.newest.is_some() && self.last_id <= before.newest => {
                self.pages = None;
            }
            // At its end it shows whether it falls to there.
            (None, Some(last)) if asked < last && self.rows_read >= NEWEST_SEEN => self.read_from(last),
            (None, None) if asked > 1 && self.rows_read >= NEWEST_SEEN => self.pages = None,
            _ => {}
        }
    }

    /// Takes a row of the order list, and tells whether it comes after those before, and its id. `above` is the id of the row
    /// above it, `former_id` that of the first row of the page before.
    fn take_row(&mut self, row: &Json, above: Option<u64>, former_id: Option<u64>) -> (bool, Option<u64>) {
        let order = row.parse::<OrderInfo>();
        let is_readable = order.is_ok();
        self.findings.is_complete &= is_readable;
        let order = order.unwrap_or_default();
        let number = order.id.as_ref().and_then(number);
        let is_next = match (number, self.last_id) {
            _ if !is_readable => true,
            (Some(number), Some(last)) if self.course == Course::Falling => {
                // Orders that came in meanwhile have moved the last rows of the page before to this one.
                let is_repeated = number >= last && self.before.is_some();
                if is_repeated && above.map_or(Some(number) <= former_id, |above| number < above) {
                    return (true, Some(number));
                }
                number < last
            }
            _ => number > self.last_id,
        };
        self.last_id = number.or(self.last_id);
        self.rows_read = self.rows_read.saturating_add(order.id.is_some().into());
        let newest = &mut self.findings.snapshot.newest;
        *newest = (*newest).max(number);
        if self.keys.po_number_is_in(row.as_str()) {
            self.take_found(order);
            return (is_next, number);
        }
        self.note_url(row, number, &order);
        let is_asked_about = match self.before {
            Some(_) => number.is_none() || self.is_newer(number),
            None => self.keys.pbx_url_is_in(row.as_str()),
        };
        if is_asked_about {
            self.unread.push_back(order);
        }
        (is_next, number)
    }

    /// Notes an order with our URL. An older one had it until it was given up, and one after the first is about the PBX
    /// that the first created.
    pub(super) fn note_url(&mut self, text: &Json, number: Option<u64>, order: &OrderInfo) {
        let Some(number) = number.filter(|number| self.is_newer(Some(*number))) else { return };
        let is_first = self.with_url.as_ref().is_none_or(|(first, _)| number < *first);
        if is_first && self.keys.pbx_url_is_in(text.as_str()) {
            match order.order_no {
                Some(_) => self.with_url = Some((number, order.clone())),
                None => self.findings.is_complete = false,
            }
        }
    }

    /// Whether an order is surely newer than all that were there before ours.
    pub(super) fn is_newer(&self, number: Option<u64>) -> bool {
        self.before.as_ref().is_some_and(|before| number > before.newest)
    }

    /// Takes an order that is ours. Without a number of its own it cannot be named, but it is in sight.
    pub(super) fn take_found(&mut self, order: OrderInfo) {
        let has_number = order.order_no.as_ref().is_some_and(|order_no| !order_no.as_str().trim().is_empty());
        if !has_number {
            self.findings.candidates.push(order.into());
            self.findings.is_complete = false;
        } else if !self.findings.found.iter().any(|found| found.order_no == order.order_no) {
            // A row can come twice when the list changes between two pages.
            self.findings.found.push(order);
        }
    }
}

/// Whether the newest orders come first.
fn is_falling(page: &Page<Json>) -> bool {
    let numbers: Vec<_> = page.results.iter().map(number_in).collect();
    numbers.len() > 1 && numbers.windows(2).all(|pair| pair[1].is_some() && pair[0] > pair[1])
}

fn number_in(row: &Json) -> Option<u64> {
    row.parse::<OrderInfo>().ok()?.id.as_ref().and_then(number)
}

pub(super) fn number(id: &OrderId) -> Option<u64> {
    id.as_str().parse().ok()
}
