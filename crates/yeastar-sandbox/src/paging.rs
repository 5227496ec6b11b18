//! Lists that come in pages.
//!
//! Documented: the parameters, their defaults, the six fields. Inferred: a largest
//! page size, of 1000.

use serde_json::{Value, json};

use crate::envelope::Refusal;
use crate::route::Call;

/// Which page is asked for.
pub(crate) struct Paging {
    page_no: usize,
    page_size: usize,
}

impl Paging {
    pub(crate) fn of(call: &Call) -> Result<Self, Refusal> {
        let page_no = number(call, "pageNo", 1, usize::MAX)?;
        Ok(Self { page_no, page_size: number(call, "pageSize", 25, 1000)? })
    }

    /// That page of all items.
    pub(crate) fn page<T>(&self, items: &[T], to_json: impl Fn(&T) -> Value) -> Value {
        self.page_of(items.len(), |index| to_json(&items[index]))
    }

    /// That page of so many items.
    pub(crate) fn page_of(&self, items: usize, to_json: impl Fn(usize) -> Value) -> Value {
        let start = (self.page_no - 1).saturating_mul(self.page_size).min(items);
        let end = start.saturating_add(self.page_size).min(items);
        let results: Vec<Value> = (start..end).map(to_json).collect();
        json!({
            "count": items,
            "pageNo": self.page_no,
            "pageSize": self.page_size,
            "results": results,
            "total": items,
            "totalPage": items.div_ceil(self.page_size),
        })
    }
}

fn number(call: &Call, name: &str, default: usize, max: usize) -> Result<usize, Refusal> {
    let Some(text) = call.fields.get(name) else { return Ok(default) };
    // `parse` would take a plus sign.
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if is_digits && (1..=max).contains(&number) => Ok(number),
        _ => Err(Refusal::field(name, "range", "is not a whole number in range, counted from 1")),
    }
}
