//! What a process does next, and what happens to it.

use std::fmt::Debug;
use std::mem;
use std::time::Duration;

use yeastar_core::purchase::{Context, Finding, Outcome, Purchase};
use yeastar_core::{
    Action, Entry, Error, ErrorKind, Event, Exchange, JournalReply, JournalRequest, Machine, Tick,
};

use super::checker::{Verdict, Who};
use super::clock::{Clock, WALL_CLOCK};
use super::fault::{
    DETAILS, Faults, Freeze, IS_DROPPED, IS_ORDERED_BY_HAND, IS_TOKEN_TAKEN, LIST, OrderFault, QueryFault,
    RIVALRY, RIVALRY_OF_TWO, Refusal, Rivalry, STORE, SWEEP, StoreFault, TOKEN, TokenFault, URL,
};
use super::journal;
use super::network::{About, Arrival};
use super::person::{self, TakeUp};
use super::process::{Next, Process};
use super::schedule::World;
use super::variant::{Rival, Twin};

/// Of what is random in a session, each time that it is used: it does not matter how often that was.
const SEED: u64 = 1;

/// So much later a person has heard of it, and does something.
const TIME_OF_A_PERSON: Duration = Duration::from_secs(20 * 60);

/// So much later somebody begins again.
const A_SECOND: Duration = Duration::from_secs(1);

