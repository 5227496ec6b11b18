//! What the two `purchase` examples share: options, and words for a person or a
//! program.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};
use yeastar_core::order::{BillingCycle, CloudPbx, Order, OrderPlaced, OrderSave, PbxSite};
use yeastar_core::product::{PbxDomain, Region};
use yeastar_core::user::BillingContact;
use yeastar_core::{BuildError, Delivery, Endpoint, Error, Origin};

use crate::portal::NoPortal;

const HELP: &str = "\
Buys a cloud PBX as the vendor's tutorial does: region list, is the PBX URL
free, billing contact, create the order.

Runs against a local, simulated portal, unless the environment names a real one:
YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET and, if it is not the vendor's own,
YEASTAR_BASE_URL. There it orders only with --yes.

Usage: purchase [OPTIONS]

  --name NAME         name of the PBX [test]
  --prefix PREFIX     first part of the PBX URL [docs]
  --extensions N      5 to 500 [100]
  --yes               place the order on a real portal; it costs money
  --json              print one JSON document
  --help              print this

Exit codes: 0 ordered, 1 not ordered, 2 --yes is missing or an option is wrong,
3 the order may have been placed, and its answer or the output was lost.";

/// The command line.
pub struct Options {
    name: String,
    prefix: String,
    extensions: u32,
    yes: bool,
    json: bool,
}

impl Options {
    /// Reads the command line; `Err` says how to end at once.
    pub fn parse() -> Result<Self, ExitCode> {
        Self::read(lexopt::Parser::from_env()).map_err(|error| {
            complain(format_args!("{error}\nTry --help."));
            ExitCode::from(2)
        })?
    }

    fn read(mut arguments: lexopt::Parser) -> Result<Result<Self, ExitCode>, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options =
            Self { name: "test".into(), prefix: "docs".into(), extensions: 100, yes: false, json: false };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("name") => options.name = text(arguments.value()?)?,
                Long("prefix") => options.prefix = text(arguments.value()?)?,
                Long("extensions") => options.extensions = arguments.value()?.parse()?,
                Long("yes") => options.yes = true,
                Long("json") => options.json = true,
                Long("help") | Short('h') => {
                    let _ = writeln!(io::stdout(), "{HELP}");
                    return Ok(Err(ExitCode::SUCCESS));
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(Ok(options))
    }

    /// The URL that is asked for.
    pub fn pbx_url(&self, domain: &PbxDomain) -> Result<String, BuildError> {
        domain.pbx_url(&self.prefix)
    }

    /// The tutorial's order: Enterprise Plan with High Availability, billed annually.
    pub fn order(
        &self,
        region: &Region,
        domain: &PbxDomain,
        pbx_url: &str,
        contact: &BillingContact,
    ) -> Order {
        let site = PbxSite::in_region(&self.name, region, domain, pbx_url);
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
            .purchase(self.extensions, BillingCycle::Annually, contact.billing_contact_id, site)
            .with_service(CloudPbx::HIGH_AVAILABILITY)
    }
}

/// For a person, and never a reason to end: the order may be placed already.
fn complain(words: impl Display) {
    let _ = writeln!(io::stderr(), "{words}");
}

fn text(value: OsString) -> Result<String, lexopt::Error> {
    value.into_string().map_err(lexopt::Error::NonUnicodeValue)
}

