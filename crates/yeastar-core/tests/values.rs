//! The JSON shapes of the portal: what each kind of value takes, refuses and gives back.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use yeastar_core::order::{
    BillingCycle, BillingModel, OperationType, OrderInfo, OrderStatus, PurchaseType, ServiceType,
};
use yeastar_core::product::ActivationStatus;
use yeastar_core::{
    AccessToken, Amount, BillingContactId, ColleagueId, CountryId, Credentials, InstanceId, Json, List,
    OfferingId, OrderId, OrderNo, Page, PartnerId, PbxSubDomainId, PlanId, PricingId, ProductId, ProductNo,
    RegionId, Secret, ServiceId, Timestamp, TransactionNo, WhiteLabelId, YeastarId,
};

fn read<T: DeserializeOwned>(json: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str(json)
}

fn write<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

// --- ids

trait Id: DeserializeOwned + Serialize + Copy + Debug + ToString + std::str::FromStr + From<u64> {}
impl<T> Id for T where
    T: DeserializeOwned + Serialize + Copy + Debug + ToString + std::str::FromStr + From<u64>
{
}

fn an_id_keeps_every_digit<T: Id>() {
    for digits in
        ["3048571730026938368", "3197218168379846218", "9007199254740993", "18446744073709551615", "0"]
    {
        for json in [digits.to_owned(), format!("\"{digits}\"")] {
            let id: T = read(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
            assert_eq!(write(&id), digits);
            assert_eq!(id.to_string(), digits);
            assert_eq!(read::<T>(&write(&id)).unwrap().to_string(), digits);
        }
        assert_eq!(digits.parse::<T>().ok().unwrap().to_string(), digits);
        assert_eq!(T::from(digits.parse::<u64>().unwrap()).to_string(), digits);
    }
}

fn an_id_is_digits_and_nothing_else<T: Id>(name: &str) {
    let no_ids = [
        "1.0",
        "1e3",
        "-1",
        "-0",
        "18446744073709551616",
        "null",
        "true",
        "[]",
        "[1]",
        "{}",
        "\"\"",
        "\" 1\"",
        "\"1 \"",
        "\"+1\"",
        "\"-1\"",
        "\"1.0\"",
        "\"1e3\"",
        "\"0x1\"",
        "\"1_000\"",
        "\"1,000\"",
        "\"18446744073709551616\"",
        "\"\u{661}\"",
        "\"one\"",
        "\"null\"",
    ];
    for json in no_ids {
        let error = read::<T>(json).map(|id| panic!("{json} was read as {id:?}")).unwrap_err().to_string();
        assert!(error.contains(name), "{json}: {error}");
    }
    for text in ["", " 1", "+1", "-1", "1.0", "1e3", "18446744073709551616"] {
        assert!(text.parse::<T>().is_err(), "{text:?}");
    }
}

macro_rules! for_each_id {
    ($($id:ty: $name:literal,)+) => {
        #[test]
        fn ids_keep_every_digit_from_text_and_from_a_number() {
            $(an_id_keeps_every_digit::<$id>();)+
        }

        #[test]
        fn ids_refuse_what_is_not_digits_and_say_which_id_it_is() {
            $(an_id_is_digits_and_nothing_else::<$id>($name);)+
        }
    };
}

for_each_id! {
    ProductId: "a product id",
    PlanId: "a plan id",
    ServiceId: "a service id",
    BillingContactId: "a billing contact id",
    RegionId: "a region id",
    PbxSubDomainId: "a PBX sub-domain id",
    OfferingId: "an offering id",
    PricingId: "a pricing id",
    CountryId: "a country id",
}

#[test]
fn identifiers_that_are_text_are_kept_as_they_came() {
    fn check<T: DeserializeOwned + Serialize + ToString>() {
        for text in ["HB3203705539121029120", " x ", "007", "ü/..%2F"] {
            let json = write(&text);
            let id: T = read(&json).unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(write(&id), json);
        }
        let number: T = read("3203705539121029120").unwrap();
        assert_eq!(number.to_string(), "3203705539121029120");
        for json in ["\"\"", "null", "true", "1.5", "-1", "[]", "{}"] {
            assert!(read::<T>(json).is_err(), "{json}");
        }
    }
    check::<OrderNo>();
    check::<OrderId>();
    check::<ProductNo>();
    check::<InstanceId>();
    check::<TransactionNo>();
    check::<PartnerId>();
    check::<YeastarId>();
    check::<ColleagueId>();
    check::<WhiteLabelId>();
}

// --- lists and pages

#[derive(Debug, Deserialize, PartialEq)]
struct Element {
    id: ServiceId,
    name: Option<String>,
}

fn element(id: u64) -> Element {
    Element { id: ServiceId::new(id), name: None }
}

#[test]
fn a_list_is_an_array_a_single_element_or_null() {
    let list = |json: &str| read::<List<Element>>(json).unwrap().into_vec();
    assert_eq!(list(r#"[{"id":"1"},{"id":2,"name":null}]"#), [element(1), element(2)]);
    assert_eq!(list(r#"{"id":3048571730026938368}"#), [element(3_048_571_730_026_938_368)]);
    assert_eq!(list("[]"), []);
    assert_eq!(list("null"), []);
    assert_eq!(list("{}"), []);
    assert_eq!(&read::<List<String>>(r#""example.com""#).unwrap()[..], ["example.com"]);
}

#[test]
fn a_list_takes_a_single_number() {
    assert_eq!(
        &read::<List<ServiceId>>("3048571730026938368").unwrap()[..],
        [ServiceId::new(3_048_571_730_026_938_368)]
    );
}

#[test]
fn a_list_is_nothing_else() {
    for json in ["[null]", "[[]]", "1", "true", "\"\"", r#"[{"id":1},null]"#] {
        assert!(read::<List<Element>>(json).is_err(), "{json}");
    }
}

#[test]
fn the_elements_of_a_list_are_got_at_in_the_usual_ways() {
    let list: List<Element> = vec![element(1), element(2)].into();
    assert_eq!(list.len(), 2);
    assert_eq!(list.first(), Some(&element(1)));
    assert_eq!((&list).into_iter().count(), 2);
    assert_eq!(list.into_iter().collect::<Vec<_>>(), [element(1), element(2)]);
}

#[test]
fn a_page_without_rows_is_no_page() {
    for json in ["{}", r#"{"total":1}"#, r#"{"results":"none"}"#] {
        assert!(read::<Page<Element>>(json).is_err(), "{json}");
    }
}

// --- text that is kept

#[test]
fn json_is_kept_character_by_character() {
    for json in [
        "10.10",
        "3197218168379846218",
        "123456789012345678901234567890",
        "1e400",
        r#"{ "b" : 1.50,  "a":[ ] , "a": "é" }"#,
        "\"\\u00e9\"",
        "false",
    ] {
        let kept: Json = read(json).unwrap();
        assert_eq!(kept.as_str(), json);
        assert_eq!(write(&kept), json);
    }
}

#[test]
fn json_is_read_as_a_type_of_the_callers_own() {
    let kept: Json = read(r#"{"id":"3048571730026938368"}"#).unwrap();
    assert_eq!(kept.parse::<Element>().unwrap(), element(3_048_571_730_026_938_368));
    assert!(kept.parse::<Vec<u8>>().is_err());
}

#[test]
fn json_is_made_from_a_scalar_or_a_value() {
    for (json, text) in [
        (Json::from("docs \"x\"\n"), r#""docs \"x\"\n""#),
        (Json::from(String::from("10.10")), r#""10.10""#),
        (Json::from(u64::MAX), "18446744073709551615"),
        (Json::from(5_u32), "5"),
        (Json::from(5), "5"),
        (Json::from(-5_i64), "-5"),
        (Json::from(&String::from("docs")), r#""docs""#),
        (Json::from(PlanId::new(3_048_571_730_026_938_368)), "3048571730026938368"),
        (Json::from(PartnerId::from("3505184805912670208")), r#""3505184805912670208""#),
        (Json::from(&PartnerId::from("3505184805912670208")), r#""3505184805912670208""#),
        (Json::from(true), "true"),
        (Json::of(&[PlanId::new(3_048_571_730_026_938_368)]).unwrap(), "[3048571730026938368]"),
        (Json::of(&BillingCycle::Annually).unwrap(), r#""annually""#),
        (Json::of::<Option<u8>>(&None).unwrap(), "null"),
        (Json::of("docs").unwrap(), r#""docs""#),
        (Json::of(&Json::from(5_u32)).unwrap(), "5"),
    ] {
        assert_eq!(json.as_str(), text);
        assert_eq!(write(&json), text);
    }
    let no_json = BTreeMap::from([((1, 2), 3)]);
    assert!(Json::of(&no_json).is_err());
}

#[test]
fn an_amount_is_the_decimal_text_received() {
    for text in [
        "10.10",
        "0",
        "0.00",
        "-0.05",
        "-1234567890123456789.10",
        "1234567890123456789",
        "9007199254740993.000000000000000001",
        "1E2",
        "-1.5e-7",
        "1e400",
    ] {
        for json in [text.to_owned(), format!("\"{text}\"")] {
            let amount: Amount = read(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
            assert_eq!(amount.as_str(), text);
            assert_eq!((amount.to_string(), format!("{amount:?}")), (text.to_owned(), text.to_owned()));
            assert_eq!(write(&amount), format!("\"{text}\""));
            assert_eq!(read::<Amount>(&write(&amount)).unwrap().as_str(), text);
        }
    }
    assert_eq!(read::<Amount>(" 10.10 ").unwrap().as_str(), "10.10");
    assert_eq!(read::<Amount>(r#""\u0031\u0030""#).unwrap().as_str(), "10");
}

#[test]
fn an_amount_is_nothing_but_a_number() {
    for json in [
        "\"\"",
        "\"1,000\"",
        "\"10,10\"",
        "\" 1\"",
        "\"1 \"",
        "\"1\\n\"",
        "\"+1\"",
        "\"01\"",
        "\"-\"",
        "\"--1\"",
        "\".5\"",
        "\"5.\"",
        "\"1e\"",
        "\"1 2\"",
        "\"1_000\"",
        "\"0x10\"",
        "\"10.10 USD\"",
        "\"$10\"",
        "\"\u{661}\"",
        "\"\u{2212}1\"",
        "\"\\ud800\"",
        "\"NaN\"",
        "\"-Infinity\"",
        "\"null\"",
        "\"\\\"1\\\"\"",
        "01",
        "+1",
        "NaN",
        "true",
        "null",
        "{}",
        "[]",
        "[1]",
    ] {
        assert!(read::<Amount>(json).is_err(), "{json}");
    }
    let error = read::<Amount>("\"canary\"").unwrap_err().to_string();
    assert!(error.starts_with("an amount is a number or a string that holds one"), "{error}");
    assert!(read::<Option<Amount>>("null").unwrap().is_none());
}

#[derive(Debug, Deserialize)]
struct Flattened {
    #[serde(flatten)]
    _price: Price,
}

#[derive(Debug, Deserialize)]
struct Price {
    #[serde(rename = "price")]
    _price: Amount,
}

#[test]
fn an_amount_that_went_through_a_float_is_refused() {
    assert!(read::<Price>(r#"{"price":10.10}"#).is_ok());
    assert!(read::<Flattened>(r#"{"price":10.10}"#).is_err());
}

#[test]
fn an_amount_is_read_as_a_type_of_the_callers_own_and_fills_a_column() {
    let amount: Amount = read("10.10").unwrap();
    assert_eq!(amount.parse::<f64>(), Ok(10.10));
    assert!(amount.parse::<u64>().is_err());
    assert_eq!(format!("{amount:>8}|{amount:<8}|{amount:*^9}|"), "   10.10|10.10   |**10.10**|");
}

#[test]
fn a_timestamp_is_the_text_received() {
    for (json, text) in [
        ("1735689600000", "1735689600000"),
        ("\"1735689600000\"", "1735689600000"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1735689600.000", "1735689600.000"),
        ("\"2025-01-01 00:00:00\"", "2025-01-01 00:00:00"),
        ("\"\"", ""),
    ] {
        let time: Timestamp = read(json).unwrap();
        assert_eq!((time.as_str(), time.to_string().as_str()), (text, text));
    }
    assert_eq!(read::<Timestamp>("1735689600000").unwrap().parse::<i64>(), Ok(1_735_689_600_000));
    assert!(read::<Timestamp>("\"soon\"").unwrap().parse::<i64>().is_err());
}

#[test]
fn fields_without_a_name_are_kept_in_their_order_with_every_digit() {
    let row: OrderInfo =
        read(r#"{"z":10.10,"id":"1","poNumber":null,"a":[3197218168379846218],"\u0061b":1e400}"#).unwrap();
    let extra: Vec<_> = row.extra.iter().map(|(name, value)| (name, value.as_str())).collect();
    assert_eq!(
        extra,
        [("z", "10.10"), ("poNumber", "null"), ("a", "[3197218168379846218]"), ("ab", "1e400")]
    );
    assert!(row.extra.get("id").is_none());
}

/// All the places in which serde puts a value.
#[derive(Debug, Deserialize)]
struct Places {
    _number: f64,
    _text: (String, char, bool, i64),
    _nothing: (),
    only: Option<OrderInfo>,
    list: List<OrderInfo>,
    rows: Vec<Option<OrderInfo>>,
    by_number: BTreeMap<u64, OrderInfo>,
    pair: (OrderInfo, u8),
    wrapped: Wrapped,
    choices: Vec<Choice>,
    json: Json,
}

#[derive(Debug, Deserialize)]
struct Wrapped(OrderInfo);

#[derive(Debug, Deserialize)]
enum Choice {
    None,
    One(OrderInfo),
    Two(OrderInfo, u8),
    Named { row: OrderInfo },
}

#[test]
fn a_field_of_another_type_is_kept_wherever_a_type_of_the_callers_own_has_it() {
    let row = r#"{"id":"1","currencyCode":1.50}"#;
    let json = format!(
        r#"{{"_number":1.5,"_text":["x","x",true,-1],"_nothing":null,"only":{row},"list":{row},
            "rows":[{row},null],"by_number":{{"7":{row}}},"pair":[{row},8],"wrapped":{row},
            "choices":["None",{{"One":{row}}},{{"Two":[{row},9]}},{{"Named":{{"row":{row}}}}}],
            "unknown":[{{}}],"json":{row}}}"#
    );
    let places: Places = read::<Json>(&json).unwrap().parse().unwrap();
    assert_eq!((places.by_number.keys().collect::<Vec<_>>(), places.json.as_str()), (vec![&7], row));
    assert!(places.rows[1].is_none() && places.pair.1 == 8);

    let mut rows = vec![&places.by_number[&7], &places.pair.0, &places.wrapped.0];
    rows.extend(places.only.iter().chain(&*places.list).chain(places.rows.iter().flatten()));
    for choice in &places.choices {
        match choice {
            Choice::None => {}
            Choice::One(row) | Choice::Two(row, 9) | Choice::Named { row } => rows.push(row),
            Choice::Two(_, other) => panic!("{other}"),
        }
    }
    assert_eq!(rows.len(), 9);
    for row in rows {
        assert_eq!((row.id.as_ref().map(OrderId::as_str), row.currency_code.as_deref()), (Some("1"), None));
        assert_eq!(row.extra.get("currencyCode").unwrap().as_str(), "1.50");
    }
}

#[test]
fn serde_json_by_itself_refuses_a_field_of_another_type() {
    let error = read::<OrderInfo>(r#"{"id":"1","currencyCode":1.50}"#).unwrap_err().to_string();
    assert!(error.ends_with(", expected a string at line 1 column 29"), "{error}");
}

#[test]
fn json_of_no_end_is_kept_or_refused_but_ends_nothing() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let row = read::<Json>(&format!(r#"{{"currencyCode":{deep}}}"#)).unwrap();
    let parsed: OrderInfo = row.parse().unwrap();
    assert_eq!(parsed.extra.get("currencyCode").unwrap().as_str(), deep);
    assert!(row.parse::<serde_json::Value>().is_err());
    assert!(row.parse::<List<OrderInfo>>().is_ok());
}

#[test]
fn a_field_that_comes_twice_is_refused() {
    assert!(read::<OrderInfo>(r#"{"id":"1","orderNo":"2","id":"3"}"#).is_err());
    assert!(read::<OrderInfo>(r#"{"id":null,"id":"3"}"#).is_err());
}

// --- open enums

#[test]
fn an_open_enum_gives_an_unknown_text_back_unchanged() {
    fn check<T: DeserializeOwned + Serialize + ToString + for<'a> From<&'a str>>() {
        for text in ["made-up", "", " Plan ", "PURCHASE", "é\n\"", "Unrecognized"] {
            let json = write(&text);
            let value: T = read(&json).unwrap();
            assert_eq!(write(&value), json);
            assert_eq!(value.to_string(), text);
            assert_eq!(T::from(text).to_string(), text);
        }
        for json in ["1", "null", "true", "[]", "{}"] {
            assert!(read::<T>(json).is_err(), "{json}");
        }
    }
    check::<OperationType>();
    check::<ServiceType>();
    check::<PurchaseType>();
    check::<BillingModel>();
    check::<BillingCycle>();
    check::<OrderStatus>();
    check::<ActivationStatus>();
}

#[test]
fn an_open_enum_has_the_documented_texts() {
    fn check<T: DeserializeOwned + Serialize + PartialEq + Debug>(named: &[(T, &str)]) {
        for (value, text) in named {
            assert_eq!(write(value), format!("\"{text}\""));
            assert_eq!(read::<T>(&format!("\"{text}\"")).unwrap(), *value);
        }
    }
    check(&[
        (OperationType::TrialPlan, "trial_plan"),
        (OperationType::TrialService, "trial_service"),
        (OperationType::PurchasePlan, "purchase_plan"),
        (OperationType::PurchaseService, "purchase_service"),
        (OperationType::SwitchPlan, "switch_plan"),
        (OperationType::SwitchTrialPlan, "switchTrial_plan"),
        (OperationType::RenewPlan, "renew_plan"),
        (OperationType::RenewService, "renew_service"),
    ]);
    check(&[(ServiceType::Plan, "plan"), (ServiceType::Service, "service")]);
    check(&[
        (PurchaseType::Purchase, "purchase"),
        (PurchaseType::Switch, "switch"),
        (PurchaseType::Renew, "renew"),
        (PurchaseType::Trial, "trial"),
    ]);
    check(&[(BillingModel::Recurring, "recurring"), (BillingModel::Once, "once")]);
    check(&[
        (BillingCycle::Annually, "annually"),
        (BillingCycle::Monthly, "monthly"),
        (BillingCycle::Once, "once"),
    ]);
    check(&[
        (OrderStatus::Succeed, "succeed"),
        (OrderStatus::Failed, "failed"),
        (OrderStatus::Pending, "pending"),
        (OrderStatus::Invalid, "invalid"),
        (OrderStatus::Cancelled, "cancelled"),
        (OrderStatus::Refunded, "refunded"),
    ]);
    check(&[
        (ActivationStatus::Unknown, "unknown"),
        (ActivationStatus::Unactivated, "unactivated"),
        (ActivationStatus::Activated, "activated"),
    ]);
}

// --- secrets

#[test]
fn secrets_are_never_printed() {
    let canary = "canary-4711";
    let secret = Secret::new(canary);
    let credentials = Credentials::new("made-up-client-id", canary);
    let token = AccessToken::new(&secret).unwrap();
    for printed in [
        format!("{secret:?} {secret:#?}"),
        format!("{credentials:?} {credentials:#?}"),
        format!("{token:?} {token:#?}"),
        format!("{:?}", secret.clone()),
        format!("{:?}", Some(&credentials)),
    ] {
        assert!(!printed.contains("canary"), "{printed}");
    }
    assert_eq!(secret.expose(), canary);
    assert_eq!(format!("{secret:?}"), "[redacted]");
}

#[test]
fn a_secret_is_read_from_a_string_only() {
    assert_eq!(read::<Secret>(r#""made\u002dup""#).unwrap().expose(), "made-up");
    for json in ["1", "null", "[]", "{}"] {
        assert!(read::<Secret>(json).is_err(), "{json}");
    }
}
