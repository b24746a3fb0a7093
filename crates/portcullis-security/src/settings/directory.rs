//! Settings of realms whose users live in a remote directory: `xpack.security.authc.realms.ldap.<name>.*` and
//! `…active_directory.<name>.*`. Never here: how they are read, and what is done with them.

use std::fmt;
use std::path::PathBuf;

use portcullis_secrets::Secret;

use super::{RealmSettings, Switch};

/// One directory realm.
#[derive(Clone, Debug)]
pub struct DirectorySettings {
    /// Name, order, cache: as every realm has them.
    pub realm: RealmSettings,
    /// `unmapped_groups_as_roles`: whether a group that no file mapping names is a role by its relative name.
    pub unmapped_groups_as_roles: Switch,
    /// `files.role_mapping`.
    pub role_mapping_file: PathBuf,
    /// How the directory is asked.
    pub ldap: LdapSettings,
}

impl DirectorySettings {
    /// The realm's type: `ldap` or `active_directory`.
    pub fn kind(&self) -> &'static str {
        match self.ldap.users {
            Users::Templates(_) | Users::Search(_) => "ldap",
            Users::ActiveDirectory(_) => "active_directory",
        }
    }
}

/// How an LDAP directory is reached and read.
#[derive(Clone, Debug)]
pub struct LdapSettings {
    /// `url`: at least one.
    pub servers: Vec<Server>,
    /// `load_balance.type`.
    pub load_balance: LoadBalance,
    /// `load_balance.cache_ttl` in milliseconds: how long the addresses of a name are used, where DNS says them.
    pub dns_ttl_millis: u64,
    /// `bind_dn` with its password; `None` searches anonymously.
    pub bind: Option<Bind>,
    /// How a username becomes an entry.
    pub users: Users,
    /// Where groups are found.
    pub groups: Groups,
    /// `user_full_name_attribute`.
    pub full_name_attribute: String,
    /// `user_email_attribute`.
    pub email_attribute: String,
    /// `metadata`: attributes that are put into the user's metadata.
    pub metadata: Vec<String>,
    /// `follow_referrals`.
    pub follow_referrals: Switch,
    /// `timeout.tcp_connect` in milliseconds; the TLS handshake is part of it.
    pub connect_timeout_millis: u64,
    /// `timeout.response` in milliseconds: for the answer to one bind.
    pub response_timeout_millis: u64,
    /// `timeout.ldap_search` in milliseconds: for one search, all its entries.
    pub search_timeout_millis: u64,
    /// `user_search.pool.size`: connections for searches, at most; as many binds of users run at once.
    pub pool_size: usize,
    /// `ssl.*` and `start_tls`.
    pub tls: LdapTls,
}

/// One server of `url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Whether TLS begins with the connection (`ldaps://`).
    pub ldaps: Switch,
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// `load_balance.type`: which server is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadBalance {
    /// The servers in their order.
    Failover,
    /// Each in turn.
    RoundRobin,
    /// The addresses of the one name, in their order.
    DnsFailover,
    /// The addresses of the one name, each in turn.
    DnsRoundRobin,
}

/// Who searches.
#[derive(Clone)]
pub struct Bind {
    /// `bind_dn`; for Active Directory also `user@domain`.
    pub dn: String,
    /// `secure_bind_password`.
    pub password: Secret,
}

impl fmt::Debug for Bind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bind").field("dn", &self.dn).finish_non_exhaustive()
    }
}

/// How a username becomes an entry of the directory.
#[derive(Clone, Debug)]
pub enum Users {
    /// `user_dn_templates`: `{0}` is the username. The user reads its own entry; it cannot be looked up by others.
    Templates(Vec<String>),
    /// `user_search.*`: a search finds the entry, then its DN is bound.
    Search(Search),
    /// Active Directory: the user binds as `user@domain` and is found by its own search.
    ActiveDirectory(ActiveDirectory),
}

/// One search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// `base_dn`.
    pub base_dn: String,
    /// `scope`.
    pub scope: SearchScope,
    /// `filter`; `{0}` is the value searched for, escaped.
    pub filter: String,
}

/// `scope` of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchScope {
    /// `base`: the entry itself.
    Base,
    /// `one_level`: its children.
    OneLevel,
    /// `sub_tree`: all below it, itself included.
    SubTree,
}

/// What only Active Directory has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveDirectory {
    /// `domain_name`.
    pub domain_name: String,
    /// `user_search.base_dn` (default: from the domain's name), `.scope`, and `.filter` for a name without a domain;
    /// `{0}` is the name, `{1}` is `name@domain`.
    pub search: Search,
    /// `user_search.upn_filter`: for `name@domain`.
    pub upn_filter: String,
    /// `user_search.down_level_filter`: for `DOMAIN\name`.
    pub down_level_filter: String,
}

/// Where a user's groups are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Groups {
    /// `user_group_attribute` of the user's entry.
    Attribute(String),
    /// `group_search.*`: `{0}` of the filter is the user's DN, or its attribute of this name.
    Search {
        /// The search. Without a filter of its own it asks for the usual classes of groups.
        search: Search,
        /// `group_search.user_attribute`.
        user_attribute: Option<String>,
    },
    /// Active Directory: `tokenGroups` of the user's entry, nested groups included, resolved below `group_search.base_dn`.
    TokenGroups(Search),
}

/// TLS towards the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapTls {
    /// `start_tls`: whether an `ldap://` connection is upgraded before anything is sent.
    pub start_tls: Switch,
    /// `ssl.verification_mode`.
    pub verification: Verification,
    /// `ssl.certificate_authorities`: PEM files; empty means the system's.
    pub authorities: Vec<PathBuf>,
    /// `ssl.certificate` and `ssl.key`: PEM files by which this service shows who it is.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// `ssl.verification_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// The certificate is trusted and names the host.
    Full,
    /// The certificate is trusted.
    Certificate,
    /// Anything goes: for a test at most.
    None,
}
