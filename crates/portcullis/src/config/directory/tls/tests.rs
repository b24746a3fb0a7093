use std::fs;

use portcullis_security::settings::Switch;
use portcullis_security::settings::directory::Verification;

use crate::config::directory::tests::{SEARCH, active_directory, ldap, name, one, refused, warned};

#[test]
fn a_server_that_is_not_loopback_needs_tls_or_a_word() {
    let to = |url: &str, more: &str| ldap(&format!("order: 1, url: '{url}', user_search.base_dn: x{more}"));
    for host in ["dir.example.com", "10.0.0.1", "2001:db8::1", "localhost.example.com"] {
        let url = if host.contains(':') { format!("ldap://[{host}]") } else { format!("ldap://{host}") };
        refused(
            &to(&format!("ldap://127.0.0.1, {url}"), ""),
            &format!(
                "[.url] has [{host}], which is not loopback, and TLS is off, so passwords would be sent in the clear. \
                 Use ldaps://, set [.start_tls] to true, or set [.allow_plaintext] to true if something in between \
                 does TLS"
            ),
        );
        warned(
            &to(&url, ", allow_plaintext: true"),
            &format!("passwords are sent to [{host}] in the clear ({})", name("allow_plaintext")),
        );
        assert_eq!(one(&to(&url, ", start_tls: true")).ldap.tls.start_tls, Switch::On);
    }
    for url in ["ldap://127.8.8.8", "ldap://[::1]", "ldap://localhost", "ldaps://dir.example.com"] {
        assert_eq!(to(url, "").load().warnings, [""; 0]);
    }
    refused(
        &to("ldaps://a", ", start_tls: true"),
        "[.start_tls] is for ldap://, and TLS is on already with the ldaps:// of [.url]",
    );
    let domain = active_directory("order: 1, domain_name: ad.example.com").refusal();
    assert!(domain.contains("has [ad.example.com], which is not loopback"), "{domain}");
}

#[test]
fn certificates_are_there_at_the_start() {
    let given = ldap(&format!("{SEARCH}, ssl: {{certificate_authorities: [a.pem, /nowhere/b.pem]}}"));
    fs::write(given.folder().join("conf/a.pem"), "a").unwrap();
    refused(
        &given,
        "setting [.ssl.certificate_authorities]: [/nowhere/b.pem] cannot be read: No such file or directory (os error 2)",
    );
    let given =
        ldap(&format!("{SEARCH}, ssl: {{certificate_authorities: 'a.pem', certificate: a.pem, key: a.pem}}"));
    let path = given.folder().join("conf/a.pem");
    assert!(given.refusal().contains(&format!("[{}] cannot be read", path.display())));
    fs::write(&path, "a").unwrap();
    let tls = one(&given).ldap.tls;
    assert_eq!((tls.authorities, tls.identity), (vec![path.clone()], Some((path.clone(), path))));
    for (one, other) in [("certificate", "key"), ("key", "certificate")] {
        refused(
            &ldap(&format!("{SEARCH}, ssl.{one}: a.pem")),
            &format!("[.ssl.{one}] is set but [.ssl.{other}] is not: both are needed, PEM files"),
        );
    }
}

#[test]
fn a_server_that_nobody_verifies_is_said() {
    warned(
        &ldap(&format!("{SEARCH}, ssl.verification_mode: none")),
        "[.ssl.verification_mode] is [none]: anybody can stand in for the directory and read passwords",
    );
    let certificate = one(&ldap(&format!("{SEARCH}, ssl.verification_mode: certificate"))).ldap.tls;
    assert_eq!(certificate.verification, Verification::Certificate);
}
