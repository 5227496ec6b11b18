//! What goes over the wire: every request as text, next to a line that says where its form comes from.

#[path = "../support/mod.rs"]
mod support;

mod auth;
mod order;
mod pricing;
mod product;
mod properties;
mod user;

use std::fmt::Write as _;

use bytes::Bytes;
use http::Request;
use support::PrintedRequest;
use yeastar_core::order::ListOrders;
use yeastar_core::product::ListRegions;
use yeastar_core::{
    AccessToken, Action, Call, Credentials, Endpoint, Event, Machine, Origin, Policy, Secret, Session, Tick,
};

fn token() -> AccessToken {
    AccessToken::new(&Secret::new("made-up.access.token")).unwrap()
}

fn origin() -> Origin {
    Origin::default().with_user_agent("OpenAPI").unwrap()
}

/// A request, whose text is looked at.
struct Case {
    endpoint: &'static str,
    name: &'static str,
    /// The vendor's page and how much of the form of the request it shows.
    review: &'static str,
    request: Request<Bytes>,
}

/// A case of this endpoint.
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

fn cases() -> Vec<Case> {
    let token = token();
    let bearer = Some(&token);
    [auth::cases(), user::cases(bearer), product::cases(bearer), pricing::cases(bearer), order::cases(bearer)]
        .into_iter()
        .flatten()
        .collect()
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
        settings.set_snapshot_path("../snapshots");
        settings.bind(|| insta::assert_snapshot!(format!("wire__{endpoint}"), text(&request)));
    }
}

#[test]
fn each_snapshot_belongs_to_a_case() {
    let mut expected: Vec<String> =
        cases().iter().map(|case| format!("wire__{}@{}.snap", case.endpoint, case.name)).collect();
    expected.sort();
    let found: Vec<String> =
        support::snapshots().into_iter().filter(|name| name.starts_with("wire__")).collect();
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
    let there = ListOrders::new().with_page_no(2).to_request(&sandbox, Some(&token())).unwrap();
    let here = ListOrders::new().with_page_no(2).to_request(&origin(), Some(&token())).unwrap();
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
fn a_filter_that_is_blank_by_mistake_is_not_sent() {
    for blank in ["", " ", "\t\n"] {
        let error = ListOrders::new().with_sort(blank).to_request(&origin(), None).unwrap_err();
        let expected =
            "order_page: not sent: `sort` is blank: pass a value, or leave it out where it is optional";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn the_user_agent_is_this_crate_unless_the_application_names_itself() {
    let user_agent = |origin: &Origin| {
        let request = ListRegions::new().to_request(origin, None).unwrap();
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
    let with = ListRegions::new().to_request(&origin(), Some(&token())).unwrap();
    assert_eq!(with.headers()["authorization"], "Bearer made-up.access.token");
    assert!(with.headers()["authorization"].is_sensitive());
    assert!(!format!("{with:?}").contains("made-up.access.token"), "{with:?}");
    assert!(!format!("{:?}", with.headers()).contains("made-up.access.token"));

    let without = ListRegions::new().to_request(&origin(), None).unwrap();
    assert!(!without.headers().contains_key("authorization"));
}

#[test]
fn what_a_call_wants_sent_and_what_came_of_it_print_no_secret() {
    let credentials = Credentials::new("made-up-client-id", "canary-secret");
    let mut session = Session::new(credentials, 1);
    let mut call = Call::new(&ListRegions::new(), &Origin::default(), &Policy::default()).unwrap();
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
    let is_of_http =
        |name: &&http::HeaderName| ["content-length", "accept-encoding"].contains(&name.as_str());
    assert!(ours_only.iter().all(is_of_http), "{ours_only:?}");
}
