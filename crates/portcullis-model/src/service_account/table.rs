//! The table of service accounts, by name.
//!
//! Source: the published list of service accounts of Elasticsearch 8.18 to 9.x.

use crate::role::reserved::{KIBANA_SYSTEM, Row, ordinary, restricted};

const FLEET: &[&str] = &["read", "write", "monitor", "create_index", "auto_configure", "maintenance"];
const CONNECTOR: &[&str] =
    &["read", "write", "monitor", "create_index", "auto_configure", "maintenance", "view_index_metadata"];
const SHIP: &[&str] = &["write", "create_index", "auto_configure"];

pub(super) static SERVICE_ACCOUNTS: [(&str, Row); 5] = [
    (
        "auto-ops",
        Row {
            cluster: &["monitor", "read_ilm", "read_slm"],
            indices: &[restricted(&["*"], &["monitor", "view_index_metadata"])],
            ..Row::named("auto-ops")
        },
    ),
    (
        "enterprise-search-server",
        Row {
            cluster: &["manage", "manage_security"],
            indices: &[ordinary(
                &[
                    "search-*",
                    ".ent-search-*",
                    ".monitoring-ent-search-*",
                    "metricbeat-ent-search-*",
                    "enterprise-search-*",
                    "logs-app_search.analytics-default",
                    "logs-elastic_crawler-default",
                    "logs-enterprise_search.api-default",
                    "logs-enterprise_search.audit-default",
                    "logs-workplace_search.analytics-default",
                    "logs-workplace_search.content_events-default",
                ],
                &["manage", "read", "write"],
            )],
            ..Row::named("enterprise-search-server")
        },
    ),
    (
        "fleet-server",
        Row {
            cluster: &[
                "monitor",
                "manage_own_api_key",
                "read_fleet_secrets",
                "cluster:admin/xpack/connector/*",
            ],
            indices: &[
                ordinary(
                    &[
                        "logs-*",
                        "metrics-*",
                        "traces-*",
                        ".logs-endpoint.diagnostic.collection-*",
                        ".logs-endpoint.action.responses-*",
                        ".logs-endpoint.heartbeat-*",
                    ],
                    SHIP,
                ),
                ordinary(&["profiling-*"], &["read", "write"]),
                ordinary(&["traces-apm.sampled-*"], &["read", "monitor", "maintenance"]),
                restricted(&[".fleet-secrets*"], &["read"]),
                restricted(&[".fleet-actions*"], FLEET),
                restricted(&[".fleet-agents*"], FLEET),
                restricted(&[".fleet-artifacts*"], FLEET),
                restricted(&[".fleet-enrollment-api-keys*"], FLEET),
                restricted(&[".fleet-policies*"], FLEET),
                restricted(&[".fleet-policies-leader*"], FLEET),
                restricted(&[".fleet-servers*"], FLEET),
                restricted(&[".fleet-fileds*"], FLEET),
                ordinary(&["synthetics-*"], &["read", "write", "create_index", "auto_configure"]),
                ordinary(&[".elastic-connectors*"], CONNECTOR),
                ordinary(&["content-*", ".search-acl-filter-*"], CONNECTOR),
                ordinary(&["agentless-*"], CONNECTOR),
            ],
            applications: &[("kibana-*", &["reserved_fleet-setup"], &["*"])],
            ..Row::named("fleet-server")
        },
    ),
    (
        "fleet-server-remote",
        Row {
            cluster: &["monitor", "manage_own_api_key"],
            indices: &[ordinary(&["logs-*", "metrics-*", "traces-*"], SHIP)],
            ..Row::named("fleet-server-remote")
        },
    ),
    ("kibana", KIBANA_SYSTEM),
];
