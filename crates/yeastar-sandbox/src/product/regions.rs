//! Regions, their domains, and which PBX URLs are taken.
//!
//! Documented: all fields. Inferred: that the region list is an array, which the
//! page calls an object, and that the portal refuses what is no host name.

use serde_json::{Value, json};

use crate::envelope::{Json, Refusal};
use crate::order::history;
use crate::portal::Portal;
use crate::route::Call;

pub(crate) struct Region {
    id: u64,
    name: &'static str,
    domains: &'static [Domain],
}

pub(crate) struct Domain {
    id: u64,
    suffixes: &'static [&'static str],
}

/// The first region has the ids and the domain of the vendor's tutorial.
const REGIONS: &[Region] = &[
    Region {
        id: 41,
        name: "Example Region",
        domains: &[
            Domain { id: 20, suffixes: &["ptest6.yeastarcloud.com"] },
            Domain { id: 21, suffixes: &["pbx.example.com"] },
        ],
    },
    Region {
        id: 42,
        name: "Another Example Region",
        domains: &[Domain { id: 30, suffixes: &["one.example.net", "two.example.net"] }],
    },
];

const TAKEN: &str = "taken.ptest6.yeastarcloud.com";

/// `region_list`
#[expect(clippy::unnecessary_wraps, reason = "the signature of every route")]
pub(crate) fn region_list(_: &mut Portal, _: &Call) -> Result<Json, Refusal> {
    Ok(REGIONS.iter().map(Region::to_json).collect::<Value>().into())
}

impl Region {
    pub(crate) fn by_id(id: u64) -> Option<&'static Self> {
        REGIONS.iter().find(|region| region.id == id)
    }

    pub(crate) fn domain(&self, id: u64) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.id == id)
    }

    fn to_json(&self) -> Value {
        let domains: Vec<Value> = self
            .domains
            .iter()
            .map(|domain| json!({ "pbxSubDomain": domain.suffixes, "pbxSubDomainId": domain.id.to_string() }))
            .collect();
        json!({ "id": self.id.to_string(), "name": self.name, "region": domains })
    }
}

impl Domain {
    /// Whether the URL is one label before one of the suffixes.
    pub(crate) fn contains(&self, url: &str) -> bool {
        url.split_once('.').is_some_and(|(prefix, rest)| {
            is_label(prefix) && self.suffixes.iter().any(|suffix| suffix.eq_ignore_ascii_case(rest))
        })
    }
}

/// `pbx_url_existed`
pub(crate) fn pbx_url_existed(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let url = call.fields.text("pbxUrl");
    if url.split('.').count() < 2 || !url.split('.').all(is_label) {
        return Err(Refusal::field("pbxUrl", "hostname", "is no host name (prefix and domain, no scheme)"));
    }
    Ok(Value::Bool(is_taken(portal, url)).into())
}

/// Host names know no case.
pub(crate) fn is_taken(portal: &Portal, url: &str) -> bool {
    let mut bought = portal.ledger.orders().iter().filter_map(|order| order.pbx_url.as_deref());
    TAKEN.eq_ignore_ascii_case(url)
        || bought.any(|taken| taken.eq_ignore_ascii_case(url))
        || history::has_url(url, portal.settings.order_history)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}
