//! The realms whose users live in a remote directory: from their settings to [`DirectoryConfig`], with the rules
//! between settings.
//!
//! Never here: what realms of every type have (`realms`), and speaking to a directory.

use portcullis_security::settings::Switch;
use portcullis_security::settings::directory::{Groups, LdapSettings, Server, Users};

use super::authc::{DirectoryConfig, RealmConfig};
use super::error::Problem;
use super::realms::Named;
use super::sources::Sources;

mod bind;
mod domain;
mod files;
mod filter;
mod groups;
mod search;
mod servers;
#[cfg(test)]
mod tests;
mod timeouts;
mod tls;
mod users;

use files::Files;
pub(super) use files::{one_line_of, readable};

/// What there is to say of the realms that were read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) warnings: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

impl Notes {
    /// What `read` comes to, unless it is wrong: then that is noted.
    fn keep<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Problem>) -> Option<T> {
        read(self).map_err(|problem| self.problems.push(problem)).ok()
    }
}

/// What each type has in a way of its own; `None` is what is wrong and noted.
struct Own {
    servers: Option<Vec<Server>>,
    users: Option<Users>,
    groups: Option<Groups>,
}

/// A realm of type `ldap`; `None` if something is wrong with it, which is then in `notes`.
pub(super) fn ldap(
    named: &Named<'_>,
    realm: &RealmConfig,
    sources: &Sources,
    notes: &mut Notes,
) -> Option<DirectoryConfig> {
    let own = Own {
        servers: notes.keep(|_| servers::required(named)),
        users: notes.keep(|notes| users::read(named, notes)),
        groups: notes.keep(|notes| groups::read(named, notes)),
    };
    directory(named, realm, sources, notes, own)
}

/// A realm of type `active_directory`; `None` if something is wrong with it, which is then in `notes`.
pub(super) fn active_directory(
    named: &Named<'_>,
    realm: &RealmConfig,
    sources: &Sources,
    notes: &mut Notes,
) -> Option<DirectoryConfig> {
    let domain = notes.keep(|_| domain::read(named))?;
    let own = Own {
        servers: notes.keep(|_| servers::of_domain(named, &domain)),
        users: notes.keep(|_| domain::users(named, &domain).map(Users::ActiveDirectory)),
        groups: notes.keep(|_| domain::groups(named, &domain)),
    };
    directory(named, realm, sources, notes, own)
}

/// What both types have. Everything is read before anything is given up, so that all problems are told at once.
fn directory(
    named: &Named<'_>,
    realm: &RealmConfig,
    sources: &Sources,
    notes: &mut Notes,
    own: Own,
) -> Option<DirectoryConfig> {
    let settings = named.settings;
    let boolean = |key: &str| settings.boolean(&named.setting(key));
    let text = |key: &str| settings.text(&named.setting(key));
    let files = Files::of(sources, named);
    let Own { servers, users, groups } = own;
    let load_balance =
        servers.as_deref().and_then(|servers| notes.keep(|_| servers::load_balance(named, servers)));
    let tls = notes.keep(|notes| tls::read(named, &files, notes));
    if let (Some(servers), Some(tls)) = (&servers, &tls) {
        notes.keep(|notes| tls::check_plaintext(named, servers, tls, notes));
        notes.warnings.extend(tls::warnings(named, servers, tls));
    }
    let bind = notes.keep(|notes| bind::read(named, &files, notes));
    let timeouts = notes.keep(|notes| timeouts::read(named, notes));
    let ldap = LdapSettings {
        servers: servers?,
        load_balance: load_balance?,
        dns_ttl_millis: notes.keep(|_| timeouts::millis(named, "load_balance.cache_ttl"))?,
        bind: bind?,
        users: users?,
        groups: groups?,
        full_name_attribute: notes.keep(|_| text("user_full_name_attribute"))?,
        email_attribute: notes.keep(|_| text("user_email_attribute"))?,
        metadata: settings.texts(&named.setting("metadata")).unwrap_or_default(),
        follow_referrals: Switch::from_bool(notes.keep(|_| boolean("follow_referrals"))?),
        connect_timeout_millis: timeouts.as_ref()?.connect,
        response_timeout_millis: timeouts.as_ref()?.response,
        search_timeout_millis: timeouts.as_ref()?.search,
        pool_size: notes.keep(|_| settings.count(&named.setting("user_search.pool.size")))?,
        tls: tls?,
    };
    Some(DirectoryConfig {
        realm: realm.clone(),
        unmapped_groups_as_roles: notes.keep(|_| boolean("unmapped_groups_as_roles"))?,
        role_mapping_file: notes.keep(|notes| files.awaited("files.role_mapping", notes))?,
        ldap,
    })
}
