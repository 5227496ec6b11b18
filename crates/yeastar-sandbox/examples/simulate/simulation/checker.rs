//! What must hold, whatever happens.

use std::hash::Hash;

use bytes::Bytes;
use yeastar_core::Entry;
use yeastar_core::purchase::{ConfirmedBy, Resend};

use super::fingerprint::Fingerprint;
use super::journal::{self, Journal};
use super::network::{Network, Origin};
use super::process::Process;
use super::variant::Variant;

/// The number by which the order of every schedule is found again.
pub const KEY: &str = "simulated-4711";

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub kind: Kind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Two orders of one intent.
    Double,
    /// It was said that there is no order, and there is one.
    Lost,
    /// Anything else.
    Other,
}

/// What went wrong and is nobody's fault who could have known better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Excused {
    /// A gateway sent a request twice, and the portal took both.
    pub is_repeated: bool,
    /// A gateway sent a request twice, and its refusal of the second was believed by a process that had seen
    /// nothing of the first.
    pub is_unseeable: bool,
    /// A person settled the purchase, and was wrong.
    pub is_mistaken: bool,
    /// It was sent again where the documentation says that this may place a second order.
    pub is_licensed: bool,
}

/// What a process says at its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    Confirmed {
        order_no: String,
        by: ConfirmedBy,
        others: Vec<String>,
    },
    Rejected,
    NotPlaced,
    Ambiguous {
        is_absent: bool,
        /// Orders that may be ours.
        candidates: Vec<String>,
        /// Whether some look has shown an order that may be ours, or a PBX URL that was free before and is taken.
        is_in_sight: bool,
    },
    /// It sent nothing by itself, and the journal fails or belongs to another process.
    Failed,
}

/// Who does or says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    pub process: usize,
    pub identity: usize,
}

/// By what right an order is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Licence {
    None,
    /// A person says that it is not there.
    Person,
}

/// A request for the order.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
struct Sent {
    who: Who,
    is_whole: bool,
    /// Whether its process was told that nothing was done.
    is_answered: bool,
    is_repeated: bool,
    /// Its caller had gone before the answer came.
    is_abandoned: bool,
    /// The orders of ours that its process had seen a sign of.
    signs: Vec<String>,
}

/// What was said, when so many requests had been sent and these orders of ours had been seen a sign of.
#[derive(Clone, Debug)]
struct Said {
    verdict: Verdict,
    who: Who,
    sent: usize,
    signs: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Checker {
    pub violations: Vec<Violation>,
    pub excused: Excused,
    sent: Vec<Sent>,
    body: Option<Bytes>,
    said: Vec<Said>,
    /// Which process was shown which order of ours.
    seen: Vec<(usize, String)>,
    /// Of which account's entry says that there is a sign of an order, and which order of ours it is.
    noted: Vec<(usize, String)>,
    /// How many of these each process has heard of.
    heard: Vec<(usize, usize)>,
    /// What persons have said: the number of the order, or that there is none.
    settled: Vec<Option<String>>,
    /// A process has ended that might have sent, and never told.
    has_silent_end: bool,
    /// A gateway sends a request twice.
    pub has_repetition: bool,
}

impl Checker {
    /// The requests of which it still matters which they are: those of processes that there are yet, those on their
    /// way, and those that have placed an order.
    pub fn requests(&self, processes: &[Box<Process>], networks: &[Network]) -> Vec<usize> {
        let is_there = |who: Who| processes.iter().any(|process| process.number == who.process);
        let matters = |number: &usize| {
            is_there(self.sent[*number].who) || networks.iter().any(|network| network.has(*number))
        };
        (0..self.sent.len()).filter(matters).collect()
    }

