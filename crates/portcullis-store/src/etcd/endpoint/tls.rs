//! TLS towards a member: only the authorities that the settings name are believed, none of the system's.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};

use crate::etcd::settings::{EtcdTls, SettingsError};

/// The endpoint with TLS. The key's text is copied into the TLS library, which does not wipe it.
pub(super) fn of(endpoint: Endpoint, settings: &EtcdTls) -> Result<Endpoint, SettingsError> {
    let authorities = &settings.certificate_authorities;
    check_authorities(authorities)
        .map_err(|reason| SettingsError::new("ssl.certificate_authorities", reason))?;
    let mut config = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authorities));
    if let Some(identity) = &settings.identity {
        config = config.identity(Identity::from_pem(&identity.certificate, identity.key.text()));
    }
    endpoint.tls_config(config).map_err(|error| {
        let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        SettingsError::new("ssl", reason)
    })
}

/// The TLS library leaves out, without a word, what it cannot read.
fn check_authorities(pem: &str) -> Result<(), String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| format!("it is no PEM: {error}"))?;
        store.add(certificate).map_err(|error| format!("a certificate cannot be used: {error}"))?;
    }
    if store.is_empty() { Err("there is no PEM certificate in it".to_owned()) } else { Ok(()) }
}
