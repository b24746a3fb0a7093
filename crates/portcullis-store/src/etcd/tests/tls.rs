//! An etcd that speaks TLS and asks for a client certificate.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use zeroize::Zeroizing;

use super::server::ServerTls;
use super::*;
use crate::etcd::error::Fate;
use crate::etcd::settings::{EtcdIdentity, EtcdSecret, EtcdTls};

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("params");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority"))
    }

    /// Certificate and key, PEM.
    fn issue(&self) -> (String, String) {
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("params");
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }

    fn identity(&self) -> Option<EtcdIdentity> {
        let (certificate, key) = self.issue();
        Some(EtcdIdentity { certificate, key: EtcdSecret::new(Zeroizing::new(key)) })
    }
}

fn server_of(authority: &Authority, folder: &tempfile::TempDir) -> EtcdServer {
    let (certificate, key) = authority.issue();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let (authority, certificate, key) =
        (write("ca.pem", &authority.0.pem()), write("cert.pem", &certificate), write("key.pem", &key));
    let tls = ServerTls { authority: &authority, certificate: &certificate, key: &key };
    EtcdServer::start_with(&[], Some(&tls))
}

fn settings_with(server: &EtcdServer, believed: &Authority, identity: Option<EtcdIdentity>) -> EtcdSettings {
    let tls = Some(EtcdTls { certificate_authorities: believed.0.pem(), identity });
    EtcdSettings { tls, ..settings(&[server.url()]) }
}

#[tokio::test]
async fn only_both_certificates_together_open_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (authority, other) = (Authority::new(), Authority::new());
    let server = server_of(&authority, &folder);
    let client =
        |believed, identity| Client::new(&settings_with(&server, believed, identity)).expect("good settings");
    put(&client(&authority, authority.identity()), "/t/a", "1").await;

    let request = TxnRequest { success: vec![Operation::put("/t/b", "1")], ..TxnRequest::default() };
    let stranger = client(&other, authority.identity()).txn(request.clone()).await.expect_err("not believed");
    assert_eq!(stranger.fate, Fate::NotDone);
    assert!(stranger.to_string().to_lowercase().contains("certificate"), "{stranger}");
    for identity in [None, other.identity()] {
        let error = client(&authority, identity).txn(request.clone()).await.expect_err("not let in");
        assert!(error.to_string().contains(&server.url()), "{error}");
    }
    let reader = client(&authority, authority.identity());
    assert_eq!(get(&reader, "/t/b").await.expect("an answer").count, 0);
}

#[test]
fn what_is_no_certificate_is_refused_before_anything_is_connected() {
    let authority = Authority::new();
    let of = |certificate_authorities: &str, identity| {
        let tls = Some(EtcdTls { certificate_authorities: certificate_authorities.to_owned(), identity });
        let settings =
            EtcdSettings { tls, ..EtcdSettings::new(vec!["https://127.0.0.1:1".to_owned()], "/t/") };
        Client::new(&settings).err().map(|error| error.to_string())
    };
    assert!(of(&authority.0.pem(), None).is_none());
    assert!(of("", None).is_some_and(|told| told.contains("[store.etcd.ssl.certificate_authorities]")));
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(of(broken, None).is_some_and(|told| told.contains("[store.etcd.ssl")));
    let identity = authority.identity().map(|identity| EtcdIdentity {
        key: EtcdSecret::new(Zeroizing::new("s3cret, no key".to_owned())),
        ..identity
    });
    let told = of(&authority.0.pem(), identity).expect("no key");
    assert!(told.contains("[store.etcd.ssl") && !told.contains("s3cret"), "{told}");
}
