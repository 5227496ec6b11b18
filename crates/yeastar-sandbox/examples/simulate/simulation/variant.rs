//! Which portal, which policy and which processes a schedule has.

use std::time::Duration;

use yeastar_core::Policy;
use yeastar_core::purchase::Resend;
use yeastar_sandbox::{PoNumberEcho, Settings};

use super::fault::{LONGEST_DELAY, STALENESS};

const LIST_LAG: Duration = Duration::from_secs(2);

/// Longer than a process may wait before it sends, a request may wait on its way, and the list may lag.
const LONG_QUARANTINE: Duration =
    Duration::from_secs(120 + LONGEST_DELAY.as_secs() + STALENESS.as_secs() + 10);

/// Shorter than a request may wait on its way.
const SHORT_QUARANTINE: Duration = Duration::from_secs(30);

/// One row of the result.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a row of a table, and each is a question of its own")]
pub struct Variant {
    pub name: &'static str,
    pub about: &'static str,
    /// Where the portal shows the purchase order number.
    pub echo: PoNumberEcho,
    /// A renewal has no PBX URL; a purchase of a cloud PBX has one.
    pub is_renewal: bool,
    pub resend: Resend,
    /// Whether the portal refuses a second order for a PBX URL.
    pub is_url_unique: bool,
    pub has_rival: bool,
    pub has_token_trouble: bool,
    /// Whether the caller sends the order again when it is called absent.
    pub resubmits: bool,
    /// How many orders the account has from the start.
    pub history: usize,
    /// Searched with one fault fewer: it hardly differs from another one, or has many more schedules.
    pub is_wide: bool,
    pub twin: Option<Twin>,
}

/// A client that is broken on purpose, around the same core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// After anything but a definite end it begins anew, with an empty journal.
    RetryOnAnyError,
    /// It says that an entry is stored, and stores it when the purchase has ended.
    NoWriteAhead,
    /// It takes the refusal of the last attempt for the end of the purchase.
    NoTaintRule,
    /// Its journal overwrites.
    NoCompareAndSwap,
    /// It knows nothing, ever.
    AlwaysAmbiguous,
    /// What is wrong with it is its policy.
    Policy,
}

const DEFAULT: Variant = Variant {
    name: "echoed",
    about: "default policy, PO number in customReferenceNo",
    echo: PoNumberEcho::CustomReferenceNo,
    is_renewal: false,
    resend: Resend::Never,
    is_url_unique: false,
    has_rival: false,
    has_token_trouble: false,
    resubmits: false,
    history: 0,
    is_wide: false,
    twin: None,
};

/// Everything that must hold.
pub const VARIANTS: &[Variant] = &[
    DEFAULT,
    Variant {
        name: "echoed-elsewhere",
        about: "default policy, PO number in a field that is not documented",
        echo: PoNumberEcho::PoNumber,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "nowhere",
        about: "default policy, PO number shown nowhere",
        echo: PoNumberEcho::Nowhere,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "renewal",
        about: "default policy, an order without PBX URL",
        is_renewal: true,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "pages",
        about: "default policy, a renewal beside an order list of three pages",
        is_renewal: true,
        history: 51,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "tokens",
        about: "default policy, tokens that end in the middle",
        has_token_trouble: true,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "two",
        about: "default policy, a second process",
        has_rival: true,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "guard",
        about: "UniqueKeyGuard, the portal refuses a taken PBX URL",
        resend: Resend::UniqueKeyGuard,
        is_url_unique: true,
        ..DEFAULT
    },
    Variant {
        name: "guard-nowhere",
        about: "UniqueKeyGuard, PO number shown nowhere",
        resend: Resend::UniqueKeyGuard,
        is_url_unique: true,
        echo: PoNumberEcho::Nowhere,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "guard-two",
        about: "UniqueKeyGuard, a second process",
        resend: Resend::UniqueKeyGuard,
        is_url_unique: true,
        has_rival: true,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "quarantine",
        about: "AfterQuarantine, longer than any delay",
        resend: Resend::AfterQuarantine(LONG_QUARANTINE),
        ..DEFAULT
    },
    Variant {
        name: "quarantine-two",
        about: "AfterQuarantine, a second process",
        resend: Resend::AfterQuarantine(LONG_QUARANTINE),
        has_rival: true,
        is_wide: true,
        ..DEFAULT
    },
    Variant {
        name: "resubmit",
        about: "default policy, sent again by the caller when it is called absent",
        resubmits: true,
        is_wide: true,
        ..DEFAULT
    },
];

/// Everything that the checker must catch.
pub const TWINS: &[Variant] = &[
    Variant {
        name: "retry on any error",
        about: "begins anew after anything but a definite end",
        twin: Some(Twin::RetryOnAnyError),
        ..DEFAULT
    },
    Variant {
        name: "no write-ahead",
        about: "writes into its journal when the purchase has ended",
        twin: Some(Twin::NoWriteAhead),
        ..DEFAULT
    },
    Variant {
        name: "resend at once",
        about: "sends again without a quarantine",
        resend: Resend::AfterQuarantine(Duration::ZERO),
        twin: Some(Twin::Policy),
        ..DEFAULT
    },
    Variant {
        name: "short quarantine",
        about: "sends again while the first request may be on its way",
        resend: Resend::AfterQuarantine(SHORT_QUARANTINE),
        twin: Some(Twin::Policy),
        ..DEFAULT
    },
    Variant {
        name: "no taint rule",
        about: "takes what is said to the last request for the end of all",
        resend: Resend::UniqueKeyGuard,
        is_url_unique: true,
        echo: PoNumberEcho::Nowhere,
        twin: Some(Twin::NoTaintRule),
        ..DEFAULT
    },
    Variant {
        name: "no compare-and-swap",
        about: "its journal overwrites what another process has written",
        has_rival: true,
        twin: Some(Twin::NoCompareAndSwap),
        ..DEFAULT
    },
    Variant {
        name: "always ambiguous",
        about: "never says what became of an order",
        twin: Some(Twin::AlwaysAmbiguous),
        ..DEFAULT
    },
];

impl Variant {
    /// The variant of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        VARIANTS.iter().chain(TWINS).find(|variant| variant.name == name)
    }

    /// How the portal behaves.
    pub fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        settings.list_lag = LIST_LAG;
        settings.po_number_echo = self.echo;
        settings.unique_pbx_url = self.is_url_unique;
        settings.order_history = self.history;
        if self.has_token_trouble {
            settings.access_token_life = Duration::from_secs(40);
        }
        settings
    }

    /// How long is looked for the order, with few looks: each of them is a choice.
    pub fn policy(&self) -> Policy {
        let (base, cap, patience) = match self.resend {
            _ if self.resubmits => (200, 200, 600),
            Resend::AfterQuarantine(quarantine) if quarantine > SHORT_QUARANTINE => (100, 100, 30),
            Resend::AfterQuarantine(_) => (2, 60, 20),
            _ => (3, 3, 6),
        };
        let mut policy = Policy::default();
        policy.reconcile_base = Duration::from_secs(base);
        policy.reconcile_cap = Duration::from_secs(cap);
        policy.reconcile_for = Duration::from_secs(patience);
        policy
    }
}
