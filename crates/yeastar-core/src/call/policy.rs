//! Limits of a call.

use alloc::string::String;
use alloc::vec::Vec;
use core::time::Duration;

/// Limits of a call. Plain data; the default is meant for everyday use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// Until a connection stands. 10 s.
    pub connect_timeout: Duration,
    /// One request that can be repeated without harm. 30 s.
    pub attempt_timeout: Duration,
    /// One request that cannot, such as an order. Long, since a timeout that fires
    /// leaves it open whether the order was placed. 90 s.
    pub once_timeout: Duration,
    /// A whole call with all attempts and pauses, and each look of a [purchase](crate::purchase) at the account. An order that is sent is given its
    /// full time all the same, and a token that has to be renewed in the middle of a
    /// call may add as much again. 120 s.
    pub deadline: Duration,
    /// Requests per call at the most, one with a renewed token included. 3. A client
    /// that repeats much without success stops repeating queries for a while: ten
    /// repetitions are there to begin with and at the most, and another one comes with
    /// each minute, and with each ten successes. A repetition that succeeds costs none.
    pub max_attempts: u32,
    /// Pause before the second attempt, at the most; it doubles with each attempt
    /// and is drawn at random between zero and that. 200 ms.
    pub backoff_base: Duration,
    /// The longest such pause. 5 s.
    pub backoff_cap: Duration,
    /// The longest pause asked for by the portal (`Retry-After`) that is kept; when
    /// it asks for more the call ends. 60 s. Where it is asked for at the token endpoint, no
    /// call asks for a token meanwhile, for a second at least and five minutes at most.
    pub retry_after_cap: Duration,
    /// How long refused credentials are not tried again. Credentials that have worked before are first tried once more, a second
    /// later. 60 s.
    pub credentials_cool_down: Duration,
    /// The longest body of an answer that is read, in bytes. 4 MiB.
    pub max_body: usize,
    /// How long a [purchase](crate::purchase) looks for an order after doubt before it ends
    /// ambiguous. With `hands_doubt_over`: how long the search is left to rounds. 2 min.
    pub reconcile_for: Duration,
    /// Pause before the first such look; it doubles with each one. With `hands_doubt_over` the first look after doubt comes at
    /// once. 2 s.
    pub reconcile_base: Duration,
    /// The longest such pause. 60 s.
    pub reconcile_cap: Duration,
    /// Whether a [purchase](crate::purchase) whose order may have arrived ends ambiguous after one look that does not find it, and
    /// leaves the search to [rounds](crate::purchase::Round): for programs that place many orders. For `reconcile_for`, at most 24
    /// hours, nobody can settle or resubmit it. Set that to the time of several rounds. `false`.
    pub hands_doubt_over: bool,
    /// Error codes that mean: the portal refused the request and did nothing. The vendor publishes no list of codes. Add those that
    /// you have seen in [`Error::code`](crate::Error::code), such as the one for a lack of balance. An order that was answered with a code of this
    /// list ends as [`Rejected`](crate::purchase::Outcome::Rejected) instead of ambiguous, after the usual look at the account, and
    /// [`Error::is_known_to_caller`](crate::Error::is_known_to_caller) says that the list has decided. Statuses that prove a refusal, such as 400 and 403, need
    /// no entry.
    ///
    /// A code must match exactly. It counts only in a complete envelope of the portal with an HTTP status 2xx or 4xx, and only
    /// when no earlier request can have arrived. Where the balance has changed since before the order, or is not known, the purchase
    /// looks for the order as long as after doubt first: a gateway may have sent it twice, and the first copy used the balance
    /// up. Never list a code that the portal may also send after it has placed an
    /// order. Default: empty.
    pub known_refusals: Vec<String>,
    /// Orders per page, where a purchase reads the order list. 25, which the vendor documents as the default of
    /// the portal; the greatest that it takes is not known.
    pub list_page_size: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(30),
            once_timeout: Duration::from_secs(90),
            deadline: Duration::from_secs(120),
            max_attempts: 3,
            backoff_base: Duration::from_millis(200),
            backoff_cap: Duration::from_secs(5),
            retry_after_cap: Duration::from_secs(60),
            credentials_cool_down: Duration::from_secs(60),
            max_body: 4 * 1024 * 1024,
            reconcile_for: Duration::from_secs(120),
            reconcile_base: Duration::from_secs(2),
            reconcile_cap: Duration::from_secs(60),
            hands_doubt_over: false,
            known_refusals: Vec::new(),
            list_page_size: 25,
        }
    }
}

/// The rest is the same throughout a simulation.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Policy {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (self.deadline, self.reconcile_for).hash(state);
    }
}
