//! One page of a paged list.

use core::fmt;
use core::marker::PhantomData;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{BorrowedText, Digits, Field, List};

/// One page of a paged list (order list and others). A number that is missing, or is no
/// whole number, is `None`: the rows are read all the same, by an
/// [`Endpoint`](crate::Endpoint) and by [`Json::parse`](crate::Json::parse). (`serde_json` by itself refuses
/// a number of another type.)
///
/// A bare array is read as the rows of a page without numbers. Without `results` a page is empty where it says
/// so by a `total` or `count` of 0, and else unreadable.
///
/// Source: the example of <https://help.yeastar.com/en/pp-ptr/developer-guide/response-results.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Page<T> {
    /// The rows of this page.
    pub results: List<T>,
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

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PageVisitor(PhantomData))
    }
}

struct PageVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PageVisitor<T> {
    type Value = Page<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<Page<T>, A::Error> {
        let results = List::deserialize(SeqAccessDeserializer::new(rows))?;
        Ok(Page { results, page_no: None, page_size: None, total: None, total_page: None, count: None })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Page<T>, A::Error> {
        let mut results = None;
        let [mut page_no, mut page_size, mut total, mut total_page, mut count] = [const { None }; 5];
        while let Some(name) = map.next_key::<BorrowedText<'de>>()? {
            let number: &mut Option<Option<u64>> = match &*name.0 {
                "results" if results.is_some() => return Err(de::Error::duplicate_field("results")),
                "results" => {
                    results = Some(map.next_value()?);
                    continue;
                }
                "pageNo" => &mut page_no,
                "pageSize" => &mut page_size,
                "total" => &mut total,
                "totalPage" => &mut total_page,
                "count" => &mut count,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            // The rows are worth more than their number.
            let read = match map.next_value::<Field<Option<Digits>>>()? {
                Field::Value(digits) => digits.map(|digits| digits.0),
                Field::Other(_) => None,
            };
            if number.replace(read).is_some() {
                return Err(de::Error::custom("a number of the page stands there twice"));
            }
        }
        let (total, count) = (total.flatten(), count.flatten());
        let results = match results {
            Some(results) => results,
            None if total.or(count) == Some(0) => List::default(),
            None => return Err(de::Error::missing_field("results")),
        };
        let (page_no, page_size, total_page) = (page_no.flatten(), page_size.flatten(), total_page.flatten());
        Ok(Page { results, page_no, page_size, total, total_page, count })
    }
}
