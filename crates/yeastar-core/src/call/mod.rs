//! One call: the request with its token, renewed and repeated as need be.

pub(crate) mod attempts;
pub(crate) mod config;
pub(crate) mod known_orders;
pub(crate) mod machine;
pub(crate) mod pager;
pub(crate) mod policy;
pub(crate) mod renewal;
pub(crate) mod retry;
pub(crate) mod session;

use alloc::boxed::Box;
use core::convert::Infallible;
use core::fmt;

use serde::de::DeserializeOwned;

use crate::call::attempts::{Attempts, Outcome};
use crate::call::machine::{Action, Event, Machine};
use crate::call::policy::Policy;
use crate::call::renewal::Renewal;
use crate::call::session::{Access, Epoch, LeaseId, Session};
use crate::error::Error;
use crate::error::kind::ErrorKind;
use crate::exchange::time::Tick;
use crate::wire::endpoint::Endpoint;
use crate::wire::evidence;
use crate::wire::meta::Auth;
use crate::wire::origin::Origin;
use crate::wire::reply::Reply;

/// A call of one endpoint, from the token it needs to the answer.
///
/// It is a [`Machine`]: whoever has a transport and a clock carries it out. The
/// [crate's documentation](crate) shows the loop.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub struct Call<T> {
    request: Attempts<T>,
    started: Option<Tick>,
    /// A refusal of the token gets one new token and one more attempt, ever.
    was_renewed: bool,
    step: Step,
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("origin", self.request.origin()).finish_non_exhaustive()
    }
}

#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
enum Step {
    Start { waited_for: Option<LeaseId> },
    Renewing(Box<Renewal>),
    UnderWay(Epoch),
    Paused { until: Tick },
    Over,
}

impl<T: DeserializeOwned> Call<T> {
    /// A call of this endpoint. Its values are checked here.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] when a value must not be sent.
    pub fn new<E: Endpoint<Output = T>>(
        endpoint: &E,
        origin: &Origin,
        policy: &Policy,
    ) -> Result<Self, Error> {
        Ok(Self {
            request: Attempts::new(endpoint, origin, policy)?,
            started: None,
            was_renewed: false,
            step: Step::Start { waited_for: None },
        })
    }
}

impl<T: DeserializeOwned> Machine for Call<T> {
    type Output = Result<Reply<T>, Error>;
    type Journal = Infallible;

    fn poll(&mut self, now: Tick, session: &mut Session) -> Action<Self::Output> {
        let deadline = *self.started.get_or_insert(now) + self.request.policy().deadline;
        loop {
            let remaining = deadline.since(now);
            match core::mem::replace(&mut self.step, Step::Over) {
                Step::Start { .. } if remaining.is_zero() => {
                    let error = Error::new(ErrorKind::Timeout, "the call's deadline has passed");
                    return Action::Done(Err(self.request.signed(error.at(self.request.meta()))));
                }
                Step::Start { .. } if self.request.meta().auth() == Auth::None => {
                    self.step = Step::UnderWay(Epoch::default());
                    return Action::Send(self.request.send(remaining, None));
                }
                Step::Start { waited_for } => match session.access(now, waited_for, self.request.policy()) {
                    Access::Granted(token, epoch) => {
                        self.step = Step::UnderWay(epoch);
                        return Action::Send(self.request.send(remaining, Some(token)));
                    }
                    Access::Renew(lease, grant) => {
                        let (origin, policy) = (self.request.origin(), self.request.policy());
                        self.step = Step::Renewing(Box::new(Renewal::new(lease, grant, now, origin, policy)));
                    }
                    Access::Wait(lease, at_most) => {
                        self.step = Step::Start { waited_for: Some(lease) };
                        return Action::Wait(at_most.min(remaining));
                    }
                    Access::Refused(error) => return Action::Done(Err(self.request.signed(error))),
                },
                Step::Renewing(mut renewal) => match renewal.poll(now, session).lift() {
                    Ok(Ok(())) => self.step = Step::Start { waited_for: None },
                    Ok(Err(error)) => return Action::Done(Err(self.request.signed(error))),
                    Err(action) => {
                        self.step = Step::Renewing(renewal);
                        return action;
                    }
                },
                Step::UnderWay(epoch) => {
                    let needs_token = self.request.meta().auth() == Auth::Bearer;
                    let may_renew = needs_token && !self.was_renewed && session.may_reject(epoch, now);
                    match self.request.judge(may_renew, remaining, now, session) {
                        Outcome::Finished(result) => {
                            let is_refused = result.as_ref().is_err_and(evidence::is_token_refused);
                            if is_refused && may_renew {
                                // Not for this call any more, but the next one gets another token.
                                session.give_up(epoch, now);
                            } else if is_refused && self.was_renewed {
                                session.renewal_was_futile(now);
                            }
                            return Action::Done(result);
                        }
                        Outcome::Retry(pause, _) => self.step = Step::Paused { until: now + pause },
                        Outcome::Renew => {
                            self.was_renewed = true;
                            session.reject(epoch);
                            self.step = Step::Start { waited_for: None };
                        }
                    }
                }
                Step::Paused { until } => {
                    if now < until {
                        self.step = Step::Paused { until };
                        return Action::Sleep(until.since(now));
                    }
                    self.step = Step::Start { waited_for: None };
                }
                Step::Over => return Action::Done(Err(self.request.over())),
            }
        }
    }

    fn on(&mut self, event: Event) {
        match &mut self.step {
            Step::Renewing(renewal) => renewal.on(event),
            Step::UnderWay(_) => self.request.on(event),
            Step::Start { .. } | Step::Paused { .. } | Step::Over => {}
        }
    }

    fn abandon(&mut self, session: &mut Session) {
        if let Step::Renewing(renewal) = &mut self.step {
            renewal.abandon(session);
        }
    }
}
