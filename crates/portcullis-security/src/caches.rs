//! Which caches exist, what they hold, and the one way to clear them. Names, keys and limits stand here; what
//! each change clears stands in [`affected`]. Nothing is put into a cache here: loads do that, with a ticket.

pub mod affected;
pub(crate) mod generation;
pub(crate) mod kept;
mod switches;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use portcullis_cache::{Cache, Expiry, Limits, ScopeKey, Stats, Why};
use portcullis_model::authentication::TokenSource;
use portcullis_model::dn::folded;
use portcullis_model::lifetime::BootTime;
use portcullis_model::subject::RealmRef;

use crate::authn::api_key::{CachedApiKey, KeyVerdict};
use crate::authn::refused::Refusal;
use crate::authn::service_token::{CachedToken, TokenVerdict};
use crate::authz::resolve::{RoleSet, RolesVerdict};
use crate::realms::{LookupVerdict, RealmVerdict, ResolvedUser, VerifiedUser};
use crate::settings::{CacheSettings, Settings, Switch};

use affected::{Extent, Row, Source, Target};
use generation::Generations;
use switches::Switches;

/// The cache of tokens of the security index, and the scope of its refused credentials.
pub(crate) const INDEX_TOKENS: &str = "index_service_account_token";
/// The cache of tokens of the `service_tokens` file, and the scope of its refused credentials.
pub(crate) const FILE_TOKENS: &str = "file_service_account_token";
/// The subject under which a decision notes that it looked at the role mappings, all of them.
pub(crate) const ROLE_MAPPINGS: &str = "role_mappings";
/// At most this many refused credentials are remembered.
const REFUSED_MAX: usize = 10_000;
/// Longer names, in bytes, are remembered by a hash.
const REFUSED_NAME_MAX: usize = 64;
/// How long a refused credential is remembered, in milliseconds.
const REFUSED_TTL_MILLIS: u64 = 60_000;
/// How many entries one step of [`Caches::reclaim`] looks at in each cache.
const RECLAIM_STEP: usize = 128;

/// The user cache of one realm.
pub(crate) type UserCache = Cache<Box<str>, Arc<VerifiedUser>, RealmVerdict>;
/// The lookup cache of one realm.
pub(crate) type LookupCache = Cache<Box<str>, Arc<ResolvedUser>, LookupVerdict>;
/// The API key cache.
pub(crate) type ApiKeyCache = Cache<Box<str>, Arc<CachedApiKey>, KeyVerdict>;
/// One of the two service token caches.
pub(crate) type TokenCache = Cache<Box<str>, Arc<CachedToken>, TokenVerdict>;
/// The cache of composed roles.
pub(crate) type RoleCache = Cache<Box<str>, Arc<RoleSet>, RolesVerdict>;
/// The cache of refused credentials, keyed by a keyed digest of the credential.
pub(crate) type RefusedCache = Cache<[u8; 32], Refusal, ()>;

/// The two caches of one realm.
pub(crate) struct RealmCaches {
    pub(crate) realm: RealmRef,
    /// Whether its users' roles come from role mappings.
    pub(crate) mapped: Switch,
    pub(crate) users: Arc<UserCache>,
    pub(crate) lookups: Arc<LookupCache>,
}

/// All caches of this node.
pub(crate) struct Caches {
    pub(crate) realms: Vec<Arc<RealmCaches>>,
    /// `None` where `api_key.cache.ttl` switches it off.
    pub(crate) api_keys: Option<Arc<ApiKeyCache>>,
    pub(crate) index_tokens: Arc<TokenCache>,
    pub(crate) file_tokens: Arc<TokenCache>,
    pub(crate) roles: Arc<RoleCache>,
    pub(crate) refused: Arc<RefusedCache>,
    pub(crate) generations: Generations,
    pub(crate) switches: Switches,
}

impl Caches {
    pub(crate) fn new(settings: &Settings, realms: Vec<Arc<RealmCaches>>) -> Self {
        let api_key = &settings.api_key.cache;
        let tokens = &settings.service_token_cache;
        Self {
            realms,
            api_keys: (api_key.ttl_millis > 0).then(|| {
                Arc::new(Cache::new(Limits {
                    max_entries: api_key.max_entries,
                    expiry: Expiry::AfterAccess(api_key.ttl_millis.unsigned_abs()),
                }))
            }),
            index_tokens: Arc::new(Cache::new(after_write(tokens))),
            file_tokens: Arc::new(Cache::new(after_write(tokens))),
            roles: Arc::new(Cache::new(Limits {
                max_entries: settings.roles_cache_max,
                expiry: Expiry::Never,
            })),
            refused: Arc::new(Cache::new(Limits {
                max_entries: REFUSED_MAX,
                expiry: Expiry::AfterWrite(REFUSED_TTL_MILLIS),
            })),
            generations: Generations::new(),
            switches: Switches::default(),
        }
    }

