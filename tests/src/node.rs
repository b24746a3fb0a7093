//! One node of a test: folders of its own, a free port, a clock that the test moves, cheap hashes.

pub mod active_directory;
mod folders;
pub mod ldap;

use std::net::SocketAddr;
use std::sync::Arc;

use portcullis::clock::SystemClock;
use portcullis::config::{Config, Machine, Sources};
use portcullis::{FirstPassword, Node, Options, StartError};
use portcullis_cache::Stats as CacheStats;
use portcullis_secrets::Secret;
use portcullis_security::files::Reading;
use portcullis_security::{Directory, HostRealm, Security};
use serde_json::{Value, json};

pub use folders::Folders;

use crate::client::Client;
use crate::clock::TestClock;
use crate::etcd::EtcdCluster;
use crate::realm::TestRealm;
use crate::secrets::{self, Search};

/// What every node is started with, unless a test says otherwise.
const SETTINGS: [(&str, &str); 8] = [
    ("cluster.name", "tests"),
    ("node.name", "node-1"),
    ("http.port", "0"),
    ("metrics.port", "0"),
    // In the folder of the node.
    ("path.data", "data"),
    ("xpack.security.authc.password_hashing.algorithm", "bcrypt4"),
    ("xpack.security.authc.service_token_hashing.algorithm", "pbkdf2_stretch_1000"),
    ("xpack.security.crypto.thread_pool.size", "1"),
];

/// A node to be.
pub struct Builder {
    settings: Vec<(String, String)>,
    environment: Vec<(String, String)>,
    realms: Vec<(i64, HostRealm)>,
    clock: Arc<TestClock>,
    real_time: bool,
    folders: Folders,
    password: Option<String>,
}

impl Builder {
    /// A setting, in place of the default if there is one.
    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A variable of its environment.
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

    /// A realm of the tests, asked after those with a smaller order.
    #[must_use]
    pub fn realm(mut self, order: i64, realm: &TestRealm) -> Self {
        self.realms.push((order, HostRealm::Realm(Box::new(realm.clone()))));
        self
    }

    /// A remote directory of the tests, asked after realms with a smaller order.
    #[must_use]
    pub fn directory(mut self, order: i64, directory: &(impl Directory + Clone + 'static)) -> Self {
        self.realms.push((order, HostRealm::Directory(Box::new(directory.clone()))));
        self
    }

    /// A node of a cluster on this etcd, seen through these addresses. It lives on the machine's clocks: what it hears of
    /// the others does not stand still.
    #[must_use]
    pub fn etcd(mut self, etcd: &EtcdCluster, addresses: impl Iterator<Item = SocketAddr>) -> Self {
        self.real_time = true;
        let endpoints: Vec<String> = addresses.map(|address| etcd.url(address)).collect();
        self.setting("store.etcd.endpoints", &endpoints.join(","))
    }

    /// The folders of a node that has stopped.
    #[must_use]
    pub fn folders(mut self, folders: Folders) -> Self {
        self.folders = folders;
        self
    }

    /// The first password of `elastic`.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn start(self) -> TestNode {
        self.try_start().await.unwrap_or_else(|error| panic!("the node does not start: {error}"))
    }

    /// Starts it, or says why not.
    ///
    /// # Errors
    /// As [`Node::start`].
    pub async fn try_start(self) -> Result<TestNode, StartError> {
        let password = self.password.unwrap_or_else(secrets::password);
        let sources = Sources {
            path_conf: self.folders.configuration(),
            environment: self.environment,
            overrides: self.settings.iter().map(|(name, value)| format!("{name}={value}")).collect(),
            working_dir: self.folders.root().to_owned(),
            machine: Machine { host_name: "tests".to_owned(), cores: 2 },
        };
        let config = Config::load(&sources).unwrap_or_else(|error| panic!("{error}"));
        let options = Options {
            first_password: FirstPassword::Given(Secret::from_string(password.clone())),
            clock: match self.real_time {
                true => Arc::new(SystemClock),
                false => Arc::clone(&self.clock) as _,
            },
            realms: self.realms,
        };
        let node = Node::start(&config, options).await?;
        Ok(TestNode { node: Some(node), clock: self.clock, folders: Some(self.folders), password })
    }
}

/// A running node. Dropping it stops it and looks for secrets in what it leaves on disk.
pub struct TestNode {
    node: Option<Node>,
    /// The clock that it is given.
    pub clock: Arc<TestClock>,
    folders: Option<Folders>,
    password: String,
}

