use std::fs;
use std::os::unix::fs::PermissionsExt;

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
                 Use ldaps:// in [.url], set [.start_tls] to true, or set [.allow_plaintext] to true if something in between \
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
    // Nobody looks for a host in a setting that is not there.
    refused(
        &active_directory("order: 1, domain_name: ad.example.com"),
        "[.domain_name] has [ad.example.com], which is not loopback, and TLS is off, so passwords would be sent in the \
         clear. Use ldaps:// in [.url], set [.start_tls] to true, or set [.allow_plaintext] to true if something in \
         between does TLS",
    );
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
    for tls in ["start_tls: true", "url: 'ldaps://127.0.0.1'"] {
        let given = |mode: &str| {
            let url = if tls.starts_with("url") { "" } else { "url: 'ldap://127.0.0.1', " };
            let users = "user_search.base_dn: x";
            ldap(&format!("order: 1, {url}{tls}, {users}, ssl.verification_mode: {mode}"))
        };
        warned(
            &given("none"),
            "[.ssl.verification_mode] is [none]: anybody can stand in for the directory and read passwords",
        );
        warned(
            &given("certificate"),
            "[.ssl.verification_mode] is [certificate] and [.ssl.certificate_authorities] is not set: whoever has a \
             certificate for any host, from anyone whom this system trusts, can stand in for the directory and read \
             passwords",
        );
        let given = given("certificate, ssl.certificate_authorities: a.pem");
        fs::write(given.folder().join("conf/a.pem"), "a").unwrap();
        assert_eq!(given.load().warnings, [""; 0]);
        assert_eq!(one(&given).ldap.tls.verification, Verification::Certificate);
    }
}

#[test]
fn what_is_set_for_tls_and_has_no_effect_without_is_said() {
    for setting in ["certificate_authorities: a.pem", "verification_mode: full", "certificate: a.pem"] {
        let key = setting.split(':').next().unwrap();
        let pair = if key == "certificate" { ", ssl.key: a.pem" } else { "" };
        let given = ldap(&format!("{SEARCH}, ssl.{setting}{pair}"));
        let path = given.folder().join("conf/a.pem");
        fs::write(&path, "a").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        warned(
            &given,
            &format!(
                "[.ssl.{key}] has no effect while TLS is off: use ldaps:// in [.url] or set [.start_tls] to true"
            ),
        );
    }
}

#[test]
fn a_key_that_everybody_can_read_is_said() {
    let pair = "ssl.certificate: a.pem, ssl.key: a.pem";
    let given = ldap(&format!("order: 1, url: 'ldaps://a', user_search.base_dn: x, {pair}"));
    let path = given.folder().join("conf/a.pem");
    fs::write(&path, "a").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(given.load().warnings, [""; 0]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    warned(&given, &format!("[.ssl.key]: everybody on this machine can read [{}]", path.display()));
}
