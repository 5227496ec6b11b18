//! What comes back: every answer of the fixtures is read as its header says.

#[path = "../support/mod.rs"]
mod support;

#[path = "auth.rs"]
mod auth_answers;
mod lists;
#[path = "order.rs"]
mod order_answers;
#[path = "pricing.rs"]
mod pricing_answers;
#[path = "product.rs"]
mod product_answers;
mod properties;
#[path = "user.rs"]
mod user_answers;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use support::{Fixture, Role};
use yeastar_core::order::CreateOrder;
use yeastar_core::product::CheckPbxUrl;
use yeastar_core::registry::ENDPOINTS;
use yeastar_core::{Delivery, Endpoint, Error, ErrorKind, auth, order, pricing, product, user};

/// Reads an answer and gives the `Debug` of what was read.
type Read = fn(Response<Bytes>) -> Result<String, Error>;

fn read<E: Endpoint<Output: Debug>>(response: Response<Bytes>) -> Result<String, Error> {
    E::read_response(response).map(|output| format!("{output:?}"))
}

const READERS: &[(&str, Read)] = &[
    ("token_request", read::<auth::RequestAccessToken>),
    ("token_refresh", read::<auth::RefreshAccessToken>),
    ("account_balance", read::<user::GetAccountBalance>),
    ("billing_contact_list", read::<user::ListBillingContacts>),
    ("subordinate_user_list", read::<user::ListCustomers>),
    ("subordinate_user_get", read::<user::GetCustomer>),
    ("save_user", read::<user::CreateCustomer>),
    ("edit_user", read::<user::EditCustomer>),
    ("colleague_list", read::<user::ListColleagues>),
    ("colleague_create", read::<user::CreateColleague>),
    ("colleague_edit", read::<user::EditColleague>),
    ("colleague_delete", read::<user::DeleteColleagues>),
    ("user_permission_list", read::<user::ListPermissions>),
    ("country_list", read::<user::ListCountries>),
    ("region_list", read::<product::ListRegions>),
    ("pbx_url_existed", read::<product::CheckPbxUrl>),
    ("product_model", read::<product::GetProductModel>),
    ("instance_product_list", read::<product::ListProducts>),
    ("product_detail", read::<product::GetProduct>),
    ("activation_code", read::<product::GetActivationCode>),
    ("white_label_list", read::<product::ListWhiteLabels>),
    ("subscription_product_list", read::<pricing::ListSubscriptionProducts>),
    ("purchase_product_info", read::<pricing::GetPurchaseProductInfo>),
    ("trial_plan_info", read::<pricing::GetTrialPlanInfo>),
    ("purchase_plan_info", read::<pricing::GetPurchasePlanInfo>),
    ("renew_plan_info", read::<pricing::GetRenewPlanInfo>),
    ("trial_add_on_info", read::<pricing::GetTrialAddOnInfo>),
    ("purchase_add_on_info", read::<pricing::GetPurchaseAddOnInfo>),
    ("renew_add_on_info", read::<pricing::GetRenewAddOnInfo>),
    ("my_price_info", read::<pricing::GetMyPriceInfo>),
    ("pricing_calculate", read::<pricing::CalculatePrice>),
    ("order_save", read::<order::CreateOrder>),
    ("order_page", read::<order::ListOrders>),
    ("order_get", read::<order::GetOrder>),
];

fn reader(endpoint: &str) -> Read {
    READERS
        .iter()
        .find(|(name, _)| *name == endpoint)
        .unwrap_or_else(|| panic!("{endpoint} is missing in the table of readers"))
        .1
}

/// What the endpoint of this fixture reads from another answer.
fn read_text(fixture: &Fixture, response: Response<Bytes>) -> String {
    reader(&fixture.endpoint)(response).unwrap_or_else(|error| panic!("{}: {error}", fixture.label()))
}

/// The output of an `ok` fixture.
fn ok<E: Endpoint>(case: &str) -> E::Output {
    E::read_response(support::one(E::META.name(), Role::Ok, case).response()).unwrap()
}

/// The error of an `err` fixture.
fn err<E: Endpoint<Output: Debug>>(case: &str) -> Error {
    E::read_response(support::one(E::META.name(), Role::Err, case).response()).unwrap_err()
}

/// Everything that an error prints, on one line or on several.
fn printed(error: &Error) -> String {
    let mut all = format!("{error}\u{1f}{error:?}\u{1f}{error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        write!(all, "\u{1f}{cause}\u{1f}{cause:?}").unwrap();
        source = cause.source();
    }
    all
}

