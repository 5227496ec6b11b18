//! What a purchase is called, and what it is found again by.

use serde_json::Value;
use yeastar_core::order::{CreateOrder, Order, Rule};
use yeastar_core::purchase::{Intent, Outcome, Resend};
use yeastar_core::{Endpoint, Error, ErrorKind, IntentId, Json, Origin};

use super::script::{
    Asked, ID, Run, URL, cut, intent, intent_with_url, new_pbx, purchase_in, refusal, renewal,
};

fn refused(intent: &Intent) -> Error {
    let error = Run::new().machine(intent).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    error
}

/// The body that would be sent.
fn body(intent: &Intent) -> Value {
    let mut run = Run::new();
    let _ = run.purchase(intent).unwrap();
    serde_json::from_slice(run.orders[0].request.body()).unwrap()
}

#[test]
fn an_id_is_6_to_40_plain_characters_with_a_digit() {
    for id in [
        "ticket-4711",
        "a.b_c-1",
        "2026-123456",
        "job-2026-09-01",
        "123456",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ] {
        assert!(IntentId::from(id).check().is_ok(), "{id}");
    }
    let long = "1".repeat(41);
    for id in
        ["", "tic-1", "ticket", &long, "ticket 4711", "tïcket-4711", "ticket#4711", "2026-09-01", "1.9.2026"]
    {
        let error = refused(&Intent::new(id, renewal()));
        assert_eq!(
            error.message(),
            format!(
                "`intent id` is `{id}`: the order is found again by it: 6 to 40 of A-Z a-z 0-9 . _ / -, with a \
                 digit among them, and no date"
            )
        );
    }
}

#[test]
fn the_purchase_order_number_is_the_id_and_the_orders_own_number_stands_before_it() {
    assert_eq!(body(&intent())["poNumber"], ID);
    let numbered = Intent::new(ID, renewal().with_po_number("PO-77"));
    assert_eq!(body(&numbered)["poNumber"], "PO-77/ticket-4711");
    let promised = Intent::new(ID, renewal().with_po_number("PO-20771")).with_unique_po_number();
    assert_eq!(body(&promised)["poNumber"], "PO-20771");
    assert_eq!(body(&intent().with_unique_po_number())["poNumber"], ID);
}

/// With a `/` in ids, `a1/b` and `c23456` would make the same number as `a1` and `b/c23456`.
#[test]
fn two_ids_never_make_the_same_purchase_order_number() {
    let numbered = |id: &str, number| Intent::new(id, renewal().with_po_number(number));
    assert_eq!(body(&numbered("c23456", "a1/b"))["poNumber"], "a1/b/c23456");
    let error = refused(&numbered("b/c23456", "a1"));
    assert_eq!(
        error.message(),
        "`intent id` is `b/c23456`: leave the `/` out: it separates the order's own number from the id"
    );
}

#[test]
fn a_purchase_order_number_that_cannot_be_searched_for_is_refused() {
    let long = "1".repeat(30);
    for (number, is_unique) in
        [("PO 77", false), (&*long, false), ("", false), ("urgent", true), ("77", true), ("2026/9/1", true)]
    {
        let mut intent = Intent::new(ID, renewal().with_po_number(number));
        if is_unique {
            intent = intent.with_unique_po_number();
        }
        let error = refused(&intent);
        if !number.is_empty() {
            assert!(error.message().starts_with("`poNumber` is `"), "{error}");
            assert!(error.message().contains("found again by it"), "{error}");
        }
    }
}

#[test]
fn a_key_that_another_field_says_too_is_refused() {
    // `3658B431119665QJ` is the serial number of the PBX.
    let error = refused(&Intent::new("3658B431119665QJ", renewal()));
    assert_eq!(
        error.message(),
        "`poNumber` is `3658B431119665QJ`, which another field of the order says too: choose an intent id that no \
         other field contains"
    );
    let nested =
        renewal().with_field("note", Json::of(&serde_json::json!([{"text": " ticket-4711 "}])).unwrap());
    assert!(refused(&Intent::new(ID, nested)).message().contains("another field"));
    // As a part of a text, or as the name of a field, it is not what is searched for.
    let harmless = renewal().with_field("note", "see ticket-4711").with_field("ticket-4711", 1);
    assert_eq!(body(&Intent::new(ID, harmless))["poNumber"], ID);
}

