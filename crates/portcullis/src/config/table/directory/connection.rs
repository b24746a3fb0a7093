//! Settings of the way to a directory: servers, who searches, TLS, timeouts, connections.

use crate::config::kind::{Bound, Commas, Kind};

use super::super::Default::{Computed, Is, SameAs, Unset};
use super::super::Row;
use super::both;

const TIMEOUT: Kind = Kind::Time(Bound::Positive);

pub(in crate::config::table) const ROWS: &[Row] = &[
    Row::works(
        both!("url"),
        Kind::Lines(Commas::Separate),
        Computed("`ldap://<domain_name>:389`; required for `ldap`"),
        "The servers, `ldap://host:389` or `ldaps://host:636`, all of one kind.",
    ),
    Row::works(
        both!("load_balance.type"),
        Kind::Word(&["failover", "round_robin", "dns_failover", "dns_round_robin"]),
        Is("failover"),
        "Which server is asked first. With `dns_…` the addresses of the one host in url are the servers.",
    ),
    Row::works(
        both!("load_balance.cache_ttl"),
        TIMEOUT,
        Is("1h"),
        "How long those addresses are used before they are looked up again.",
    ),
    Row::works(
        both!("allow_plaintext"),
        Kind::Boolean,
        Is("false"),
        "Allows an `ldap://` server that is not loopback without start_tls, where something in between does TLS.",
    )
    .ours(),
    Row::works(
        both!("start_tls"),
        Kind::Boolean,
        Is("false"),
        "Whether an `ldap://` connection is switched to TLS before anything else is sent.",
    )
    .ours(),
    Row::works(both!("bind_dn"), Kind::Line, Unset, "Who searches. Unset: searches are anonymous."),
    Row::works(
        both!("secure_bind_password"),
        Kind::Secret,
        Unset,
        "The password of bind_dn, read at the start. Only from the environment: by this name, or as `${NAME}`.",
    )
    .hidden(),
    Row::works(
        both!("secure_bind_password_file"),
        Kind::Path,
        Unset,
        "A file of one line, the password of bind_dn, read at the start. A relative path starts at the configuration folder.",
    )
    .ours(),
    Row::works(
        both!("ssl.certificate_authorities"),
        Kind::Lines(Commas::Separate),
        Computed("the system's"),
        "Who is trusted to have signed a server's certificate: PEM files. Relative paths start at the configuration folder.",
    ),
    Row::works(
        both!("ssl.verification_mode"),
        Kind::Word(&["full", "certificate", "none"]),
        Is("full"),
        "What a server's certificate must be: trusted and of the host, trusted, or anything.",
    ),
    Row::works(
        both!("ssl.certificate"),
        Kind::Path,
        Unset,
        "The certificate chain that is shown to servers, PEM. A relative path starts at the configuration folder.",
    ),
    Row::works(
        both!("ssl.key"),
        Kind::Path,
        Unset,
        "Its private key, PEM, not encrypted. A relative path starts at the configuration folder.",
    ),
    Row::works(
        both!("timeout.tcp_connect"),
        TIMEOUT,
        Is("5s"),
        "How long a connection may take to open, TLS included.",
    ),
    Row::works(
        both!("timeout.response"),
        TIMEOUT,
        SameAs(both!("timeout.ldap_search")),
        "How long a server may take to answer a bind.",
    ),
    Row::works(both!("timeout.tcp_read"), TIMEOUT, Unset, "Deprecated: as timeout.response."),
    Row::works(
        both!("timeout.ldap_search"),
        TIMEOUT,
        Is("5s"),
        "How long a server may take to answer a search, all entries.",
    ),
    Row::works(
        both!("user_search.pool.size"),
        Kind::Integer(1, 1000),
        Is("20"),
        "The most connections for searches, and the most binds of users at once.",
    ),
    Row::works(
        both!("follow_referrals"),
        Kind::Boolean,
        Is("false"),
        "Whether referrals to other servers are followed. Elasticsearch's default is `true`.",
    ),
];
