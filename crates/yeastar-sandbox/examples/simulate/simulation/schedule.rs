//! One schedule: processes, their journals, the accounts and those who have a say, on virtual time.

use std::fmt;
use std::hash::Hash;
use std::time::Duration;

use yeastar_core::purchase::ConfirmedBy;
use yeastar_core::{Credentials, Entry, Session};
use yeastar_sandbox::PoNumberEcho;

use super::checker::{Checker, Excused, Verdict, Violation, orders};
use super::choice::{Answer, Choice, Choices};
use super::clock::Clock;
use super::fingerprint::Fingerprint;
use super::journal::Journal;
use super::network::{FORMER_CLIENT_ID, Network};
use super::person::TakeUp;
use super::process::{Next, Process};
use super::setup::{BEGIN, Setup};
use super::variant::{Rival, Twin};

/// More steps than any schedule takes that ends.
const MOST_STEPS: usize = 5000;

/// How often a caller begins again after a crash or a journal that failed.
const TAKE_UPS_LEFT: usize = 4;

/// How often a person takes the purchase up.
const DEEDS_LEFT: usize = 2;

/// Long enough for every outage and every request on its way to end.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// How far ahead the wall clock is of a process that does not share it with the first one.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// How the sandbox's tokens begin.
const TOKENS: &str = "sandbox-";

/// What came of a schedule.
pub struct Report {
    pub violations: Vec<Violation>,
    pub excused: Excused,
    /// What the caller knew when everything had ended.
    pub ended: Ended,
    /// The same, after the purchase was resumed when all was quiet.
    pub settled: Ended,
    /// A gateway has sent the order to the portal twice.
    pub has_repetition: bool,
    pub made: Vec<Choice>,
    /// The choices that are not the first, in words, where they were kept.
    pub words: Vec<Answer>,
    pub trace: Vec<String>,
}

/// What a caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    Confirmed(ConfirmedBy),
    Rejected,
    NotPlaced,
    Ambiguous(Why),
    /// Nothing: the process ended, or its journal failed.
    Unsaid,
}

/// Why it is not known what became of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    while let Some(index) = world.next() {
        world.step(index);
    }
    world.report()
}

#[derive(Clone)]
pub struct World<'a> {
    pub setup: &'a Setup,
    pub choices: Choices,
    pub now: Duration,
    networks: Vec<Network>,
    journals: Vec<Journal>,
    /// Boxed: each is large, and they change places.
    #[expect(clippy::vec_box, reason = "they are moved more often than looked at")]
    pub processes: Vec<Box<Process>>,
    pub checker: Checker,
    pub secrets: Vec<String>,
    /// What the last process knows that has come to its end.
    pub kept: Option<Box<(Session, Clock)>>,
    processes_begun: usize,
    /// How many other processes may begin.
    pub rivals_left: usize,
    pub take_ups_left: usize,
    pub deeds_left: usize,
    steps_left: usize,
    stage: Stage,
    pub is_settling: bool,
    /// What the caller knew before all was quiet.
    ended: Ended,
    trace: Option<Vec<String>>,
}

/// How far a schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// Processes run, and faults happen.
    Busy,
    /// No further faults: the purchase is resumed until nothing changes any more, with these credentials for the
    /// so-manieth time.
    Quiet {
        identity: usize,
        round: usize,
    },
    Over,
}

impl<'a> World<'a> {
    /// The first process is about to begin.
    pub fn new(setup: &'a Setup, choices: Choices, is_traced: bool) -> Self {
        let networks = setup.networks();
        let secrets = networks.iter().map(|network| network.portal.client_secret().to_owned());
        let secrets = secrets.chain([TOKENS.to_owned()]).collect();
        let journal = Journal::new(&setup.variant);
        let mut world = Self {
            setup,
            choices,
            now: BEGIN,
            // The parts of one journal: that of each label, or that without one.
            journals: vec![journal; networks.len()],
            networks,
            processes: Vec::new(),
            checker: Checker::default(),
            secrets,
            kept: None,
            processes_begun: 0,
            rivals_left: setup.variant.rivals(),
            take_ups_left: TAKE_UPS_LEFT,
            deeds_left: if setup.variant.has_person { DEEDS_LEFT } else { 0 },
            steps_left: MOST_STEPS,
            stage: Stage::Busy,
            is_settling: false,
            ended: Ended::Unsaid,
            trace: is_traced.then(Vec::new),
        };
        world.begin(TakeUp::New, true, 0, Duration::ZERO);
        world
    }

