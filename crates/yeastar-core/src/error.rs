//! What went wrong, in one type.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt::{self, Write as _};
use core::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::encoder::BuildError;
use crate::endpoint::{Auth, Effect, Meta};
use crate::entry::IntentId;
use crate::one_line::OneLine;

/// Why a call failed. One word wide and cheap to clone.
///
/// `Display` is one line with everything but the body:
///
/// ```text
/// order_save: portal refused: parameter_validation_failed (HTTP 200, request 7f3a..., 1 attempt): quantity must be ...
/// ```
///
/// Neither `Display` nor `Debug` shows a secret or the body.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    endpoint: Option<&'static str>,
    effect: Effect,
    status: Option<StatusCode>,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    delivery: Delivery,
    attempts: u32,
    retry_after: Option<Duration>,
    body: Option<Bytes>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
    reason: Option<&'static str>,
    /// Whether HTTP and the envelope name different statuses.
    contradictory: bool,
    /// Whether it was made from a whole envelope.
    whole: bool,
    known_to_caller: bool,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value was refused by this library's own check. Nothing was sent.
    ///
    /// # What to do
    ///
    /// The message names the field, the problem and the remedy.
    InvalidRequest,
    /// The portal refused the client id or the client secret, in its own form or as an OAuth
    /// error. No further token request is made for a minute, so that calls in a loop do not
    /// lock the account.
    ///
    /// # What to do
    ///
    /// Compare both with System > API in the portal. A reset there gives a new
    /// secret. After `set_credentials` the next call tries at once.
    Credentials,
    /// The portal answered 403; or 401, and another token did not help or was not
    /// tried (see [`Error::reason`]), as for an order.
    ///
    /// # What to do
    ///
    /// In the portal under System > API: is the API switched on, and does the
    /// "Client IP Restriction" allow the address that you call from? The account
    /// manager grants the API permission itself.
    Forbidden,
    /// The portal answered with an error code.
    ///
    /// # What to do
    ///
    /// [`Error::code`] and [`Error::message`] are the portal's own words. Correct
    /// the request; sending it again unchanged gives the same answer. The vendor
    /// publishes no list of codes, so after anything that buys or creates look at
    /// [`Error::delivery`]: an unknown code under a status of success proves nothing.
    Refused,
    /// The portal asked to slow down (HTTP 429). Where it did so when it was asked for a token, all
    /// calls of the client end like this until the time is over, five minutes at most.
    ///
    /// # What to do
    ///
    /// Wait for [`Error::retry_after`], when it is given, and send less.
    RateLimited,
    /// The portal answered that it cannot serve the request now (HTTP 408 or 5xx).
    ///
    /// # What to do
    ///
    /// A query can be repeated later. After anything that buys or creates look at
    /// [`Error::delivery`] first: it may have been done all the same.
    Unavailable,
    /// An answer came that is not the portal's or cannot be read: a gateway's HTML
    /// page, a login page, a redirect, a result of another shape.
    ///
    /// # What to do
    ///
    /// Look at [`Error::status`] and [`Error::body`]. A proxy in between or a wrong
    /// base URL are the usual causes. After anything that buys or creates look at
    /// [`Error::delivery`] first.
    UnexpectedAnswer,
    /// No answer: name not found, connection refused or cut, certificate not valid.
    ///
    /// # What to do
    ///
    /// The source says what the transport saw. [`Error::delivery`] says whether the
    /// portal can have had the request.
    Transport,
    /// No answer in time.
    ///
    /// # What to do
    ///
    /// As for [`Transport`](Self::Transport). The limits are in the policy of the client.
    Timeout,
    /// A purchase ended, or its time was over, before its order was sent.
    ///
    /// # What to do
    ///
    /// Purchase the same intent again.
    Interrupted,
    /// The journal of a purchase failed, or has an entry that cannot be trusted. As the `Err` of a call: nothing was
    /// sent by it. In [`Outcome::unrecorded`](crate::purchase::Outcome::unrecorded): the outcome is true, and the
    /// journal does not know it.
    ///
    /// # What to do
    ///
    /// The message says which. After a failure ask again later: the journal says by then how
    /// far the purchase is.
    Journal,
    /// Another process has changed the entry of the purchase meanwhile, or is at work on it. As the `Err` of a call:
    /// nothing was sent by it. In [`Outcome::unrecorded`](crate::purchase::Outcome::unrecorded): the outcome is true, and
    /// the journal does not know it.
    ///
    /// # What to do
    ///
    /// With [`Error::retry_after`], another process has said that it is at work: resume after that time, or restart now if you
    /// know that the process has ended. Without it, the entry was changed meanwhile: resume the purchase.
    Conflict,
}

