//! The harness of this crate's tests: a service over a store in memory whose commits can be forestalled, a clock
//! that the test moves, and callers made by hand.

mod acknowledged;
mod anonymous;
mod contested;
mod files;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use portcullis_model::api_key::{ApiKeyRecord, Creator};
use portcullis_model::authentication::{Authentication, AuthenticationKind};
use portcullis_model::decision::{Authority, Permission};
use portcullis_model::lifetime::{BootTime, Clock, WallTime};
use portcullis_model::role::RoleDescriptor;
use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::{HashAlgorithm, Secret, StoredHash};
use portcullis_store::{Batch, Condition, Document, DocumentKey, MemoryStore, Store};

use crate::authn::credentials::Credentials;
use crate::authn::proven::Proven;
use crate::authn::{self, Authenticated, AuthenticationRequest};
use crate::authz::granted::Granted;
use crate::authz::resolve::RoleSet;
use crate::caller::Caller;
use crate::core::Core;
use crate::error::{Failure, Kind};
use crate::files::Seen;
use crate::realms::chain::HostRealm;
use crate::settings::Settings;
use crate::{documents, feed};

use super::{Attempts, MAX_ATTEMPTS};
use contested::Contested;

/// When the tests' clock starts, in milliseconds since the epoch.
pub(crate) const START: i64 = 1_700_000_000_000;

/// The password of whom the tests' files know.
pub(crate) const PASSWORD: &str = "s3krit-password";
/// Of [`PASSWORD`].
pub(crate) const HASH: &str = "{SSHA256}AAECAwQFBgc=J+GWfTPDI5dnHG3p9fiZjIxNukCGQHABmKtivJV80jM=";

/// A clock that stands still until the test moves it.
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn wall(&self) -> WallTime {
        WallTime(self.0.load(Ordering::Relaxed))
    }

    fn boot(&self) -> BootTime {
        BootTime(self.0.load(Ordering::Relaxed).unsigned_abs())
    }
}

/// A running service.
pub(crate) struct Service {
    pub(crate) core: Arc<Core>,
    store: Arc<Contested>,
    clock: Arc<TestClock>,
    directory: tempfile::TempDir,
}

impl Service {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {}, &[])
    }

    /// With other settings, and with files of these names and contents in the configuration directory.
    pub(crate) fn start_with(change: impl FnOnce(&mut Settings), files: &[(&str, &str)]) -> Self {
        Self::start_with_realms(change, files, Vec::new())
    }

    /// With more realms at their orders too.
    pub(crate) fn start_with_realms(
        change: impl FnOnce(&mut Settings),
        files: &[(&str, &str)],
        realms: Vec<(i64, HostRealm)>,
    ) -> Self {
        let mut settings = Settings {
            password_hashing: HashAlgorithm::parse("bcrypt4").unwrap(),
            service_token_hashing: HashAlgorithm::SSHA256,
            ..Settings::default()
        };
        change(&mut settings);
        let directory = tempfile::tempdir().unwrap();
        for (name, content) in files {
            std::fs::write(directory.path().join(name), content).unwrap();
        }
        let store = Arc::new(Contested {
            inner: MemoryStore::new(),
            others: Mutex::default(),
            commits: AtomicU32::new(0),
            unpublished: Mutex::default(),
            mute: AtomicBool::new(false),
            room: AtomicU32::new(u32::MAX),
        });
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let core = Core::new(
            settings,
            Arc::clone(&store) as Arc<dyn Store>,
            Arc::clone(&clock) as Arc<dyn Clock>,
            directory.path(),
            realms,
        )
        .unwrap();
        feed::start(&core).unwrap();
        Self { core, store, clock, directory }
    }

    /// Logs in with a password.
    pub(crate) async fn log_in(&self, username: &str, password: &str) -> Result<Authenticated, Failure> {
        let request = AuthenticationRequest {
            credentials: Credentials::Basic { username: username.to_owned(), password: secret(password) },
            run_as: None,
            uri: "/".to_owned(),
            origin: "127.0.0.1:1".parse().ok(),
            request_id: "test".into(),
        };
        authn::authenticate(&self.core, &request.into()).await
    }

    pub(crate) fn advance(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }

    /// Before the next commit that is not yet forestalled, somebody else commits this.
    pub(crate) fn forestall(&self, other: impl FnOnce(&MemoryStore) -> Batch + Send + 'static) {
        self.store.others.lock().unwrap().push_back(Box::new(other));
    }

    /// Somebody else's delete of this document is seen by readers, and comes into the feed with the next commit.
    pub(crate) fn delete_unpublished(&self, key: DocumentKey) {
        *self.store.unpublished.lock().unwrap() = Some(key);
    }

    /// From now on commits are done and never answered.
    pub(crate) fn mute(&self) {
        self.store.mute.store(true, Ordering::Relaxed);
    }

    /// So many batches more are taken, and none after them.
    pub(crate) fn take_no_more_than(&self, batches: u32) {
        self.store.room.store(batches, Ordering::Relaxed);
    }

    /// How many batches that write something were handed over so far.
    pub(crate) fn commits(&self) -> u32 {
        self.store.commits.load(Ordering::Relaxed)
    }

    /// The document's JSON.
    pub(crate) fn json(&self, key: &DocumentKey) -> Option<serde_json::Value> {
        self.store.get(key).unwrap().map(|document| serde_json::from_slice(&document.body).unwrap())
    }

    pub(crate) fn document(&self, key: &DocumentKey) -> Document {
        self.store.get(key).unwrap().unwrap()
    }

    /// Writes a document past all rules.
    pub(crate) async fn plant(&self, key: DocumentKey, body: serde_json::Value) {
        self.store.inner.commit(Batch::new().put(key, body.to_string())).await.unwrap();
    }

    pub(crate) fn key(&self, id: &str) -> ApiKeyRecord {
        documents::api_key::read(self.core.store(), id).unwrap().unwrap().value
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.core.stop();
        assert!(self.directory.path().is_dir());
    }
}

