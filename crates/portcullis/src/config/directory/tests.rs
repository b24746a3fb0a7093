use std::path::Path;

use portcullis_security::settings::Switch;
use portcullis_security::settings::directory::{
    Groups, LoadBalance, Search, SearchScope, Server, Users, Verification,
};

use crate::config::tests::{Given, file};
use crate::config::{Config, DirectoryConfig};

const REALMS: &str = "xpack.security.authc.realms";

/// A valid `ldap` realm without its users.
pub(super) const SERVER: &str = "order: 1, url: 'ldap://127.0.0.1'";
/// A valid `ldap` realm.
pub(super) const SEARCH: &str = "order: 1, url: 'ldap://127.0.0.1', user_search.base_dn: 'dc=x'";
/// A valid `active_directory` realm.
pub(super) const DOMAIN: &str = "order: 1, domain_name: ad.example.com, url: 'ldaps://dc1'";

pub(super) fn given(kind: &str, settings: &str) -> Given {
    file(&format!("{REALMS}.{kind}.r: {{{settings}}}\n"))
}

pub(super) fn ldap(settings: &str) -> Given {
    given("ldap", settings)
}

pub(super) fn active_directory(settings: &str) -> Given {
    given("active_directory", settings)
}

/// The one directory of a configuration that is right.
pub(super) fn one(given: &Given) -> DirectoryConfig {
    let Config { authc, .. } = given.load();
    let [one] = authc.directories.as_slice() else { panic!("not one directory") };
    one.clone()
}

pub(super) fn name(key: &str) -> String {
    format!("{REALMS}.ldap.r.{key}")
}

/// That `given` is refused for exactly this, told by the file's only line. `[.key]` is a setting of the realm.
#[track_caller]
pub(super) fn refused(given: &Given, reason: &str) {
    let refusal = given.refusal();
    let kind = if refusal.contains(".active_directory.") { "active_directory" } else { "ldap" };
    let reason = reason.replace("[.", &format!("[{REALMS}.{kind}.r."));
    assert_eq!(refusal, format!("conf/portcullis.yml line 1: {reason}"));
}

#[track_caller]
pub(super) fn warned(given: &Given, warning: &str) {
    assert_eq!(given.load().warnings, [warning.replace("[.", &format!("[{REALMS}.ldap.r."))]);
}

pub(super) fn server(ldaps: Switch, host: &str, port: u16) -> Server {
    Server { ldaps, host: host.to_owned(), port }
}

pub(super) fn everywhere(base_dn: &str, filter: &str) -> Search {
    Search { base_dn: base_dn.to_owned(), scope: SearchScope::SubTree, filter: filter.to_owned() }
}

#[test]
fn a_realm_with_nothing_but_what_it_needs_has_the_documented_defaults() {
    let given = ldap(SEARCH);
    assert_eq!(given.load().warnings, [""; 0]);
    let DirectoryConfig { realm, unmapped_groups_as_roles, role_mapping_file, ldap } = one(&given);
    assert_eq!((realm.kind.name(), realm.name.as_str(), realm.order), ("ldap", "r", 1));
    assert!(!unmapped_groups_as_roles && realm.authentication_enabled);
    assert_eq!(role_mapping_file, given.folder().join("conf/role_mapping.yml"));
    assert_eq!(ldap.servers, [server(Switch::Off, "127.0.0.1", 389)]);
    assert_eq!((ldap.load_balance, ldap.dns_ttl_millis), (LoadBalance::Failover, 3_600_000));
    assert!(ldap.bind.is_none());
    assert!(matches!(ldap.users, Users::Search(search) if search == everywhere("dc=x", "(uid={0})")));
    assert_eq!(ldap.groups, Groups::Attribute("memberOf".to_owned()));
    assert_eq!((ldap.full_name_attribute.as_str(), ldap.email_attribute.as_str()), ("cn", "mail"));
    assert_eq!((ldap.metadata, ldap.follow_referrals, ldap.pool_size), (Vec::new(), Switch::Off, 20));
    let timeouts = (ldap.connect_timeout_millis, ldap.response_timeout_millis, ldap.search_timeout_millis);
    assert_eq!(timeouts, (5_000, 5_000, 5_000));
    assert_eq!((ldap.tls.start_tls, ldap.tls.verification), (Switch::Off, Verification::Full));
    assert_eq!((ldap.tls.authorities.len(), ldap.tls.identity), (0, None));
}

