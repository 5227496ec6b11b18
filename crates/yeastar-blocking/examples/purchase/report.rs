//! What the two `purchase` examples share: options, and words for a person or a program.

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::process::ExitCode;

use serde_json::{Value, json};
use yeastar_core::order::{BillingCycle, CloudPbx, Order, OrderPlaced, OrderSave, PbxSite};
use yeastar_core::product::{PbxDomain, Region};
use yeastar_core::user::BillingContact;
use yeastar_core::{BuildError, Config, Credentials, Delivery, Endpoint, Error, Origin};
use yeastar_sandbox::Server;

const HELP: &str = "\
Buys a cloud PBX as the vendor's tutorial does: region list, is the PBX URL
free, billing contact, create the order.

Without YEASTAR_CLIENT_ID and YEASTAR_CLIENT_SECRET it runs against a local,
simulated portal. With them (and YEASTAR_BASE_URL, when set) it calls the real
one, and orders only with --yes.

Usage: purchase [OPTIONS]

  --name NAME         name of the PBX [test]
  --prefix PREFIX     first part of the PBX URL [docs]
  --extensions N      5 to 500 [100]
  --yes               place the order on a real portal; it costs money
  --json              print one JSON document
  --help              print this

Exit codes: 0 ordered, 1 not ordered, 2 --yes is missing or an option is wrong,
3 the answer to the order was lost, and the order may have been placed.";

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
            eprintln!("{error}\nTry --help.");
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
                    println!("{HELP}");
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

fn text(value: OsString) -> Result<String, lexopt::Error> {
    value.into_string().map_err(lexopt::Error::NonUnicodeValue)
}

/// Where to buy: the portal that the environment names, or else a sandbox, which
/// ends when the server is dropped.
pub fn portal() -> Result<(Config, Option<Server>), Box<dyn std::error::Error>> {
    if env::var_os("YEASTAR_CLIENT_ID").is_some() {
        return Ok((Config::from_variables(|name| env::var(name).ok())?, None));
    }
    let server = Server::start()?;
    let credentials = Credentials::new(server.client_id(), server.client_secret());
    let config = Config::new(credentials).with_origin(Origin::new(&server.base_url())?);
    Ok((config, Some(server)))
}

/// How a run ended.
pub enum Ending {
    Ordered(OrderPlaced),
    Withheld,
    UrlTaken(String),
    NothingToChoose(&'static str),
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

/// Tells what happens, as it happens or as one document at the end.
pub struct Report {
    json: bool,
    may_order: bool,
    portal: String,
    simulated: bool,
    steps: Vec<Value>,
}

impl Report {
    pub fn new(options: &Options, origin: &Origin, simulated: bool) -> Self {
        let report = Self {
            json: options.json,
            may_order: options.yes || simulated,
            portal: origin.to_string(),
            simulated,
            steps: Vec::new(),
        };
        report.say(format_args!("Portal: {}", report.portal));
        if simulated {
            report.say("        simulated on this machine, since no credentials are set; nothing is bought");
        }
        report
    }

    /// Whether an order may be placed.
    pub fn may_order(&self) -> bool {
        self.may_order
    }

    pub fn regions(&mut self, regions: &[Region]) {
        self.step("Which regions are there?", "region_list", &json!({}));
        for region in regions {
            let suffixes: Vec<_> = region.domains.iter().flat_map(|domain| &domain.suffixes).collect();
            let name = region.name.as_deref().unwrap_or("(no name)");
            self.say(format_args!("   region {} {name}: {suffixes:?}", region.id));
        }
        self.answer(regions.iter().map(|region| json!({ "id": region.id, "name": region.name })).collect());
    }

    pub fn url_taken(&mut self, pbx_url: &str, taken: bool) {
        self.step("Is the PBX URL free?", "pbx_url_existed", &json!({ "pbxUrl": pbx_url }));
        self.say(format_args!("   {pbx_url} is {}", if taken { "taken" } else { "free" }));
        self.answer(json!({ "taken": taken }));
    }

    pub fn contacts(&mut self, contacts: &[BillingContact]) {
        self.step("Who gets the invoice?", "billing_contact_list", &json!({}));
        for contact in contacts {
            let company = contact.company.as_deref().unwrap_or("(no company)");
            self.say(format_args!("   contact {} {company}", contact.billing_contact_id));
        }
        let ids = contacts.iter().map(|contact| json!({ "billingContactId": contact.billing_contact_id }));
        self.answer(ids.collect());
    }

    pub fn order(&mut self, order: &Order) {
        let asked = serde_json::to_value(order).unwrap_or_default();
        self.step("Create the order.", OrderSave::META.name(), &asked);
        let body = serde_json::to_string_pretty(order).unwrap_or_default();
        self.say(format_args!("   {}", body.replace('\n', "\n   ")));
    }

    /// Says how it ended and gives the exit code.
    pub fn finish(mut self, ending: &Ending) -> ExitCode {
        let mut document = json!({ "portal": self.portal, "simulated": self.simulated });
        let (outcome, code) = match ending {
            Ending::Ordered(placed) => {
                let status = placed.order_status.as_ref().map_or("not stated", |status| status.as_str());
                self.say(format_args!("   order number {}, status {status}", placed.order_no));
                self.answer(json!({
                    "orderNo": placed.order_no,
                    "orderStatus": placed.order_status,
                    "instanceId": placed.instance_id,
                    "productNo": placed.product_no,
                    "transactionNo": placed.transaction_no,
                }));
                document["orderNo"] = json!(placed.order_no);
                ("ordered", 0)
            }
            Ending::Withheld => {
                eprintln!(
                    "Nothing was ordered. This is a real portal: run again with --yes to place this order."
                );
                ("withheld", 2)
            }
            Ending::UrlTaken(pbx_url) => {
                eprintln!("Nothing was ordered: {pbx_url} is taken. Choose another --prefix.");
                ("url_taken", 1)
            }
            Ending::NothingToChoose(what) => {
                eprintln!("Nothing was ordered: the portal lists no {what}.");
                ("nothing_to_choose", 1)
            }
            Ending::Failed(error) => {
                document["error"] = json!(error.to_string());
                eprintln!("{error}");
                if error.endpoint() == Some(OrderSave::META.name())
                    && error.delivery() == Delivery::MaybeExecuted
                {
                    eprintln!(
                        "The order may have been placed. Do not order again before you have looked at:\n\
                         - the order list, for an order of this moment,\n\
                         - the PBX URL, which is taken once the order exists,\n\
                         - the balance of the account."
                    );
                    ("maybe_ordered", 3)
                } else {
                    eprintln!("Nothing was ordered.");
                    ("failed", 1)
                }
            }
        };
        if self.json {
            document["outcome"] = json!(outcome);
            document["steps"] = Value::Array(self.steps);
            println!("{document:#}");
        }
        ExitCode::from(code)
    }

    fn step(&mut self, question: &str, endpoint: &str, asked: &Value) {
        self.steps.push(json!({ "endpoint": endpoint, "asked": asked, "answer": null }));
        self.say(format_args!("\n{}. {question} ({endpoint})", self.steps.len()));
    }

    fn answer(&mut self, answer: Value) {
        if let Some(step) = self.steps.last_mut() {
            step["answer"] = answer;
        }
    }

    fn say(&self, words: impl Display) {
        if !self.json {
            println!("{words}");
        }
    }
}
