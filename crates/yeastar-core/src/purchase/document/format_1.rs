//! Format 1, of a library that knew one account per journal. Such an entry does not say whose it is.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Document, SCHEMA, State, refused};
use crate::error::Error;
use crate::error::kind::Delivery;
use crate::journal::intent_id::IntentId;
use crate::purchase::context::Writer;
use crate::purchase::intent::Resend;
use crate::purchase::outcome::{AccountSnapshot, Attempt};
use crate::purchase::record::Record;
use crate::wire::origin::Origin;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Purchase {
    #[serde(rename = "schema")]
    _schema: u32,
    origin: String,
    id: IntentId,
    version: u64,
    body: String,
    resend: Policy,
    state: State,
    tainted: bool,
    attempts: Vec<Unnumbered>,
    before: Option<AccountSnapshot>,
    scans: u32,
    watched: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Policy {
    Never,
    UniqueKeyGuard,
    /// It sent again after a time. This library does not, so the order is only looked for.
    AfterQuarantine(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Unnumbered {
    recorded_at: Option<u64>,
    send_by: Option<u64>,
    told: Option<Record>,
}

pub(super) fn read(text: &str, id: &IntentId) -> Result<Document, Error> {
    let purchase: Purchase = serde_json::from_str(text)
        .map_err(|error| refused(id, &alloc::format!("cannot be read ({error})")))?;
    let origin = Origin::new(&purchase.origin).map_err(|error| refused(id, &error.to_string()))?;
    let attempts: Vec<Attempt> = (1..)
        .zip(purchase.attempts)
        .map(|(number, Unnumbered { recorded_at, send_by, told })| Attempt {
            number,
            recorded_at,
            send_by,
            answer_by: None,
            has_placed: false,
            told,
        })
        .collect();
    // An attempt without a word is counted when the purchase is taken up.
    let is_delivered = |attempt: &&Attempt| match &attempt.told {
        Some(told) => told.delivery() > Delivery::NotDelivered,
        None => !matches!(purchase.state, State::Sending),
    };
    Ok(Document {
        schema: SCHEMA,
        portal: origin.portal(),
        account: None,
        client: None,
        id: purchase.id,
        version: purchase.version,
        writer: Writer::default(),
        claimed_until: None,
        recorded_at: None,
        body: purchase.body,
        resend: match purchase.resend {
            Policy::UniqueKeyGuard => Resend::UniqueKeyGuard,
            Policy::Never | Policy::AfterQuarantine(_) => Resend::Never,
        },
        delivered: u32::try_from(attempts.iter().filter(is_delivered).count()).unwrap_or(u32::MAX),
        state: purchase.state,
        tainted: purchase.tainted,
        attempts,
        before: purchase.before,
        sighted: Vec::new(),
        url_was_taken: false,
        looked_for_until: None,
        scanned_at: None,
        scans: purchase.scans,
        watched: purchase.watched,
    })
}
