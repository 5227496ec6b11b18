//! One schedule: processes, their journal, the network and the portal, on virtual time.

use std::fmt;
use std::time::Duration;

use yeastar_core::purchase::{By, Outcome, Purchase};
use yeastar_core::{Action, Entry, Error, ErrorKind, Event, Exchange, Machine, Persisted, Session};
use yeastar_sandbox::PoNumberEcho;

use super::checker::{Checker, Verdict, Violation, orders};
use super::choice::{Choice, Choices};
use super::clock::Clock;
use super::fault::{
    DETAILS, Freeze, IS_TOKEN_TAKEN, LIST, OrderFault, QueryFault, RIVALRY, Rivalry, STORE, StoreFault,
    TAKE_UPS, TOKEN, TakeUp, TokenFault, URL,
};
use super::journal::{self, Journal};
use super::network::{About, Arrival, Network};
use super::setup::{BEGIN, Setup};
use super::variant::Twin;

/// More steps than any schedule takes that ends.
const MOST_STEPS: usize = 3000;

/// How often a caller begins again after a crash or a journal that failed.
const TAKE_UPS_LEFT: usize = 4;

/// How often a caller sends again what is called absent.
const RESUBMISSIONS: usize = 2;

/// Long enough for every outage and every request on its way to end.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// How the sandbox's tokens begin.
const TOKENS: &str = "sandbox-";

const STORE_TIME: Duration = Duration::from_millis(5);

/// What came of a schedule.
pub struct Report {
    pub violations: Vec<Violation>,
    /// What the caller knew when everything had ended.
    pub ended: Ended,
    /// The same, after the purchase was resumed when all was quiet.
    pub settled: Ended,
    /// A gateway has sent the order to the portal twice.
    pub has_repetition: bool,
    pub is_url_behind: bool,
    pub made: Vec<Choice>,
    pub trace: Vec<String>,
}

/// What a caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Confirmed(By),
    Rejected,
    NotSent,
    Ambiguous(Why),
    /// Nothing: the process ended, or its journal failed.
    Unsaid,
}

/// Why it is not known what became of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It exists, and the portal shows its number nowhere.
    Unshown,
    /// It exists, and was not seen in time.
    Unseen,
    /// It does not exist, which nobody can know.
    Absent,
}

/// Runs one schedule.
pub fn run(setup: &Setup, choices: Choices, is_traced: bool) -> Report {
    let mut world = World::new(setup, choices, is_traced);
    world.begin(TakeUp::New, true, Duration::ZERO);
    world.run();
    world.drain();
    let ended = world.ended();
    world.settle();
    let settled = world.ended();
    let made = world.choices.into_made();
    let Checker { violations, has_repetition, .. } = world.checker;
    let is_url_behind = world.network.is_url_behind;
    Report {
        violations,
        ended,
        settled,
        has_repetition,
        is_url_behind,
        made,
        trace: world.trace.unwrap_or_default(),
    }
}

struct World<'a> {
    setup: &'a Setup,
    choices: Choices,
    now: Duration,
    network: Network,
    journal: Journal,
    processes: Vec<Process>,
    checker: Checker,
    secrets: Vec<String>,
    processes_begun: usize,
    has_rival: bool,
    take_ups_left: usize,
    resubmissions_left: usize,
    is_settling: bool,
    trace: Option<Vec<String>>,
}

struct Process {
    number: usize,
    /// Of the two that purchase the same.
    is_first: bool,
    take_up: TakeUp,
    machine: Option<Purchase>,
    session: Session,
    clock: Clock,
    wake: Duration,
    /// Stands still until the other one has ended.
    is_held: bool,
    /// Has stood still before what it is about to do.
    was_frozen: bool,
    next: Next,
    /// The version that it has stored last.
    stored: Option<u64>,
    unwritten: Option<Entry>,
}

/// What a process is about to do.
enum Next {
    Begin,
    Poll,
    Transmit(Exchange),
    Store(Entry),
    Take { event: Event, refused: Option<usize> },
}