/// How far a request got: the worst of all attempts of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The portal never had a complete request. Calling again is safe.
    NotSent,
    /// The portal gave a definite answer of its own; it did not do what was asked.
    Answered,
    /// The portal may have done what was asked. Look before you call again.
    MaybeExecuted,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            endpoint: None,
            effect: Effect::Once,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            delivery: Delivery::NotSent,
            attempts: 0,
            retry_after: None,
            body: None,
            source: None,
            reason: None,
            contradictory: false,
            whole: false,
            known_to_caller: false,
        }))
    }

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

    fn set(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn at(self, meta: &Meta) -> Self {
        self.set(|inner| {
            inner.endpoint = Some(meta.name());
            inner.effect = meta.effect();
        })
    }

    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        self.set(|inner| inner.kind = kind)
    }

    /// Passes every text of the portal through a filter.
    pub(crate) fn filtered(self, filter: impl Fn(&str) -> String) -> Self {
        self.set(|inner| {
            inner.message = filter(&inner.message);
            inner.code = inner.code.as_deref().map(&filter);
            inner.request_id = inner.request_id.as_deref().map(&filter);
        })
    }

    pub(crate) fn map_message(self, map: impl Fn(&str) -> String) -> Self {
        self.set(|inner| inner.message = map(&inner.message))
    }

    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        self.set(|inner| inner.status = Some(status))
    }

    pub(crate) fn with_contradictory(self, contradictory: bool) -> Self {
        self.set(|inner| inner.contradictory = contradictory)
    }

    pub(crate) fn is_contradictory(&self) -> bool {
        self.0.contradictory
    }

    pub(crate) fn with_whole(self, whole: bool) -> Self {
        self.set(|inner| inner.whole = whole)
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.0.whole
    }

    pub(crate) fn with_known_to_caller(self, known: bool) -> Self {
        self.set(|inner| inner.known_to_caller = known)
    }

    pub(crate) fn with_reason(self, reason: &'static str) -> Self {
        self.set(|inner| inner.reason = Some(reason))
    }

    pub(crate) fn with_code(self, code: String) -> Self {
        self.set(|inner| inner.code = Some(code))
    }

    pub(crate) fn with_request_id(self, request_id: String) -> Self {
        self.set(|inner| inner.request_id = Some(request_id))
    }

    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        self.set(|inner| inner.retry_after = retry_after)
    }

    pub(crate) fn with_source(self, source: Box<dyn StdError + Send + Sync>) -> Self {
        self.set(|inner| inner.source = Some(source.into()))
    }

    /// The body of a token answer is never kept: it may hold a token.
    pub(crate) fn with_body(self, meta: &Meta, body: Bytes) -> Self {
        match meta.auth() {
            Auth::Bearer => self.set(|inner| inner.body = Some(body)),
            Auth::None => self,
        }
    }

    pub(crate) fn with_attempts(self, attempts: u32, delivery: Delivery) -> Self {
        self.set(|inner| {
            inner.attempts = attempts;
            inner.delivery = delivery;
        })
    }

    /// The effect of what the caller asked for, which the delivery is about; the
    /// endpoint may be that of a token.
    pub(crate) fn with_effect(self, effect: Effect) -> Self {
        self.set(|inner| inner.effect = effect)
    }

    /// What kind of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Name of the endpoint that failed. For a call that got no token this is an
    /// endpoint of the module `auth`.
    pub fn endpoint(&self) -> Option<&'static str> {
        self.0.endpoint
    }

    /// HTTP status of the last answer. With HTTP 2xx it is the status that the
    /// portal wrote into the body, when there is one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The portal's `code`, such as `parameter_validation_failed`. The vendor
    /// publishes no list of codes.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The portal's `detailMessage`, or this library's words when no envelope came.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The portal's id of the request, for the vendor's support.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Whether the portal may have done what was asked.
    ///
    /// # What to do
    ///
    /// [`NotSent`](Delivery::NotSent): calling again is safe.
    /// [`Answered`](Delivery::Answered): it was not done; the error says why.
    /// [`MaybeExecuted`](Delivery::MaybeExecuted): look before you call again; for
    /// an order that is the order list, the PBX URL and the account balance.
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// How many requests were made, token requests not counted.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Why the request was not sent again.
    pub fn reason(&self) -> Option<&'static str> {
        self.0.reason
    }

    /// Whether nothing but [`Policy::known_refusals`](crate::Policy::known_refusals) says that the portal did nothing.
    pub fn is_known_to_caller(&self) -> bool {
        self.0.known_to_caller
    }

    /// How long to wait before asking again: what the portal asked for (`Retry-After` in whole seconds, or as a date; anything
    /// else, such as `1.5`, is ignored); with [`ErrorKind::Conflict`], how long
    /// another process is at most still at work on the purchase; with [`ErrorKind::InvalidRequest`], how long its order is
    /// still looked for.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The raw body of the last answer. It is in neither `Display` nor `Debug`,
    /// since it may hold personal data. Absent for token requests.
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_deref()
    }
}

