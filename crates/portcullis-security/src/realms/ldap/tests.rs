//! Questions to a directory, against servers that are none.

mod hostile;
mod logons;
mod names;
mod own_search;
mod referred;
pub(super) mod scripted;
mod start_tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use portcullis_model::lifetime::{BootTime, WallTime};
use portcullis_secrets::HashAlgorithm;

use super::*;
use crate::settings::directory::{
    Bind, Groups, LdapSettings, LdapTls, LoadBalance, Search, SearchScope, Server, Users, Verification,
};
use crate::settings::{CacheSettings, RealmSettings, Switch};

/// A clock that stands still until the test moves it.
#[derive(Default)]
pub(super) struct TestClock(AtomicU64);

impl TestClock {
    pub(super) fn advance(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn wall(&self) -> WallTime {
        WallTime(0)
    }

    fn boot(&self) -> BootTime {
        BootTime(self.0.load(Ordering::Relaxed))
    }
}

pub(super) fn secret(text: &str) -> Secret {
    Secret::from_string(text.to_owned())
}

pub(super) fn search(base: &str, filter: &str) -> Search {
    Search { base_dn: base.to_owned(), scope: SearchScope::SubTree, filter: filter.to_owned() }
}

pub(super) fn server(port: u16) -> Server {
    Server { ldaps: Switch::Off, host: "127.0.0.1".to_owned(), port }
}

/// A directory of these servers, which finds its users by a search.
pub(super) fn settings(servers: Vec<Server>) -> DirectorySettings {
    let cache = CacheSettings { ttl_millis: 0, max_entries: 0, hash_algo: HashAlgorithm::SSHA256 };
    DirectorySettings {
        realm: RealmSettings { name: "far".to_owned(), order: 1, authentication: Switch::On, cache },
        unmapped_groups_as_roles: Switch::Off,
        role_mapping_file: "role_mapping.yml".into(),
        ldap: LdapSettings {
            servers,
            load_balance: LoadBalance::Failover,
            dns_ttl_millis: 3_600_000,
            bind: Some(Bind { dn: "cn=svc,dc=example,dc=com".to_owned(), password: secret("svcpw") }),
            users: Users::Search(search("dc=example,dc=com", "(uid={0})")),
            groups: Groups::Attribute("memberOf".to_owned()),
            full_name_attribute: "cn".to_owned(),
            email_attribute: "mail".to_owned(),
            metadata: vec!["employeeNumber".to_owned(), "TELEPHONENUMBER".to_owned()],
            follow_referrals: Switch::Off,
            connect_timeout_millis: 1_000,
            response_timeout_millis: 1_000,
            search_timeout_millis: 1_000,
            pool_size: 4,
            tls: LdapTls {
                start_tls: Switch::Off,
                verification: Verification::Full,
                authorities: Vec::new(),
                identity: None,
            },
        },
    }
}
