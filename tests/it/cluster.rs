//! Several nodes on one etcd: what was done on one counts on all, whoever of them, or of etcd, is away.
//!
//! The nodes are processes with the machine's clocks: these tests wait for what must come, and nothing is said of how
//! long it takes.

mod apart;
mod asleep;
mod barrier;
mod deaf;
mod etcd;
mod forgotten;
mod full;
mod membership;
mod moved;
mod parted;
mod restoring;
mod rights;
mod secured;
mod soak;
mod wiped;

use portcullis_tests::client::Client;
use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::looking::until;
use portcullis_tests::node_process::{Builder, NodeProcess};
use portcullis_tests::run::Test;
use portcullis_tests::secrets;
use serde_json::{Value, json};

pub(crate) const TESTS: [(&str, &[Test]); 15] = [
    ("cluster::rights", rights::TESTS),
    ("cluster::apart", apart::TESTS),
    ("cluster::asleep", asleep::TESTS),
    ("cluster::deaf", deaf::TESTS),
    ("cluster::etcd", etcd::TESTS),
    ("cluster::parted", parted::TESTS),
    ("cluster::wiped", wiped::TESTS),
    ("cluster::membership", membership::TESTS),
    ("cluster::barrier", barrier::TESTS),
    ("cluster::secured", secured::TESTS),
    ("cluster::forgotten", forgotten::TESTS),
    ("cluster::full", full::TESTS),
    ("cluster::moved", moved::TESTS),
    ("cluster::soak", soak::TESTS),
    ("cluster::restoring", restoring::TESTS),
];

/// The shortest window that there is, for tests that wait until it is over.
const SHORT: (&str, &str) = ("cluster.fence.window", "2s");

/// Nodes, and the etcd that they share.
struct Cluster {
    nodes: Vec<NodeProcess>,
    etcd: EtcdCluster,
    password: String,
}

impl Cluster {
    /// So many members of etcd, and no node yet.
    async fn on(members: usize) -> Self {
        let etcd = EtcdCluster::start(members).await;
        Self { nodes: Vec::new(), etcd, password: secrets::password() }
    }

    /// So many nodes with the window of [`SHORT`], on one member.
    async fn short(nodes: usize) -> Self {
        let mut cluster = Self::on(1).await;
        for _ in 0..nodes {
            cluster.join(|node| node.setting(SHORT.0, SHORT.1)).await;
        }
        cluster
    }

    /// One node more.
    async fn join(&mut self, with: impl FnOnce(Builder) -> Builder) {
        let endpoints = self.etcd.endpoints();
        self.join_at(&endpoints, with).await;
    }

    /// One node more, which finds etcd there.
    async fn join_at(&mut self, endpoints: &[String], with: impl FnOnce(Builder) -> Builder) {
        let name = format!("node-{}", self.nodes.len());
        let node = NodeProcess::builder(&name).password(&self.password).etcd(&self.etcd, endpoints);
        self.nodes.push(with(node).start().await);
        self.is_ready(self.nodes.len() - 1).await;
    }

    fn anonymous(&self, node: usize) -> Client {
        Client::new(self.nodes[node].address())
    }

    fn elastic(&self, node: usize) -> Client {
        self.anonymous(node).basic("elastic", &self.password)
    }

    async fn ready(&self, node: usize) -> u16 {
        self.anonymous(node).get("/-/ready").await.status
    }

    async fn is_ready(&self, node: usize) {
        until(&format!("node {node} is ready"), async || self.ready(node).await == 200).await;
    }

    async fn is_fenced(&self, node: usize) {
        until(&format!("node {node} is fenced"), async || self.ready(node).await == 503).await;
    }

    async fn all_are_ready(&self) {
        for node in 0..self.nodes.len() {
            self.is_ready(node).await;
        }
    }

    async fn all_are_fenced(&self) {
        for node in 0..self.nodes.len() {
            self.is_fenced(node).await;
        }
    }

    /// What a node tells of itself to somebody who may ask.
    async fn stats(&self, asking: &Client) -> Value {
        let stats = asking.get("/_security/stats").await.ok();
        let own = stats["nodes"].as_object().unwrap().values().next().unwrap();
        own.clone()
    }

    /// The status of asking who this is, by each node.
    async fn logins(&self, who: &Who) -> Vec<u16> {
        let mut statuses = Vec::new();
        for node in 0..self.nodes.len() {
            statuses.push(who.on(self, node).login().await);
        }
        statuses
    }

    /// A user, made on a node.
    async fn user(&self, node: usize, name: &str, roles: &[&str]) -> Who {
        let password = secrets::password();
        let body = json!({"password": password, "roles": roles});
        self.elastic(node).put(&format!("/_security/user/{name}")).json(&body).await.ok();
        Who::User { name: name.to_owned(), password }
    }

    /// An API key, made on a node.
    async fn key(&self, node: usize, name: &str) -> Who {
        let made = self.elastic(node).post("/_security/api_key").json(&json!({"name": name})).await.ok();
        let text = |field: &str| made[field].as_str().unwrap().to_owned();
        secrets::remember(&text("api_key"));
        Who::Key { id: text("id"), encoded: text("encoded") }
    }

    /// Invalidates a key on a node.
    async fn revoke(&self, node: usize, key: &Who) {
        let Who::Key { id, .. } = key else { panic!("a key") };
        let done = self.elastic(node).delete("/_security/api_key").json(&json!({"ids": [id]})).await.ok();
        assert_eq!(done["invalidated_api_keys"], json!([id]), "{done}");
    }
}

/// Somebody, on whatever node.
enum Who {
    User { name: String, password: String },
    Key { id: String, encoded: String },
    Token { bearer: String },
}

impl Who {
    fn on(&self, cluster: &Cluster, node: usize) -> Client {
        let client = cluster.anonymous(node);
        match self {
            Self::User { name, password } => client.basic(name, password),
            Self::Key { encoded, .. } => client.api_key(encoded),
            Self::Token { bearer } => client.bearer(bearer),
        }
    }
}