impl TestNode {
    /// A node to be.
    pub fn builder() -> Builder {
        Builder {
            settings: SETTINGS
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            environment: Vec::new(),
            realms: Vec::new(),
            clock: TestClock::new(),
            real_time: false,
            folders: Folders::new(),
            password: None,
        }
    }

    /// A node with nothing said about it.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    fn node(&self) -> &Node {
        self.node.as_ref().unwrap()
    }

    /// The security service inside.
    pub fn security(&self) -> &Security {
        self.node().security()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.node().addresses()[0]
    }

    /// Where it tells its metrics to anybody.
    pub fn metrics_address(&self) -> SocketAddr {
        self.node().metrics_addresses()[0]
    }

    /// Its folders.
    pub fn folders(&self) -> &Folders {
        self.folders.as_ref().unwrap()
    }

    /// The first password of `elastic`.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Client {
        Client::new(self.address())
    }

    /// Somebody with a name and a password.
    pub fn basic(&self, username: &str, password: &str) -> Client {
        self.anonymous().basic(username, password)
    }

    /// `elastic`, with the first password.
    pub fn elastic(&self) -> Client {
        self.basic("elastic", &self.password)
    }

    /// A new native user with these roles and a password of its own.
    pub async fn user(&self, username: &str, roles: &[&str]) -> Client {
        let password = secrets::password();
        let body = json!({"password": password, "roles": roles});
        self.elastic().put(&format!("/_security/user/{username}")).json(&body).await.ok();
        self.basic(username, &password)
    }

    /// A new role with these cluster privileges, and a new native user of the same name who has it.
    pub async fn user_who_may(&self, username: &str, privileges: &[&str]) -> Client {
        let body = json!({"cluster": privileges});
        self.elastic().put(&format!("/_security/role/{username}")).json(&body).await.ok();
        self.user(username, &[username]).await
    }

    /// A new API key of `owner`: its id, and who has it.
    pub async fn key_of(&self, owner: &Client, body: &Value) -> (String, Client) {
        let made = owner.post("/_security/api_key").json(body).await.ok();
        let (id, secret) = (made["id"].as_str().unwrap(), made["api_key"].as_str().unwrap());
        secrets::remember(secret);
        (id.to_owned(), self.anonymous().api_key(made["encoded"].as_str().unwrap()))
    }

    /// A new token of `elastic/fleet-server` in the index, and who has it.
    pub async fn token(&self, name: &str) -> Client {
        let target = format!("/_security/service/elastic/fleet-server/credential/token/{name}");
        let made = self.elastic().post(&target).await.ok();
        self.anonymous().bearer(made["token"]["value"].as_str().unwrap())
    }

    /// Writes a file of the configuration folder and has it taken in.
    pub fn write(&self, name: &str, text: &str) {
        self.folders().write(name, text);
        self.take_files_in();
    }

    /// When this returns, the files of the configuration folder are in force as they are now.
    pub fn take_files_in(&self) {
        if self.security().take_files_in(Reading::First) {
            self.security().take_files_in(Reading::Second);
        }
    }

    /// What a cache holds and did.
    ///
    /// # Panics
    /// If there is no cache of this name.
    pub fn cache(&self, name: &str) -> CacheStats {
        let caches = self.security().stats().caches;
        let found = caches.into_iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no cache [{name}]")).1
    }

    /// How many slow hashes have been done.
    pub fn slow_hashes(&self) -> u64 {
        self.security().stats().hashing.completed
    }

    /// Stops it and looks for secrets in what it leaves on disk. The folders can start another node.
    ///
    /// # Panics
    /// If there is a secret on disk.
    pub async fn stop(mut self) -> Folders {
        if let Some(node) = self.node.take() {
            node.stop().await;
        }
        let folders = self.folders.take().unwrap();
        look_for_secrets(&folders);
        folders
    }
}

impl Drop for TestNode {
    fn drop(&mut self) {
        if let Some(node) = self.node.take() {
            let metrics = Client::new(node.metrics_addresses()[0]).get("/metrics");
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(async {
                    if !std::thread::panicking() {
                        secrets::told("metrics", &metrics.await.bytes);
                    }
                    node.stop().await;
                });
            });
        }
        if !std::thread::panicking()
            && let Some(folders) = &self.folders
        {
            look_for_secrets(folders);
        }
    }
}

fn look_for_secrets(folders: &Folders) {
    if let Some(found) = Search::new().find_in_files(folders.root()) {
        panic!("a secret is on disk: {found}");
    }
}
