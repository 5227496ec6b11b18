//! What comes back: every answer of the fixtures is read as its header says.

mod support;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};
use support::{Fixture, Role};
use yeastar_core::auth::{TokenRefresh, TokenRequest};
use yeastar_core::order::{OrderGet, OrderPage, OrderSave, OrderStatus};
use yeastar_core::product::{PbxUrlExisted, RegionList};
use yeastar_core::registry::ENDPOINTS;
use yeastar_core::user::BillingContactList;
use yeastar_core::{
    BillingContactId, Delivery, Endpoint, Error, ErrorKind, PbxSubDomainId, ProductId, RegionId,
};

/// Reads an answer and gives the `Debug` of what was read.
type Read = fn(Response<Bytes>) -> Result<String, Error>;

fn read<E: Endpoint<Output: Debug>>(response: Response<Bytes>) -> Result<String, Error> {
    E::read_response(response).map(|output| format!("{output:?}"))
}

const READERS: &[(&str, Read)] = &[
    ("token_request", read::<TokenRequest>),
    ("token_refresh", read::<TokenRefresh>),
    ("billing_contact_list", read::<BillingContactList>),
    ("region_list", read::<RegionList>),
    ("pbx_url_existed", read::<PbxUrlExisted>),
    ("order_save", read::<OrderSave>),
    ("order_page", read::<OrderPage>),
    ("order_get", read::<OrderGet>),
];

fn reader(endpoint: &str) -> Read {
    READERS
        .iter()
        .find(|(name, _)| *name == endpoint)
        .unwrap_or_else(|| panic!("{endpoint} is missing in the table of readers"))
        .1
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
            Ok(output) if output == whole => true,
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

// --- values of the answers

#[test]
fn the_tutorials_order_is_read_value_for_value() {
    let reply = OrderSave::read_reply(support::one("order_save", Role::Ok, "tutorial").response()).unwrap();
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.request_id.as_deref(), Some("7c7a9d75e0c791c32d4fe4f4561eef14"));
    assert!(reply.body().starts_with(b"{\n    \"code\": \"success\""));

    let placed = reply.into_value();
    assert_eq!(placed.order_no.as_str(), "HB3203705539121029120");
    assert_eq!(placed.order_status, Some(OrderStatus::Succeed));
    assert_eq!(placed.instance_id.unwrap().as_str(), "1275655");
    assert_eq!(placed.product_no.unwrap().as_str(), "3658B431119665QJ");
    assert_eq!(placed.transaction_no.unwrap().as_str(), "XN3203705540022804481");
    assert!(placed.extra.is_empty());
}

#[test]
fn the_vendors_url_check_says_that_the_url_is_free() {
    let answer = support::one("pbx_url_existed", Role::Ok, "tutorial").response();
    let reply = PbxUrlExisted::read_reply(answer).unwrap();
    assert_eq!(reply.request_id.as_deref(), Some("a1b75c1bec8fc8eaa4284ee4cc2cc79a"));
    assert!(!reply.value);
    assert!(ok::<PbxUrlExisted>("taken"));
}

#[test]
fn an_order_that_is_not_done_yet_keeps_what_has_no_name() {
    let placed = ok::<OrderSave>("pending");
    assert_eq!(placed.order_status, Some(OrderStatus::Pending));
    assert_eq!((placed.instance_id, placed.product_no, placed.transaction_no), (None, None, None));
    assert_eq!(placed.extra.get("orderId").unwrap().as_str(), "3076000000000000001");
    assert_eq!(placed.extra.get("poNumber").unwrap().parse::<String>().unwrap(), "EXAMPLE-PO-1");
    assert_eq!(placed.extra.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["orderId", "poNumber"]);
    assert!(placed.extra.get("orderNo").is_none());
}

#[test]
fn numbers_are_taken_for_text_where_the_portal_gives_out_text() {
    assert_eq!(ok::<OrderSave>("numeric-ids").instance_id.unwrap().as_str(), "1000001");
    assert_eq!(
        ok::<OrderPage>("other-types").results[0].id.as_ref().unwrap().as_str(),
        "3076000000000000001"
    );
}

#[test]
fn an_unknown_order_status_is_kept() {
    for status in [
        ok::<OrderSave>("status-unknown").order_status,
        ok::<OrderPage>("status-unknown").results[0].order_status.clone(),
    ] {
        let status = status.unwrap();
        assert!(matches!(status, OrderStatus::Unrecognised(_)));
        assert_eq!(status.as_str(), "con-made-up");
    }
}

