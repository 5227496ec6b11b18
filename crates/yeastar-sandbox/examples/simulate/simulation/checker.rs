//! What must hold, whatever happens.

use bytes::Bytes;
use yeastar_core::Entry;
use yeastar_core::purchase::{By, Resend};

use super::journal::{self, Journal};
use super::network::Network;
use super::variant::Variant;

/// The number by which the order of every schedule is found again.
pub const KEY: &str = "simulated-4711";

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub kind: Kind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Two orders of one intent.
    Double,
    /// It was said that there is no order, and there is one.
    Lost,
    /// Anything else.
    Other,
}

/// What a process says at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Confirmed {
        order_no: String,
        by: By,
    },
    Rejected,
    NotSent,
    Ambiguous {
        is_absent: bool,
    },
    /// It sent nothing by itself, and the journal fails or belongs to another process.
    Failed,
}

/// A request for the order.
struct Sent {
    process: usize,
    is_whole: bool,
    /// Whether its process was told that nothing was done.
    is_answered: bool,
}

#[derive(Default)]
pub struct Checker {
    pub violations: Vec<Violation>,
    sent: Vec<Sent>,
    body: Option<Bytes>,
    /// What was said, by which process, when so many requests had been sent.
    said: Vec<(Verdict, usize, usize)>,
    /// The state of the journal's entry.
    state: String,
    /// A process has ended that might have sent, and never told.
    has_silent_end: bool,
    /// A gateway sends a request twice.
    pub has_repetition: bool,
}

impl Checker {
    fn violate(&mut self, kind: Kind, text: impl Into<String>) {
        self.violations.push(Violation { kind, text: text.into() });
    }

    /// The number of the next request for the order.
    pub fn next_number(&self) -> usize {
        self.sent.len()
    }

    /// A request for the order was offered to a connection. `stored` is what its process has written
    /// down last.
    pub fn order_sent(
        &mut self,
        process: usize,
        is_whole: bool,
        body: &Bytes,
        stored: Option<u64>,
        journal: &Journal,
        variant: &Variant,
    ) {
        let mut history = journal.history.iter();
        if !history.any(|entry| Some(entry.version()) == stored && journal::state(entry) == "sending") {
            self.violate(Kind::Other, "an order is sent, and the journal does not know");
        }
        if *self.body.get_or_insert_with(|| body.clone()) != body {
            self.violate(Kind::Other, "two requests for the order differ");
        }
        let is_licensed = self.sent.iter().all(|sent| !sent.is_whole || sent.is_answered);
        let may_doubt = variant.resend != Resend::Never || variant.resubmits;
        if is_whole && !is_licensed && !may_doubt {
            self.violate(Kind::Other, "an order is sent again after doubt");
        }
        self.sent.push(Sent { process, is_whole, is_answered: false });
    }

    /// Its process was told that nothing was done.
    pub fn order_refused(&mut self, number: usize) {
        self.sent[number].is_answered = true;
    }

    /// A process has ended without a word, or with one that says nothing of what it sent.
    pub fn ended_silently(&mut self) {
        self.has_silent_end = true;
    }

    /// An entry was stored.
    pub fn stored(&mut self, entry: &Entry, secrets: &[String]) {
        let state = journal::state(entry);
        let is_left = match self.state.as_str() {
            "confirmed" | "rejected" => state != self.state.as_str(),
            "not_sent" => state == "ambiguous",
            _ => false,
        };
        if is_left {
            self.violate(Kind::Other, format!("the journal goes from {} to {state}", self.state));
        }
        state.clone_into(&mut self.state);
        self.printed(entry.document(), secrets);
    }

    /// Another journal takes the place of this one.
    pub fn journal_forgotten(&mut self) {
        self.state.clear();
    }

    /// A text that a person may read.
    pub fn printed(&mut self, text: &str, secrets: &[String]) {
        if secrets.iter().any(|secret| text.contains(secret.as_str())) {
            self.violate(Kind::Other, "a secret is shown");
        }
    }

    /// A process has said what became of the order.
    pub fn said(&mut self, verdict: Verdict, process: usize, network: &Network) {
        if let Verdict::Confirmed { order_no, .. } = &verdict {
            if !orders(network).any(|ours| ours == order_no) {
                self.violate(Kind::Other, format!("{order_no} is confirmed and is not ours"));
            }
        }
        if verdict == Verdict::Failed && self.sent.iter().any(|sent| sent.process == process && sent.is_whole)
        {
            self.violate(Kind::Other, "a process that has sent the order ends with an error");
        }
        self.said.push((verdict, process, self.sent.len()));
    }

    /// After every arrival of a request.
    pub fn arrived(&mut self, network: &Network) {
        let is_known = self.violations.iter().any(|violation| violation.kind == Kind::Double);
        if orders(network).count() > 1 && !is_known {
            self.violate(Kind::Double, "two orders of one intent exist");
        }
    }

    /// When no request is on its way any more.
    pub fn drained(&mut self, network: &Network) {
        let mut lost = None;
        for (verdict, process, sent) in &self.said {
            let of_earlier = network.placed.iter().find(|(number, _)| number < sent);
            let order = match verdict {
                Verdict::Rejected => network.placed.first(),
                Verdict::NotSent => of_earlier,
                _ => None,
            };
            lost = lost.or(order.map(|(_, order_no)| {
                format!("process {process} says {verdict:?}, and the order {order_no} exists")
            }));
        }
        let is_known = self.violations.iter().any(|violation| violation.kind == Kind::Lost);
        if let (Some(text), false) = (lost, is_known) {
            self.violate(Kind::Lost, text);
        }
    }

    /// What is known by now: the best of what was said, or the last.
    pub fn known(&self) -> Option<&Verdict> {
        let mut said = self.said.iter().map(|(verdict, ..)| verdict);
        said.clone().find(|verdict| matches!(verdict, Verdict::Confirmed { .. })).or(said.next_back())
    }

    /// After the faults, and after the purchase was resumed.
    pub fn settled(&mut self, network: &Network, variant: &Variant, had_fault: bool) {
        let exists = orders(network).next().is_some();
        let known = self.known().cloned();
        let is_shown = variant.echo != yeastar_sandbox::PoNumberEcho::Nowhere;
        // Of a repetition, the second answer says nothing of the first request.
        let is_in_doubt =
            self.has_repetition || self.sent.iter().any(|sent| sent.is_whole && !sent.is_answered);
        match known {
            Some(Verdict::Confirmed { by: By::Answer, .. }) if !had_fault => {}
            other if !had_fault => self.violate(Kind::Other, format!("without a fault it ends as {other:?}")),
            Some(Verdict::Ambiguous { .. }) if exists && is_shown => {
                self.violate(Kind::Other, "an order that the list shows stays ambiguous");
            }
            Some(Verdict::Ambiguous { .. }) if !is_in_doubt && !self.has_silent_end => {
                self.violate(Kind::Other, "it is ambiguous without a reason");
            }
            Some(Verdict::NotSent | Verdict::Failed) | None => {
                self.violate(Kind::Other, format!("it cannot be taken up again: {known:?}"));
            }
            _ => {}
        }
    }

    /// The process does not come to an end.
    pub fn endless(&mut self) {
        self.violate(Kind::Other, "it does not end");
    }
}

/// The numbers of the orders that carry our key.
pub fn orders(network: &Network) -> impl Iterator<Item = &str> {
    let orders = network.portal.ledger().orders().iter();
    orders.filter(|order| order.po_number.as_deref() == Some(KEY)).map(|order| order.order_no.as_str())
}
