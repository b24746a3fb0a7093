//! The way in to several nodes, each a process of its own, over an etcd of three members: all of them can be paused, cut
//! off, killed. Each request goes to the next node that runs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use portcullis_security::Security;
use serde_json::Value;

use super::door::{Door, Later, Proof, outcome};
use super::ledger::Outcome;
use super::tally::Counts;
use crate::client::Client;
use crate::etcd::EtcdCluster;
use crate::node_process::NodeProcess;
use crate::proxy::Proxy;
use crate::secrets;

/// Whatever takes longer never comes.
const PATIENCE: Duration = Duration::from_secs(60);
/// What a node is set to, and after how long nothing of a fault may be felt any more once all are well.
pub const WINDOW: Duration = Duration::from_secs(3);

/// The nodes.
pub struct Processes {
    nodes: Mutex<Vec<NodeProcess>>,
    /// Each node with the superuser's credentials.
    elastic: Vec<Client>,
    /// By node, then by member of etcd.
    lines: Vec<Vec<Proxy>>,
    /// Which nodes are asked.
    asked: Mutex<Vec<usize>>,
    next: AtomicUsize,
    /// Answers of each node that let somebody in, and that said that it does not know.
    answers: Arc<[Answers]>,
}

#[derive(Debug, Default)]
struct Answers {
    accepted: AtomicUsize,
    undecided: AtomicUsize,
}

impl Processes {
    /// Three nodes on this etcd. All are trusted when this returns.
    pub async fn start(etcd: &EtcdCluster) -> Arc<Self> {
        let password = secrets::password();
        let (mut nodes, mut lines) = (Vec::new(), Vec::new());
        for name in ["a", "b", "c"] {
            let proxies = etcd.through_proxies().await;
            let endpoints: Vec<String> = proxies.iter().map(|it| etcd.url(it.address())).collect();
            let node = NodeProcess::builder(name)
                .setting("cluster.fence.window", &format!("{}s", WINDOW.as_secs()))
                .setting("store.etcd.timeout", "1s")
                // Slow enough that changes come while somebody is loaded.
                .setting("xpack.security.authc.password_hashing.algorithm", "bcrypt7")
                .password(&password)
                .etcd(etcd, &endpoints);
            nodes.push(node.start().await);
            lines.push(proxies);
        }
        let elastic: Vec<Client> = nodes.iter().map(NodeProcess::elastic).collect();
        let asked = (0..nodes.len()).collect();
        let answers = nodes.iter().map(|_| Answers::default()).collect();
        let nodes = Mutex::new(nodes);
        let processes =
            Self { nodes, elastic, lines, asked: Mutex::new(asked), next: AtomicUsize::new(0), answers };
        processes.are_well().await;
        Arc::new(processes)
    }

