//! Where a server is.

use std::fmt;
use std::net::SocketAddr;

use crate::settings::Switch;
use crate::settings::directory::Server;

/// Where a server is, and what its certificate has to be for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// Whether TLS begins with the connection.
    pub(super) ldaps: Switch,
    /// The name in the URL, or the address; IPv6 without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// One of the addresses of `host`, where each is a server of its own.
    pub(super) address: Option<SocketAddr>,
}

impl Endpoint {
    pub(super) fn of(server: &Server) -> Self {
        let Server { ldaps, host, port } = server.clone();
        Self { ldaps, host, port, address: None }
    }
}

/// The URL of the server, or of its address.
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.ldaps.is_on() { "ldaps" } else { "ldap" };
        match self.address {
            Some(address) => write!(f, "{scheme}://{address}"),
            None if self.host.contains(':') => write!(f, "{scheme}://[{}]:{}", self.host, self.port),
            None => write!(f, "{scheme}://{}:{}", self.host, self.port),
        }
    }
}
