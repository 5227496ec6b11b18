//! The outcome of a purchase, for a program.

use serde_json::{Value, json};
use yeastar_core::purchase::{Attempt, Candidate, Evidence, Outcome};

/// What became of it, in a word.
pub fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed { .. } => "ordered",
        Outcome::Rejected { .. } | Outcome::NotPlaced { .. } => "failed",
        // What this example does not know is no reason to order again.
        _ => "maybe_ordered",
    }
}

/// All that is known. Times are in seconds, points in time since 1970.
pub fn document(outcome: &Outcome) -> Value {
    let mut document = match outcome {
        Outcome::Confirmed { order_no, by, others, .. } => {
            let others: Vec<_> = others.iter().map(ToString::to_string).collect();
            json!({ "orderNo": order_no, "by": by, "others": others })
        }
        Outcome::Rejected { error, .. } | Outcome::NotPlaced { error, .. } => {
            json!({ "error": error.to_string() })
        }
        Outcome::Ambiguous { evidence, candidates, absent, .. } => json!({
            "evidence": known(evidence),
            "candidates": candidates.iter().map(candidate).collect::<Vec<_>>(),
            "absent": absent,
        }),
        other => json!({ "error": other.to_string() }),
    };
    document["outcome"] = name(outcome).into();
    if let Some(error) = outcome.unrecorded() {
        document["unrecorded"] = error.to_string().into();
    }
    document
}

fn known(evidence: &Evidence) -> Value {
    json!({
        "poNumber": evidence.po_number,
        "pbxUrl": evidence.pbx_url,
        "attempts": evidence.attempts.iter().map(attempt).collect::<Vec<_>>(),
        "before": evidence.before,
        "after": evidence.after,
        "scans": evidence.scans,
        "watched": evidence.watched.as_secs_f64(),
        "problem": evidence.problem.as_ref().map(ToString::to_string),
    })
}

fn attempt(attempt: &Attempt) -> Value {
    let error = attempt.error();
    json!({
        "recordedAt": attempt.recorded_at,
        "sendBy": attempt.send_by,
        "delivery": attempt.delivery(),
        "error": error.as_ref().map(ToString::to_string),
        "requestId": error.as_ref().and_then(|error| error.request_id()),
    })
}

fn candidate(candidate: &Candidate) -> Value {
    json!({
        "orderNo": candidate.order_no,
        "id": candidate.id,
        "orderStatus": candidate.order_status,
        "createTime": candidate.create_time,
        "productNo": candidate.product_no,
    })
}
