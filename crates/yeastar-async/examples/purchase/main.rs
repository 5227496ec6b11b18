//! Buys a cloud PBX in the four steps of the vendor's tutorial. `--help` tells more.
//!
//! <https://help.yeastar.com/en/pp-ptr/developer-guide/tutorial-purchase-p-series-cloud-edition-using-api.html>

#[path = "../../../yeastar-blocking/examples/purchase/faults.rs"]
mod faults;
#[path = "../../../yeastar-blocking/examples/purchase/options.rs"]
mod options;
#[path = "../../../yeastar-blocking/examples/purchase/outcome.rs"]
mod outcome;
#[path = "../../../yeastar-blocking/examples/purchase/patience.rs"]
mod patience;
#[path = "../../../yeastar-blocking/examples/purchase/portal.rs"]
mod portal;
#[path = "../../../yeastar-blocking/examples/purchase/report.rs"]
mod report;

use std::process::ExitCode;

use options::Options;
use patience::policy;
use portal::portal;
use report::{Ending, Report};
use serde_json::json;
use yeastar_async::Client;
use yeastar_async::product::{CheckPbxUrl, ListRegions};
use yeastar_async::purchase::{Intent, Outcome};
use yeastar_async::user::ListBillingContacts;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match Options::parse() {
        Ok(options) => options,
        Err(code) => return code,
    };
    let mut report = Report::new(&options);
    let ending = purchase(&options, &mut report).await.unwrap_or_else(|failure| failure);
    report.finish(&ending)
}

async fn purchase(options: &Options, report: &mut Report<'_>) -> Result<Ending, Ending> {
    let (config, sandbox) = portal(options.settings())?;
    report.begin(&config.origin, sandbox.is_some());
    if let (Some(point), Some(sandbox)) = (options.fail_at, &sandbox) {
        point.arrange(options, sandbox, report)?;
    }
    let client = Client::new(config.with_policy(policy(options.patience)))?;
    let journal = options.journal()?;
    let id = &options.id;

    // It may block this thread: nothing else runs on it yet.
    let is_known = !journal.load(id)?.is_empty();
    if is_known {
        report.takes_up();
        match client.resume(id, &journal).await {
            Ok(Outcome::NotPlaced { error, .. }) => report.not_sent(&error),
            Ok(outcome) => return Ok(outcome.into()),
            // Killed, or still there. To purchase the same again does no harm.
            Err(error) if error.retry_after().is_some() => report.at_work(&error),
            Err(error) => return Err(error.into()),
        }
    }

    report.ask::<ListRegions>("Which regions are there?", &json!({}));
    let regions = client.send(ListRegions::new()).await?;
    report.regions(&regions);
    let region = regions.first().ok_or(Ending::NothingToChoose("region"))?;
    let domain = region.domains.first().ok_or(Ending::NothingToChoose("domain of the first region"))?;

    let pbx_url = options.pbx_url(domain)?;
    report.ask::<CheckPbxUrl>("Is the PBX URL free?", &json!({ "pbxUrl": pbx_url }));
    let taken = client.send(CheckPbxUrl::new(&pbx_url)).await?;
    report.url_taken(&pbx_url, taken);
    // Of an id that was used before, the purchase finds out itself: the URL may be taken by its own order.
    if taken && !options.has_id && !is_known {
        return Ok(Ending::UrlTaken(pbx_url));
    }

    report.ask::<ListBillingContacts>("Who gets the invoice?", &json!({}));
    let contacts = client.send(ListBillingContacts::new()).await?;
    report.contacts(&contacts);
    let contact = contacts.first().ok_or(Ending::NothingToChoose("billing contact"))?;

    let order = options.order(region, domain, &pbx_url, contact);
    order.check()?;
    report.order(&order);
    if !report.may_order() {
        return Ok(Ending::Withheld);
    }
    // It looks at the account once more before it sends the order.
    Ok(client.purchase(Intent::new(id, order), &journal).await?.into())
}