    /// All on which it depends what follows, but for the number of faults that there may be yet.
    pub fn fingerprint(&self) -> u128 {
        let Self { setup, choices, now, networks, journals, processes, checker, secrets: _, .. } = self;
        let Self { kept, processes_begun: _, rivals_left, take_ups_left, deeds_left, steps_left: _, .. } =
            self;
        let Self { stage, is_settling: _, ended, trace: _, .. } = self;
        let mut to = Fingerprint::new(*now);
        (choices.had_fault(), rivals_left, take_ups_left, deeds_left, stage, ended).hash(&mut to);
        let requests = checker.requests(processes, networks);
        for journal in journals {
            journal.fingerprint(&mut to);
        }
        for process in processes {
            let is_first = process.is_first
                && (*rivals_left > 0
                    || setup.variant.is_patient
                    || setup.variant.twin == Some(Twin::NoSendBy));
            process.fingerprint(&journals[self.entry(process.identity)], &requests, is_first, &mut to);
        }
        if let Some((session, clock)) = kept.as_deref() {
            to.set_clock(clock.tick(*now));
            session.hash(&mut to);
        }
        // After all who have a token.
        for network in networks {
            network.fingerprint(&requests, setup.variant.list_lag.max(setup.variant.echo_lag), &mut to);
        }
        processes.len().hash(&mut to);
        checker.fingerprint(processes, &requests, &mut to);
        to.to_u128()
    }

    /// What came of the schedule, which is over.
    pub fn report(mut self) -> Report {
        let settled = ended(&self);
        let words = self.choices.take_words();
        let Checker { violations, excused, has_repetition, .. } = self.checker;
        Report {
            violations,
            excused,
            ended: self.ended,
            settled,
            has_repetition,
            made: self.choices.into_made(),
            words,
            trace: self.trace.unwrap_or_default(),
        }
    }