impl<'a> World<'a> {
    fn new(setup: &'a Setup, choices: Choices, is_traced: bool) -> Self {
        let network = setup.network();
        let secrets = vec![network.portal.client_secret().to_owned(), TOKENS.to_owned()];
        Self {
            setup,
            choices,
            now: BEGIN,
            network,
            journal: Journal::new(setup.variant.twin != Some(Twin::NoCompareAndSwap)),
            processes: Vec::new(),
            checker: Checker::default(),
            secrets,
            processes_begun: 0,
            has_rival: false,
            take_ups_left: TAKE_UPS_LEFT,
            resubmissions_left: if setup.variant.resubmits { RESUBMISSIONS } else { 0 },
            is_settling: false,
            trace: is_traced.then(Vec::new),
        }
    }

    fn note(&mut self, process: usize, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:9.3} s  {process}  {}", self.now.as_secs_f64(), what()));
        }
    }

    /// A process begins, after a while.
    fn begin(&mut self, take_up: TakeUp, is_first: bool, pause: Duration) {
        self.processes_begun += 1;
        self.processes.push(Process {
            number: self.processes_begun,
            is_first,
            take_up,
            machine: None,
            session: Session::new(self.network.credentials(), 1),
            clock: Clock::default(),
            wake: self.now + pause,
            is_held: false,
            was_frozen: false,
            next: Next::Begin,
            stored: None,
            unwritten: None,
        });
    }

    /// Runs all processes to their ends.
    fn run(&mut self) {
        for _ in 0..MOST_STEPS {
            let ready = |process: &&mut Process| !process.is_held;
            let next = self.processes.iter_mut().filter(ready).min_by_key(|process| process.wake);
            let Some(wake) = next.map(|process| process.wake) else {
                let Some(held) = self.processes.first_mut() else { return };
                held.is_held = false;
                held.wake = self.now;
                continue;
            };
            if let Some(arrival) = self.network.next_arrival().filter(|arrival| *arrival <= wake) {
                self.now = self.now.max(arrival);
                self.deliver();
                continue;
            }
            self.now = self.now.max(wake);
            let index = self.processes.iter().position(|process| !process.is_held && process.wake == wake);
            if let Some(index) = index {
                let process = self.processes.remove(index);
                self.step(process);
            }
        }
        self.checker.endless();
        self.processes.clear();
    }

    /// Lets all requests arrive that are still on their way.
    fn drain(&mut self) {
        while let Some(arrival) = self.network.next_arrival() {
            self.now = self.now.max(arrival);
            self.deliver();
        }
        self.checker.drained(&self.network);
    }

    fn deliver(&mut self) {
        if let Some(number) = self.network.deliver() {
            self.note(0, || format!("request {number} arrives late"));
        }
        self.checker.arrived(&self.network);
    }

    /// No further faults: the purchase is resumed until nothing changes any more.
    fn settle(&mut self) {
        self.choices.end_faults();
        self.is_settling = true;
        for _ in 0..3 {
            self.now += PATIENCE;
            let is_known =
                matches!(self.checker.known(), Some(Verdict::Confirmed { .. } | Verdict::Rejected));
            let take_up = match self.journal.load().map(journal::state) {
                Some("confirmed" | "rejected") if is_known => break,
                None | Some("recorded" | "not_sent") => TakeUp::New,
                _ => TakeUp::Resume,
            };
            self.note(0, || "all is quiet".into());
            self.begin(take_up, true, Duration::ZERO);
            self.run();
            self.drain();
            if let Some(Verdict::Ambiguous { .. }) = self.checker.known() {
                break;
            }
        }
        let had_fault = self.choices.had_fault();
        self.checker.settled(&self.network, &self.setup.variant, had_fault);
    }

    fn ended(&self) -> Ended {
        match self.checker.known() {
            Some(Verdict::Confirmed { by, .. }) => Ended::Confirmed(*by),
            Some(Verdict::Rejected) => Ended::Rejected,
            Some(Verdict::NotSent) => Ended::NotSent,
            Some(Verdict::Ambiguous { .. }) => {
                let exists = orders(&self.network).next().is_some();
                Ended::Ambiguous(match self.setup.variant.echo {
                    _ if !exists => Why::Absent,
                    PoNumberEcho::Nowhere => Why::Unshown,
                    _ => Why::Unseen,
                })
            }
            Some(Verdict::Failed) | None => Ended::Unsaid,
        }
    }

    fn step(&mut self, mut process: Process) {
        match std::mem::replace(&mut process.next, Next::Poll) {
            Next::Begin => self.load(process),
            Next::Poll => self.poll(process),
            Next::Take { event, refused } => {
                if let Some(number) = refused {
                    self.checker.order_refused(number);
                }
                if let Some(machine) = &mut process.machine {
                    machine.on(event);
                }
                self.processes.push(process);
            }
            next @ (Next::Transmit(_) | Next::Store(_)) => {
                process.next = next;
                if self.setup.variant.has_rival && process.is_first && !self.has_rival && !self.is_settling {
                    self.rival(&mut process);
                }
                if process.is_held {
                    self.processes.push(process);
                    return;
                }
                match std::mem::replace(&mut process.next, Next::Poll) {
                    Next::Transmit(exchange) => self.transmit(process, exchange),
                    Next::Store(entry) => self.store(process, entry),
                    _ => {}
                }
            }
        }
    }

    /// Another process may take the intent here.
    fn rival(&mut self, process: &mut Process) {
        let rivalry = self.choices.fault(&RIVALRY);
        let take_up = match rivalry {
            Rivalry::None => return,
            Rivalry::Race | Rivalry::Purchase => TakeUp::New,
            Rivalry::Resume => TakeUp::Resume,
        };
        self.note(process.number, || format!("a second process: {rivalry:?}"));
        self.has_rival = true;
        process.is_held = rivalry != Rivalry::Race;
        self.begin(take_up, false, Duration::ZERO);
    }

    /// Takes the purchase up from the journal.
    fn load(&mut self, mut process: Process) {
        let Setup { intent, origin, policy, hasty_policy, .. } = self.setup;
        let policy = if self.is_settling { hasty_policy } else { policy };
        let stored = self.journal.load();
        let purchase = match (process.take_up, stored) {
            (TakeUp::Resume, Some(entry)) => Purchase::resume(entry, origin, policy),
            (TakeUp::Resubmit, Some(entry)) => Purchase::resubmit_assuming_absent(entry, origin, policy)
                .or_else(|_| Purchase::resume(entry, origin, policy)),
            _ => Purchase::new(intent, stored, origin, policy),
        };
        let state = stored.map_or("nothing", journal::state).to_owned();
        self.note(process.number, || format!("begins: {:?}, the journal says {state}", process.take_up));
        match purchase {
            Ok(purchase) => {
                process.machine = Some(purchase);
                self.processes.push(process);
            }
            Err(error) => self.done(process, &Err(error)),
        }
    }

    fn poll(&mut self, mut process: Process) {
        let Some(machine) = &mut process.machine else { return };
        process.was_frozen = false;
        match machine.poll(process.clock.tick(self.now), &mut process.session) {
            Action::Send(exchange) => process.next = Next::Transmit(exchange),
            Action::Persist(entry) => process.next = Next::Store(entry),
            Action::Sleep(pause) | Action::Wait(pause) => process.wake = self.now + pause,
            Action::Done(result) => return self.done(process, &result),
        }
        self.processes.push(process);
    }

    fn transmit(&mut self, mut process: Process, exchange: Exchange) {
        let (now, tick) = (self.now, process.clock.tick(self.now));
        let about = About::of(&exchange.request);
        let has_trouble = self.setup.variant.has_token_trouble && matches!(about, About::Order | About::List);
        if has_trouble && self.choices.fault(&IS_TOKEN_TAKEN) {
            self.note(process.number, || "another client takes the token".into());
            self.network.take_token(now);
        }
        let arrival = match about {
            About::Order => match self.choices.order_fault() {
                OrderFault::Frozen(freeze) if !process.was_frozen => {
                    self.note(process.number, || format!("stands still before it sends: {freeze:?}"));
                    process.was_frozen = true;
                    process.wake = now + process.clock.suffer(freeze);
                    process.next = Next::Transmit(exchange);
                    return self.processes.push(process);
                }
                fault => return self.transmit_order(process, exchange, fault),
            },
            About::Token => {
                let has_trouble = self.setup.variant.has_token_trouble;
                let fault = if has_trouble { self.choices.fault(&TOKEN) } else { TokenFault::None };
                self.network.token(now, tick, exchange, fault)
            }
            About::List => {
                let fault = self.choices.fault(&LIST);
                self.note(process.number, || format!("asks for {}: {fault:?}", exchange.request.uri()));
                let arrival = self.network.list(now, exchange, fault);
                self.checker.arrived(&self.network);
                arrival
            }
            About::Details | About::Url | About::Balance => {
                let fault = match about {
                    About::Details => self.choices.fault(&DETAILS),
                    About::Url => self.choices.fault(&URL),
                    _ => QueryFault::None,
                };
                self.note(process.number, || format!("asks for {about:?}: {fault:?}"));
                self.network.ask(now, exchange, fault)
            }
        };
        self.receive(process, arrival, None);
    }

    fn transmit_order(&mut self, process: Process, exchange: Exchange, fault: OrderFault) {
        let number = self.checker.next_number();
        let body = exchange.request.body().clone();
        let tick = process.clock.tick(self.now);
        let arrival = self.network.order(self.now, tick, exchange, number, fault);
        self.note(process.number, || {
            let extent = if arrival.is_whole { "whole" } else { "not whole" };
            format!("sends the order, request {number}: {fault:?}, {extent}, then {:?}", arrival.event)
        });
        self.checker.has_repetition |= matches!(fault, OrderFault::Repeated(_)) && arrival.is_whole;
        self.checker.order_sent(
            process.number,
            arrival.is_whole,
            &body,
            process.stored,
            &self.journal,
            &self.setup.variant,
        );
        self.checker.arrived(&self.network);
        let crashes = matches!(
            fault,
            OrderFault::CrashBefore
                | OrderFault::CrashWithin
                | OrderFault::CrashAfter
                | OrderFault::DelayedAndCrash(_)
        );
        if crashes {
            self.crash(&process);
        } else {
            let refused = arrival.is_refusal.then_some(number);
            self.receive(process, arrival, refused);
        }
    }

    fn receive(&mut self, mut process: Process, arrival: Arrival, refused: Option<usize>) {
        process.wake = self.now + arrival.after;
        process.next = Next::Take { event: arrival.event, refused };
        self.processes.push(process);
    }

    fn store(&mut self, mut process: Process, entry: Entry) {
        let fault = self.choices.fault(&STORE);
        self.note(process.number, || {
            format!("writes version {}, {}: {fault:?}", entry.version(), journal::state(&entry))
        });
        let fault = match fault {
            StoreFault::Frozen(pause) if !process.was_frozen => {
                process.was_frozen = true;
                process.wake = self.now + pause;
                process.next = Next::Store(entry);
                return self.processes.push(process);
            }
            StoreFault::Frozen(_) => StoreFault::None,
            StoreFault::CrashBefore => return self.crash(&process),
            fault => fault,
        };
        let persisted = if self.setup.variant.twin == Some(Twin::NoWriteAhead) {
            process.unwritten = Some(entry);
            Persisted::Stored
        } else {
            let version = entry.version();
            let persisted = self.write(entry, fault);
            match persisted {
                Persisted::Stored => process.stored = Some(version),
                // What it knows of its own request does not reach the journal.
                Persisted::Conflict(_) => self.checker.ended_silently(),
                Persisted::Failed(_) => {}
            }
            persisted
        };
        if fault == StoreFault::CrashAfter {
            return self.crash(&process);
        }
        self.note(process.number, || format!("hears {persisted:?}"));
        process.wake = self.now + STORE_TIME;
        process.next = Next::Take { event: Event::Persisted(persisted), refused: None };
        self.processes.push(process);
    }

    fn write(&mut self, entry: Entry, fault: StoreFault) -> Persisted {
        let before = self.journal.history.len();
        let persisted = self.journal.store(self.now, entry, fault);
        if let Some(entry) = self.journal.history.get(before) {
            self.checker.stored(entry, &self.secrets);
        }
        persisted
    }

    /// The process ends on the spot.
    fn crash(&mut self, process: &Process) {
        self.note(process.number, || "crashes".into());
        self.end_silently();
        if self.take_ups_left == 0 {
            return;
        }
        self.take_ups_left -= 1;
        let take_up = match process.take_up {
            TakeUp::Resubmit => TakeUp::Resubmit,
            _ => self.choices.either(TAKE_UPS),
        };
        self.begin(take_up, process.is_first, Duration::from_secs(1));
    }

    fn end_silently(&mut self) {
        if let Some("sending" | "ambiguous") = self.journal.load().map(journal::state) {
            self.checker.ended_silently();
        }
    }

    /// The process has come to its end, and says how.
    fn done(&mut self, mut process: Process, result: &Result<Outcome, Error>) {
        let text = match result {
            Ok(outcome) => format!("{outcome} {outcome:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        self.checker.printed(&text, &self.secrets);
        self.note(process.number, || format!("ends: {}", text.lines().next().unwrap_or_default()));
        if let Some(entry) = process.unwritten.take() {
            self.write(entry, StoreFault::None);
        }
        let twin = self.setup.variant.twin;
        let verdict = verdict(result, twin);
        self.checker.said(verdict.clone(), process.number, &self.network);
        if result.as_ref().map_or(true, |outcome| outcome.unrecorded().is_some()) {
            self.end_silently();
        }
        if self.is_settling {
            return;
        }
        let is_definite = matches!(verdict, Verdict::Confirmed { .. } | Verdict::Rejected);
        if twin == Some(Twin::RetryOnAnyError) && !is_definite && self.take_ups_left > 0 {
            self.take_ups_left -= 1;
            self.journal.forget();
            self.checker.journal_forgotten();
            self.begin(TakeUp::New, process.is_first, Duration::from_secs(1));
        } else if verdict == Verdict::Failed && self.take_ups_left > 0 {
            self.take_ups_left -= 1;
            self.begin(TakeUp::New, process.is_first, Duration::from_secs(5));
        } else if verdict == (Verdict::Ambiguous { is_absent: true }) && self.resubmissions_left > 0 {
            self.resubmissions_left -= 1;
            self.begin(TakeUp::Resubmit, process.is_first, Duration::from_secs(1));
        }
    }
}

/// What a client says, a broken one too.
fn verdict(result: &Result<Outcome, Error>, twin: Option<Twin>) -> Verdict {
    let outcome = match result {
        _ if twin == Some(Twin::AlwaysAmbiguous) => return Verdict::Ambiguous { is_absent: false },
        Ok(outcome) => outcome,
        Err(_) => return Verdict::Failed,
    };
    match outcome {
        Outcome::Confirmed { order_no, by, .. } => {
            Verdict::Confirmed { order_no: order_no.to_string(), by: *by }
        }
        Outcome::Rejected { .. } => Verdict::Rejected,
        Outcome::NotSent { .. } => Verdict::NotSent,
        Outcome::Ambiguous { evidence, absent, .. } => {
            let last = evidence.attempts.last().and_then(yeastar_core::purchase::Attempt::error);
            let is_refused = last.is_some_and(|error| error.kind() == ErrorKind::Refused);
            if twin == Some(Twin::NoTaintRule) && is_refused {
                Verdict::Rejected
            } else {
                Verdict::Ambiguous { is_absent: *absent }
            }
        }
        other => unreachable!("an outcome that this simulation does not know: {other:?}"),
    }
}

impl Clock {
    /// Stands still; how long by the world's clock.
    fn suffer(&mut self, freeze: Freeze) -> Duration {
        match freeze {
            Freeze::For(pause) => pause,
            Freeze::Asleep(pause) => {
                self.sleep(pause);
                pause
            }
            Freeze::ClockAhead(by) => {
                self.set_ahead(by);
                Duration::ZERO
            }
            Freeze::ClockBack(by) => {
                self.set_back(by);
                Duration::ZERO
            }
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unshown => "the order exists, and its number is shown nowhere",
            Self::Unseen => "the order exists, and was not seen in time",
            Self::Absent => "no order exists, but a request might still be on its way",
        })
    }
}
