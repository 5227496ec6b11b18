//! The country list.

use serde_json::Value;

use crate::script::*;

const COUNTRIES: &str = "/user/openapi/area/v1/page";

fn names(script: &mut Script, query: &str) -> Vec<String> {
    let page = script.get(&format!("{COUNTRIES}{query}"))["result"].take();
    let rows = page["results"].as_array().unwrap();
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn countries_come_in_pages_of_the_documented_shape() {
    let mut script = Script::new();
    let first = script.get(COUNTRIES)["result"].take();
    assert_eq!(first["pageSize"], 25);
    assert_eq!(first["totalPage"], 2);
    for row in first["results"].as_array().unwrap() {
        let fields = row.as_object().unwrap();
        assert_eq!(fields.keys().map(String::as_str).collect::<Vec<_>>(), ["code", "id", "name"]);
        assert!(row["code"].is_string() && row["id"].is_u64() && row["name"].is_string());
    }
    let mut all = names(&mut script, "");
    all.extend(names(&mut script, "?pageNo=2"));
    assert_eq!(Value::from(all.len()), first["total"]);
    all.sort();
    all.dedup();
    assert_eq!(Value::from(all.len()), first["total"]);
}

#[test]
fn countries_are_sorted_and_searched() {
    let mut script = Script::new();
    let sorted = names(&mut script, "?sort=name&pageSize=1000");
    let mut expected = sorted.clone();
    expected.sort();
    assert_eq!(sorted, expected);
    expected.reverse();
    assert_eq!(names(&mut script, "?sort=-name&pageSize=1000"), expected);
    assert_ne!(names(&mut script, "?pageSize=1000"), sorted);
    assert_eq!(names(&mut script, "?name=united&sort=-name"), ["United States", "United Kingdom"]);
    assert_eq!(names(&mut script, "?name=atlantis"), [""; 0]);
    assert_invalid(&script.get(&format!("{COUNTRIES}?sort=code")), "sort");
    assert_invalid(&script.get(&format!("{COUNTRIES}?code=DE")), "code");
}
