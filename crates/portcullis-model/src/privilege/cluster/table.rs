//! The table of named cluster privileges, in no order that matters.
//!
//! Names and actions are those of the published list of security privileges of Elasticsearch 8.18 to 9.5.

/// On what a privilege depends besides the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// On nothing.
    Unconditional,
    /// On the request being about the caller's own API keys.
    OwnApiKey,
}

/// One named cluster privilege.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedClusterPrivilege {
    /// The name, in lower case.
    pub name: &'static str,
    /// Patterns of the actions that it grants.
    pub allowed: &'static [&'static str],
    /// Patterns of actions that it does not grant all the same.
    pub denied: &'static [&'static str],
    /// On what it depends besides.
    pub condition: Condition,
}

const fn grants(name: &'static str, allowed: &'static [&'static str]) -> NamedClusterPrivilege {
    NamedClusterPrivilege { name, allowed, denied: &[], condition: Condition::Unconditional }
}

const fn but(privilege: NamedClusterPrivilege, denied: &'static [&'static str]) -> NamedClusterPrivilege {
    NamedClusterPrivilege { denied, ..privilege }
}

const fn own_api_key(privilege: NamedClusterPrivilege) -> NamedClusterPrivilege {
    NamedClusterPrivilege { condition: Condition::OwnApiKey, ..privilege }
}

