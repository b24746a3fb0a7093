use portcullis_security::settings::Switch;
use portcullis_security::settings::directory::LoadBalance;

use crate::config::directory::tests::{ldap, one, refused, server};

#[test]
fn urls_are_servers() {
    for (url, host, port) in [
        ("ldap://127.0.0.1", "127.0.0.1", 389),
        ("ldap://127.0.0.1:1/", "127.0.0.1", 1),
        ("ldaps://dir.example.com", "dir.example.com", 636),
        ("ldaps://[2001:db8::1]:65535", "2001:db8::1", 65_535),
        ("ldap://[::1]", "::1", 389),
        ("ldap://localhost/", "localhost", 389),
    ] {
        let found = one(&ldap(&format!("order: 1, url: '{url}', user_search.base_dn: x"))).ldap.servers;
        assert_eq!(found, [server(Switch::from_bool(url.starts_with("ldaps")), host, port)]);
    }
}

#[test]
fn several_urls_are_a_list_or_have_commas_between_them_and_are_of_one_kind() {
    for urls in ["['ldaps://a', 'ldaps://b:1']", "'ldaps://a, ldaps://b:1'"] {
        let found = one(&ldap(&format!("order: 1, url: {urls}, user_search.base_dn: x"))).ldap.servers;
        assert_eq!(found, [server(Switch::On, "a", 636), server(Switch::On, "b", 1)]);
    }
    refused(
        &ldap("order: 1, url: ['ldaps://a', 'ldap://b'], user_search.base_dn: x"),
        "setting [.url] must have only ldap:// or only ldaps:// URLs",
    );
}

#[test]
fn what_is_no_url_of_a_directory_is_refused() {
    for url in [
        "a",
        "http://a",
        "ldap:/a",
        "LDAP://a",
        "ldap://",
        "ldap://:389",
        "ldap://a:",
        "ldap://a:0",
        "ldap://a:+1",
        "ldap://a:65536",
        "ldap://a:1:2",
        "ldap://a/dc=x",
        "ldap://a?b",
        "ldap://::1",
        "ldap://[::1",
        "ldap://[a]",
        "ldap://[::1]1",
        "ldap://a b",
        "ldap://a//",
        "ldapi://%2Frun",
    ] {
        refused(
            &ldap(&format!("order: 1, url: ['{url}'], user_search.base_dn: x")),
            &format!(
                "setting [.url]: [{url}] must be ldap:// or ldaps://, a host (IPv6 in brackets), perhaps a port, and \
                 nothing more"
            ),
        );
    }
    let refusal = ldap("order: 1, url: 'ldap://u:s3cret@a', user_search.base_dn: x").refusal();
    assert!(refusal.contains("[(hidden)]") && !refusal.contains("s3cret"), "{refusal}");
    refused(&ldap("order: 1, user_search.base_dn: x"), "realm [ldap.r] needs a server: set [.url]");
}

#[test]
fn dns_spreads_the_load_over_the_addresses_of_one_name() {
    let with = |urls: &str, kind: &str| {
        ldap(&format!("order: 1, url: {urls}, load_balance.type: {kind}, user_search.base_dn: x"))
    };
    for (kind, found) in
        [("dns_failover", LoadBalance::DnsFailover), ("dns_round_robin", LoadBalance::DnsRoundRobin)]
    {
        assert_eq!(one(&with("'ldaps://a'", kind)).ldap.load_balance, found);
        for urls in ["'ldaps://a, ldaps://b'", "'ldaps://10.0.0.1'", "'ldaps://[::1]'"] {
            refused(
                &with(urls, kind),
                "[.load_balance.type] asks DNS, so [.url] must be one URL whose host is a name",
            );
        }
    }
    assert_eq!(
        one(&with("'ldaps://a, ldaps://b'", "round_robin")).ldap.load_balance,
        LoadBalance::RoundRobin
    );
    refused(
        &with("'ldaps://a'", "random"),
        "setting [.load_balance.type]: [random] is not one of failover, round_robin, dns_failover, dns_round_robin",
    );
}
