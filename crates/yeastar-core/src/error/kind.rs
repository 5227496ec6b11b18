//! What kind of failure it was, and how far the request got.

use serde::{Deserialize, Serialize};

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
    /// tried (see [`Error::reason`](crate::Error::reason)), as for an order.
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
    /// [`Error::code`](crate::Error::code) and [`Error::message`](crate::Error::message) are the portal's own words. Correct
    /// the request; sending it again unchanged gives the same answer. The vendor
    /// publishes no list of codes, so after anything that buys or creates look at
    /// [`Error::delivery`](crate::Error::delivery): an unknown code under a status of success proves nothing.
    Refused,
    /// The portal asked to slow down (HTTP 429). Where it did so when it was asked for a token, all
    /// calls of the client end like this until the time is over, five minutes at most.
    ///
    /// # What to do
    ///
    /// Wait for [`Error::retry_after`](crate::Error::retry_after), when it is given, and send less.
    RateLimited,
    /// The portal answered that it cannot serve the request now (HTTP 408 or 5xx).
    ///
    /// # What to do
    ///
    /// A query can be repeated later. After anything that buys or creates look at
    /// [`Error::delivery`](crate::Error::delivery) first: it may have been done all the same.
    Unavailable,
    /// An answer came that is not the portal's or cannot be read: a gateway's HTML
    /// page, a login page, a redirect, a result of another shape.
    ///
    /// # What to do
    ///
    /// Look at [`Error::status`](crate::Error::status) and [`Error::body`](crate::Error::body). A proxy in between or a wrong
    /// base URL are the usual causes. After anything that buys or creates look at
    /// [`Error::delivery`](crate::Error::delivery) first.
    UnexpectedAnswer,
    /// No answer: name not found, connection refused or cut, certificate not valid.
    ///
    /// # What to do
    ///
    /// The source says what the transport saw. [`Error::delivery`](crate::Error::delivery) says whether the
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
    /// With [`Error::retry_after`](crate::Error::retry_after), another process has said that it is at work: resume after that time, or restart now if you
    /// know that the process has ended. Without it, the entry was changed meanwhile: resume the purchase.
    Conflict,
}

/// How far a request got: the worst of all attempts of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The portal never had a complete request. Calling again is safe.
    #[serde(rename = "not_sent")]
    NotDelivered,
    /// The portal gave a definite answer of its own; it did not do what was asked.
    #[serde(rename = "answered")]
    NotExecuted,
    /// The portal may have done what was asked. Look before you call again.
    MaybeExecuted,
}
