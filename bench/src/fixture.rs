//! A security service in this process over a store, with keys in it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use portcullis::clock::SystemClock;
use portcullis_model::decision::{ApiKeyFacts, RequestFacts};
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_security::manage::api_keys::CreateApiKey;
use portcullis_security::{
    Authenticated, AuthenticationRequest, Caller, Credentials, Failure, Security, Settings,
};
use portcullis_store::Store;

use crate::client::basic;
use crate::node::PASSWORD;

const CREATE: &str = "cluster:admin/xpack/security/api_key/create";
/// How often a member is looked at that does not yet trust what it knows.
const PAUSE: Duration = Duration::from_millis(10);

/// A service.
pub(crate) struct Fixture {
    pub(crate) security: Security,
}

impl Fixture {
    /// Starts a service. One that is to be a member of a cluster is one when this returns.
    pub(crate) async fn start(settings: Settings, store: Arc<dyn Store>) -> Self {
        let settings =
            Settings { password_hashing: HashAlgorithm::parse("bcrypt4").expect("an algorithm"), ..settings };
        let security = Security::start(settings, store, Arc::new(SystemClock), Path::new("no such folder"))
            .expect("a service");
        security.join().expect("a member");
        while !security.is_trusted() {
            tokio::time::sleep(PAUSE).await;
        }
        let password = Secret::from_string(PASSWORD.to_owned());
        security.set_password("elastic", password).await.expect("a password");
        Self { security }
    }

    async fn creator(&self) -> Caller {
        let elastic = authenticate(&self.security, &basic("elastic", PASSWORD)).await.expect("elastic");
        let facts = RequestFacts::ApiKeys(ApiKeyFacts::Create);
        self.security.authorize(&elastic, CREATE, &facts).await.expect("a caller")
    }

    /// Creates a key: its id and its secret.
    pub(crate) async fn key(&self) -> (String, String) {
        let caller = self.creator().await;
        let request = CreateApiKey { name: Some("bench".to_owned()), ..CreateApiKey::default() };
        let key = self.security.api_keys().create(&caller, request).await.expect("a key");
        (key.id.to_string(), key.secret.expose_str().expect("text").to_owned())
    }
}

/// From a header's value to who it is.
pub(crate) async fn authenticate(security: &Security, header: &str) -> Result<Authenticated, Failure> {
    let request = AuthenticationRequest {
        credentials: Credentials::from_header(Some(header.as_bytes())),
        run_as: None,
        uri: String::new(),
        origin: None,
        request_id: "bench".into(),
    };
    security.authenticate(&request.into()).await
}
