//! The realm chain that the settings ask for: which realms, in which order, with which caches.
//!
//! Never here: what a realm does, and what only a directory's realm has (`directory`).

use std::collections::BTreeMap;

use super::Reader;
use super::authc::{CacheConfig, DirectoryConfig, RealmConfig, RealmKind};
use super::directory::{self, Notes};
use super::error::Problem;
use super::settings::Settings;
use super::sources::Sources;

mod misnamed;
mod named;
#[cfg(test)]
mod tests;

pub(super) use misnamed::misnamed;
pub(super) use named::Named;
use named::named;

/// Types of realms that can be configured. The reserved realm cannot: to name it is as unknown as in Elasticsearch.
const BUILT: [RealmKind; 4] =
    [RealmKind::ActiveDirectory, RealmKind::File, RealmKind::Ldap, RealmKind::Native];

/// Realm types that Elasticsearch has and Portcullis does not.
const NOT_BUILT: [&str; 5] = ["jwt", "kerberos", "oidc", "pki", "saml"];

/// The realms that nobody configured, with their places. They go before every configured one, whose order is a
/// 32-bit number.
const RESERVED: (RealmKind, &str, i64) = (RealmKind::Reserved, "reserved", i64::MIN);
const IMPLICIT: [(RealmKind, &str, i64); 2] =
    [(RealmKind::File, "default_file", i64::MIN + 1), (RealmKind::Native, "default_native", i64::MIN + 2)];

/// The chain, and what there is to say of it.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) realms: Vec<RealmConfig>,
    pub(super) directories: Vec<DirectoryConfig>,
    pub(super) warnings: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

/// Builds the chain: reserved, then `default_file` and `default_native` unless a realm of that type is configured
/// or disabled, then the configured ones by order. Disabled realms are not in it.
pub(super) fn chain(settings: &Settings, sources: &Sources, reader: Reader, reserved_enabled: bool) -> Chain {
    let mut chain = Chain::default();
    let mut mentioned = Vec::new();
    let mut configured = Vec::new();
    for realm in named(settings) {
        let enabled = settings.boolean(&realm.setting("enabled")).unwrap_or(true);
        match realm_kind(realm.kind) {
            Some(kind) => {
                mentioned.push(kind);
                if enabled {
                    configured.push((kind, realm));
                }
            }
            None if NOT_BUILT.contains(&realm.kind) && !enabled => {
                chain
                    .warnings
                    .push(format!("realm [{}] is disabled, its settings have no effect", realm.id()));
            }
            None => chain.problems.push(realm.problem(unsupported(&realm))),
        }
    }
    let implicit = IMPLICIT.into_iter().filter(|(kind, ..)| !mentioned.contains(kind));
    for (kind, name, order) in reserved_enabled.then_some(RESERVED).into_iter().chain(implicit) {
        chain.add(kind, &Named::implicit(settings, kind.name(), name), order);
    }
    for (kind, realm) in &configured {
        chain.check(*kind, realm, &configured);
        let order = settings.integer(&realm.setting("order"));
        match order {
            Ok(order) => chain.add(*kind, realm, order),
            Err(_) => chain.problems.push(realm.problem(format!(
                "realm [{}] needs an order: set [{}] to a number that no other realm has",
                realm.id(),
                realm.setting("order"),
            ))),
        }
    }
    chain.check_duplicates();
    chain.realms.sort_by_key(|realm| realm.order);
    if reader == Reader::Node {
        chain.add_directories(&configured, sources);
    }
    chain
}

impl Chain {
    fn add(&mut self, kind: RealmKind, realm: &Named<'_>, order: i64) {
        match read(kind, realm, order) {
            Ok(realm) => self.realms.push(realm),
            Err(problem) => self.problems.push(problem),
        }
    }

    /// What only directories have, in the order of the chain.
    fn add_directories(&mut self, configured: &[(RealmKind, Named<'_>)], sources: &Sources) {
        let mut notes = Notes::default();
        for realm in &self.realms {
            let named =
                configured.iter().find(|(kind, named)| *kind == realm.kind && named.name == realm.name);
            let Some((_, named)) = named else { continue };
            self.directories.extend(match realm.kind {
                RealmKind::Ldap => directory::ldap(named, realm, sources, &mut notes),
                RealmKind::ActiveDirectory => directory::active_directory(named, realm, sources, &mut notes),
                RealmKind::Reserved | RealmKind::File | RealmKind::Native => None,
            });
        }
        self.warnings.append(&mut notes.warnings);
        self.problems.append(&mut notes.problems);
    }

    /// What can be wrong with one realm beside the others.
    fn check(&mut self, kind: RealmKind, realm: &Named<'_>, all: &[(RealmKind, Named<'_>)]) {
        if realm.name.starts_with('_') {
            let reason =
                format!("realm [{}]: names that begin with [_] are kept for internal realms", realm.id());
            self.problems.push(realm.problem(reason));
        }
        if all.iter().filter(|(other, _)| *other == kind).count() > kind.most() {
            let kind = kind.name();
            self.problems.push(realm.problem(format!(
                "multiple [{kind}] realms are configured. [{kind}] is an internal realm and therefore there can \
                 only be one such realm configured"
            )));
        }
    }

    fn check_duplicates(&mut self) {
        let mut by_name: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut by_order: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for realm in &self.realms {
            let id = format!("{}.{}", realm.kind.name(), realm.name);
            by_name.entry(&realm.name).or_default().push(id.clone());
            by_order.entry(realm.order).or_default().push(id);
        }
        let names = by_name.iter().map(|(name, ids)| ("name", (*name).to_owned(), ids));
        let orders = by_order.iter().map(|(order, ids)| ("order", order.to_string(), ids));
        let found: Vec<Problem> = names
            .chain(orders)
            .filter(|(_, _, ids)| ids.len() > 1)
            .map(|(what, value, ids)| {
                let ids = ids.join(", ");
                Problem::general(format!(
                    "Found multiple realms configured with the same {what}: {value}: [{ids}]"
                ))
            })
            .collect();
        self.problems.extend(found);
    }
}

/// What every realm has.
fn read(kind: RealmKind, realm: &Named<'_>, order: i64) -> Result<RealmConfig, Problem> {
    let settings = realm.settings;
    Ok(RealmConfig {
        kind,
        name: realm.name.to_owned(),
        order,
        authentication_enabled: settings.boolean(&realm.setting("authentication.enabled"))?,
        cache: CacheConfig {
            ttl_millis: settings.millis(&realm.setting("cache.ttl"))?,
            max_entries: settings.count(&realm.setting("cache.max_users"))?,
            hash_algo: settings.algorithm(&realm.setting("cache.hash_algo"))?,
        },
    })
}

fn unsupported(realm: &Named<'_>) -> String {
    if !NOT_BUILT.contains(&realm.kind) {
        return misnamed::unknown_type(realm.kind, realm.name);
    }
    format!(
        "realm type [{}] of realm [{}] is not supported; supported are [{}]. Remove the realm or set [{}] to false",
        realm.kind,
        realm.id(),
        BUILT.map(RealmKind::name).join(", "),
        realm.setting("enabled"),
    )
}

fn realm_kind(kind: &str) -> Option<RealmKind> {
    BUILT.into_iter().find(|known| known.name() == kind)
}
