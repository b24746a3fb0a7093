//! A node to be: its settings and its environment.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Log, NodeProcess};
use crate::etcd::EtcdCluster;
use crate::node::Folders;
use crate::port::Port;
use crate::process::Process;
use crate::secrets;

/// What every node is started with, unless a test says otherwise.
const SETTINGS: [(&str, &str); 5] = [
    ("cluster.name", "tests"),
    // In the folder of the node.
    ("path.data", "data"),
    ("xpack.security.authc.password_hashing.algorithm", "bcrypt4"),
    ("xpack.security.authc.service_token_hashing.algorithm", "pbkdf2_stretch_1000"),
    ("xpack.security.crypto.thread_pool.size", "1"),
];

/// A node to be.
pub struct Builder {
    name: String,
    settings: Vec<(String, String)>,
    environment: Vec<(String, String)>,
    password: Option<String>,
    folders: Folders,
    port: Port,
}

impl Builder {
    pub(super) fn new(name: &str) -> Self {
        let settings = SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let (settings, port) = (settings.collect(), Port::reserve());
        let listens = port.address().port().to_string();
        let (name, environment, folders) = (name.to_owned(), Vec::new(), Folders::new());
        Self { name: name.clone(), settings, environment, password: None, folders, port }
            .setting("node.name", &name)
            .setting("http.port", &listens)
    }

    /// A setting, in place of the default if there is one.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A variable of its environment, which has none of ours.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file of the configuration folder.
    #[must_use]
    pub fn file(self, name: &str, text: &str) -> Self {
        self.folders.write(name, text);
        self
    }

    /// The first password of `elastic`. All nodes of a cluster are told the same.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        secrets::remember(password);
        self.password = Some(password.to_owned());
        self
    }

    /// The node keeps what it has to keep in this cluster and finds it at `endpoints`: the cluster's own, or those of
    /// proxies before them.
    #[must_use]
    pub fn etcd(self, cluster: &EtcdCluster, endpoints: &[String]) -> Self {
        let node = self.setting("store.etcd.endpoints", &endpoints.join(","));
        let ca = cluster.ca_path();
        if !ca.exists() {
            return node;
        }
        let (certificate, key) = cluster.client_path();
        node.setting("store.etcd.ssl.certificate_authorities", ca.to_str().unwrap())
            .setting("store.etcd.ssl.certificate", certificate.to_str().unwrap())
            .setting("store.etcd.ssl.key", key.to_str().unwrap())
    }

    /// Starts it.
    ///
    /// # Panics
    /// If it does not start, with the end of its log.
    pub async fn start(self) -> NodeProcess {
        let mut node = NodeProcess {
            name: self.name,
            settings: self.settings,
            environment: self.environment,
            password: self.password.unwrap_or_else(secrets::password),
            port: self.port,
            folders: self.folders,
            process: Process::Killed,
            log: Arc::new(watch::Sender::new(Log::new())),
        };
        node.run().await;
        node
    }
}

#[cfg(test)]
impl Builder {
    /// The value of a setting.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
