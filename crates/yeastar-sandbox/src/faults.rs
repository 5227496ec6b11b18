//! Faults on demand, planned in the process and never through HTTP.

use std::time::Duration;

use http::StatusCode;

use crate::oddity::Oddity;
use crate::route::endpoints;

/// Something that goes wrong with a request.
///
/// *Commit* is the moment when the portal has done what was asked: after it, an
/// order exists, whatever the client gets to see. A fault *before* it also comes
/// before any check of the request, of its token too. A fault *after* it replaces
/// the portal's answer, be it a success or a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection closes without a byte; nothing was done.
    DropBeforeCommit,
    /// The connection closes without a byte, although it was done.
    DropAfterCommit,
    /// It is done at once, but the answer comes this much later.
    Delay(Duration),
    /// The connection closes without a byte, and it is done this much later: a request that waits in a
    /// gateway while its sender has given up.
    CommitAfter(Duration),
    /// It is done, but only so many bytes of the answer (its head included) get out
    /// before the connection closes. With more than the answer has, nothing happens.
    TruncateAt(usize),
    /// A gateway answers with this status and an HTML page; nothing was done.
    StatusBeforeCommit(u16),
    /// A gateway answers with this status and an HTML page, although it was done.
    StatusAfterCommit(u16),
    /// The portal itself refuses with an envelope of your choice; nothing was done.
    EnvelopeError {
        /// HTTP status, repeated in the envelope.
        status: u16,
        /// `code` of the envelope.
        code: String,
        /// `detailMessage` of the envelope.
        message: String,
    },
    /// The portal itself answers 401, though the token stays as good as it was.
    TokenRejected,
    /// The portal itself answers 429.
    RateLimited {
        /// What the `Retry-After` header says, in whole seconds, rounded up.
        retry_after: Option<Duration>,
    },
    /// A login page with HTTP 200, as from a network that wants a sign-in; nothing was done.
    Garbage,
    /// A login page with HTTP 200, although it was done.
    GarbageAfterCommit,
    /// A gateway sends the request to the portal twice; the second answer comes back.
    GatewayRepeat,
    /// The request is carried out, and its answer has this form.
    Odd(Oddity),
    /// The answer is an error of OAuth, without the portal's envelope; nothing was done. Its description quotes the
    /// request, secrets included, as servers of this kind do.
    OAuthError {
        /// HTTP status.
        status: u16,
        /// Such as `invalid_token`.
        error: String,
    },
    /// The portal itself refuses with this status, and quotes the request, secrets included; nothing was done.
    QuotingRefusal(u16),
}

impl Fault {
    /// Whether it is about the connection, not about the answer.
    pub(crate) fn cuts_or_delays(&self) -> bool {
        matches!(
            self,
            Self::DropBeforeCommit
                | Self::DropAfterCommit
                | Self::Delay(_)
                | Self::CommitAfter(_)
                | Self::TruncateAt(_)
        )
    }

    fn status(&self) -> Option<u16> {
        match *self {
            Self::StatusBeforeCommit(status)
            | Self::StatusAfterCommit(status)
            | Self::QuotingRefusal(status)
            | Self::OAuthError { status, .. }
            | Self::EnvelopeError { status, .. } => Some(status),
            _ => None,
        }
    }
}

/// When a fault happens: to the next request, unless it says otherwise.
///
/// ```
/// use yeastar_sandbox::{Fault, Plan, Portal, Settings};
///
/// let mut portal = Portal::new(Settings::default());
/// // The second order is placed, but its answer gets lost.
/// portal.plan(Plan::new(Fault::DropAfterCommit).on("order_save").skip(1));
/// ```
///
/// Of several plans that fit a request, the one made first happens.
#[derive(Clone, Debug)]
pub struct Plan {
    fault: Fault,
    endpoint: Option<&'static str>,
    left: Option<usize>,
    skip: usize,
}

impl Plan {
    /// This fault, once, at the next request of any endpoint.
    ///
    /// # Panics
    ///
    /// When a status of the fault is not the final status of an HTTP answer, 200 to 599.
    pub fn new(fault: Fault) -> Self {
        let is_final = fault.status().is_none_or(|status| (200..600).contains(&status));
        assert!(is_final, "{fault:?}: a status is 200 to 599");
        Self { fault, endpoint: None, left: Some(1), skip: 0 }
    }

    /// Only requests of this endpoint, named as in the client library's registry.
    ///
    /// # Panics
    ///
    /// When the sandbox has no such endpoint: the fault would never happen.
    pub fn on(self, endpoint: &str) -> Self {
        let known = endpoints().find(|known| *known == endpoint);
        assert!(known.is_some(), "the sandbox has no endpoint {endpoint}");
        Self { endpoint: known, ..self }
    }

    /// So many times in a row.
    pub fn times(self, n: usize) -> Self {
        Self { left: Some(n), ..self }
    }

    /// Each time, for ever.
    pub fn always(self) -> Self {
        Self { left: None, ..self }
    }

    /// Only after so many requests that fit have passed.
    pub fn skip(self, n: usize) -> Self {
        Self { skip: n, ..self }
    }

    fn fits(&self, endpoint: Option<&str>) -> bool {
        self.endpoint.is_none() || self.endpoint == endpoint
    }
}

/// The plans that are not used up, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Plan>);

impl Faults {
    pub(crate) fn plan(&mut self, plan: Plan) {
        self.0.push(plan);
    }

    /// The fault of this request. Plans that do not apply are left as they are.
    pub(crate) fn next(&mut self, endpoint: Option<&str>, applies: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut fault = None;
        for plan in self.0.iter_mut().filter(|plan| plan.fits(endpoint) && applies(&plan.fault)) {
            if plan.skip > 0 {
                plan.skip -= 1;
            } else if fault.is_none() && plan.left != Some(0) {
                plan.left = plan.left.map(|left| left - 1);
                fault = Some(plan.fault.clone());
            }
        }
        self.0.retain(|plan| plan.left != Some(0));
        fault
    }
}

/// `Plan::new` lets only statuses through that HTTP knows.
pub(crate) fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::BAD_GATEWAY)
}