    pub fn note(&mut self, process: usize, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:9.3} s  {process}  {}", self.now.as_secs_f64(), what()));
        }
    }

    /// The account of these credentials.
    fn account(&self, identity: usize) -> usize {
        identity.min(self.networks.len() - 1)
    }

    pub fn network(&mut self, identity: usize) -> &mut Network {
        let account = self.account(identity);
        &mut self.networks[account]
    }

    pub fn journal(&mut self, identity: usize) -> &mut Journal {
        let entry = self.entry(identity);
        &mut self.journals[entry]
    }

    /// The entry that these credentials find in the journal.
    fn entry(&self, identity: usize) -> usize {
        if self.setup.variant.is_labelled { self.account(identity) } else { 0 }
    }

    /// All entries that the journal has.
    pub fn stored(&self) -> Vec<Entry> {
        self.journals.iter().filter_map(Journal::load).cloned().collect()
    }

    /// The checker, with the account and the journal of these credentials.
    pub fn check(&mut self, identity: usize) -> (&mut Checker, &Network, &Journal) {
        let (account, entry) = (self.account(identity), self.entry(identity));
        (&mut self.checker, &self.networks[account], &self.journals[entry])
    }

    fn credentials(&mut self, identity: usize) -> Credentials {
        let variant = self.setup.variant;
        let mut credentials = self.network(identity).credentials();
        if variant.rival == Rival::ClientId && identity > 0 {
            credentials = Credentials::new(FORMER_CLIENT_ID, credentials.client_secret().clone());
        }
        let label = match variant.twin {
            Some(Twin::NoAccount) => 0,
            _ if variant.is_labelled => self.account(identity),
            _ => return credentials,
        };
        credentials.with_account(&format!("account-{label}")).expect("it is plain")
    }

    /// A process begins, after a while.
    pub fn begin(&mut self, take_up: TakeUp, is_first: bool, identity: usize, pause: Duration) {
        let session = Session::new(self.credentials(identity), 1);
        let mut clock = Clock::new(self.now + pause);
        if self.setup.variant.twin == Some(Twin::NoSendBy) && !is_first {
            clock.set_ahead(AHEAD);
        }
        self.begin_with(session, clock, take_up, is_first, identity, pause);
    }

    /// A purchase begins in a process that is there already.
    pub fn begin_with(
        &mut self,
        session: Session,
        clock: Clock,
        take_up: TakeUp,
        is_first: bool,
        identity: usize,
        pause: Duration,
    ) {
        self.processes_begun += 1;
        self.processes.push(Box::new(Process {
            number: self.processes_begun,
            identity,
            is_first,
            take_up,
            machine: None,
            session,
            clock,
            wake: self.now + pause,
            is_held: false,
            was_frozen: false,
            next: Next::Begin,
            stored: None,
            unwritten: None,
            is_stranger: false,
            was_refused: false,
            remembered: [None, None],
        }));
    }

    /// Goes on up to the next step of a process, and tells which; `None` at the end.
    pub fn next(&mut self) -> Option<usize> {
        while self.stage != Stage::Over {
            let next = self.next_process();
            if next.is_some() {
                return next;
            }
            self.drain();
            self.next_stage();
        }
        None
    }

    /// The next process that does something, in this stage.
    fn next_process(&mut self) -> Option<usize> {
        while self.steps_left > 0 {
            self.steps_left -= 1;
            let ready = self.processes.iter().enumerate().filter(|(_, process)| !process.is_held);
            let next = ready.min_by_key(|(_, process)| process.wake);
            let Some((index, wake)) = next.map(|(index, process)| (index, process.wake)) else {
                let held = self.processes.first_mut()?;
                held.is_held = false;
                held.wake = self.now;
                continue;
            };
            if let Some((account, arrival)) = self.next_arrival().filter(|(_, arrival)| *arrival <= wake) {
                self.now = self.now.max(arrival);
                self.deliver(account);
                continue;
            }
            self.now = self.now.max(wake);
            return Some(index);
        }
        self.checker.endless();
        self.processes.clear();
        None
    }

    /// Where and when the next waiting request arrives.
    fn next_arrival(&self) -> Option<(usize, Duration)> {
        let networks = self.networks.iter().enumerate();
        let arrivals = networks.filter_map(|(account, network)| Some((account, network.next_arrival()?)));
        arrivals.min_by_key(|(_, arrival)| *arrival)
    }

    /// Lets all requests arrive that are still on their way.
    fn drain(&mut self) {
        while let Some((account, arrival)) = self.next_arrival() {
            self.now = self.now.max(arrival);
            self.deliver(account);
        }
        for identity in 0..self.setup.variant.identities() {
            let (checker, network, _) = self.check(identity);
            checker.drained(identity, network);
        }
    }

    fn deliver(&mut self, account: usize) {
        if let Some(number) = self.networks[account].deliver() {
            self.note(0, || format!("request {number} arrives late"));
        }
        self.checker.arrived(&self.networks[account], &self.setup.variant);
    }

    /// No process is left, and no request on its way.
    fn next_stage(&mut self) {
        self.steps_left = MOST_STEPS;
        let (mut identity, mut round) = match self.stage {
            Stage::Busy => {
                self.ended = ended(self);
                self.choices.end_faults();
                self.is_settling = true;
                (0, 0)
            }
            Stage::Quiet { identity, round } => {
                let is_stranger = self.is_stranger(identity);
                let is_open = match self.checker.last(identity) {
                    Some(Verdict::NotPlaced) | None => true,
                    Some(Verdict::Failed) => !is_stranger,
                    _ => false,
                };
                if is_open && round < 2 { (identity, round + 1) } else { (identity + 1, 0) }
            }
            Stage::Over => return,
        };
        while identity < self.setup.variant.identities() {
            self.now += PATIENCE + self.setup.variant.list_lag;
            if let Some(take_up) = self.quiet_take_up(identity) {
                self.note(0, || "all is quiet".into());
                self.stage = Stage::Quiet { identity, round };
                let Some((session, clock)) = self.kept.take().map(|kept| *kept) else {
                    return self.begin(take_up, true, identity, Duration::ZERO);
                };
                return self.begin_with(session, clock, take_up, true, identity, Duration::ZERO);
            }
            (identity, round) = (identity + 1, 0);
        }
        self.stage = Stage::Over;
        self.check_settled();
    }

    /// How the purchase is taken up when all is quiet.
    fn quiet_take_up(&mut self, identity: usize) -> Option<TakeUp> {
        let is_closed = self.setup.variant.twin == Some(Twin::ClosedEntry);
        let is_stranger = self.is_stranger(identity);
        Some(match self.journal(identity).state() {
            Some("confirmed") if is_closed => return None,
            _ if is_stranger => TakeUp::New,
            None | Some("recorded" | "not_sent") => TakeUp::New,
            _ => TakeUp::Resume,
        })
    }

    fn check_settled(&mut self) {
        let had_fault = self.choices.had_fault();
        for identity in 0..self.setup.variant.identities() {
            let is_stranger = self.is_stranger(identity);
            let variant = self.setup.variant;
            let (checker, network, _) = self.check(identity);
            if is_stranger {
                checker.stranger_settled(identity);
            } else {
                checker.settled(identity, network, &variant, had_fault);
            }
        }
    }

    /// Whether the journal has the entry of another account for these credentials.
    pub fn is_stranger(&mut self, identity: usize) -> bool {
        let is_labelled = self.setup.variant.is_labelled;
        self.journal(identity).owner.is_some_and(|owner| owner != identity) && !is_labelled
    }
}

/// What the caller knows by now.
fn ended(world: &World<'_>) -> Ended {
    match world.checker.known(0) {
        Some(Verdict::Confirmed { by, .. }) => Ended::Confirmed(*by),
        Some(Verdict::Rejected) => Ended::Rejected,
        Some(Verdict::NotPlaced) => Ended::NotPlaced,
        Some(Verdict::Ambiguous { .. }) => {
            let exists = orders(&world.networks[0]).next().is_some();
            Ended::Ambiguous(match world.setup.variant.echo {
                _ if !exists => Why::Absent,
                PoNumberEcho::Nowhere => Why::Unshown,
                _ => Why::Unseen,
            })
        }
        Some(Verdict::Failed) | None => Ended::Unsaid,
    }
}

impl Why {
    pub const ALL: [Self; 3] = [Self::Unshown, Self::Unseen, Self::Absent];
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