#[test]
fn a_mapping_file_that_was_set_and_is_not_there_is_told() {
    warned(
        &ldap(&format!("{SEARCH}, files.role_mapping: /nowhere/m.yml")),
        "[.files.role_mapping]: there is no [/nowhere/m.yml] yet, so it maps nobody",
    );
    assert_eq!(ldap(SEARCH).load().warnings, [""; 0]);
}

#[test]
fn a_domain_has_what_follows_from_its_name() {
    let directory = one(&active_directory(
        "order: 1, domain_name: ad.example.com, allow_plaintext: true, files.role_mapping: /m.yml",
    ));
    assert_eq!(directory.role_mapping_file, Path::new("/m.yml"));
    assert_eq!(directory.ldap.servers, [server(Switch::Off, "ad.example.com", 389)]);
    let base = "DC=ad,DC=example,DC=com";
    let Users::ActiveDirectory(users) = directory.ldap.users else { panic!("not of a domain") };
    assert_eq!(users.domain_name, "ad.example.com");
    let filter = "(&(objectClass=user)(|(sAMAccountName={0})(userPrincipalName={1})))";
    assert_eq!(users.search, everywhere(base, filter));
    assert_eq!(users.upn_filter, "(&(objectClass=user)(userPrincipalName={1}))");
    assert_eq!(users.down_level_filter, "(&(objectClass=user)(sAMAccountName={0}))");
    assert_eq!(directory.ldap.groups, Groups::TokenGroups(everywhere(base, "(objectClass=group)")));
}

#[test]
fn a_domain_needs_a_name_that_dns_could_know() {
    refused(
        &active_directory("order: 1"),
        "realm [active_directory.r] needs the domain's DNS name: set [.domain_name]",
    );
    for name in ["a b", "a..b", "a.", "a,DC=b", "a/b", "ü.x"] {
        refused(
            &active_directory(&format!("order: 1, domain_name: '{name}'")),
            &format!("setting [.domain_name]: [{name}] is not a DNS name such as ad.example.com"),
        );
    }
}

#[test]
fn groups_are_searched_where_they_are_or_read_from_the_user() {
    let attribute = one(&ldap(&format!("{SEARCH}, user_group_attribute: isMemberOf"))).ldap.groups;
    assert_eq!(attribute, Groups::Attribute("isMemberOf".to_owned()));
    let groups =
        one(&ldap(&format!("{SEARCH}, group_search: {{base_dn: g, user_attribute: uid}}"))).ldap.groups;
    let Groups::Search { search, user_attribute } = groups else { panic!("no search") };
    assert_eq!((search.base_dn.as_str(), user_attribute.as_deref()), ("g", Some("uid")));
    for part in ["groupOfNames", "groupOfUniqueNames", "posixGroup", "(member={0})", "(uniqueMember={0})"] {
        assert!(search.filter.contains(part), "{}", search.filter);
    }
    for key in ["scope: base", "filter: '(a={0})'", "user_attribute: uid"] {
        let set = key.split(':').next().unwrap();
        refused(
            &ldap(&format!("{SEARCH}, group_search.{key}")),
            &format!(
                "[.group_search.{set}] is set but [.group_search.base_dn] is not, so nothing is searched"
            ),
        );
    }
    warned(
        &ldap(&format!("{SEARCH}, group_search.base_dn: g, user_group_attribute: a")),
        "[.user_group_attribute] has no effect: groups are searched below [.group_search.base_dn]",
    );
    warned(
        &ldap(&format!("{SEARCH}, group_search: {{base_dn: g, filter: '(cn=a)'}}")),
        "[.group_search.filter] has no [{0}], so every user is in all the groups that it finds",
    );
}

