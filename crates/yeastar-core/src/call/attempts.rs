//! One request, sent as often as the policy allows.

use core::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::machine::Event;
use crate::call::policy::Policy;
use crate::call::retry::{self, History, Next};
use crate::call::session::Session;
use crate::error::kind::{Delivery, ErrorKind};
use crate::error::{Error, with_causes};
use crate::exchange::failure::{Cause, Failure};
use crate::exchange::progress::Progress;
use crate::exchange::time::Tick;
use crate::exchange::{Exchange, Timeouts};
use crate::value::{Json, redaction};
use crate::wire::access_token::AccessToken;
use crate::wire::endpoint::{self, Endpoint};
use crate::wire::envelope;
use crate::wire::evidence::Answer;
use crate::wire::meta::{Auth, Effect, Meta};
use crate::wire::origin::Origin;
use crate::wire::reply::Reply;
use crate::wire::request::PreparedRequest;

/// The attempts of one request. Its owner says when to send, and with which token.
#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
pub(crate) struct Attempts<T> {
    request: PreparedRequest,
    policy: Policy,
    made: u32,
    delivery: Delivery,
    /// What the last attempt was sent with.
    token: Option<AccessToken>,
    /// Whether the budget paid for the last attempt.
    is_paid: bool,
    state: State<T>,
}

#[cfg_attr(feature = "simulation", derive(Clone, Hash))]
enum State<T> {
    Idle,
    UnderWay,
    Answered(Result<Reply<T>, Error>),
    Lost(Error, Progress, Cause),
}

/// What follows from the last attempt.
pub(crate) enum Outcome<T> {
    Finished(Result<Reply<T>, Error>),
    /// After this pause, because of this error.
    Retry(Duration, Error),
    Renew,
}

impl<T> Attempts<T> {
    pub(crate) fn origin(&self) -> &Origin {
        &self.request.origin
    }
}

impl<T: DeserializeOwned> Attempts<T> {
    pub(crate) fn new<E: Endpoint<Output = T>>(
        endpoint: &E,
        origin: &Origin,
        policy: &Policy,
    ) -> Result<Self, Error> {
        Ok(Self {
            request: endpoint::prepare(endpoint, origin)?,
            policy: policy.clone(),
            made: 0,
            delivery: Delivery::NotDelivered,
            token: None,
            is_paid: false,
            state: State::Idle,
        })
    }

    pub(crate) fn meta(&self) -> &'static Meta {
        self.request.meta
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The next attempt.
    pub(crate) fn send(&mut self, remaining: Duration, token: Option<AccessToken>) -> Exchange {
        let request = self.request.clone().with_token(token.as_ref());
        let host = self.origin().host().clone();
        self.token = token;
        self.made += 1;
        self.state = State::UnderWay;
        let is_once = !self.meta().effect().is_repeatable();
        let Policy { connect_timeout, attempt_timeout, once_timeout, max_body, .. } = self.policy;
        // An order is not cut short by the call's deadline: that would only make doubt.
        // Nobody is hurt by doubt about a token.
        let timeouts = if is_once && self.meta().auth() == Auth::Bearer {
            Timeouts::new(remaining, connect_timeout, once_timeout)
        } else {
            Timeouts::new(remaining, connect_timeout.min(remaining), attempt_timeout.min(remaining))
        };
        Exchange { request, timeouts, fresh_connection: is_once, max_body, send_by: None, host }
    }

    /// What came of it.
    pub(crate) fn on(&mut self, event: Event) {
        if !matches!(self.state, State::UnderWay) {
            return;
        }
        self.state = match event {
            Event::Response(response) => State::Answered(envelope::read(self.meta(), response)),
            Event::Failed(Failure { progress, cause, source }) => {
                let kind = match cause {
                    Cause::Timeout => ErrorKind::Timeout,
                    Cause::AnswerTooLong => ErrorKind::UnexpectedAnswer,
                    Cause::Certificate | Cause::Other => ErrorKind::Transport,
                };
                let error = Error::new(kind, with_causes(&*source)).at(self.meta()).with_source(source);
                State::Lost(error, progress, cause)
            }
            // Not what it asked for.
            Event::Journal(_) => return,
        };
    }

