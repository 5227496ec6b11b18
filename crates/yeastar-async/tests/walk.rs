//! Through a long list with the async client: the test of the blocking one.

use tokio::runtime::{Builder, Runtime};
use yeastar_async::{Client, Config, Page, order};

#[path = "../../yeastar-blocking/tests/walk/memory.rs"]
mod memory;
#[path = "../../yeastar-blocking/tests/walk/portal.rs"]
mod portal;

struct Walker(Runtime, Client);

impl Walker {
    fn new(config: Config) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self(runtime, Client::new(config).unwrap())
    }

    /// Walks through at most so many pages.
    fn walk(&self, endpoint: order::ListOrders, pages: usize, mut take: impl FnMut(Page<order::OrderInfo>)) {
        self.0.block_on(async {
            let mut walk = self.1.pages(endpoint);
            for _ in 0..pages {
                let Some(page) = walk.next().await else { return };
                take(page.unwrap());
            }
        });
    }
}
