//! The configuration of a node: from sources over the table of settings to one typed, checked [`Config`].
//!
//! Never here: passwords (`ELASTIC_PASSWORD` is read where the bootstrap password is made), the files that realms
//! read, and anything that changes while the node runs.

use std::net::IpAddr;
use std::path::PathBuf;

use tracing::level_filters::LevelFilter;

mod anonymous;
mod authc;
mod build;
mod cluster;
mod directory;
pub mod docs;
mod error;
mod getters;
pub mod kind;
mod placeholders;
mod realms;
mod settings;
mod sources;
pub mod table;
mod yaml;

#[cfg(test)]
pub(crate) mod tests;

pub use authc::{
    ApiKeyConfig, AuthcConfig, AuthzConfig, CacheConfig, DirectoryConfig, HashingPoolConfig, RealmConfig,
    RealmKind, ServiceTokenConfig,
};
pub use cluster::{ClusterConfig, EtcdConfig};
pub use error::{ConfigError, EXIT_CONFIG, Origin, Problem};
pub use settings::{Setting, Settings};
pub use sources::{Machine, PATH_CONF_VARIABLE, SETTINGS_FILE, Sources};
pub use yaml::Written;

/// Everything that can be set, complete and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `cluster.name`.
    pub cluster_name: String,
    /// `node.name`; the host's name if it is not set.
    pub node_name: String,
    /// `path.data`, absolute.
    pub path_data: PathBuf,
    /// The configuration folder, absolute. It need not exist.
    pub path_conf: PathBuf,
    /// `portcullis.version.number`: what clients are told.
    pub version_number: String,
    /// `http.*`.
    pub http: HttpConfig,
    /// `xpack.security.http.ssl.*`; `None` if clients come without TLS.
    pub tls: Option<TlsConfig>,
    /// `metrics.*`; `None` if there is no port of its own for metrics.
    pub metrics: Option<MetricsConfig>,
    /// `xpack.security.authc.*` and `xpack.security.crypto.*`.
    pub authc: AuthcConfig,
    /// `xpack.security.authz.*`.
    pub authz: AuthzConfig,
    /// `store.etcd.*` and `cluster.*`; `None` if this node is alone.
    pub cluster: Option<ClusterConfig>,
    /// `resource.reload.interval.high` in milliseconds, at least 1: how often watched files are looked at.
    pub reload_interval_millis: i64,
    /// `logger.level`.
    pub log_level: LevelFilter,
    /// What the operator should read once at the start: settings without effect, weak choices.
    pub warnings: Vec<String>,
}

/// `http.*`: where to listen, and the limits of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpConfig {
    /// `http.host` and its kin: the addresses to listen on, at least one, each once.
    pub hosts: Vec<IpAddr>,
    /// `http.port`; 0 takes any free one.
    pub port: u16,
    /// `http.max_header_size`: bytes, at least 8 KiB (the HTTP library's smallest buffer).
    pub max_header_bytes: usize,
    /// `http.max_content_length`: bytes.
    pub max_content_bytes: usize,
    /// `http.max_connections`: open at once.
    pub max_connections: usize,
    /// `http.head_timeout` in milliseconds, at least 1.
    pub head_timeout_millis: i64,
    /// `http.body_timeout` in milliseconds, at least 1.
    pub body_timeout_millis: i64,
    /// `http.idle_timeout` in milliseconds, at least 1.
    pub idle_timeout_millis: i64,
    /// `http.detailed_errors.enabled`.
    pub detailed_errors: bool,
}

/// `xpack.security.http.ssl.*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsConfig {
    /// The certificate chain, PEM; absolute.
    pub certificate: PathBuf,
    /// The private key, PEM; absolute.
    pub key: PathBuf,
}

/// `metrics.*`: a port that serves metrics alone, without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricsConfig {
    /// `metrics.host`: the addresses to listen on, at least one.
    pub hosts: Vec<IpAddr>,
    /// `metrics.port`; 0 takes any free one.
    pub port: u16,
}

/// Who reads the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    /// A node, which needs all of it.
    Node,
    /// A tool that speaks to the store.
    StoreTool,
    /// A tool beside it.
    Tool,
}

impl Config {
    /// Reads and checks all sources.
    ///
    /// # Errors
    /// Everything that is wrong, in one message. The process should then exit with [`EXIT_CONFIG`].
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        build::config(&Settings::read(sources)?, sources, Reader::Node)
    }

    /// As [`Config::load`], for the tools that speak to the store and to no directory.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_for_store_tool(sources: &Sources) -> Result<Self, ConfigError> {
        build::config(&Settings::read(sources)?, sources, Reader::StoreTool)
    }

    /// As [`Config::load`], for the tools that work beside a node: they speak to no directory and no etcd, and nobody
    /// should have to give them a password.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_for_tool(sources: &Sources) -> Result<Self, ConfigError> {
        build::config(&Settings::read(sources)?, sources, Reader::Tool)
    }
}
