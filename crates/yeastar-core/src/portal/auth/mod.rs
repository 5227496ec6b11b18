//! Module `auth` of the portal: tokens. The clients call these by themselves.

pub(crate) mod credentials;
mod token_refresh;
mod token_request;

pub use credentials::Credentials;
pub use token_refresh::RefreshAccessToken;
pub use token_request::{RequestAccessToken, TokenDetails};