#[test]
fn the_documented_order_statuses_have_names() {
    let statuses: Vec<_> =
        ok::<OrderPage>("statuses").results.into_iter().map(|row| row.order_status.unwrap()).collect();
    let expected = [
        OrderStatus::Succeed,
        OrderStatus::Failed,
        OrderStatus::Pending,
        OrderStatus::Invalid,
        OrderStatus::Cancelled,
        OrderStatus::Refunded,
    ];
    assert_eq!(statuses, expected);
}

#[test]
fn a_page_has_the_vendors_numbers_and_rows() {
    let page = ok::<OrderPage>("documented");
    assert_eq!((page.page_no, page.page_size), (Some(1), Some(3)));
    assert_eq!((page.count, page.total, page.total_page), (Some(117), Some(117), Some(39)));
    assert_eq!(page.results.len(), 3);
    let row = &page.results[0];
    assert_eq!(row.id.as_ref().unwrap().as_str(), "3076000000000000001");
    assert_eq!(row.order_no.as_ref().unwrap().as_str(), "HB0000000000000000001");
    assert_eq!(row.create_time.as_ref().unwrap().parse::<i64>(), Ok(1_735_689_600_001));
    assert_eq!(row.currency_code.as_deref(), Some("USD"));
    assert_eq!(row.custom_reference_no.as_deref(), Some("EXAMPLE-PO-1"));
    assert_eq!(row.invoice_no.as_deref(), Some("EXAMPLE-INV-1"));
}

#[test]
fn a_page_needs_nothing_but_its_rows() {
    let page = ok::<OrderPage>("rows-only");
    assert_eq!(page.results.len(), 1);
    assert_eq!((page.page_no, page.page_size, page.count, page.total, page.total_page), Default::default());
    assert!(ok::<OrderPage>("empty").results.is_empty());
}

#[test]
fn numbers_without_a_name_keep_every_digit() {
    let page = ok::<OrderPage>("other-types");
    let row = &page.results[0];
    assert_eq!(row.extra.get("transactionId").unwrap().as_str(), "3203705540022804481");
    assert_eq!(row.extra.get("amount").unwrap().as_str(), "1234567890123456789.10");
    assert_eq!(row.create_time.as_ref().unwrap().as_str(), "2025-01-01 00:00:00");
    assert_eq!((&row.order_status, &row.invoice_no), (&None, &None));

    let order = ok::<OrderGet>("filled");
    assert!(order.order_information.unwrap().as_str().contains("\"orderAmount\": 10.10,"));
    assert!(order.order_summary.unwrap().as_str().contains("3048571730026938368"));
    assert_eq!(order.basic_information.unwrap().extra.get("expireTime").unwrap().as_str(), "1767225600000");
    assert_eq!(order.extra.get("remark").unwrap().as_str(), "\"made up\"");
}

#[test]
fn the_product_of_an_order_is_read_from_text_and_from_a_number() {
    for case in ["documented", "filled"] {
        let basics = ok::<OrderGet>(case).basic_information.unwrap();
        assert_eq!(basics.product_id, Some(ProductId::CLOUD_EDITION), "{case}");
        assert_eq!(basics.product_name.as_deref(), Some("Example Cloud PBX"), "{case}");
        assert_eq!(basics.product_no.unwrap().as_str(), "0000EXAMPLE000AA", "{case}");
    }
    assert!(ok::<OrderGet>("null-parts").basic_information.is_none());
}

#[test]
fn contacts_are_read_from_a_list_and_from_a_single_one() {
    let id = BillingContactId::new(3_197_218_168_379_846_218);
    let single = ok::<BillingContactList>("documented");
    assert_eq!(single.len(), 1);
    let contact = &single[0];
    assert_eq!(contact.billing_contact_id, id);
    let texts = [
        (&contact.first_name, "Ada"),
        (&contact.last_name, "Example"),
        (&contact.company, "Example Ltd"),
        (&contact.email_address, "ada@example.com"),
        (&contact.phone_number, "+00 555 0100"),
        (&contact.country, "Exampleland"),
        (&contact.state_province, "Example State"),
        (&contact.city, "Example City"),
        (&contact.street, "1 Example Street"),
        (&contact.zip_code, "00000"),
        (&contact.tax_num, "EX000000000"),
        (&contact.remark, ""),
    ];
    for (text, expected) in texts {
        assert_eq!(text.as_deref(), Some(expected));
    }

    let several = ok::<BillingContactList>("array");
    assert_eq!(several.len(), 2);
    assert_eq!(several[0].billing_contact_id, id);
    assert_eq!(several[1].billing_contact_id.get(), 3_197_218_168_379_846_219);
    assert_eq!(several[1].remark, None);

    let numeric = ok::<BillingContactList>("numeric-ids");
    assert_eq!(numeric[0].billing_contact_id, id);
    assert_eq!(numeric[1].billing_contact_id.get(), 9_223_372_036_854_775_807);

    assert!(ok::<BillingContactList>("empty-array").is_empty());
    assert!(ok::<BillingContactList>("null").is_empty());
}

