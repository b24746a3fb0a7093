//! The table of reserved roles, all but `kibana_system`.
//!
//! Source: the published list of built-in roles of Elasticsearch 8.18 to 9.x.

use super::{Group, Row, SUPERUSER, ordinary, restricted};

/// A regular expression for the indices of users' own data: neither hidden nor the history of index lifecycles.
const OWN_DATA: &str = "/~(([.]|ilm-history-).*)/";
const STACK_METRICS: &str = "/metrics-(beats|elasticsearch|enterprisesearch|kibana|logstash).*/";
const SIEM: &[&str] = &[".siem-signals*", ".lists-*", ".items-*"];
const PROFILING: &[&str] = &["profiling-*", ".profiling-*"];
const ML_RESULTS: &[&str] = &[".ml-anomalies*", ".ml-notifications*"];
const TRANSFORM_NOTES: &[&str] =
    &[".transform-notifications-*", ".data-frame-notifications-*", ".transform-notifications-read"];
const MONITORING_BULK: &str = "cluster:admin/xpack/monitoring/bulk";

const ALL: &[&str] = &["all"];
const ANY: &[&str] = &["*"];
const READ: &[&str] = &["read"];
const SEE: &[&str] = &["view_index_metadata", "read"];
const LOOK: &[&str] = &["read", "view_index_metadata"];

const SUPERUSER_INDICES: &[Group] =
    &[ordinary(ANY, ALL), restricted(ANY, &["monitor", "read", "view_index_metadata", "read_cross_cluster"])];
const MONITORING_INDICES: &[Group] = &[
    ordinary(&[".monitoring-*"], &["read", "read_cross_cluster"]),
    ordinary(&[STACK_METRICS], &["read", "read_cross_cluster"]),
    ordinary(&["metricbeat-*"], &["read", "read_cross_cluster"]),
];
const ML_USER_INDICES: &[Group] =
    &[ordinary(ML_RESULTS, SEE), ordinary(&[".ml-annotations*"], &["view_index_metadata", "read", "write"])];
const TRANSFORM_INDICES: &[Group] = &[ordinary(TRANSFORM_NOTES, SEE)];