#[test]
fn a_purchase_order_number_replaced_by_a_field_of_the_caller_is_refused() {
    for value in [Json::from("PO-77"), Json::from(4711), Json::of(&()).unwrap()] {
        let error = refused(&Intent::new(ID, renewal().with_field("poNumber", value)));
        assert!(error.message().starts_with("`poNumber` "), "{error}");
    }
    let error = refused(&Intent::new(ID, renewal().with_field("poNumber", "PO-77")));
    assert!(error.message().contains("with_po_number"), "{error}");
}

#[test]
fn the_guard_of_a_unique_url_needs_a_url() {
    let error = refused(&intent().with_resend(Resend::UniqueKeyGuard));
    assert_eq!(
        error.message(),
        "`Resend::UniqueKeyGuard` is set, and the order has no PBX URL: set it for purchases of a cloud PBX only"
    );
    let mut run = Run::new();
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    assert!(matches!(run.purchase(&guarded), Ok(Outcome::Confirmed { .. })));
}

#[test]
fn an_order_that_breaks_a_rule_is_refused_before_anything_is_written_or_asked() {
    let mut order = renewal();
    order.billing_id = None;
    let mut run = Run::new();
    let error = run.purchase(&Intent::new(ID, order)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("billingId"), "{error}");
    assert!(run.log.is_empty() && run.journal.is_none());
}

#[test]
fn nothing_is_sent_again_unless_it_is_said_so() {
    assert_eq!(intent().resend(), Resend::Never);
    assert_eq!(intent().id().as_str(), ID);
    let guarded = intent_with_url().with_resend(Resend::UniqueKeyGuard);
    assert_eq!(guarded.resend(), Resend::UniqueKeyGuard);
}

#[test]
fn the_body_is_that_of_the_order_and_the_same_to_the_byte_each_time() {
    for order in [renewal(), new_pbx()] {
        let mut run = Run::new();
        let intent = Intent::new(ID, order.clone());
        run.portal.once(Asked::Order, cut());
        run.portal.once(Asked::Order, refusal(401));
        let _ = run.purchase(&intent).unwrap();
        assert_eq!(run.sent(), 3);
        // And by another process, from the journal.
        let mut later = Run::new();
        later.portal.always(Asked::Order, || refusal(403));
        let _ = later.purchase(&intent).unwrap();
        let _ = later.purchase(&intent).unwrap();
        assert_eq!(later.sent(), 2);

        let expected = body_of(order.with_po_number(ID));
        for exchange in run.orders.iter().chain(&later.orders) {
            assert_eq!(exchange.request.body(), &expected[..]);
        }
        let recorded = purchase_in(later.journal.as_ref().unwrap());
        assert_eq!(recorded["body"].as_str().unwrap().as_bytes(), expected);
    }
}

fn body_of(order: Order) -> Vec<u8> {
    CreateOrder::new(order).to_request(&Origin::default(), None).unwrap().into_body().to_vec()
}

#[test]
fn the_url_of_a_site_is_a_key_wherever_it_was_set() {
    let mut run = Run::new();
    let _ = run.purchase(&intent_with_url()).unwrap();
    assert!(run.log.contains(&format!("url {URL}")), "{:?}", run.log);
    let site = Json::of(&serde_json::json!({"pbxUrl": "other.example.com"})).unwrap();
    let mut run = Run::new();
    let replaced = renewal().with_field("orderPceSpecialRequest", site);
    let _ = run.purchase(&Intent::new(ID, replaced)).unwrap();
    assert!(run.log.contains(&"url other.example.com".into()), "{:?}", run.log);
}

#[test]
fn an_intent_that_was_kept_as_json_is_the_same_purchase() {
    let numbered = renewal().with_po_number("PO-20771").relax(Rule::Extensions);
    for intent in [
        intent(),
        intent_with_url().with_resend(Resend::UniqueKeyGuard),
        Intent::new(ID, numbered).with_unique_po_number(),
    ] {
        let json = Json::of(&intent).unwrap();
        let read: Intent = json.parse().unwrap();
        assert_eq!(Json::of(&read).unwrap(), json);
        assert_eq!(body(&read), body(&intent));
        assert_eq!((read.id(), read.resend()), (intent.id(), intent.resend()));
    }
}

#[test]
fn json_with_a_field_that_no_intent_has_is_refused() {
    let json = Json::of(&intent()).unwrap().as_str().replacen('{', r#"{"resends":"unique_key_guard","#, 1);
    let error = serde_json::from_str::<Intent>(&json).unwrap_err();
    assert!(error.to_string().contains("unknown field `resends`"), "{error}");
}
