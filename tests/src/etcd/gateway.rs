//! Asking one member by its JSON gateway, which is all of its API in plain HTTP: names are those of the protocol buffers,
//! bytes are base64, and numbers of 64 bits are strings.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A user and the password.
#[derive(Clone)]
pub(super) struct Access {
    pub(super) user: String,
    pub(super) password: String,
    /// What the keys begin with that it may use; nothing: every key.
    pub(super) prefix: String,
}

/// Why a member did not do what it was asked. Whether it has done it all the same is not known of the first two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be reached, or hung up.
    Away(String),
    /// It did not answer in time.
    Silent,
    /// It answered with an error, in these words.
    Refused(String),
}

impl Refusal {
    /// True if another member, or the same one later, may answer.
    pub fn may_pass(&self) -> bool {
        let passing = ["no leader", "timed out", "leader changed", "unhealthy", "Unavailable"];
        match self {
            Self::Away(_) | Self::Silent => true,
            Self::Refused(words) => passing.iter().any(|it| words.contains(it)),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away(why) => write!(f, "it is away: {why}"),
            Self::Silent => f.write_str("it did not answer in time"),
            Self::Refused(words) => f.write_str(words),
        }
    }
}

/// How members are spoken to.
#[derive(Clone, Default)]
pub(super) struct Gateway {
    tls: Option<Arc<ClientConfig>>,
    pub(super) access: Option<Access>,
}

impl Gateway {
    /// With TLS, trusting the authority of this certificate, and showing one of its own with this key, if that is asked for.
    pub(super) fn trusting(ca: &Path, own: (&Path, &Path)) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_root_certificates(roots);
        let certificate = vec![CertificateDer::from_pem_file(own.0).unwrap()];
        let key = PrivateKeyDer::from_pem_file(own.1).unwrap();
        let config = config.with_client_auth_cert(certificate, key).unwrap();
        Self { tls: Some(Arc::new(config)), access: None }
    }

    /// What a member answers to `body` at `path` within `patience`.
    pub(super) async fn ask(
        &self,
        address: SocketAddr,
        path: &str,
        body: &Value,
        patience: Duration,
    ) -> Result<Value, Refusal> {
        let asked = async {
            let Some(Access { user, password, .. }) = &self.access else {
                return self.post(address, path, body, None).await;
            };
            // A token dies with the member that gave it, so there is a new one each time.
            let credentials = json!({"name": user, "password": password});
            let made = self.post(address, "/v3/auth/authenticate", &credentials, None).await?;
            self.post(address, path, body, made["token"].as_str()).await
        };
        tokio::time::timeout(patience, asked).await.unwrap_or(Err(Refusal::Silent))
    }

    async fn post(
        &self,
        address: SocketAddr,
        path: &str,
        body: &Value,
        token: Option<&str>,
    ) -> Result<Value, Refusal> {
        let body = body.to_string();
        // In the first version of HTTP an answer ends where the connection does.
        let mut request = format!("POST {path} HTTP/1.0\r\nHost: {address}\r\n");
        if let Some(token) = token {
            request.push_str(&format!("Authorization: {token}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let answer = self.exchange(address, request.as_bytes()).await;
        let answer = answer.map_err(|error| Refusal::Away(error.to_string()))?;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let Ok(value) = serde_json::from_str::<Value>(body) else {
            return Err(Refusal::Away(format!("not an answer: {answer:?}")));
        };
        match value["error"].as_str() {
            Some(words) => Err(Refusal::Refused(words.to_owned())),
            None => Ok(value),
        }
    }

    async fn exchange(&self, address: SocketAddr, request: &[u8]) -> io::Result<String> {
        let stream = TcpStream::connect(address).await?;
        let Some(config) = &self.tls else { return spoken(stream, request).await };
        let connector = TlsConnector::from(Arc::clone(config));
        spoken(connector.connect(ServerName::from(address.ip()), stream).await?, request).await
    }
}

async fn spoken(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &[u8]) -> io::Result<String> {
    stream.write_all(request).await?;
    stream.flush().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    String::from_utf8(answer).map_err(io::Error::other)
}

/// A number of an answer, which leaves out those that are zero.
pub(super) fn number(value: &Value) -> u64 {
    value.as_str().map_or(0, |it| it.parse().unwrap())
}

/// Bytes as requests have them.
pub(super) fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes as answers have them, which leave them out where there are none.
pub(super) fn decoded(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap_or_default()).unwrap()
}
