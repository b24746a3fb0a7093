//! The realm chain that the settings ask for: which realms, in which order, with which caches.
//!
//! Never here: what a realm does.

use std::collections::BTreeMap;

use super::authc::{CacheConfig, RealmConfig, RealmKind};
use super::error::{Origin, Problem};
use super::settings::Settings;

#[cfg(test)]
mod tests;

/// What the names of a realm's settings begin with.
const PREFIX: &str = "xpack.security.authc.realms.";

/// Realm types that Elasticsearch has and Portcullis does not.
const NOT_BUILT: [&str; 7] = ["active_directory", "jwt", "kerberos", "ldap", "oidc", "pki", "saml"];

/// Realms that nobody configured go before every configured one, whose order is a 32-bit number.
const RESERVED_ORDER: i64 = i64::MIN;
const DEFAULT_FILE_ORDER: i64 = i64::MIN + 1;
const DEFAULT_NATIVE_ORDER: i64 = i64::MIN + 2;

/// The chain, and what there is to say of it.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) realms: Vec<RealmConfig>,
    pub(super) warnings: Vec<String>,
    pub(super) problems: Vec<Problem>,
}

/// A realm that some setting names.
struct Named<'a> {
    kind: &'a str,
    name: &'a str,
    origin: &'a Origin,
}

impl Named<'_> {
    fn id(&self) -> String {
        format!("{}.{}", self.kind, self.name)
    }

    fn setting(&self, key: &str) -> String {
        format!("{PREFIX}{}.{}.{key}", self.kind, self.name)
    }

    fn problem(&self, reason: String) -> Problem {
        Problem::at(self.origin, reason)
    }
}

/// Builds the chain: reserved, then `default_file` and `default_native` unless a realm of that type is configured
/// or disabled, then the configured ones by order. Disabled realms are not in it.
pub(super) fn chain(settings: &Settings, reserved_enabled: bool) -> Chain {
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
                chain.warnings.push(format!("realm [{}] is disabled, its settings have no effect", realm.id()));
            }
            None if NOT_BUILT.contains(&realm.kind) => chain.problems.push(realm.problem(format!(
                "realm type [{}] of realm [{}] is not supported; supported are [file, native]. Remove the realm or \
                 set [{}] to false",
                realm.kind,
                realm.id(),
                realm.setting("enabled"),
            ))),
            None => chain.problems.push(realm.problem(unknown_type_sentence(realm.kind, realm.name))),
        }
    }
    if reserved_enabled {
        chain.add(settings, RealmKind::Reserved, RealmKind::Reserved.default_name(), RESERVED_ORDER);
    }
    for (kind, order) in [(RealmKind::File, DEFAULT_FILE_ORDER), (RealmKind::Native, DEFAULT_NATIVE_ORDER)] {
        if !mentioned.contains(&kind) {
            chain.add(settings, kind, kind.default_name(), order);
        }
    }
    for (kind, realm) in &configured {
        chain.check(*kind, realm, &configured);
        match settings.integer(&realm.setting("order")) {
            Ok(order) => chain.add(settings, *kind, realm.name, order),
            Err(_) => chain.problems.push(realm.problem(format!(
                "realm [{}] needs an order: set [{}] to a number that no other realm has",
                realm.id(),
                realm.setting("order"),
            ))),
        }
    }
    chain.check_duplicates();
    chain.realms.sort_by_key(|realm| realm.order);
    chain
}

impl Chain {
    fn add(&mut self, settings: &Settings, kind: RealmKind, name: &str, order: i64) {
        let setting = |key: &str| format!("{PREFIX}{}.{name}.{key}", kind.name());
        let read = || -> Result<RealmConfig, Problem> {
            Ok(RealmConfig {
                kind,
                name: name.to_owned(),
                order,
                authentication_enabled: settings.boolean(&setting("authentication.enabled"))?,
                cache: CacheConfig {
                    ttl_millis: settings.millis(&setting("cache.ttl"))?,
                    max_entries: settings.count(&setting("cache.max_users"))?,
                    hash_algo: settings.algorithm(&setting("cache.hash_algo"))?,
                },
            })
        };
        match read() {
            Ok(realm) => self.realms.push(realm),
            Err(problem) => self.problems.push(problem),
        }
    }

    /// What can be wrong with one realm beside the others.
    fn check(&mut self, kind: RealmKind, realm: &Named<'_>, all: &[(RealmKind, Named<'_>)]) {
        if realm.name.starts_with('_') {
            let reason =
                format!("realm [{}]: names that begin with [_] are kept for internal realms", realm.id());
            self.problems.push(realm.problem(reason));
        }
        if all.iter().filter(|(other, _)| *other == kind).count() > 1 {
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

/// The realms that settings name, each with the first place that does.
fn named(settings: &Settings) -> Vec<Named<'_>> {
    let mut found: Vec<Named<'_>> = Vec::new();
    for (full, setting) in settings.iter() {
        let Some((kind, name)) = parts(full) else { continue };
        match found.iter_mut().find(|realm| realm.kind == kind && realm.name == name) {
            Some(realm) => realm.origin = realm.origin.min(&setting.origin),
            None => found.push(Named { kind, name, origin: &setting.origin }),
        }
    }
    found
}

/// What is wrong with a setting that no row of the table describes, if it is its realm's type.
pub(super) fn unknown_type(full: &str) -> Option<String> {
    let (kind, name) = parts(full)?;
    (realm_kind(kind).is_none() && !NOT_BUILT.contains(&kind)).then(|| unknown_type_sentence(kind, name))
}

fn unknown_type_sentence(kind: &str, name: &str) -> String {
    format!("unknown realm type [{kind}] for realm [{kind}.{name}]")
}

/// Type and name of the realm that a setting is of.
fn parts(full: &str) -> Option<(&str, &str)> {
    let (kind, rest) = full.strip_prefix(PREFIX)?.split_once('.')?;
    let (name, _) = rest.split_once('.')?;
    Some((kind, name))
}

fn realm_kind(kind: &str) -> Option<RealmKind> {
    // The reserved realm is not configured as a realm: to name it here is as unknown as in Elasticsearch.
    [RealmKind::File, RealmKind::Native].into_iter().find(|known| known.name() == kind)
}
