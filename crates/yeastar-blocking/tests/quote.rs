//! The `quote` example, as a person or a script runs it.

mod example;
#[path = "scenarios/playback.rs"]
#[expect(dead_code, reason = "its other users need more of it")]
mod playback;

use std::process::{Command, Output};

use example::{stderr, stdout};
use playback::{Playback, success};
use serde_json::Value;
use yeastar_blocking::order::BillingCycle;
use yeastar_blocking::pricing::GetMyPriceInfo;
use yeastar_blocking::{Client, Config, Credentials, Json, Origin, ProductId};
use yeastar_sandbox::Server;

/// Runs the example against its own sandbox.
fn quote(arguments: &[&str]) -> Output {
    example::command("quote", arguments).output().unwrap()
}

fn quote_on(portal: &Server, arguments: &[&str]) -> Output {
    let mut command = example::command("quote", arguments);
    example::on(&mut command, portal);
    command.output().unwrap()
}

/// The cells of the row that has this one.
fn row(text: &str, cell: &str) -> Vec<String> {
    let mut rows =
        text.lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    rows.find(|row| row.iter().any(|found| found == cell)).unwrap_or_else(|| panic!("no {cell} in:\n{text}"))
}

/// The part of the output below this question.
fn step<'a>(text: &'a str, question: &str) -> &'a str {
    let (_, below) = text.split_once(question).unwrap_or_else(|| panic!("no {question:?} in:\n{text}"));
    below.split("\n\n").next().unwrap()
}

#[test]
fn the_tables_have_the_amounts_of_the_portal_and_nothing_is_ordered() {
    let portal = Server::start().unwrap();
    let output = quote_on(&portal, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).is_empty(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(!text.contains("simulated") && !text.contains('\u{1b}'), "{text}");

    let credentials = Credentials::new(portal.client_id(), portal.client_secret());
    let config = Config::new(credentials).with_origin(Origin::new(&portal.base_url()).unwrap());
    let request = GetMyPriceInfo::new(ProductId::CLOUD_EDITION, BillingCycle::Annually);
    let prices = Client::new(config).unwrap().send(request).unwrap();
    let plans: Vec<Value> =
        prices.plan_list.unwrap().iter().map(|plan: &Json| plan.parse().unwrap()).collect();
    assert_eq!(plans.len(), 2);
    let listed = step(&text, "What does one of each cost?");
    for plan in &plans {
        let row = row(listed, plan["planId"].as_str().unwrap());
        assert!(row.contains(&plan["price"].as_str().unwrap().to_owned()), "{plan} is not in:\n{listed}");
    }

    // 100 extensions: 18.05 each for the plan and 6.05 each for High Availability.
    assert!(step(&text, "What would the order cost?").contains("| totalPrice   | 2410.00 |"), "{text}");
    assert!(text.contains("Nothing was ordered.") && text.contains("--extensions 100 --yes"), "{text}");
    assert_eq!(portal.count("order_save"), 0);
    assert!(portal.orders().is_empty());
}

#[test]
fn amounts_are_aligned_to_the_right() {
    let text = stdout(&quote(&[]));
    assert!(text.contains("simulated"), "{text}");
    let services = step(&text, "What does one of each cost?").split_once("serviceList:").unwrap().1;
    for amount in ["| 18.05 |", "|  0.05 |", "|  6.05 |"] {
        assert!(services.contains(amount), "{amount} is not in:\n{services}");
    }
}

#[test]
fn json_is_one_document_with_the_order_that_was_asked_for() {
    let arguments = ["--json", "--extensions", "7", "--cycle", "monthly", "--plan", "3048572026291630080"];
    let output = quote(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["outcome"], "quoted");
    assert_eq!(document["simulated"], true);
    assert_eq!(document["balance"], "1000000.00");
    assert_eq!(document["products"].as_array().unwrap().len(), 9);
    assert_eq!(document["prices"][0]["planList"][1]["price"], "2.40");
    // 7 extensions: 2.40 each for the plan and 0.60 each for High Availability.
    assert_eq!(document["calculation"]["totalPrice"], "21.00");
    let plan = &document["order"]["serviceList"][0];
    assert_eq!(plan["serviceId"], 3_048_572_026_291_630_080_u64);
    assert_eq!(plan["quantity"], 7);
    assert_eq!(plan["billingCycle"], "monthly");
}

/// A portal with other names for everything that is not documented.
fn other_portal() -> Playback {
    Playback::start(|request| {
        let is = |path: &str| request.lines().next().is_some_and(|line| line.contains(path));
        match request {
            request if playback::is_token_request(request) => playback::token(),
            _ if is("/account_balance") => success(r#"{"accountBalance":12345678901234567890.10}"#),
            _ if is("/product_list") => success(r#"[{"name":"Cloud","productId":13,"offeringId":[1,2]}]"#),
            _ if is("/purchase_product_info") => success(
                r#"[{"offeringId":"1","offers":[
                    {"planId":3048571730026938368,"pricing":{"number":5},"purchaseType":"purchase"},
                    {"planId":3048571730026938368,"pricingId":6,"purchaseType":"trial"},
                    {"planId":1,"pricingId":8},{"planId":1,"pricingPlanId":"9"},
                    {"serviceId":"3048573935752720384","planId":"3048571730026938368","pricingServiceId":"7"}]}]"#,
            ),
            _ if is("/my_price_info") => success(
                r#"{"offeringId":"1","planList":[
                    {"planId":3048571730026938368,"unit":1234567890123456789.10,"tiers":[{"from":1}]},
                    {"planId":"2","unit":5,"note":"a\u001b[31m\nb","free":false}],"serviceList":[]}"#,
            ),
            _ if is("/region_list") => {
                success(r#"[{"id":41,"region":[{"pbxSubDomainId":20,"pbxSubDomain":["pbx.example.com"]}]}]"#)
            }
            _ if is("/billing_contact_list") => success(r#"[{"billingContactId":"9"}]"#),
            _ if is("/pricing/calculate") && request.contains(r#""pricingId":4"#) => success(&format!(
                r#"{{"long":"{}","deep":{}1{}}}"#,
                "9".repeat(60_000),
                "[".repeat(50_000),
                "]".repeat(50_000)
            )),
            _ if is("/pricing/calculate") => success(r#"{"sum":0.1000000000000000055,"parts":{"plan":1E2}}"#),
            _ => playback::answer("404 Not Found", ""),
        }
    })
}

