//! Words and tables for a person, or one document for a program.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use serde_json::{Value, json};
use yeastar_blocking::order::{CreateOrder, Order};
use yeastar_blocking::pricing::{PriceLine, SubscriptionProduct};
use yeastar_blocking::product::{PbxDomain, Region};
use yeastar_blocking::user::{Balance, BillingContact};
use yeastar_blocking::{Endpoint, Origin};

use crate::table::{show, table};
use crate::tree::Tree;

/// Tells what happens, as it happens or as one document at the end.
pub struct Report {
    json: bool,
    document: Value,
    steps: usize,
}

impl Report {
    pub fn new(json: bool) -> Self {
        let document = json!({
            "balance": null,
            "products": [],
            "offerings": null,
            "prices": [],
            "calculation": null,
            "order": null,
        });
        Self { json, document, steps: 0 }
    }

    /// Names the portal.
    pub fn begin(&mut self, origin: &Origin, is_simulated: bool) -> io::Result<()> {
        self.document["portal"] = json!(origin.to_string());
        self.document["simulated"] = json!(is_simulated);
        self.say(format_args!("Portal: {origin}"))?;
        if is_simulated {
            self.say("        simulated on this machine, since no credentials are set; prices are made up,\n        \
             and so are the names of their fields, which the vendor does not document")?;
        }
        Ok(())
    }

    /// Says what is about to be asked, and how.
    pub fn ask<E: Endpoint>(&mut self, question: &str, endpoint: &E) -> Result<(), Box<dyn Error>> {
        let request = endpoint.to_request(&Origin::default(), None)?;
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        self.steps += 1;
        self.say(format_args!("\n{}. {question} {} {target}", self.steps, request.method()))?;
        Ok(())
    }

    pub fn balance(&mut self, balance: &Balance) -> io::Result<()> {
        self.document["balance"] = json!(balance.account_balance);
        self.say(indented(format_args!(
            "{}, in a currency that the answer does not name",
            balance.account_balance
        )))
    }

    pub fn products(&mut self, products: &[SubscriptionProduct]) -> io::Result<()> {
        let mut rows = Vec::new();
        let mut answer = Vec::new();
        for SubscriptionProduct { product_id, name, offering_ids, .. } in products {
            let offerings: Vec<_> = offering_ids.iter().flatten().map(ToString::to_string).collect();
            rows.push(vec![product_id.to_string(), name.clone().unwrap_or_default(), offerings.join(", ")]);
            answer.push(json!({ "productId": product_id, "name": name, "offeringId": offerings }));
        }
        self.document["products"] = answer.into();
        self.say(indented(table(&["productId", "name", "offeringId"], &rows)))
    }

    pub fn offerings(&mut self, offerings: &Tree) -> io::Result<()> {
        self.document["offerings"] = json!(offerings);
        self.say(indented(show("result", offerings)))
    }

    /// Prices come once for each offering.
    pub fn prices(&mut self, prices: &Tree) -> io::Result<()> {
        if let Some(all) = self.document["prices"].as_array_mut() {
            all.push(json!(prices));
        }
        self.say(indented(show("result", prices)))
    }

    pub fn site(&mut self, region: &Region, domain: &PbxDomain) -> io::Result<()> {
        let name = region.name.as_deref().unwrap_or("(no name)");
        self.say(indented(format_args!(
            "in region {}, {name}, under {}",
            region.id,
            domain.suffixes.join(", ")
        )))
    }

    pub fn contact(&mut self, contact: &BillingContact) -> io::Result<()> {
        let company = contact.company.as_deref().unwrap_or("(no company)");
        self.say(indented(format_args!("contact {}, {company}", contact.billing_contact_id)))
    }

    /// Says which pricing id stands for which plan or service of the order.
    pub fn pricing_ids(&self, order: &Order, lines: &[PriceLine]) -> io::Result<()> {
        self.say("\nThe final price is asked for by pricing ids:")?;
        for (ordered, priced) in order.service_list.iter().zip(lines) {
            let (kind, id) = (ordered.service_type.as_str(), ordered.service_id);
            self.say(indented(format_args!("{kind} {id}: {}", priced.pricing_id)))?;
        }
        Ok(())
    }

    pub fn calculation(&mut self, calculation: &Tree) -> io::Result<()> {
        self.document["calculation"] = json!(calculation);
        self.say(indented(show("result", calculation)))
    }

    /// Shows what was not ordered, and says how to order it: by the example `purchase`, if it
    /// takes arguments for that.
    pub fn order(&mut self, order: &Order, of_purchase: Option<&str>) -> Result<(), Box<dyn Error>> {
        self.document["order"] = json!(order);
        self.say(format_args!(
            "\nThe order. Not sent: {} {}",
            CreateOrder::META.method(),
            CreateOrder::META.path()
        ))?;
        self.say(indented(serde_json::to_string_pretty(order)?))?;
        self.say("\nNothing was ordered. What places this order, and on a real portal costs money:")?;
        match of_purchase {
            Some(arguments) => self.say(indented(format_args!(
                "cargo run -p yeastar-blocking --example purchase -- {arguments}"
            )))?,
            None => self.say(indented(
                "client.send(CreateOrder::new(order)) in a program of yours; the example `purchase` buys the\n\
                 Enterprise Plan, billed annually",
            ))?,
        }
        Ok(())
    }

    /// Says how it ended and gives the exit code.
    pub fn finish(mut self, result: Result<(), Box<dyn Error>>) -> ExitCode {
        let outcome = if result.is_ok() { "quoted" } else { "failed" };
        let error = result.err().map(|error| error.to_string());
        self.document["outcome"] = json!(outcome);
        self.document["error"] = json!(error);
        // As text first: in this build serde_json panics over a writer that fails.
        let document = format!("{:#}", self.document);
        let is_printed = !self.json || writeln!(io::stdout(), "{document}").is_ok();
        if let Some(error) = &error {
            let _ = writeln!(io::stderr(), "Not quoted: {error}\nNothing was ordered.");
        }
        if error.is_none() && is_printed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// Prints a line for a person. Whoever closes the output early wants no more of it.
    fn say(&self, words: impl Display) -> io::Result<()> {
        if self.json { Ok(()) } else { writeln!(io::stdout(), "{words}") }
    }
}

fn indented(words: impl Display) -> String {
    format!("   {words}").replace('\n', "\n   ")
}