#[test]
fn there_is_a_reader_for_each_endpoint() {
    let readers: Vec<&str> = READERS.iter().map(|(name, _)| *name).collect();
    let endpoints: Vec<&str> = ENDPOINTS.iter().map(yeastar_core::Meta::name).collect();
    assert_eq!(readers, endpoints);
}

#[test]
fn each_ok_fixture_decodes() {
    for fixture in support::of_role(Role::Ok) {
        if let Err(error) = reader(&fixture.endpoint)(fixture.response()) {
            panic!("{}: {error}", fixture.label());
        }
    }
}

#[test]
fn each_err_fixture_becomes_the_error_that_it_expects() {
    for fixture in support::of_role(Role::Err) {
        let label = fixture.label();
        let response = fixture.response();
        let body: Option<Value> = serde_json::from_slice(response.body()).ok();
        let error =
            reader(&fixture.endpoint)(response).map(|output| panic!("{label}: {output}")).unwrap_err();

        let mut found = vec![format!("{:?}", error.kind())];
        found.extend(error.status().map(|status| format!("HTTP {}", status.as_u16())));
        found.extend(error.code().map(|code| format!("code {code}")));
        found.extend(error.request_id().map(|id| format!("request {id}")));
        found.extend(error.retry_after().map(|wait| format!("retry-after {}", wait.as_secs())));
        assert_eq!(found, fixture.items("expect"), "{label}: {error}");

        assert_eq!(error.endpoint(), Some(&*fixture.endpoint), "{label}");
        if fixture.module == "auth" {
            // Nothing of the request is known here that could be taken out of the portal's words.
            assert!(error.code().is_none() || error.message() == "[withheld]", "{label}: {error}");
        } else if error.code().is_some() {
            assert_eq!(error.message(), body.unwrap()["detailMessage"], "{label}");
        } else {
            assert_ne!(error.message(), "", "{label}");
        }
    }
}

/// The paths whose fields the endpoint's answer does not read. A field is read when a
/// value that no field takes makes the answer unreadable or shows in what is read by
/// name. Where such a value goes to `extra`, as an unread field does, `null` tells
/// the two apart.
fn unread_fields(fixture: &Fixture) -> BTreeSet<String> {
    const ENVELOPE: &[&str] = &["code", "detailMessage", "requestId", "result", "status"];
    let read = reader(&fixture.endpoint);
    let body: Value = serde_json::from_slice(fixture.response().body()).unwrap();
    let output = |body: &Value| read(Response::new(Bytes::from(body.to_string())));
    let whole = output(&body).unwrap();

    let is_unread = |path: &String| {
        let with = |value: Value| {
            let mut changed = body.clone();
            support::replace(&mut changed, path, &value);
            output(&changed)
        };
        let name = path.rsplit('.').next().unwrap();
        match with(json!({"value of no field": []})) {
            // A number that cannot be read may be taken for a usual one.
            Ok(output) if output == whole => with(json!(17)).is_ok_and(|output| output == whole),
            Ok(output) if output.contains(&format!("(\"{name}\", {{\"value of no field")) => {
                with(Value::Null).is_ok_and(|output| output.contains(&format!("(\"{name}\", null)")))
            }
            _ => false,
        }
    };
    let paths = support::field_paths(&body);
    // Below a field that is kept as JSON, or is unread itself, nothing has a name.
    let is_below = |path: &String, above: &BTreeSet<String>| {
        above.iter().any(|above| path.strip_prefix(above.as_str()).is_some_and(|rest| rest.starts_with('.')))
    };
    let json: BTreeSet<String> = kept_as_json(fixture).iter().map(|path| (*path).to_owned()).collect();
    let unread: BTreeSet<String> = paths
        .into_iter()
        .filter(|path| !ENVELOPE.contains(&path.as_str()) && !is_below(path, &json))
        .filter(is_unread)
        .collect();
    unread.iter().filter(|path| !is_below(path, &unread)).cloned().collect()
}

/// Named fields of which the vendor documents nothing inside.
fn kept_as_json(fixture: &Fixture) -> &'static [&'static str] {
    match fixture.endpoint.as_str() {
        "order_get" => &["result.billingInformation", "result.orderInformation", "result.orderSummary"],
        _ => &[],
    }
}

#[test]
fn a_field_without_a_name_of_ours_is_listed_as_unknown() {
    for fixture in support::of_role(Role::Ok) {
        let listed: BTreeSet<String> = fixture.items("unknown").into_iter().map(str::to_owned).collect();
        assert_eq!(unread_fields(&fixture), listed, "{}", fixture.label());
    }
}

