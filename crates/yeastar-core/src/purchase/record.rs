//! Errors of a purchase: as they are written down, and those about its journal.

use alloc::boxed::Box;
use alloc::string::String;
use core::error::Error as StdError;

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::error::kind::{Delivery, ErrorKind};
use crate::error::{Error, with_causes};
use crate::journal::intent_id::IntentId;
use crate::wire::meta::Meta;

/// An error as it is written down: what it says, without the body and the source.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Record {
    kind: ErrorKind,
    delivery: Delivery,
    attempts: u32,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    known_to_caller: bool,
}

/// Without what only a person reads.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Record {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let Self {
            kind,
            delivery,
            attempts: _,
            message: _,
            status,
            code: _,
            request_id: _,
            known_to_caller: _,
        } = self;
        (kind, delivery, status.filter(|status| *status == 401)).hash(state);
    }
}

impl Record {
    /// An error of this endpoint. One of another says so in its message.
    pub(crate) fn of(error: &Error, meta: &Meta) -> Self {
        // A portal may say as much as it likes, and each attempt is kept.
        const LONGEST_MESSAGE: usize = 1_000;
        const LONGEST_NAME: usize = 200;
        let said = error.message().chars().take(LONGEST_MESSAGE);
        let name = |name: Option<&str>| name.map(|name| name.chars().take(LONGEST_NAME).collect::<String>());
        let message = match error.endpoint() {
            Some(endpoint) if endpoint != meta.name() => {
                alloc::format!("{endpoint}: ").chars().chain(said).collect()
            }
            _ => said.collect(),
        };
        Self {
            kind: error.kind(),
            delivery: error.delivery(),
            attempts: error.attempts(),
            message,
            status: error.status().map(|status| status.as_u16()),
            code: name(error.code()),
            request_id: name(error.request_id()),
            known_to_caller: error.is_known_to_caller(),
        }
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn delivery(&self) -> Delivery {
        self.delivery
    }

    pub(crate) fn to_error(&self, meta: &Meta) -> Error {
        let mut error = Error::new(self.kind, self.message.as_str())
            .at(meta)
            .with_attempts(self.attempts, self.delivery)
            .with_known_to_caller(self.known_to_caller);
        if let Some(status) = self.status.and_then(|status| StatusCode::from_u16(status).ok()) {
            error = error.with_status(status);
        }
        if let Some(code) = &self.code {
            error = error.with_code(code.clone());
        }
        match &self.request_id {
            Some(request_id) => error.with_request_id(request_id.clone()),
            None => error,
        }
    }
}

impl Error {
    /// That the journal could not be read, as whoever drives a [`Purchase`](crate::purchase::Purchase) says it.
    pub fn unreadable_entry(id: &IntentId, source: Box<dyn StdError + Send + Sync>) -> Self {
        let message = alloc::format!("the entry `{id}` cannot be read: {}", with_causes(&*source));
        Self::new(ErrorKind::Journal, message).with_source(source)
    }

    /// That the open entries of the journal could not be listed.
    pub fn unreadable_journal(source: Box<dyn StdError + Send + Sync>) -> Self {
        let message = alloc::format!("the open entries cannot be listed: {}", with_causes(&*source));
        Self::new(ErrorKind::Journal, message).with_source(source)
    }

    /// That the journal has no entry of this id, where there is nothing to do without one.
    pub(crate) fn missing_entry(id: &IntentId) -> Self {
        let message = alloc::format!(
            "there is no entry `{id}`: nothing was recorded under this id, or it was in another journal"
        );
        Self::new(ErrorKind::Journal, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::order::CreateOrder;
    use crate::wire::endpoint::Endpoint;

    #[test]
    fn what_is_written_down_of_an_error_is_bounded() {
        let long = "\u{e9}".repeat(5_000);
        let error = Error::new(ErrorKind::Refused, long.as_str())
            .with_code(long.clone())
            .with_request_id(long.clone())
            .at(&CreateOrder::META);
        let read = Record::of(&error, &CreateOrder::META).to_error(&CreateOrder::META);
        assert_eq!(read.message(), "\u{e9}".repeat(1_000));
        assert_eq!(read.code(), Some(&*"\u{e9}".repeat(200)));
        assert_eq!(read.request_id(), Some(&*"\u{e9}".repeat(200)));

        let short = Error::new(ErrorKind::Refused, "no").with_code("c".into()).with_request_id("1".into());
        let read = Record::of(&short, &CreateOrder::META).to_error(&CreateOrder::META);
        assert_eq!((read.message(), read.code(), read.request_id()), ("no", Some("c"), Some("1")));
    }

    #[test]
    fn a_conflict_is_told_apart_from_a_journal_that_fails() {
        let error =
            Error::new(ErrorKind::Conflict, "the entry `ticket-4711` is in hand").at(&CreateOrder::META);
        assert_eq!(
            alloc::format!("{error}"),
            "order_save: conflict with another process: the entry `ticket-4711` is in hand"
        );
        assert_eq!(error.delivery(), Delivery::NotDelivered);
        let text = serde_json::to_string(&error.kind()).unwrap();
        assert_eq!(text, r#""conflict""#);
        assert_eq!(serde_json::from_str::<ErrorKind>(&text).unwrap(), ErrorKind::Conflict);
    }
}
