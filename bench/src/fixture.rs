//! A security service over a store, with users and keys in it.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis::clock::SystemClock;
use portcullis_model::decision::{ApiKeyFacts, RequestFacts};
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_security::manage::api_keys::CreateApiKey;
use portcullis_security::{
    Authenticated, AuthenticationRequest, Caller, Credentials, Failure, Security, Settings,
};
use portcullis_store::Store;

/// The password of `elastic`.
const PASSWORD: &str = "bench-password";
/// So many keys are created at once, so that a durable store can commit them together.
const AT_ONCE: usize = 64;
const CREATE: &str = "cluster:admin/xpack/security/api_key/create";
const CLEAR: &str = "cluster:admin/xpack/security/cache/clear";

/// A service.
pub(crate) struct Fixture {
    pub(crate) security: Security,
}

impl Fixture {
    /// Starts a service whose API key cache holds `max_keys`.
    pub(crate) async fn start(store: Arc<dyn Store>, max_keys: usize) -> Self {
        let mut settings = Settings { password_hashing: HashAlgorithm::BCRYPT, ..Settings::default() };
        settings.api_key.cache.max_entries = max_keys;
        let security = Security::start(settings, store, Arc::new(SystemClock), Path::new("no such folder"))
            .expect("a service");
        let password = Secret::from_string(PASSWORD.to_owned());
        security.set_password("elastic", password).await.expect("a password");
        Self { security }
    }

    async fn elastic(&self) -> Authenticated {
        let header = format!("Basic {}", STANDARD.encode(format!("elastic:{PASSWORD}")));
        authenticate(&self.security, &header).await.expect("elastic")
    }

    /// Somebody who may clear caches.
    pub(crate) async fn clearer(&self) -> Caller {
        self.security.authorize(&self.elastic().await, CLEAR, &RequestFacts::None).await.expect("a caller")
    }

    /// Creates keys and gives the header of each.
    pub(crate) async fn keys(&self, count: usize) -> Vec<String> {
        let facts = RequestFacts::ApiKeys(ApiKeyFacts::Create);
        let caller = self.security.authorize(&self.elastic().await, CREATE, &facts).await.expect("a caller");
        let (security, caller) = (self.security.clone(), Arc::new(caller));
        let mut headers = Vec::with_capacity(count);
        while headers.len() < count {
            let mut tasks = tokio::task::JoinSet::new();
            for _ in 0..AT_ONCE.min(count - headers.len()) {
                let (security, caller) = (security.clone(), Arc::clone(&caller));
                tasks.spawn(async move {
                    let request = CreateApiKey { name: Some("bench".to_owned()), ..CreateApiKey::default() };
                    security.api_keys().create(&caller, request).await.expect("a key")
                });
            }
            for key in tasks.join_all().await {
                let secret = key.secret.expose_str().expect("text");
                headers.push(format!("ApiKey {}", STANDARD.encode(format!("{}:{secret}", key.id))));
            }
        }
        headers
    }

    /// Verifies each of them once, so that the cache holds them.
    pub(crate) async fn warm(&self, headers: &[String]) {
        for header in headers {
            authenticate(&self.security, header).await.expect("a key that was just made");
        }
    }
}

/// From a header's value to who it is.
pub(crate) async fn authenticate(security: &Security, header: &str) -> Result<Authenticated, Failure> {
    let request = AuthenticationRequest {
        credentials: Credentials::from_header(Some(header.as_bytes())),
        run_as: None,
        uri: String::new(),
        origin: String::new(),
        request_id: String::new(),
    };
    security.authenticate(&request.into()).await
}
