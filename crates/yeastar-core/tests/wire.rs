//! What goes over the wire: every request as text, next to a line that says where its form comes from.

mod support;

use std::fmt::Write as _;
use std::path::Path;

use bytes::Bytes;
use http::Request;
use serde_json::Value;
use support::{PrintedRequest, Role};
use yeastar_core::auth::{TokenRefresh, TokenRequest};
use yeastar_core::order::{
    BillingCycle, BillingModel, CloudPbx, OperationType, Order, OrderGet, OrderLine, OrderPage, OrderSave,
    PbxSite, PurchaseType,
};
use yeastar_core::product::{PbxUrlExisted, RegionList};
use yeastar_core::user::BillingContactList;
use yeastar_core::{
    AccessToken, Action, BillingContactId, Call, Credentials, Endpoint, ErrorKind, Event, Machine, OrderId,
    OrderNo, Origin, PbxSubDomainId, PlanId, Policy, ProductId, RegionId, Secret, ServiceId, Session, Tick,
};

fn token() -> AccessToken {
    AccessToken::new(&Secret::new("made-up.access.token")).unwrap()
}

fn origin() -> Origin {
    Origin::default().with_user_agent("OpenAPI").unwrap()
}

/// The order of the vendor's purchase tutorial.
fn tutorial_order() -> Order {
    let site =
        PbxSite::new("test", RegionId::new(41), PbxSubDomainId::new(20), "docs.ptest6.yeastarcloud.com");
    Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
        .purchase(100, BillingCycle::Annually, BillingContactId::new(3_197_218_168_379_846_218), site)
        .with_service(CloudPbx::HIGH_AVAILABILITY)
}

/// An order with every optional field of the top level. No real order has all of them.
fn order_with_everything() -> Order {
    let site =
        PbxSite::new("Zentrale \"Süd\"", RegionId::new(41), PbxSubDomainId::new(20), "docs.example.com");
    Order::cloud_pbx(CloudPbx::ULTIMATE_PLAN)
        .purchase(5, BillingCycle::Monthly, BillingContactId::new(u64::MAX), site)
        .with_product_no("0000EXAMPLE000AA")
        .with_assign_id("3076000000000000001")
        .with_partner_id("3076000000000000002")
        .with_po_number("EXAMPLE-PO-1")
}

/// More extensions for an existing PBX: a service that is counted, on top of the current plan.
fn expansion() -> Order {
    let line = OrderLine::service(CloudPbx::EXTENSION_EXPANSION, PurchaseType::Purchase)
        .with_connection_plan(CloudPbx::ENTERPRISE_PLAN)
        .with_quantity(10)
        .with_billing_model(BillingModel::Recurring)
        .with_billing_cycle(BillingCycle::Annually)
        .with_multi_cycle(0);
    Order::new(OperationType::PurchaseService, ProductId::CLOUD_EDITION, vec![line])
        .with_product_no("0000EXAMPLE000AA")
        .with_billing_contact(BillingContactId::new(3_197_218_168_379_846_218))
}

/// A trial of Remote Management for a customer: an interval, but no billing contact, model or cycle.
fn trial() -> Order {
    let mut line = OrderLine::plan(PlanId::new(3_000_000_000_000_000_001), PurchaseType::Trial);
    line.multi_cycle = Some(0);
    Order::new(OperationType::TrialPlan, ProductId::REMOTE_MANAGEMENT, vec![line])
        .with_partner_id("3076000000000000002")
}

struct Case {
    endpoint: &'static str,
    name: &'static str,
    /// The vendor's page and how much of the form of the request it shows.
    review: &'static str,
    request: Request<Bytes>,
}

