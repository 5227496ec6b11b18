//! How the simulated portal behaves where the vendor's documents leave it open.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How the portal behaves. The defaults are the unfriendly choices where the real behaviour is not
/// known, so that a client that copes with them copes with the rest; but for the purchase order
/// number, which list and details repeat unless [`po_number_echo`](Self::po_number_echo) says otherwise.
///
/// ```
/// use std::time::Duration;
/// use yeastar_sandbox::{PoNumberEcho, Settings};
///
/// let mut settings = Settings::default();
/// settings.list_lag = Duration::ZERO;
/// settings.po_number_echo = PoNumberEcho::Nowhere;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Settings {
    /// Where credentials, tokens and numbers come from: the same seed and the same
    /// requests at the same times give the same answers, byte for byte.
    pub seed: u64,
    /// What the portal's wall clock says when its `Tick` is zero, as the time since
    /// 1970. It shows in `createTime` and in the `Date` header.
    pub wall_clock: Duration,
    /// Life of an access token. The vendor documents 30 minutes.
    pub access_token_life: Duration,
    /// Life of a refresh token. The vendor documents 15 days.
    pub refresh_token_life: Duration,
    /// How old an order is before the order list and the order details show it. The
    /// PBX URL is taken at once.
    pub list_lag: Duration,
    /// Where list and details repeat the purchase order number.
    pub po_number_echo: PoNumberEcho,
    /// How old an order is before list and details repeat its purchase order number.
    pub echo_lag: Duration,
    /// In which order the order list comes.
    pub list_order: ListOrder,
    /// A new token ends the former one, and with a token request also the former
    /// refresh token: the last client to ask wins.
    pub one_token_per_client: bool,
    /// What happens to a refresh token that was used before.
    pub refresh_reuse: RefreshReuse,
    /// Whether an order for a PBX URL that is taken is refused. Without it only
    /// [`Ledger::assert_no_double_order`](crate::Ledger::assert_no_double_order) notices a second order.
    pub unique_pbx_url: bool,
    /// The account's balance at first, in cents. Orders that are paid at once are paid from it, at prices
    /// that are made up; trials cost nothing.
    pub balance: u64,
    /// When an order is paid.
    pub payment: Payment,
    /// What happens to an order that costs more than the balance, where it is paid at once.
    pub lack_of_balance: LackOfBalance,
    /// Every answer of the portal is HTTP 200, and only the envelope's `status` tells.
    /// Pages that come from a gateway keep their status.
    pub body_status_only: bool,
    /// How many orders exist from the start, oldest first, and are in the list at once. Their number costs nothing,
    /// except with [`ListOrder::Mixed`], which sorts all of them for each page.
    /// They are made up: purchases of cloud PBXs, all created when the portal's
    /// `Tick` is zero, each with its own numbers and PBX URL. Nothing was paid for
    /// them, their PBXs are in no list of products, and they are not among [`Ledger::orders`](crate::Ledger::orders).
    pub order_history: usize,
    /// Whether the ledger keeps the requests, and not only the orders.
    pub log_requests: bool,
}

impl Default for Settings {
    /// As each field says, with a fixed seed and a fixed clock.
    fn default() -> Self {
        Self {
            seed: 13,
            // 2025-01-01T00:00:00Z
            wall_clock: Duration::from_secs(1_735_689_600),
            access_token_life: Duration::from_secs(30 * 60),
            refresh_token_life: Duration::from_secs(15 * 24 * 60 * 60),
            list_lag: Duration::from_secs(2),
            po_number_echo: PoNumberEcho::CustomReferenceNo,
            echo_lag: Duration::ZERO,
            list_order: ListOrder::AsAsked,
            one_token_per_client: true,
            refresh_reuse: RefreshReuse::EndsFamily,
            unique_pbx_url: true,
            balance: 100_000_000,
            payment: Payment::AtOnce,
            lack_of_balance: LackOfBalance::Refused,
            body_status_only: false,
            order_history: 0,
            log_requests: true,
        }
    }
}

impl Settings {
    /// The defaults, but with a seed of their own and the present time: no two
    /// portals have the same credentials, so a mix-up of two shows.
    pub fn fresh() -> Self {
        Self {
            seed: RandomState::new().build_hasher().finish(),
            wall_clock: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            ..Self::default()
        }
    }
}

/// Where list and details repeat the purchase order number of an order. The known
/// part of the vendor's pages does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoNumberEcho {
    /// In the documented field `customReferenceNo`, of the row in the list and of the details. The real portal probably does not do
    /// that: by its FAQ a person fills that field. Test with [`Nowhere`](Self::Nowhere) too.
    #[default]
    CustomReferenceNo,
    /// In a field of its own, `poNumber`, of both.
    PoNumber,
    /// In `customReferenceNo` of the details; the list has the field, and leaves it empty.
    Details,
    /// Nowhere: an order of which the answer is lost cannot be told from another one. The unfriendliest.
    Nowhere,
}

impl FromStr for PoNumberEcho {
    type Err = String;

    /// Reads `nowhere`, `details`, or the name of the field.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "customReferenceNo" => Ok(Self::CustomReferenceNo),
            "poNumber" => Ok(Self::PoNumber),
            "details" => Ok(Self::Details),
            "nowhere" => Ok(Self::Nowhere),
            _ => Err(format!("`{text}` is none of customReferenceNo, poNumber, details, nowhere")),
        }
    }
}

/// In which order the orders of the order list come. That `sort` is followed is known from an example only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListOrder {
    /// As `sort` says; without it, newest first.
    #[default]
    AsAsked,
    /// Oldest first, whatever `sort` says.
    Rising,
    /// Newest first, whatever `sort` says.
    Falling,
    /// In no order: neither the oldest nor the newest stand at an end of the list.
    Mixed,
}

impl FromStr for ListOrder {
    type Err = String;

    /// Reads `asked`, `rising`, `falling` or `mixed`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "asked" => Ok(Self::AsAsked),
            "rising" => Ok(Self::Rising),
            "falling" => Ok(Self::Falling),
            "mixed" => Ok(Self::Mixed),
            _ => Err(format!("`{text}` is none of asked, rising, falling, mixed")),
        }
    }
}

/// What happens when a refresh token comes that was used before. Not documented;
/// the vendor only asks for "the latest" one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshReuse {
    /// It is refused, and all tokens that descend from the same token request end.
    #[default]
    EndsFamily,
    /// It is refused; nothing else happens.
    Refused,
    /// It works like a new one.
    Allowed,
}

/// When an order is paid. The vendor's example of an order is paid at once, and the account has a balance; but the
/// checkout of the portal offers cards, PayPal and payment offline, and says nothing of a balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payment {
    /// At once, from the balance: it is `succeed`.
    #[default]
    AtOnce,
    /// When a person pays it ([`Server::pay`](crate::Server::pay)), by other means than the balance. Until then it is `pending`: no
    /// product is made or changed, and only its PBX URL is taken.
    Later,
}

impl FromStr for Payment {
    type Err = String;

    /// Reads `at-once` or `later`.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "at-once" => Ok(Self::AtOnce),
            "later" => Ok(Self::Later),
            _ => Err(format!("`{text}` is neither at-once nor later")),
        }
    }
}

/// What happens to an order that costs more than the balance. The known part of the
/// vendor's pages does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LackOfBalance {
    /// It is refused with [`code::BALANCE_INSUFFICIENT`](crate::code::BALANCE_INSUFFICIENT).
    #[default]
    Refused,
    /// It is placed as with [`Payment::Later`].
    Pending,
}