/// How a run ended.
pub enum Ending {
    Ordered(OrderPlaced),
    Withheld,
    UrlTaken(String),
    NothingToChoose(&'static str),
    NoSandbox(String),
    Failed(Error),
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

impl From<NoPortal> for Ending {
    fn from(error: NoPortal) -> Self {
        match error {
            NoPortal::Setting(error) => error.into(),
            NoPortal::Sandbox(error) => Self::NoSandbox(error.to_string()),
        }
    }
}

/// Tells what happens, as it happens or as one document at the end.
pub struct Report {
    json: bool,
    yes: bool,
    document: Value,
    /// Whether everything could be printed so far.
    is_printed: bool,
}

impl Report {
    pub fn new(options: &Options) -> Self {
        Self { json: options.json, yes: options.yes, document: json!({ "steps": [] }), is_printed: true }
    }

    /// Names the portal.
    pub fn begin(&mut self, origin: &Origin, is_simulated: bool) {
        self.document["portal"] = json!(origin.to_string());
        self.document["simulated"] = json!(is_simulated);
        self.yes |= is_simulated;
        self.say(format_args!("Portal: {origin}"));
        if is_simulated {
            self.say("        simulated on this machine, since no credentials are set; nothing is bought");
        }
    }

    /// Whether an order may be placed.
    pub fn may_order(&self) -> bool {
        self.yes
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
        self.ask::<OrderSave>("Create the order.", &json!(order));
        let body = serde_json::to_string_pretty(order).unwrap_or_default();
        self.say(format_args!("   {}", body.replace('\n', "\n   ")));
    }

    fn ordered(&mut self, placed: &OrderPlaced) {
        let order = json!({
            "orderNo": placed.order_no,
            "orderStatus": placed.order_status,
            "instanceId": placed.instance_id,
            "productNo": placed.product_no,
            "transactionNo": placed.transaction_no,
        });
        let status = placed.order_status.as_ref().map_or("not stated", |status| status.as_str());
        self.say(format_args!("   order number {}, status {status}", placed.order_no));
        for (name, value) in [
            ("serial number", placed.product_no.as_ref().map(ToString::to_string)),
            ("instance", placed.instance_id.as_ref().map(ToString::to_string)),
            ("transaction", placed.transaction_no.as_ref().map(ToString::to_string)),
        ] {
            self.say(format_args!("   {name} {}", value.as_deref().unwrap_or("not stated")));
        }
        self.document["orderNo"] = json!(placed.order_no);
        self.answer(order);
    }

    /// Says how it ended and gives the exit code.
    pub fn finish(mut self, ending: &Ending) -> ExitCode {
        let (outcome, code) = match ending {
            Ending::Ordered(placed) => {
                self.ordered(placed);
                ("ordered", 0)
            }
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
            Ending::Failed(error) => {
                complain(format_args!("{error}"));
                self.document["error"] = json!(error.to_string());
                failed(error)
            }
        };
        self.document["outcome"] = json!(outcome);
        if self.json {
            self.json = false;
            self.say(format_args!("{:#}", self.document.clone()));
        }
        match ending {
            Ending::Ordered(placed) if !self.is_printed => {
                complain(format_args!(
                    "The order was placed, but not all could be printed: order number {}",
                    placed.order_no
                ));
                ExitCode::from(3)
            }
            _ => ExitCode::from(code),
        }
    }

    fn answer(&mut self, answer: Value) {
        if let Some(step) = self.document["steps"].as_array_mut().and_then(|steps| steps.last_mut()) {
            step["answer"] = answer;
        }
    }

    /// Prints a line for a person. A pipe that is closed must not end a purchase half-way.
    fn say(&mut self, words: impl Display) {
        if !self.json {
            let line = format!("{words}\n");
            let mut stdout = io::stdout();
            self.is_printed &= stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).is_ok();
        }
    }
}

/// Outcome and exit code of a failure, which is said with what to do about it.
fn failed(error: &Error) -> (&'static str, u8) {
    if error.endpoint() == Some(OrderSave::META.name()) && error.delivery() == Delivery::MaybeExecuted {
        complain(format_args!(
            "The order may have been placed. Do not order again before you have looked at:\n\
             - the order list, for an order of this moment,\n\
             - the PBX URL, which is taken once the order exists,\n\
             - the balance of the account."
        ));
        ("maybe_ordered", 3)
    } else {
        complain(format_args!("Nothing was ordered."));
        ("failed", 1)
    }
}
