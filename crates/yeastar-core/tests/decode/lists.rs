//! Lists in the shapes that servers make of them: never a row that is none, and never one less.

use http::Response;
use proptest::prelude::*;
use yeastar_core::order::ListOrders;
use yeastar_core::pricing::{GetPurchaseProductInfo, ListSubscriptionProducts};
use yeastar_core::product::{ListProducts, ListRegions, ListWhiteLabels};
use yeastar_core::user::{
    ListBillingContacts, ListColleagues, ListCountries, ListCustomers, ListPermissions,
};
use yeastar_core::{Endpoint, Error, List, Page};

/// How many elements were read, and how many could not be.
type Count = (usize, usize);

struct Case {
    name: &'static str,
    /// An element that can be read.
    element: &'static str,
    /// Whether an object can be told from a list of such elements.
    has_single: bool,
    read: fn(&str) -> Result<Count, Error>,
}

fn answer(result: &str) -> Response<String> {
    Response::new(format!(r#"{{"code":"success","requestId":"1","result":{result}}}"#))
}

fn count<T>(list: &List<T>) -> Count {
    (list.len(), list.unreadable().len())
}

fn read_list<E: Endpoint<Output = List<T>>, T>(list: &str) -> Result<Count, Error> {
    E::read_response(answer(list)).map(|list| count(&list))
}

fn read_page<E: Endpoint<Output = Page<T>>, T>(list: &str) -> Result<Count, Error> {
    let page = format!(r#"{{"results":{list},"total":7}}"#);
    E::read_response(answer(&page)).map(|page| count(&page.results))
}

const fn case(name: &'static str, element: &'static str, read: fn(&str) -> Result<Count, Error>) -> Case {
    Case { name, element, has_single: true, read }
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    case("region_list", r#"{"id":41,"name":"x"}"#, read_list::<ListRegions, _>),
    case("billing_contact_list", r#"{"billingContactId":"1"}"#, read_list::<ListBillingContacts, _>),
    case("subordinate_user_list", r#"{"partnerId":"1"}"#, read_list::<ListCustomers, _>),
    case("white_label_list", r#"{"whiteLabelId":"1"}"#, read_list::<ListWhiteLabels, _>),
    case("subscription_product_list", r#"{"productId":13}"#, read_list::<ListSubscriptionProducts, _>),
    case("purchase_product_info", r#"{"offeringId":["1"]}"#, read_list::<GetPurchaseProductInfo, _>),
    case("order_page", r#"{"id":"1"}"#, read_page::<ListOrders, _>),
    case("instance_product_list", r#"{"comment":"x"}"#, read_page::<ListProducts, _>),
    case("country_list", r#"{"id":1}"#, read_page::<ListCountries, _>),
    Case { has_single: false, ..case("colleague_list", r#"{"id":"1"}"#, read_page::<ListColleagues, _>) },
    Case { has_single: false, ..case("user_permission_list", r#"{"id":"1"}"#, read_list::<ListPermissions, _>) },
];

#[test]
fn a_list_is_read_in_each_of_its_shapes() {
    for case in CASES {
        let Case { name, element, .. } = case;
        let read = |list: &str| (case.read)(list).unwrap_or_else(|error| panic!("{name} {list}: {error}"));
        // What is kept as it came has these too.
        let nulls = |count| if case.has_single { 0 } else { count };
        for (list, expected) in [
            ("[]".to_owned(), 0),
            ("null".to_owned(), 0),
            ("{}".to_owned(), 0),
            (format!("[{element}]"), 1),
            (format!("[{element},{element}]"), 2),
            (format!("[null,{element},null]"), 1 + nulls(2)),
            (format!(r#"{{"0":{element},"1":{element}}}"#), 2),
            (format!(r#"{{"17":{element},"4":null}}"#), 1 + nulls(1)),
        ] {
            assert_eq!(read(&list), (expected, 0), "{name} {list}");
        }
        if case.has_single {
            assert_eq!(read(element), (1, 0), "{name} {element}");
            assert!((case.read)(r#"{"somethingElse":1}"#).is_err(), "{name}");
        }
        let mixed = format!(r#"{{"0":{element},"somethingElse":1}}"#);
        assert!((case.read)(&mixed).is_err(), "{name} {mixed}");
    }
}

#[test]
fn an_element_that_is_none_hides_no_other() {
    for case in CASES.iter().filter(|case| case.has_single) {
        let Case { name, element, .. } = case;
        for odd in ["17", "true", r#""text""#, "[1]"] {
            for list in [format!("[{odd},{element}]"), format!(r#"{{"0":{element},"1":{odd}}}"#)] {
                let read = (case.read)(&list).unwrap_or_else(|error| panic!("{name} {list}: {error}"));
                assert_eq!(read, (1, 1), "{name} {list}");
            }
        }
    }
    // Nor does one without its id.
    let list = r#"[{"id":null,"name":"x"},{"name":"y"},{"id":-1},{"id":""},{"id":41}]"#;
    let regions = ListRegions::read_response(answer(list)).unwrap();
    assert_eq!(count(&regions), (1, 4));
    assert_eq!(regions.unreadable()[1].as_str(), r#"{"name":"y"}"#);
}

#[test]
fn a_page_may_be_a_bare_array_or_say_that_it_is_empty() {
    let read = |page: &str| ListOrders::read_response(answer(page));
    let page = read(r#"[{"id":"1"},{"id":"2"}]"#).unwrap();
    assert_eq!((page.results.len(), page.total, page.page_no), (2, None, None));
    for empty in [r#"{"total":0}"#, r#"{"count":"0","pageNo":1}"#] {
        assert!(read(empty).unwrap().results.is_empty(), "{empty}");
    }
    for unclear in [r#"{"total":2}"#, r#"{"pageNo":1}"#, "{}", r#"{"total":null}"#, "17", "true"] {
        assert!(read(unclear).is_err(), "{unclear}");
    }
}

/// Elements that say nothing are short on the wire and long in memory.
#[test]
fn a_list_is_no_longer_than_anybody_needs() {
    let list = |count: usize| format!("[{}]", vec!["{}"; count].join(","));
    let read = |count| ListOrders::read_response(answer(&format!(r#"{{"results":{}}}"#, list(count))));
    assert_eq!(read(100_000).unwrap().results.len(), 100_000);
    let error = read(100_001).unwrap_err();
    assert!(error.message().contains("at most 100,000 elements"), "{error}");
    assert!(ListPermissions::read_response(answer(&list(100_001))).is_err());
}

/// serde would read the fields by their position.
#[test]
fn nothing_but_an_object_is_one() {
    let array = Response::new(r#"["success","1",200,[]]"#);
    let error = ListRegions::read_response(array).unwrap_err();
    assert!(error.message().contains("not the portal's envelope"), "{error}");
    for result in [r#"[["41","x",[]]]"#, r#"[[41,"x"]]"#] {
        assert_eq!(ListRegions::read_response(answer(result)).map(|list| count(&list)).unwrap(), (0, 1));
    }
    assert!(yeastar_core::user::GetAccountBalance::read_response(answer(r#"["100.00"]"#)).is_err());
    assert!(yeastar_core::product::GetProductModel::read_response(answer(r#"["P550"]"#)).is_err());
    assert!(yeastar_core::product::GetActivationCode::read_response(answer(r#"["CODE",1]"#)).is_err());
}

proptest! {
    /// Whichever way a server mixes them.
    #[test]
    fn no_row_is_lost_or_made_up(
        case in 0..CASES.len(),
        rows in prop::collection::vec(0..4_u8, 0..8),
        as_object in any::<bool>(),
    ) {
        let case = &CASES[case];
        let row = |kind: &u8| match kind {
            0 | 1 => case.element,
            2 => "null",
            _ => "17",
        };
        let rows_of = |wanted: &[u8]| rows.iter().filter(|kind| wanted.contains(kind)).count();
        let list = if as_object {
            let fields: Vec<_> =
                rows.iter().enumerate().map(|(index, kind)| format!(r#""{index}":{}"#, row(kind))).collect();
            format!("{{{}}}", fields.join(","))
        } else {
            format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(","))
        };
        let read = (case.read)(&list).unwrap();
        // What is kept as it came has no element that cannot be read.
        let expected = if case.has_single { (rows_of(&[0, 1]), rows_of(&[3])) } else { (rows.len(), 0) };
        prop_assert_eq!(read, expected, "{} {}", case.name, list);
    }
}
