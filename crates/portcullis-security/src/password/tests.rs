//! The first password of a reserved user, set by several nodes at once.

use std::sync::Arc;

use portcullis_model::reserved_user::ELASTIC;
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_store::{Link, MemoryLog, MemoryNode};

use super::FirstSet;
use crate::error::Kind;
use crate::manage::tests::{Service, secret};
use crate::{AuthenticationRequest, Credentials, Failure, Security, Settings};

struct Still;

impl portcullis_model::lifetime::Clock for Still {
    fn wall(&self) -> portcullis_model::lifetime::WallTime {
        portcullis_model::lifetime::WallTime(1_700_000_000_000)
    }

    fn boot(&self) -> portcullis_model::lifetime::BootTime {
        portcullis_model::lifetime::BootTime(1_000)
    }
}

struct Node {
    security: Security,
    store: Arc<MemoryNode>,
    _files: tempfile::TempDir,
}

impl Node {
    fn of(log: &MemoryLog) -> Self {
        let (store, files) = (Arc::new(log.node()), tempfile::tempdir().unwrap());
        let settings =
            Settings { password_hashing: HashAlgorithm::parse("bcrypt4").unwrap(), ..Settings::default() };
        let security =
            Security::start(settings, Arc::clone(&store) as _, Arc::new(Still), files.path()).unwrap();
        Self { security, store, _files: files }
    }

    async fn set(&self, password: &str) -> Result<FirstSet, Failure> {
        self.security.set_first_password(ELASTIC, Secret::from_string(password.to_owned())).await
    }

    async fn lets_in(&self, password: &str) -> bool {
        let request = AuthenticationRequest {
            credentials: Credentials::Basic {
                username: ELASTIC.to_owned(),
                password: Secret::from_string(password.to_owned()),
            },
            run_as: None,
            uri: "/".to_owned(),
            origin: "127.0.0.1:1".parse().ok(),
            request_id: "test".into(),
        };
        self.security.authenticate(&std::sync::Arc::new(request)).await.is_ok()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.security.stop();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_that_start_at_once_one_has_its_way() {
    for _ in 0..20 {
        let log = MemoryLog::new();
        let nodes = [Node::of(&log), Node::of(&log)];
        let words = ["the-one-password", "the-other-password"];
        let [one, other] = &nodes;
        let (a, b) = tokio::join!(one.set(words[0]), other.set(words[1]));
        let outcomes = [a.unwrap(), b.unwrap()];
        let taken = outcomes.iter().position(|it| *it == FirstSet::Taken).unwrap();
        assert_eq!(outcomes[1 - taken], FirstSet::Stored);
        for node in &nodes {
            assert!(node.lets_in(words[taken]).await);
            assert!(!node.lets_in(words[1 - taken]).await);
        }
    }
}

#[tokio::test]
async fn a_node_that_has_not_heard_of_the_first_password_does_not_replace_it() {
    let log = MemoryLog::new();
    let (one, other) = (Node::of(&log), Node::of(&log));
    // What is asked is done, and changes arrive no more.
    other.store.link(Link::Deaf);
    assert_eq!(one.set("the-one-password").await.unwrap(), FirstSet::Taken);
    let other = Arc::new(other);
    let set = tokio::spawn({
        let other = Arc::clone(&other);
        async move { other.set("the-other-password").await }
    });
    // Hashed, and about to be written.
    while other.security.stats().hashing.completed == 0 {
        tokio::task::yield_now().await;
    }
    other.store.link(Link::Up);
    assert_eq!(set.await.unwrap().unwrap(), FirstSet::Stored);
    assert!(one.lets_in("the-one-password").await && other.lets_in("the-one-password").await);
}

#[tokio::test]
async fn a_password_that_comes_between_the_look_and_the_write_stays() {
    let service = Service::start();
    service.forestall(|_| super::reserved(ELASTIC, None, "somebody else's").unwrap());
    let set = super::set_first(&service.core, ELASTIC, secret("the-second-password")).await.unwrap();
    assert_eq!(set, FirstSet::Stored);
    let stored = super::reserved_document::read(service.core.store(), ELASTIC).unwrap().unwrap();
    assert_eq!(stored.value.password, "somebody else's");
}

#[tokio::test]
async fn a_disabled_user_without_a_password_stays_disabled() {
    let service = Service::start();
    let disabled = super::StoredReservedUser { password: String::new(), enabled: false };
    let key = super::reserved_document::key(ELASTIC);
    let batch = portcullis_store::Batch::new().put(key, disabled.encode(ELASTIC).unwrap());
    service.core.write_own(batch).await.unwrap();
    let set = super::set_first(&service.core, ELASTIC, secret("the-first-password")).await.unwrap();
    assert_eq!(set, FirstSet::Taken);
    let stored = super::reserved_document::read(service.core.store(), ELASTIC).unwrap().unwrap();
    assert!(!stored.value.enabled);
    let short = super::set_first(&service.core, ELASTIC, secret("12345")).await.unwrap_err();
    assert_eq!(short.kind(), Kind::Validation);
}