    /// What follows from the last attempt.
    pub(crate) fn judge(
        &mut self,
        may_renew: bool,
        remaining: Duration,
        now: Tick,
        session: &mut Session,
    ) -> Outcome<T> {
        let (result, lost) = match core::mem::replace(&mut self.state, State::Idle) {
            State::Answered(result) => (result, None),
            State::Lost(error, progress, cause) => (Err(error), Some((progress, cause))),
            // Polled although nothing was reported of the request: whatever became of
            // it, it may have arrived.
            State::Idle | State::UnderWay => {
                let error =
                    Error::new(ErrorKind::Transport, "the transport reported nothing").at(self.meta());
                (Err(error), Some((Progress::MaybeComplete, Cause::Other)))
            }
        };
        let result = result.map_err(|error| self.redacted(error, session));
        let answer = classify(&result, lost);
        let history = History {
            made: self.made,
            arrived: self.delivery > Delivery::NotDelivered,
            remaining,
            budget: session.may_repeat(now),
            may_renew,
            jitter: session.jitter(),
        };
        let effect = self.meta().effect();
        let verdict = retry::decide(effect, &answer, &history, &self.policy);
        self.delivery = self.delivery.max(verdict.delivery);
        let was_paid = core::mem::take(&mut self.is_paid);
        match (verdict.next, result) {
            (_, Ok(reply)) => {
                session.count_success(was_paid);
                Outcome::Finished(Ok(Reply { attempts: self.made, ..reply }))
            }
            (Next::Retry(pause), Err(error)) => {
                self.is_paid = self.meta().effect().is_repeatable();
                if self.is_paid {
                    session.count_repetition(now);
                }
                Outcome::Retry(pause, error)
            }
            (Next::Renew, Err(_)) => Outcome::Renew,
            (Next::Accept | Next::Stop, Err(error)) => {
                let error =
                    error.with_reason(verdict.reason).with_known_to_caller(verdict.is_known_to_caller);
                Outcome::Finished(Err(self.signed(error)))
            }
        }
    }

    /// The answer to whoever polls a machine that is done.
    pub(crate) fn over(&self) -> Error {
        self.signed(Error::new(ErrorKind::Transport, "polled after its end").at(self.meta()))
    }

    /// An error with the history of this request, whichever request it came from.
    pub(crate) fn signed(&self, error: Error) -> Error {
        error.with_attempts(self.made, self.delivery).with_query(self.meta().effect() == Effect::Read)
    }

    /// Somebody who quotes a request in an answer must not put a secret into our error.
    fn redacted(&self, error: Error, session: &Session) -> Error {
        let mut secrets = session.secrets();
        secrets.add_all(self.token.as_ref().map(AccessToken::expose));
        if self.meta().auth() == Auth::None {
            for (name, value) in form_urlencoded::parse(self.request.body()) {
                if matches!(&*name, "client_secret" | "refresh_token") {
                    secrets.add(&value);
                }
            }
            // The portal's request id is a long word too.
            return error.filtered(|text| secrets.redact(text)).map_message(redaction::without_long_words);
        }
        if let Some(password) = password(self.request.body()) {
            // As it stands in the body, and as the text that it means.
            let quoted = password.as_str();
            secrets.add(quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quoted));
            secrets.add(&password.to_text());
        }
        error.filtered(|text| secrets.redact(text))
    }
}

/// The only secret in a body of JSON: that of a colleague. Text or a number.
fn password(body: &[u8]) -> Option<Json> {
    #[derive(Deserialize)]
    struct Body {
        password: Json,
    }

    let Body { password } = serde_json::from_slice(body).ok()?;
    let is_word = matches!(password.as_str(), "null" | "true" | "false");
    (!is_word).then_some(password)
}

fn classify<T>(result: &Result<Reply<T>, Error>, lost: Option<(Progress, Cause)>) -> Answer<'_> {
    match (result, lost) {
        (_, Some((progress, cause))) => Answer::Lost { progress, cause },
        (Ok(_), None) => Answer::Success,
        (Err(error), None) => Answer::of(error),
    }
}
