//! The command line of the two `purchase` examples.

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::path::PathBuf;
use std::process::{self, ExitCode};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use yeastar_core::order::{BillingCycle, CloudPbx, Order, PbxSite};
use yeastar_core::product::{PbxDomain, Region};
use yeastar_core::user::BillingContact;
use yeastar_core::{BuildError, IntentId};
use yeastar_journal::{Journal, JournalError, MemoryJournal, SqliteJournal};
use yeastar_sandbox::{PoNumberEcho, Settings};

use crate::faults::{self, Point};
use crate::portal;
use crate::report::{complain, print};

const HELP: &str = "\
Buys a cloud PBX as the vendor's tutorial does: region list, is the PBX URL
free, billing contact, create the order. The order is placed once, whatever the
network does: when its answer is lost it is looked for, and not sent again.

Runs against a local, simulated portal, unless the environment names a real one:
YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET and, if it is not the vendor's own,
YEASTAR_BASE_URL. There it orders only with --yes.

Usage: purchase [OPTIONS]

  --name NAME         name of the PBX [test]
  --prefix PREFIX     first part of the PBX URL [docs]
  --extensions N      5 to 500 [100]
  --po-number PO      purchase order number of yours; the id is added to it
  --id ID             name of this purchase, 6 to 40 characters with a digit [made from
                      the clock]; a run with the id of a purchase in the journal goes
                      on with that one, whatever else is asked for
  --journal FILE      write the purchase down in this SQLite file [in memory only]
  --patience SECONDS  how long to look for the order after doubt [20]
  --yes               place the order on a real portal; it costs money
  --json              print one JSON document
  --help              print this

Exit codes: 0 ordered, 1 not by this run, 2 --yes is missing or an option is wrong,
3 it is not known whether the order was placed, or the output was lost.

On the simulated portal only:

  --po-number-echo FIELD
      Where the portal repeats the purchase order number by which an order is found
      again: customReferenceNo or poNumber (that field of list and details), details
      (of those only) or nowhere. The vendor does not say.
      [customReferenceNo, the documented field that the number would fit in; with
      nowhere no lost order is ever found for certain]
  --fail-at POINT
      What goes wrong. The network, when the order is sent:
";

const KILLS: &str = "      Or the process is killed, and a second one goes on from the journal:\n";

/// The command line.
pub struct Options {
    name: String,
    prefix: String,
    extensions: u32,
    po_number: Option<String>,
    pub id: IntentId,
    /// Whether the id was chosen, so that an earlier run may have had it.
    pub has_id: bool,
    pub journal_file: Option<PathBuf>,
    temporary: Option<TemporaryFile>,
    pub patience: Duration,
    po_number_echo: Option<PoNumberEcho>,
    pub fail_at: Option<&'static Point>,
    pub yes: bool,
    pub json: bool,
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
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut options = Self {
            name: "test".into(),
            prefix: "docs".into(),
            extensions: 100,
            po_number: None,
            id: format!("example-{}", now.as_millis()).into(),
            has_id: false,
            journal_file: None,
            temporary: None,
            patience: Duration::from_secs(20),
            po_number_echo: None,
            fail_at: None,
            yes: false,
            json: false,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("name") => options.name = text(arguments.value()?)?,
                Long("prefix") => options.prefix = text(arguments.value()?)?,
                Long("extensions") => options.extensions = arguments.value()?.parse()?,
                Long("po-number") => options.po_number = Some(text(arguments.value()?)?),
                Long("id") => {
                    options.id = text(arguments.value()?)?.into();
                    options.id.check().map_err(|error| custom(format_args!("--id: {error}")))?;
                    options.has_id = true;
                }
                Long("journal") => options.journal_file = Some(arguments.value()?.into()),
                Long("patience") => options.patience = Duration::from_secs(arguments.value()?.parse()?),
                Long("po-number-echo") => options.po_number_echo = Some(arguments.value()?.parse()?),
                Long("fail-at") => options.fail_at = Some(arguments.value()?.parse_with(Point::named)?),
                Long("yes") => options.yes = true,
                Long("json") => options.json = true,
                Long("help") | Short('h') => {
                    print(format_args!("{HELP}{}{KILLS}{}", faults::list(false), faults::list(true)));
                    return Ok(Err(ExitCode::SUCCESS));
                }
                other => return Err(other.unexpected()),
            }
        }
        let is_for_sandbox = options.fail_at.is_some() || options.po_number_echo.is_some();
        if is_for_sandbox && portal::is_named() && !faults::is_victim() {
            return Err(custom(
                "--fail-at and --po-number-echo are for the simulated portal, and the environment names another \
                 one: unset YEASTAR_CLIENT_ID, YEASTAR_CLIENT_SECRET and YEASTAR_BASE_URL",
            ));
        }
        if options.journal_file.is_none() && options.fail_at.is_some_and(Point::is_kill) {
            let name =
                format!("yeastar-purchase-{}-{}.db", options.id.as_str().replace('/', "-"), process::id());
            let file = env::temp_dir().join(name);
            options.journal_file = Some(file.clone());
            options.temporary = Some(TemporaryFile(file));
        }
        Ok(Ok(options))
    }

    /// How the simulated portal behaves.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::fresh();
        settings.po_number_echo = self.po_number_echo.unwrap_or(settings.po_number_echo);
        settings
    }

    /// Where the purchase is written down.
    pub fn journal(&self) -> Result<Arc<dyn Journal + Send + Sync>, JournalError> {
        let journal: Arc<dyn Journal + Send + Sync> = match &self.journal_file {
            Some(file) => Arc::new(SqliteJournal::open(file)?),
            None => Arc::new(MemoryJournal::new()),
        };
        Ok(match self.fail_at {
            Some(point) if faults::is_victim() => Arc::new(point.stopping(journal)),
            _ => journal,
        })
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
        let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
            .purchase(self.extensions, BillingCycle::Annually, contact.billing_contact_id, site)
            .with_service(CloudPbx::HIGH_AVAILABILITY);
        match &self.po_number {
            Some(po_number) => order.with_po_number(po_number),
            None => order,
        }
    }
}

/// A file that goes with the process that named it.
struct TemporaryFile(PathBuf);

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn text(value: OsString) -> Result<String, lexopt::Error> {
    value.into_string().map_err(lexopt::Error::NonUnicodeValue)
}

fn custom(error: impl Display) -> lexopt::Error {
    error.to_string().into()
}
