//! The balance of the account.
//!
//! Documented: the field, a number. Not known: its example, so how many digits it
//! has; two are written always, as exact decimals.

use crate::envelope::{Json, Refusal};
use crate::portal::Portal;
use crate::pricing::price::decimal;
use crate::route::Call;

/// `account_balance`
#[expect(clippy::unnecessary_wraps, reason = "the signature of every route")]
pub(crate) fn account_balance(portal: &mut Portal, _: &Call) -> Result<Json, Refusal> {
    Ok(Json::text(format!(r#"{{"accountBalance":{}}}"#, decimal(portal.balance))))
}
