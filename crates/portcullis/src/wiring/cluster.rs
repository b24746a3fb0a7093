//! What a node is told of its part in a cluster.

use std::net::SocketAddr;

use portcullis_security::settings::ClusterSettings;

use crate::config::ClusterConfig;

/// What the security service has to know. `bound` is the first address that is listened on.
pub(crate) fn settings(config: &ClusterConfig, bound: Option<SocketAddr>) -> ClusterSettings {
    ClusterSettings {
        timing: config.timing,
        freshness: config.freshness,
        address: address(config.publish_host.as_deref(), config.publish_port, bound),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Where others are told that this node is reached.
fn address(host: Option<&str>, port: Option<u16>, bound: Option<SocketAddr>) -> String {
    let port = port.or_else(|| bound.map(|it| it.port())).unwrap_or_default();
    match (host, bound) {
        (Some(host), _) if host.contains(':') && !host.starts_with('[') => format!("[{host}]:{port}"),
        (Some(host), _) => format!("{host}:{port}"),
        (None, Some(bound)) => SocketAddr::new(bound.ip(), port).to_string(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests;
