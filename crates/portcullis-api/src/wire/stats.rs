//! Statistics on the wire: what Elasticsearch tells of a node, then our own. Durations are milliseconds, sizes bytes.

mod cluster;

use portcullis_security::DirectoryStats;
use portcullis_security::stats::Stats;
use serde_json::{Map, Value, json};

/// One node, by its id.
pub(crate) fn shown(stats: Stats) -> Value {
    let caches: Map<String, Value> = stats
        .caches
        .into_iter()
        .map(|(name, cache)| {
            let [feed, file, api, store] = cache.invalidations;
            let invalidations: Map<String, Value> =
                [("feed", feed), ("file", file), ("api", api), ("store", store)]
                    .into_iter()
                    .map(|(why, count)| {
                        (why.to_owned(), json!({"calls": count.calls, "evicted": count.evicted}))
                    })
                    .collect();
            let shown = json!({
                "entries": cache.entries,
                "unreclaimed": cache.unreclaimed,
                "size_in_bytes": cache.bytes,
                "hits": cache.hits,
                "misses": cache.misses,
                "coalesced": cache.coalesced,
                "loads": cache.loads,
                "abandoned_loads": cache.abandoned,
                "load_time_in_millis": cache.load_millis,
                "refused_inserts": cache.refused_inserts,
                "evictions": {
                    "capacity": cache.evictions.capacity,
                    "expired": cache.evictions.expired,
                    "replaced": cache.evictions.replaced,
                    "outdated": cache.evictions.outdated,
                },
                "invalidations": invalidations,
                "oldest_entry_age_in_millis": cache.oldest_entry_age_ms,
            });
            (name, shown)
        })
        .collect();
    let files: Map<String, Value> = stats
        .files
        .into_iter()
        .map(|(name, file)| {
            let problems: Vec<Value> =
                file.problems.iter().map(|it| json!({"line": it.line, "reason": it.reason})).collect();
            let shown = json!({
                "exists": file.exists,
                "error": file.error,
                "ignored_lines": problems,
                "reloads": file.reloads,
            });
            (name, shown)
        })
        .collect();
    let directories: Map<String, Value> =
        stats.directories.into_iter().map(|(name, it)| (name, directory(&it))).collect();
    let hashing = json!({
        "queued": stats.hashing.queued,
        "running": stats.hashing.running,
        "completed": stats.hashing.completed,
        "panicked": stats.hashing.panicked,
        "rejected_full": stats.hashing.rejected_full,
        "rejected_busy": stats.hashing.rejected_busy,
        "dropped_unrun": stats.hashing.dropped_unrun,
        "timed_out": stats.hashing.timed_out,
        "busy_time_in_millis": stats.hashing.busy_nanos / 1_000_000,
    });
    let mut node = json!({
        "name": stats.node_name,
        "roles": {"dls": {"bit_set_cache": no_bit_sets()}},
        "caches": caches,
        "files": files,
        "directories": directories,
        "hashing": hashing,
        "store": {
            "revision": stats.revision,
            "applied": stats.applied,
            "size_in_bytes": stats.store_bytes,
        },
    });
    // A node that is alone has no part in a cluster to tell of.
    if let (Some(cluster), Value::Object(node)) = (&stats.cluster, &mut node) {
        node.insert("cluster".to_owned(), cluster::shown(cluster, stats.applied, stats.nodes));
    }
    let mut nodes = Map::new();
    nodes.insert(stats.node_id, node);
    Value::Object(nodes)
}

/// One remote directory.
fn directory(stats: &DirectoryStats) -> Value {
    let servers: Vec<Value> = stats
        .servers
        .iter()
        .map(|it| {
            json!({
                "url": &*it.url,
                "failures": it.failures,
                "spared_for_millis": it.spared_for_millis,
                "last_error": it.last_error,
            })
        })
        .collect();
    json!({
        "user_binds": stats.user_binds,
        "service_binds": stats.service_binds,
        "searches": stats.searches,
        "undecided": stats.undecided,
        "spared": stats.spared,
        "connections": stats.connections,
        "last_error": stats.last_error,
        "servers": servers,
    })
}

/// Elasticsearch's cache of document sets. There are no documents here to see, so it is always empty.
fn no_bit_sets() -> Value {
    json!({
        "count": 0,
        "memory": "0b",
        "memory_in_bytes": 0,
        "hits": 0,
        "misses": 0,
        "evictions": 0,
        "hits_time_in_millis": 0,
        "misses_time_in_millis": 0,
    })
}
