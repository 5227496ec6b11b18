//! What the calls of one client share: credentials, the token, and who is
//! renewing it.
//!
//! A session is plain state. Sharing it among threads or tasks is the business of
//! whoever drives the calls.

use core::time::Duration;

use crate::call::known_orders::KnownOrders;
use crate::call::policy::Policy;
use crate::error::Error;
use crate::error::invalid::BuildError;
use crate::exchange::time::Tick;
use crate::journal::account::Account;
use crate::portal::auth::TokenDetails;
use crate::portal::auth::credentials::Credentials;
use crate::value::Secret;
use crate::value::redaction::Secrets;
use crate::wire::access_token::AccessToken;

/// The token and everything around it. One per client; it wants no I/O and no clock.
///
/// At most one token request is under way at a time: whoever finds no usable token
/// takes the lease to renew it, all others wait for [`version`](Self::version) to
/// change. When the renewal fails, everybody who waited for it gets its error.
#[derive(Debug)]
#[cfg_attr(feature = "simulation", derive(Clone))]
pub struct Session {
    credentials: Credentials,
    /// Whether a token was had with them.
    pub(crate) have_credentials_worked: bool,
    account: Account,
    token: Option<Token>,
    refresh: Option<Refresh>,
    lease: Option<Lease>,
    failed: Option<(LeaseId, Error)>,
    /// Until when no token is asked for, and what everybody gets instead.
    latch: Option<(Tick, Error)>,
    /// When another token last did not help.
    futile: Option<Tick>,
    /// The last token that was given up by a call which did not go on with another one.
    given_up: Option<Epoch>,
    last_lease: LeaseId,
    epoch: Epoch,
    version: u64,
    /// When the budget for repetitions is full again.
    budget_is_full: Tick,
    random: fastrand::Rng,
    pub(crate) orders: KnownOrders,
}

#[derive(Debug)]
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
struct Token {
    access: AccessToken,
    usable_until: Tick,
}

#[derive(Debug)]
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
struct Refresh {
    token: Secret,
    usable_until: Tick,
}

#[derive(Debug)]
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
struct Lease {
    id: LeaseId,
    until: Tick,
}

/// Names one token: a 401 is about the token that was sent, not about the one that
/// somebody else has renewed since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(crate) struct Epoch(u64);

/// Names one renewal. Later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub(crate) struct LeaseId(u64);

/// What a call that needs a token gets.
pub(crate) enum Access {
    Granted(AccessToken, Epoch),
    Renew(LeaseId, Grant),
    Wait(LeaseId, Duration),
    Refused(Error),
}

/// What a token is asked for with.
pub(crate) struct Grant {
    pub(crate) refresh: Option<Secret>,
    pub(crate) credentials: Credentials,
}

/// Documented life of a refresh token; no field of the answer says it.
const REFRESH_LIFE: Duration = Duration::from_secs(15 * 24 * 60 * 60);

/// Long enough for an order that is sent at the last moment to arrive with a valid token.
const MARGIN: Duration = Duration::from_secs(120);

/// A token just issued is used at least once, whatever its stated life: otherwise a
/// portal that says 0 would be asked for tokens in a loop.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);

/// How long no token is given up for a refusal, after another token did not help.
const AFTER_FUTILE_RENEWAL: Duration = Duration::from_secs(1);

/// The budget for repetitions, counted in the time that fills it: ten repetitions. A client that calls once an hour
/// has them all again ten minutes after an outage; in an outage the portal gets one a minute from each client.
const BUDGET: Duration = Duration::from_secs(10 * 60);
const REPETITION_COSTS: Duration = Duration::from_secs(60);

/// Ten successes give a repetition.
const SUCCESS_GIVES: Duration = Duration::from_secs(6);

