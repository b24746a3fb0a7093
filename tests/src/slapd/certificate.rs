//! The server's certificate, and the authorities that may have signed it.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};

/// The names of a server on this machine.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// An authority signed it that nobody trusts.
    Untrusted,
    /// It is for another server.
    WrongName,
    /// Its time is over.
    Expired,
}

/// The authority that signs a server's certificates. It exists in memory and its own certificate is in `ca.pem`.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one of this name.
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes its certificate into `folder`, and a server's with its key.
    pub(super) fn write(&self, folder: &Path, flaw: Flaw) {
        std::fs::write(folder.join("ca.pem"), self.0.pem()).unwrap();
        let names = if flaw == Flaw::WrongName {
            vec!["elsewhere.example.org".to_owned()]
        } else {
            NAMES.map(str::to_owned).into()
        };
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, "The tests' directory");
        if flaw == Flaw::Expired {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let stranger = (flaw == Flaw::Untrusted).then(|| Self::new("A stranger"));
        let issuer = &stranger.as_ref().unwrap_or(self).0;
        std::fs::write(folder.join("certificate.pem"), params.signed_by(&key, issuer).unwrap().pem())
            .unwrap();
        std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    }
}
