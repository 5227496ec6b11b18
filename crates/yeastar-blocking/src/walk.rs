//! Paged lists, a page at a time.

use std::iter::FusedIterator;

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

    /// The number of the next page; after an error that of the page that failed,
    /// where a new walk can go on.
    pub fn page_no(&self) -> u32 {
        self.pages.page_no()
    }
}

impl<E: Paged> Iterator for Walk<E> {
    type Item = Result<Page<E::Row>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let reply = self.client.exchange(self.pages.request()?);
        Some(self.pages.accept(reply))
    }
}

impl<E: Paged> FusedIterator for Walk<E> {}
