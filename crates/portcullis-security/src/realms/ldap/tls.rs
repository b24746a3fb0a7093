//! TLS towards a directory: what is trusted and who we are, from PEM files that are read anew when they change. Bad new
//! files leave the last good ones in force.

mod files;
mod verifier;

use std::sync::{Arc, Mutex, PoisonError};

use portcullis_model::lifetime::Clock;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use self::files::Stamp;
use self::verifier::Verifier;
use crate::settings::Switch;
use crate::settings::directory::{LdapTls, Verification};

#[cfg(test)]
mod tests;

/// For how long the files are taken to be unchanged, in milliseconds.
const CHECK_MILLIS: u64 = 2_000;

/// TLS with the files that are in force.
pub(super) struct Tls {
    settings: LdapTls,
    clock: Arc<dyn Clock>,
    loaded: Mutex<Loaded>,
}

struct Loaded {
    /// Or why there is none, where none is needed.
    config: Result<Arc<ClientConfig>, String>,
    stamps: Vec<Stamp>,
    checked_at: u64,
}

impl Tls {
    /// Reads the files for the first time.
    ///
    /// # Errors
    /// When one cannot be read or used although TLS is `needed`, with a sentence for the operator. A directory in plaintext
    /// does without the system's authorities, which a small container has not.
    pub(super) fn open(settings: &LdapTls, needed: Switch, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let stamps = stamps(settings);
        let config = match load(settings) {
            Err(reason) if needed.is_on() => return Err(reason),
            loaded => loaded,
        };
        let loaded = Loaded { config, stamps, checked_at: clock.boot().0 };
        Ok(Self { settings: settings.clone(), clock, loaded: Mutex::new(loaded) })
    }

    /// Whether a connection that begins in plaintext is upgraded before anything is sent.
    pub(super) fn starts_on_plaintext(&self) -> bool {
        self.settings.start_tls.is_on()
    }

    /// Shakes hands with the server that is called `host`.
    ///
    /// # Errors
    /// When the server is not the one that is trusted, or speaks no TLS.
    pub(super) async fn connect(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, String> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| format!("[{host}] is no name that a certificate could have"))?;
        let connector = TlsConnector::from(self.config()?);
        connector.connect(name, stream).await.map_err(|error| format!("TLS failed: {error}"))
    }

    fn config(&self) -> Result<Arc<ClientConfig>, String> {
        let now = self.clock.boot().0;
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_sub(loaded.checked_at) >= CHECK_MILLIS {
            loaded.checked_at = now;
            let stamps = stamps(&self.settings);
            if stamps != loaded.stamps {
                match load(&self.settings) {
                    Ok(config) => loaded.config = Ok(config),
                    Err(reason) => {
                        tracing::error!(%reason, "the last good TLS files of a directory stay in force")
                    }
                }
                loaded.stamps = stamps;
            }
        }
        loaded.config.clone()
    }
}

fn stamps(settings: &LdapTls) -> Vec<Stamp> {
    let identity = settings.identity.iter().flat_map(|(certificate, key)| [certificate, key]);
    settings.authorities.iter().chain(identity).map(|path| Stamp::of(path)).collect()
}

fn load(settings: &LdapTls) -> Result<Arc<ClientConfig>, String> {
    let authorities = files::authorities(&settings.authorities)?;
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(authorities.iter().cloned());
    if taken == 0 && settings.verification != Verification::None {
        return Err("no certificate authority could be read".to_owned());
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let pinned = if settings.authorities.is_empty() { Vec::new() } else { authorities };
    let verifier = Verifier::new(settings.verification, roots, pinned, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => builder
            .with_client_auth_cert(files::chain(certificate)?, files::key(key)?)
            .map_err(|error| format!("[{}] and [{}]: {error}", certificate.display(), key.display()))?,
    };
    Ok(Arc::new(config))
}
