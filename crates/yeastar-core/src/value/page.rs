//! One page of a paged list.

use alloc::vec::Vec;

use serde::Deserialize;

/// One page of a paged list (order list and others).
///
/// Source: the example of <https://help.yeastar.com/en/pp-ptr/developer-guide/request-structure.html>.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of this page.
    pub results: Vec<T>,
    /// Number of this page, from 1.
    pub page_no: Option<u64>,
    /// Rows per page.
    pub page_size: Option<u64>,
    /// Rows on all pages.
    pub total: Option<u64>,
    /// Number of pages.
    pub total_page: Option<u64>,
    /// The vendor describes it just as [`total`](Self::total), and the vendor's
    /// example has the same number in both.
    pub count: Option<u64>,
}