pub(super) static RESERVED_ROLES: &[Row] = &[
    Row {
        cluster: ALL,
        indices: SUPERUSER_INDICES,
        applications: &[("*", ANY, ANY)],
        run_as: ANY,
        remote_indices: SUPERUSER_INDICES,
        remote_cluster: &["monitor_enrich", "monitor_stats"],
        ..Row::named(SUPERUSER)
    },
    Row { cluster: &["transport_client"], ..Row::named("transport_client") },
    Row { applications: &[("kibana-.kibana", ALL, ANY)], ..Row::named("kibana_admin") },
    Row {
        applications: &[("kibana-.kibana", ALL, ANY)],
        deprecated: Some("Please use the [kibana_admin] role instead"),
        ..Row::named("kibana_user")
    },
    Row {
        cluster: &["cluster:monitor/main", "cluster:monitor/xpack/info", "cluster:monitor/remote/info"],
        indices: MONITORING_INDICES,
        applications: &[("kibana-*", &["reserved_monitoring"], ANY)],
        remote_indices: MONITORING_INDICES,
        ..Row::named("monitoring_user")
    },
    Row {
        cluster: &[
            "manage_index_templates",
            "manage_ingest_pipelines",
            "monitor",
            "cluster:admin/ilm/get",
            "cluster:admin/ilm/put",
            "cluster:monitor/xpack/watcher/watch/get",
            "cluster:admin/xpack/watcher/watch/put",
            "cluster:admin/xpack/watcher/watch/delete",
        ],
        indices: &[
            ordinary(&[".monitoring-*"], ALL),
            ordinary(
                &["metricbeat-*"],
                &[
                    "index",
                    "create_index",
                    "view_index_metadata",
                    "indices:admin/aliases",
                    "indices:admin/rollover",
                ],
            ),
        ],
        ..Row::named("remote_monitoring_agent")
    },
    Row {
        cluster: &["monitor"],
        indices: &[restricted(ANY, &["monitor"]), restricted(&[".kibana*"], READ)],
        ..Row::named("remote_monitoring_collector")
    },
    Row { cluster: &["manage_index_templates", "manage_pipeline"], ..Row::named("ingest_admin") },
    Row { deprecated: Some("Please use Kibana feature privileges instead"), ..Row::named("reporting_user") },
    Row { cluster: &["monitor", MONITORING_BULK], ..Row::named("logstash_system") },
    Row {
        cluster: &["manage_logstash_pipelines"],
        indices: &[restricted(&[".logstash*"], &["create", "delete", "index", "manage", "read"])],
        ..Row::named("logstash_admin")
    },
    Row { indices: &[ordinary(&[".management-beats"], ALL)], ..Row::named("beats_admin") },
    Row {
        cluster: &["monitor", MONITORING_BULK],
        indices: &[ordinary(&[".monitoring-beats-*"], &["create_index", "create"])],
        ..Row::named("beats_system")
    },
    Row {
        cluster: &["monitor", MONITORING_BULK],
        indices: &[ordinary(&[".monitoring-beats-*"], &["create_index", "create_doc"])],
        ..Row::named("apm_system")
    },
    Row { cluster: &["manage_inference"], ..Row::named("inference_admin") },
    Row { cluster: &["monitor_inference"], ..Row::named("inference_user") },
    Row {
        cluster: &["monitor_ml"],
        indices: ML_USER_INDICES,
        applications: &[("kibana-*", &["reserved_ml_user"], ANY)],
        ..Row::named("machine_learning_user")
    },
    Row {
        cluster: &["manage_ml"],
        indices: &[
            restricted(
                &[".ml-anomalies*", ".ml-notifications*", ".ml-state*", ".ml-meta*", ".ml-stats-*"],
                SEE,
            ),
            ordinary(&[".ml-annotations*"], &["view_index_metadata", "read", "write"]),
        ],
        applications: &[("kibana-*", &["reserved_ml_admin"], ANY)],
        ..Row::named("machine_learning_admin")
    },
    Row {
        cluster: &["manage_transform"],
        indices: TRANSFORM_INDICES,
        applications: &[("kibana-*", &["reserved_ml_user"], ANY)],
        ..Row::named("transform_admin")
    },
    Row {
        cluster: &["monitor_transform"],
        indices: TRANSFORM_INDICES,
        applications: &[("kibana-*", &["reserved_ml_user"], ANY)],
        ..Row::named("transform_user")
    },
    Row {
        cluster: &["manage_watcher"],
        indices: &[restricted(&[".watches", ".triggered_watches", ".watcher-history-*"], READ)],
        ..Row::named("watcher_admin")
    },
    Row {
        cluster: &["monitor_watcher"],
        indices: &[restricted(&[".watches"], READ), ordinary(&[".watcher-history-*"], READ)],
        ..Row::named("watcher_user")
    },
    Row { cluster: &["manage_rollup"], ..Row::named("rollup_admin") },
    Row { cluster: &["monitor_rollup"], ..Row::named("rollup_user") },
    Row {
        cluster: &["create_snapshot", "cluster:admin/repository/get"],
        indices: &[restricted(ANY, &["view_index_metadata"])],
        ..Row::named("snapshot_user")
    },
    Row {
        cluster: &["manage_enrich", "manage_ingest_pipelines", "monitor"],
        indices: &[restricted(&[".enrich-*"], LOOK), ordinary(&[".enrich-*"], &["manage", "write"])],
        ..Row::named("enrich_user")
    },
    Row {
        indices: &[
            ordinary(&[OWN_DATA], LOOK),
            ordinary(&[".slo-observability.*"], LOOK),
            ordinary(SIEM, LOOK),
            ordinary(&[".alerts*", ".preview.alerts*"], LOOK),
            ordinary(PROFILING, LOOK),
        ],
        applications: &[("kibana-.kibana", READ, ANY)],
        ..Row::named("viewer")
    },
    Row {
        indices: &[
            ordinary(&[OWN_DATA], LOOK),
            ordinary(&["observability-annotations"], &["read", "view_index_metadata", "write"]),
            ordinary(&[".slo-observability.*"], &["read", "view_index_metadata", "write", "manage"]),
            ordinary(SIEM, &["read", "view_index_metadata", "write", "maintenance"]),
            ordinary(
                &[".internal.alerts*", ".alerts*", ".internal.preview.alerts*", ".preview.alerts*"],
                &["read", "view_index_metadata", "write", "maintenance"],
            ),
            ordinary(PROFILING, LOOK),
        ],
        applications: &[("kibana-.kibana", ALL, ANY)],
        ..Row::named("editor")
    },
];
