//! One run: everybody who takes part in it, until it is over.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::task::JoinHandle;

use super::connection::Connection;
use super::pace::Pace;
use super::tally::Tally;
use super::town::Town;
use super::{Load, guests, storm, writers};

/// Revoked keys that are tried again later; of more the oldest are forgotten.
const DEAD: usize = 300;

/// What those who take part share.
pub(super) struct Shared {
    pub(super) addresses: Vec<SocketAddr>,
    /// The header of `elastic`.
    pub(super) elastic: String,
    pub(super) pace: Pace,
    pub(super) tally: Tally,
    over: AtomicBool,
    /// Headers of revoked keys.
    dead: Mutex<VecDeque<String>>,
}

/// A run that goes on.
pub(super) struct Run {
    pub(super) shared: Arc<Shared>,
    clients: Mutex<Vec<JoinHandle<()>>>,
}

impl Shared {
    /// True when everybody shall go home.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// A connection to this node, counted round.
    pub(super) fn connect(&self, node: usize) -> Connection {
        Connection::to(self.addresses[node % self.addresses.len()])
    }

    /// A connection to each node.
    pub(super) fn connect_all(&self) -> Vec<Connection> {
        (0..self.addresses.len()).map(|node| self.connect(node)).collect()
    }

    /// A key that was made on this connection; none if that was not answered with success.
    pub(super) async fn create(&self, connection: &mut Connection) -> Option<Key> {
        let body = json!({"name": "soak"}).to_string();
        let made = connection.ask("POST", "/_security/api_key", &self.elastic, &body).await;
        if !self.tally.saw("create", made.status, &[200]) {
            return None;
        }
        let made = made.json();
        let text = |field: &str| made[field].as_str().expect("a key").to_owned();
        Some(Key { id: text("id"), header: format!("ApiKey {}", text("encoded")) })
    }

    /// Invalidates a key. True if that was answered with success.
    pub(super) async fn revoke(&self, connection: &mut Connection, key: &Key) -> bool {
        let body = json!({"ids": [key.id]}).to_string();
        let done = connection.ask("DELETE", "/_security/api_key", &self.elastic, &body).await;
        let done = self.tally.saw("revoke", done.status, &[200]);
        if done {
            let mut dead = self.dead.lock().unwrap_or_else(PoisonError::into_inner);
            dead.push_back(key.header.clone());
            while dead.len() > DEAD {
                dead.pop_front();
            }
        }
        done
    }

    /// The header of revoked keys that are remembered, at most so many, the newest first.
    pub(super) fn dead(&self, most: usize) -> Vec<String> {
        let dead = self.dead.lock().unwrap_or_else(PoisonError::into_inner);
        dead.iter().rev().take(most).cloned().collect()
    }
}

/// A key.
pub(super) struct Key {
    id: String,
    pub(super) header: String,
}

impl Run {
    /// Everybody begins.
    pub(super) async fn start(town: &Town, load: Load) -> Self {
        let shared = Arc::new(Shared {
            addresses: town.nodes.iter().map(|it| it.address()).collect(),
            elastic: basic("elastic", &town.password),
            pace: Pace::new(load.writes),
            tally: Tally::start(),
            over: AtomicBool::new(false),
            dead: Mutex::new(VecDeque::new()),
        });
        let mut clients = guests::come(&shared, town).await;
        clients.extend(storm::begin(&shared, town, load.storm).await);
        clients.extend(writers::begin(&shared));
        let pacing = Arc::clone(&shared);
        clients.push(tokio::spawn(async move { pacing.pace.beat(|| pacing.is_over()).await }));
        Self { shared, clients: Mutex::new(clients) }
    }

    /// Everybody goes home, with the last answers. Then every key that was revoked is tried once more.
    pub(super) async fn finish(&self) {
        self.shared.over.store(true, Ordering::Relaxed);
        let clients = std::mem::take(&mut *self.clients.lock().unwrap_or_else(PoisonError::into_inner));
        for client in clients {
            client.await.unwrap();
        }
        for mut connection in self.shared.connect_all() {
            for header in self.shared.dead(DEAD) {
                let status = connection.login(&header).await;
                self.shared.tally.saw("a revoked key at the end", status, &[401]);
            }
        }
    }
}

/// The header of a user.
pub(super) fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}
