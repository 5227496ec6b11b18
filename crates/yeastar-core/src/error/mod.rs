//! What went wrong, in one type.

pub(crate) mod invalid;
pub(crate) mod kind;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use core::error::Error as StdError;
use core::fmt::{self, Write as _};
use core::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use self::invalid::BuildError;
use self::kind::{Delivery, ErrorKind};
use crate::value::single_line::SingleLine;

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
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Inner {
    kind: ErrorKind,
    endpoint: Option<&'static str>,
    /// Whether the endpoint changes nothing.
    is_query: bool,
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

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            endpoint: None,
            is_query: false,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            delivery: Delivery::NotDelivered,
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

    fn set(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn of_endpoint(self, name: &'static str, is_query: bool) -> Self {
        self.set(|inner| {
            inner.endpoint = Some(name);
            inner.is_query = is_query;
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

    pub(crate) fn with_body(self, body: Bytes) -> Self {
        self.set(|inner| inner.body = Some(body))
    }

    pub(crate) fn with_attempts(self, attempts: u32, delivery: Delivery) -> Self {
        self.set(|inner| {
            inner.attempts = attempts;
            inner.delivery = delivery;
        })
    }

    /// Whether what the caller asked for changes nothing, so that the delivery does not matter; the
    /// endpoint may be that of a token.
    pub(crate) fn with_query(self, is_query: bool) -> Self {
        self.set(|inner| inner.is_query = is_query)
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
    /// [`NotDelivered`](Delivery::NotDelivered): calling again is safe.
    /// [`NotExecuted`](Delivery::NotExecuted): it was not done; the error says why.
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
            is_query,
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
        (kind, is_query, status, delivery, retry_after, contradictory, whole).hash(state);
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
            write!(f, ": {}", SingleLine(code))?;
        }
        let mut separator = " (";
        if let Some(status) = inner.status {
            write!(f, "{separator}HTTP {}", status.as_u16())?;
            separator = ", ";
        }
        if let Some(request_id) = inner.request_id.as_ref().filter(|id| !id.is_empty()) {
            write!(f, "{separator}request {}", SingleLine(request_id))?;
            separator = ", ";
        }
        if inner.attempts > 0 {
            let plural = if inner.attempts == 1 { "" } else { "s" };
            write!(f, "{separator}{} attempt{plural}", inner.attempts)?;
            separator = ", ";
        }
        // Of a query it goes without saying, and does not matter.
        if inner.delivery == Delivery::MaybeExecuted && !inner.is_query {
            write!(f, "{separator}may have been executed")?;
            separator = ", ";
        }
        if separator == ", " {
            f.write_char(')')?;
        }
        if !inner.message.is_empty() {
            write!(f, ": {}", SingleLine(&inner.message))?;
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