impl World<'_> {
    /// Whether something may be chosen in the next step of this process.
    pub fn may_choose(&self, index: usize) -> bool {
        let may_be_dropped = self.setup.variant.is_dropped && !self.is_settling;
        let may_be_taken_up = self.deeds_left > 0 && !self.is_settling;
        match self.processes[index].next {
            Next::Transmit(_) | Next::Store(_) => true,
            Next::Take { .. } => may_be_dropped,
            Next::Poll => may_be_dropped || may_be_taken_up,
            Next::Begin => may_be_taken_up,
        }
    }

    /// Whether there is more than one answer to anything.
    pub fn may_part(&self) -> bool {
        !self.is_settling && self.choices.faults_left() > 0
    }

    /// The next thing that a process does.
    pub fn step(&mut self, index: usize) {
        let mut process = self.processes.remove(index);
        match mem::replace(&mut process.next, Next::Poll) {
            Next::Begin => self.load(process),
            Next::Poll => self.poll(process),
            Next::Take { event, refused } => {
                if self.is_dropped(&process) {
                    return self.drop(process);
                }
                if let Some(number) = refused {
                    self.checker.order_refused(number, is_listed(&event));
                    process.was_refused |= self
                        .setup
                        .variant
                        .twin
                        .is_none_or(|twin| twin != Twin::NoLookAfterListed || is_listed(&event));
                }
                if let Some(machine) = &mut process.machine {
                    machine.on(event);
                }
                self.processes.push(process);
            }
            next @ (Next::Transmit(_) | Next::Store(_)) => {
                process.next = next;
                if process.is_first && self.rivals_left > 0 && !self.is_settling {
                    self.rival(&mut process);
                }
                if process.is_held {
                    self.processes.push(process);
                    return;
                }
                match mem::replace(&mut process.next, Next::Poll) {
                    Next::Transmit(exchange) => self.transmit(process, exchange),
                    Next::Store(entry) => self.store(process, entry),
                    _ => {}
                }
            }
        }
    }

    /// What goes wrong here, where it may. With credentials of its own the second client has none: what it meets by
    /// itself, others have met.
    fn fault<T: Copy + Debug>(&mut self, process: &Process, among: &Faults<T>) -> T {
        if process.identity > 0 { among.kinds[0] } else { self.choices.fault(among) }
    }

    fn order_fault(&mut self, process: &Process) -> OrderFault {
        if process.identity > 0 { OrderFault::None } else { self.choices.order_fault() }
    }

    /// Another process may take the intent here.
    fn rival(&mut self, process: &mut Process) {
        let rivalry = self.choices.fault(match self.setup.variant.rival {
            Rival::Resumer => &SWEEP,
            Rival::Two => &RIVALRY_OF_TWO,
            _ => &RIVALRY,
        });
        let take_up = match rivalry {
            Rivalry::None => return,
            Rivalry::Race | Rivalry::Purchase => TakeUp::New,
            Rivalry::Resume | Rivalry::Sweep => TakeUp::Resume,
        };
        self.note(process.number, || format!("a second process: {rivalry:?}"));
        self.rivals_left -= 1;
        process.is_held = matches!(rivalry, Rivalry::Purchase | Rivalry::Resume);
        let identity = self.setup.variant.identities() - 1;
        self.begin(take_up, false, identity, Duration::ZERO);
    }

    /// Takes the purchase up from the journal.
    fn load(&mut self, mut process: Box<Process>) {
        let setup = self.setup;
        let origin = &setup.origin;
        let policy = match &setup.variant {
            _ if self.is_settling => &setup.hasty_policy,
            variant if variant.is_patient && process.is_first => &setup.patient_policy,
            _ => &setup.policy,
        };
        process.is_stranger = self.is_stranger(process.identity);
        let stored = self.stored();
        let state = self.journal(process.identity).state().unwrap_or("nothing").to_owned();
        let is_one = setup.variant.twin == Some(Twin::OneWord);
        let writer = if is_one { 0 } else { process.number as u128 };
        let context = Context::new(process.session.account(), origin, policy, writer);
        let id = setup.intent.id();
        let purchase = match &process.take_up {
            _ if stored.is_empty() => Purchase::new(&setup.intent, &[], &context),
            TakeUp::New => Purchase::new(&setup.intent, &stored, &context),
            TakeUp::Resume => Purchase::resume(id, &stored, &context),
            TakeUp::Resubmit => Purchase::resubmit_assuming_absent(id, &stored, &context),
            TakeUp::Settle(order_no) => {
                let finding =
                    order_no.as_deref().map_or(Finding::NotOrdered, |no| Finding::Ordered(no.into()));
                Purchase::settle(id, finding, &stored, &context)
            }
        };
        self.checker.heard(process.number);
        self.note(process.number, || format!("begins: {:?}, the journal says {state}", process.take_up));
        match purchase {
            Ok(purchase) => {
                process.machine = Some(purchase);
                self.processes.push(process);
            }
            Err(error) if process.take_up.is_by_a_person() => {
                self.note(process.number, || format!("is not allowed to: {error}"));
            }
            Err(error) => self.done(process, &Err(error)),
        }
    }

    fn poll(&mut self, mut process: Box<Process>) {
        let Some(machine) = &mut process.machine else { return };
        process.was_frozen = false;
        process.session.set_seed(SEED);
        let mut tick = process.clock.tick(self.now);
        let sees_no_time = match self.setup.variant.twin {
            Some(Twin::NoClaim) => process.take_up == TakeUp::Resume,
            Some(Twin::NoPatience) => process.take_up.is_by_a_person(),
            _ => false,
        };
        if sees_no_time {
            tick = Tick::new(tick.since(Tick::default()));
        }
        match machine.poll(tick, &mut process.session) {
            Action::Send(exchange) => process.next = Next::Transmit(exchange),
            Action::Journal(JournalRequest::Store(entry)) => process.next = Next::Store(entry),
            Action::Journal(JournalRequest::Load(_)) => {
                let now = self.now;
                let reply = self.journal(process.identity).ask(now);
                self.note(process.number, || format!("asks the journal: {reply:?}"));
                machine.on(Event::Journal(reply));
            }
            // All schedules are about one purchase.
            Action::Journal(JournalRequest::FindOrders(_)) => {
                machine.on(Event::Journal(JournalReply::Loaded(Vec::new())));
            }
            Action::Sleep(pause) | Action::Wait(pause) => {
                // A sleeper may wake up later than it wanted to.
                process.wake = in_whole_seconds(self.now + pause);
                if self.is_dropped(&process) {
                    return self.drop(process);
                }
            }
            Action::Done(Err(error)) if is_left(&error) => return self.leave(*process, &error),
            Action::Done(Err(error)) if matches!(process.take_up, TakeUp::Settle(_)) => {
                return self.note(process.number, || format!("is not allowed to: {error}"));
            }
            Action::Done(result) => return self.done(process, &result),
        }
        self.processes.push(process);
    }

    /// It is too early: another process is at work on it, or looks for it. This one comes again when that is over.
    fn leave(&mut self, process: Process, error: &Error) {
        self.note(process.number, || format!("leaves it: {error}"));
        self.checker.abandoned(process.number);
        let Process { session, clock, take_up, is_first, identity, .. } = process;
        self.begin_with(session, clock, take_up, is_first, identity, error.retry_after().unwrap_or_default());
    }

    fn transmit(&mut self, mut process: Box<Process>, exchange: Exchange) {
        let (now, tick) = (self.now, process.clock.tick(self.now));
        let (variant, identity) = (&self.setup.variant, process.identity);
        let about = About::of(&exchange.request);
        if variant.has_colleague && !self.is_settling && self.choices.fault(&IS_ORDERED_BY_HAND) {
            self.note(process.number, || "a colleague orders the same".into());
            self.network(identity).colleague_orders(now);
        }
        let has_trouble = variant.has_token_trouble && matches!(about, About::Order | About::List);
        if has_trouble && self.fault(&process, &IS_TOKEN_TAKEN) {
            self.note(process.number, || "another client takes the token".into());
            self.network(identity).take_token(now);
        }
        let mut arrival = match about {
            About::Order => {
                // Not a byte is sent yet.
                if self.is_dropped(&process) {
                    return self.drop(process);
                }
                match self.order_fault(&process) {
                    OrderFault::Frozen(freeze) if !process.was_frozen => {
                        self.note(process.number, || format!("stands still before it sends: {freeze:?}"));
                        process.was_frozen = true;
                        process.wake = now + process.clock.suffer(freeze, now);
                        process.next = Next::Transmit(exchange);
                        return self.processes.push(process);
                    }
                    fault => return self.transmit_order(process, exchange, fault),
                }
            }
            About::Token => {
                let fault =
                    if variant.has_token_trouble { self.fault(&process, &TOKEN) } else { TokenFault::None };
                self.network(identity).token(now, tick, exchange, fault)
            }
            About::List => {
                let fault = self.fault(&process, &LIST);
                self.note(process.number, || format!("asks for {}: {fault:?}", exchange.request.uri()));
                self.network(identity).list(now, exchange, fault)
            }
            About::Details | About::Url | About::Balance => {
                let fault = match about {
                    About::Details => self.fault(&process, &DETAILS),
                    About::Url => self.fault(&process, &URL),
                    _ => QueryFault::None,
                };
                self.note(process.number, || format!("asks for {about:?}: {fault:?}"));
                self.network(identity).ask(now, exchange, fault)
            }
        };
        let shown = self.network(identity).shown(about, &arrival.event);
        self.checker.saw(process.number, shown);
        if let Some(twin) = self.setup.variant.twin {
            twin.change_answer(&mut process, about, &mut arrival.event);
            twin.change_session(&mut process.session, about, &arrival.event);
        }
        self.receive(process, arrival, None);
    }

    fn transmit_order(&mut self, process: Box<Process>, exchange: Exchange, fault: OrderFault) {
        let number = self.checker.next_number();
        let body = exchange.request.body().clone();
        let tick = process.clock.tick(self.now);
        let fault = if self.setup.variant.is_slow { fault.slower() } else { fault };
        let fault = if self.setup.variant.lists_refusals { fault.listed() } else { fault };
        let (now, variant) = (self.now, self.setup.variant);
        let arrival = self.network(process.identity).order(now, tick, exchange, number, fault);
        self.note(process.number, || {
            let extent = if arrival.is_whole { "whole" } else { "not whole" };
            format!("sends the order, request {number}: {fault:?}, {extent}, then {:?}", arrival.event)
        });
        let is_repeated = matches!(fault, OrderFault::Repeated(_));
        let (who, stored, licence) = (process.who(), process.stored, process.licence());
        let (checker, network, journal) = self.check(process.identity);
        checker.order_sent(who, arrival.is_whole, is_repeated, &body, stored, journal, licence, &variant);
        checker.arrived(network, &variant);
        let crashes = matches!(
            fault,
            OrderFault::CrashBefore
                | OrderFault::CrashWithin
                | OrderFault::CrashAfter
                | OrderFault::DelayedAndCrash(_)
        );
        if crashes {
            self.crash(process);
        } else {
            let refused = arrival.is_refusal.then_some(number);
            self.receive(process, arrival, refused);
        }
    }

    fn receive(&mut self, mut process: Box<Process>, arrival: Arrival, refused: Option<usize>) {
        process.wake = self.now + arrival.after;
        process.next = Next::Take { event: arrival.event, refused };
        self.processes.push(process);
    }

    fn store(&mut self, mut process: Box<Process>, entry: Entry) {
        let fault = self.fault(&process, &STORE);
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
            StoreFault::CrashBefore => return self.crash(process),
            fault => fault,
        };
        if let TakeUp::Settle(order_no) = &process.take_up {
            self.checker.person_settles(order_no.clone());
        }
        if self.is_decided_too_early(&process) {
            self.checker.decided_too_early();
        }
        let reply = if self.setup.variant.twin == Some(Twin::NoWriteAhead) {
            process.unwritten = Some(entry);
            JournalReply::Stored
        } else {
            let version = entry.version();
            let is_taken = self.is_taken(&process, &entry);
            let reply = self.write(process.who(), &entry, fault);
            if is_taken && self.journal(process.identity).load() == Some(&entry) {
                self.checker.taken();
            }
            match reply {
                JournalReply::Stored => {
                    process.stored = Some(version);
                    self.checker.heard(process.number);
                }
                JournalReply::Conflict(_) => {
                    self.checker.lost_word(process.number);
                    self.checker.heard(process.number);
                }
                JournalReply::Failed(_) | JournalReply::Loaded(_) => {}
            }
            reply
        };
        if fault == StoreFault::CrashAfter {
            return self.crash(process);
        }
        self.note(process.number, || format!("hears {reply:?}"));
        process.next = Next::Take { event: Event::Journal(reply), refused: None };
        self.processes.push(process);
    }

    /// Whether a person decides while the order is still looked for.
    fn is_decided_too_early(&mut self, process: &Process) -> bool {
        let now = (WALL_CLOCK + self.now).as_secs();
        let journal = self.journal(process.identity);
        let by_others = journal.load().filter(|_| !journal.is_written_by(process.number));
        process.take_up.is_by_a_person()
            && by_others.and_then(journal::looked_for_until).is_some_and(|until| until > now)
    }

    /// Whether one that resumes would end a purchase on which another process is at work, and has said so.
    fn is_taken(&mut self, process: &Process, entry: &Entry) -> bool {
        let now = (WALL_CLOCK + self.now).as_secs();
        let is_end = process.take_up == TakeUp::Resume && journal::state(entry) == "not_sent";
        let journal = self.journal(process.identity);
        let is_claimed =
            journal.load().is_some_and(|stored| journal::claim(stored).is_none_or(|until| until > now));
        let is_recorded = journal.state() == Some("recorded") && !journal.is_written_by(process.number);
        let is_at_work = |other: &Process| other.take_up == TakeUp::New && other.machine.is_some();
        is_end && is_recorded && is_claimed && self.processes.iter().any(|other| is_at_work(other))
    }

    fn write(&mut self, who: Who, entry: &Entry, fault: StoreFault) -> JournalReply {
        let now = self.now;
        let journal = self.journal(who.identity);
        let before = journal.state().unwrap_or_default().to_owned();
        let (reply, is_stored) = journal.store(now, entry.clone(), who.identity, fault);
        if is_stored {
            self.checker.stored(who, &before, entry, &self.secrets);
        }
        reply
    }

    /// The process ends on the spot.
    fn crash(&mut self, process: Box<Process>) {
        self.note(process.number, || "crashes".into());
        self.end_silently(process.identity);
        if self.take_ups_left == 0 {
            return;
        }
        self.take_ups_left -= 1;
        let take_up = match process.take_up {
            // Who was about to say so, says so again.
            TakeUp::Settle(order_no) => TakeUp::Settle(order_no),
            _ => self.choices.either("take-up", person::take_ups(self.setup.variant.has_person)),
        };
        self.begin(take_up, process.is_first, process.identity, A_SECOND);
    }

    fn end_silently(&mut self, identity: usize) {
        if let Some("sending" | "ambiguous") = self.journal(identity).state() {
            self.checker.ended_silently();
        }
    }

    /// Whether the caller of a purchase goes away here, and it ends with that.
    fn is_dropped(&mut self, process: &Process) -> bool {
        let may_stop = process.machine.as_ref().is_none_or(Purchase::may_stop);
        let is_bound = may_stop || self.setup.variant.twin == Some(Twin::NoDetaching);
        let may_be = self.setup.variant.is_dropped && is_bound && !self.is_settling && self.take_ups_left > 0;
        may_be && self.fault(process, &IS_DROPPED)
    }

    /// Nobody waits for the purchase any more. Its caller comes again, in the same process.
    fn drop(&mut self, mut process: Box<Process>) {
        self.note(process.number, || "is dropped".into());
        if let Some(machine) = &mut process.machine {
            machine.abandon(&mut process.session);
        }
        self.checker.abandoned(process.number);
        self.take_ups_left -= 1;
        let Process { session, clock, is_first, identity, .. } = *process;
        self.begin_with(session, clock, TakeUp::New, is_first, identity, A_SECOND);
    }

    /// The process has come to its end, and says how.
    fn done(&mut self, mut process: Box<Process>, result: &Result<Outcome, Error>) {
        let text = match result {
            Ok(outcome) => format!("{outcome} {outcome:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        self.checker.printed(&text, &self.secrets);
        self.note(process.number, || format!("ends: {}", text.lines().next().unwrap_or_default()));
        if let Some(entry) = process.unwritten.take() {
            self.write(process.who(), &entry, StoreFault::None);
        }
        let twin = self.setup.variant.twin;
        let (who, is_stranger) = (process.who(), process.is_stranger);
        let verdict = verdict(result, twin);
        let (checker, network, _) = self.check(process.identity);
        checker.said(verdict.clone(), who, is_stranger, network);
        if result.as_ref().map_or(true, |outcome| outcome.unrecorded().is_some()) {
            self.end_silently(process.identity);
        }
        if !self.is_settling {
            self.go_on(&process, &verdict);
        }
        if self.setup.variant.is_lasting {
            let Process { session, clock, .. } = *process;
            self.kept = Some(Box::new((session, clock)));
        }
    }

    /// Somebody may begin again after what was said.
    fn go_on(&mut self, process: &Process, verdict: &Verdict) {
        let (is_first, identity) = (process.is_first, process.identity);
        let is_definite = matches!(verdict, Verdict::Confirmed { .. } | Verdict::Rejected);
        let forgets = match self.setup.variant.twin {
            Some(Twin::RetryOnAnyError) => !is_definite,
            Some(Twin::EyesShut) => *verdict == Verdict::NotPlaced,
            _ => false,
        };
        let is_refused = *verdict == Verdict::Failed && !self.is_stranger(identity);
        if forgets && self.take_ups_left > 0 {
            self.take_ups_left -= 1;
            self.journal(identity).forget();
            self.begin(TakeUp::New, is_first, identity, A_SECOND);
        } else if is_refused && self.take_ups_left > 0 {
            self.take_ups_left -= 1;
            self.begin(TakeUp::New, is_first, identity, 5 * A_SECOND);
        } else if self.deeds_left > 0 {
            let deed = self.choices.deed("person", &person::deeds(verdict));
            if let Some(take_up) = deed {
                self.deeds_left -= 1;
                self.note(0, || format!("a person: {take_up:?}"));
                self.begin(take_up, is_first, identity, TIME_OF_A_PERSON);
            }
        }
    }
}

/// Whether another process is at work on the purchase, or nobody decides yet.
fn is_left(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Conflict | ErrorKind::InvalidRequest) && error.retry_after().is_some()
}

