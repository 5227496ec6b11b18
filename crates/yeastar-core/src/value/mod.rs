//! The JSON shapes of the portal: ids, open enums, lists, secrets, text that
//! is kept as received. Nothing in here knows HTTP.

mod amount;
mod body;
pub(crate) mod digest;
mod fields;
mod id;
mod json;
pub(crate) mod lenient;
mod list;
mod open_enum;
mod page;
mod partial;
pub(crate) mod redaction;
mod secret;
pub(crate) mod single_line;
mod text;
mod timestamp;

pub use amount::Amount;
pub(crate) use body::Body;
pub(crate) use fields::Fields;
pub(crate) use id::Digits;
pub use id::{
    BillingContactId, CountryId, OfferingId, ParseIdError, PbxSubDomainId, PlanId, PricingId, ProductId,
    RegionId, ServiceId,
};
pub use json::{Extra, Json, ParseJsonError};
pub(crate) use lenient::Field;
pub use list::List;
pub use open_enum::Unrecognized;
pub(crate) use open_enum::open_enum;
pub use page::Page;
pub(crate) use partial::{Missing, ObjectOnly, from_objects_only, partial};
pub use secret::Secret;
pub(crate) use text::BorrowedText;
pub use text::{
    ColleagueId, InstanceId, OrderId, OrderNo, PartnerId, ProductNo, TransactionNo, WhiteLabelId, YeastarId,
};
pub use timestamp::Timestamp;