#[test]
fn regions_are_read_in_each_of_their_shapes() {
    for case in ["documented", "array", "suffix-as-text", "numeric-ids"] {
        let regions = ok::<RegionList>(case);
        let region = &regions[0];
        assert_eq!(region.id, RegionId::new(41), "{case}");
        assert_eq!(region.name.as_deref(), Some("Example Region"), "{case}");
        let domain = &region.domains[0];
        assert_eq!(domain.id, PbxSubDomainId::new(20), "{case}");
        assert_eq!(&domain.suffixes[..], ["ptest6.yeastarcloud.com"], "{case}");
        assert_eq!(domain.pbx_url("docs").unwrap(), "docs.ptest6.yeastarcloud.com", "{case}");
    }
    let regions = ok::<RegionList>("array");
    assert_eq!(&regions[0].domains[1].suffixes[..], ["one.example.com", "two.example.com"]);
    assert!(regions[1].domains.is_empty());
}

#[test]
fn a_pbx_url_stands_under_a_suffix_and_not_beside_it() {
    let regions = ok::<RegionList>("array");
    let domain = &regions[0].domains[1];
    for under in
        ["docs.one.example.com", "docs.two.example.com", "a.b.one.example.com", "DOCS.One.Example.com"]
    {
        assert!(domain.contains(under), "{under}");
    }
    for beside in ["one.example.com", ".one.example.com", "docsone.example.com", "docs.three.example.com", ""]
    {
        assert!(!domain.contains(beside), "{beside}");
    }
}

#[test]
fn a_token_is_read_with_its_life_as_text_and_as_a_number() {
    let token = ok::<TokenRequest>("documented");
    assert_eq!(token.expires_in, Duration::from_secs(1800));
    assert_eq!(token.token.expose(), "made-up.access.token");
    assert_eq!(token.refresh_token.unwrap().expose(), "made-up-refresh-token");
    assert_eq!(token.token_head.unwrap().expose(), "Bearer");

    assert_eq!(ok::<TokenRequest>("expires-in-number").expires_in, Duration::from_secs(1799));
    assert!(ok::<TokenRequest>("without-refresh-token").refresh_token.is_none());
    assert_eq!(ok::<TokenRefresh>("documented").refresh_token.unwrap().expose(), "made-up-refresh-token-2");
    assert_eq!(ok::<TokenRefresh>("without-refresh-token").expires_in, Duration::from_secs(1800));
}

// --- the envelope

#[test]
fn an_error_says_everything_but_the_body_in_one_line() {
    let id = err::<OrderSave>("validation-200").request_id().unwrap().to_owned();
    assert_eq!(
        err::<OrderSave>("validation-200").to_string(),
        format!(
            "order_save: portal refused: parameter_validation_failed (HTTP 400, request {id}, 1 attempt): \
             quantity must be between 5 and 500"
        )
    );
    assert!(err::<OrderSave>("html-502").to_string().starts_with(
        "order_save: portal unavailable (HTTP 502, 1 attempt, may have been executed): an HTML page"
    ));
    assert_eq!(
        err::<OrderSave>("empty-504").to_string(),
        "order_save: portal unavailable (HTTP 504, 1 attempt, may have been executed): empty body"
    );
}

