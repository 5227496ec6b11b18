//! Countries, by the names that a customer's address wants.
//!
//! Documented: all. Invented: which countries there are, and their ids. Inferred:
//! that `name` searches for a part of the name.

use serde_json::json;

use crate::envelope::{Json, Refusal};
use crate::paging::Paging;
use crate::portal::Portal;
use crate::route::Call;

/// More than one page of the documented size.
#[rustfmt::skip]
const COUNTRIES: &[(&str, &str)] = &[
    ("AR", "Argentina"), ("AU", "Australia"), ("AT", "Austria"), ("BE", "Belgium"), ("BR", "Brazil"),
    ("CA", "Canada"), ("CL", "Chile"), ("CN", "China"), ("DK", "Denmark"), ("EG", "Egypt"),
    ("FI", "Finland"), ("FR", "France"), ("DE", "Germany"), ("IN", "India"), ("ID", "Indonesia"),
    ("IE", "Ireland"), ("IT", "Italy"), ("JP", "Japan"), ("MX", "Mexico"), ("NL", "Netherlands"),
    ("NO", "Norway"), ("PL", "Poland"), ("PT", "Portugal"), ("ZA", "South Africa"), ("ES", "Spain"),
    ("SE", "Sweden"), ("CH", "Switzerland"), ("TR", "Turkey"), ("GB", "United Kingdom"),
    ("US", "United States"),
];

pub(super) fn has(name: &str) -> bool {
    COUNTRIES.iter().any(|(_, known)| *known == name)
}

/// `country_list`
pub(crate) fn country_list(_: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let paging = Paging::of(call)?;
    let search = call.fields.text("name").to_lowercase();
    let mut countries: Vec<(u64, &(&str, &str))> =
        (1..).zip(COUNTRIES).filter(|(_, (_, name))| name.to_lowercase().contains(&search)).collect();
    // Otherwise in no useful order, so that nobody relies on one.
    countries.sort_by_key(|(_, (code, _))| *code);
    match call.fields.get("sort") {
        None => {}
        Some("name") => countries.sort_by_key(|(_, (_, name))| *name),
        Some("-name") => countries.sort_by_key(|(_, (_, name))| std::cmp::Reverse(*name)),
        Some(_) => return Err(Refusal::field("sort", "oneof", "is not one of: name, -name")),
    }
    Ok(paging.page(&countries, |(id, (code, name))| json!({ "code": code, "id": id, "name": name })).into())
}
