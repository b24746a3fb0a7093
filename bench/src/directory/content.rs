//! The people of the directory, and services that are set to ask it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use portcullis::clock::SystemClock;
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_security::settings::directory::{
    Bind, DirectorySettings, Groups, LdapSettings, LdapTls, LoadBalance, Search, SearchScope, Server, Users,
    Verification,
};
use portcullis_security::settings::{CacheSettings, RealmSettings, Switch};
use portcullis_security::{Security, Settings};
use portcullis_store::MemoryStore;
use portcullis_tests::slapd::{Slapd, content, password};
use tempfile::TempDir;

const GROUP: &str = "loggers-in";
const HOUR_MILLIS: i64 = 60 * 60 * 1000;

/// These people, and a group of them all, as LDIF.
pub(super) fn ldif(uids: &[String]) -> String {
    let mut text = String::new();
    for uid in uids {
        let (dn, password) = (content::user(uid), password(uid));
        text.push_str(&format!(
            "dn: {dn}\nobjectClass: inetOrgPerson\ncn: {uid}\nsn: {uid}\nmail: {uid}@example.org\n\
             userPassword: {password}\n\n"
        ));
    }
    text.push_str(&format!("dn: {}\nobjectClass: groupOfNames\n", content::group(GROUP)));
    text.extend(uids.iter().map(|uid| format!("member: {}\n", content::user(uid))));
    text + "\n"
}

/// A service that caches nobody and one that caches everybody, and the folder of their role mapping.
pub(super) fn services(slapd: &Slapd) -> (TempDir, [Security; 2]) {
    let configuration = tempfile::tempdir().expect("a folder");
    let mapping = configuration.path().join("role_mapping.yml");
    std::fs::write(&mapping, format!("viewer: ['{}']\n", content::group(GROUP))).expect("a file");
    let services = [0, HOUR_MILLIS].map(|ttl_millis| {
        let directories = vec![settings(slapd, ttl_millis, &mapping)];
        let settings = Settings { directories, ..Settings::default() };
        let store = Arc::new(MemoryStore::new());
        Security::start(settings, store, Arc::new(SystemClock), configuration.path()).expect("a service")
    });
    (configuration, services)
}

fn settings(slapd: &Slapd, ttl_millis: i64, mapping: &Path) -> DirectorySettings {
    let cache = CacheSettings { ttl_millis, max_entries: 100_000, hash_algo: HashAlgorithm::SSHA256 };
    DirectorySettings {
        realm: RealmSettings { name: "directory".to_owned(), order: 0, authentication: Switch::On, cache },
        unmapped_groups_as_roles: Switch::Off,
        role_mapping_file: mapping.to_owned(),
        ldap: ldap(slapd),
    }
}

/// The defaults, where there are any.
fn ldap(slapd: &Slapd) -> LdapSettings {
    let url = slapd.url();
    let address: SocketAddr = url.trim_start_matches("ldap://").parse().expect("an address");
    let server = Server { ldaps: Switch::Off, host: address.ip().to_string(), port: address.port() };
    let password = Secret::from_string(password("reader"));
    let search = |base_dn: &str, filter: &str| Search {
        base_dn: base_dn.to_owned(),
        scope: SearchScope::SubTree,
        filter: filter.to_owned(),
    };
    LdapSettings {
        servers: vec![server],
        load_balance: LoadBalance::Failover,
        dns_ttl_millis: 60 * 60 * 1000,
        bind: Some(Bind { dn: content::SERVICE_ACCOUNT.to_owned(), password }),
        users: Users::Search(search(content::PEOPLE, "(uid={0})")),
        groups: Groups::Search { search: search(content::GROUPS, "(member={0})"), user_attribute: None },
        full_name_attribute: "cn".to_owned(),
        email_attribute: "mail".to_owned(),
        metadata: Vec::new(),
        follow_referrals: Switch::Off,
        connect_timeout_millis: 5_000,
        response_timeout_millis: 5_000,
        search_timeout_millis: 5_000,
        pool_size: 20,
        tls: LdapTls {
            start_tls: Switch::Off,
            verification: Verification::Full,
            authorities: Vec::new(),
            identity: None,
        },
    }
}
