//! TLS on a listener: certificate and key in PEM, read anew when either file changes. A bad new pair leaves the last
//! good one in force.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use portcullis_secrets::Secret;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::config::TlsConfig;
use crate::error::StartError;

/// The certificate in force.
#[derive(Clone)]
pub(crate) struct Tls {
    config: TlsConfig,
    pair: Arc<RwLock<Pair>>,
    /// Why the last new pair was not taken; told once, however often it is looked at.
    told: Arc<Mutex<Option<String>>>,
}

/// A certificate chain and its key, as they were read.
struct Pair {
    certificate: Vec<u8>,
    key: Secret,
    acceptor: TlsAcceptor,
}

impl Tls {
    /// Reads the pair for the first time.
    pub(crate) fn open(config: &TlsConfig) -> Result<Self, StartError> {
        let pair = load(config).map_err(StartError::Tls)?;
        Ok(Self { config: config.clone(), pair: Arc::new(RwLock::new(pair)), told: Arc::default() })
    }

    /// Shakes hands with the certificate in force.
    pub(crate) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = self.pair.read().unwrap_or_else(PoisonError::into_inner).acceptor.clone();
        acceptor.accept(stream).await
    }

    /// Takes a changed pair in. Connections that exist keep the one they shook hands with.
    pub(crate) fn take_in(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match load(&self.config) {
            Ok(pair) => {
                *told = None;
                let mut current = self.pair.write().unwrap_or_else(PoisonError::into_inner);
                if current.certificate != pair.certificate || !current.key.equals(&pair.key) {
                    *current = pair;
                    tracing::info!(certificate = %self.config.certificate.display(), "the new TLS certificate is in force");
                }
            }
            Err(reason) if told.as_ref() != Some(&reason) => {
                tracing::error!(%reason, "the last good TLS certificate stays in force");
                *told = Some(reason);
            }
            Err(_) => {}
        }
    }
}

fn load(config: &TlsConfig) -> Result<Pair, String> {
    let certificate = read(&config.certificate)?;
    let key = Secret::from_bytes(read(&config.key)?);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&certificate)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("[{}] is not a PEM certificate: {error}", config.certificate.display()))?;
    if chain.is_empty() {
        return Err(format!("[{}] holds no PEM certificate", config.certificate.display()));
    }
    let private = PrivateKeyDer::from_pem_slice(key.expose()).map_err(|error| {
        let place = config.key.display();
        if is_encrypted(key.expose()) {
            return format!("the private key [{place}] is encrypted; give one without a passphrase");
        }
        format!("[{place}] is not a PEM private key: {error}")
    })?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| {
            let (certificate, key) = (config.certificate.display(), config.key.display());
            format!("certificate [{certificate}] and key [{key}] cannot be used together: {error}")
        })?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Pair { certificate, key, acceptor: TlsAcceptor::from(Arc::new(server)) })
}

/// Both ways in which PEM says that a passphrase is needed: PKCS #8, and the older `Proc-Type` (RFC 1421).
fn is_encrypted(key: &[u8]) -> bool {
    [&b"ENCRYPTED PRIVATE KEY"[..], b"Proc-Type: 4,ENCRYPTED"]
        .iter()
        .any(|mark| key.windows(mark.len()).any(|it| it == *mark))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("[{}] cannot be read: {error}", path.display()))
}
