//! wip
use crate::value::Secret;
use alloc::string::String;
use core::fmt;

/// wip
#[derive(Clone)]
pub struct Credentials {
    client_id: String,
    client_secret: Secret,
}
impl Credentials {
    /// wip
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self { client_id: client_id.into(), client_secret: client_secret.into() }
    }
    /// The client id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
    /// The secret
    pub fn client_secret(&self) -> &Secret {
        &self.client_secret
    }
}
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}
