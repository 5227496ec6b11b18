//! What holds for every field of every answer, whatever its value.

use bytes::Bytes;
use http::Response;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::support::{self, Fixture, Role};
use super::{read_text, reader};

/// All answers but those that hold tokens, which print nothing.
fn answers() -> Vec<Fixture> {
    support::of_role(Role::Ok).into_iter().filter(|fixture| fixture.module != "auth").collect()
}

fn body(fixture: &Fixture) -> Value {
    serde_json::from_slice(fixture.response().body()).unwrap()
}

/// JSON pointers to all values below the envelope's `result`, and to itself.
fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                pointers(element, format!("{at}/{index}"), out);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                pointers(value, format!("{at}/{name}"), out);
            }
        }
        _ => {}
    }
    out.push(at);
}

/// The values of the result that fit.
fn places(body: &Value, fits: impl Fn(&Value) -> bool) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(result) = body.get("result") {
        pointers(result, "/result".into(), &mut all);
    }
    all.retain(|pointer| fits(body.pointer(pointer).unwrap()));
    all
}

fn is_number(value: &Value) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    value.is_u64() || value.as_str().is_some_and(is_digits)
}

/// A field that no page names, of an answer whose table is known whole, is not kept.
fn is_dropped(fixture: &Fixture, pointer: &str) -> bool {
    let names: Vec<&str> =
        pointer.split('/').filter(|name| !name.is_empty() && name.parse::<usize>().is_err()).collect();
    let name = names.last().unwrap();
    fixture.items("unknown").contains(&&*names.join("."))
        && !read_text(fixture, fixture.response()).contains(&format!("\"{name}\""))
}

fn with(body: &Value, pointer: &str, value: Value) -> Response<Bytes> {
    let mut changed = body.clone();
    *changed.pointer_mut(pointer).unwrap() = value;
    Response::new(changed.to_string().into())
}