/// Without what only a person reads.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Error {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let Inner {
            kind,
            endpoint: _,
            effect,
            status,
            code: _,
            message: _,
            request_id: _,
            delivery,
            attempts: _,
            retry_after,
            body: _,
            source: _,
            reason: _,
            contradictory,
            whole,
            known_to_caller: _,
        } = &*self.0;
        (kind, effect, status, delivery, retry_after, contradictory, whole).hash(state);
    }
}

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
        let inner = &*error.0;
        let said = inner.message.chars().take(LONGEST_MESSAGE);
        let name = |name: &Option<String>| {
            name.as_ref().map(|name| name.chars().take(LONGEST_NAME).collect::<String>())
        };
        let message = match inner.endpoint {
            Some(endpoint) if endpoint != meta.name() => {
                alloc::format!("{endpoint}: ").chars().chain(said).collect()
            }
            _ => said.collect(),
        };
        Self {
            kind: inner.kind,
            delivery: inner.delivery,
            attempts: inner.attempts,
            message,
            status: inner.status.map(|status| status.as_u16()),
            code: name(&inner.code),
            request_id: name(&inner.request_id),
            known_to_caller: inner.known_to_caller,
        }
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn delivery(&self) -> Delivery {
        self.delivery
    }

    pub(crate) fn to_error(&self, meta: &Meta) -> Error {
        Error::new(self.kind, self.message.as_str()).at(meta).set(|inner| {
            inner.delivery = self.delivery;
            inner.attempts = self.attempts;
            inner.status = self.status.and_then(|status| StatusCode::from_u16(status).ok());
            inner.code.clone_from(&self.code);
            inner.request_id.clone_from(&self.request_id);
            inner.known_to_caller = self.known_to_caller;
        })
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        let message = alloc::format!("{error}");
        Self::new(ErrorKind::InvalidRequest, message).with_source(Box::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(endpoint) = inner.endpoint {
            write!(f, "{endpoint}: ")?;
        }
        f.write_str(match inner.kind {
            ErrorKind::InvalidRequest | ErrorKind::Interrupted => "not sent",
            ErrorKind::Credentials => "portal refused the credentials",
            ErrorKind::Forbidden => "portal denied access",
            ErrorKind::Refused => "portal refused",
            ErrorKind::RateLimited => "portal asks to slow down",
            ErrorKind::Unavailable => "portal unavailable",
            ErrorKind::UnexpectedAnswer => "unexpected answer",
            ErrorKind::Transport => "no answer",
            ErrorKind::Timeout => "no answer in time",
            ErrorKind::Journal => "journal",
            ErrorKind::Conflict => "conflict with another process",
        })?;
        if let Some(code) = &inner.code {
            write!(f, ": {}", OneLine(code))?;
        }
        let mut separator = " (";
        if let Some(status) = inner.status {
            write!(f, "{separator}HTTP {}", status.as_u16())?;
            separator = ", ";
        }
        if let Some(request_id) = inner.request_id.as_ref().filter(|id| !id.is_empty()) {
            write!(f, "{separator}request {}", OneLine(request_id))?;
            separator = ", ";
        }
        if inner.attempts > 0 {
            let plural = if inner.attempts == 1 { "" } else { "s" };
            write!(f, "{separator}{} attempt{plural}", inner.attempts)?;
            separator = ", ";
        }
        // Of a query it goes without saying, and does not matter.
        if inner.delivery == Delivery::MaybeExecuted && inner.effect != Effect::Read {
            write!(f, "{separator}may have been executed")?;
            separator = ", ";
        }
        if separator == ", " {
            f.write_char(')')?;
        }
        if !inner.message.is_empty() {
            write!(f, ": {}", OneLine(&inner.message))?;
        }
        if inner.known_to_caller {
            f.write_str("; `known_refusals` of the policy says that nothing was done")?;
        }
        f.write_str(possible_causes(inner.kind))
    }
}

