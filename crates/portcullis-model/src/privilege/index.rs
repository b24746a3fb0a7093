//! Index privileges: the table of names and the actions that each grants, and looking a name up.
//!
//! The service has no indices; it keeps what roles say about them, answers questions about it, and so must know what
//! the names mean.

use crate::pattern::PatternSet;

#[cfg(test)]
mod tests;

/// Which of an index's parts a privilege is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Selector {
    /// The documents.
    Data,
    /// The documents that could not be indexed, `::failures`.
    Failures,
    /// Both.
    All,
}

/// One named index privilege.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedIndexPrivilege {
    /// The name, in lower case.
    pub name: &'static str,
    /// Patterns of the actions that it grants.
    pub actions: &'static [&'static str],
    /// Which part it is about.
    pub selector: Selector,
}

/// What stands at the beginning of every action over indices.
const INDEX_ACTIONS: &str = "indices:";

const fn data(name: &'static str, actions: &'static [&'static str]) -> NamedIndexPrivilege {
    NamedIndexPrivilege { name, actions, selector: Selector::Data }
}

const READ: &[&str] =
    &["indices:data/read/*", "indices:admin/resolve/index", "indices:admin/resolve/cluster"];

const MANAGE: &[&str] = &[
    "indices:monitor/*",
    "indices:admin/*",
    "indices:data/read/field_caps*",
    "indices:data/read/xpack/rollup/get/index/caps*",
];

/// Every named index privilege, by name.
pub static INDEX_PRIVILEGES: &[NamedIndexPrivilege] = &[
    NamedIndexPrivilege {
        selector: Selector::All,
        ..data("all", &["indices:*", "internal:transport/proxy/indices:*"])
    },
    data("auto_configure", &["indices:admin/mapping/auto_put", "indices:admin/auto_create"]),
    data(
        "create",
        &["indices:data/write/index*", "indices:data/write/bulk*", "indices:data/write/simulate/bulk*"],
    ),
    data(
        "create_doc",
        &[
            "indices:data/write/index",
            "indices:data/write/index[*",
            "indices:data/write/index:op_type/create",
            "indices:data/write/bulk*",
            "indices:data/write/simulate/bulk*",
        ],
    ),
    data(
        "create_index",
        &["indices:admin/create", "indices:admin/auto_create", "indices:admin/data_stream/create"],
    ),
    data(
        "cross_cluster_replication",
        &[
            "indices:data/read/xpack/ccr/shard_changes*",
            "indices:monitor/stats*",
            "indices:admin/seq_no/add_retention_lease*",
            "indices:admin/seq_no/remove_retention_lease*",
            "indices:admin/seq_no/renew_retention_lease*",
        ],
    ),
    data("cross_cluster_replication_internal", &["indices:internal/admin/ccr/restore/*"]),
    data("delete", &["indices:data/write/delete*", "indices:data/write/bulk*"]),
    data("delete_index", &["indices:admin/delete", "indices:admin/data_stream/delete"]),
    data(
        "index",
        &[
            "indices:data/write/index*",
            "indices:data/write/bulk*",
            "indices:data/write/update*",
            "indices:data/write/simulate/bulk*",
        ],
    ),
    data(
        "maintenance",
        &[
            "indices:admin/refresh*",
            "indices:admin/flush*",
            "indices:admin/synced_flush",
            "indices:admin/forcemerge*",
        ],
    ),
    data("manage", MANAGE),
    data("manage_data_stream_lifecycle", &["indices:admin/data_stream/lifecycle/*"]),
    NamedIndexPrivilege { selector: Selector::Failures, ..data("manage_failure_store", MANAGE) },
    data(
        "manage_follow_index",
        &[
            "indices:admin/xpack/ccr/put_follow",
            "indices:admin/xpack/ccr/unfollow",
            "indices:admin/close*",
            "indices:admin/data_stream/promote",
            "indices:admin/rollover",
        ],
    ),
    data("manage_ilm", &["indices:admin/ilm/*"]),
    data("manage_leader_index", &["indices:admin/xpack/ccr/forget_follower*"]),
    data("monitor", &["indices:monitor/*"]),
    data("none", &[]),
    data("read", READ),
    data(
        "read_cross_cluster",
        &[
            "internal:transport/proxy/indices:data/read/*",
            "indices:admin/shards/search_shards",
            "indices:admin/search/search_shards",
            "indices:admin/resolve/cluster",
            "indices:data/read/esql",
            "indices:data/read/esql/compute",
        ],
    ),
    NamedIndexPrivilege { selector: Selector::Failures, ..data("read_failure_store", READ) },
    data(
        "view_index_metadata",
        &[
            "indices:admin/aliases/get",
            "indices:admin/get",
            "indices:admin/mappings/fields/get*",
            "indices:admin/mappings/get",
            "indices:admin/shards/search_shards",
            "indices:admin/search/search_shards",
            "indices:admin/validate/query*",
            "indices:monitor/settings/get",
            "indices:admin/ilm/explain",
            "indices:admin/data_stream/lifecycle/get",
            "indices:admin/data_stream/lifecycle/explain",
            "indices:admin/data_stream/get",
            "indices:admin/resolve/index",
            "indices:admin/resolve/cluster",
            "indices:data/read/field_caps*",
            "indices:data/read/xpack/rollup/get/index/caps*",
            "indices:monitor/transform/checkpoint*",
            "indices:monitor/get/metering/stats",
        ],
    ),
    data("write", &["indices:data/write/*", "indices:admin/mapping/auto_put"]),
];

/// The actions that a privilege grants, and on which part of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPrivilege {
    /// The actions.
    pub actions: PatternSet,
    /// On which part.
    pub selector: Selector,
}

impl IndexPrivilege {
    /// The privilege of that name, or the privilege to do the actions that begin with it. Case does not matter.
    ///
    /// # Errors
    /// A sentence for the user, with all the names that there are.
    pub fn resolve(name: &str) -> Result<Self, String> {
        let lower = name.to_lowercase();
        if let Some(row) = INDEX_PRIVILEGES.iter().find(|row| row.name == lower) {
            // The table is ours and a test walks it: every pattern in it is one.
            let actions = PatternSet::parse(row.actions.iter().copied()).unwrap_or_default();
            return Ok(Self { actions, selector: row.selector });
        }
        let pattern = lower.starts_with(INDEX_ACTIONS).then(|| format!("{lower}*"));
        match pattern.and_then(|pattern| PatternSet::parse([pattern.as_str()]).ok()) {
            Some(actions) => Ok(Self { actions, selector: Selector::Data }),
            None => Err(format!(
                "unknown index privilege [{name}]. a privilege must be either one of the predefined fixed indices \
                 privileges [{}] or a pattern over one of the available index actions",
                names().join(",")
            )),
        }
    }
}

/// The names of all index privileges, alphabetically.
#[must_use]
pub fn names() -> Vec<&'static str> {
    INDEX_PRIVILEGES.iter().map(|row| row.name).collect()
}