/// 19 digits and more, most of which no float holds.
fn long_id() -> impl Strategy<Value = u64> {
    1_000_000_000_000_000_000..=u64::MAX
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// Where alone a value of no field makes the whole answer unreadable: the result itself (the empty path, which its
/// rows have too), ids without which a row is nothing, and the fields of tables that are known whole.
const NEEDED: &[(&str, &[&str])] = &[
    ("account_balance", &["", "accountBalance"]),
    ("activation_code", &["", "code"]),
    ("billing_contact_list", &["", "billingContactId"]),
    ("colleague_list", &["", "results"]),
    ("country_list", &["", "results"]),
    ("edit_user", &[""]),
    ("instance_product_list", &["", "results"]),
    ("order_page", &["", "results"]),
    ("order_save", &["", "orderNo"]),
    ("pbx_url_existed", &[""]),
    ("product_model", &["productModel"]),
    ("purchase_product_info", &[""]),
    ("region_list", &["", "id", "name", "region", "region.pbxSubDomain", "region.pbxSubDomainId"]),
    ("save_user", &[""]),
    ("subordinate_user_get", &["", "partnerId"]),
    ("subordinate_user_list", &["", "partnerId"]),
    ("subscription_product_list", &["", "productId"]),
    ("user_permission_list", &[""]),
    ("white_label_list", &["", "whiteLabelId"]),
];

/// The names on the way to a value of a result, without the places in lists.
fn path(pointer: &str) -> String {
    let names = pointer.split('/').skip(2).filter(|name| name.parse::<usize>().is_err());
    names.collect::<Vec<_>>().join(".")
}

fn is_needed(fixture: &Fixture, path: &str) -> bool {
    NEEDED.iter().any(|(endpoint, paths)| *endpoint == fixture.endpoint && paths.contains(&path))
}

/// The numbers of a page: it is read without them.
const NUMBERS_OF_A_PAGE: &[&str] = &["pageNo", "pageSize", "count", "total", "totalPage"];

#[test]
fn a_truth_value_may_be_text_or_a_number() {
    let mut seen = 0;
    // No other answer has one that a page names.
    let names = ["pbx_url_existed", "save_user", "edit_user"];
    for fixture in answers().into_iter().filter(|fixture| names.contains(&&*fixture.endpoint)) {
        let body = body(&fixture);
        let read = |value: Value| reader(&fixture.endpoint)(with(&body, "/result", value));
        for value in [false, true] {
            let number = u8::from(value);
            let texts = [value.to_string(), value.to_string().to_uppercase(), number.to_string()];
            for form in texts.into_iter().map(Value::from).chain([number.into(), value.into()]) {
                assert_eq!(read(form.clone()).unwrap(), value.to_string(), "{} {form}", fixture.label());
                seen += 1;
            }
        }
        for odd in ["2", "-1", r#""""#, r#""yes""#, r#""truex""#, "null", "[true]", "{}"] {
            let read = read(serde_json::from_str(odd).unwrap());
            assert!(read.is_err(), "{} {odd}: {read:?}", fixture.label());
        }
    }
    assert!(seen >= 30, "{seen}");
}

/// Half of a pair of surrogates, Latin-1 and GBK, in each text of each answer, and what some servers put around it.
#[test]
fn no_encoding_of_a_text_hides_what_is_beside_it() {
    const MARK: &str = "a mark of this test";
    let forms: [&[u8]; 4] = [br"name \ud83d", br"\ude80", b"B\xfcro", b"\xc3\xfb\xd7\xd6"];
    for fixture in answers() {
        let body = body(&fixture);
        let read = |body: Vec<u8>| reader(&fixture.endpoint)(Response::new(body.into()));
        let plain = read(body.to_string().into()).unwrap();
        let marked = [b"\xef\xbb\xbf", body.to_string().as_bytes(), b"\0"].concat();
        assert_eq!(read(marked).unwrap(), plain, "{}", fixture.label());

        for pointer in places(&body, Value::is_string) {
            let mut changed = body.clone();
            *changed.pointer_mut(&pointer).unwrap() = MARK.into();
            let changed = changed.to_string();
            let (head, tail) = changed.split_once(MARK).unwrap();
            for form in forms {
                let read = read([head.as_bytes(), form, tail.as_bytes()].concat());
                let is_fine = read.is_ok() || is_needed(&fixture, &path(&pointer));
                assert!(is_fine, "{} {pointer} {form:?}: {read:?}", fixture.label());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_number_and_id_keeps_all_its_digits(id in long_id()) {
        for fixture in answers() {
            let body = body(&fixture);
            for pointer in places(&body, is_number).iter().filter(|pointer| !is_dropped(&fixture, pointer)) {
                let (number, text) = (Value::from(id), Value::from(id.to_string()));
                let is_id = ["id", "Id", "No"].iter().any(|end| pointer.ends_with(end));
                let forms = match body.pointer(pointer).unwrap() {
                    _ if is_id => vec![number, text],
                    Value::Number(_) => vec![number],
                    _ => vec![text],
                };
                for value in forms {
                    let output = read_text(&fixture, with(&body, pointer, value));
                    prop_assert!(output.contains(&id.to_string()), "{} {pointer}: {output}", fixture.label());
                }
            }
        }
    }

    #[test]
    fn no_text_breaks_the_reading_of_an_answer(text in any::<String>()) {
        // Text that is a number stands for an id or an amount.
        let is_text = |value: &Value| value.as_str().is_some_and(|text| text.parse::<f64>().is_err());
        for fixture in answers() {
            let body = body(&fixture);
            for pointer in places(&body, is_text) {
                let read = reader(&fixture.endpoint)(with(&body, &pointer, text.clone().into()));
                // An id alone is refused when it is empty: nobody could use it.
                if !text.is_empty() {
                    prop_assert!(read.is_ok(), "{} {pointer}: {read:?}", fixture.label());
                }
            }
        }
    }

    #[test]
    fn no_field_without_a_name_of_ours_breaks_the_reading_of_an_answer(
        name in "[a-z]{0,3}X[a-zA-Z]{0,8}",
        value in json(),
    ) {
        for fixture in answers() {
            let body = body(&fixture);
            // The envelope is an object as well.
            let objects = places(&body, Value::is_object).into_iter().chain([String::new()]);
            for pointer in objects {
                let mut object = body.pointer(&pointer).unwrap().clone();
                object[&name] = value.clone();
                let read = reader(&fixture.endpoint)(with(&body, &pointer, object));
                prop_assert!(read.is_ok(), "{} {pointer}: {read:?}", fixture.label());
            }
        }
    }

    #[test]
    fn a_field_of_another_type_is_kept_and_costs_nothing_beside_it(value in json()) {
        // No field takes it, but a list that may be a single row: it is a field of that then.
        let kept = Value::from(vec![value, "made up".into()]);
        let value = serde_json::json!({"a value of no field": kept});
        for fixture in answers() {
            let body = body(&fixture);
            for pointer in places(&body, |_| true) {
                let path = path(&pointer);
                let read = reader(&fixture.endpoint)(with(&body, &pointer, value.clone()));
                if read.is_err() && is_needed(&fixture, &path) {
                    continue;
                }
                prop_assert!(read.is_ok(), "{} {pointer}: {read:?}", fixture.label());
                let is_kept = !path.is_empty() && !NUMBERS_OF_A_PAGE.contains(&&*path);
                if is_kept && !is_dropped(&fixture, &pointer) {
                    let (output, json) = (read.unwrap(), kept.to_string());
                    // A time is the text received, whatever it is.
                    let text = format!("{json:?}");
                    let is_there = output.contains(&json) || output.contains(text.trim_matches('"'));
                    prop_assert!(is_there, "{} {pointer}: {output}", fixture.label());
                }
            }
        }
    }
}