    /// Of what was seen and said, as far as it still counts.
    pub fn fingerprint(&self, processes: &[Box<Process>], requests: &[usize], to: &mut Fingerprint) {
        let Self { violations, excused, sent, body, said, seen, noted, heard, .. } = self;
        let Self { settled, has_silent_end, has_repetition, .. } = self;
        let place = |number: usize| processes.iter().position(|process| process.number == number);
        (excused, body.is_some(), settled, has_silent_end, has_repetition).hash(to);
        for violation in violations {
            violation.kind.hash(to);
        }
        violations.len().hash(to);
        for number in requests {
            let Sent { who, is_whole, is_answered, is_repeated, is_abandoned, signs } = &sent[*number];
            (place(who.process), who.identity, is_whole, is_answered, is_repeated, is_abandoned).hash(to);
            signs.hash(to);
        }
        requests.len().hash(to);
        for identity in 0..sent.iter().map(|sent| sent.who.identity + 1).max().unwrap_or_default() {
            let sent = sent.iter().filter(|sent| sent.who.identity == identity);
            let mut in_doubt = sent.filter(|sent| sent.is_whole && !sent.is_answered);
            (in_doubt.clone().next().is_some(), in_doubt.any(|sent| !sent.is_abandoned)).hash(to);
        }
        for identity in 0..said.iter().map(|said| said.who.identity + 1).max().unwrap_or_default() {
            let known = match self.known(identity) {
                Some(Verdict::Confirmed { by, .. }) => Some(by),
                _ => None,
            };
            (known, self.last(identity)).hash(to);
        }
        let mut denials = Vec::new();
        for Said { verdict, who, sent, signs } in said {
            let sent = match verdict {
                Verdict::Rejected => None,
                Verdict::NotPlaced => Some(requests.iter().filter(|number| *number < sent).count()),
                _ => continue,
            };
            let denial = (who.identity, sent, signs);
            if !denials.contains(&denial) {
                denials.push(denial);
            }
        }
        denials.hash(to);
        for (number, order_no) in seen {
            if let Some(place) = place(*number) {
                (place, order_no).hash(to);
            }
        }
        noted.hash(to);
        for (number, count) in heard {
            if let Some(place) = place(*number) {
                (place, count).hash(to);
            }
        }
    }

    fn violate(&mut self, kind: Kind, text: impl Into<String>) {
        let is_known = self.violations.iter().any(|violation| violation.kind == kind);
        if kind == Kind::Other || !is_known {
            self.violations.push(Violation { kind, text: text.into() });
        }
    }

    /// The number of the next request for the order.
    pub fn next_number(&self) -> usize {
        self.sent.len()
    }

    /// The orders of ours that a process was shown, or that its entry said to be in sight.
    fn signs(&self, who: Who) -> Vec<String> {
        let seen = self.seen.iter().filter(|(by, _)| *by == who.process);
        let heard = self.heard.iter().find(|(by, _)| *by == who.process).map_or(0, |(_, count)| *count);
        let noted = self.noted.iter().take(heard).filter(|(account, _)| *account == who.identity);
        let mut signs: Vec<String> = seen.chain(noted).map(|(_, order_no)| order_no.clone()).collect();
        signs.sort();
        signs.dedup();
        signs
    }

    /// A process was given the entry, or told that its own is stored.
    pub fn heard(&mut self, process: usize) {
        self.heard.retain(|(by, _)| *by != process);
        self.heard.push((process, self.noted.len()));
    }

    /// A process was given an answer that shows orders of ours.
    pub fn saw(&mut self, process: usize, shown: Vec<String>) {
        for seen in shown.into_iter().map(|order_no| (process, order_no)) {
            if !self.seen.contains(&seen) {
                self.seen.push(seen);
            }
        }
    }

    /// A request for the order was offered to a connection. `stored` is what its process has written
    /// down last.
    #[expect(clippy::too_many_arguments, reason = "all that is known of a request, once")]
    pub fn order_sent(
        &mut self,
        who: Who,
        is_whole: bool,
        is_repeated: bool,
        body: &Bytes,
        stored: Option<u64>,
        journal: &Journal,
        licence: Licence,
        variant: &Variant,
    ) {
        if !journal.said_sending(stored) {
            self.violate(Kind::Other, "an order is sent, and the journal does not know");
        }
        if journal.owner.is_some_and(|owner| owner != who.identity) && !variant.is_labelled {
            self.violate(Kind::Other, "an order is sent for the entry of another account");
        }
        if *self.body.get_or_insert_with(|| body.clone()) != body {
            self.violate(Kind::Other, "two requests for the order differ");
        }
        let mut earlier = self.sent.iter().filter(|sent| sent.who.identity == who.identity);
        let is_licensed = earlier.all(|sent| !sent.is_whole || sent.is_answered);
        if is_whole && !is_licensed && variant.resend == Resend::Never && licence == Licence::None {
            self.violate(Kind::Other, "an order is sent again after doubt");
        }
        self.has_repetition |= is_repeated && is_whole;
        let signs = self.signs(who);
        let sent = Sent { who, is_whole, is_answered: false, is_repeated, is_abandoned: false, signs };
        self.sent.push(sent);
    }

    /// Its process was told that nothing was done. In words that only the caller knows, that counts for the first request.
    pub fn order_refused(&mut self, number: usize, is_listed: bool) {
        let is_first = self.sent[..number].iter().all(|sent| !sent.is_whole);
        self.sent[number].is_answered = is_first || !is_listed;
    }

    /// The caller of this process has gone: it hears no answer any more, and has crashed nowhere.
    pub fn abandoned(&mut self, process: usize) {
        for sent in self.sent.iter_mut().filter(|sent| sent.who.process == process) {
            sent.is_abandoned = true;
        }
    }