fn case<E: Endpoint>(
    endpoint: &'static str,
    name: &'static str,
    review: &'static str,
    request: &E,
    token: Option<&AccessToken>,
) -> Case {
    let request = request.to_request(&origin(), token).unwrap();
    Case { endpoint, name, review, request }
}

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    let token = token();
    let bearer = Some(&token);
    let credentials = Credentials::new("made-up-client-id", "made-up secret & more=+%ü");
    vec![
        case("token_request", "credentials",
            "request-access-token.html: documented (fields and their values; the content type is one of two)",
            &TokenRequest::new(credentials), None),
        case("token_refresh", "refresh_token",
            "refresh-access-token.html: documented (fields and their values)",
            &TokenRefresh::new(Secret::new("made-up/refresh+token=")), None),
        case("billing_contact_list", "all",
            "query-billing-contact-list.html: documented, with an example",
            &BillingContactList, bearer),
        case("region_list", "all",
            "query-region-list.html: documented, with an example",
            &RegionList, bearer),
        case("region_list", "without_token",
            "query-region-list.html: documented; no token, no header",
            &RegionList, None),
        case("pbx_url_existed", "tutorial",
            "check-the-existence-of-pbx-url-for-p-series-cloud-edition.html: documented, its own example",
            &PbxUrlExisted::new("example.test.yeastar.com"), bearer),
        case("order_save", "tutorial",
            "tutorial-purchase-p-series-cloud-edition-using-api.html: documented, its own example",
            &OrderSave::new(tutorial_order()), bearer),
        case("order_save", "everything",
            "create-an-order.html: documented; inferred: the place and form of partnerId",
            &OrderSave::new(order_with_everything()), bearer),
        case("order_save", "expansion",
            "tutorial-expand-extensions-or-call-recording-minutes-for-p-series-cloud-edition-using-api.html: \
             documented but for the billing fields, which are inferred",
            &OrderSave::new(expansion()), bearer),
        case("order_save", "trial",
            "tutorial-obtain-free-trial-for-remote-management-using-api.html: documented; inferred: the place \
             and form of partnerId",
            &OrderSave::new(trial()), bearer),
        case("order_page", "defaults",
            "query-order-list.html: documented; both parameters may be left out",
            &OrderPage::new(), bearer),
        case("order_page", "paging_and_sort",
            "request-structure.html: documented, its own example (sort is in no table)",
            &OrderPage::new().with_page_no(1).with_page_size(3).with_sort("id"), bearer),
        case("order_page", "sort_downwards",
            "query-order-list.html: inferred, the minus is documented for the country list only",
            &OrderPage::new().with_sort("-id"), bearer),
        case("order_get", "by_number",
            "get-order-details.html: documented; inferred: that a number with letters is meant",
            &OrderGet::by_number(&OrderNo::from("HB3203705539121029120")), bearer),
        case("order_get", "by_id",
            "get-order-details.html: documented",
            &OrderGet::by_id(&OrderId::from("3076000000000000001")), bearer),
        case("order_get", "percent_encoding",
            "get-order-details.html: inferred, no such number is known; nothing in it reaches path or query",
            &OrderGet::by_number(&OrderNo::from("../a b/c?d#e%2F;@é")), bearer),
    ]
}

/// The request as text: request line, sorted headers, body. JSON is laid out with its
/// keys and digits as they are sent; a form is shown raw and pair by pair.
fn text(request: &Request<Bytes>) -> String {
    let mut out = format!("{} {}\n", request.method(), request.uri().path_and_query().unwrap());
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    headers.sort();
    out.push_str(&headers.join("\n"));
    out.push_str("\n\n");
    let body = std::str::from_utf8(request.body()).unwrap();
    match request.headers().get("content-type").map(|value| value.to_str().unwrap()) {
        Some("application/json") => writeln!(out, "{}\n", laid_out(body)).unwrap(),
        Some("application/x-www-form-urlencoded") => {
            writeln!(out, "{body}\n").unwrap();
            for (name, value) in form_urlencoded::parse(body.as_bytes()) {
                writeln!(out, "{name} = {value}").unwrap();
            }
            out.push('\n');
        }
        Some(other) => panic!("no request has a body of type {other}"),
        None => assert_eq!(body, "", "a body has a type"),
    }
    write!(out, "body: {} bytes", body.len()).unwrap();
    out
}

/// Compact JSON with line ends and indentation, and every other character as it was.
fn laid_out(json: &str) -> String {
    let (mut out, mut depth, mut in_string, mut escaped) = (String::new(), 0, false, false);
    for character in json.chars() {
        if in_string {
            out.push(character);
            in_string = escaped || character != '"';
            escaped = character == '\\' && !escaped;
            continue;
        }
        let line_end = |depth: usize| format!("\n{}", "  ".repeat(depth));
        match character {
            '{' | '[' => {
                depth += 1;
                out.push(character);
                out.push_str(&line_end(depth));
            }
            '}' | ']' => {
                depth -= 1;
                out.push_str(&line_end(depth));
                out.push(character);
            }
            ',' => {
                out.push(character);
                out.push_str(&line_end(depth));
            }
            ':' => out.push_str(": "),
            _ => {
                in_string = character == '"';
                out.push(character);
            }
        }
    }
    out
}

