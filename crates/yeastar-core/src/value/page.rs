//! One page of a paged list.

use serde::{Deserialize, Deserializer};

use super::{Digits, Field, List};

/// One page of a paged list (order list and others). A number that is missing, or is no
/// whole number, is `None`: the rows are read all the same, by an
/// [`Endpoint`](crate::Endpoint) and by [`Json::parse`](crate::Json::parse). (`serde_json` by itself refuses
/// a number of another type.)
///
/// Source: the example of <https://help.yeastar.com/en/pp-ptr/developer-guide/response-results.html>.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Page<T> {
    /// The rows of this page.
    pub results: List<T>,
    /// Number of this page, from 1.
    #[serde(default, deserialize_with = "number")]
    pub page_no: Option<u64>,
    /// Rows per page.
    #[serde(default, deserialize_with = "number")]
    pub page_size: Option<u64>,
    /// Rows on all pages.
    #[serde(default, deserialize_with = "number")]
    pub total: Option<u64>,
    /// Number of pages.
    #[serde(default, deserialize_with = "number")]
    pub total_page: Option<u64>,
    /// The vendor describes it just as [`total`](Self::total), and the vendor's
    /// example has the same number in both.
    #[serde(default, deserialize_with = "number")]
    pub count: Option<u64>,
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    // The rows are worth more than their number.
    Ok(match Field::<Option<Digits>>::deserialize(deserializer)? {
        Field::Value(digits) => digits.map(|digits| digits.0),
        Field::Other(_) => None,
    })
}