/// The document again, as somebody else would write it: another revision, the same content.
pub(crate) fn touch(key: DocumentKey) -> impl FnOnce(&MemoryStore) -> Batch + Send + 'static {
    move |store| {
        let body = store.get(&key).unwrap().unwrap().body;
        Batch::new().put(key, body)
    }
}

/// A caller who is a user of the realm.
pub(crate) fn user(name: &str, realm: &str, roles: &[RoleDescriptor]) -> Caller {
    let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    caller(Authentication::realm(User::new(name, names), RealmRef::new(realm, realm)), roles)
}

/// `elastic`, the superuser.
pub(crate) fn elastic() -> Caller {
    let superuser = portcullis_model::role::reserved::find("superuser").unwrap();
    user("elastic", "reserved", &[RoleDescriptor::clone(superuser)])
}

/// A caller with the API key of this id.
pub(crate) fn key_caller(service: &Service, id: &str) -> Caller {
    let record = service.key(id);
    let kind = AuthenticationKind::ApiKey { id: id.to_owned(), name: record.name.clone() };
    let user = Arc::new(Creator::user(&record.creator));
    caller(Authentication::direct(user, RealmRef::api_key(), kind), &record.limited_by)
}

fn caller(authentication: Authentication, roles: &[RoleDescriptor]) -> Caller {
    let roles = RoleSet {
        authority: Authority::of_roles(Arc::new(Permission::compile(roles))),
        descriptors: roles.iter().cloned().map(Arc::new).collect(),
        found: roles.iter().map(|it| it.name.clone()).collect(),
        missing: Vec::new(),
        proof: Vec::new(),
    };
    Caller {
        proven: Arc::new(Proven::new(authentication, Vec::new(), None)),
        action: "cluster:test",
        files: Seen::default(),
        granted: Granted::Roles(Arc::new(roles)),
        by: None,
        request: Arc::new(AuthenticationRequest {
            credentials: Credentials::None,
            run_as: None,
            uri: "/".to_owned(),
            origin: "127.0.0.1:1".parse().ok(),
            request_id: "test".into(),
        }),
    }
}

/// The caller, whose right rests on this too.
pub(crate) fn resting_on(caller: Caller, condition: Condition) -> Caller {
    let before = &caller.proven;
    let proof = before.proof.iter().cloned().chain([condition]).collect();
    let proven = Proven::new(before.authentication.clone(), proof, before.granted.clone());
    Caller { proven: Arc::new(proven), ..caller }
}

/// A role that grants these cluster privileges.
pub(crate) fn role(name: &str, cluster: &[&str]) -> RoleDescriptor {
    let cluster = cluster.iter().map(|it| (*it).to_owned()).collect();
    RoleDescriptor { cluster, ..RoleDescriptor::empty(name) }
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::from_string(text.to_owned())
}

/// Whether the stored hash is that of the secret.
pub(crate) fn fits(hash: &serde_json::Value, text: &str) -> bool {
    StoredHash::parse(hash.as_str().unwrap()).unwrap().verify(&secret(text))
}

/// The failure's kind and reason.
pub(crate) fn refused<T>(outcome: Result<T, Failure>) -> (Kind, String) {
    match outcome {
        Ok(_) => panic!("this should have been refused"),
        Err(failure) => (failure.kind(), failure.reason().to_owned()),
    }
}

#[test]
fn only_conflicts_are_tried_again_and_not_for_ever() {
    let conflict = Failure::new(Kind::VersionConflict, "changed");
    let mut attempts = Attempts::new();
    let tries = 1 + (0..100).take_while(|_| attempts.again(&conflict)).count();
    assert_eq!(tries, usize::from(MAX_ATTEMPTS));
    assert!(!Attempts::new().again(&Failure::unavailable("away")));
}

/// The batch that invalidates a key.
pub(crate) fn invalidation(core: &Core, id: &str) -> Batch {
    let key = documents::api_key::key(id);
    let document = core.store().get(&key).unwrap().unwrap();
    let body = documents::api_key::invalidated(&document, core.now()).unwrap();
    Batch::new().put(key, body)
}
