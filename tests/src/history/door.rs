//! The two ways in: the service itself in this process, and a node over HTTP. What a credential may do is tried through
//! them, and changes are made through them as requests of the API.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use portcullis_api::ROUTES;
use portcullis_model::decision::RequestFacts;
use portcullis_security::{AuthenticationRequest, Credentials, Kind, Security};
use portcullis_store::Store;
use serde_json::Value;

use super::directory::SteppedDirectory;
use super::ledger::Outcome;
use super::people::{People, Staff};
use super::tally::Counts;
use crate::client::{Answer, Client};
use crate::clock::TestClock;
use crate::node::TestNode;
use crate::node::ldap::CORP;
use crate::slapd::Slapd;

/// A future that may be kept and polled anywhere.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a client presents, and what it asks for with it.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The header `Authorization`.
    pub authorization: String,
    /// The header `es-security-runas-user`.
    pub run_as: Option<String>,
    /// What is asked for.
    pub asks: Asks,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// `GET /_security/_authenticate`, which everybody may who is somebody.
    Who,
    /// `GET /_security/role`, which takes a role that grants it.
    Roles,
}

impl Asks {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Who => "/_security/_authenticate",
            Self::Roles => "/_security/role",
        }
    }

    fn action(self) -> &'static str {
        ROUTES.iter().find(|route| route.path == self.path()).and_then(|route| route.action()).unwrap()
    }
}

/// A way in.
pub trait Door: Send + Sync {
    /// Presents a proof.
    fn attempt(&self, proof: &Proof) -> Later<'static, Outcome>;

    /// Sends a request of the API as the superuser `elastic`.
    fn send(&self, method: &'static str, target: &str, body: Option<Value>) -> Later<'static, (u16, Value)>;

    /// The service behind the door, for its counters and files.
    fn security(&self) -> &Security;

    /// Each node's service.
    fn securities(&self) -> Vec<&Security> {
        vec![self.security()]
    }

    /// What the caches of all nodes did so far.
    fn counts(&self) -> Later<'static, Counts> {
        let mut counts = Counts::default();
        for (_, cache) in self.securities().into_iter().flat_map(|it| it.stats().caches) {
            counts.add(cache.hits, cache.coalesced, cache.refused_inserts);
        }
        Box::pin(std::future::ready(counts))
    }

    /// Whether a node may be away, and a clear then fail there.
    fn is_disturbed(&self) -> bool {
        false
    }

    /// Who is in the remote directory of the service.
    ///
    /// # Panics
    /// If it has none.
    fn people(&self) -> &dyn People {
        panic!("there is no directory behind this door")
    }

    /// The clock of the service.
    ///
    /// # Panics
    /// If that is the machine's.
    fn clock(&self) -> &TestClock {
        panic!("what is behind this door lives on the machine's clocks")
    }

    /// Where the files are.
    ///
    /// # Panics
    /// If each node has files of its own.
    fn configuration(&self) -> PathBuf {
        panic!("behind this door each node has files of its own")
    }

    /// The store, where the harness may put documents back itself, as a restore does.
    fn store(&self) -> Option<&dyn Store> {
        None
    }
}

/// What an answer means.
pub(super) fn outcome(answer: &Answer) -> Outcome {
    match answer.status {
        200 => Outcome::Accepted,
        401 | 403 => Outcome::Refused,
        429 | 503 => Outcome::Undecided,
        other => panic!("an attempt was answered with {other}: {}", answer.text()),
    }
}

/// Presents a proof to the service itself.
pub(super) async fn knock(security: Security, proof: Proof) -> Outcome {
    let request = AuthenticationRequest {
        credentials: Credentials::from_header(Some(proof.authorization.as_bytes())),
        run_as: proof.run_as,
        uri: proof.asks.path().to_owned(),
        origin: None,
        request_id: "history".into(),
    };
    let outcome = match security.authenticate(&request.into()).await {
        Ok(who) => {
            let facts = match proof.asks {
                Asks::Who => RequestFacts::User { username: who.authentication().effective.username.clone() },
                Asks::Roles => RequestFacts::None,
            };
            security.authorize(&who, proof.asks.action(), &facts).await.map(|_| ())
        }
        Err(failure) => Err(failure),
    };
    match outcome {
        Ok(()) => Outcome::Accepted,
        Err(failure) => match failure.kind() {
            Kind::Unauthenticated | Kind::Forbidden => Outcome::Refused,
            Kind::Unavailable | Kind::Fenced | Kind::Rejected => Outcome::Undecided,
            _ => panic!("an attempt failed: {failure}"),
        },
    }
}

/// A node, over HTTP.
pub struct OverHttp {
    node: Arc<TestNode>,
    people: Box<dyn People>,
}

impl OverHttp {
    /// A node with a directory in this process.
    pub async fn start() -> Self {
        let directory = SteppedDirectory::default();
        let node = TestNode::builder().directory(10, &directory).start().await;
        Self { node: Arc::new(node), people: Box::new(directory) }
    }

    /// A node with a real directory.
    pub async fn with_slapd() -> Self {
        let slapd = Slapd::start().await;
        // Everybody waits for it: how long it takes is not what this is about.
        let node = TestNode::builder().ldap(&slapd).ldap_patience(CORP, "1m").start().await;
        Self { node: Arc::new(node), people: Box::new(Staff::of(slapd)) }
    }

    fn client(&self, proof: &Proof) -> Client {
        let client = self.node.anonymous().with("Authorization", &proof.authorization);
        proof.run_as.iter().fold(client, |client, target| client.run_as(target))
    }
}

impl Door for OverHttp {
    fn attempt(&self, proof: &Proof) -> Later<'static, Outcome> {
        let request = self.client(proof).get(proof.asks.path());
        Box::pin(async move { outcome(&request.await) })
    }

    fn send(&self, method: &'static str, target: &str, body: Option<Value>) -> Later<'static, (u16, Value)> {
        let request = self.node.elastic().request(method, target);
        let request = body.iter().fold(request, |request, body| request.json(body));
        Box::pin(async move {
            let answer = request.await;
            (answer.status, answer.json())
        })
    }

    fn security(&self) -> &Security {
        self.node.security()
    }

    fn people(&self) -> &dyn People {
        &*self.people
    }

    fn clock(&self) -> &TestClock {
        &self.node.clock
    }

    fn configuration(&self) -> PathBuf {
        self.node.folders().configuration()
    }
}
