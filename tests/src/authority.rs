//! An authority that signs certificates of servers, with what may be wrong with one, and of clients.
//!
//! Never here: what a server does with its certificate.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};

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
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new one of this name.
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Writes its certificate into `folder`, and with its key that of a server at this address of this machine.
    pub(crate) fn write(&self, folder: &Path, address: Ipv4Addr, flaw: Flaw) {
        std::fs::write(folder.join("ca.pem"), self.0.pem()).unwrap();
        let names = if flaw == Flaw::WrongName {
            vec!["elsewhere.example.org".to_owned()]
        } else {
            vec!["localhost".to_owned(), address.to_string()]
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
        write_private(&folder.join("key.pem"), &key.serialize_pem());
    }

    /// Writes a certificate of somebody who is no server, and its key, into `folder`: `name.pem` and `name-key.pem`.
    pub(crate) fn write_client(&self, folder: &Path, name: &str) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap().pem();
        std::fs::write(folder.join(format!("{name}.pem")), certificate).unwrap();
        write_private(&folder.join(format!("{name}-key.pem")), &key.serialize_pem());
    }
}

/// Writes a file that only its owner reads: some servers take no key that others could read.
fn write_private(path: &Path, text: &str) {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.unwrap().write_all(text.as_bytes()).unwrap();
}
