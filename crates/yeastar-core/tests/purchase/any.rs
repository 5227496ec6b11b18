//! Whatever happens: it ends, nothing panics, and nothing is sent after doubt.

use core::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use yeastar_core::purchase::{Outcome, Resend};
use yeastar_core::{Delivery, Event};

use super::script::{
    Asked, Run, Write, answer, cut, intent, intent_with_url, lost, ours, placed, refusal, row, success,
};

/// Any JSON, with the names and values that matter among it.
fn json() -> impl Strategy<Value = Value> {
    let texts = ["ticket-4711", "new.example.com", "HB9", "9", "", "success"];
    let names = ["id", "orderNo", "results", "total", "totalPage", "pageNo", "basicInformation", "x"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..3_u8).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(texts.to_vec()).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, move |inner| {
        let name = prop_oneof![4 => prop::sample::select(names.to_vec()).prop_map(String::from), 1 => any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(()).prop_map(|()| placed()),
        Just(()).prop_map(|()| lost()),
        Just(()).prop_map(|()| cut()),
        prop::sample::select(vec![302, 400, 401, 403, 408, 409, 422, 429, 500, 503]).prop_map(refusal),
        (100..600_u16, any::<String>()).prop_map(|(status, body)| answer(status, &body)),
        (100..600_u16, json()).prop_map(|(status, json)| answer(status, &json.to_string())),
        json().prop_map(|json| success(&json.to_string())),
        prop::collection::vec(json(), 0..4)
            .prop_map(|rows| success(&serde_json::json!({"results": rows, "totalPage": 1}).to_string())),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    prop::sample::select(vec![
        Asked::Token,
        Asked::Rows,
        Asked::Rows,
        Asked::Details,
        Asked::Url,
        Asked::Balance,
        Asked::Order,
        Asked::Order,
    ])
}

fn write(kind: u8) -> Write {
    match kind {
        0 => Write::Fails,
        1 => Write::FailsAndStores,
        2 => Write::Overtaken(Box::new(|_| None)),
        _ => Write::Carried,
    }
}

const POINTS: [Option<&str>; 8] = [
    None,
    Some("page"),
    Some("store 1"),
    Some("store 2"),
    Some("order"),
    Some("store 3"),
    Some("store 4"),
    Some("url"),
];

/// How far each request for the order got, as the client was told.
fn is_doubt(event: &Event) -> bool {
    match event {
        Event::Failed(failure) => failure.progress == yeastar_core::Progress::MaybeComplete,
        Event::Response(response) => !matches!(response.status().as_u16(), 401 | 403 | 429),
        Event::Journal(_) => false,
    }
}

proptest! {
    #[test]
    fn nothing_is_sent_after_doubt(
        script in prop::collection::vec((asked(), event()), 0..24),
        writes in prop::collection::vec(0..8_u8, 0..12),
        deaths in prop::collection::vec(prop::sample::select(POINTS.to_vec()), 0..4),
        shows in prop::option::of(0..100_u64),
        with_url in any::<bool>(),
    ) {
        let intent = if with_url { intent_with_url() } else { intent() };
        let mut run = Run::new();
        if let Some(after) = shows {
            run.portal.appear.extend([(after, row(8, "")), (after, ours(9))]);
        }
        // A journal that loses what it was told can promise nothing.
        let loses = writes.contains(&2);
        run.writes.extend(writes.into_iter().map(write));
        // Whether some request for the order, but the last one, was doubt.
        let mut doubts: Vec<bool> = Vec::new();
        for (asked, event) in script {
            if asked == Asked::Order {
                doubts.push(is_doubt(&event));
            }
            run.portal.once(asked, event);
        }
        let mut outcomes = Vec::new();
        for dies_before in deaths.into_iter().chain([None, None]) {
            run.dies_before = dies_before;
            let Ok(purchase) = run.machine(&intent) else { break };
            if let Some(Ok(outcome)) = run.drive(purchase) {
                outcomes.push(outcome);
            }
        }
        // Answers run out in the order in which they were laid out, then come those of a friendly portal.
        let first_doubt = doubts.iter().position(|is_doubt| *is_doubt).unwrap_or(doubts.len());
        prop_assert!(loses || run.sent() <= first_doubt + 1, "{} requests: {:?}", run.sent(), run.log);
        for outcome in &outcomes {
            let _ = outcome.to_string();
            if let Outcome::NotPlaced { error, .. } | Outcome::Rejected { error, .. } = outcome {
                prop_assert_ne!(error.delivery(), Delivery::MaybeExecuted);
            }
        }
    }

    #[test]
    fn it_always_ends(
        script in prop::collection::vec((asked(), event()), 0..24),
        with_url in any::<bool>(),
        patience in 0..1_000_u64,
    ) {
        let intent = if with_url { intent_with_url().with_resend(Resend::UniqueKeyGuard) } else { intent() };
        let mut run = Run::new();
        run.policy.reconcile_for = Duration::from_secs(patience);
        for (asked, event) in script {
            run.portal.once(asked, event);
        }
        let outcome = run.purchase(&intent).unwrap();
        prop_assert!(run.sent() <= 9, "three attempts of three requests at the most");
        let is_open = run.journal.as_ref().unwrap().is_open();
        match outcome {
            Outcome::Ambiguous { .. } => prop_assert!(is_open),
            // What was sent twice stays open until it was looked for once more.
            Outcome::Confirmed { .. } => prop_assert!(!is_open || run.sent() > 1),
            _ => prop_assert!(!is_open),
        }
    }
}