    /// The caches of the realm of this type; of the first where the host has several.
    fn realm(&self, kind: &str) -> Option<&RealmCaches> {
        self.realms.iter().map(|it| &**it).find(|it| &*it.realm.kind == kind)
    }

    /// The caches of the realms whose roles come from mappings.
    fn mapped(&self) -> impl Iterator<Item = &RealmCaches> {
        self.realms.iter().map(|it| &**it).filter(|it| it.mapped.is_on())
    }

    /// Whether the roles of this realm's users come from mappings.
    pub(crate) fn maps_roles(&self, realm: &RealmRef) -> bool {
        self.mapped().any(|it| it.realm == *realm)
    }

    /// The cache for tokens of this store.
    pub(crate) fn tokens(&self, source: TokenSource) -> &Arc<TokenCache> {
        match source {
            TokenSource::Index => &self.index_tokens,
            TokenSource::File => &self.file_tokens,
        }
    }

    /// Clears what a change of `source` touches. `name` is what changed: a user, a role, a key id, a token.
    /// The new state must be in force before (I-3).
    pub(crate) fn changed(&self, source: Source, name: &str, why: Why) {
        for (index, row) in affected::TABLE.iter().enumerate() {
            if row.source == source && !self.switches.skips(index) {
                self.apply(row, name, why);
            }
        }
    }

    fn apply(&self, row: &Row, name: &str, why: Why) {
        match row.target {
            Target::Users(kind) => {
                if let Some(realm) = self.realm(kind) {
                    self.bump(&format!("realm/{kind}"), row.extent, name);
                    clear(&realm.users, row.extent, name, why);
                }
            }
            Target::Lookups(kind) => {
                if let Some(realm) = self.realm(kind) {
                    clear(&realm.lookups, row.extent, name, why);
                }
            }
            Target::MappedUsers => {
                self.generations.bump(ROLE_MAPPINGS);
                for realm in self.mapped() {
                    clear(&realm.users, row.extent, name, why);
                }
            }
            Target::MappedLookups => {
                self.generations.bump(ROLE_MAPPINGS);
                for realm in self.mapped() {
                    clear(&realm.lookups, row.extent, name, why);
                }
            }
            Target::ApiKeys => {
                self.bump("api_key", row.extent, name);
                if let Some(cache) = &self.api_keys {
                    clear(cache, row.extent, name, why);
                }
            }
            Target::IndexTokens => {
                self.bump("service_token", row.extent, name);
                clear(&self.index_tokens, row.extent, name, why);
            }
            Target::FileTokens => {
                self.bump("service_token", row.extent, name);
                clear(&self.file_tokens, row.extent, name, why);
            }
            Target::Roles => {
                let scope = role_scope(name);
                self.generations.bump(&scope);
                self.roles.invalidate_scope(&scope, why);
            }
            Target::Refused(scope) => {
                self.refuse_no_more(scope, (row.extent == Extent::Named).then_some(name), why);
            }
        }
    }

    fn bump(&self, scope: &str, extent: Extent, name: &str) {
        match extent {
            Extent::Named => self.generations.bump(&format!("{scope}/{name}")),
            // The stripes of the names are not known, and a whole file changes seldom.
            Extent::Everything => self.generations.bump_all(),
        }
    }

    /// Forgets the refusals of one subject of `scope`, or of all of them.
    pub(crate) fn refuse_no_more(&self, scope: &str, name: Option<&str>, why: Why) {
        match name {
            Some(name) => self.refused.invalidate_scope(&refused_scope(scope, name), why),
            None => self.refused.invalidate_scope(scope, why),
        };
    }

    /// Clears everything that was filled from the store: it is not the store it was. Files are untouched.
    pub(crate) fn store_replaced(&self) {
        self.generations.bump_all();
        for realm in self.realms.iter().filter(|it| &*it.realm.kind != "file") {
            realm.users.invalidate_all(Why::Store);
            realm.lookups.invalidate_all(Why::Store);
        }
        if let Some(cache) = &self.api_keys {
            cache.invalidate_all(Why::Store);
        }
        self.index_tokens.invalidate_all(Why::Store);
        self.roles.invalidate_all(Why::Store);
        self.refused.invalidate_all(Why::Store);
    }

    /// Clears everything: nobody knows what was to be cleared.
    pub(crate) fn clear_all(&self) {
        self.store_replaced();
        for realm in &self.realms {
            realm.users.invalidate_all(Why::Store);
            realm.lookups.invalidate_all(Why::Store);
        }
        self.file_tokens.invalidate_all(Why::Store);
    }

