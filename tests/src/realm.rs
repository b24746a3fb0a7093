//! A realm in the hands of a test: it can be held, unreachable, and it counts who asked. It stands for a remote
//! directory, which is slow, sometimes away, and tells nobody what has changed in it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::Secret;
use portcullis_security::{Answer, Failure, Reach, Realm, RealmFuture, ResolvedUser};
use tokio::sync::watch;

/// How the realm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Answers,
    Unreachable,
    Held,
}

/// The realm. A clone is the same realm.
#[derive(Clone)]
pub struct TestRealm(Arc<Inner>);

struct Inner {
    reference: RealmRef,
    users: Mutex<BTreeMap<String, (String, Vec<String>)>>,
    state: watch::Sender<State>,
    waiting: watch::Sender<usize>,
    asked: AtomicU64,
}

impl TestRealm {
    /// A realm of this type and name, without users.
    pub fn new(kind: &str, name: &str) -> Self {
        Self(Arc::new(Inner {
            reference: RealmRef::new(name, kind),
            users: Mutex::default(),
            state: watch::Sender::new(State::Answers),
            waiting: watch::Sender::new(0),
            asked: AtomicU64::new(0),
        }))
    }

    /// Adds a user, or changes one.
    pub fn put(&self, username: &str, password: &str, roles: &[&str]) {
        let roles = roles.iter().map(|it| (*it).to_owned()).collect();
        let mut users = self.0.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.insert(username.to_owned(), (password.to_owned(), roles));
    }

    /// From now on requests wait.
    pub fn hold(&self) {
        self.0.state.send_replace(State::Held);
    }

    /// From now on nothing can be decided.
    pub fn cut_off(&self) {
        self.0.state.send_replace(State::Unreachable);
    }

    /// From now on all requests are answered, those that wait included.
    pub fn answer(&self) {
        self.0.state.send_replace(State::Answers);
    }

    /// Returns when this many requests wait in the realm.
    pub async fn waiting(&self, count: usize) {
        self.0.waiting.subscribe().wait_for(|waiting| *waiting >= count).await.unwrap();
    }

    /// How often it was asked for an authentication.
    pub fn asked(&self) -> u64 {
        self.0.asked.load(Ordering::SeqCst)
    }

    async fn reach(&self) -> Result<(), Failure> {
        let mut state = self.0.state.subscribe();
        if *state.borrow() == State::Held {
            self.0.waiting.send_modify(|it| *it += 1);
        }
        let state = *state.wait_for(|it| *it != State::Held).await.unwrap();
        match state {
            State::Unreachable => Err(Failure::unavailable("the directory does not answer")),
            State::Answers | State::Held => Ok(()),
        }
    }

    fn find(&self, username: &str) -> Option<(String, ResolvedUser)> {
        let users = self.0.users.lock().unwrap_or_else(PoisonError::into_inner);
        let (password, roles) = users.get(username)?.clone();
        let user = Arc::new(User::new(username, roles));
        Some((password, ResolvedUser { user, realm: self.0.reference.clone(), proof: Vec::new() }))
    }
}

impl Realm for TestRealm {
    fn reference(&self) -> &RealmRef {
        &self.0.reference
    }

    fn authenticate<'a>(&'a self, username: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer> {
        Box::pin(async move {
            self.0.asked.fetch_add(1, Ordering::SeqCst);
            // What the directory says is what it knows when the request arrives there.
            let found = self.find(username);
            self.reach().await?;
            Ok(match found {
                None => Answer::NotMine,
                Some((right, user)) if right.as_bytes() == password.expose() => {
                    Answer::Authenticated(Arc::new(user))
                }
                Some(_) => Answer::Refused(Reach::ThisRealm),
            })
        })
    }

    fn lookup<'a>(&'a self, username: &'a str) -> RealmFuture<'a, Option<ResolvedUser>> {
        Box::pin(async move {
            let found = self.find(username);
            self.reach().await?;
            Ok(found.map(|(_, user)| user))
        })
    }

    fn tells_changes(&self) -> bool {
        false
    }
}
