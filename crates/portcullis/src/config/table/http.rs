//! Settings of the HTTP listener and its limits.

use crate::config::kind::{Bound, Kind};

use super::Default::{Is, SameAs, Unset};
use super::Row;

const TIMEOUT: Kind = Kind::Time(Bound::Positive);

pub(super) const ROWS: &[Row] = &[
    Row::works(
        "network.host",
        Kind::Hosts,
        Is("_local_"),
        "The addresses to listen on, if no closer setting names them. `_local_` is 127.0.0.1.",
    ),
    Row::works(
        "network.bind_host",
        Kind::Hosts,
        SameAs("network.host"),
        "As network.host, and goes before it.",
    ),
    Row::works("http.host", Kind::Hosts, SameAs("network.bind_host"), "The addresses to listen on."),
    Row::works("http.bind_host", Kind::Hosts, SameAs("http.host"), "As http.host, and goes before it."),
    Row::works(
        "http.port",
        Kind::Integer(0, 65_535),
        Is("9200"),
        "The port to listen on: one, not a range. 0 takes any free one.",
    ),
    Row::works(
        "http.allow_plaintext",
        Kind::Boolean,
        Is("false"),
        "Allows an address that is not loopback without TLS, where something in front of it does TLS.",
    )
    .ours(),
    Row::works(
        "http.max_header_size",
        Kind::Bytes(8 << 10, 1 << 20),
        Is("16kb"),
        "The most that the head of a request may take; more is answered 431.",
    ),
    Row::works(
        "http.max_content_length",
        Kind::Bytes(1, (1 << 31) - 1),
        Is("1mb"),
        "The most that the body of a request may take; more is answered 413.",
    ),
    Row::works(
        "http.max_connections",
        Kind::Integer(1, 1_000_000),
        Is("4096"),
        "How many connections may be open at once; further ones wait.",
    )
    .ours(),
    Row::works("http.head_timeout", TIMEOUT, Is("10s"), "How long the head of a request may take to arrive.")
        .ours(),
    Row::works("http.body_timeout", TIMEOUT, Is("30s"), "How long the body of a request may take to arrive.")
        .ours(),
    Row::works(
        "http.idle_timeout",
        TIMEOUT,
        Is("120s"),
        "How long a connection may be open without a request.",
    )
    .ours(),
    Row::works(
        "http.detailed_errors.enabled",
        Kind::Boolean,
        Is("true"),
        "Whether errors tell their causes and may be asked for `error_trace`.",
    ),
    Row::works(
        "xpack.security.http.ssl.enabled",
        Kind::Boolean,
        Is("false"),
        "Whether clients must use TLS.",
    ),
    Row::works(
        "xpack.security.http.ssl.certificate",
        Kind::Path,
        Unset,
        "The certificate chain, PEM. A relative path starts at the configuration folder; read again when it changes.",
    ),
    Row::works(
        "xpack.security.http.ssl.key",
        Kind::Path,
        Unset,
        "The private key, PEM, not encrypted. A relative path starts at the configuration folder; read again when it changes.",
    ),
];