#[test]
fn a_success_that_is_not_believed_says_why() {
    for status in ["0", "99", "199", "300", "500", "1000"] {
        let body = format!(r#"{{"code":"success","requestId":"1","result":true,"status":{status}}}"#);
        let error = PbxUrlExisted::read_response(Response::new(body)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{status}");
        assert_eq!(error.message(), "calls itself a success under an error status", "{status}");
    }
}

#[test]
fn an_answer_is_the_portals_only_with_a_request_id() {
    let error = err::<OrderSave>("gateway-code-400");
    assert_eq!((error.code(), error.kind()), (None, ErrorKind::UnexpectedAnswer));
}

#[test]
fn an_answer_came_so_its_error_does_not_say_that_nothing_was_sent() {
    for fixture in support::of_role(Role::Err) {
        let error = reader(&fixture.endpoint)(fixture.response()).unwrap_err();
        assert_ne!(error.delivery(), Delivery::NotSent, "{}", fixture.label());
    }
}

#[test]
fn bytes_that_are_no_text_are_not_the_portals_answer() {
    let answer = support::one("order_save", Role::Ok, "tutorial").response();
    let mut body = answer.body().to_vec();
    let at = body.windows(7).position(|window| window == b"succeed").unwrap();
    body[at] = 0xff;
    let error = OrderSave::read_response(Response::new(body)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    assert!(error.message().starts_with("not the portal's envelope (invalid utf-8"), "{error}");
}

#[test]
fn the_raw_body_stays_with_a_reply_and_with_an_error() {
    let answer = support::one("order_save", Role::Ok, "pending").response();
    let body = answer.body().clone();
    let reply = OrderSave::read_reply(answer).unwrap();
    assert_eq!(reply.body(), body);
    assert!(!format!("{reply:?}").contains("\"code\""), "{reply:?}");

    let answer = support::one("order_save", Role::Err, "html-502").response();
    let body = answer.body().clone();
    let error = OrderSave::read_response(answer).unwrap_err();
    assert_eq!(error.body(), Some(&*body));
}

#[test]
fn the_body_of_a_refusal_is_in_neither_display_nor_debug() {
    let body =
        r#"{"code":"refused","detailMessage":"no","requestId":"1","result":"canary","extra":"canary"}"#;
    let error = OrderSave::read_response(Response::new(body)).unwrap_err();
    assert!(!printed(&error).contains("canary"), "{error:?}");
    let page = Response::builder().status(502).body("<html>canary</html>").unwrap();
    let error = OrderSave::read_response(page).unwrap_err();
    assert!(!printed(&error).contains("canary"), "{error:?}");
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
        let result = json!({"code": "success", "requestId": "1", "result": text, "status": 200});
        let code = json!({ "code": [text] });
        for body in [refusal, not_text, result, code].map(|body| body.to_string()) {
            for (_, read) in READERS {
                assert_one_line(&read(Response::new(Bytes::from(body.clone()))).unwrap_err());
            }
        }
        for (_, read) in READERS {
            assert_one_line(&read(Response::new(Bytes::from(text.to_owned()))).unwrap_err());
        }
    }
}

#[test]
fn separators_that_are_no_control_characters_do_not_break_it_either() {
    for text in ["a\u{2028}b", "a\u{2029}b", "a\u{202e}b"] {
        let body = json!({"code": text, "detailMessage": text, "requestId": text, "status": 200}).to_string();
        let error = OrderSave::read_response(Response::new(body)).unwrap_err();
        for printed in [error.to_string(), format!("{error:?}")] {
            assert!(!printed.contains(['\u{2028}', '\u{2029}', '\u{202e}']), "{printed:?}");
        }
    }
}

#[test]
fn an_error_of_a_token_answer_shows_nothing_of_its_result() {
    let canary = "canary-4711";
    let results = [
        json!(canary),
        json!([canary]),
        json!({"token": canary}),
        json!({"token": [canary], "expiresIn": "1800"}),
        json!({"token": canary, "expiresIn": canary}),
        json!({"token": canary, "expiresIn": format!("1800{canary}")}),
        json!({"token": canary, "expiresIn": "1800", "refreshToken": {canary: canary}}),
        json!({"token": canary, "expiresIn": "1800", "tokenHead": [canary]}),
        json!({canary: canary}),
    ];
    for result in results {
        let wrong = json!({"code": "success", "requestId": "1", "result": result, "status": 200}).to_string();
        let refused = json!({"code": "no", "requestId": "1", "result": result, "status": 401}).to_string();
        let foreign = json!({"error": result}).to_string();
        let no_json = format!("token={result}");
        let cut = wrong[..wrong.rfind(canary).unwrap() + canary.len()].to_owned();
        for body in [wrong, refused, foreign, no_json, cut] {
            for status in [200, 401, 500] {
                let answer = || Response::builder().status(status).body(&body).unwrap();
                for error in [
                    TokenRequest::read_response(answer()).unwrap_err(),
                    TokenRefresh::read_response(answer()).unwrap_err(),
                ] {
                    assert!(!printed(&error).contains("canary"), "{body}: {error:?}");
                    assert_eq!(error.body(), None);
                }
            }
        }
    }
}

#[test]
fn a_token_answer_prints_no_token() {
    for case in ["documented", "expires-in-number", "without-refresh-token"] {
        let answer = support::one("token_request", Role::Ok, case).response();
        let reply = TokenRequest::read_reply(answer).unwrap();
        let printed = format!("{reply:?} {reply:#?}");
        assert!(!printed.contains("made-up"), "{printed}");
    }
}
