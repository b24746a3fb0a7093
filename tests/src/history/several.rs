//! The way in to several nodes of one log: each request goes to the next of them. Each has a line of its own to etcd,
//! which can be cut.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use portcullis_security::Security;
use serde_json::Value;

use super::door::{Door, Later, Proof, outcome};
use super::ledger::Outcome;
use crate::etcd::EtcdCluster;
use crate::node::TestNode;
use crate::proxy::Proxy;
use crate::secrets;

/// A change is tried on the next node until one makes it; for no longer than this.
const PATIENCE: Duration = Duration::from_secs(60);

/// Three nodes.
pub struct Several {
    nodes: Vec<Arc<TestNode>>,
    /// By node, then by member of etcd.
    lines: Vec<Vec<Proxy>>,
    next: AtomicUsize,
    disturbed: AtomicBool,
    /// Answers of each node that let somebody in.
    accepted: Arc<Vec<AtomicUsize>>,
}

impl Several {
    /// Three nodes on this etcd, with the shortest window, so that a history does not wait long for who is away. All are
    /// trusted when this returns.
    pub async fn start(etcd: &EtcdCluster) -> Arc<Self> {
        let password = secrets::password();
        let (mut nodes, mut lines) = (Vec::new(), Vec::new());
        for name in ["a", "b", "c"] {
            let proxies = etcd.through_proxies().await;
            let node = TestNode::builder()
                .setting("node.name", name)
                .setting("cluster.fence.window", "2s")
                .setting("store.etcd.timeout", "1s")
                .password(&password)
                .etcd(etcd, proxies.iter().map(Proxy::address))
                .start()
                .await;
            nodes.push(Arc::new(node));
            lines.push(proxies);
        }
        let accepted = Arc::new(nodes.iter().map(|_| AtomicUsize::new(0)).collect());
        let several =
            Self { nodes, lines, next: AtomicUsize::new(0), disturbed: AtomicBool::new(false), accepted };
        for node in 0..several.nodes.len() {
            several.is_trusted(node).await;
        }
        Arc::new(several)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.nodes.len()
    }

    /// From now on nothing passes between this node and etcd, and nobody is told.
    pub fn cut_off(&self, node: usize) {
        self.disturbed.store(true, Ordering::SeqCst);
        self.lines[node].iter().for_each(Proxy::black_hole);
    }

    /// What is held passes on.
    pub fn reconnect(&self, node: usize) {
        self.lines[node].iter().for_each(Proxy::pass);
    }

    /// Waits until a node does not decide from what it holds.
    pub async fn is_fenced(&self, node: usize) {
        self.until(node, false).await;
    }

    /// Waits until a node decides from what it holds.
    pub async fn is_trusted(&self, node: usize) {
        self.until(node, true).await;
    }

    async fn until(&self, node: usize, open: bool) {
        self.wait(node, || self.nodes[node].security().fence_state().is_open() == open).await;
    }

    /// Waits until it is so. The node is asked meanwhile: a question over a socket lets whoever waits compute little.
    pub async fn wait(&self, node: usize, is_so: impl Fn() -> bool) {
        let patience = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < patience, "what is waited for does not come about on node {node}");
            self.nodes[node].anonymous().get("/-/ready").await;
        }
    }

    /// How often each node let somebody in.
    pub fn accepted(&self) -> Vec<usize> {
        self.accepted.iter().map(|it| it.load(Ordering::Relaxed)).collect()
    }

    fn turn(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed) % self.nodes.len()
    }
}

impl Door for Several {
    fn attempt(&self, proof: &Proof) -> Later<'static, Outcome> {
        let turn = self.turn();
        let client = self.nodes[turn].anonymous().with("Authorization", &proof.authorization);
        let client = proof.run_as.iter().fold(client, |client, target| client.run_as(target));
        let request = client.get(proof.asks.path());
        let accepted = Arc::clone(&self.accepted);
        Box::pin(async move {
            let outcome = outcome(&request.await);
            if outcome == Outcome::Accepted {
                accepted[turn].fetch_add(1, Ordering::Relaxed);
            }
            outcome
        })
    }

    fn send(&self, method: &'static str, target: &str, body: Option<Value>) -> Later<'static, (u16, Value)> {
        let nodes = self.nodes.clone();
        let (first, target) = (self.turn(), target.to_owned());
        Box::pin(async move {
            let until = Instant::now() + PATIENCE;
            for attempt in 0.. {
                let request = nodes[(first + attempt) % nodes.len()].elastic().request(method, &target);
                let request = body.iter().fold(request, |request, body| request.json(body));
                let answer = request.await;
                match answer.status {
                    429 | 503 if Instant::now() < until => {}
                    // The attempt before it has done it, though it was not said.
                    404 if attempt > 0 => return (200, answer.json()),
                    status => return (status, answer.json()),
                }
            }
            unreachable!()
        })
    }

    fn security(&self) -> &Security {
        self.nodes[0].security()
    }

    fn securities(&self) -> Vec<&Security> {
        self.nodes.iter().map(|node| node.security()).collect()
    }

    fn is_disturbed(&self) -> bool {
        self.disturbed.load(Ordering::SeqCst)
    }
}
