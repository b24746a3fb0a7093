//! The scene: a service over one node of a log, and the log's other node.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use portcullis_cluster::Timing;
use portcullis_model::decision::RequestFacts;
use portcullis_model::lifetime::{BootTime, Clock, WallTime};
use portcullis_secrets::HashAlgorithm;
use portcullis_store::{
    Batch, BoxFuture, Bytes, CommitError, Committed, Document, DocumentKey, Feed, Identity, Link, LogError,
    LogStatus, MemberRecord, MemberWritten, MemoryLog, MemoryNode, Revision, SharedLog, Snapshot, Store,
    StoreError,
};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::authn::credentials::Credentials;
use crate::authn::{self, Authenticated, AuthenticationRequest};
use crate::authz;
use crate::caller::Caller;
use crate::core::Core;
use crate::error::Failure;
use crate::manage::tests::{HASH, PASSWORD, secret};
use crate::realms::mapped::tests::{corp, gives};
use crate::settings::{ClusterSettings, Freshness, Settings};
use crate::{documents, feed};

const ACTION: &str = "cluster:admin/xpack/security/user/get";

/// A clock that the test moves.
pub(super) struct Hands(AtomicU64);

impl Hands {
    pub(super) fn advance(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn wall(&self) -> WallTime {
        WallTime(1_700_000_000_000)
    }

    fn boot(&self) -> BootTime {
        BootTime(self.0.load(Ordering::Relaxed))
    }
}

/// A node whose questions to the log can be held up after the log was asked.
pub(super) struct Held {
    node: MemoryNode,
    pub(super) gate: Mutex<Option<Arc<Semaphore>>>,
    pub(super) in_flight: AtomicU64,
    pub(super) most: AtomicU64,
}

impl Held {
    pub(super) fn link(&self, link: Link) {
        self.node.link(link);
    }
}

impl Store for Held {
    fn get(&self, key: &DocumentKey) -> Result<Option<Document>, StoreError> {
        self.node.get(key)
    }
    fn read(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        self.node.read()
    }
    fn revision(&self) -> Revision {
        self.node.revision()
    }
    fn commit(&self, batch: Batch) -> BoxFuture<Result<Committed, CommitError>> {
        self.node.commit(batch)
    }
    fn shared(&self) -> Option<&dyn SharedLog> {
        Some(self)
    }
    fn subscribe(&self, after: Revision) -> Result<Feed, StoreError> {
        self.node.subscribe(after)
    }
    fn identity(&self) -> Identity {
        self.node.identity()
    }
    fn size(&self) -> Result<u64, StoreError> {
        self.node.size()
    }
    fn meta_get(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.node.meta_get(name)
    }
    fn meta_put(&self, name: &str, value: &str) -> Result<(), CommitError> {
        self.node.meta_put(name, value)
    }
    fn close(&self) {
        self.node.close();
    }
}

impl SharedLog for Held {
    fn head(&self) -> BoxFuture<Result<Revision, LogError>> {
        let answer = self.node.head();
        let gate = self.gate.lock().unwrap().clone();
        let now = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        Box::pin(async move {
            let answer = answer.await;
            if let Some(gate) = gate {
                gate.acquire().await.unwrap().forget();
            }
            answer
        })
    }
    fn put_member(
        &self,
        id: &str,
        expected: Option<Revision>,
        body: Bytes,
    ) -> BoxFuture<Result<MemberWritten, LogError>> {
        self.node.put_member(id, expected, body)
    }
    fn remove_member(&self, id: &str, at: Revision) -> BoxFuture<Result<(), LogError>> {
        self.node.remove_member(id, at)
    }
    fn order(&self, body: Bytes) -> BoxFuture<Result<Committed, CommitError>> {
        self.node.order(body)
    }
    fn members(&self) -> Vec<MemberRecord> {
        self.node.members()
    }
    fn reopen(&self) {
        self.node.reopen();
    }
    fn status(&self) -> LogStatus {
        self.node.status()
    }
}

pub(super) struct Scene {
    pub(super) core: Arc<Core>,
    pub(super) here: Arc<Held>,
    log: MemoryLog,
    there: MemoryNode,
    clock: Arc<Hands>,
    _directory: tempfile::TempDir,
}

impl Scene {
    pub(super) async fn new() -> Self {
        Self::with(Freshness::Lease, |_| {}).await
    }

    pub(super) async fn barrier() -> Self {
        Self::with(Freshness::Barrier, |_| {}).await
    }

