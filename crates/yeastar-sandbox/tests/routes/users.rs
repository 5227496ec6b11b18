//! Customers: listed, looked up, created, edited.

use http::Method;
use serde_json::{Value, json};

use crate::script::*;

const LIST: &str = "/user/openapi/user/v1/client/partner_list";
const SAVE_USER: &str = "/user/openapi/user/v1/client/save_user";
const EDIT_USER: &str = "/user/openapi/user/v1/client/edit_user";

fn get(script: &mut Script, email: &str) -> Value {
    script.get(&format!("/user/openapi/user/v1/subordinate_user/{email}"))
}

fn new_user() -> Value {
    json!({
        "userType": "Customer",
        "yeastarId": "new@example.com",
        "company": "New Example Ltd",
        "country": "France",
        "lastName": "Example",
        "taxType": "VAT_number",
        "taxNum": "FR1",
        "sendUserActivationEmail": false,
    })
}

#[test]
fn customers_have_the_documented_fields_all_strings() {
    let mut script = Script::new();
    let list = script.get(LIST)["result"].take();
    let list = list.as_array().unwrap();
    assert!(list.len() >= 2);
    for customer in list {
        let names: Vec<&str> = customer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "city",
                "company",
                "country",
                "email",
                "firstName",
                "lastName",
                "partnerId",
                "phoneNumber",
                "remark",
                "stateProvince",
                "street",
                "taxNum",
                "userType",
                "zipCode"
            ]
        );
        assert!(customer.as_object().unwrap().values().all(Value::is_string));
        assert_eq!(customer["userType"], "Enduser");
        assert_eq!(get(&mut script, customer["email"].as_str().unwrap())["result"], *customer);
    }
    assert_eq!(list[0]["partnerId"], "3505184805912670208");
}

#[test]
fn a_customer_is_looked_up_by_yeastar_id_only() {
    let mut script = Script::new();
    assert_eq!(get(&mut script, "customer-1%40example.com")["code"], "success");
    for id in ["nobody@example.com", "3505184805912670208"] {
        assert_refused(&get(&mut script, id), 404, "not_found", "partnerId");
    }
}

#[test]
fn a_new_customer_is_listed_and_may_be_ordered_for() {
    let mut script = Script::new();
    let before = script.get(LIST)["result"].as_array().unwrap().len();
    assert_eq!(script.post(SAVE_USER, &new_user())["result"], true);
    assert_eq!(script.get(LIST)["result"].as_array().unwrap().len(), before + 1);
    let customer = get(&mut script, "new@example.com")["result"].take();
    assert_eq!(customer["taxNum"], "FR1");
    assert_eq!(customer["firstName"], "");
    let mut order = order_for("docs");
    order["partnerId"] = customer["partnerId"].clone();
    assert_eq!(script.order(&order)["code"], "success");
}

#[test]
fn a_customer_with_a_wrong_value_is_refused_by_name() {
    let mut script = Script::new();
    for (name, value, field) in [
        ("userType", json!("Enduser"), "userType"),
        ("userType", Value::Null, "userType"),
        ("yeastarId", json!("example.com"), "yeastarId"),
        ("yeastarId", json!("Customer-1@example.com"), "yeastarId"),
        ("yeastarId", json!("colleague-1@example.com"), "yeastarId"),
        ("company", json!(" "), "company"),
        ("country", json!("FR"), "country"),
        ("country", json!("Atlantis"), "country"),
        ("lastName", json!(" "), "firstName"),
        ("taxType", json!("VAT"), "taxType"),
        ("sendUserActivationEmail", json!("true"), "sendUserActivationEmail"),
        ("partnerId", json!("1"), "partnerId"),
    ] {
        let mut body = new_user();
        body[name] = value;
        assert_invalid(&script.post(SAVE_USER, &body), field);
    }
    assert_invalid(&script.post(SAVE_USER, &json!([])), "body");
    assert_refused(&get(&mut script, "new@example.com"), 404, "not_found", "partnerId");
}

#[test]
fn an_edit_leaves_alone_what_it_does_not_name() {
    let mut script = Script::new();
    let before = get(&mut script, "customer-1@example.com")["result"].take();
    let edit =
        json!({ "yeastarId": "customer-1@example.com", "userType": "Customer", "taxNum": "7", "city": "" });
    assert_eq!(script.post(EDIT_USER, &edit)["result"], true);
    let after = get(&mut script, "customer-1@example.com")["result"].take();
    let mut expected = before;
    expected["taxNum"] = "7".into();
    assert_eq!(after, expected);

    for (name, value, field) in [
        ("yeastarId", json!("nobody@example.com"), "yeastarId"),
        ("country", json!("France"), "country"),
        ("userType", json!("Partner"), "userType"),
        ("taxType", json!(1), "taxType"),
    ] {
        let mut body = edit.clone();
        body[name] = value;
        assert_invalid(&script.post(EDIT_USER, &body), field);
    }
    let mut nameless = edit;
    nameless["firstName"] = "".into();
    nameless["lastName"] = "".into();
    assert_invalid(&script.post(EDIT_USER, &nameless), "firstName");
    assert_eq!(get(&mut script, "customer-1@example.com")["result"], expected);
    assert_eq!(script.send(Method::PUT, EDIT_USER, &json!({}))["status"], 405);
}

#[test]
fn labels_are_those_of_the_account_or_of_a_customer() {
    const LABELS: &str = "/product/openapi/instance/v1/list/white_label";
    let mut script = Script::new();
    let own = script.get(LABELS)["result"].take();
    let of_a_customer = script.get(&format!("{LABELS}?partnerId=3505184805912670208"))["result"].take();
    for label in own.as_array().unwrap().iter().chain(of_a_customer.as_array().unwrap()) {
        let names: Vec<&str> = label.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["whiteLabelId", "whiteLabelName"]);
        assert!(label["whiteLabelId"].is_string());
    }
    assert_ne!(own, of_a_customer);
    assert_invalid(&script.get(&format!("{LABELS}?partnerId=1")), "partnerId");
}
