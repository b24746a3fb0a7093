//! From the configuration to what the engine must know of etcd. Certificates are read here. And what a tool does with
//! etcd without a node.

use std::path::Path;
use std::time::Duration;

use portcullis_store::{Compaction, EtcdIdentity, EtcdSecret, EtcdSettings, EtcdTls, Followed, Plaintext};
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

/// The log that the data folder is a copy of. Where there is no folder, none was followed.
///
/// # Errors
/// When its node runs, or it cannot be read.
pub(crate) fn followed(data: &Path) -> Result<Followed, StartError> {
    if !data.exists() {
        return Ok(Followed { epoch: String::new(), cluster: None });
    }
    Ok(portcullis_store::followed(data)?)
}

/// Makes what is in etcd the log of all nodes that have followed `before`: removes the members' records, waits, and
/// writes a new epoch, which is returned.
///
/// # Errors
/// When etcd does not answer. It can be done again.
pub(crate) fn adopt(config: &EtcdConfig, before: Followed, wait: Duration) -> Result<String, StartError> {
    let settings = settings(config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(StartError::store)?;
    runtime.block_on(portcullis_store::adopt(&settings, before, wait)).map_err(StartError::store)
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
