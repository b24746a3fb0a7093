//! Settings of several nodes on one etcd: where it is, and how long a node trusts what it knows.
//!
//! Never here: which of them go together (`config/cluster`).

use crate::config::kind::{Commas, Kind};

use super::Default::{Computed, Is, Unset};
use super::Row;

pub(super) const ROWS: &[Row] = &[
    Row::works(
        "store.etcd.endpoints",
        Kind::Lines(Commas::Separate),
        Unset,
        "The members of etcd, `https://host:2379`. Unset: this node is alone and keeps everything at path.data.",
    )
    .ours(),
    Row::works(
        "store.etcd.prefix",
        Kind::Line,
        Computed("`/portcullis/<cluster.name>/`"),
        "What all keys begin with, between two `/`. Nodes of one cluster have the same, and no other cluster's begins with it.",
    )
    .ours(),
    Row::works("store.etcd.username", Kind::Line, Unset, "Who logs in to etcd. Unset: nobody does.").ours(),
    Row::works(
        "store.etcd.password",
        Kind::Secret,
        Unset,
        "The password of store.etcd.username, read at the start. Only from the environment: by this name, or as `${NAME}`.",
    )
    .ours()
    .hidden(),
    Row::works(
        "store.etcd.password_file",
        Kind::Path,
        Unset,
        "A file of one line, the password of store.etcd.username, read at the start. A relative path starts at the configuration folder.",
    )
    .ours(),
    Row::works(
        "store.etcd.timeout",
        Kind::Within(50, 60_000),
        Is("5s"),
        "How long a member of etcd may take to answer.",
    )
    .ours(),
    Row::works(
        "store.etcd.compaction",
        Kind::Word(&["on", "external"]),
        Is("on"),
        "Who makes etcd forget old revisions, without which it is full in days: the nodes, or somebody else.",
    )
    .ours(),
    Row::works(
        "store.etcd.ssl.certificate_authorities",
        Kind::Lines(Commas::Separate),
        Unset,
        "Who is trusted to have signed the certificates of etcd: PEM files. Required for `https`. Relative paths start at the configuration folder.",
    )
    .ours(),
    Row::works(
        "store.etcd.ssl.certificate",
        Kind::Path,
        Unset,
        "The certificate chain that is shown to etcd, PEM. A relative path starts at the configuration folder.",
    )
    .ours(),
    Row::works(
        "store.etcd.ssl.key",
        Kind::Path,
        Unset,
        "Its private key, PEM, not encrypted. A relative path starts at the configuration folder.",
    )
    .ours(),
    Row::works(
        "store.etcd.allow_plaintext",
        Kind::Boolean,
        Is("false"),
        "Allows `http` to a member of etcd that is not loopback, where something in between does TLS.",
    )
    .ours(),
    Row::works(
        "cluster.fence.window",
        Kind::Within(2_000, 30_000),
        Is("4s"),
        "For how long a node trusts what it knows after it last heard of itself (T). A revocation waits for a node that is \
         cut off for T · (1 + drift) / (1 − drift) + 10ms: 5s with the defaults.",
    )
    .ours(),
    Row::works(
        "cluster.fence.heartbeat",
        Kind::Within(100, 7_500),
        Is("500ms"),
        "How often a node lets itself be heard, at most a quarter of cluster.fence.window.",
    )
    .ours(),
    Row::works(
        "cluster.fence.clock_drift",
        Kind::Fraction(500),
        Is("0.11"),
        "By what fraction the rate of a node's clock may be wrong.",
    )
    .ours(),
    Row::works(
        "cluster.freshness",
        Kind::Word(&["lease", "barrier"]),
        Is("lease"),
        "By what a node knows that it is not behind: by its clock (cluster.fence), or by asking etcd for each request, where \
         no clock can be trusted.",
    )
    .ours(),
    Row::works(
        "http.publish_host",
        Kind::Line,
        Computed("the first address of http.host"),
        "The host under which this node is shown to the others.",
    ),
    Row::works(
        "http.publish_port",
        Kind::Integer(1, 65_535),
        Computed("the one that is listened on"),
        "The port under which this node is shown to the others.",
    ),
];