#[test]
fn each_request_is_the_one_that_was_reviewed() {
    for Case { endpoint, name, review, request } in cases() {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(review);
        settings.set_snapshot_suffix(name);
        settings.bind(|| insta::assert_snapshot!(format!("wire__{endpoint}"), text(&request)));
    }
}

#[test]
fn each_snapshot_belongs_to_a_case() {
    let mut expected: Vec<String> =
        cases().iter().map(|case| format!("wire__{}@{}.snap", case.endpoint, case.name)).collect();
    expected.sort();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let found: Vec<String> =
        support::names(&folder).into_iter().filter(|name| name.starts_with("wire__")).collect();
    assert_eq!(found, expected);
}

#[test]
fn each_request_goes_to_the_portal_over_https() {
    for Case { endpoint, request, .. } in cases() {
        assert_eq!(request.uri().scheme_str(), Some("https"), "{endpoint}");
        assert_eq!(request.uri().authority().unwrap(), "openapi.partner.yeastar.com", "{endpoint}");
    }
}

#[test]
fn another_origin_changes_the_authority_and_nothing_else() {
    let sandbox = Origin::new("http://127.0.0.1:8080").unwrap().with_user_agent("OpenAPI").unwrap();
    let there = OrderPage::new().with_page_no(2).to_request(&sandbox, Some(&token())).unwrap();
    let here = OrderPage::new().with_page_no(2).to_request(&origin(), Some(&token())).unwrap();
    assert_eq!(there.uri().to_string(), "http://127.0.0.1:8080/order/openapi/order/v1/page?pageNo=2");
    assert_eq!(text(&there), text(&here));
}

#[test]
fn the_content_length_is_the_length_of_the_body_and_absent_without_one() {
    for Case { endpoint, name, request, .. } in cases() {
        let length = request.headers().get("content-length").map(|value| value.to_str().unwrap().to_owned());
        let expected = (!request.body().is_empty()).then(|| request.body().len().to_string());
        assert_eq!(length, expected, "{endpoint}@{name}");
    }
}

#[test]
fn the_user_agent_is_this_crate_unless_the_application_names_itself() {
    let user_agent = |origin: &Origin| {
        let request = RegionList.to_request(origin, None).unwrap();
        request.headers()["user-agent"].to_str().unwrap().to_owned()
    };
    assert_eq!(user_agent(&Origin::default()), format!("yeastar-core/{}", env!("CARGO_PKG_VERSION")));
    let named = Origin::default().with_user_agent("example-app/1.0 (orders)").unwrap();
    assert_eq!(user_agent(&named), "example-app/1.0 (orders)");
    for refused in ["", " ", "a\r\nx: y", "a\nb", "caf\u{e9}", "\u{7f}", "a\tb"] {
        assert!(Origin::default().with_user_agent(refused).is_err(), "{refused:?}");
    }
}

#[test]
fn the_authorization_header_is_there_only_with_a_token_and_never_printed() {
    let with = RegionList.to_request(&origin(), Some(&token())).unwrap();
    assert_eq!(with.headers()["authorization"], "Bearer made-up.access.token");
    assert!(with.headers()["authorization"].is_sensitive());
    assert!(!format!("{with:?}").contains("made-up.access.token"), "{with:?}");
    assert!(!format!("{:?}", with.headers()).contains("made-up.access.token"));

    let without = RegionList.to_request(&origin(), None).unwrap();
    assert!(!without.headers().contains_key("authorization"));
}

#[test]
fn what_a_call_wants_sent_and_what_came_of_it_print_no_secret() {
    let credentials = Credentials::new("made-up-client-id", "canary-secret");
    let mut session = Session::new(credentials, 1);
    let mut call = Call::new(&RegionList, &Origin::default(), &Policy::default()).unwrap();
    let action = call.poll(Tick::default(), &mut session);
    let Action::Send(exchange) = &action else { panic!("a token is asked for first: {action:?}") };
    assert!(exchange.request.uri().path().starts_with("/auth/"));
    assert!(!format!("{action:?}").contains("canary"), "{action:?}");

    let token = r#"{"token":"canary-token","refreshToken":"canary-refresh","expiresIn":"1800"}"#;
    let event = Event::Response(support::success(token));
    assert!(!format!("{event:?}").contains("canary"), "{event:?}");
    call.on(event);
    let action = call.poll(Tick::default(), &mut session);
    let Action::Send(exchange) = &action else { panic!("then the call itself: {action:?}") };
    assert_eq!(exchange.request.headers()["authorization"], "Bearer canary-token");
    assert!(!format!("{action:?} {session:?}").contains("canary"), "{action:?} {session:?}");
}

