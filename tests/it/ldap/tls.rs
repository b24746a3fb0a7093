//! TLS towards a directory: what is trusted, and what is refused without a word to the client.

use portcullis_tests::client::Client;
use portcullis_tests::clock::MINUTE;
use portcullis_tests::logs;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::node::{Builder, TestNode};
use portcullis_tests::slapd::{Flaw, Slapd, content};

use super::{clear, user};

portcullis_tests::tests![
    passwords_go_over_tls_from_the_first_byte,
    passwords_go_over_tls_that_was_asked_for,
    a_certificate_is_what_the_mode_says,
    without_its_authority_nothing_is_trusted,
    start_tls_with_a_stranger_sends_nothing,
];

/// A realm that speaks TLS from the first byte and trusts the tests' authority.
fn over_tls(slapd: &Slapd, realm: &str) -> Builder {
    TestNode::builder()
        .ldap_realm(realm, 10, slapd)
        .ldap_setting(realm, "url", &slapd.ldaps_url())
        .ldap_setting(realm, "ssl.certificate_authorities", slapd.ca_path().to_str().unwrap())
}

async fn passwords_go_over_tls_from_the_first_byte() {
    let slapd = Slapd::start().await;
    let node = over_tls(&slapd, CORP).start().await;
    assert_eq!(user(&node, "jo").login().await, 200);
    assert_eq!(node.elastic().run_as("amy").login().await, 200);
    assert_eq!(slapd.connections().await, 2);
    assert_eq!(slapd.log().matches(" TLS established ").count(), 2, "{}", slapd.log());
}

async fn passwords_go_over_tls_that_was_asked_for() {
    let slapd = Slapd::start().await;
    let node = over_tls(&slapd, CORP)
        .ldap_setting(CORP, "url", &slapd.url())
        .ldap_setting(CORP, "start_tls", "true")
        .start()
        .await;
    assert_eq!(user(&node, "jo").login().await, 200);
    assert_eq!(slapd.connections().await, 2);
    assert_eq!(slapd.log().matches(" STARTTLS").count(), 2, "{}", slapd.log());
    assert_eq!(slapd.log().matches(" TLS established ").count(), 2, "{}", slapd.log());
}

/// The status of a login that the cache knows nothing of.
async fn anew(node: &TestNode) -> u16 {
    // A server that failed is asked again, and no connection is left.
    node.clock.advance(MINUTE);
    clear(node, CORP).await;
    user(node, "jo").login().await
}

async fn a_certificate_is_what_the_mode_says() {
    let mut slapd = Slapd::start().await;
    let mut nodes = Vec::new();
    for mode in ["full", "certificate", "none"] {
        nodes.push(over_tls(&slapd, CORP).ldap_setting(CORP, "ssl.verification_mode", mode).start().await);
    }
    for (flaw, expected) in [
        (Flaw::None, [200, 200, 200]),
        (Flaw::WrongName, [503, 200, 200]),
        (Flaw::Untrusted, [503, 503, 200]),
        (Flaw::Expired, [503, 503, 200]),
        (Flaw::None, [200, 200, 200]),
    ] {
        slapd.replace_certificate(flaw).await;
        let mut answers = Vec::new();
        for node in &nodes {
            answers.push(anew(node).await);
        }
        assert_eq!(answers, expected, "{flaw:?}");
    }
}

/// That the client is told that there is no answer, and nothing of why.
async fn is_undecided(client: &Client) {
    let answer = client.authenticate().await;
    assert_eq!((answer.status, answer.header("retry-after").is_some()), (503, true), "{}", answer.text());
    let text = answer.text().to_lowercase();
    for told in ["certificate", "tls", "issuer", "ldap", "127.0.0.1", "dc=", "untrusting", "starting"] {
        assert!(!text.contains(told), "{told} in {text}");
    }
}

/// What the log says of a realm's server.
fn reason(realm: &str) -> String {
    let lines = logs::lines_with(realm);
    let failed = lines.iter().find(|line| line["level"] == "WARN" && line["realm"] == realm);
    failed.unwrap_or_else(|| panic!("{lines:?}"))["reason"].as_str().unwrap().to_owned()
}

async fn without_its_authority_nothing_is_trusted() {
    let slapd = Slapd::start().await;
    let realm = "untrusting";
    let node =
        TestNode::builder().ldap_realm(realm, 10, &slapd).ldap_setting(realm, "url", &slapd.ldaps_url());
    let node = node.start().await;
    is_undecided(&user(&node, "jo")).await;
    assert!(reason(realm).contains("UnknownIssuer"), "{}", reason(realm));
    assert_eq!(slapd.binds().await, 0);
    // Nobody else is harmed.
    node.elastic().whoami().await;
}

async fn start_tls_with_a_stranger_sends_nothing() {
    let mut slapd = Slapd::start().await;
    slapd.replace_certificate(Flaw::Untrusted).await;
    let realm = "starting";
    let node = over_tls(&slapd, realm)
        .ldap_setting(realm, "url", &slapd.url())
        .ldap_setting(realm, "start_tls", "true")
        .start()
        .await;
    is_undecided(&user(&node, "jo")).await;
    assert!(reason(realm).contains("UnknownIssuer"), "{}", reason(realm));
    assert_eq!((slapd.binds().await, slapd.binds_of(content::SERVICE_ACCOUNT).await), (0, 0));
}