    pub(super) async fn with(freshness: Freshness, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            password_hashing: HashAlgorithm::parse("bcrypt4").unwrap(),
            service_token_hashing: HashAlgorithm::SSHA256,
            cluster: Some(ClusterSettings {
                timing: Timing::new(4_000, 500, 0.11).unwrap(),
                freshness,
                address: "localhost:0".to_owned(),
                version: "0".to_owned(),
            }),
            ..Settings::default()
        };
        change(&mut settings);
        let directory = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &str| std::fs::write(directory.path().join(name), content).unwrap();
        let names = ["file-super", "file-role", "file-native", "file-none"];
        file("users", &names.map(|name| format!("{name}:{HASH}\n")).concat());
        file(
            "users_roles",
            "superuser:file-super\nof-file:file-role\nwide:file-native\nnone-such:file-none\n",
        );
        file("roles.yml", "of-file:\n  cluster: [all]\n");
        file("service_tokens", &format!("elastic/fleet-server/of-file:{HASH}\n"));
        let log = MemoryLog::new();
        let (here, there) = (log.node(), log.node());
        let here = Arc::new(Held {
            node: here,
            gate: Mutex::default(),
            in_flight: AtomicU64::new(0),
            most: AtomicU64::new(0),
        });
        let clock = Arc::new(Hands(AtomicU64::new(100_000)));
        let store = Arc::clone(&here) as Arc<dyn Store>;
        let directories = vec![(10, corp().0)];
        let core =
            Core::new(settings, store, Arc::clone(&clock) as Arc<dyn Clock>, directory.path(), directories)
                .unwrap();
        feed::start(&core).unwrap();
        let scene = Self { core, here, log, there, clock, _directory: directory };
        scene.put_user("al", &["superuser"]).await;
        scene.put_user("bo", &["narrow", "wide"]).await;
        scene.caught_up().await;
        scene
    }

    pub(super) fn weak(&self) -> Weak<Core> {
        Arc::downgrade(&self.core)
    }

    pub(super) fn clock(&self) -> Arc<Hands> {
        Arc::clone(&self.clock)
    }

    pub(super) fn here_handle(&self) -> Arc<Held> {
        Arc::clone(&self.here)
    }

    pub(super) fn advance(&self, millis: u64) {
        self.clock.advance(millis);
    }

    pub(super) fn trust(&self, millis: u64) {
        self.core.fence().trust_until(BootTime(self.core.boot().0 + millis));
    }

    pub(super) fn hashes(&self) -> u64 {
        self.core.hashing().completed
    }

    pub(super) fn revision(&self) -> Revision {
        self.log.revision()
    }

    pub(super) async fn caught_up(&self) {
        self.core.applied().reach(self.log.revision()).await.unwrap();
    }

    /// Written by the other node.
    pub(super) async fn write(&self, batch: Batch) {
        self.there.commit(batch).await.unwrap();
    }

    pub(super) async fn put_user(&self, name: &str, roles: &[&str]) {
        let hash = HashAlgorithm::parse("bcrypt4").unwrap().hash(&secret(PASSWORD)).unwrap();
        let body = json!({"username": name, "password": hash.as_str(), "roles": roles, "full_name": null,
            "email": null, "metadata": {}, "enabled": true, "type": "user"});
        self.write(Batch::new().put(documents::user::key(name), body.to_string())).await;
    }

    pub(super) async fn delete_user(&self, name: &str) {
        self.write(Batch::new().delete(documents::user::key(name))).await;
    }

    pub(super) async fn put_role(&self, name: &str, cluster: &[&str]) {
        let body = json!({"cluster": cluster, "indices": [], "applications": [], "run_as": [], "metadata": {},
            "type": "role"});
        self.write(Batch::new().put(documents::role::key(name), body.to_string())).await;
    }

    /// Maps the user of the directory to a role.
    pub(super) async fn map_jo(&self, role: &str) {
        let body = gives(json!([role]), json!({"field": {"username": "jo"}}));
        self.write(Batch::new().put(documents::role_mapping::key("jo"), body.to_string())).await;
    }

    pub(super) fn ask(
        &self,
        credentials: Credentials,
        run_as: Option<&str>,
    ) -> impl Future<Output = Result<Authenticated, Failure>> + Send + 'static {
        let request = Arc::new(AuthenticationRequest {
            credentials,
            run_as: run_as.map(str::to_owned),
            uri: "/".to_owned(),
            origin: "127.0.0.1:1".parse().ok(),
            request_id: "test".into(),
        });
        let core = Arc::clone(&self.core);
        async move { authn::authenticate(&core, &request).await }
    }

    pub(super) fn basic(name: &str, password: &str) -> Credentials {
        Credentials::Basic { username: name.to_owned(), password: secret(password) }
    }

    pub(super) async fn log_in(&self, name: &str) -> Result<Authenticated, Failure> {
        self.ask(Self::basic(name, PASSWORD), None).await
    }

    pub(super) async fn wrong(&self, name: &str) -> Result<Authenticated, Failure> {
        self.ask(Self::basic(name, "another-password"), None).await
    }

    pub(super) async fn may(&self, who: &Authenticated) -> Result<Caller, Failure> {
        authz::authorize(&self.core, who, ACTION, &RequestFacts::None).await
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.core.stop();
    }
}
