//! The command line, and the order that it describes.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;
use std::str::FromStr;

use yeastar_blocking::order::{BillingCycle, CloudPbx, Order, OrderLine, PbxSite, ServiceType};
use yeastar_blocking::product::{PbxDomain, Region};
use yeastar_blocking::user::BillingContact;
use yeastar_blocking::{BuildError, PlanId, PricingId};

const HELP: &str = "\
Shows what a cloud PBX with High Availability would cost, and orders nothing:
balance, what can be bought, list prices, the final price, and the order.

Runs against a local, simulated portal, unless the environment names a real one:
YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET and, if it is not the vendor's own,
YEASTAR_BASE_URL.

Usage: quote [OPTIONS]

  --extensions N             5 to 500 [100]
  --cycle CYCLE              annually or monthly [annually]
  --plan ID                  id of the plan [Enterprise Plan: 3048571730026938368]
  --pricing-id ID            pricing id of the plan [looked for]
  --service-pricing-id ID    pricing id of High Availability [looked for]
  --json                     print one JSON document, with numbers as text
  --help                     print this

The final price wants pricing ids. The vendor does not say where they are in the
answer about plans and services; they are looked for under likely names.

Exit codes: 0 quoted, 1 no final price, 2 an option is wrong.";

/// The command line.
pub struct Options {
    extensions: u32,
    pub cycle: BillingCycle,
    plan: PlanId,
    pricing_id: Option<PricingId>,
    service_pricing_id: Option<PricingId>,
    pub json: bool,
}

impl Options {
    /// Reads the command line; `Err` says how to end at once.
    pub fn parse() -> Result<Self, ExitCode> {
        Self::read(lexopt::Parser::from_env()).map_err(|error| {
            let _ = writeln!(io::stderr(), "{error}\nTry --help.");
            ExitCode::from(2)
        })?
    }

    fn read(mut arguments: lexopt::Parser) -> Result<Result<Self, ExitCode>, lexopt::Error> {
        use lexopt::prelude::*;
        let mut options = Self {
            extensions: 100,
            cycle: BillingCycle::Annually,
            plan: CloudPbx::ENTERPRISE_PLAN,
            pricing_id: None,
            service_pricing_id: None,
            json: false,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("extensions") => options.extensions = value(&mut arguments, "extensions")?,
                Long("cycle") => {
                    options.cycle = match value::<String>(&mut arguments, "cycle")?.as_str() {
                        "annually" => BillingCycle::Annually,
                        "monthly" => BillingCycle::Monthly,
                        other => {
                            return Err(format!("--cycle {other:?} is neither annually nor monthly").into());
                        }
                    }
                }
                Long("plan") => options.plan = value(&mut arguments, "plan")?,
                Long("pricing-id") => options.pricing_id = Some(value(&mut arguments, "pricing-id")?),
                Long("service-pricing-id") => {
                    options.service_pricing_id = Some(value(&mut arguments, "service-pricing-id")?);
                }
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

    /// What is quoted: the order of the vendor's tutorial, with the plan, number and cycle of
    /// the command line. Name and PBX URL of the PBX do not change its price.
    pub fn order(
        &self,
        region: &Region,
        domain: &PbxDomain,
        contact: &BillingContact,
    ) -> Result<Order, BuildError> {
        let site = PbxSite::in_region("test", region, domain, domain.pbx_url("docs")?);
        Ok(Order::cloud_pbx(self.plan)
            .purchase(self.extensions, self.cycle.clone(), contact.billing_contact_id, site)
            .with_service(CloudPbx::HIGH_AVAILABILITY))
    }

    /// The pricing id that was given for a line.
    pub fn pricing_id(&self, line: &OrderLine) -> Option<PricingId> {
        match line.service_type {
            ServiceType::Plan => self.pricing_id,
            _ => self.service_pricing_id,
        }
    }

    /// The arguments with which the example `purchase` places the order, if it does.
    pub fn of_purchase(&self) -> Option<String> {
        let fits = self.plan == CloudPbx::ENTERPRISE_PLAN && self.cycle == BillingCycle::Annually;
        fits.then(|| format!("--extensions {} --yes", self.extensions))
    }
}

fn value<T: FromStr<Err: Display>>(arguments: &mut lexopt::Parser, option: &str) -> Result<T, lexopt::Error> {
    let text = arguments.value()?.into_string().map_err(lexopt::Error::NonUnicodeValue)?;
    text.parse().map_err(|error| format!("--{option} {text:?}: {error}").into())
}
