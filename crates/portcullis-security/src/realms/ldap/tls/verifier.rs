//! Whom a TLS handshake is taken to be with: `ssl.verification_mode`. The checks are webpki's; here is only which of its
//! refusals count.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::settings::directory::Verification;

/// Verifies as the settings say.
#[derive(Debug)]
pub(super) struct Verifier {
    mode: Mode,
    provider: Arc<CryptoProvider>,
}

#[derive(Debug)]
enum Mode {
    Full(Trust),
    Certificate(Trust),
    None,
}

#[derive(Debug)]
struct Trust {
    chains: Arc<WebPkiServerVerifier>,
    /// What the settings name. A server may show one of these itself: self-signed ones are their own authority.
    pinned: Vec<CertificateDer<'static>>,
}

impl Verifier {
    pub(super) fn new(
        verification: Verification,
        roots: RootCertStore,
        pinned: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let trust = || {
            let chains = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
            chains.build().map(|chains| Trust { chains, pinned }).map_err(|error| error.to_string())
        };
        let mode = match verification {
            Verification::Full => Mode::Full(trust()?),
            Verification::Certificate => Mode::Certificate(trust()?),
            Verification::None => Mode::None,
        };
        Ok(Self { mode, provider: Arc::clone(provider) })
    }
}

impl Trust {
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        match self.chains.verify_server_cert(certificate, intermediates, name, &[], now) {
            Err(error) if is_authority_itself(&error) && self.pinned.iter().any(|it| it == certificate) => {
                let parsed = rustls::server::ParsedCertificate::try_from(certificate)?;
                rustls::client::verify_server_name(&parsed, name)
            }
            other => other.map(|_| ()),
        }
    }
}

/// Whether webpki has nothing against a certificate but that it may sign others. It looks at the dates before that.
fn is_authority_itself(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
    other.0.to_string() == "CaUsedAsEndEntity"
}

/// Whether the chain is trusted, and only the name is another: webpki looks at the name last.
fn is_about_the_name(error: &Error) -> bool {
    use CertificateError::{NotValidForName, NotValidForNameContext};
    matches!(error, Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match &self.mode {
            Mode::Full(trust) => trust.verify(certificate, intermediates, name, now)?,
            Mode::Certificate(trust) => match trust.verify(certificate, intermediates, name, now) {
                Err(error) if is_about_the_name(&error) => {}
                other => other?,
            },
            Mode::None => {}
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