/// Rounded up.
fn in_whole_seconds(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs() + u64::from(time.subsec_nanos() > 0))
}

/// Whether only the caller knows that it is a refusal.
fn is_listed(event: &Event) -> bool {
    let Event::Response(answer) = event else { return false };
    answer.status() == Refusal::Listed.to_answer().status()
}

/// What a client says, a broken one too.
fn verdict(result: &Result<Outcome, Error>, twin: Option<Twin>) -> Verdict {
    let unknown = Verdict::Ambiguous { is_absent: false, candidates: Vec::new(), is_in_sight: false };
    let outcome = match result {
        _ if twin == Some(Twin::AlwaysAmbiguous) => return unknown,
        Ok(outcome) => outcome,
        Err(_) => return Verdict::Failed,
    };
    match outcome {
        Outcome::Confirmed { order_no, by, others, .. } => Verdict::Confirmed {
            order_no: order_no.to_string(),
            by: *by,
            others: others.iter().map(ToString::to_string).collect(),
        },
        Outcome::Rejected { .. } => Verdict::Rejected,
        Outcome::NotPlaced { .. } => Verdict::NotPlaced,
        Outcome::Ambiguous { evidence, absent, candidates, .. } => {
            let numbers = candidates.iter().filter_map(|candidate| candidate.order_no.as_ref());
            twin.and_then(|twin| twin.of_doubt(evidence)).unwrap_or_else(|| Verdict::Ambiguous {
                is_absent: *absent,
                candidates: numbers.map(ToString::to_string).collect(),
                is_in_sight: !evidence.sighted.is_empty() || evidence.url_was_taken,
            })
        }
        other => unreachable!("an outcome that this simulation does not know: {other:?}"),
    }
}

impl Clock {
    /// Stands still; how long by the world's clock.
    fn suffer(&mut self, freeze: Freeze, now: Duration) -> Duration {
        self.note_change(now);
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
