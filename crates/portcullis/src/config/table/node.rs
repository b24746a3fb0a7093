//! Settings of the node as a whole: names, folders, logs, metrics.

use crate::config::kind::{Bound, Kind};

use super::Default::{Computed, Is, Unset};
use super::Row;

pub(super) const ROWS: &[Row] = &[
    Row::works("cluster.name", Kind::Text, Is("portcullis"), "The name of the cluster, as answers tell it."),
    Row::works(
        "node.name",
        Kind::Text,
        Computed("the host's name"),
        "The name of this node, as answers tell it.",
    ),
    Row::works(
        "path.data",
        Kind::Path,
        Is("data"),
        "The data folder. A relative path starts at the working directory.",
    ),
    Row::works(
        "resource.reload.interval.high",
        Kind::Time(Bound::Positive),
        Is("5s"),
        "How often the files of the configuration folder are looked at, beside being watched.",
    ),
    Row::works(
        "logger.level",
        Kind::Level,
        Is("info"),
        "How much is logged: off, error, warn, info, debug or trace.",
    ),
    Row::works(
        "metrics.host",
        Kind::Hosts,
        Is("_local_"),
        "Where metrics.port listens. It asks for no credentials, so think before you change this.",
    )
    .ours(),
    Row::works(
        "metrics.port",
        Kind::Integer(0, 65_535),
        Unset,
        "A port that serves the metrics alone, without credentials; 0 takes a free one. Unset: no such port.",
    )
    .ours(),
    Row::works(
        "portcullis.version.number",
        Kind::Version,
        Is("9.2.0"),
        "The Elasticsearch version that clients are told, as version.number.",
    )
    .ours(),
];
