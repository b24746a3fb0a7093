//! Several nodes over one log in memory, in one process, and the clock that all of them read. It stands still until a test
//! moves it, and a test moves it only when every node has done what is due.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use portcullis_cluster::{Phase, Timing};
use portcullis_model::lifetime::{BootTime, Clock, WallTime};
use portcullis_secrets::HashAlgorithm;
use portcullis_store::{Link, MemoryLog, MemoryNode, Store};

use crate::authn::credentials::Credentials;
use crate::authn::{self, AuthenticationRequest};
use crate::clearing::Clearing;
use crate::cluster::{Cluster, join};
use crate::core::Core;
use crate::error::Failure;
use crate::feed;
use crate::manage::api_keys::{ApiKeys, CreateApiKey, CreatedApiKey, InvalidateApiKeys, Invalidated};
use crate::manage::tests::elastic;
use crate::settings::{ClusterSettings, Freshness, Settings};

/// A step of the clock, in milliseconds: the shortest time between two heartbeats.
const STEP: u64 = 10;

/// How often a condition is looked at before the test gives up: some twenty seconds at least.
const LOOKS: u32 = 20_000;

pub(super) struct TestClock {
    boot: AtomicU64,
    wall_ahead: AtomicI64,
}

impl Clock for TestClock {
    fn wall(&self) -> WallTime {
        let boot = i64::try_from(self.boot.load(Ordering::SeqCst)).unwrap();
        WallTime(boot + self.wall_ahead.load(Ordering::SeqCst))
    }

    fn boot(&self) -> BootTime {
        BootTime(self.boot.load(Ordering::SeqCst))
    }
}

pub(super) struct Town {
    pub(super) log: MemoryLog,
    pub(super) clock: Arc<TestClock>,
    pub(super) nodes: Vec<Node>,
}

pub(super) struct Node {
    pub(super) core: Arc<Core>,
    pub(super) store: Arc<MemoryNode>,
    folder: tempfile::TempDir,
    /// Whether the town waits for it.
    pub(super) lively: bool,
}

impl Node {
    pub(super) fn cluster(&self) -> &Cluster {
        self.core.cluster().unwrap()
    }

    pub(super) fn phase(&self) -> Phase {
        self.cluster().status(self.core.boot()).phase
    }

    pub(super) fn is_trusted(&self) -> bool {
        self.core.fence().state(self.core.boot()).is_open()
    }

    pub(super) async fn create(&self, name: &str) -> Result<CreatedApiKey, Failure> {
        let request = CreateApiKey { name: Some(name.to_owned()), ..CreateApiKey::default() };
        ApiKeys::new(&self.core).create(&elastic(), request).await
    }

    pub(super) async fn revoke(&self, key: &CreatedApiKey) -> Result<Invalidated, Failure> {
        let request = InvalidateApiKeys { ids: Some(vec![key.id.clone()]), ..InvalidateApiKeys::default() };
        ApiKeys::new(&self.core).invalidate(&elastic(), &request).await
    }

    pub(super) async fn lets_in(&self, key: &CreatedApiKey) -> Result<(), Failure> {
        let request = AuthenticationRequest {
            credentials: Credentials::ApiKey { id: key.id.clone(), secret: key.secret.clone() },
            run_as: None,
            uri: "/".to_owned(),
            origin: "127.0.0.1:1".parse().ok(),
            request_id: "test".into(),
        };
        authn::authenticate(&self.core, &Arc::new(request)).await.map(|_| ())
    }

    pub(super) fn clearing(&self) -> Clearing<'_> {
        Clearing::new(&self.core)
    }

    pub(super) fn write_file(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn is_settled(&self, log: &MemoryLog) -> bool {
        let cluster = self.cluster();
        self.core.applied().revision() == log.revision()
            && !cluster.nudged.load(Ordering::SeqCst)
            && cluster.wake_at().0 > self.core.boot().0
    }
}

