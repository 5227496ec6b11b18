//! `GET /user/openapi/user/v1/client/account_balance`
//!
//! Page: <https://help.yeastar.com/en/pp-ptr/developer-guide/query-account-balance.html>

use http::Method;

use crate::encoder::{BuildError, Encoder};
use crate::endpoint::{Auth, Effect, Endpoint, Meta};
use crate::value::Json;

/// To be written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AccountBalance;

impl Endpoint for AccountBalance {
    const META: Meta = Meta::new(
        "account_balance",
        Method::GET,
        "/user/openapi/user/v1/client/account_balance",
        Auth::Bearer,
        Effect::Read,
        "a query",
        "https://help.yeastar.com/en/pp-ptr/developer-guide/query-account-balance.html",
    );

    type Output = Json;

    fn encode(&self, _: &mut Encoder<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
