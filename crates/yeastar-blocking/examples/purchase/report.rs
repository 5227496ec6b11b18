//! What the two `purchase` examples say, to a person or a program.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::{ExitCode, ExitStatus};

use serde_json::{Value, json};
use yeastar_core::order::{CreateOrder, Order, OrderPlaced};
use yeastar_core::product::{PbxDomain, Region};
use yeastar_core::purchase::{ConfirmedBy, Outcome};
use yeastar_core::user::BillingContact;
use yeastar_core::{BuildError, Endpoint, Error, ErrorKind, Origin};
use yeastar_journal::JournalError;

use crate::faults::Point;
use crate::options::Options;
use crate::outcome;
use crate::portal::NoPortal;

/// For a person, and never a reason to end: the order may be placed already.
pub fn complain(words: impl Display) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// Whether a line could be printed. A pipe that is closed must not end a purchase half-way.
pub fn print(words: impl Display) -> bool {
    let line = format!("{words}\n");
    let mut stdout = io::stdout();
    stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).is_ok()
}

/// How a run ended.
pub enum Ending {
    Purchased(Box<Outcome>),
    Withheld,
    UrlTaken(String),
    NothingToChoose(&'static str),
    NoSandbox(String),
    NoJournal(JournalError),
    Failed(Error),
}

impl From<Outcome> for Ending {
    fn from(outcome: Outcome) -> Self {
        Self::Purchased(outcome.into())
    }
}

impl From<Error> for Ending {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<BuildError> for Ending {
    fn from(error: BuildError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<JournalError> for Ending {
    fn from(error: JournalError) -> Self {
        Self::NoJournal(error)
    }
}

/// Of starting the sandbox, and of the second process that buys from it.
impl From<io::Error> for Ending {
    fn from(error: io::Error) -> Self {
        Self::NoSandbox(error.to_string())
    }
}

impl From<NoPortal> for Ending {
    fn from(error: NoPortal) -> Self {
        match error {
            NoPortal::Setting(error) => error.into(),
            NoPortal::Sandbox(error) => error.into(),
        }
    }
}

/// Tells what happens, as it happens or as one document at the end.
pub struct Report<'a> {
    options: &'a Options,
    json: bool,
    is_simulated: bool,
    document: Value,
    /// Whether everything could be printed so far.
    is_printed: bool,
}

impl<'a> Report<'a> {
    pub fn new(options: &'a Options) -> Self {
        Self {
            options,
            json: options.json,
            is_simulated: false,
            document: json!({ "intent": options.id, "steps": [] }),
            is_printed: true,
        }
    }

    /// Names the portal and the purchase.
    pub fn begin(&mut self, origin: &Origin, is_simulated: bool) {
        self.document["portal"] = json!(origin.to_string());
        self.document["simulated"] = json!(is_simulated);
        self.is_simulated = is_simulated;
        self.say(format_args!("Portal: {origin}"));
        if is_simulated {
            self.say("        simulated on this machine, since no credentials are set; nothing is bought");
        }
        self.say(format_args!("Purchase: {}", self.options.id));
        match &self.options.journal_file {
            Some(file) => self.say(format_args!("        written down in {}", file.display())),
            None => self.say("        written down in memory only; --journal FILE keeps it"),
        }
        if self.lasting_journal().is_some() {
            self.say(format_args!(
                "        run with the same --journal and --id {} to go on with it",
                self.options.id
            ));
        }
    }

    /// The file with which a later run can go on: a simulated portal ends with its run.
    fn lasting_journal(&self) -> Option<&'a Path> {
        self.options.journal_file.as_deref().filter(|_| !self.is_simulated)
    }

    /// Says what will go wrong.
    pub fn fails(&mut self, point: &Point) {
        self.document["failAt"] = json!(point.name);
        if point.is_kill() {
            self.say(format_args!("\nA process buys, and is killed at this point: {}.\n", point.what));
        } else {
            self.say(format_args!("\nWhat will go wrong: {}.\n{}", point.what, point.next));
        }
    }

    /// Repeats a line of the process that is to be killed.
    pub fn quote(&mut self, line: &str) {
        self.say(format_args!("| {line}"));
    }

    /// Says what follows after the end of that process.
    pub fn goes_on(&mut self, point: &Point, status: ExitStatus) {
        self.say(format_args!(
            "\nThat process has ended ({status}), and this one takes over.\n{}",
            point.next
        ));
    }

