//! Where a history plays: a way in, the files, the ledger. And the way in to a service in this process, over a store and
//! with a clock at which requests can be stopped.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http_body_util::BodyExt;
use portcullis_api::{Api, ApiSettings, Host, Observation};
use portcullis_cache::Stats as CacheStats;
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_security::{HostRealm, Security, Settings};
use portcullis_store::{Document, DocumentKey, MemoryStore, Store};
use serde_json::Value;
use tempfile::TempDir;

use super::directory::SteppedDirectory;
use super::door::{Door, Later, OverHttp, Proof, knock};
use super::files::Files;
use super::ledger::{Ledger, Outcome};
use super::people::People;
use super::processes::Processes;
use super::several::Several;
use super::stepped::{HeldStore, SteppedClock};
use crate::clock::TestClock;
use crate::secrets;

/// A service, and what is known of it.
pub struct Scene {
    /// The way in.
    pub door: Arc<dyn Door>,
    /// The files, line by line.
    pub files: Files,
    /// Who was tried and changed when.
    pub ledger: Ledger,
}

impl Scene {
    /// A service in this process.
    pub async fn in_process() -> Arc<Self> {
        let door = InProcess::start();
        let password = Secret::from_string(door.password.clone());
        door.security.set_password("elastic", password).await.unwrap();
        Self::behind(Arc::new(door))
    }

    /// A node with a listener.
    pub async fn over_http() -> Arc<Self> {
        Self::behind(Arc::new(OverHttp::start().await))
    }

    /// As [`Scene::over_http`], before a real directory.
    pub async fn before_slapd() -> Arc<Self> {
        Self::behind(Arc::new(OverHttp::with_slapd().await))
    }

    /// Three nodes of one log, each of which is asked in its turn.
    pub async fn several(nodes: &Arc<Several>) -> Arc<Self> {
        Self::behind(Arc::clone(nodes) as _)
    }

    /// Three processes over one log.
    pub async fn processes(nodes: &Arc<Processes>) -> Arc<Self> {
        Self::behind(Arc::clone(nodes) as _)
    }

    fn behind(door: Arc<dyn Door>) -> Arc<Self> {
        Arc::new(Self { door, files: Files::default(), ledger: Ledger::default() })
    }

    /// Sends a request of the API as `elastic`.
    ///
    /// # Panics
    /// If it is not answered with 200.
    pub async fn send(&self, method: &'static str, target: &str, body: Option<Value>) -> Value {
        let (status, told) = self.door.send(method, target, body).await;
        assert_eq!(status, 200, "{method} {target}: {told}");
        told
    }

    /// The document of this key, where the harness holds the store.
    pub fn document(&self, key: &DocumentKey) -> Option<Document> {
        self.door.store().map(|store| store.get(key).unwrap().unwrap())
    }

    /// Puts a document back as it was. When this returns the service has taken it in.
    ///
    /// # Panics
    /// Where the harness does not hold the store.
    pub async fn restore(&self, document: &Document) {
        let batch = portcullis_store::Batch::new().put(document.key.clone(), document.body.clone());
        self.door.store().unwrap().commit(batch).await.unwrap();
        // A write that finds nothing to change is answered when everything before it is in force.
        let (status, _) = self.door.send("DELETE", "/_security/role/nobody-has-it", None).await;
        assert_eq!(status, 404);
    }

    /// What a cache did so far.
    ///
    /// # Panics
    /// If there is no cache of this name.
    pub fn cache(&self, name: &str) -> CacheStats {
        let caches = self.door.security().stats().caches;
        let found = caches.into_iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("no cache [{name}]")).1
    }
}

/// A service in this process.
struct InProcess {
    security: Security,
    api: Api,
    store: Arc<HeldStore>,
    directory: SteppedDirectory,
    clock: Arc<TestClock>,
    configuration: TempDir,
    password: String,
}

impl InProcess {
    fn start() -> Self {
        let settings = Settings {
            password_hashing: HashAlgorithm::parse("bcrypt4").unwrap(),
            service_token_hashing: HashAlgorithm::parse("pbkdf2_stretch_1000").unwrap(),
            ..Settings::default()
        };
        let store = Arc::new(HeldStore(MemoryStore::new()));
        let clock = TestClock::new();
        let configuration = TempDir::with_prefix("portcullis-").unwrap();
        let stepped = Arc::new(SteppedClock(Arc::clone(&clock)));
        let directory = SteppedDirectory::default();
        // Behind all others.
        let realms = vec![(i64::MAX, HostRealm::Directory(Box::new(directory.clone())))];
        let security = Security::start_with_realms(
            settings,
            Arc::clone(&store) as _,
            stepped,
            configuration.path(),
            realms,
        )
        .unwrap();
        let api = Api::new(security.clone(), ApiSettings::default(), Arc::new(Nowhere));
        Self { security, api, store, directory, clock, configuration, password: secrets::password() }
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        self.security.stop();
    }
}

impl Door for InProcess {
    fn attempt(&self, proof: &Proof) -> Later<'static, Outcome> {
        Box::pin(knock(self.security.clone(), proof.clone()))
    }

    fn send(&self, method: &'static str, target: &str, body: Option<Value>) -> Later<'static, (u16, Value)> {
        let authorization = format!("Basic {}", STANDARD.encode(format!("elastic:{}", self.password)));
        let mut request =
            Request::builder().method(method).uri(target).header("authorization", authorization);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body.map_or(String::new(), |it| it.to_string())).unwrap();
        let api = self.api.clone();
        Box::pin(async move {
            let (head, body) = api.respond(request, None).await.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            (head.status.as_u16(), serde_json::from_slice(&body).unwrap())
        })
    }

    fn security(&self) -> &Security {
        &self.security
    }

    fn people(&self) -> &dyn People {
        &self.directory
    }

    fn clock(&self) -> &TestClock {
        &self.clock
    }

    fn configuration(&self) -> PathBuf {
        self.configuration.path().to_owned()
    }

    fn store(&self) -> Option<&dyn Store> {
        Some(&*self.store)
    }
}

/// An API without a process around it.
struct Nowhere;

impl Host for Nowhere {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn observe(&self, _: &Observation) {}

    fn ready(&self) -> bool {
        true
    }

    fn metrics(&self) -> String {
        String::new()
    }
}
