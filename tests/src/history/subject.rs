//! What can be let in, killed and made good again: users of each realm, keys, tokens, somebody to act as, a role. Each is
//! owned by one thread, which makes all its changes; everybody may try its credentials.

mod changes;
mod kind;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis_model::credential::ServiceTokenId;
use portcullis_secrets::Secret;
use portcullis_security::service_bearer;
use portcullis_store::{Document, DocumentKey, Kind as DocumentKind};
use serde_json::json;

pub use kind::Kind;

use super::directory::REALM;
use super::door::{Asks, Later, Proof};
use super::files::hashed;
use super::ledger::{Attempt, Credential, Outcome};
use super::scene::Scene;
use crate::secrets;

/// The folder of the tokens of the account that the tests use.
const TOKENS: &str = "/_security/service/elastic/fleet-server/credential/token";

/// One of them.
pub struct Subject {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    scene: Arc<Scene>,
    /// What lets it in; there from the moment it is made.
    right: Option<Arc<Credential>>,
    /// A secret that is wrong, until it is made the right one.
    other: Option<Arc<Credential>>,
    /// The right secret and the other, of what has passwords.
    secrets: [String; 2],
    /// The id of a key.
    id: String,
    /// The document as it was when it was last good, where the harness holds the store.
    before: Option<Document>,
}

impl Subject {
    /// Makes one, and makes it good. The name of a built-in user has to be one.
    pub async fn new(scene: &Arc<Scene>, kind: Kind, name: &str) -> Self {
        let secrets = [secrets::password(), secrets::password()];
        let mut subject = Self {
            kind,
            name: name.to_owned(),
            scene: Arc::clone(scene),
            right: None,
            other: None,
            secrets,
            id: String::new(),
            before: None,
        };
        subject.make().await;
        subject
    }

    /// Tries what lets it in.
    pub async fn attempt(&self) -> Outcome {
        self.begin().await.outcome
    }