    /// Says that the journal has the purchase.
    pub fn takes_up(&mut self) {
        self.say(format_args!("\nThe journal has {}. What became of it?", self.options.id));
    }

    /// Says that what was taken up can be sent.
    pub fn not_sent(&mut self, error: &Error) {
        self.say(format_args!("   no order was placed ({error}); it is purchased now"));
    }

    /// Says that another process has not come to its end.
    pub fn at_work(&mut self, error: &Error) {
        self.say(format_args!(
            "   {error}\n   it is purchased all the same: the same id is one purchase, whichever process carries it out"
        ));
    }

    /// Whether an order may be placed.
    pub fn may_order(&self) -> bool {
        self.options.yes || self.is_simulated
    }

    /// Says what is about to be asked.
    pub fn ask<E: Endpoint>(&mut self, question: &str, asked: &Value) {
        let endpoint = E::META.name();
        let step = json!({ "endpoint": endpoint, "asked": asked, "answer": null });
        let number = self.document["steps"].as_array_mut().map_or(0, |steps| {
            steps.push(step);
            steps.len()
        });
        self.say(format_args!("\n{number}. {question} ({endpoint})"));
    }

    pub fn regions(&mut self, regions: &[Region]) {
        let mut answer = Vec::new();
        for Region { id, name, domains, .. } in regions {
            self.say(format_args!("   region {id}: {}", name.as_deref().unwrap_or("(no name)")));
            for PbxDomain { id, suffixes, .. } in domains {
                self.say(format_args!("      sub-domain {id}: {}", suffixes.join(", ")));
            }
            let domain = |domain: &PbxDomain| json!({ "id": domain.id, "suffixes": domain.suffixes });
            let domains: Vec<_> = domains.iter().map(domain).collect();
            answer.push(json!({ "id": id, "name": name, "domains": domains }));
        }
        self.answer(answer.into());
    }

    pub fn url_taken(&mut self, pbx_url: &str, taken: bool) {
        self.say(format_args!("   {pbx_url} is {}", if taken { "taken" } else { "free" }));
        self.answer(json!({ "taken": taken }));
    }

    pub fn contacts(&mut self, contacts: &[BillingContact]) {
        let mut answer = Vec::new();
        for contact in contacts {
            let id = contact.billing_contact_id;
            let known = [&contact.company, &contact.first_name, &contact.last_name, &contact.email_address];
            let words: Vec<_> = known.into_iter().flatten().map(String::as_str).collect();
            self.say(format_args!("   contact {id}: {}", words.join(", ")));
            answer.push(json!({ "billingContactId": id, "company": contact.company }));
        }
        self.answer(answer.into());
    }

    /// Says what is about to be ordered.
    pub fn order(&mut self, order: &Order) {
        self.ask::<CreateOrder>("Create the order.", &json!(order));
        let body = serde_json::to_string_pretty(order).unwrap_or_default();
        self.say(format_args!("   {}", body.replace('\n', "\n   ")));
        self.say(format_args!(
            "   Its purchase order number will contain {}. If the answer is lost, the order is\n   \
             looked for by it, for {} s.",
            self.options.id,
            self.options.patience.as_secs()
        ));
    }

    /// Says that the order exists.
    fn ordered(&mut self, outcome: &Outcome) {
        let Outcome::Confirmed { order_no, by, placed, others, .. } = outcome else { return };
        let by = match by {
            ConfirmedBy::Answer => "as the portal answered",
            ConfirmedBy::Found => "found in the order list, after its answer was lost",
            ConfirmedBy::AlreadyThere => "which was there before; nothing was sent",
            _ => "as the order list shows",
        };
        self.say(format_args!("   order number {order_no}, {by}"));
        match placed {
            Some(placed) => self.placed(placed),
            None => self.answer(json!({ "orderNo": order_no })),
        }
        for other in others {
            complain(format_args!("DOUBLE ORDER: {other} has the same purchase order number."));
        }
    }

