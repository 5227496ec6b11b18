//! Getting a token: by the refresh token when there is one, by the credentials
//! otherwise or when anything at all goes wrong with the refresh.

use core::convert::Infallible;
use core::time::Duration;

use crate::call::attempts::{Attempts, Outcome};
use crate::call::machine::{Action, Event, Machine};
use crate::call::policy::Policy;
use crate::call::session::{Grant, LeaseId, Session};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::exchange::time::Tick;
use crate::portal::auth::credentials::Credentials;
use crate::portal::auth::{RefreshAccessToken, RequestAccessToken, TokenDetails};
use crate::wire::origin::Origin;

/// The renewal that goes with a lease.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(crate) struct Renewal {
    lease: LeaseId,
    origin: Origin,
    policy: Policy,
    credentials: Credentials,
    started: Tick,
    /// Whether credentials that have worked before were refused, and are tried once more.
    is_second_try: bool,
    stage: Stage,
}

#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
enum Stage {
    Start { refresh: Option<RefreshAccessToken>, not_before: Tick },
    UnderWay { request: Attempts<TokenDetails>, sent: Tick, is_refresh: bool },
    Paused { request: Attempts<TokenDetails>, until: Tick },
    Over,
}

impl Renewal {
    pub(crate) fn new(lease: LeaseId, grant: Grant, now: Tick, origin: &Origin, policy: &Policy) -> Self {
        Self {
            lease,
            origin: origin.clone(),
            policy: Policy { max_attempts: policy.max_attempts.min(2), ..policy.clone() },
            credentials: grant.credentials,
            started: now,
            is_second_try: false,
            stage: Stage::Start { refresh: grant.refresh.map(RefreshAccessToken::new), not_before: now },
        }
    }

    /// How long to wait after a failed refresh before the credentials are tried.
    /// `None` when that is too long.
    fn pause_after(&self, error: &Error, remaining: Duration) -> Option<Duration> {
        let Some(pause) = asked_pause(error) else {
            return Some(Duration::ZERO);
        };
        (pause <= self.policy.retry_after_cap && pause < remaining).then_some(pause)
    }

    fn fail(&self, error: Error, now: Tick, session: &mut Session) -> Error {
        let is_refusal = is_refusal(&error);
        let is_denial = error.status().is_some_and(|status| status.as_u16() == 403);
        let error = if is_refusal && !is_denial { error.with_kind(ErrorKind::Credentials) } else { error };
        if is_refusal {
            session.latch(&error, now + self.policy.credentials_cool_down);
        }
        heed(&error, now, session);
        session.fail(self.lease, &error);
        error
    }
}

/// Only the portal's own word counts; a gateway's 401 or an outage passes.
fn is_refusal(error: &Error) -> bool {
    error.code().is_some() && matches!(error.kind(), ErrorKind::Refused | ErrorKind::Forbidden)
}

/// Before credentials that have worked are tried again.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_secs(1);

/// Whoever says that it is asked too often is given this time, also when it names none.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// A portal that names hours, by mistake perhaps, is asked again all the same.
const LONGEST_PAUSE: Duration = Duration::from_secs(5 * 60);

/// The pause that is asked for by a portal that is asked too often, or that says when it is back.
fn asked_pause(error: &Error) -> Option<Duration> {
    let is_named = error.kind() == ErrorKind::Unavailable && error.retry_after().is_some();
    let is_asked = error.kind() == ErrorKind::RateLimited || is_named;
    is_asked.then(|| error.retry_after().unwrap_or_default().max(SHORTEST_PAUSE))
}

/// A request to slow down is for everybody, also when the renewal is abandoned in its pause.
fn heed(error: &Error, now: Tick, session: &mut Session) {
    if let Some(pause) = asked_pause(error) {
        session.latch(error, now + pause.min(LONGEST_PAUSE));
    }
}

impl Machine for Renewal {
    type Output = Result<(), Error>;
    type Journal = Infallible;

