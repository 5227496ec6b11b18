//! What a client is made from.

use alloc::borrow::ToOwned;
use alloc::string::String;

use crate::call::policy::Policy;
use crate::error::invalid::BuildError;
use crate::portal::auth::credentials::Credentials;
use crate::wire::origin::Origin;

/// Credentials, where to go, and limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Client id and secret.
    pub credentials: Credentials,
    /// Base URL and user agent. The vendor's portal by default.
    pub origin: Origin,
    /// Timeouts, repetitions, sizes.
    pub policy: Policy,
}

impl Config {
    /// The vendor's portal with these credentials.
    pub fn new(credentials: Credentials) -> Self {
        Self { credentials, origin: Origin::default(), policy: Policy::default() }
    }

    /// Reads `YEASTAR_CLIENT_ID` and `YEASTAR_CLIENT_SECRET` from a source of variables, such as the
    /// environment. Where they are set it also reads `YEASTAR_ACCOUNT`, the label of the account
    /// ([`Credentials::with_account`]), and `YEASTAR_BASE_URL`.
    ///
    /// ```
    /// use yeastar_core::Config;
    ///
    /// let config = Config::from_variables(|name| match name {
    ///     "YEASTAR_CLIENT_ID" => Some("id".into()),
    ///     "YEASTAR_CLIENT_SECRET" => Some("secret".into()),
    ///     _ => None,
    /// })?;
    /// assert_eq!(config.origin.to_string(), "https://openapi.partner.yeastar.com");
    /// # Ok::<(), yeastar_core::BuildError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When one of the first two is missing or empty, or the label or the base URL is not valid. Line breaks at the end of a
    /// value are left out.
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self, BuildError> {
        // What is read from a file of secrets ends with a line break.
        let set = |name: &str| {
            let value = get(name)?;
            let value = value.trim_end_matches(['\r', '\n']);
            (!value.is_empty()).then(|| value.to_owned())
        };
        let required = |name: &'static str| {
            set(name).ok_or_else(|| {
                BuildError::new(
                    name,
                    "is not set",
                    "set it to the value shown under System > API in the portal",
                )
            })
        };
        let mut credentials =
            Credentials::new(required("YEASTAR_CLIENT_ID")?, required("YEASTAR_CLIENT_SECRET")?);
        if let Some(label) = set("YEASTAR_ACCOUNT") {
            credentials = credentials.with_account(&label)?;
        }
        let config = Self::new(credentials);
        match set("YEASTAR_BASE_URL") {
            Some(base_url) => Ok(config.with_origin(Origin::new(&base_url)?)),
            None => Ok(config),
        }
    }

    /// Sets base URL and user agent.
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Sets timeouts, repetitions and sizes.
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }
}