/// Without the random numbers: [`set_seed`](Session::set_seed) says what follows.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Session {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let Self {
            credentials,
            have_credentials_worked,
            account: _,
            token,
            refresh,
            lease,
            failed,
            latch,
            futile,
            given_up,
            last_lease,
            epoch,
            version,
            budget_is_full,
            random: _,
            orders,
        } = self;
        (credentials, have_credentials_worked, token, refresh, lease, failed, latch).hash(state);
        (futile, given_up, last_lease, epoch, version, orders).hash(state);
        budget_is_full.hash_deadline(state);
    }
}

impl Session {
    /// A session without a token. The seed spreads the pauses between repetitions;
    /// clients should not share it.
    pub fn new(credentials: Credentials, seed: u64) -> Self {
        Self {
            account: credentials.account(),
            credentials,
            have_credentials_worked: false,
            token: None,
            refresh: None,
            lease: None,
            failed: None,
            latch: None,
            futile: None,
            given_up: None,
            last_lease: LeaseId::default(),
            epoch: Epoch::default(),
            version: 0,
            budget_is_full: Tick::default(),
            random: fastrand::Rng::with_seed(seed),
            orders: KnownOrders::default(),
        }
    }

    /// Replaces the credentials, forgets the tokens had with the old ones, and ends
    /// the time in which none are asked for: after refused credentials, or a request to slow down.
    pub fn set_credentials(&mut self, credentials: Credentials) {
        self.account = credentials.account();
        self.credentials = credentials;
        self.have_credentials_worked = false;
        self.token = None;
        self.refresh = None;
        self.lease = None;
        self.latch = None;
        self.failed = None;
        // They may be those of another account.
        self.orders = KnownOrders::default();
        self.version += 1;
    }

    /// Begins the random numbers anew, so that they do not depend on how many were drawn.
    #[cfg(feature = "simulation")]
    pub fn set_seed(&mut self, seed: u64) {
        self.random.seed(seed);
    }

    /// Takes an order for that of this purchase.
    #[cfg(feature = "simulation")]
    pub fn know_order(&mut self, order_no: &str, id: &crate::journal::intent_id::IntentId) {
        self.orders.add(order_no, id);
    }

    /// Takes all details that were read for final.
    #[cfg(feature = "simulation")]
    pub fn settle_details(&mut self) {
        self.orders.settle_details();
    }

