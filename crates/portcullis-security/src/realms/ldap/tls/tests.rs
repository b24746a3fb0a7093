//! Whom a handshake is taken to be with, in each mode, and files that change.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::realms::ldap::tests::TestClock;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server with a certificate for `name` of this authority.
async fn server(authority: &Authority, name: &str) -> u16 {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, authority).unwrap();
    serve(certificate.der().to_vec(), key.serialize_der()).await
}

async fn serve(certificate: Vec<u8>, key: Vec<u8>) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.into()], PrivateKeyDer::Pkcs8(key.into()))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whether it works is for the client to say.
            let _ = acceptor.accept(stream).await;
        }
    });
    port
}

fn write(folder: &Path, authority: &Authority) -> PathBuf {
    let path = folder.join("ca.pem");
    std::fs::write(&path, authority.pem()).unwrap();
    path
}

fn tls(verification: Verification, authorities: Vec<PathBuf>) -> (Tls, Arc<TestClock>) {
    let settings = LdapTls { start_tls: Switch::Off, verification, authorities, identity: None };
    let clock = Arc::new(TestClock::default());
    (Tls::open(&settings, Switch::On, Arc::clone(&clock) as Arc<dyn Clock>).unwrap(), clock)
}

async fn shake(tls: &Tls, port: u16, host: &str) -> Result<(), String> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    tls.connect(host, stream).await.map(|_| ())
}

#[tokio::test]
async fn full_wants_a_trusted_certificate_for_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let ours = authority();
    let (tls, _clock) = tls(Verification::Full, vec![write(folder.path(), &ours)]);
    assert_eq!(shake(&tls, server(&ours, "localhost").await, "localhost").await, Ok(()));
    assert_eq!(shake(&tls, server(&ours, "127.0.0.1").await, "127.0.0.1").await, Ok(()));
    assert!(shake(&tls, server(&ours, "elsewhere").await, "localhost").await.is_err());
    assert!(shake(&tls, server(&authority(), "localhost").await, "localhost").await.is_err());
}

#[tokio::test]
async fn certificate_wants_a_trusted_certificate_for_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let ours = authority();
    let (tls, _clock) = tls(Verification::Certificate, vec![write(folder.path(), &ours)]);
    assert_eq!(shake(&tls, server(&ours, "elsewhere").await, "localhost").await, Ok(()));
    assert!(shake(&tls, server(&authority(), "localhost").await, "localhost").await.is_err());
}

#[tokio::test]
async fn none_wants_nothing() {
    let (tls, _clock) = tls(Verification::None, Vec::new());
    assert_eq!(shake(&tls, server(&authority(), "elsewhere").await, "localhost").await, Ok(()));
}

#[tokio::test]
async fn a_server_may_show_the_certificate_that_is_trusted_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (authority(), authority());
    let (full, _clock) = tls(Verification::Full, vec![write(folder.path(), &ours)]);
    let port = serve(ours.der().to_vec(), ours.key().serialize_der()).await;
    assert_eq!(shake(&full, port, "localhost").await, Ok(()));
    assert!(shake(&full, port, "elsewhere").await.is_err(), "it names another host");
    let other = serve(theirs.der().to_vec(), theirs.key().serialize_der()).await;
    assert!(shake(&full, other, "localhost").await.is_err(), "it is another certificate");
}

#[tokio::test]
async fn files_that_change_are_in_force_soon_and_bad_ones_never() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (authority(), authority());
    let path = write(folder.path(), &old);
    let (tls, clock) = tls(Verification::Full, vec![path.clone()]);
    let (old, new_port) = (server(&old, "localhost").await, server(&new, "localhost").await);
    std::fs::write(&path, "-----BEGIN CERTIFICATE-----\n").unwrap();
    clock.advance(CHECK_MILLIS);
    assert_eq!(shake(&tls, old, "localhost").await, Ok(()), "the last good file is not in force");
    std::fs::write(&path, new.pem()).unwrap();
    assert_eq!(shake(&tls, old, "localhost").await, Ok(()), "it was looked at too early");
    clock.advance(CHECK_MILLIS);
    assert!(shake(&tls, old, "localhost").await.is_err());
    assert_eq!(shake(&tls, new_port, "localhost").await, Ok(()));
}

#[tokio::test]
async fn a_file_that_cannot_be_used_stops_the_start_where_it_is_needed() {
    let authorities = vec![PathBuf::from("/nowhere/ca.pem")];
    let settings =
        LdapTls { start_tls: Switch::Off, verification: Verification::Full, authorities, identity: None };
    let open = |needed| Tls::open(&settings, needed, Arc::new(TestClock::default()));
    let reason = open(Switch::On).err().unwrap();
    assert!(reason.starts_with("[/nowhere/ca.pem] cannot be read"), "{reason}");
    let port = server(&authority(), "localhost").await;
    assert_eq!(shake(&open(Switch::Off).unwrap(), port, "localhost").await, Err(reason));
}
