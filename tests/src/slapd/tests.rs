use std::sync::Arc;

use ldap3::{Ldap, LdapConnAsync, SearchEntry};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::*;

const SUCCESS: u32 = 0;
const INVALID_CREDENTIALS: u32 = 49;

async fn connect(slapd: &Slapd) -> Ldap {
    let (connection, ldap) = LdapConnAsync::new(&slapd.url()).await.unwrap();
    tokio::spawn(connection.drive());
    ldap
}

async fn bind(slapd: &Slapd, dn: &str, password: &str) -> u32 {
    connect(slapd).await.simple_bind(dn, password).await.unwrap().rc
}

async fn search(ldap: &mut Ldap, filter: &str) -> Vec<SearchEntry> {
    let (found, _) = ldap
        .search(content::BASE, Scope::Subtree, filter, ["uid", "memberOf"])
        .await
        .unwrap()
        .success()
        .unwrap();
    found.into_iter().map(SearchEntry::construct).collect()
}

async fn reader(slapd: &Slapd) -> Ldap {
    let mut ldap = connect(slapd).await;
    let bound = ldap.simple_bind(content::SERVICE_ACCOUNT, &password("reader")).await.unwrap();
    bound.success().unwrap();
    ldap
}

#[tokio::test(flavor = "multi_thread")]
async fn every_user_of_the_standard_content_is_there_and_can_bind() {
    let slapd = Slapd::start().await;
    let mut reader = reader(&slapd).await;
    for uid in content::ODD_NAMES.into_iter().chain(["jo", "amy", "beth", "meg", content::TWIN]) {
        let dn = content::user(uid);
        assert_eq!(bind(&slapd, &dn, &password(uid)).await, SUCCESS, "{uid}");
        assert_eq!(bind(&slapd, &dn, "wrong").await, INVALID_CREDENTIALS, "{uid}");
        assert_eq!(slapd.binds_of(&dn).await, 2, "{uid}");
        let found = search(&mut reader, &format!("(uid={})", ldap3::ldap_escape(uid))).await;
        let expected = if uid == content::TWIN { 2 } else { 1 };
        assert_eq!(found.len(), expected, "{uid}");
        assert!(found.iter().all(|it| it.attrs["uid"] == [uid]), "{uid}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_bound_reads_nothing_and_a_user_reads_only_that_user() {
    let slapd = Slapd::start().await;
    let mut ldap = connect(&slapd).await;
    let anonymous = ldap.search(content::BASE, Scope::Subtree, "(uid=*)", ["uid"]).await.unwrap();
    assert!(anonymous.0.is_empty());
    ldap.simple_bind(&content::user("jo"), &password("jo")).await.unwrap().success().unwrap();
    for (uid, seen) in [("jo", 1), ("amy", 0)] {
        let found = ldap.search(&content::user(uid), Scope::Base, "(uid=*)", ["uid"]).await.unwrap();
        assert_eq!(found.0.len(), seen, "{uid}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_count_every_request_and_none_of_our_own() {
    let slapd = Slapd::start().await;
    assert_eq!((slapd.connections().await, slapd.binds().await, slapd.searches().await), (0, 0, 0));
    let bindings: Vec<_> = (0..50)
        .map(|_| {
            let url = slapd.url();
            tokio::spawn(async move {
                let (connection, mut ldap) = LdapConnAsync::new(&url).await.unwrap();
                tokio::spawn(connection.drive());
                ldap.simple_bind(&content::user("jo"), &password("jo")).await.unwrap().rc
            })
        })
        .collect();
    for binding in bindings {
        assert_eq!(binding.await.unwrap(), SUCCESS);
    }
    slapd.add_user("new", "a new password").await;
    assert_eq!(slapd.binds_of(&content::user("jo")).await, 50);
    assert_eq!(slapd.binds_of(&content::user("amy")).await, 0);
    assert_eq!((slapd.connections().await, slapd.binds().await, slapd.searches().await), (50, 50, 0));
    let mut reader = reader(&slapd).await;
    search(&mut reader, "(uid=jo)").await;
    search(&mut reader, "(uid=none)").await;
    assert_eq!((slapd.connections().await, slapd.binds().await, slapd.searches().await), (51, 51, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_server_answers_nothing_until_it_is_resumed_and_is_counted_then() {
    let mut slapd = Slapd::start().await;
    slapd.pause();
    let (mut waiting, dn) = (connect(&slapd).await, content::user("jo"));
    let binding = tokio::spawn(async move { waiting.simple_bind(&dn, &password("jo")).await.unwrap().rc });
    // While this one waits, another server starts and answers.
    assert_eq!(bind(&Slapd::start().await, &content::user("jo"), &password("jo")).await, SUCCESS);
    assert!(!binding.is_finished());
    slapd.resume();
    assert_eq!(binding.await.unwrap(), SUCCESS);
    assert_eq!((slapd.connections().await, slapd.binds().await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_paused_server_is_cut_off_when_it_is_killed() {
    let mut slapd = Slapd::start().await;
    slapd.pause();
    let mut waiting = connect(&slapd).await;
    slapd.kill();
    assert!(waiting.simple_bind(&content::user("jo"), &password("jo")).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_is_counted_and_one_restarted_has_its_data_and_its_ports() {
    let mut slapd = Slapd::start().await;
    let url = slapd.url();
    slapd.set_password("jo", "another password").await;
    assert_eq!(bind(&slapd, &content::user("jo"), &password("jo")).await, INVALID_CREDENTIALS);
    slapd.kill();
    assert_eq!(slapd.binds().await, 1);
    assert!(TcpStream::connect(slapd.plain.address()).await.is_err());
    slapd.restart().await;
    assert_eq!(slapd.url(), url);
    assert_eq!(bind(&slapd, &content::user("jo"), "another password").await, SUCCESS);
    assert_eq!(slapd.binds().await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_users_and_groups_are_seen_at_once() {
    let slapd = Slapd::start().await;
    let mut reader = reader(&slapd).await;
    let groups = async |ldap: &mut Ldap, uid: &str| {
        let found = search(ldap, &format!("(uid={uid})")).await.remove(0);
        let mut groups = found.attrs.get("memberOf").cloned().unwrap_or_default();
        groups.sort();
        groups
    };
    assert_eq!(groups(&mut reader, "jo").await, [content::group("admins"), content::group("readers")]);
    assert!(groups(&mut reader, "beth").await.is_empty());
    slapd.add_to_group("beth", "staff").await;
    slapd.remove_from_group("jo", "readers").await;
    assert_eq!(groups(&mut reader, "beth").await, [content::group("staff")]);
    assert_eq!(groups(&mut reader, "jo").await, [content::group("admins")]);
    // Many times, since a removal that goes on behind its answer is seldom caught at it.
    for round in 0..100 {
        slapd.remove_user("beth").await;
        let member = search(&mut reader, &format!("(member={})", content::user("beth"))).await;
        assert!(member.is_empty(), "round {round}");
        assert!(search(&mut reader, "(uid=beth)").await.is_empty());
        slapd.add_user("beth", &password("beth")).await;
        slapd.add_to_group("beth", "staff").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_trusts_the_authority_sees_each_flaw_of_a_certificate() {
    let mut slapd = Slapd::start().await;
    assert_eq!(handshake(&slapd).await, Ok(()));
    for (flaw, said) in
        [(Flaw::Untrusted, "UnknownIssuer"), (Flaw::WrongName, "NotValidForName"), (Flaw::Expired, "Expired")]
    {
        slapd.replace_certificate(flaw).await;
        let refused = handshake(&slapd).await.unwrap_err();
        assert!(refused.contains(said), "{flaw:?}: {refused}");
    }
    slapd.replace_certificate(Flaw::None).await;
    assert_eq!(handshake(&slapd).await, Ok(()));
}

async fn handshake(slapd: &Slapd) -> Result<(), String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(slapd.ca_path()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(slapd.tls.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let handshake = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    handshake.map(|_| ()).map_err(|error| format!("{error:?}"))
}

#[tokio::test(flavor = "multi_thread")]
#[should_panic(expected = "invalidsyntax")]
async fn content_that_cannot_be_loaded_says_why() {
    Slapd::builder().ldif("dn: uid=x,dc=example,dc=org\ninvalidsyntax\n").start().await;
}