fn quote_elsewhere(portal: &Playback, arguments: &[&str]) -> Command {
    let mut command = example::command("quote", arguments);
    command.env("YEASTAR_CLIENT_ID", "id").env("YEASTAR_CLIENT_SECRET", "secret");
    command.env("YEASTAR_BASE_URL", portal.base_url());
    command
}

#[test]
fn other_names_of_fields_make_other_columns() {
    let portal = other_portal();
    let output = quote_elsewhere(&portal, &[]).output().unwrap();
    let text = stdout(&output);
    assert!(text.contains("12345678901234567890.10"), "{text}");
    assert_eq!(text.matches("What does one of each cost?").count(), 2, "one for each offering:\n{text}");
    let prices = step(&text, "What does one of each cost?");
    assert_eq!(row(prices, "planId")[1..6], ["free", "note", "planId", "tiers", "unit"]);
    assert_eq!(
        row(prices, "3048571730026938368")[3..6],
        ["3048571730026938368", "[...]", "1234567890123456789.10"]
    );
    assert_eq!(row(prices, "2")[1..6], ["false", "a [31m b", "2", "", "5"]);
    assert!(!text.contains('\u{1b}'), "{text}");

    // The plan's pricing id is not where it was looked for, and that of a trial is not it.
    assert_eq!(output.status.code(), Some(1));
    for words in ["planId 3048571730026938368", "--pricing-id", "Nothing was ordered"] {
        assert!(stderr(&output).contains(words), "{words} is missing in:\n{}", stderr(&output));
    }
    assert!(text.contains(r#""pbxUrl": "docs.pbx.example.com""#), "{text}");
    assert!(portal.requests().iter().all(|request| !request.contains("/pricing/calculate")));
}

#[test]
fn a_pricing_id_can_be_given_by_hand() {
    let portal = other_portal();
    let output = quote_elsewhere(&portal, &["--json", "--pricing-id", "5"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["calculation"]["sum"], "0.1000000000000000055");
    assert_eq!(document["calculation"]["parts"]["plan"], "1E2");

    let requests = portal.requests();
    let calculation = requests.iter().find(|request| request.contains("/pricing/calculate")).unwrap();
    let body: Value = serde_json::from_str(calculation.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["serviceList"][0]["pricingId"], 5);
    assert_eq!(body["serviceList"][0]["quantity"], 100);
    assert_eq!(body["serviceList"][1]["pricingId"], 7);
    assert!(requests.iter().all(|request| !request.contains("/order/")));
}

#[test]
fn an_answer_of_any_size_and_depth_is_shown() {
    let portal = other_portal();
    for arguments in [["--pricing-id", "4"].as_slice(), &["--pricing-id", "4", "--json"]] {
        let output = quote_elsewhere(&portal, arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(stdout(&output).contains(&"9".repeat(60_000)));
    }
}

#[test]
fn several_pricing_ids_are_not_guessed_among() {
    let portal = other_portal();
    let output = quote_elsewhere(&portal, &["--plan", "1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    for words in ["planId 1", "8, 9", "--pricing-id"] {
        assert!(stderr(&output).contains(words), "{words} is missing in:\n{}", stderr(&output));
    }
    assert!(portal.requests().iter().all(|request| !request.contains("/pricing/calculate")));
}

#[test]
fn help_and_wrong_options() {
    let output = quote(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("--pricing-id"));
    for (arguments, words) in [
        (["--nonsense"].as_slice(), "--nonsense"),
        (&["--extensions", "many"], "--extensions"),
        (&["--extensions", "-1"], "--extensions"),
        (&["--cycle", "once"], "annually"),
        (&["--plan", "Enterprise"], "--plan"),
        (&["--pricing-id", ""], "--pricing-id"),
    ] {
        let output = quote(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{words} is missing in:\n{}", stderr(&output));
    }
}

#[test]
fn an_order_that_breaks_a_rule_is_not_quoted() {
    let portal = Server::start().unwrap();
    let output = quote_on(&portal, &["--extensions", "4", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("5 to 500 extensions"), "{}", stderr(&output));
    let document: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(document["outcome"], "failed");
    assert_eq!(portal.count("pricing_calculate"), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_no_panic() {
    for arguments in [[].as_slice(), &["--json"], &["--help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = example::command("quote", arguments).stdout(full).output().unwrap();
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
        assert_eq!(output.status.code(), Some(i32::from(arguments != ["--help"])));
    }
}
