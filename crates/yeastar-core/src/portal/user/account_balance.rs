//! `GET /user/openapi/user/v1/client/account_balance`

use http::Method;
use serde::Deserialize;

use crate::error::invalid::BuildError;
use crate::value::{Amount, from_objects_only};
use crate::wire::encoder::Encoder;
use crate::wire::endpoint::Endpoint;
use crate::wire::meta::{Auth, Effect, Meta};

/// Asks for the balance of the account.
///
/// Request: `GET /user/openapi/user/v1/client/account_balance`
///
/// Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-account-balance.html>
///
/// Documented: the one field, a Number.
///
/// Not known: the currency (no field names it), how many decimals there are, whether a balance can be
/// negative.
#[doc(alias = "account_balance")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct GetAccountBalance;

impl GetAccountBalance {
    /// The request. It has no parameters.
    pub const fn new() -> Self {
        Self
    }
}

impl Endpoint for GetAccountBalance {
    const META: Meta = Meta::new(
        "account_balance",
        Method::GET,
        "/user/openapi/user/v1/client/account_balance",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-account-balance.html",
    );

    type Output = Balance;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}

/// The balance of the account (`Balance_Info`).
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Balance {
    /// The balance, digit by digit. Its currency is not documented.
    pub account_balance: Amount,
}

from_objects_only!(Balance);
