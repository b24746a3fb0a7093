//! From the configuration to what the engine must know of etcd. Certificates are read here.

use std::path::Path;
use std::time::Duration;

use portcullis_store::{Compaction, EtcdIdentity, EtcdSecret, EtcdSettings, EtcdTls, Plaintext};
use zeroize::Zeroizing;

use crate::config::EtcdConfig;
use crate::error::StartError;

/// The engine's settings.
///
/// # Errors
/// When a certificate or key cannot be read.
pub(crate) fn settings(config: &EtcdConfig) -> Result<EtcdSettings, StartError> {
    let password = config.password.as_ref().and_then(|it| it.secret().expose_str());
    Ok(EtcdSettings {
        endpoints: config.endpoints.clone(),
        prefix: config.prefix.clone(),
        username: config.username.clone(),
        password: password.map(|it| EtcdSecret::new(Zeroizing::new(it.to_owned()))),
        timeout: Duration::from_millis(config.timeout_millis),
        tls: tls(config)?,
        compaction: if config.compaction.is_on() { Compaction::Automatic } else { Compaction::External },
        plaintext: if config.allow_plaintext.is_on() { Plaintext::Allowed } else { Plaintext::LoopbackOnly },
    })
}

fn tls(config: &EtcdConfig) -> Result<Option<EtcdTls>, StartError> {
    if config.authorities.is_empty() {
        return Ok(None);
    }
    let mut certificate_authorities = String::new();
    for path in &config.authorities {
        certificate_authorities.push_str(&read(path)?);
    }
    let identity = match &config.identity {
        None => None,
        Some((certificate, key)) => Some(EtcdIdentity {
            certificate: read(certificate)?.to_string(),
            key: EtcdSecret::new(read(key)?),
        }),
    };
    Ok(Some(EtcdTls { certificate_authorities, identity }))
}

fn read(path: &Path) -> Result<Zeroizing<String>, StartError> {
    let text = std::fs::read_to_string(path);
    text.map(Zeroizing::new).map_err(|error| StartError::Store(format!("[{}]: {error}", path.display())))
}