    fn placed(&mut self, placed: &OrderPlaced) {
        for (name, value) in [
            ("status", placed.order_status.as_ref().map(ToString::to_string)),
            ("serial number", placed.product_no.as_ref().map(ToString::to_string)),
            ("instance", placed.instance_id.as_ref().map(ToString::to_string)),
            ("transaction", placed.transaction_no.as_ref().map(ToString::to_string)),
        ] {
            self.say(format_args!("   {name} {}", value.as_deref().unwrap_or("not stated")));
        }
        self.answer(json!({
            "orderNo": placed.order_no,
            "orderStatus": placed.order_status,
            "instanceId": placed.instance_id,
            "productNo": placed.product_no,
            "transactionNo": placed.transaction_no,
        }));
    }

    /// Says how it ended and gives the exit code.
    pub fn finish(mut self, ending: &Ending) -> ExitCode {
        let (outcome, code) = match ending {
            Ending::Purchased(outcome) => self.purchased(outcome),
            Ending::Withheld => {
                complain(format_args!(
                    "Nothing was ordered. This is a real portal: run again with --yes to place this order."
                ));
                ("withheld", 2)
            }
            Ending::UrlTaken(pbx_url) => {
                complain(format_args!("Nothing was ordered: {pbx_url} is taken. Choose another --prefix."));
                ("url_taken", 1)
            }
            Ending::NothingToChoose(what) => {
                complain(format_args!("Nothing was ordered: the portal lists no {what}."));
                ("nothing_to_choose", 1)
            }
            Ending::NoSandbox(error) => {
                complain(format_args!("Nothing was ordered: the sandbox does not start: {error}"));
                ("no_sandbox", 1)
            }
            Ending::NoJournal(error) => self.failed(error, true),
            Ending::Failed(error) => self.failed(error, error.kind() == ErrorKind::Journal),
        };
        self.document["outcome"] = json!(outcome);
        if self.json {
            self.json = false;
            self.say(format_args!("{:#}", self.document.clone()));
        }
        let order_no = if let Ending::Purchased(outcome) = ending { outcome.order_no() } else { None };
        match order_no {
            Some(order_no) if !self.is_printed => {
                complain(format_args!(
                    "The order was placed, but not all could be printed: order number {order_no}"
                ));
                ExitCode::from(3)
            }
            _ => ExitCode::from(code),
        }
    }

    /// Says what became of the order.
    fn purchased(&mut self, outcome: &Outcome) -> (&'static str, u8) {
        if let Value::Object(fields) = outcome::document(outcome) {
            for (name, value) in fields {
                self.document[name] = value;
            }
        }
        let code = match outcome {
            Outcome::Confirmed { .. } => {
                self.ordered(outcome);
                0
            }
            Outcome::Rejected { error, .. } | Outcome::NotPlaced { error, .. } => {
                complain(format_args!("{error}\nNothing was ordered."));
                1
            }
            _ => {
                complain(format_args!("{outcome}"));
                complain(
                    "\nThe order may have been placed. Look at the order list, the PBX URL and the balance in the portal \
                     before anybody orders it again.",
                );
                if let Some(file) = self.lasting_journal() {
                    complain(format_args!(
                        "Later, the order list may show it: run again with --journal {} --id {}, or the example \
                         `resume`.",
                        file.display(),
                        self.options.id
                    ));
                }
                3
            }
        };
        if let (Outcome::Confirmed { .. }, Some(error)) = (outcome, outcome.unrecorded()) {
            complain(format_args!("The journal does not know: {error}"));
        }
        (outcome::name(outcome), code)
    }

    fn answer(&mut self, answer: Value) {
        if let Some(step) = self.document["steps"].as_array_mut().and_then(|steps| steps.last_mut()) {
            step["answer"] = answer;
        }
    }

    /// Prints a line for a person.
    fn say(&mut self, words: impl Display) {
        if !self.json {
            self.is_printed &= print(words);
        }
    }

    /// Says why this run ordered nothing.
    fn failed(&mut self, error: &dyn Display, is_of_journal: bool) -> (&'static str, u8) {
        complain(error);
        self.document["error"] = json!(error.to_string());
        // An id that was made from the clock has no past, and nobody else has it.
        if !self.options.has_id {
            complain("Nothing was ordered.");
            ("failed", 1)
        } else if is_of_journal {
            complain(
                "This run ordered nothing. Whether an earlier or another one did, only the journal can tell.",
            );
            ("maybe_ordered", 3)
        } else {
            complain("This run ordered nothing.");
            ("failed", 1)
        }
    }
}
