//! What can go wrong, and where.

use std::time::Duration;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What can go wrong at one point.
pub struct Faults<T: 'static> {
    /// What the question is called.
    pub question: &'static str,
    /// That nothing does; then one of each kind.
    pub kinds: &'static [T],
    /// Others that look to the client like one of these, or like nothing. Each counts as two faults, so that a
    /// search in which they come together with few others finds room for more faults that differ.
    pub alike: &'static [T],
}

/// The longest that a request waits on its way before it takes effect, where none is slow.
const LONGEST_DELAY: Duration = seconds(160);

/// How far back a stale answer looks.
pub const STALENESS: Duration = seconds(10);

const DAY: Duration = seconds(24 * 60 * 60);

/// At a request for the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderFault {
    None,
    /// No connection.
    NotSent,
    /// The connection breaks in the middle of the request.
    PartlySent,
    /// It is sent whole and never arrives.
    Lost,
    /// The order is placed, and then this.
    Executed(Ending),
    /// A gateway answers; the portal never saw the request.
    GatewayError(u16),
    /// A login page answers; the portal never saw the request.
    LoginPage,
    /// It takes effect only after the client has given up.
    Delayed(Duration),
    /// The process ends while it waits; the request takes effect later.
    DelayedAndCrash(Duration),
    /// The process ends before the first byte.
    CrashBefore,
    /// The process ends in the middle of the request.
    CrashWithin,
    /// The process ends when the request is out; it takes effect.
    CrashAfter,
    /// The portal says that nothing was done, and nothing was.
    Refused(Refusal),
    /// A gateway sends it to the portal twice. The first copy is executed, and what is said to the second, when it
    /// comes at once, is the answer.
    Repeated(Second),
    Frozen(Freeze),
}

/// In which words the portal says that nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 401: the token.
    Token,
    /// 403: the account.
    Access,
    /// 429, with a time to wait or without.
    SlowDown(Option<Duration>),
    /// 400: a value of the request.
    Value,
    /// 422: the same in another status.
    Content,
    /// By a code that only the caller knows.
    Listed,
}

/// What becomes of the second copy of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// It comes this much later, and then the portal decides. Nobody hears of it, unless it comes at once.
    After(Duration),
    /// It is turned away, and the client hears that.
    Refused(Refusal),
}

/// What becomes of the answer to an order that was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    AnswerLost,
    /// The answer breaks off.
    Cut {
        at: Cut,
        is_framed: bool,
    },
    GatewayError(u16),
    LoginPage,
}

/// Where an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    WithinHead,
    AfterHead,
    WithinBody,
    BeforeLastByte,
    /// After so many bytes.
    At(usize),
}

/// A process stands still between the decision to send and the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freeze {
    For(Duration),
    /// With its machine, whose monotonic clock stands still.
    Asleep(Duration),
    /// No time passes, but somebody sets the wall clock.
    ClockAhead(Duration),
    ClockBack(Duration),
}

impl OrderFault {
    /// The same, where the caller knows a code of the portal's.
    pub fn listed(self) -> Self {
        match self {
            Self::Refused(Refusal::Value) => Self::Refused(Refusal::Listed),
            Self::Repeated(Second::Refused(Refusal::Content)) => {
                Self::Repeated(Second::Refused(Refusal::Listed))
            }
            other => other,
        }
    }

    /// The same, where a request may wait twenty times as long.
    pub fn slower(self) -> Self {
        match self {
            Self::Delayed(delay) => Self::Delayed(delay * 20),
            Self::DelayedAndCrash(delay) => Self::DelayedAndCrash(delay * 20),
            other => other,
        }
    }
}

const fn cut(at: Cut, is_framed: bool) -> OrderFault {
    OrderFault::Executed(Ending::Cut { at, is_framed })
}

pub const ORDER: Faults<OrderFault> = Faults {
    question: "order",
    kinds: &[
        OrderFault::None,
        OrderFault::NotSent,
        OrderFault::Lost,
        OrderFault::Executed(Ending::AnswerLost),
        OrderFault::Executed(Ending::GatewayError(503)),
        OrderFault::Delayed(LONGEST_DELAY),
        OrderFault::DelayedAndCrash(LONGEST_DELAY),
        OrderFault::CrashBefore,
        OrderFault::CrashAfter,
        OrderFault::Refused(Refusal::Token),
        OrderFault::Refused(Refusal::SlowDown(None)),
        OrderFault::Refused(Refusal::SlowDown(Some(seconds(20)))),
        OrderFault::Refused(Refusal::Value),
        OrderFault::Repeated(Second::After(Duration::ZERO)),
        OrderFault::Repeated(Second::Refused(Refusal::Token)),
        OrderFault::Repeated(Second::Refused(Refusal::Access)),
        OrderFault::Repeated(Second::Refused(Refusal::Content)),
        OrderFault::Frozen(Freeze::For(seconds(200))),
        OrderFault::Frozen(Freeze::Asleep(DAY)),
    ],
    alike: &[
        OrderFault::PartlySent,
        OrderFault::GatewayError(503),
        cut(Cut::WithinBody, false),
        cut(Cut::WithinHead, true),
        cut(Cut::AfterHead, false),
        cut(Cut::WithinBody, true),
        cut(Cut::BeforeLastByte, false),
        OrderFault::Executed(Ending::GatewayError(504)),
        OrderFault::Executed(Ending::LoginPage),
        OrderFault::LoginPage,
        OrderFault::Delayed(seconds(100)),
        OrderFault::DelayedAndCrash(seconds(5)),
        OrderFault::CrashWithin,
        OrderFault::Refused(Refusal::Access),
        OrderFault::Refused(Refusal::Content),
        OrderFault::Repeated(Second::After(seconds(60))),
        OrderFault::Repeated(Second::Refused(Refusal::SlowDown(None))),
        OrderFault::Repeated(Second::Refused(Refusal::SlowDown(Some(seconds(20))))),
        OrderFault::Frozen(Freeze::For(seconds(8))),
        OrderFault::Frozen(Freeze::ClockAhead(DAY)),
        OrderFault::Frozen(Freeze::ClockBack(DAY)),
    ],
};