/// What a person looks for who is refused, since the portal's own words may name no cause.
fn possible_causes(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Credentials => {
            " (check under System > API in the portal: client id, secret (a reset makes a new one), and whether the \
             \"Client IP Restriction\" allows this address)"
        }
        ErrorKind::Forbidden => {
            " (check under System > API in the portal: whether the API is on, the \"Client IP Restriction\" allows this \
             address, and the secret was reset; otherwise the account lacks the permission, or a proxy has refused)"
        }
        _ => "",
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("delivery", &self.0.delivery)
            .field("description", &format_args!("{self}"))
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.0.source.as_deref()?;
        Some(source)
    }
}

/// An error and what it came from, on one line: client libraries and databases say
/// the reason only in the source.
pub(crate) fn with_causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = alloc::format!("{error}");
    let mut source = error.source();
    while let Some(error) = source {
        let more = alloc::format!("{error}");
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::Endpoint;
    use crate::order::OrderSave;

    #[test]
    fn what_is_written_down_of_an_error_is_bounded() {
        let long = "\u{e9}".repeat(5_000);
        let error = Error::new(ErrorKind::Refused, long.as_str())
            .with_code(long.clone())
            .with_request_id(long.clone())
            .at(&OrderSave::META);
        let read = Record::of(&error, &OrderSave::META).to_error(&OrderSave::META);
        assert_eq!(read.message(), "\u{e9}".repeat(1_000));
        assert_eq!(read.code(), Some(&*"\u{e9}".repeat(200)));
        assert_eq!(read.request_id(), Some(&*"\u{e9}".repeat(200)));

        let short = Error::new(ErrorKind::Refused, "no").with_code("c".into()).with_request_id("1".into());
        let read = Record::of(&short, &OrderSave::META).to_error(&OrderSave::META);
        assert_eq!((read.message(), read.code(), read.request_id()), ("no", Some("c"), Some("1")));
    }

    #[test]
    fn a_conflict_is_told_apart_from_a_journal_that_fails() {
        let error =
            Error::new(ErrorKind::Conflict, "the entry `ticket-4711` is in hand").at(&OrderSave::META);
        assert_eq!(
            alloc::format!("{error}"),
            "order_save: conflict with another process: the entry `ticket-4711` is in hand"
        );
        assert_eq!(error.delivery(), Delivery::NotSent);
        let text = serde_json::to_string(&error.kind()).unwrap();
        assert_eq!(text, r#""conflict""#);
        assert_eq!(serde_json::from_str::<ErrorKind>(&text).unwrap(), ErrorKind::Conflict);
    }
}
