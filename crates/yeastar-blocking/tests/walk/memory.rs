//! A walk gives each row once, and takes as much memory for a hundred pages as for ten.

use peak_alloc::PeakAlloc;
use yeastar_core::order::ListOrders;

use super::Walker;
use super::portal::{self, Portal};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const ORDERS: usize = 10_000;
const PAGE_SIZE: u32 = 100;

#[test]
fn each_order_comes_once_and_no_page_is_kept() {
    if portal::serve_if_asked(ORDERS) {
        return;
    }
    let portal = Portal::start("memory::each_order_comes_once_and_no_page_is_kept");
    let walker = Walker::new(portal.config.clone());
    let endpoint = ListOrders::new().with_page_size(PAGE_SIZE).with_sort("id");
    let mut numbers: Vec<u64> = Vec::with_capacity(2 * ORDERS);

    // During the first the token, the connection and its buffers are made, which stay.
    let [_, ten, hundred] = [usize::MAX, 10, usize::MAX].map(|pages| {
        numbers.clear();
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        walker.walk(endpoint.clone(), pages, |page| {
            let orders = page.results.iter().filter_map(|order| order.order_no.as_ref());
            numbers.extend(orders.map(|number| number.as_str()[2..].parse::<u64>().unwrap()));
        });
        MEMORY.peak_usage() - before
    });

    assert_eq!(numbers.len(), ORDERS);
    assert!(numbers.is_sorted_by(|one, next| one < next), "some come twice");
    println!("peak over the start: {ten} bytes for 10 pages, {hundred} for all");
    // The allowance is less than half of what one page takes.
    assert!(hundred < ten + ten / 10, "{ten} bytes for 10 pages, {hundred} for all");
}