impl Town {
    /// Nodes of these names, all of them trusted members.
    pub(super) async fn of(names: &[&str]) -> Self {
        let clock =
            TestClock { boot: AtomicU64::new(1_000_000), wall_ahead: AtomicI64::new(1_700_000_000_000) };
        let mut town = Self { log: MemoryLog::new(), clock: Arc::new(clock), nodes: Vec::new() };
        for name in names {
            town.add(name);
        }
        for node in &town.nodes {
            join(&node.core).unwrap();
        }
        for node in &mut town.nodes {
            node.lively = true;
        }
        town.until(|town| town.nodes.iter().all(Node::is_trusted)).await;
        town
    }

    /// One node more, which has not joined.
    pub(super) fn add(&mut self, name: &str) -> usize {
        let settings = Settings {
            node_name: name.to_owned(),
            node_id: format!("id-{name}"),
            service_token_hashing: HashAlgorithm::SSHA256,
            cluster: Some(ClusterSettings {
                timing: timing(),
                freshness: Freshness::Lease,
                address: format!("{name}:1"),
                version: "1".to_owned(),
            }),
            ..Settings::default()
        };
        let store = Arc::new(self.log.node());
        let folder = tempfile::tempdir().unwrap();
        let core = Core::new(
            settings,
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&self.clock) as Arc<dyn Clock>,
            folder.path(),
            Vec::new(),
        )
        .unwrap();
        feed::start(&core).unwrap();
        self.nodes.push(Node { core, store, folder, lively: false });
        self.nodes.len() - 1
    }

    /// Cuts a node off, or connects it again. What is cut off is not waited for.
    pub(super) fn link(&mut self, node: usize, link: Link) {
        self.nodes[node].store.link(link);
        self.nodes[node].lively = link == Link::Up;
    }

    pub(super) fn now(&self) -> u64 {
        self.clock.boot().0
    }

    /// Moves the wall clock, and not the boot clock.
    pub(super) fn shift_wall(&self, millis: i64) {
        self.clock.wall_ahead.fetch_add(millis, Ordering::SeqCst);
    }

    /// One step of the clock, and all that follows from it.
    pub(super) async fn step(&self) {
        self.clock.boot.fetch_add(STEP, Ordering::SeqCst);
        for node in &self.nodes {
            node.cluster().tell();
        }
        self.settle().await;
    }

    /// Waits until every lively node has done what is due now.
    pub(super) async fn settle(&self) {
        let mut looks = tokio::time::interval(Duration::from_millis(1));
        for _ in 0..LOOKS {
            if self.nodes.iter().filter(|it| it.lively).all(|it| it.is_settled(&self.log)) {
                return;
            }
            looks.tick().await;
        }
        panic!("a node is behind what is due");
    }

    pub(super) async fn advance(&self, millis: u64) {
        for _ in 0..millis.div_ceil(STEP) {
            self.step().await;
        }
    }

    /// Moves the clock until something holds.
    pub(super) async fn until(&self, holds: impl Fn(&Self) -> bool) {
        // Nodes that are not lively yet are waited for by nobody else: their threads need time to run in.
        let mut looks = tokio::time::interval(Duration::from_millis(1));
        for _ in 0..LOOKS {
            if holds(self) {
                return;
            }
            self.step().await;
            looks.tick().await;
        }
        panic!("it never came");
    }

    /// Moves the clock until the work is done. What came of it, and how long it took by the clock.
    pub(super) async fn run<T>(&self, work: impl Future<Output = T>) -> (T, u64) {
        let began = self.now();
        let mut work = pin!(work);
        for _ in 0..LOOKS {
            if let Ok(done) = tokio::time::timeout(Duration::from_millis(2), &mut work).await {
                return (done, self.now() - began);
            }
            self.step().await;
        }
        panic!("the work was never done");
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        for node in &self.nodes {
            node.core.stop();
        }
    }
}

/// The default timings.
pub(super) fn timing() -> Timing {
    Timing::new(4000, 500, 0.11).unwrap()
}

/// How long a silent member is waited for, in milliseconds.
pub(super) fn wait() -> u64 {
    timing().wait_ms()
}
