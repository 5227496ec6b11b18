//! What a purchase is to bring about, and what it is found again by.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::error::invalid::BuildError;
use crate::journal::intent_id::{IntentId, check_key};
use crate::portal::order::{Order, Rule};
use crate::value::Json;

/// An order that is to be placed once.
///
/// ```
/// use yeastar_core::order::{BillingCycle, CloudPbx, Order};
/// use yeastar_core::purchase::Intent;
/// use yeastar_core::BillingContactId;
///
/// let contact = BillingContactId::new(3197218168379846218);
/// let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
///     .renew("3658B431119665QJ", 100, BillingCycle::Annually, contact);
/// let intent = Intent::new("ticket-4711", order);
/// assert_eq!(intent.id().as_str(), "ticket-4711");
/// ```
///
/// # The keys
///
/// The portal recognises no repetition, so the order itself carries what it is found by. Its purchase
/// order number becomes the intent's id; an order that has a number of its own gets both, `PO-4711/ticket-4711`,
/// unless you promise that the number is unique ([`with_unique_po_number`](Self::with_unique_po_number)).
/// The URL of a new cloud PBX is a key as well. The number is found where a whole JSON string of
/// the portal equals it, case included; the URL is compared without regard to case. A portal that gave the number back as a JSON
/// number, in upper case or with `/` as `&#x2F;` would not show it. Ids of lower-case letters, digits and dashes
/// with at least one letter are the safest. Everything else, the body of the order to the byte,
/// is fixed when the purchase begins.
///
/// # JSON
///
/// An intent can be kept in a file or a job table. Read back, it is the same purchase: the body of its [order](Order) is the
/// same to the byte. (But for a field of this crate that `with_field` has set to what would be written anyway: it moves to its
/// own place, and the journal refuses the id as that of another order.)
///
/// ```
/// # use yeastar_core::order::{BillingCycle, CloudPbx, Order, Rule};
/// use yeastar_core::purchase::Intent;
/// use yeastar_core::Json;
/// # let order = Order::cloud_pbx(CloudPbx::ENTERPRISE_PLAN)
/// #     .renew("3658B431119665QJ", 100, BillingCycle::Annually, yeastar_core::BillingContactId::new(3197218168379846218));
///
/// let json = Json::of(&Intent::new("ticket-4711", order.relax(Rule::Extensions)))?;
/// let intent: Intent = json.parse()?;
/// assert_eq!(intent.id().as_str(), "ticket-4711");
/// # assert_eq!(Json::of(&intent)?, json);
/// # assert!(json.as_str().starts_with(r#"{"id":"ticket-4711","order":{"operationType":"renew_plan","#));
/// # assert!(json.as_str().ends_with(r#"},"relaxed":["extensions"]}"#));
/// # Ok::<(), yeastar_core::ParseJsonError>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Written", from = "Written")]
#[must_use = "an intent buys nothing until a client is told to purchase it"]
pub struct Intent {
    id: IntentId,
    order: Order,
    resend: Resend,
    has_unique_po_number: bool,
}

/// An intent as JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    id: IntentId,
    order: Order,
    /// The body of an order does not say them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    relaxed: Vec<Rule>,
    #[serde(default, skip_serializing_if = "Resend::is_never")]
    resend: Resend,
    #[serde(rename = "uniquePoNumber", default, skip_serializing_if = "core::ops::Not::not")]
    has_unique_po_number: bool,
}

impl From<Intent> for Written {
    fn from(intent: Intent) -> Self {
        let Intent { id, mut order, resend, has_unique_po_number } = intent;
        let relaxed = mem::take(&mut order.relaxed);
        Self { id, order, relaxed, resend, has_unique_po_number }
    }
}

impl From<Written> for Intent {
    fn from(written: Written) -> Self {
        let Written { id, order, relaxed, resend, has_unique_po_number } = written;
        let order = relaxed.into_iter().fold(order, Order::relax);
        Self { id, order, resend, has_unique_po_number }
    }
}

/// Whether an order is sent again after doubt, that is after a request that the portal may have
/// carried out although no answer tells. A request that provably did nothing is no doubt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub enum Resend {
    /// Never. The order is looked for; what is not found stays [ambiguous](super::Outcome::Ambiguous).
    #[default]
    Never,
    /// When the URL of the new PBX is still free and no candidate is in sight: the portal would refuse a second order for
    /// the URL. It is sent again at once, except where a process has ended, or stands still, between "about to be sent"
    /// and an answer: then it is sent again when the time to send and to answer that attempt is over.
    ///
    /// It **assumes** that the portal takes the URL in the moment in which it creates the order,
    /// paid or not, and that nobody else wants this URL. Neither is documented. Where the assumption
    /// fails, the order is **placed twice**. Only for the purchase of a cloud PBX.
    UniqueKeyGuard,
}