#[test]
fn an_error_says_everything_but_the_body_in_one_line() {
    let id = err::<CreateOrder>("validation-200").request_id().unwrap().to_owned();
    assert_eq!(
        err::<CreateOrder>("validation-200").to_string(),
        format!(
            "order_save: portal refused: parameter_validation_failed (HTTP 400, request {id}, 1 attempt): \
             quantity must be between 5 and 500"
        )
    );
    assert!(err::<CreateOrder>("html-502").to_string().starts_with(
        "order_save: portal unavailable (HTTP 502, 1 attempt, may have been executed): an HTML page"
    ));
    assert_eq!(
        err::<CreateOrder>("empty-504").to_string(),
        "order_save: portal unavailable (HTTP 504, 1 attempt, may have been executed): empty body"
    );
}

#[test]
fn a_success_that_is_not_believed_says_why() {
    for status in ["0", "99", "199", "300", "500", "1000"] {
        let body = format!(r#"{{"code":"success","requestId":"1","result":true,"status":{status}}}"#);
        let error = CheckPbxUrl::read_response(Response::new(body)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{status}");
        assert_eq!(error.message(), "calls itself a success under an error status", "{status}");
    }
}

#[test]
fn an_answer_is_the_portals_only_with_a_request_id() {
    let error = err::<CreateOrder>("gateway-code-400");
    assert_eq!((error.code(), error.kind()), (None, ErrorKind::UnexpectedAnswer));
}

#[test]
fn an_answer_came_so_its_error_does_not_say_that_nothing_was_sent() {
    for fixture in support::of_role(Role::Err) {
        let error = reader(&fixture.endpoint)(fixture.response()).unwrap_err();
        assert_ne!(error.delivery(), Delivery::NotDelivered, "{}", fixture.label());
    }
}

#[test]
fn the_raw_body_stays_with_a_reply_and_with_an_error() {
    let answer = support::one("order_save", Role::Ok, "pending").response();
    let body = answer.body().clone();
    let reply = CreateOrder::read_reply(answer).unwrap();
    assert_eq!(reply.body(), body);
    assert!(!format!("{reply:?}").contains("\"code\""), "{reply:?}");

    let answer = support::one("order_save", Role::Err, "html-502").response();
    let body = answer.body().clone();
    let error = CreateOrder::read_response(answer).unwrap_err();
    assert_eq!(error.body(), Some(&*body));
}

#[test]
fn the_body_of_a_refusal_is_in_neither_display_nor_debug() {
    let body =
        r#"{"code":"refused","detailMessage":"no","requestId":"1","result":"canary","extra":"canary"}"#;
    let error = CreateOrder::read_response(Response::new(body)).unwrap_err();
    assert!(!printed(&error).contains("canary"), "{error:?}");
    let page = Response::builder().status(502).body("<html>canary</html>").unwrap();
    let error = CreateOrder::read_response(page).unwrap_err();
    assert!(!printed(&error).contains("canary"), "{error:?}");
}

// --- other encodings

/// What is said to people does not decide whether an order was refused.
#[test]
fn a_refusal_stays_one_whatever_its_text_looks_like() {
    let texts: [(&[u8], &str); 6] = [
        // Cut in the middle of a letter beyond 16 bits.
        (br#""name \ud83d""#, "name "),
        (br#""\ude80 name""#, ""),
        // Latin-1, and GBK.
        (b"\"B\xfcro\"", "B\u{fffd}ro"),
        (b"\"\xc3\xfb\xd7\xd6\"", "\u{fffd}"),
        (br#"["a","b"]"#, ""),
        (b"17", "17"),
    ];
    for (text, expected) in texts {
        let head: &[u8] = br#"{"code":"parameter_validation_failed","detailMessage":"#;
        let body = [head, text, br#","requestId":"7249dc24","result":null,"status":400}"#].concat();
        let marked = [b"\xef\xbb\xbf", &*body, b"\0"].concat();
        for body in [body, marked] {
            let response = Response::builder().status(400).body(Bytes::from(body)).unwrap();
            let error = CreateOrder::read_response(response).unwrap_err();
            assert_eq!(
                (error.kind(), error.code()),
                (ErrorKind::Refused, Some("parameter_validation_failed"))
            );
            assert_eq!(error.request_id(), Some("7249dc24"));
            assert!(error.message().starts_with(expected), "{expected:?}: {error}");
        }
    }
}

#[test]
fn an_order_is_not_lost_over_the_encoding_of_its_answer() {
    let body: &[u8] =
        b"{\"code\":\"success\",\"requestId\":\"1\",\"result\":{\"orderNo\":\"HB9\",\"orderStatus\":\"\xfc\"}}";
    let marked = [b"\xef\xbb\xbf", body, b"\0"].concat();
    for body in [body.to_vec(), marked] {
        let placed = CreateOrder::read_response(Response::new(Bytes::from(body))).unwrap();
        assert_eq!(placed.order_no.as_str(), "HB9");
    }
}

// --- what must never happen

#[test]
fn an_answer_that_was_cut_off_is_never_taken_for_a_whole_one() {
    for fixture in support::of_role(Role::Ok) {
        let read = reader(&fixture.endpoint);
        let body = fixture.response().into_body();
        let whole = body.trim_ascii_end().len();
        for length in 0..whole {
            let cut = read(Response::new(body.slice(..length)));
            let error =
                cut.map(|output| panic!("{} cut at {length}: {output}", fixture.label())).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{} cut at {length}", fixture.label());
        }
    }
}

#[test]
fn no_damaged_byte_makes_reading_or_reporting_panic() {
    for fixture in support::all().into_iter().filter(|fixture| fixture.role != Role::Request) {
        let read = reader(&fixture.endpoint);
        let (parts, body) = fixture.response().into_parts();
        for at in 0..body.len() {
            for mask in [0x01, 0x20, 0x80, 0xff] {
                let mut damaged = body.to_vec();
                damaged[at] ^= mask;
                if let Err(error) = read(Response::from_parts(parts.clone(), damaged.into())) {
                    assert_one_line(&error);
                }
            }
        }
    }
}

/// Nothing from the network can pose as another line of a log or drive a terminal.
fn assert_one_line(error: &Error) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(text.len() < 8192, "{} bytes", text.len());
    }
}

#[test]
fn nothing_from_the_network_breaks_the_line_of_an_error() {
    let hostile = ["a\nb", "a\r\nb", "\u{1b}[31mred", "\u{0}", "\u{7f}", "\u{85}", "\t"];
    let long = "x".repeat(100_000);
    for text in hostile.into_iter().chain([long.as_str()]) {
        let refusal = json!({"code": text, "detailMessage": text, "requestId": text, "status": 200});
        let not_text = json!({"code": "refused", "detailMessage": {text: text}, "requestId": [text]});
        let code = json!({ "code": [text] });
        for body in [refusal, not_text, code].map(|body| body.to_string()) {
            for (_, read) in READERS {
                assert_one_line(&read(Response::new(Bytes::from(body.clone()))).unwrap_err());
            }
        }
        let result = json!({"code": "success", "requestId": "1", "result": text, "status": 200}).to_string();
        let refused = READERS.iter().filter_map(|(_, read)| read(Response::new(result.clone().into())).err());
        // Where nothing is documented of the result, a text is one.
        assert!(refused.inspect(assert_one_line).count() >= 10);
        for (_, read) in READERS {
            assert_one_line(&read(Response::new(Bytes::from(text.to_owned()))).unwrap_err());
        }
    }
}

/// What an error prints of a text that the portal puts into all of its fields.
fn printed_of(text: &str) -> String {
    let body = json!({"code": text, "detailMessage": text, "requestId": text, "status": 200}).to_string();
    printed(&CreateOrder::read_response(Response::new(body)).unwrap_err())
}

/// Separators of lines and paragraphs, all of Unicode's property `Bidi_Control`, and what takes no room.
#[test]
fn nothing_breaks_it_or_turns_it_around_or_hides_in_it() {
    let separators = '\u{2028}'..='\u{2029}';
    let bidi_control = ['\u{61c}', '\u{200e}', '\u{200f}']
        .into_iter()
        .chain('\u{202a}'..='\u{202e}')
        .chain('\u{2066}'..='\u{2069}');
    let invisible = ['\u{ad}', '\u{180e}', '\u{feff}', '\u{fff9}', '\u{fffb}', '\u{e0001}', '\u{e007f}']
        .into_iter()
        .chain('\u{200b}'..='\u{200d}')
        .chain('\u{2060}'..='\u{2064}')
        .chain('\u{206a}'..='\u{206f}');
    for mark in separators.chain(bidi_control).chain(invisible) {
        let printed = printed_of(&format!("a{mark}b"));
        assert!(!printed.contains(mark), "{}: {printed:?}", mark.escape_unicode());
        assert!(printed.contains(&format!("a{}b", mark.escape_unicode())), "{printed:?}");
    }
}

#[test]
fn what_is_seen_is_printed_as_it_is() {
    let words = ["Zürich", "a\u{301}", "東京", "القاهرة", "🚀", "a b", "a\u{a0}b", "\"quoted\""];
    let neighbours = ["\u{ac}", "\u{200a}", "\u{2010}", "\u{2027}", "\u{205f}", "\u{2070}", "\u{fffc}"];
    for text in words.into_iter().chain(neighbours) {
        assert!(printed_of(text).contains(text), "{text:?}");
    }
}
