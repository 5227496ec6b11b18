//! Where requests go, and what identifies the sender.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use http::uri::{self, Authority, InvalidUriParts, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};

use crate::error::invalid::BuildError;

/// The portal's base URL and the user agent that every request carries.
///
/// The default is the vendor's portal, `https://openapi.partner.yeastar.com`, and
/// this crate's name and version. Cheap to clone: the parts are shared.
///
/// Source: <https://help.yeastar.com/en/pp-ptr/developer-guide/request-structure.html>.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    parts: Arc<Parts>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    scheme: Scheme,
    authority: Authority,
    /// The value of the `Host` header: without the port when it is the scheme's own.
    host: HeaderValue,
    user_agent: HeaderValue,
}

impl Origin {
    /// An origin from its base URL. `https`, or `http` for a loopback host, which
    /// is where the sandbox or a sidecar runs. `localhost` is taken at its word.
    ///
    /// # Errors
    ///
    /// When the text is no such URL, or has a user name, a path or a query.
    pub fn new(base_url: &str) -> Result<Self, BuildError> {
        let refuse = |problem: &'static str| {
            BuildError::new("base URL", problem, "pass a URL like https://openapi.partner.yeastar.com")
        };
        let uri: Uri = base_url.parse().map_err(|_| refuse("is not a URL"))?;
        let bare = uri.path() == "/" && uri.query().is_none() && !base_url.contains('#');
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(refuse("has no scheme or no host"));
        };
        if !bare {
            return Err(refuse("has more than scheme, host and port"));
        }
        if authority.as_str().contains('@') {
            return Err(refuse("has a user name"));
        }
        if authority.host().is_empty() {
            return Err(refuse("has no host"));
        }
        let after_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        let is_port =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok();
        if !after_host.is_empty() && !after_host.strip_prefix(':').is_some_and(is_port) {
            return Err(refuse("has a port that is none"));
        }
        let allowed = scheme == Scheme::HTTPS || (scheme == Scheme::HTTP && is_loopback(authority.host()));
        if !allowed {
            return Err(refuse("is neither https nor http to a loopback host"));
        }
        let default_port = if scheme == Scheme::HTTPS { 443 } else { 80 };
        let host = match authority.port_u16() {
            Some(port) if port != default_port => authority.as_str(),
            _ => authority.host(),
        };
        let host = HeaderValue::from_str(host).map_err(|_| refuse("has a host that is no header value"))?;
        Ok(Self { parts: Arc::new(Parts { scheme, authority, host, user_agent: DEFAULT_USER_AGENT }) })
    }

    /// The same origin with another `User-Agent`, such as the name and version of your application.
    ///
    /// # Errors
    ///
    /// When the text is empty or has characters that do not belong in a header.
    pub fn with_user_agent(mut self, user_agent: &str) -> Result<Self, BuildError> {
        let visible = user_agent.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        let value =
            HeaderValue::try_from(user_agent).ok().filter(|_| visible && !user_agent.trim().is_empty());
        Arc::make_mut(&mut self.parts).user_agent = value.ok_or_else(|| {
            BuildError::new("User-Agent", "is empty or not visible ASCII", "pass something like my-app/1.0")
        })?;
        Ok(self)
    }

    /// Whether requests are encrypted.
    pub fn is_https(&self) -> bool {
        self.parts.scheme == Scheme::HTTPS
    }

    /// Refuses an encrypted origin for a transport that has no TLS.
    ///
    /// # Errors
    ///
    /// When the origin is `https` and `has_tls` is false.
    pub fn check_tls(&self, has_tls: bool) -> Result<(), BuildError> {
        if has_tls || !self.is_https() {
            return Ok(());
        }
        Err(BuildError::new(
            "base URL",
            "is https, and this build has no TLS",
            "turn the feature `rustls` on",
        ))
    }

    /// What the portal is called in a journal: the host, or `loopback` for a sandbox or a sidecar on this machine.
    /// Neither the port nor the way in which the host is written makes it another portal.
    pub(crate) fn portal(&self) -> String {
        let host = self.parts.authority.host();
        if is_loopback(host) {
            return "loopback".into();
        }
        host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
    }

    /// The value of the `Host` header.
    pub(crate) fn host(&self) -> &HeaderValue {
        &self.parts.host
    }

    pub(crate) fn user_agent(&self) -> &HeaderValue {
        &self.parts.user_agent
    }

    pub(crate) fn uri(&self, path_and_query: PathAndQuery) -> Result<Uri, InvalidUriParts> {
        let mut parts = uri::Parts::default();
        parts.scheme = Some(self.parts.scheme.clone());
        parts.authority = Some(self.parts.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Uri::from_parts(parts)
    }
}

const DEFAULT_USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));

impl Default for Origin {
    fn default() -> Self {
        const HOST: &str = "openapi.partner.yeastar.com";
        let parts = Parts {
            scheme: Scheme::HTTPS,
            authority: Authority::from_static(HOST),
            host: HeaderValue::from_static(HOST),
            user_agent: DEFAULT_USER_AGENT,
        };
        Self { parts: Arc::new(parts) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.parts.scheme, self.parts.authority)
    }
}

fn is_loopback(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(literal) => literal.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback()),
        None => {
            host.eq_ignore_ascii_case("localhost")
                || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// A simulation has one.
#[cfg(feature = "simulation")]
impl core::hash::Hash for Origin {
    fn hash<H: core::hash::Hasher>(&self, _: &mut H) {}
}