    /// Frees a bounded number of dead entries in each cache. Called now and then by the executable.
    pub(crate) fn reclaim(&self, now: BootTime) -> usize {
        let now = now.0;
        let realms: usize = self
            .realms
            .iter()
            .map(|it| it.users.reclaim(RECLAIM_STEP, now) + it.lookups.reclaim(RECLAIM_STEP, now))
            .sum();
        let keys = self.api_keys.as_ref().map_or(0, |it| it.reclaim(RECLAIM_STEP, now));
        realms
            + keys
            + self.index_tokens.reclaim(RECLAIM_STEP, now)
            + self.file_tokens.reclaim(RECLAIM_STEP, now)
            + self.roles.reclaim(RECLAIM_STEP, now)
            + self.refused.reclaim(RECLAIM_STEP, now)
    }

    /// What each cache holds and did, by the names that stand in stats and metrics.
    pub(crate) fn stats(&self, now: BootTime) -> Vec<(String, Stats)> {
        let mut all = Vec::new();
        for RealmCaches { realm, users, lookups, .. } in self.realms.iter().map(|it| &**it) {
            all.push((format!("realm/{}/{}", realm.kind, realm.name), users.stats(now.0)));
            all.push((format!("realm_lookup/{}/{}", realm.kind, realm.name), lookups.stats(now.0)));
        }
        if let Some(cache) = &self.api_keys {
            all.push(("api_key".to_owned(), cache.stats(now.0)));
        }
        all.push((INDEX_TOKENS.to_owned(), self.index_tokens.stats(now.0)));
        all.push((FILE_TOKENS.to_owned(), self.file_tokens.stats(now.0)));
        all.push(("roles".to_owned(), self.roles.stats(now.0)));
        all.push(("refused".to_owned(), self.refused.stats(now.0)));
        all
    }
}

/// The name of the cache for tokens of this store.
pub(crate) fn tokens_name(source: TokenSource) -> &'static str {
    match source {
        TokenSource::Index => INDEX_TOKENS,
        TokenSource::File => FILE_TOKENS,
    }
}

/// What the subjects of roles begin with.
pub(crate) const ROLE_FAMILY: &str = "role";

/// The scope of one role in the cache of composed roles, existing or not.
pub(crate) fn role_scope(name: &str) -> String {
    format!("{ROLE_FAMILY}/{name}")
}

/// The scopes of one subject in the cache of refused credentials: its family and itself.
pub(crate) fn refused_scopes(family: &str, name: &str) -> [ScopeKey; 2] {
    [ScopeKey::from(family), ScopeKey::from(refused_scope(family, name))]
}

/// The scope of one subject. Clients make names up, thousands of them and as long as a header may be, so a long one is
/// shortened to a hash; two that share it only forget each other's refusals.
fn refused_scope(family: &str, name: &str) -> String {
    if name.len() <= REFUSED_NAME_MAX {
        return format!("{family}/{name}");
    }
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("{family}/{:016x}", hasher.finish())
}

impl RealmCaches {
    /// The empty caches of one realm.
    pub(crate) fn new(realm: RealmRef, mapped: Switch, settings: &CacheSettings) -> Self {
        Self {
            realm,
            mapped,
            users: Arc::new(Cache::new(after_write(settings))),
            lookups: Arc::new(Cache::new(after_write(settings))),
        }
    }

    /// The scopes of a user's entries. To a directory `JO` is `jo`, so all spellings of a name are cleared together.
    pub(crate) fn scopes(&self, username: &str) -> Vec<ScopeKey> {
        if self.mapped.is_on() { vec![folded(username).into()] } else { Vec::new() }
    }

    /// Clears a user.
    pub(crate) fn forget(&self, username: &str, why: Why) -> usize {
        let named = self.users.invalidate(username, why) + self.lookups.invalidate(username, why);
        let respelled = |scope: ScopeKey| {
            self.users.invalidate_scope(&scope, why) + self.lookups.invalidate_scope(&scope, why)
        };
        named + self.scopes(username).into_iter().map(respelled).sum::<usize>()
    }
}

/// A cache that is switched off keeps nothing, but still lets equal requests share one load.
fn after_write(settings: &CacheSettings) -> Limits {
    let on = settings.ttl_millis > 0;
    Limits {
        max_entries: if on { settings.max_entries } else { 0 },
        expiry: Expiry::AfterWrite(settings.ttl_millis.max(0).unsigned_abs()),
    }
}

fn clear<V: Clone, R: Clone>(cache: &Cache<Box<str>, V, R>, extent: Extent, name: &str, why: Why) {
    match extent {
        Extent::Named => cache.invalidate(name, why),
        Extent::Everything => cache.invalidate_all(why),
    };
}
