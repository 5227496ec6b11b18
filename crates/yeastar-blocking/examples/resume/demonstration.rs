//! Something to settle: a purchase on the simulated portal that ended without knowing.

use std::error::Error;
use std::time::Duration;

use yeastar_blocking::journal::MemoryJournal;
use yeastar_blocking::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_blocking::purchase::Intent;
use yeastar_blocking::{BillingContactId, Client, Config, PbxSubDomainId, RegionId};
use yeastar_sandbox::{Fault, Plan, Server, Settings};

use crate::patience::policy;
use crate::portal::portal;
use crate::report::Report;

/// The answer to an order is lost, and its sender looks for it only once. The order list shows orders a little later.
pub fn leave_one_ambiguous(
    report: &mut Report,
) -> Result<(Config, Option<Server>, MemoryJournal), Box<dyn Error + Send + Sync>> {
    report.say("No journal and no portal are named. A purchase on a simulated portal loses its answer:\n");
    let (config, sandbox) = portal(Settings::fresh())?;
    if let Some(sandbox) = &sandbox {
        sandbox.plan(Plan::new(Fault::DropAfterCommit).on("order_save"));
    }

    // As the simulated portal lists them. The example `purchase` shows how to ask for them.
    let contact = BillingContactId::new(3_197_218_168_379_846_218);
    let (region, domain) = (RegionId::new(41), PbxSubDomainId::new(20));
    let site = PbxSite::new("docs", region, domain, "docs.ptest6.yeastarcloud.com");
    let order =
        Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN).purchase(100, BillingCycle::Annually, contact, site);

    let journal = MemoryJournal::new();
    let hasty = Client::new(config.clone().with_policy(policy(Duration::ZERO)))?;
    let outcome = hasty.purchase(Intent::new("example-1", order), &journal)?;
    report.say(format_args!("example-1: {outcome}\n\nNow it is resumed:\n"));
    Ok((config, sandbox, journal))
}
