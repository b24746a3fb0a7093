//! The whole API in process, in front of a security service with a memory store. What the security service
//! decides has its own tests; here it is what goes over the wire.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use portcullis_model::lifetime::{BootTime, Clock, WallTime};
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_security::Settings;
use portcullis_store::MemoryStore;
use serde_json::Value;
use tempfile::TempDir;

use super::*;

mod anything;
mod bodies;
mod headers;
mod line;
mod own_keys;
mod table;

/// The password of everybody here.
const PASSWORD: &str = "s3krit-password";

/// A host whose stopwatch the tests move.
#[derive(Default)]
struct TestHost {
    millis: AtomicU64,
    seen: Mutex<Vec<Observation>>,
}

impl Host for TestHost {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.millis.load(Relaxed))
    }

    fn observe(&self, observation: &Observation) {
        self.seen.lock().unwrap().push(observation.clone());
    }

    fn ready(&self) -> bool {
        self.millis.load(Relaxed) == 0
    }

    fn metrics(&self) -> String {
        "portcullis_up 1\n".to_owned()
    }
}

struct Still;

impl Clock for Still {
    fn wall(&self) -> WallTime {
        WallTime(1_700_000_000_000)
    }

    fn boot(&self) -> BootTime {
        BootTime(1_000)
    }
}

/// An API, with `admin` (superuser), `jo` (no role that exists) in the file realm.
struct Bench {
    api: Api,
    host: Arc<TestHost>,
    security: Security,
    directory: TempDir,
}

/// What came back.
struct Told {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Told {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    fn reason(&self) -> String {
        self.json()["error"]["reason"].as_str().unwrap_or_else(|| panic!("{}", self.text)).to_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Bench {
    fn new() -> Self {
        Self::with(ApiSettings::default())
    }

    fn with(settings: ApiSettings) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let bcrypt = HashAlgorithm::parse("bcrypt4").unwrap();
        let hash = bcrypt.hash(&Secret::from_string(PASSWORD.to_owned())).unwrap();
        let hash = hash.as_str();
        std::fs::write(directory.path().join("users"), format!("admin:{hash}\njo:{hash}\n")).unwrap();
        std::fs::write(directory.path().join("users_roles"), "superuser:admin\nnone:jo\n").unwrap();
        let security_settings = Settings { password_hashing: bcrypt, ..Settings::default() };
        let store = Arc::new(MemoryStore::new());
        let security = Security::start(security_settings, store, Arc::new(Still), directory.path()).unwrap();
        let host = Arc::new(TestHost::default());
        let api = Api::new(security.clone(), settings, Arc::clone(&host) as Arc<dyn Host>);
        Self { api, host, security, directory }
    }

    async fn send<B>(&self, request: Request<B>) -> Told
    where
        B: Body,
        B::Error: fmt::Display,
    {
        let response = self.api.respond(request, None).await;
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Told { status: head.status, headers: head.headers, text }
    }

    /// As `admin`.
    async fn ask(&self, method: &str, target: &str, body: &str) -> Told {
        self.ask_as("admin", method, target, body).await
    }

    async fn ask_as(&self, user: &str, method: &str, target: &str, body: &str) -> Told {
        self.send(
            request(method, target, body).header("authorization", basic(user)).body(full(body)).unwrap(),
        )
        .await
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.security.stop();
    }
}

fn basic(user: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{PASSWORD}")))
}

fn request(method: &str, target: &str, body: &str) -> http::request::Builder {
    let builder = Request::builder().method(method).uri(target);
    if body.is_empty() { builder } else { builder.header("content-type", "application/json") }
}

fn full(body: &str) -> Full<Bytes> {
    Full::new(Bytes::from(body.to_owned()))
}