    fn nodes(&self) -> MutexGuard<'_, Vec<NodeProcess>> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn asked(&self) -> MutexGuard<'_, Vec<usize>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.elastic.len()
    }

    /// Stops a node where it is. It is asked nothing new meanwhile, so that not everybody waits for it.
    pub fn pause(&self, node: usize) {
        self.asked().retain(|it| *it != node);
        self.nodes()[node].pause();
    }

    /// Lets a node go on.
    pub fn resume(&self, node: usize) {
        self.nodes()[node].resume();
        self.asked().push(node);
    }

    /// From now on nothing passes between a node and etcd, and nobody is told.
    pub fn cut_off(&self, node: usize) {
        self.lines[node].iter().for_each(Proxy::black_hole);
    }

    /// What is held passes on.
    pub fn reconnect(&self, node: usize) {
        self.lines[node].iter().for_each(Proxy::pass);
    }

    /// Waits until all are ready.
    pub async fn are_well(&self) {
        for node in 0..self.count() {
            self.becomes(node, 200).await;
        }
    }

    /// Waits until a node is ready (200), or is not (503).
    pub async fn becomes(&self, node: usize, status: u16) {
        let probe = Client::new(self.elastic[node].address());
        until(&format!("node {node}: {status}"), async || probe.get("/-/ready").await.status == status).await;
    }

    /// Waits until another node has given this one up.
    pub async fn is_lost(&self, node: usize) {
        let name = self.nodes()[node].name().to_owned();
        let other = &self.elastic[(node + 1) % self.count()];
        until("it is given up", async || {
            let told = other.get("/_cat/nodes?h=name,state").await;
            told.text().lines().any(|it| it.trim() == format!("{name} lost"))
        })
        .await;
    }

    /// Waits until the window that follows a fault is over, and then until each node has let so many in.
    pub async fn goes_on(&self, accepted: usize) {
        let well = Instant::now();
        until("a window has passed", async || {
            self.are_well().await;
            well.elapsed() > WINDOW
        })
        .await;
        let before = self.accepted();
        until("all let somebody in", async || {
            self.are_well().await;
            self.accepted().iter().zip(&before).all(|(now, then)| *now >= then + accepted)
        })
        .await;
    }

    /// How often each node let somebody in.
    pub fn accepted(&self) -> Vec<usize> {
        self.answers.iter().map(|it| it.accepted.load(Ordering::Relaxed)).collect()
    }

    /// How often each node said that it does not know.
    pub fn undecided(&self) -> Vec<usize> {
        self.answers.iter().map(|it| it.undecided.load(Ordering::Relaxed)).collect()
    }

    /// Presents a proof to one node.
    pub fn attempt_at(&self, node: usize, proof: &Proof) -> Later<'static, Outcome> {
        let client = Client::new(self.elastic[node].address()).with("Authorization", &proof.authorization);
        let client = proof.run_as.iter().fold(client, |client, target| client.run_as(target));
        let (request, answers) = (client.get(proof.asks.path()), Arc::clone(&self.answers));
        Box::pin(async move {
            let outcome = outcome(&request.await);
            match outcome {
                Outcome::Accepted => answers[node].accepted.fetch_add(1, Ordering::Relaxed),
                Outcome::Undecided => answers[node].undecided.fetch_add(1, Ordering::Relaxed),
                Outcome::Refused => 0,
            };
            outcome
        })
    }

    fn turn(&self) -> usize {
        let asked = self.asked();
        asked[self.next.fetch_add(1, Ordering::Relaxed) % asked.len()]
    }
}

async fn until(what: &str, look: impl AsyncFn() -> bool) {
    let patience = Instant::now() + PATIENCE;
    // Each look is a question over a socket, so whoever waits here computes little meanwhile.
    while !look().await {
        assert!(Instant::now() < patience, "it never came to this: {what}");
    }
}

impl Door for Processes {
    fn attempt(&self, proof: &Proof) -> Later<'static, Outcome> {
        self.attempt_at(self.turn(), proof)
    }

    fn send(&self, method: &'static str, target: &str, body: Option<Value>) -> Later<'static, (u16, Value)> {
        let (first, target, nodes) = (self.turn(), target.to_owned(), self.elastic.clone());
        let known = self.asked().clone();
        Box::pin(async move {
            let until = Instant::now() + PATIENCE;
            // Who is paused now is not asked, unless it was when this began.
            let order: Vec<usize> = std::iter::once(first).chain(known).collect();
            for attempt in 0.. {
                let request = nodes[order[attempt % order.len()]].request(method, &target);
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

    fn counts(&self) -> Later<'static, Counts> {
        let nodes = self.elastic.clone();
        Box::pin(async move {
            let mut counts = Counts::default();
            for node in nodes {
                let stats = node.get("/_security/stats").await.ok();
                let own = stats["nodes"].as_object().unwrap().values().next().unwrap();
                for cache in own["caches"].as_object().unwrap().values() {
                    let count = |name: &str| cache[name].as_u64().unwrap_or_default();
                    counts.add(count("hits"), count("coalesced"), count("refused_inserts"));
                }
            }
            counts
        })
    }

    fn security(&self) -> &Security {
        panic!("these nodes are processes of their own")
    }

    fn is_disturbed(&self) -> bool {
        true
    }
}