#[test]
fn an_origin_is_https_or_loopback_and_nothing_but_scheme_host_and_port() {
    for url in [
        "https://openapi.partner.yeastar.com",
        "https://openapi.partner.yeastar.com/",
        "https://portal.example.com:8443",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://127.8.8.8:1",
        "http://[::1]:8080",
    ] {
        let origin = Origin::new(url).unwrap_or_else(|refusal| panic!("{url}: {refusal}"));
        assert_eq!(origin.to_string(), url.trim_end_matches('/'));
        assert_eq!(origin.is_https(), url.starts_with("https"));
    }
    for url in [
        "",
        "openapi.partner.yeastar.com",
        "http://portal.example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[::2]",
        "ftp://localhost",
        "https://",
        "https://somebody@portal.example.com",
        "https://somebody:canary@portal.example.com",
        "https://portal.example.com/order",
        "https://portal.example.com/?x=canary",
        "https://portal.example.com#x",
        "https://portal.example.com\r\n",
    ] {
        let refusal = Origin::new(url).map(|_| panic!("{url} was taken")).unwrap_err();
        assert!(!refusal.to_string().contains("canary"), "{refusal}");
    }
}

#[test]
fn a_token_that_would_break_the_header_is_refused_without_showing_it() {
    for refused in ["", "made up", "made-up\r\nx: y", "made-up\n", "made-\u{fc}p", "\u{0}made-up"] {
        let error = AccessToken::new(&Secret::new(refused)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("made"), "{error}");
    }
}

/// The request that we make has all that the printed one has, value for value.
fn assert_is_the_printed_one(ours: &Request<Bytes>, printed: &PrintedRequest) {
    assert_eq!(ours.method(), printed.method);
    assert_eq!(ours.uri().path_and_query().unwrap().as_str(), printed.path_and_query);
    for (name, value) in &printed.headers {
        match name.as_str() {
            "host" => assert_eq!(ours.uri().authority().unwrap().as_str(), value),
            "authorization" => {
                assert_eq!(value, "Bearer <access token>");
                assert_eq!(ours.headers()[name], "Bearer made-up.access.token");
            }
            _ => assert_eq!(ours.headers()[name], value.as_str(), "{name}"),
        }
    }
    let ours_only: Vec<_> =
        ours.headers().keys().filter(|name| !printed.headers.contains_key(name.as_str())).collect();
    assert!(ours_only.iter().all(|name| *name == "content-length"), "{ours_only:?}");
}

#[test]
fn the_tutorials_purchase_comes_out_of_the_builder_value_for_value() {
    let printed = support::one("order_save", Role::Request, "tutorial").request();
    let ours = OrderSave::new(tutorial_order()).to_request(&origin(), Some(&token())).unwrap();
    assert_is_the_printed_one(&ours, &printed);

    let body = std::str::from_utf8(ours.body()).unwrap();
    let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(value(body), value(&printed.body));
    // The vendor's own order of the fields and all digits: only the layout differs.
    assert_eq!(body, without_layout(&printed.body));
}

/// JSON text without the white space between its tokens.
fn without_layout(json: &str) -> String {
    let mut in_string = false;
    json.chars()
        .filter(|character| {
            in_string ^= *character == '"';
            in_string || !character.is_whitespace()
        })
        .collect()
}

#[test]
fn a_site_taken_from_the_region_list_makes_the_same_order() {
    let answer = support::one("region_list", Role::Ok, "documented").response();
    let regions = RegionList::read_response(answer).unwrap();
    let domain = &regions[0].domains[0];
    let site = PbxSite::in_region("test", &regions[0], domain, domain.pbx_url("docs").unwrap());
    let mut order = tutorial_order();
    order.pbx_site = Some(site);

    let bare = OrderSave::new(tutorial_order()).to_request(&origin(), None).unwrap();
    let from_list = OrderSave::new(order).to_request(&origin(), None).unwrap();
    assert_eq!(from_list.body(), bare.body());
}

#[test]
fn the_vendors_url_check_comes_out_value_for_value() {
    let printed = support::one("pbx_url_existed", Role::Request, "tutorial").request();
    let ours = PbxUrlExisted::new("example.test.yeastar.com").to_request(&origin(), Some(&token())).unwrap();
    assert_is_the_printed_one(&ours, &printed);
    assert_eq!(printed.body, "");
    assert!(ours.body().is_empty());
}

