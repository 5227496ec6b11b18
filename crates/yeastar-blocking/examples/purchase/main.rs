//! Buys a cloud PBX in the four steps of the vendor's tutorial. `--help` tells more.
//!
//! <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-p-series-cloud-edition-using-api.html>

mod report;

use std::error::Error;
use std::process::ExitCode;

use report::{Ending, Options, Report};
use yeastar_blocking::Client;
use yeastar_blocking::order::OrderSave;
use yeastar_blocking::product::{PbxUrlExisted, RegionList};
use yeastar_blocking::user::BillingContactList;

fn main() -> ExitCode {
    match Options::parse() {
        Ok(options) => run(&options).unwrap_or_else(|error| {
            eprintln!("Nothing was ordered: {error}");
            ExitCode::FAILURE
        }),
        Err(code) => code,
    }
}

fn run(options: &Options) -> Result<ExitCode, Box<dyn Error>> {
    let (config, sandbox) = report::portal()?;
    let mut report = Report::new(options, &config.origin, sandbox.is_some());
    let client = Client::new(config)?;
    let ending = purchase(&client, options, &mut report).unwrap_or_else(|failure| failure);
    Ok(report.finish(&ending))
}

fn purchase(client: &Client, options: &Options, report: &mut Report) -> Result<Ending, Ending> {
    let regions = client.send(RegionList)?;
    report.regions(&regions);
    let region = regions.first().ok_or(Ending::NothingToChoose("region"))?;
    let domain = region.domains.first().ok_or(Ending::NothingToChoose("domain of the first region"))?;

    let pbx_url = options.pbx_url(domain)?;
    let taken = client.send(PbxUrlExisted::new(&pbx_url))?;
    report.url_taken(&pbx_url, taken);
    if taken {
        return Ok(Ending::UrlTaken(pbx_url));
    }

    let contacts = client.send(BillingContactList)?;
    report.contacts(&contacts);
    let contact = contacts.first().ok_or(Ending::NothingToChoose("billing contact"))?;

    let order = options.order(region, domain, &pbx_url, contact);
    report.order(&order);
    if !report.may_order() {
        return Ok(Ending::Withheld);
    }
    Ok(Ending::Ordered(client.send(OrderSave::new(order))?))
}
