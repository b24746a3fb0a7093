//! Settings of authentication and authorization, with their caches.

use portcullis_secrets::Use;

use crate::config::kind::{Bound, Kind};

use super::Default::{Computed, Is, Unset};
use super::Row;

/// Cache sizes: a thousand times the largest default is a typing mistake.
const ENTRIES: Kind = Kind::Integer(1, 100_000_000);
const TTL: Kind = Kind::Time(Bound::Any);
const CACHE_HASH: Kind = Kind::Algorithm(Use::Cache);

pub(super) const ROWS: &[Row] = &[
    Row::works(
        "xpack.security.authc.realms.<type>.<name>.order",
        Kind::Integer(i32::MIN as i64, i32::MAX as i64),
        Unset,
        "The realm's place in the chain, ascending. Required, and no two may be equal.",
    ),
    Row::works(
        "xpack.security.authc.realms.<type>.<name>.enabled",
        Kind::Boolean,
        Is("true"),
        "Whether the realm is in the chain. `file` and `native` are in it, first, unless this is `false`.",
    ),
    Row::works(
        "xpack.security.authc.realms.<type>.<name>.authentication.enabled",
        Kind::Boolean,
        Is("true"),
        "`false`: the realm takes no credentials and is only used to look up users for run-as.",
    ),
    Row::works(
        "xpack.security.authc.realms.<type>.<name>.cache.ttl",
        TTL,
        Is("20m"),
        "How long after it was filled an entry of the user cache is used; 0 or less: no cache.",
    ),
    Row::works(
        "xpack.security.authc.realms.<type>.<name>.cache.max_users",
        ENTRIES,
        Is("100000"),
        "The most users that the realm's caches hold.",
    ),
    Row::works(
        "xpack.security.authc.realms.<type>.<name>.cache.hash_algo",
        CACHE_HASH,
        Is("ssha256"),
        "How the realm's cache keeps passwords in memory.",
    ),
    Row::works(
        "xpack.security.authc.reserved_realm.enabled",
        Kind::Boolean,
        Is("true"),
        "Whether `elastic` and the other built-in users exist.",
    ),
    Row::works(
        "xpack.security.authc.run_as.enabled",
        Kind::Boolean,
        Is("true"),
        "Whether `es-security-runas-user` is followed.",
    ),
    Row::works(
        "xpack.security.authc.password_hashing.algorithm",
        Kind::Algorithm(Use::Password),
        Is("bcrypt"),
        "How new passwords are stored.",
    ),
    Row::works(
        "xpack.security.authc.service_token_hashing.algorithm",
        Kind::Algorithm(Use::ServiceToken),
        Is("pbkdf2_stretch"),
        "How new service tokens are stored.",
    ),
    Row::works("xpack.security.authc.api_key.enabled", Kind::Boolean, Is("true"), "Whether API keys exist."),
    Row::works(
        "xpack.security.authc.api_key.hashing.algorithm",
        Kind::Algorithm(Use::ApiKey),
        Is("ssha256"),
        "How new API keys are stored.",
    ),
    Row::works(
        "xpack.security.authc.api_key.cache.ttl",
        TTL,
        Is("24h"),
        "How long after its last use an API key stays in the cache; 0 or less: no cache.",
    ),
    Row::works(
        "xpack.security.authc.api_key.cache.max_keys",
        ENTRIES,
        Is("25000"),
        "The most API keys that the cache holds.",
    ),
    Row::works(
        "xpack.security.authc.api_key.cache.hash_algo",
        CACHE_HASH,
        Is("ssha256"),
        "How the cache keeps API keys in memory.",
    ),
    Row::works(
        "xpack.security.authc.api_key.delete.interval",
        Kind::Time(Bound::Positive),
        Is("24h"),
        "How often API keys that are past their retention period are looked for.",
    ),
    Row::works(
        "xpack.security.authc.api_key.delete.retention_period",
        Kind::Time(Bound::Positive),
        Is("7d"),
        "How long an invalidated or expired API key can still be seen before it is removed.",
    ),
    Row::works(
        "xpack.security.authc.service_token.cache.ttl",
        TTL,
        Is("20m"),
        "How long after it was filled an entry of the service token caches is used; 0 or less: no caches.",
    ),
    Row::works(
        "xpack.security.authc.service_token.cache.max_tokens",
        ENTRIES,
        Is("100000"),
        "The most tokens in each of the two caches (file and index).",
    ),
    Row::works(
        "xpack.security.authc.service_token.cache.hash_algo",
        CACHE_HASH,
        Is("ssha256"),
        "How the caches keep service tokens in memory.",
    ),
    Row::works(
        "xpack.security.authz.store.roles.cache.max_size",
        ENTRIES,
        Is("10000"),
        "The most sets of roles that the role cache holds.",
    ),
    Row::works(
        "xpack.security.crypto.thread_pool.size",
        Kind::Integer(1, 1024),
        Computed("half the cores, at least 1"),
        "How many slow hashes are computed at once.",
    ),
    Row::works(
        "xpack.security.crypto.thread_pool.queue_size",
        Kind::Integer(1, 1_000_000),
        Is("1000"),
        "How many slow hashes may wait; a request beyond that is answered 429.",
    ),
];
