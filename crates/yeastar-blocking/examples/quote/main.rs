//! Shows what a cloud PBX would cost, and orders nothing. `--help` tells more.
//!
//! The vendor does not document the fields of prices, so they are shown as they come.

mod options;
#[path = "../purchase/portal.rs"]
mod portal;
mod pricing_ids;
mod report;
mod table;
mod tree;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::ExitCode;

use options::Options;
use portal::portal;
use pricing_ids::find_pricing_id;
use report::Report;
use tree::Tree;
use yeastar_blocking::order::Order;
use yeastar_blocking::pricing::{
    CalculatePrice, GetMyPriceInfo, GetPurchaseProductInfo, ListSubscriptionProducts, PriceLine,
};
use yeastar_blocking::product::ListRegions;
use yeastar_blocking::user::{GetAccountBalance, ListBillingContacts};
use yeastar_blocking::{Client, Endpoint, Json, ProductId, Reply};
use yeastar_sandbox::Settings;

fn main() -> ExitCode {
    let options = match Options::parse() {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut report = Report::new(options.json);
    let result = quote(&options, &mut report);
    report.finish(result)
}

fn quote(options: &Options, report: &mut Report) -> Result<(), Box<dyn Error>> {
    let (config, sandbox) = portal(Settings::fresh())?;
    report.begin(&config.origin, sandbox.is_some())?;
    let client = &Client::new(config)?;
    let product = ProductId::CLOUD_EDITION;

    let balance = ask(client, report, "What is on the account?", GetAccountBalance::new())?.value;
    report.balance(&balance)?;

    let products = ask(client, report, "What can be bought?", ListSubscriptionProducts::new())?.value;
    report.products(&products)?;

    let endpoint = GetPurchaseProductInfo::new(product);
    let reply = ask(client, report, "Which plans and services does a cloud PBX have?", endpoint)?;
    let offerings = result(&reply)?;
    report.offerings(&offerings)?;

    // The newest page wants the offering only where there are several, older ones always.
    let known = products.iter().filter(|known| known.product_id == product);
    let offering_ids = known.flat_map(|known| known.offering_ids.iter().flatten());
    let endpoint = GetMyPriceInfo::new(product, options.cycle.clone());
    let mut endpoints: Vec<_> = offering_ids.map(|&id| endpoint.clone().with_offering_id(id)).collect();
    if endpoints.is_empty() {
        endpoints.push(endpoint);
    }
    for endpoint in endpoints {
        let reply = ask(client, report, "What does one of each cost?", endpoint)?;
        report.prices(&result(&reply)?)?;
    }

    let regions = ask(client, report, "Where can the PBX be?", ListRegions::new())?.value;
    let region = regions.first().ok_or("the portal lists no region")?;
    let domain = region.domains.first().ok_or("the portal lists no domain of the first region")?;
    report.site(region, domain)?;

    let contacts = ask(client, report, "Who would get the invoice?", ListBillingContacts::new())?.value;
    let contact = contacts.first().ok_or("the portal lists no billing contact")?;
    report.contact(contact)?;

    let order = options.order(region, domain, contact)?;
    order.check()?;
    let priced = final_price(options, client, report, &offerings, &order);
    report.order(&order, options.of_purchase().as_deref())?;
    priced
}

/// Asks for the price of the order. It wants the pricing ids of plan and service.
fn final_price(
    options: &Options,
    client: &Client,
    report: &mut Report,
    offerings: &Tree,
    order: &Order,
) -> Result<(), Box<dyn Error>> {
    let mut lines = Vec::new();
    for line in &order.service_list {
        let pricing_id = match options.pricing_id(line) {
            Some(by_hand) => by_hand,
            None => find_pricing_id(offerings, line)?,
        };
        lines.push(PriceLine::of(line, pricing_id));
    }
    report.pricing_ids(order, &lines)?;
    let endpoint = CalculatePrice::new(order.product_id, order.operation_type.clone(), lines);
    let reply = ask(client, report, "What would the order cost?", endpoint)?;
    report.calculation(&Tree::of(&reply.value))?;
    Ok(())
}

/// Says what is asked, asks, and gives the answer.
fn ask<E: Endpoint>(
    client: &Client,
    report: &mut Report,
    question: &str,
    endpoint: E,
) -> Result<Reply<E::Output>, Box<dyn Error>> {
    report.ask(question, &endpoint)?;
    Ok(client.exchange(endpoint)?)
}

/// All that was answered, since of these answers only a few fields are documented.
fn result<T>(reply: &Reply<T>) -> Result<Tree, Box<dyn Error>> {
    let envelope: BTreeMap<String, Json> = serde_json::from_slice(reply.body())?;
    Ok(Tree::of(envelope.get("result").ok_or("the answer has no `result`")?))
}