    /// As [`Subject::attempt`], to be polled by whoever gets it.
    pub fn begin(&self) -> Later<'static, Attempt> {
        self.right().attempt(&self.scene.door)
    }

    /// Tries its other secret, if it has one.
    pub async fn attempt_other(&self) -> Option<Outcome> {
        match &self.other {
            Some(other) => Some(other.attempt(&self.scene.door).await.outcome),
            None => None,
        }
    }

    fn right(&self) -> &Arc<Credential> {
        self.right.as_ref().unwrap()
    }

    /// What lets it in, as the header `Authorization`.
    pub fn authorization(&self) -> &str {
        &self.right().proof.authorization
    }

    /// The scene that it is in.
    pub fn scene(&self) -> &Arc<Scene> {
        &self.scene
    }

    async fn make(&mut self) {
        let name = self.name.clone();
        match self.kind {
            Kind::Native => {
                self.has_passwords();
                self.put_user(&self.secrets[0], &[&format!("of-{name}")]).await;
            }
            Kind::Reserved => {
                self.has_passwords();
                self.set_password(&self.secrets[0]).await;
            }
            Kind::File => {
                self.has_passwords();
                self.set_line("users", Some(hashed(&name, &self.secrets[0])));
            }
            Kind::ApiKey | Kind::ExpiringKey => self.make_key().await,
            Kind::IndexToken => self.make_token().await,
            Kind::FileToken => {
                let [right, other] = self.secrets.each_ref().map(|secret| bearer(&name, secret));
                self.lets_in(right, None, Asks::Who);
                self.does_not_let_in(other);
                self.set_line("service_tokens", Some(hashed(&account_token(&name), &self.secrets[0])));
            }
            Kind::Remote => {
                self.has_passwords();
                self.scene.door.people().put(&name, &self.secrets[0]).await;
            }
            Kind::AsRemote => {
                self.make_runner(Asks::Who).await;
                self.scene.door.people().put(&name, &self.secrets[1]).await;
            }
            Kind::Mapped | Kind::FileMapped => {
                self.make_mapped(&self.secrets[0]).await;
                self.lets_in(basic(&name, &self.secrets[0]), None, Asks::Roles);
            }
            Kind::AsMapped | Kind::AsFileMapped => {
                self.make_mapped(&self.secrets[1]).await;
                self.make_runner(Asks::Roles).await;
            }
            Kind::AsNative => {
                self.make_runner(Asks::Who).await;
                self.put_user(&self.secrets[1], &[&format!("of-{name}")]).await;
            }
            Kind::AsReserved => self.make_runner(Asks::Who).await,
            Kind::AsFile => {
                self.make_runner(Asks::Who).await;
                self.set_line("users", Some(hashed(&name, &self.secrets[1])));
            }
            Kind::Role => {
                self.put_role(&["manage_security"]).await;
                self.put_user(&self.secrets[0], &[&name]).await;
                self.lets_in(basic(&name, &self.secrets[0]), None, Asks::Roles);
            }
            Kind::FileRole => {
                self.set_line("roles.yml", Some(role_line(&name)));
                self.put_user(&self.secrets[0], &[&name]).await;
                self.lets_in(basic(&name, &self.secrets[0]), None, Asks::Roles);
            }
        }
    }

    /// From now on this lets it in. Nobody may try it before the subject is made.
    fn lets_in(&mut self, authorization: String, run_as: Option<String>, asks: Asks) {
        let proof = Proof { authorization, run_as, asks };
        self.right = Some(self.scene.ledger.enter(self.kind, &self.name, proof, true));
    }

    /// This does not let it in yet.
    fn does_not_let_in(&mut self, authorization: String) {
        let proof = Proof { authorization, run_as: None, asks: Asks::Who };
        self.other = Some(self.scene.ledger.enter(self.kind, &self.name, proof, false));
    }

    fn has_passwords(&mut self) {
        let [right, other] = self.secrets.each_ref().map(|secret| basic(&self.name, secret));
        self.lets_in(right, None, Asks::Who);
        self.does_not_let_in(other);
    }

    /// A user of the directory with a role by a mapping.
    async fn make_mapped(&self, password: &str) {
        self.put_role(&["manage_security"]).await;
        self.scene.door.people().put(&self.name, password).await;
        self.set_mapping(true).await;
    }

    /// Somebody who may act as this one.
    async fn make_runner(&mut self, asks: Asks) {
        let runner = format!("{}-runner", self.name);
        self.may_run(&[&self.name]).await;
        let body = json!({"password": self.secrets[0], "roles": [runner]});
        self.scene.send("PUT", &format!("/_security/user/{runner}"), Some(body)).await;
        self.lets_in(basic(&runner, &self.secrets[0]), Some(self.name.clone()), asks);
    }

    async fn may_run(&self, as_whom: &[&str]) {
        let target = format!("/_security/role/{}-runner", self.name);
        self.scene.send("PUT", &target, Some(json!({"run_as": as_whom}))).await;
    }

    async fn make_key(&mut self) {
        let made = self.scene.send("PUT", "/_security/api_key", Some(json!({"name": self.name}))).await;
        let (id, encoded) = (made["id"].as_str().unwrap(), made["encoded"].as_str().unwrap());
        secrets::remember(made["api_key"].as_str().unwrap());
        id.clone_into(&mut self.id);
        self.lets_in(format!("ApiKey {encoded}"), None, Asks::Who);
    }

    async fn make_token(&mut self) {
        let made = self.scene.send("POST", &format!("{TOKENS}/{}", self.name), None).await;
        let value = made["token"]["value"].as_str().unwrap();
        secrets::remember(value);
        self.lets_in(format!("Bearer {value}"), None, Asks::Who);
    }

    /// The key of the document that it is, for what is a document.
    pub fn document_key(&self) -> DocumentKey {
        let (prefix, id) = match self.kind {
            Kind::ApiKey | Kind::ExpiringKey => ("", self.id.clone()),
            Kind::IndexToken => ("service_account_token-", account_token(&self.name)),
            Kind::Reserved | Kind::AsReserved => ("reserved-user-", self.name.clone()),
            Kind::Role => ("role-", self.name.clone()),
            _ => ("user-", self.name.clone()),
        };
        DocumentKey::new(DocumentKind::from_static(prefix), id)
    }

    /// Clears its entries from the caches by the API; those of all its kind, if `everything`.
    pub async fn clear(&self, everything: bool) {
        let realm = |realm: &str| match everything {
            true => "/_security/realm/*/_clear_cache".to_owned(),
            false => format!("/_security/realm/{realm}/_clear_cache?usernames={}", self.name),
        };
        let name = if everything { "*" } else { &self.name };
        let target = match self.kind {
            Kind::Native | Kind::AsNative => realm("default_native"),
            Kind::Reserved | Kind::AsReserved => realm("reserved"),
            Kind::File | Kind::AsFile => realm("default_file"),
            Kind::ApiKey | Kind::ExpiringKey => {
                let id = if everything { "*" } else { &self.id };
                format!("/_security/api_key/{id}/_clear_cache")
            }
            Kind::IndexToken | Kind::FileToken => format!("{TOKENS}/{name}/_clear_cache"),
            Kind::Role | Kind::FileRole => format!("/_security/role/{name}/_clear_cache"),
            Kind::Remote
            | Kind::AsRemote
            | Kind::Mapped
            | Kind::FileMapped
            | Kind::AsMapped
            | Kind::AsFileMapped => realm(REALM),
        };
        let told = self.scene.send("POST", &target, None).await;
        let failed = told["_nodes"]["failed"].as_u64();
        assert!(failed == Some(0) || self.scene.door.is_disturbed(), "{told}");
    }
}

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

fn account_token(name: &str) -> String {
    format!("elastic/fleet-server/{name}")
}

fn bearer(name: &str, secret: &str) -> String {
    let id = ServiceTokenId::new("elastic", "fleet-server", name);
    let token = service_bearer(&id, &Secret::from_string(secret.to_owned()));
    format!("Bearer {}", token.expose_str().unwrap())
}

fn role_line(name: &str) -> String {
    format!("{name}:\n  cluster: [ manage_security ]")
}