/// Every named cluster privilege.
pub static CLUSTER_PRIVILEGES: &[NamedClusterPrivilege] = &[
    grants("none", &[]),
    grants("all", &["cluster:*", "indices:admin/template/*", "indices:admin/index_template/*"]),
    but(
        grants("manage", &["cluster:*", "indices:admin/template/*", "indices:admin/index_template/*"]),
        &["cluster:admin/xpack/security/*"],
    ),
    grants(
        "monitor",
        &[
            "cluster:monitor/*",
            "indices:admin/template/get",
            "cluster:admin/component_template/get",
            "indices:admin/index_template/get",
        ],
    ),
    but(
        grants("manage_security", &["cluster:admin/xpack/security/*"]),
        &["cluster:admin/xpack/security/delegate_pki"],
    ),
    grants(
        "read_security",
        &[
            "cluster:admin/xpack/security/api_key/get",
            "cluster:admin/xpack/security/api_key/query",
            "cluster:admin/xpack/security/privilege/builtin/get",
            "cluster:admin/xpack/security/privilege/get",
            "cluster:admin/xpack/security/profile/get",
            "cluster:admin/xpack/security/profile/has_privileges",
            "cluster:admin/xpack/security/profile/suggest",
            "cluster:admin/xpack/security/role/get",
            "cluster:admin/xpack/security/role/query",
            "cluster:admin/xpack/security/role_mapping/get",
            "cluster:admin/xpack/security/service_account/get",
            "cluster:admin/xpack/security/service_account/credential/get*",
            "cluster:admin/xpack/security/user/get",
            "cluster:admin/xpack/security/user/query",
            "cluster:admin/xpack/security/user/list_privileges",
            "cluster:admin/xpack/security/user/has_privileges",
            "cluster:admin/xpack/security/settings/get",
        ],
    ),
    grants("manage_api_key", &["cluster:admin/xpack/security/api_key/*"]),
    own_api_key(grants("manage_own_api_key", &["cluster:admin/xpack/security/api_key/*"])),
    grants("grant_api_key", &["cluster:admin/xpack/security/api_key/grant*"]),
    grants("clone_api_key", &["cluster:admin/xpack/security/api_key/clone*"]),
    grants("manage_service_account", &["cluster:admin/xpack/security/service_account/*"]),
    grants("manage_user_profile", &["cluster:admin/xpack/security/profile/*"]),
    grants("manage_token", &["cluster:admin/xpack/security/token/*"]),
    grants(
        "manage_saml",
        &[
            "cluster:admin/xpack/security/saml/*",
            "cluster:admin/xpack/security/token/invalidate",
            "cluster:admin/xpack/security/token/refresh",
            "cluster:monitor/xpack/security/saml/metadata",
        ],
    ),
    grants("manage_oidc", &["cluster:admin/xpack/security/oidc/*"]),
    grants(
        "delegate_pki",
        &["cluster:admin/xpack/security/delegate_pki", "cluster:admin/xpack/security/token/invalidate"],
    ),
    grants("transport_client", &["cluster:monitor/nodes/liveness", "cluster:monitor/state"]),
    grants("cancel_task", &["cluster:admin/tasks/cancel*"]),
    grants(
        "create_snapshot",
        &[
            "cluster:admin/snapshot/create",
            "cluster:admin/snapshot/status*",
            "cluster:admin/snapshot/get",
            "cluster:admin/repository/get",
        ],
    ),
    grants(
        "monitor_snapshot",
        &["cluster:admin/snapshot/status*", "cluster:admin/snapshot/get", "cluster:admin/repository/get"],
    ),
    grants("manage_pipeline", &["cluster:admin/ingest/pipeline/*"]),
    grants("manage_ingest_pipelines", &["cluster:admin/ingest/pipeline/*"]),
    grants("read_pipeline", &["cluster:admin/ingest/pipeline/get", "cluster:admin/ingest/pipeline/simulate"]),
    grants(
        "manage_index_templates",
        &["indices:admin/template/*", "indices:admin/index_template/*", "cluster:admin/component_template/*"],
    ),
    grants("manage_ml", &["cluster:admin/xpack/ml/*", "cluster:monitor/xpack/ml/*"]),
    grants("monitor_ml", &["cluster:monitor/xpack/ml/*"]),
    grants(
        "manage_transform",
        &[
            "cluster:admin/data_frame/*",
            "cluster:monitor/data_frame/*",
            "cluster:admin/transform/*",
            "cluster:monitor/transform/*",
        ],
    ),
    grants(
        "manage_data_frame_transforms",
        &[
            "cluster:admin/data_frame/*",
            "cluster:monitor/data_frame/*",
            "cluster:admin/transform/*",
            "cluster:monitor/transform/*",
        ],
    ),
    grants("monitor_transform", &["cluster:monitor/data_frame/*", "cluster:monitor/transform/*"]),
    grants("monitor_data_frame_transforms", &["cluster:monitor/data_frame/*", "cluster:monitor/transform/*"]),
    grants("manage_watcher", &["cluster:admin/xpack/watcher/*", "cluster:monitor/xpack/watcher/*"]),
    grants("monitor_watcher", &["cluster:monitor/xpack/watcher/*"]),
    grants("manage_rollup", &["cluster:admin/xpack/rollup/*", "cluster:monitor/xpack/rollup/*"]),
    grants("monitor_rollup", &["cluster:monitor/xpack/rollup/*"]),
    grants(
        "manage_ccr",
        &[
            "cluster:admin/xpack/ccr/*",
            "cluster:monitor/state",
            "cluster:admin/xpack/security/user/has_privileges",
        ],
    ),
    grants("read_ccr", &["cluster:monitor/state", "cluster:admin/xpack/security/user/has_privileges"]),
    grants("manage_ilm", &["cluster:admin/ilm/*"]),
    grants("read_ilm", &["cluster:admin/ilm/get", "cluster:admin/ilm/operation_mode/get"]),
    grants(
        "manage_slm",
        &[
            "cluster:admin/slm/*",
            "cluster:admin/ilm/start",
            "cluster:admin/ilm/stop",
            "cluster:admin/ilm/operation_mode/get",
        ],
    ),
    grants(
        "read_slm",
        &["cluster:admin/slm/status", "cluster:admin/slm/get", "cluster:admin/ilm/operation_mode/get"],
    ),
    grants("manage_autoscaling", &["cluster:admin/autoscaling/*"]),
    grants("manage_enrich", &["cluster:admin/xpack/enrich/*", "cluster:monitor/xpack/enrich/*"]),
    grants("monitor_enrich", &["cluster:monitor/xpack/enrich/*", "cluster:admin/xpack/enrich/get"]),
    grants("manage_logstash_pipelines", &["cluster:admin/logstash/pipeline/*"]),
    grants(
        "manage_inference",
        &[
            "cluster:admin/xpack/inference/*",
            "cluster:monitor/xpack/inference*",
            "cluster:monitor/xpack/ml/inference/get",
            "cluster:monitor/xpack/ml/inference/infer",
            "cluster:monitor/xpack/ml/trained_models/deployment/infer",
            "cluster:admin/xpack/ml/trained_models/deployment/start",
            "cluster:admin/xpack/ml/trained_models/deployment/stop",
        ],
    ),
    grants(
        "monitor_inference",
        &[
            "cluster:monitor/xpack/inference*",
            "cluster:monitor/xpack/ml/inference/get",
            "cluster:monitor/xpack/ml/inference/infer",
            "cluster:monitor/xpack/ml/trained_models/deployment/infer",
        ],
    ),
    but(
        grants("manage_connector", &["cluster:admin/xpack/connector/*"]),
        &["cluster:admin/xpack/connector/secret/*"],
    ),
    grants(
        "monitor_connector",
        &[
            "cluster:admin/xpack/connector/get",
            "cluster:admin/xpack/connector/list",
            "cluster:admin/xpack/connector/sync_job/get",
            "cluster:admin/xpack/connector/sync_job/list",
        ],
    ),
    grants("read_connector_secrets", &["cluster:admin/xpack/connector/secret/get"]),
    grants(
        "write_connector_secrets",
        &[
            "cluster:admin/xpack/connector/secret/delete",
            "cluster:admin/xpack/connector/secret/post",
            "cluster:admin/xpack/connector/secret/put",
        ],
    ),
    grants("read_fleet_secrets", &["cluster:admin/fleet/secrets/get"]),
    grants(
        "write_fleet_secrets",
        &["cluster:admin/fleet/secrets/post", "cluster:admin/fleet/secrets/delete"],
    ),
    grants("manage_search_application", &["cluster:admin/xpack/application/search_application/*"]),
    grants("manage_behavioral_analytics", &["cluster:admin/xpack/application/analytics/*"]),
    grants("post_behavioral_analytics_event", &["cluster:admin/xpack/application/analytics/post_event*"]),
    grants(
        "manage_search_synonyms",
        &["cluster:admin/synonyms/*", "cluster:admin/synonyms_sets/*", "cluster:admin/synonym_rules/*"],
    ),
    grants("manage_search_query_rules", &["cluster:admin/xpack/query_rules/*"]),
    grants("monitor_text_structure", &["cluster:monitor/text_structure/*"]),
    grants("monitor_stats", &["cluster:monitor/stats*"]),
    grants("manage_esql", &["cluster:admin/xpack/esql/*", "cluster:monitor/xpack/esql/*"]),
    grants("monitor_esql", &["cluster:monitor/xpack/esql/*"]),
    grants("manage_reindex", &["cluster:admin/reindex/*", "cluster:monitor/reindex/*"]),
    grants("monitor_reindex", &["cluster:monitor/reindex/*"]),
    grants(
        "cross_cluster_search",
        &[
            "cluster:internal/remote_cluster/handshake",
            "cluster:internal/remote_cluster/nodes",
            "internal:admin/tasks/ban",
            "internal:admin/tasks/cancel_child",
            "cluster:monitor/xpack/info",
            "cluster:monitor/xpack/enrich/esql/resolve_policy",
            "cluster:internal:data/read/esql/open_exchange",
            "cluster:internal:data/read/esql/exchange",
        ],
    ),
    grants(
        "cross_cluster_replication",
        &[
            "cluster:internal/remote_cluster/handshake",
            "cluster:internal/remote_cluster/nodes",
            "cluster:monitor/state",
        ],
    ),
    grants("manage_data_stream_global_retention", &[]),
    grants("monitor_data_stream_global_retention", &[]),
];