    /// A process has ended without a word, or with one that says nothing of what it sent.
    pub fn ended_silently(&mut self) {
        self.has_silent_end = true;
    }

    /// What a process knows of its own requests does not reach the journal.
    pub fn lost_word(&mut self, process: usize) {
        self.has_silent_end |= self.sent.iter().any(|sent| sent.who.process == process && sent.is_whole);
    }

    /// A person closes the purchase: it has this number, or there is no order.
    pub fn person_settles(&mut self, order_no: Option<String>) {
        self.settled.push(order_no);
    }

    /// A process has stored an entry, in the place of one in this state.
    pub fn stored(&mut self, who: Who, before: &str, entry: &Entry, secrets: &[String]) {
        if journal::has_sign(entry) {
            for noted in self.signs(who).into_iter().map(|order_no| (who.identity, order_no)) {
                if !self.noted.contains(&noted) {
                    self.noted.push(noted);
                }
            }
        }
        let state = journal::state(entry);
        let is_left = match before {
            "confirmed" | "rejected" => state != before,
            _ => false,
        };
        // What was said to the second copy of a request is believed until the order of the first one is seen, or one that
        // may be it.
        let is_corrected = match (before, state) {
            ("rejected", "confirmed") => self.has_repetition,
            ("rejected", "ambiguous") => journal::has_sign(entry),
            _ => false,
        };
        if is_left && !is_corrected && self.settled.is_empty() {
            self.violate(Kind::Other, format!("the journal goes from {before} to {state}"));
        }
        self.printed(entry.document(), secrets);
    }

    /// A text that a person may read.
    pub fn printed(&mut self, text: &str, secrets: &[String]) {
        if secrets.iter().any(|secret| text.contains(secret.as_str())) {
            self.violate(Kind::Other, "a secret is shown");
        }
    }

    /// A process has said what became of the order. A stranger is one that found the entry of another account.
    pub fn said(&mut self, verdict: Verdict, who: Who, is_stranger: bool, network: &Network) {
        if let Verdict::Confirmed { order_no, others, .. } = &verdict {
            let settled = self.settled.iter().flatten();
            for said in [order_no].into_iter().chain(others) {
                if orders(network).any(|ours| ours == said) {
                } else if settled.clone().any(|settled| settled == said) {
                    self.excused.is_mistaken = true;
                } else {
                    let text = format!("{said} is confirmed and is not ours");
                    self.violations.push(Violation { kind: Kind::Other, text });
                }
            }
        }
        let signs = self.signs(who);
        if matches!(verdict, Verdict::Ambiguous { is_absent: true, .. }) && !signs.is_empty() {
            self.violate(Kind::Other, "an order is called absent that was seen");
        }
        if is_stranger && verdict != Verdict::Failed {
            self.violate(Kind::Other, format!("of the entry of another account it is said: {verdict:?}"));
        }
        let is_sender = |sent: &Sent| sent.who == who && sent.is_whole;
        if verdict == Verdict::Failed && self.sent.iter().any(is_sender) {
            self.violate(Kind::Other, "a process that has sent the order ends with an error");
        }
        self.said.push(Said { verdict, who, sent: self.sent.len(), signs });
    }

    /// After every arrival of a request.
    pub fn arrived(&mut self, network: &Network, variant: &Variant) {
        let Some(((last, _), earlier)) = network.placed.split_last() else { return };
        for (origin, order_no) in earlier {
            match (*origin, *last) {
                (Origin::Request(one), Origin::Request(other)) if one == other => {
                    self.excused.is_repeated = true;
                }
                (Origin::Request(one), Origin::Request(other)) => self.judge_double(
                    one.min(other),
                    one.max(other),
                    if one < other { Some(order_no) } else { None },
                    variant,
                ),
                _ => self.violate(Kind::Double, format!("{order_no} was there, and it is ordered again")),
            }
        }
    }

    /// Two requests have placed an order each; this is the number of the first one's, when it was there first.
    fn judge_double(&mut self, first: usize, second: usize, order_no: Option<&String>, variant: &Variant) {
        let was_seen = order_no.is_some_and(|order_no| self.sent[second].signs.contains(order_no));
        if self.sent[first].is_repeated && !was_seen {
            self.excused.is_unseeable = true;
        } else if variant.may_double() && !self.sent[first].is_answered && !was_seen {
            self.excused.is_licensed = true;
        } else {
            self.violate(Kind::Double, "two orders of one intent exist");
        }
    }