/// At a request for a page of the order list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
    None,
    /// No query is answered for a while, this one included.
    Outage,
    /// The page is as it was some time ago.
    Stale,
    /// The page breaks off, and nothing tells so but its text.
    Cut,
    /// A colleague orders the same just before: later rows are shifted.
    Colleague,
}

pub const LIST: Faults<ListFault> = Faults {
    question: "list",
    kinds: &[ListFault::None, ListFault::Outage, ListFault::Stale],
    alike: &[ListFault::Cut, ListFault::Colleague],
};

/// At any other query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryFault {
    None,
    /// Not found, as if the portal did not have it yet.
    NotFound,
    /// The answer is as it was some time ago.
    Stale,
}

pub const DETAILS: Faults<QueryFault> =
    Faults { question: "details", kinds: &[QueryFault::None], alike: &[QueryFault::NotFound] };

pub const URL: Faults<QueryFault> =
    Faults { question: "url", kinds: &[QueryFault::None], alike: &[QueryFault::NotFound, QueryFault::Stale] };

/// At a request for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    None,
    NotSent,
    /// The portal has spent the refresh token, or made a token; nobody hears of it.
    AnswerLost,
    GatewayError(u16),
    /// The portal refuses the credentials although they are right, for a moment.
    Refused,
}

pub const TOKEN: Faults<TokenFault> = Faults {
    question: "token",
    kinds: &[TokenFault::None, TokenFault::AnswerLost, TokenFault::Refused],
    alike: &[TokenFault::NotSent, TokenFault::GatewayError(503)],
};

/// Before any request with a token: another client of the account gets one, which ends ours.
pub const IS_TOKEN_TAKEN: Faults<bool> =
    Faults { question: "token taken", kinds: &[false, true], alike: &[] };

/// At a write into the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    None,
    CrashBefore,
    CrashAfter,
    /// It is reported as failed, and is not stored.
    FailedWithoutEffect,
    /// It is reported as failed, but is stored.
    FailedWithEffect,
    /// The journal cannot be written for a while.
    Outage,
    /// The process stands still before it.
    Frozen(Duration),
}

pub const STORE: Faults<StoreFault> = Faults {
    question: "store",
    kinds: &[
        StoreFault::None,
        StoreFault::CrashBefore,
        StoreFault::CrashAfter,
        StoreFault::FailedWithEffect,
        StoreFault::Outage,
    ],
    alike: &[StoreFault::FailedWithoutEffect, StoreFault::Frozen(seconds(200))],
};

/// Before any action of the first process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rivalry {
    None,
    /// A second process purchases the same intent, side by side.
    Race,
    /// The first one freezes until a second one, which purchases the same intent, has ended.
    Purchase,
    /// The first one freezes until a second one, which resumes the intent, has ended.
    Resume,
    /// A second process resumes what is open, side by side.
    Sweep,
}

pub const RIVALRY: Faults<Rivalry> = Faults {
    question: "rival",
    kinds: &[Rivalry::None, Rivalry::Race, Rivalry::Purchase, Rivalry::Resume],
    alike: &[],
};

/// The same, where there are two others, of which each may resume what is open.
pub const RIVALRY_OF_TWO: Faults<Rivalry> = Faults {
    question: "rival",
    kinds: &[Rivalry::None, Rivalry::Race, Rivalry::Purchase, Rivalry::Resume, Rivalry::Sweep],
    alike: &[],
};

/// The same, where the other process resumes what is open.
pub const SWEEP: Faults<Rivalry> =
    Faults { question: "rival", kinds: &[Rivalry::None, Rivalry::Sweep, Rivalry::Resume], alike: &[] };

/// Before any request: a colleague orders the same by hand.
pub const IS_ORDERED_BY_HAND: Faults<bool> =
    Faults { question: "by hand", kinds: &[false, true], alike: &[] };

/// While a purchase waits for anything: its caller has gone, and drops it.
pub const IS_DROPPED: Faults<bool> = Faults { question: "dropped", kinds: &[false, true], alike: &[] };