#[test]
fn an_order_id_that_would_leave_its_place_in_the_path_is_refused() {
    for id in ["", ".", ".."] {
        for request in [OrderGet::by_number(&OrderNo::from(id)), OrderGet::by_id(&OrderId::from(id))] {
            let error = request.to_request(&origin(), None).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id:?}");
            assert!(error.to_string().contains("`id`"), "{error}");
        }
    }
}

#[test]
fn whatever_an_order_id_holds_stays_in_one_segment() {
    for id in ["...", "a/../b", "%2e%2e", "\\..\\", "a\r\nb", "?x=1", "#x", "\u{0}", "ü", "a+b", "a:b@c"] {
        let request = OrderGet::by_number(&OrderNo::from(id)).to_request(&origin(), None).unwrap();
        let segment = request.uri().path().strip_prefix("/order/openapi/order/v1/get/").unwrap();
        assert!(!segment.contains('/') && request.uri().query().is_none(), "{id:?}: {}", request.uri());
        let decoded = percent_encoding::percent_decode_str(segment).decode_utf8().unwrap();
        assert_eq!(decoded, id);
    }
}

#[test]
fn page_number_and_size_count_from_one() {
    for (request, field) in
        [(OrderPage::new().with_page_no(0), "`pageNo`"), (OrderPage::new().with_page_size(0), "`pageSize`")]
    {
        let error = request.to_request(&origin(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(field), "{error}");
    }
}

#[test]
fn a_query_value_cannot_add_another_parameter() {
    let request = OrderPage::new().with_sort("id&pageNo=9#x y").to_request(&origin(), None).unwrap();
    assert_eq!(request.uri().query(), Some("sort=id%26pageNo%3D9%23x+y"));
}

#[test]
fn a_pbx_url_is_a_host_name() {
    let too_long_label = format!("{}.example.com", "a".repeat(64));
    let too_long = format!("{}com", "a.".repeat(126));
    let refused = [
        "",
        "docs",
        "https://docs.example.com",
        "docs.example.com/",
        "docs.example.com:443",
        "docs.example.com.",
        ".example.com",
        "docs..example.com",
        "-docs.example.com",
        "docs-.example.com",
        "do cs.example.com",
        "d\u{f6}cs.example.com",
        "docs.example.com\n",
        "docs.example.com&pbxUrl=other.example.com",
        &too_long_label,
        &too_long,
    ];
    for url in refused {
        let error = PbxUrlExisted::new(url).to_request(&origin(), None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{url:?}");
        assert!(error.to_string().starts_with("pbx_url_existed: not sent: `pbxUrl`"), "{error}");
    }
    for url in ["docs.example.com", "a.b", "1-2.example.com", "xn--dcs-rna.example.com", "DOCS.Example.com"] {
        assert!(PbxUrlExisted::new(url).to_request(&origin(), None).is_ok(), "{url}");
    }
}

#[test]
fn empty_secrets_are_refused_by_name() {
    let refusal = |error: yeastar_core::Error| {
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        error.to_string()
    };
    let to_request = |id: &str, secret: &str| {
        TokenRequest::new(Credentials::new(id, secret)).to_request(&origin(), None).unwrap_err()
    };
    assert!(refusal(to_request(" ", "made-up")).contains("`client_id`"));
    assert!(refusal(to_request("made-up", "")).contains("`client_secret`"));
    let refresh = TokenRefresh::new(Secret::new("")).to_request(&origin(), None).unwrap_err();
    assert!(refusal(refresh).contains("`refresh_token`"));
}

#[test]
fn ids_of_services_and_plans_do_not_lose_a_digit() {
    let digits = [3_048_571_730_026_938_368, 3_197_218_168_379_846_218, 9_007_199_254_740_993, u64::MAX];
    for digits in digits {
        let line = OrderLine::service(ServiceId::new(digits), PurchaseType::Purchase)
            .with_connection_plan(PlanId::new(digits));
        let order = Order::new(OperationType::PurchaseService, ProductId::new(12), vec![line])
            .with_billing_contact(BillingContactId::new(digits));
        let request = OrderSave::new(order).to_request(&origin(), None).unwrap();
        let body = std::str::from_utf8(request.body()).unwrap();
        for field in ["billingId", "serviceId", "connectionPlanId"] {
            assert!(body.contains(&format!("\"{field}\":{digits},")), "{field} {digits}: {body}");
        }
    }
}
