//! Paged lists, a page at a time.

use yeastar_core::{Error, Page, Paged, Pages};

use crate::client::Client;

/// A walk through a paged list, made by [`Client::pages`]. It asks for a page when
/// it is asked for one, and keeps none.
///
/// It ends as [`Pages`] says; an error ends it too.
#[derive(Debug)]
#[must_use = "it asks for nothing until it is asked for a page"]
pub struct Walk<E: Paged> {
    client: Client,
    pages: Pages<E>,
}

impl<E: Paged> Walk<E> {
    pub(crate) fn new(client: Client, endpoint: E) -> Self {
        Self { client, pages: Pages::new(endpoint) }
    }

    /// The next page, `None` at the end. Dropping the future leaves the walk where it
    /// was: the next call asks for the same page.
    ///
    /// `futures_util::stream::unfold(walk, |mut walk| async move { Some((walk.next().await?, walk)) })`
    /// makes it a `Stream`.
    pub async fn next(&mut self) -> Option<Result<Page<E::Row>, Error>> {
        let reply = self.client.exchange(self.pages.request()?).await;
        Some(self.pages.accept(reply))
    }

    /// The number of the next page; after an error that of the page that failed,
    /// where a new walk can go on.
    pub fn page_no(&self) -> u32 {
        self.pages.page_no()
    }
}
