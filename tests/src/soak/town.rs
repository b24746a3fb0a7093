//! The cluster that bears it: three nodes on three members of etcd, with slow hashes as they are in production.

use crate::client::Client;
use crate::etcd::EtcdCluster;
use crate::looking::until;
use crate::node_process::NodeProcess;
use crate::secrets;

const MEMBERS: usize = 3;
const NODES: [&str; 3] = ["a", "b", "c"];

/// The cluster.
pub struct Town {
    /// Its nodes.
    pub nodes: Vec<NodeProcess>,
    /// Its etcd.
    pub etcd: EtcdCluster,
    pub(super) password: String,
}

impl Town {
    /// All nodes are trusted when this returns.
    pub async fn start() -> Self {
        let etcd = EtcdCluster::start(MEMBERS).await;
        let password = secrets::password();
        let mut nodes = Vec::new();
        for name in NODES {
            let node = NodeProcess::builder(name)
                .setting("xpack.security.authc.password_hashing.algorithm", "bcrypt")
                .password(&password)
                .etcd(&etcd, &etcd.endpoints());
            nodes.push(node.start().await);
        }
        let town = Self { nodes, etcd, password };
        for node in 0..town.nodes.len() {
            let trusted = async || town.elastic(node).login().await == 200;
            until(&format!("node {node} is trusted"), trusted).await;
        }
        town
    }

    pub(super) fn elastic(&self, node: usize) -> Client {
        Client::new(self.nodes[node].address()).basic("elastic", &self.password)
    }
}
