//! Nodes that share three members of etcd, all of them on this machine. One node can be cut off.

use std::time::{Duration, Instant};

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::proxy::Proxy;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::client::{Client, basic, request};
use crate::node::{Node, PASSWORD, Plan};
use crate::server::Cores;
use crate::traffic::millis;

/// How often a node is asked that does not answer yet.
const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(60);

/// The cluster.
pub(super) struct Cluster {
    nodes: Vec<Node>,
    folders: Vec<TempDir>,
    proxies: Vec<Proxy>,
    pub(super) etcd: EtcdCluster,
    // What carries through the proxies ends last.
    _runtime: Runtime,
}

impl Cluster {
    /// So many nodes, the last of them behind proxies.
    pub(super) fn start(count: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let etcd = runtime.block_on(EtcdCluster::start(3));
        let proxies = runtime.block_on(etcd.through_proxies());
        let mut cluster = Self { nodes: Vec::new(), folders: Vec::new(), proxies, etcd, _runtime: runtime };
        for number in 0..count {
            let behind = cluster.proxies.iter().map(|it| cluster.etcd.url(it.address())).collect();
            let endpoints = if number + 1 == count { behind } else { cluster.etcd.endpoints() };
            cluster.join_at(&endpoints);
        }
        cluster
    }

    pub(super) fn size(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node(&self, number: usize) -> &Node {
        &self.nodes[number]
    }

    /// One node more.
    pub(super) fn join(&mut self) {
        let endpoints = self.etcd.endpoints();
        self.join_at(&endpoints);
    }

    fn join_at(&mut self, endpoints: &[String]) {
        let folder = TempDir::with_prefix("member-").expect("a folder");
        self.nodes.push(plan(&folder, endpoints, self.nodes.len()).start());
        self.folders.push(folder);
    }

    /// From now on the last of the first three hears nothing.
    pub(super) fn cut_last_off(&self) {
        self.proxies.iter().for_each(Proxy::black_hole);
    }

    /// From now on it hears everything. It is trusted when this returns.
    pub(super) fn heal(&self) {
        self.proxies.iter().for_each(Proxy::pass);
        let (began, asked) =
            (Instant::now(), request("GET", crate::node::WHOAMI, Some(&basic("elastic", PASSWORD))));
        for node in &self.nodes {
            while Client::try_to(node.address())
                .and_then(|mut it| it.try_send(&asked))
                .is_none_or(|it| it.status != 200)
            {
                assert!(began.elapsed() < PATIENCE, "a node is not trusted again");
                std::thread::sleep(PAUSE);
            }
        }
    }

    /// The share of a core that each node takes when nobody asks for anything.
    pub(super) fn idle(&self, duration: Duration) -> Vec<f64> {
        let spent = || self.nodes.iter().map(|it| it.server().spent()).collect::<Vec<_>>();
        // What a start leaves to do is done by then.
        std::thread::sleep(duration / 3);
        let (began, before) = (Instant::now(), spent());
        std::thread::sleep(duration);
        let shares = spent().into_iter().zip(before).map(|(after, before)| after - before);
        shares.map(|it| it.as_secs_f64() / began.elapsed().as_secs_f64()).collect()
    }

    /// A client of one member of etcd.
    pub(super) fn bare_client(&self) -> Client {
        Client::to(self.etcd.endpoint(0).trim_start_matches("http://").parse().expect("an address"))
    }
}

/// Milliseconds of a put to etcd, by its JSON gateway.
pub(super) fn bare_put(client: &mut Client) -> f64 {
    let reply = client.put("POST", "/v3/kv/put", "", r#"{"key":"YmVuY2g=","value":"YmVuY2g="}"#);
    assert_eq!(reply.status, 200, "{}", reply.body);
    millis(reply.took)
}

/// A node of the cluster to be.
pub(super) fn plan(folder: &TempDir, endpoints: &[String], number: usize) -> Plan {
    Plan::new(folder.path())
        .cores(Cores::Two)
        .setting("node.name", format!("node-{number}"))
        .setting("store.etcd.endpoints", endpoints.join(","))
}
