//! Where the examples run.

use std::env;
use std::error::Error;
use std::fmt;
use std::io;

use yeastar_core::{BuildError, Config, Credentials, Origin};
use yeastar_sandbox::{Server, Settings};

/// Whether the environment names a portal.
pub fn is_named() -> bool {
    let variables = ["YEASTAR_CLIENT_ID", "YEASTAR_CLIENT_SECRET", "YEASTAR_BASE_URL"];
    variables.iter().any(|name| env::var_os(name).is_some())
}

/// The portal that the environment names, or a sandbox with these settings when it names none. The
/// sandbox ends when the server is dropped.
pub fn portal(settings: Settings) -> Result<(Config, Option<Server>), NoPortal> {
    if is_named() {
        return Ok((Config::from_variables(|name| env::var(name).ok())?, None));
    }
    let server = Server::start_with(settings, 0).map_err(NoPortal::Sandbox)?;
    let credentials = Credentials::new(server.client_id(), server.client_secret());
    let config = Config::new(credentials).with_origin(Origin::new(&server.base_url())?);
    Ok((config, Some(server)))
}

/// Why there is no portal.
#[derive(Debug)]
pub enum NoPortal {
    /// A variable of the environment is missing or wrong.
    Setting(BuildError),
    /// The sandbox does not start.
    Sandbox(io::Error),
}

impl From<BuildError> for NoPortal {
    fn from(error: BuildError) -> Self {
        Self::Setting(error)
    }
}

impl fmt::Display for NoPortal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting(error) => error.fmt(f),
            Self::Sandbox(error) => write!(f, "the sandbox does not start: {error}"),
        }
    }
}

impl Error for NoPortal {}
