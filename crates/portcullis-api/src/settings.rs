//! What the wire has to be told by its host: names, versions and limits, each from a named setting.

use std::time::Duration;

/// Settings of the HTTP API.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// `cluster.name`.
    pub cluster_name: String,
    /// The version of Elasticsearch whose API is spoken, as `GET /` tells it (`version.number`).
    pub version_number: String,
    /// Portcullis' own version (`version.portcullis`).
    pub portcullis_version: String,
    /// `http.max_content_length` in bytes; a larger body is answered with 413.
    pub max_content_length: usize,
    /// The longest that a body may take to arrive; then 408.
    pub body_timeout: Duration,
    /// `http.detailed_errors.enabled`: whether errors tell their causes and, on request, stack traces.
    pub detailed_errors: bool,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self {
            cluster_name: "portcullis".to_owned(),
            version_number: "9.2.0".to_owned(),
            portcullis_version: env!("CARGO_PKG_VERSION").to_owned(),
            max_content_length: 1024 * 1024,
            body_timeout: Duration::from_secs(30),
            detailed_errors: true,
        }
    }
}

impl ApiSettings {
    /// The first number of `version_number`; it and the one before can be asked for by `compatible-with`.
    pub(crate) fn major(&self) -> u64 {
        self.version_number.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(9)
    }
}