    fn poll(&mut self, now: Tick, session: &mut Session) -> Action<Self::Output> {
        loop {
            // The credentials were replaced, or the lease ran out: whatever comes of
            // this renewal is no longer of use, and the call starts anew.
            if !session.holds(self.lease) {
                return Action::Done(Ok(()));
            }
            let remaining = (self.started + self.policy.deadline).since(now);
            match core::mem::replace(&mut self.stage, Stage::Over) {
                Stage::Start { .. } | Stage::Paused { .. } if remaining.is_zero() => {
                    let error = Error::new(ErrorKind::Timeout, "no token before the deadline");
                    return Action::Done(Err(self.fail(error, now, session)));
                }
                Stage::Start { refresh, not_before } if now < not_before => {
                    self.stage = Stage::Start { refresh, not_before };
                    return Action::Sleep(not_before.since(now));
                }
                Stage::Start { refresh, .. } => {
                    let is_refresh = refresh.is_some();
                    let request = if let Some(refresh) = refresh {
                        let once = Policy { max_attempts: 1, ..self.policy.clone() };
                        Attempts::new(&refresh, &self.origin, &once)
                    } else {
                        let request = RequestAccessToken::new(self.credentials.clone());
                        Attempts::new(&request, &self.origin, &self.policy)
                    };
                    match request {
                        Ok(mut request) => {
                            let exchange = request.send(remaining, None);
                            self.stage = Stage::UnderWay { request, sent: now, is_refresh };
                            return Action::Send(exchange);
                        }
                        // A token that cannot be sent is none.
                        Err(_) if is_refresh => self.stage = Stage::Start { refresh: None, not_before: now },
                        Err(error) => return Action::Done(Err(self.fail(error, now, session))),
                    }
                }
                Stage::Paused { mut request, until } => {
                    if now < until {
                        self.stage = Stage::Paused { request, until };
                        return Action::Sleep(until.since(now));
                    }
                    let exchange = request.send(remaining, None);
                    self.stage = Stage::UnderWay { request, sent: now, is_refresh: false };
                    return Action::Send(exchange);
                }
                Stage::UnderWay { mut request, sent, is_refresh } => {
                    let outcome = match request.judge(false, remaining, now, session) {
                        Outcome::Finished(Ok(reply)) => {
                            session.install(self.lease, reply.into_value(), sent, now).map_err(|error| {
                                Error::from(error).with_kind(ErrorKind::UnexpectedAnswer).at(request.meta())
                            })
                        }
                        Outcome::Retry(pause, error) => {
                            heed(&error, now, session);
                            self.stage = Stage::Paused { request, until: now + pause };
                            continue;
                        }
                        Outcome::Finished(Err(error)) => Err(error),
                        // A token request carries no token that another one could replace.
                        Outcome::Renew => Err(Error::new(ErrorKind::Forbidden, "401 to a token request")),
                    };
                    match outcome {
                        Ok(()) => return Action::Done(Ok(())),
                        Err(error) if is_refresh => match self.pause_after(&error, remaining) {
                            Some(pause) => {
                                heed(&error, now, session);
                                self.stage = Stage::Start { refresh: None, not_before: now + pause };
                            }
                            None => return Action::Done(Err(self.fail(error, now, session))),
                        },
                        // One refusal says little about credentials that have just worked, and it would be remembered.
                        Err(error)
                            if is_refusal(&error)
                                && session.have_credentials_worked
                                && !self.is_second_try
                                && remaining > PAUSE_AFTER_REFUSAL =>
                        {
                            self.is_second_try = true;
                            self.stage =
                                Stage::Start { refresh: None, not_before: now + PAUSE_AFTER_REFUSAL };
                        }
                        Err(error) => return Action::Done(Err(self.fail(error, now, session))),
                    }
                }
                Stage::Over => {
                    return Action::Done(Err(Error::new(ErrorKind::Transport, "polled after its end")));
                }
            }
        }
    }

    fn on(&mut self, event: Event) {
        if let Stage::UnderWay { request, .. } = &mut self.stage {
            request.on(event);
        }
    }

    fn abandon(&mut self, session: &mut Session) {
        session.release(self.lease);
    }
}
