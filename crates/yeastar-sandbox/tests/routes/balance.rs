//! The balance, and orders that it does not cover.

use serde_json::{Value, json};
use yeastar_sandbox::{LackOfBalance, Payment, Settings, code};

use crate::script::*;

/// What the order of the tutorial costs, in cents.
const PRICE: u64 = 241_000;

#[test]
fn the_balance_is_an_exact_number_of_two_digits() {
    assert_eq!(balance(&mut Script::new()), "1000000.00");
    for (cents, text) in
        [(0, "0.00"), (123_450, "1234.50"), (9_007_199_254_740_993, "90071992547409.93"), (7, "0.07")]
    {
        assert_eq!(balance(&mut Script::with(|settings| settings.balance = cents)), text);
    }
}

#[test]
fn an_order_is_paid_from_the_balance_and_a_trial_is_free() {
    let mut script = Script::new();
    script.order(&order_for("docs"));
    assert_eq!(balance(&mut script), "997590.00");
    let trial = order(15, "trial_plan", &[tried("plan", RM)]);
    assert_eq!(script.order(&trial)["code"], "success");
    assert_eq!(balance(&mut script), "997590.00");
    let mut wrong = order_for("other");
    wrong["billingId"] = 1.into();
    script.order(&wrong);
    assert_eq!(balance(&mut script), "997590.00");
}

#[test]
fn a_price_is_that_of_the_extensions_or_of_one() {
    let mut script = Script::new();
    let placed = script.order(&order_for("docs"))["result"].take();
    // 100 extensions of the Ultimate Plan, at 24.05 each.
    let switch = order(13, "switch_plan", &[line("plan", PCE_ULTIMATE, "annually", 0)]);
    let switch = numbered(switch, placed["productNo"].as_str().unwrap());
    assert_eq!(script.order(&switch)["code"], "success");
    assert_eq!(balance(&mut script), "995185.00");
    // A label costs what it costs, however many are asked for.
    let label = counted(line("service", PCE_WHITE_LABEL, "annually", 0), 3);
    let label = order(19, "purchase_service", &[label]);
    assert_eq!(script.order(&label)["code"], "success");
    assert_eq!(balance(&mut script), "994185.00");
}

#[test]
fn an_order_may_take_all_but_not_more() {
    for (cents, is_enough) in [(PRICE, true), (PRICE - 1, false)] {
        let mut script = Script::with(|settings| settings.balance = cents);
        let answer = script.order(&order_for("docs"));
        if is_enough {
            assert_eq!(answer["code"], "success");
            assert_eq!(balance(&mut script), "0.00");
        } else {
            assert_refused(&answer, 400, code::BALANCE_INSUFFICIENT, "2410.00");
            assert_eq!(script.orders(), 0);
            assert_eq!(balance(&mut script), "2409.99");
            assert_eq!(script.get(PRODUCTS)["result"]["total"], 0);
        }
    }
}

#[test]
fn an_order_that_is_not_covered_may_be_pending() {
    let poor = |settings: &mut Settings| {
        settings.balance = PRICE - 1;
        settings.lack_of_balance = LackOfBalance::Pending;
        settings.list_lag = std::time::Duration::ZERO;
    };
    let mut script = Script::with(poor);
    let result = script.order(&order_for("docs"))["result"].take();
    assert_eq!(result["orderStatus"], "pending");
    for name in ["instanceId", "productNo", "transactionNo"] {
        assert_eq!(result[name], "");
    }
    assert_eq!(balance(&mut script), "2409.99");
    let row = script.get(PAGE)["result"]["results"][0].take();
    assert_eq!(row["orderStatus"], "pending");
    assert_eq!(row["orderNo"], result["orderNo"]);
    assert_eq!(script.portal.ledger().orders()[0].order_status, "pending");
    let taken = script.get(&format!("{URL_EXISTED}?pbxUrl=docs.ptest6.yeastarcloud.com"));
    assert_eq!(taken["result"], true);

    // For something that exists, the answer says for what, and nothing changes.
    let mut script = Script::with(|settings| {
        poor(settings);
        settings.balance = 0;
    });
    let detail = "/product/openapi/instance_product/v1/detail?productNo=3621A0000001&productId=9";
    let before: Value = script.get(detail)["result"].take();
    let body = numbered(order(9, "purchase_plan", &[line("plan", LCS, "annually", 1)]), "3621A0000001");
    let result = script.order(&body)["result"].take();
    assert_eq!(result["orderStatus"], "pending");
    assert_eq!(result["productNo"], "3621A0000001");
    assert_eq!(script.get(detail)["result"], before);
}

#[test]
fn an_order_may_wait_for_a_person_who_pays_it_or_cancels_it() {
    let mut script = Script::with(|settings| {
        settings.payment = Payment::Later;
        settings.list_lag = std::time::Duration::ZERO;
        // Nobody asks for it.
        settings.balance = 0;
    });
    let status = |script: &mut Script| script.get(PAGE)["result"]["results"][0]["orderStatus"].take();
    let result = script.order(&order_for("docs"))["result"].take();
    assert_eq!((&result["orderStatus"], &result["productNo"]), (&json!("pending"), &json!("")));
    let order_no = result["orderNo"].as_str().unwrap().to_owned();
    assert_eq!(status(&mut script), "pending");
    assert_eq!(script.get(PRODUCTS)["result"]["total"], 0);
    assert!(!script.portal.pay(script.now, "HB0"));

    assert!(script.portal.pay(script.now, &order_no));
    assert_eq!(status(&mut script), "succeed");
    let placed = script.portal.ledger().orders()[0].clone();
    assert!(placed.transaction_no.starts_with("XN") && !placed.instance_id.is_empty());
    let product = script.get(PRODUCTS)["result"]["results"][0].take();
    assert_eq!(product["productNo"], placed.product_no.as_str());
    assert_eq!(balance(&mut script), "0.00");
    // It is paid.
    assert!(!script.portal.pay(script.now, &order_no) && !script.portal.cancel(&order_no));

    let result = script.order(&order_for("other"))["result"].take();
    let order_no = result["orderNo"].as_str().unwrap();
    assert!(script.portal.cancel(order_no));
    assert_eq!(status(&mut script), "cancelled");
    assert!(!script.portal.pay(script.now, order_no));
    assert_eq!(script.get(PRODUCTS)["result"]["total"], 1);
    let taken = script.get(&format!("{URL_EXISTED}?pbxUrl=other.ptest6.yeastarcloud.com"));
    assert_eq!(taken["result"], true);
}

#[test]
fn when_it_is_paid_is_read_from_a_text() {
    assert_eq!(("at-once".parse(), "later".parse()), (Ok(Payment::AtOnce), Ok(Payment::Later)));
    assert!("never".parse::<Payment>().unwrap_err().contains("`never` is neither"));
}