    /// The account to which the credentials belong.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// What must not be seen in a text from elsewhere.
    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add(self.credentials.client_secret().expose());
        secrets.add_all(self.token.as_ref().map(|token| token.access.expose()));
        secrets.add_all(self.refresh.as_ref().map(|refresh| refresh.token.expose()));
        secrets
    }

    /// Changes whenever a call that waits could go on.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// A token, or what has to happen first. `waited_for` is the renewal that the
    /// caller has been waiting for.
    pub(crate) fn access(&mut self, now: Tick, waited_for: Option<LeaseId>, policy: &Policy) -> Access {
        if let Some(token) = self.token.as_ref().filter(|token| now.is_before(token.usable_until)) {
            return Access::Granted(token.access.clone(), self.epoch);
        }
        if let (Some(waited_for), Some((failed, error))) = (waited_for, &self.failed) {
            if *failed >= waited_for {
                return Access::Refused(error.clone());
            }
        }
        if let Some(lease) = self.lease.as_ref().filter(|lease| now < lease.until) {
            return Access::Wait(lease.id, lease.until.since(now));
        }
        self.latch = self.latch.take().filter(|(until, _)| now < *until);
        if let Some((_, error)) = &self.latch {
            return Access::Refused(error.clone());
        }
        self.last_lease = LeaseId(self.last_lease.0 + 1);
        self.lease = Some(Lease { id: self.last_lease, until: now + policy.deadline });
        // Taken out, so that it cannot be sent a second time.
        let refresh = self.refresh.take().filter(|refresh| now.is_before(refresh.usable_until));
        let grant =
            Grant { refresh: refresh.map(|refresh| refresh.token), credentials: self.credentials.clone() };
        Access::Renew(self.last_lease, grant)
    }

    /// Ends a renewal with a new token. `sent` is when the token request was sent:
    /// the token's life counts from there.
    ///
    /// # Errors
    ///
    /// When the token cannot be sent as a header.
    pub(crate) fn install(
        &mut self,
        lease: LeaseId,
        details: TokenDetails,
        sent: Tick,
        now: Tick,
    ) -> Result<(), BuildError> {
        let access = AccessToken::new(&details.token)?;
        // Credentials were changed meanwhile, or the lease ran out: this token is nobody's.
        if self.holds(lease) {
            let life = details.expires_in.saturating_sub(MARGIN.min(details.expires_in / 4));
            let usable_until = (sent + life).max(now + SHORTEST_LIFE);
            self.token = Some(Token { access, usable_until });
            self.refresh = details
                .refresh_token
                // Some servers say "none" by an empty text.
                .filter(|token| !token.expose().trim().is_empty())
                .map(|token| Refresh { token, usable_until: sent + REFRESH_LIFE.saturating_sub(MARGIN) });
            self.epoch = Epoch(self.epoch.0 + 1);
            self.have_credentials_worked = true;
            self.failed = None;
            self.release(lease);
        }
        Ok(())
    }

    /// Keeps everybody from asking for a token until then, but for the holder of the lease and those
    /// who wait for it.
    pub(crate) fn latch(&mut self, error: &Error, until: Tick) {
        self.latch = Some((until, error.clone()));
    }

    /// Ends a renewal with an error, for its holder and all who wait.
    pub(crate) fn fail(&mut self, lease: LeaseId, error: &Error) {
        if self.holds(lease) {
            self.failed = Some((lease, error.clone()));
            self.release(lease);
        }
    }

    /// Ends a renewal without a result: another call takes over.
    pub(crate) fn release(&mut self, lease: LeaseId) {
        if self.holds(lease) {
            self.lease = None;
            self.version += 1;
        }
    }

    pub(crate) fn holds(&self, lease: LeaseId) -> bool {
        self.lease.as_ref().is_some_and(|current| current.id == lease)
    }

    /// Whether a refusal of this token may lead to another one. An endpoint that
    /// refuses every token must not take away the tokens of all other calls.
    pub(crate) fn may_reject(&self, epoch: Epoch, now: Tick) -> bool {
        self.is_gone(epoch) || self.futile.is_none_or(|last| now.since(last) >= AFTER_FUTILE_RENEWAL)
    }

    /// The portal refused this token. Nothing happens when it has been renewed since.
    pub(crate) fn reject(&mut self, epoch: Epoch) {
        if !self.is_gone(epoch) {
            self.token = None;
        }
    }

    /// As [`reject`](Self::reject), by a call that does not go on with another token. A second one in a row is futile:
    /// where every token is refused, each such call would use one up.
    pub(crate) fn give_up(&mut self, epoch: Epoch, now: Tick) {
        if self.given_up.replace(epoch) == epoch.0.checked_sub(1).map(Epoch) {
            self.renewal_was_futile(now);
        }
        self.reject(epoch);
    }

    /// The portal refused a token that had just replaced a refused one.
    pub(crate) fn renewal_was_futile(&mut self, now: Tick) {
        self.futile = Some(now);
    }

    fn is_gone(&self, epoch: Epoch) -> bool {
        self.epoch != epoch || self.token.is_none()
    }

    pub(crate) fn jitter(&mut self) -> u32 {
        self.random.u32(..)
    }

    pub(crate) fn may_repeat(&self, now: Tick) -> bool {
        self.budget_is_full.since(now) + REPETITION_COSTS <= BUDGET
    }

    pub(crate) fn count_repetition(&mut self, now: Tick) {
        self.budget_is_full = self.budget_is_full.max(now) + REPETITION_COSTS;
    }

    /// `was_paid`: the request that succeeded was a repetition that was counted.
    pub(crate) fn count_success(&mut self, was_paid: bool) {
        let gives = if was_paid { REPETITION_COSTS } else { SUCCESS_GIVES };
        self.budget_is_full = self.budget_is_full.earlier_by(gives);
    }
}