    /// When no request is on its way any more.
    pub fn drained(&mut self, identity: usize, network: &Network) {
        let mut lost = None;
        for said in self.said.iter().filter(|said| said.who.identity == identity) {
            let is_denied = |origin: &Origin| match (&said.verdict, origin) {
                (Verdict::Rejected, _) => true,
                (Verdict::NotPlaced, Origin::Request(number)) => *number < said.sent,
                _ => false,
            };
            for (origin, order_no) in network.placed.iter().filter(|(origin, _)| is_denied(origin)) {
                let is_repeated = match origin {
                    Origin::Request(number) => self.sent[*number].is_repeated,
                    Origin::Before => false,
                };
                if self.settled.contains(&None) && said.verdict == Verdict::Rejected {
                    self.excused.is_mistaken = true;
                } else if is_repeated && !said.signs.contains(order_no) {
                    self.excused.is_unseeable = true;
                } else {
                    let Said { verdict, who, .. } = said;
                    let text =
                        format!("process {} says {verdict:?}, and the order {order_no} exists", who.process);
                    lost = lost.or(Some(text));
                }
            }
        }
        if let Some(text) = lost {
            self.violate(Kind::Lost, text);
        }
    }

    /// What is known by now: the best of what was said, or the last.
    pub fn known(&self, identity: usize) -> Option<&Verdict> {
        let said = self.said.iter().filter(|said| said.who.identity == identity);
        let mut said = said.map(|said| &said.verdict);
        said.clone().find(|verdict| matches!(verdict, Verdict::Confirmed { .. })).or(said.next_back())
    }

    /// What was said last.
    pub fn last(&self, identity: usize) -> Option<&Verdict> {
        let mut said = self.said.iter().filter(|said| said.who.identity == identity);
        said.next_back().map(|said| &said.verdict)
    }

    /// After the faults, and after the purchase was resumed.
    pub fn settled(&mut self, identity: usize, network: &Network, variant: &Variant, had_fault: bool) {
        let exists = orders(network).next().is_some();
        let known = self.known(identity).cloned();
        // Of a repetition, the second answer says nothing of the first request.
        let is_in_doubt = self.has_repetition
            || self.sent.iter().any(|sent| sent.is_whole && !sent.is_answered && !sent.is_abandoned);
        let expected = if variant.is_there_already { ConfirmedBy::AlreadyThere } else { ConfirmedBy::Answer };
        match known {
            Some(Verdict::Confirmed { by, .. }) if !had_fault && by == expected => {}
            other if !had_fault => self.violate(Kind::Other, format!("without a fault it ends as {other:?}")),
            Some(Verdict::Ambiguous { .. }) if exists && variant.is_shown() => {
                self.violate(Kind::Other, "an order that the portal shows stays ambiguous");
            }
            Some(Verdict::Ambiguous { is_in_sight, .. })
                if !is_in_doubt && !self.has_silent_end && !is_in_sight =>
            {
                self.violate(Kind::Other, "it is ambiguous without a reason");
            }
            Some(Verdict::NotPlaced | Verdict::Failed) | None => {
                self.violate(Kind::Other, format!("it cannot be taken up again: {known:?}"));
            }
            _ => {}
        }
        // What a person has closed is not looked for any more.
        if self.excused.is_licensed && variant.is_shown() && self.settled.is_empty() {
            let told: Vec<&String> = match self.last(identity) {
                Some(Verdict::Confirmed { order_no, others, .. }) => {
                    [order_no].into_iter().chain(others).collect()
                }
                _ => Vec::new(),
            };
            if let Some(untold) = orders(network).find(|order_no| !told.iter().any(|told| told == order_no)) {
                self.violate(Kind::Other, format!("the double order {untold} is told to nobody"));
            }
        }
    }

    /// One that found the entry of another account was asked last.
    pub fn stranger_settled(&mut self, identity: usize) {
        let last = self.last(identity);
        if last != Some(&Verdict::Failed) {
            self.violate(Kind::Other, format!("the entry of another account ends as {last:?}"));
        }
    }

    /// Whoever resumes has ended a purchase on which another process is at work.
    pub fn taken(&mut self) {
        self.violate(Kind::Other, "a purchase is taken from the process that is at work on it");
    }

    /// A person has decided although the order is still looked for.
    pub fn decided_too_early(&mut self) {
        self.violate(Kind::Other, "a person decides while the order is still looked for");
    }

    /// The process does not come to an end.
    pub fn endless(&mut self) {
        self.violate(Kind::Other, "it does not end");
    }
}

/// The numbers of the orders that carry our key.
pub fn orders(network: &Network) -> impl Iterator<Item = &str> {
    network.placed.iter().map(|(_, order_no)| order_no.as_str())
}
