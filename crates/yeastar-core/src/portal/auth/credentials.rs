//! Client id and client secret.

use alloc::string::String;

use crate::error::invalid::BuildError;
use crate::journal::account::{Account, AccountLabel};
use crate::value::Secret;

/// Client id and client secret, from System > API in the portal.
///
/// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/enable-yeastar-partner-portal-api.html>.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "simulation", derive(Hash))]
pub struct Credentials {
    client_id: String,
    client_secret: Secret,
    account: Option<AccountLabel>,
}

impl Credentials {
    /// The two texts as the portal shows them.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self { client_id: client_id.into(), client_secret: client_secret.into(), account: None }
    }

    /// Names the account to which they belong. A journal then keeps the purchases of this account apart from
    /// those of others, and new credentials with the same label take over its open purchases. All credentials of an
    /// account should have the same label, and keep it: another label is another account.
    ///
    /// ```
    /// use yeastar_core::Credentials;
    ///
    /// let credentials = Credentials::new("client id", "client secret").with_account("acme")?;
    /// # assert_eq!(credentials.account().label().unwrap().as_str(), "acme");
    /// # Ok::<(), yeastar_core::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the text cannot be an [`AccountLabel`].
    pub fn with_account(mut self, label: &str) -> Result<Self, BuildError> {
        self.account = Some(AccountLabel::new(label)?);
        Ok(self)
    }

    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The client secret.
    pub fn client_secret(&self) -> &Secret {
        &self.client_secret
    }

    /// The account to which they belong.
    pub fn account(&self) -> Account {
        Account::new(self.account.clone(), &self.client_id)
    }
}
