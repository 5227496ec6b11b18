//! Colleagues and their permissions.

use http::Method;
use serde_json::{Value, json};

use crate::script::*;

const COLLEAGUES: &str = "/user/openapi/user/v1/colleagues";
const PERMISSIONS: &str = "/user/openapi/user/v1/users/resource_list";
const CUSTOMER: &str = "3505184805912670208";

fn list(script: &mut Script, query: &str) -> Vec<Value> {
    let page = script.get(&format!("{COLLEAGUES}{query}"))["result"].take();
    assert_eq!(page["count"], page["total"]);
    page["results"].as_array().unwrap().clone()
}

fn new_colleague() -> Value {
    let resources = json!(["11", 12]);
    json!({ "yeastarId": "new@example.com", "resourceIds": resources, "firstName": "Example", "isRmUser": 1 })
}

#[test]
fn a_colleague_is_created_edited_and_deleted() {
    let mut script = Script::new();
    let before = list(&mut script, "");
    assert_eq!(script.post(COLLEAGUES, &new_colleague())["code"], "success");
    let created = list(&mut script, "").pop().unwrap();
    assert_eq!(created["yeastarId"], "new@example.com");
    assert_eq!(created["resourceIds"], json!(["11", "12"]));
    assert_eq!(created["isRmUser"], 1);

    let id = created["id"].as_str().unwrap();
    let granted = script.get(&format!("{PERMISSIONS}?userId={id}"))["result"].take();
    assert_eq!(granted.as_array().unwrap().len(), 2);

    let edit =
        json!({ "resourceIds": [], "lastName": "Other", "userStatus": "Frozen", "password": "secret" });
    assert_eq!(script.send(Method::PUT, &format!("{COLLEAGUES}/{id}"), &edit)["code"], "success");
    let edited = list(&mut script, "").pop().unwrap();
    assert_eq!(edited["firstName"], "Example");
    assert_eq!(edited["lastName"], "Other");
    assert_eq!(edited["userStatus"], "Frozen");
    assert!(!edited.to_string().contains("secret"));
    let granted = script.get(&format!("{PERMISSIONS}?userId={id}"))["result"].take();
    assert_eq!(granted, json!([]));

    let deleted = script.send(Method::DELETE, COLLEAGUES, &json!({ "colleaguesIds": [id] }));
    assert!(deleted["result"].is_string(), "{deleted}");
    assert_eq!(list(&mut script, ""), before);
}

#[test]
fn colleagues_of_a_customer_are_a_list_of_their_own() {
    let mut script = Script::new();
    let (own, theirs) = (list(&mut script, ""), list(&mut script, &format!("?ownerId={CUSTOMER}")));
    assert_ne!(own, theirs);
    let mut body = new_colleague();
    body["ownerId"] = CUSTOMER.into();
    script.post(COLLEAGUES, &body);
    assert_eq!(list(&mut script, ""), own);
    assert_eq!(list(&mut script, &format!("?ownerId={CUSTOMER}")).len(), theirs.len() + 1);
    assert_eq!(list(&mut script, &format!("?ownerId={CUSTOMER}&pageSize=1&pageNo=2")).len(), 1);
    assert_invalid(&script.get(&format!("{COLLEAGUES}?ownerId=1")), "ownerId");
    assert_invalid(&script.get(&format!("{COLLEAGUES}?pageSize=0")), "pageSize");
}

#[test]
fn a_wrong_value_is_refused_by_name() {
    let mut script = Script::new();
    let id = list(&mut script, "")[0]["id"].as_str().unwrap().to_owned();
    let one = format!("{COLLEAGUES}/{id}");
    let right = json!({ "resourceIds": ["11"], "firstName": "Example" });
    for (name, value, field) in [
        ("yeastarId", json!("nobody"), "yeastarId"),
        ("yeastarId", json!("colleague-1@example.com"), "yeastarId"),
        ("yeastarId", json!("customer-1@example.com"), "yeastarId"),
        ("resourceIds", json!("11"), "resourceIds"),
        ("resourceIds", json!(["99"]), "resourceIds"),
        ("resourceIds", json!([null]), "resourceIds"),
        ("ownerId", json!("1"), "ownerId"),
        ("firstName", json!(""), "firstName"),
        ("isRmUser", json!(2), "isRmUser"),
        ("isRmUser", json!(true), "isRmUser"),
        ("password", json!("secret"), "password"),
    ] {
        let mut body = new_colleague();
        body[name] = value;
        assert_invalid(&script.post(COLLEAGUES, &body), field);
    }
    for (name, value, field) in [
        ("resourceIds", json!(["99"]), "resourceIds"),
        ("firstName", json!(" "), "firstName"),
        ("userStatus", json!("Active"), "userStatus"),
        ("yeastarId", json!("new@example.com"), "yeastarId"),
    ] {
        let mut body = right.clone();
        body[name] = value;
        assert_invalid(&script.send(Method::PUT, &one, &body), field);
    }
    assert_invalid(&script.send(Method::PUT, &format!("{COLLEAGUES}/1"), &right), "colleaguesId");
    for ids in [json!([]), json!(["1"]), json!([id, "1"]), json!([true]), json!(id)] {
        let body = json!({ "colleaguesIds": ids });
        assert_invalid(&script.send(Method::DELETE, COLLEAGUES, &body), "colleaguesIds");
    }
    assert_eq!(list(&mut script, "").len(), 1);
}

#[test]
fn a_path_with_several_methods_names_them_all() {
    let mut script = Script::new();
    let request = script.request(Method::PATCH, COLLEAGUES, "{}");
    let answer = script.portal.handle(script.now, request);
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.headers()["allow"], "GET, POST, DELETE");
}

#[test]
fn permissions_are_those_of_a_known_user() {
    let mut script = Script::new();
    let own = script.get(PERMISSIONS)["result"].take();
    assert!(!own.as_array().unwrap().is_empty());
    assert_eq!(script.get(&format!("{PERMISSIONS}?userId={CUSTOMER}"))["result"], own);
    assert_invalid(&script.get(&format!("{PERMISSIONS}?userId=1")), "userId");
}