/// What a password must not be seen in: messages, what is printed of a configuration, what is printed of settings.
#[track_caller]
pub(super) fn assert_hidden(given: &Given) {
    let said = match Config::load(&given.sources) {
        Ok(config) => format!("{config:?} {:?}", config.warnings),
        Err(error) => format!("{error} {error:?}"),
    };
    let mut printed = Vec::new();
    let printed = match crate::commands::settings::print(&given.sources, &mut printed) {
        Ok(()) => String::from_utf8(printed).unwrap(),
        Err(error) => format!("{error} {error:?}"),
    };
    let settings = format!("{:?}", crate::config::Settings::read(&given.sources));
    for text in [said, printed, settings] {
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn the_time_for_an_answer_is_that_for_a_search_unless_it_is_set() {
    let response =
        |text: &str| one(&ldap(&format!("{SEARCH}, timeout: {{{text}}}"))).ldap.response_timeout_millis;
    assert_eq!(response("ldap_search: 7s"), 7_000);
    assert_eq!(response("ldap_search: 7s, response: 2s"), 2_000);
    assert_eq!(response("ldap_search: 7s, tcp_read: 3s"), 3_000);
    warned(
        &ldap(&format!("{SEARCH}, timeout.tcp_read: 3s")),
        "[.timeout.tcp_read] is deprecated; use [.timeout.response]",
    );
    refused(
        &ldap(&format!("{SEARCH}, timeout: {{tcp_read: 3s, response: 2s}}")),
        "[.timeout.tcp_read] and [.timeout.response] are the same; set only the second",
    );
    for key in ["tcp_connect", "response", "tcp_read", "ldap_search"] {
        for time in ["0", "-1", "100nanos"] {
            let refusal = ldap(&format!("{SEARCH}, timeout.{key}: {time}")).refusal();
            assert!(refusal.ends_with("must be at least [1ms]"), "{refusal}");
        }
    }
}

#[test]
fn what_would_promise_more_than_is_there_stops_the_start() {
    for key in [
        "bind_password",
        "authorization_realms",
        "ssl.keystore.path",
        "ssl.keystore.secure_password",
        "ssl.secure_keystore.password",
        "ssl.truststore.path",
        "ssl.key_passphrase",
        "ssl.secure_key_passphrase",
        "ssl.supported_protocols",
        "ssl.cipher_suites",
        "ssl.trust_restrictions.path",
        "hostname_verification",
    ] {
        for given in
            [ldap(&format!("{SEARCH}, {key}: s3cret")), active_directory(&format!("{DOMAIN}, {key}: s3cret"))]
        {
            let refusal = given.refusal();
            assert!(refusal.contains(&format!(".r.{key}] is not supported. ")), "{refusal}");
            assert_hidden(&given);
        }
    }
}

#[test]
fn what_changes_nothing_is_named() {
    let given = ldap(&format!(
        "{SEARCH}, user_search.pool: {{enabled: false, initial_size: 3, health_check: {{dn: x, enabled: true}}}}"
    ));
    let warnings = given.load().warnings;
    assert!(matches!(warnings.as_slice(), [one] if one.contains("pool.health_check.dn")), "{warnings:?}");
    assert_eq!(
        active_directory(&format!("{DOMAIN}, port: {{ldap: 1, gc_ldaps: 2}}")).load().warnings.len(),
        1
    );
}

#[test]
fn a_type_has_only_its_own_settings() {
    for given in [
        ldap(&format!("{SEARCH}, domain_name: a")),
        ldap(&format!("{SEARCH}, user_search.upn_filter: '({{0}})'")),
        active_directory(&format!("{DOMAIN}, user_dn_templates: '{{0}}'")),
        active_directory(&format!("{DOMAIN}, group_search.filter: '({{0}})'")),
    ] {
        assert!(given.refusal().contains("unknown setting"), "{}", given.refusal());
    }
}

#[test]
fn all_that_is_wrong_with_realms_is_told_at_once() {
    let given = file(&format!(
        "{REALMS}:\n  ldap.a: {{order: 1, url: x, bind_dn: y}}\n  active_directory.b: {{order: 2}}\n  ldap.c: {{{SEARCH}}}\n"
    ));
    let refusal = given.refusal();
    for part in [
        "ldap.a] needs to know its users",
        "[x] must be ldap://",
        "bind_dn] needs",
        "active_directory.b] needs",
        "same order: 1",
    ] {
        assert!(refusal.contains(part), "{part} is not in {refusal}");
    }
}

#[test]
fn several_directories_stand_in_the_order_of_the_chain() {
    let given = file(&format!(
        "{REALMS}:\n  ldap.b: {{{SEARCH}, order: 3}}\n  ldap.a: {{{SEARCH}, order: 5}}\n  active_directory.c: {{{DOMAIN}, order: 4}}\n  \
         ldap.off: {{enabled: false, order: 3}}\n"
    ).replace("order: 1, ", ""));
    let config = given.load();
    let names: Vec<&str> = config.authc.directories.iter().map(|it| it.realm.name.as_str()).collect();
    assert_eq!(names, ["b", "c", "a"]);
    let chain: Vec<&str> = config.authc.realms.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(chain, ["reserved", "default_file", "default_native", "b", "c", "a"]);
    let settings = crate::wiring::security::settings(
        &config,
        crate::wiring::store::Names { node_id: String::new(), cluster_uuid: None },
        None,
    );
    let kinds: Vec<(&str, i64)> = settings.directories.iter().map(|it| (it.kind(), it.realm.order)).collect();
    assert_eq!(kinds, [("ldap", 3), ("active_directory", 4), ("ldap", 5)]);
}

#[test]
fn hostile_values_are_refused_in_one_short_line() {
    let list = |count: usize, text: &str| format!("[{}]", vec![format!("'{text}'"); count].join(", "));
    for (settings, reason) in [
        (format!("metadata: {}", list(101, "a")), "setting [.metadata] has more than 100 values"),
        (
            format!("metadata: ['{}']", "a".repeat(5000)),
            "setting [.metadata] must not have a value longer than 4096 bytes",
        ),
        ("metadata: []".to_owned(), "setting [.metadata] must not be empty"),
        ("metadata: 'a,,b'".to_owned(), "setting [.metadata] must not have an empty value"),
        (
            "metadata: \"a\\u0000\"".to_owned(),
            "setting [.metadata] must not contain control characters or line breaks",
        ),
        (
            "bind_dn: \"a\\nb\"".to_owned(),
            "setting [.bind_dn] must not contain control characters or line breaks",
        ),
        ("bind_dn: [a]".to_owned(), "setting [.bind_dn] takes one value, not a list"),
        ("user_search.scope: [base]".to_owned(), "setting [.user_search.scope] takes one value, not a list"),
        (
            "user_search.scope: \"x\\ny\"".to_owned(),
            "setting [.user_search.scope]: [x\\ny] is not one of sub_tree, one_level, base",
        ),
        (
            "follow_referrals: 1".to_owned(),
            "setting [.follow_referrals]: Failed to parse value [1] as only [true] or [false] are allowed.",
        ),
        (
            "user_search.pool.size: 0".to_owned(),
            "Failed to parse value [0] for setting [.user_search.pool.size] must be >= 1",
        ),
    ] {
        refused(&ldap(&format!("{SEARCH}, {settings}")), reason);
    }
}
