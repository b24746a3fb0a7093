//! The role of Kibana's own user and service account. Elasticsearch changes it with every minor release; what is here
//! is the part that Kibana's use of the security API, its own indices and its monitoring need.

use super::{Row, ordinary, restricted};

const ALL: &[&str] = &["all"];
const READ_ANYWHERE: &[&str] = &["read", "read_cross_cluster"];
const APM: &[&str] = &["apm-*", "logs-apm.*", "metrics-apm.*", "traces-apm*"];

pub(crate) const KIBANA_SYSTEM: Row = Row {
    cluster: &[
        "monitor",
        "manage_index_templates",
        "manage_inference",
        "cluster:admin/xpack/monitoring/bulk",
        "manage_saml",
        "manage_token",
        "manage_oidc",
        "manage_enrich",
        "manage_pipeline",
        "manage_ilm",
        "monitor_connector",
        "manage_transform",
        "cluster:admin/xpack/security/api_key/invalidate",
        "grant_api_key",
        "manage_own_api_key",
        "cluster:admin/xpack/security/privilege/builtin/get",
        "delegate_pki",
        "cluster:admin/xpack/security/profile/get",
        "cluster:admin/xpack/security/profile/activate",
        "cluster:admin/xpack/security/profile/suggest",
        "cluster:admin/xpack/security/profile/has_privileges",
        "write_fleet_secrets",
        "manage_ml",
        "cluster:admin/analyze",
        "monitor_text_structure",
        "cancel_task",
    ],
    global: Some((&["kibana-*"], &["kibana*"])),
    indices: &[
        restricted(&[".kibana*", ".reporting-*"], ALL),
        ordinary(&[".monitoring-*"], READ_ANYWHERE),
        ordinary(&[".management-beats"], &["create_index", "read", "write"]),
        ordinary(&[".ml-anomalies*", ".ml-stats-*"], &["read"]),
        ordinary(&[".ml-annotations*", ".ml-notifications*"], &["read", "write"]),
        restricted(&[".apm-agent-configuration", ".apm-custom-link", ".apm-source-map"], ALL),
        ordinary(APM, READ_ANYWHERE),
        ordinary(&["*"], &["view_index_metadata", "monitor"]),
        restricted(&[".fleet-secrets*"], &["write", "delete", "create_index"]),
        restricted(
            &[
                ".fleet-actions*",
                ".fleet-agents*",
                ".fleet-artifacts*",
                ".fleet-enrollment-api-keys*",
                ".fleet-policies*",
                ".fleet-policies-leader*",
                ".fleet-servers*",
                ".fleet-fileds*",
                ".fleet-file-data-*",
                ".fleet-files-*",
                ".fleet-filedelivery-*",
            ],
            ALL,
        ),
        ordinary(&["metrics-fleet_server*"], ALL),
        ordinary(&["logs-fleet_server*"], &["read", "delete_index"]),
        ordinary(&["fleet-synced-integrations*"], &["create_index", "manage", "read", "write"]),
        ordinary(
            &[
                ".siem-signals*",
                ".lists-*",
                ".items-*",
                ".internal.alerts*",
                ".alerts*",
                ".preview.alerts*",
                ".internal.preview.alerts*",
                "risk-score.risk-*",
                ".entity_analytics.*",
                ".slo-observability.*",
            ],
            ALL,
        ),
    ],
    remote_indices: &[ordinary(&[".monitoring-*"], READ_ANYWHERE), ordinary(APM, READ_ANYWHERE)],
    remote_cluster: &["monitor_stats"],
    ..Row::named("kibana_system")
};