/// An order as every attempt sends it, and what it is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frozen {
    pub(super) body: Bytes,
    pub(super) keys: Keys,
}

/// What no other order of the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Keys {
    pub(super) po_number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pbx_url: Option<String>,
}

impl Resend {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    fn is_never(&self) -> bool {
        *self == Self::Never
    }
}

impl Intent {
    /// The intent to place this order once, under a name from your own records.
    pub fn new(id: impl Into<IntentId>, order: Order) -> Self {
        Self { id: id.into(), order, resend: Resend::Never, has_unique_po_number: false }
    }

    /// Sends the order's own purchase order number as it is, without the intent's id. You promise that no other
    /// order of the account has this number, or will have it: one that has it is taken for this one.
    pub fn with_unique_po_number(mut self) -> Self {
        self.has_unique_po_number = true;
        self
    }

    /// Sets whether the order is sent again after doubt. Never, if not set.
    pub fn with_resend(mut self, resend: Resend) -> Self {
        self.resend = resend;
        self
    }

    /// Its name.
    pub fn id(&self) -> &IntentId {
        &self.id
    }

    /// Whether the order is sent again after doubt.
    pub fn resend(&self) -> Resend {
        self.resend
    }

    /// The order with its keys, checked as far as can be done here.
    pub(super) fn freeze(&self) -> Result<Frozen, BuildError> {
        self.id.check()?;
        self.order.check()?;
        let po_number = match &self.order.po_number {
            None => self.id.to_string(),
            Some(po_number) if self.has_unique_po_number => po_number.clone(),
            Some(po_number) => format!("{po_number}/{}", self.id),
        };
        check_key("poNumber", &po_number)?;
        let order = self.order.clone().with_po_number(po_number.as_str());
        let body = Json::of(&order)
            .map_err(|error| BuildError::new("body", "cannot be written as JSON", error.to_string()))?;
        let frozen = Frozen::read(Bytes::copy_from_slice(body.as_str().as_bytes()))?;
        if frozen.keys.po_number != po_number {
            return Err(BuildError::new(
                "poNumber",
                "is replaced by a field of the caller",
                "set it by with_po_number: the order is found again by it",
            ));
        }
        if super::key::count(body.as_str(), |text| text == po_number) > 1 {
            return Err(BuildError::new(
                "poNumber",
                format!("is `{po_number}`, which another field of the order says too"),
                "choose an intent id that no other field contains",
            ));
        }
        if self.resend == Resend::UniqueKeyGuard && frozen.keys.pbx_url.is_none() {
            return Err(BuildError::new(
                "Resend::UniqueKeyGuard",
                "is set, and the order has no PBX URL",
                "set it for purchases of a cloud PBX only",
            ));
        }
        Ok(frozen)
    }
}

impl Keys {
    /// Whether a text of the portal that is JSON has the purchase order number in any of its fields.
    pub(super) fn po_number_is_in(&self, json: &str) -> bool {
        super::key::count(json, |text| text == self.po_number) > 0
    }

    /// Whether it has the PBX URL in any of its fields.
    pub(super) fn pbx_url_is_in(&self, json: &str) -> bool {
        let is_url = |pbx_url: &str| super::key::count(json, |text| text.eq_ignore_ascii_case(pbx_url)) > 0;
        self.pbx_url.as_deref().is_some_and(is_url)
    }
}

impl Frozen {
    /// Finds the keys in a body, wherever they came from.
    pub(super) fn read(body: Bytes) -> Result<Self, BuildError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            po_number: String,
            order_pce_special_request: Option<Site>,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Site {
            pbx_url: Option<String>,
        }

        let Body { po_number, order_pce_special_request } =
            serde_json::from_slice(&body).map_err(|error| {
                BuildError::new("poNumber", "cannot be found in the order", error.to_string())
            })?;
        let pbx_url = order_pce_special_request.and_then(|site| site.pbx_url);
        Ok(Self { body, keys: Keys { po_number, pbx_url } })
    }
}

/// All schedules of a simulation are about one order.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Frozen {
    fn hash<H: core::hash::Hasher>(&self, _: &mut H) {}
}

#[cfg(feature = "simulation")]
impl core::hash::Hash for Keys {
    fn hash<H: core::hash::Hasher>(&self, _: &mut H) {}
}
