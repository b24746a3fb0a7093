//! Makes connections: address, TCP, TLS, and the library on top. All of it within `timeout.tcp_connect`.

use std::sync::Arc;

use ldap3::{LdapConnAsync, LdapConnSettings, StdStream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::connection::{Connection, Timeouts};
use super::counters::{Counters, Open};
use super::endpoint::Endpoint;
use super::tls::Tls;
use super::trouble::Trouble;
use super::wire::relay::Relay;
use super::wire::start_tls;

/// Makes connections.
pub(super) struct Dialer {
    pub(super) tls: Tls,
    pub(super) timeouts: Timeouts,
    pub(super) counters: Arc<Counters>,
}

impl Dialer {
    /// Opens a connection, nobody bound to it yet.
    ///
    /// # Errors
    /// Always the server's fault.
    pub(super) async fn open(&self, endpoint: &Endpoint) -> Result<Connection, Trouble> {
        match timeout(self.timeouts.connect, self.dial(endpoint)).await {
            Ok(opened) => opened.map_err(Trouble::server),
            Err(_) => {
                let allowed = self.timeouts.connect.as_millis();
                Err(Trouble::server(format!("no connection within {allowed} ms")))
            }
        }
    }

    async fn dial(&self, endpoint: &Endpoint) -> Result<Connection, String> {
        let connected = match endpoint.address {
            Some(address) => TcpStream::connect(address).await,
            None => TcpStream::connect((endpoint.host.as_str(), endpoint.port)).await,
        };
        let mut stream = connected.map_err(|error| format!("no connection: {error}"))?;
        stream.set_nodelay(true).map_err(|error| format!("no connection: {error}"))?;
        if endpoint.ldaps.is_on() {
            return self.begin(self.tls.connect(&endpoint.host, stream).await?).await;
        }
        if !self.tls.starts_on_plaintext() {
            return self.begin(stream).await;
        }
        start_tls::ask(&mut stream).await?;
        self.begin(self.tls.connect(&endpoint.host, stream).await?).await
    }

    /// Puts the library on top of a stream, with the relay in between.
    async fn begin<S>(&self, stream: S) -> Result<Connection, String>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (relay, end) = Relay::start(stream).map_err(|error| format!("no sockets: {error}"))?;
        let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(end));
        // The scheme says that the stream is a Unix socket. There is nothing else in the URL that is looked at.
        let made = LdapConnAsync::with_settings(settings, "ldapi://relay").await;
        let (connection, ldap) = made.map_err(|error| format!("no connection: {error}"))?;
        let driver = tokio::spawn(async move {
            // Why it ended is the relay's to say.
            let _ = connection.drive().await;
        });
        Ok(Connection::new(ldap, driver, relay, self.timeouts, Open::new(&self.counters)))
    }
}
