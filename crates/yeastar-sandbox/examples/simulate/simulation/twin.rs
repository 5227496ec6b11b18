//! What the clients do that are broken on purpose.

use bytes::Bytes;
use http::Response;
use yeastar_core::purchase::{Attempt, Evidence};
use yeastar_core::{ErrorKind, Event, Session};

use super::checker::{KEY, Verdict};
use super::network::About;
use super::process::Process;
use super::variant::Twin;

impl Twin {
    /// Changes what the core is told of a query.
    pub fn change_answer(self, process: &mut Process, about: About, event: &mut Event) {
        let Event::Response(answer) = event else { return };
        match (self, about) {
            (Self::NoCandidates, About::List) => hide_others(answer),
            (Self::FirstPage, About::List) => forget_later_pages(answer),
            (Self::NoLookAfterRefusal | Self::NoLookAfterListed, About::List) => {
                remember(process.was_refused, &mut process.remembered[0], answer);
            }
            (Self::NoLookAfterRefusal | Self::NoLookAfterListed, About::Url) => {
                remember(process.was_refused, &mut process.remembered[1], answer);
            }
            _ => {}
        }
    }

    /// Changes what the process believes to know.
    pub fn change_session(self, session: &mut Session, about: About, event: &Event) {
        let Event::Response(answer) = event else { return };
        match (self, about) {
            (Self::ReadOnce, _) => session.settle_details(),
            (Self::AllKnown, About::List) => {
                let page: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
                for row in page["result"]["results"].as_array().into_iter().flatten() {
                    session.know_order(row["orderNo"].as_str().unwrap_or_default(), &"another-1".into());
                }
            }
            _ => {}
        }
    }

    /// What it says of a purchase of which nobody knows what became.
    pub fn of_doubt(self, evidence: &Evidence) -> Option<Verdict> {
        let last = evidence.attempts.last().and_then(Attempt::error);
        let is_refused = last.is_some_and(|error| error.kind() == ErrorKind::Refused);
        match self {
            Self::NoDoubt => Some(Verdict::Rejected),
            Self::NoTaintRule if is_refused => Some(Verdict::Rejected),
            _ => None,
        }
    }
}

/// Leaves the rows out that do not bear the key.
fn hide_others(answer: &mut Response<Bytes>) {
    let mut page: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let Some(rows) = page["result"]["results"].as_array_mut() else { return };
    rows.retain(|row| row.to_string().contains(KEY));
    let count = rows.len();
    for name in ["count", "total"] {
        page["result"][name] = count.into();
    }
    page["result"]["totalPage"] = 1.into();
    *answer.body_mut() = page.to_string().into();
}

/// Says that there is no other page.
fn forget_later_pages(answer: &mut Response<Bytes>) {
    let mut page: serde_json::Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let Some(count) = page["result"]["results"].as_array().map(Vec::len) else { return };
    for name in ["count", "total"] {
        page["result"][name] = count.into();
    }
    page["result"]["totalPage"] = 1.into();
    *answer.body_mut() = page.to_string().into();
}

/// Gives the last answer again, once there was a refusal.
fn remember(was_refused: bool, remembered: &mut Option<Bytes>, answer: &mut Response<Bytes>) {
    match remembered {
        Some(body) if was_refused => *answer.body_mut() = body.clone(),
        _ => *remembered = Some(answer.body().clone()),
    }
}
