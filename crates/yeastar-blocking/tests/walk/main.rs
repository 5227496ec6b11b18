//! Through a long list with the blocking client. The async client runs the same test.

use yeastar_blocking::{Client, Config, Page, order};

mod memory;
mod portal;

struct Walker(Client);

impl Walker {
    fn new(config: Config) -> Self {
        Self(Client::new(config).unwrap())
    }

    /// Walks through at most so many pages.
    fn walk(&self, endpoint: order::ListOrders, pages: usize, mut take: impl FnMut(Page<order::OrderInfo>)) {
        self.0.pages(endpoint).take(pages).for_each(|page| take(page.unwrap()));
    }
}
