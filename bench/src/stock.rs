//! A store with many API keys. One is made by a node; the others are its document under other ids, put into the store
//! directly. So all have the same secret: what is looked up and checked is as much as with secrets of their own.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use portcullis_store::{Batch, Bytes, DocumentKey, Kind, RedbStore, Store};
use tempfile::TempDir;

use crate::client::{api_key, request};
use crate::node::{Plan, WHOAMI};

/// API keys have no prefix.
const KIND: Kind = Kind::from_static("");
/// Writes of one commit.
const BATCH: usize = 100;
/// Commits that wait at once.
const QUEUE: usize = 256;
/// Coprime to all counts here: the order jumps, as that of real traffic does.
const STRIDE: usize = 7_919;

/// The folder of a node that has been stopped, and the keys in it.
pub(crate) struct Stock {
    folder: TempDir,
    keys: Keys,
}

/// Which keys there are.
#[derive(Clone)]
pub(crate) struct Keys {
    pub(crate) count: usize,
    secret: String,
}

/// Stocks that are used by several parts, one after another, since a large one takes a while to make.
static SHELF: Mutex<BTreeMap<usize, Arc<Stock>>> = Mutex::new(BTreeMap::new());

/// Whoever holds this may share stocks; they are removed when it is dropped.
pub(crate) struct Shelf;

impl Drop for Shelf {
    fn drop(&mut self) {
        SHELF.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Stock {
    /// One of this size that other parts use too; no node may run on it.
    pub(crate) fn shared(count: usize) -> Arc<Self> {
        let mut shelf = SHELF.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shelf.entry(count).or_insert_with(|| Arc::new(Self::of(count))))
    }

    /// A node's folder with so many keys.
    pub(crate) fn of(count: usize) -> Self {
        let folder = TempDir::with_prefix("portcullis-bench-").expect("a folder");
        let node = Plan::new(folder.path()).start();
        let (id, secret) = node.create_key();
        node.stop();
        let store: Arc<dyn Store> = Arc::new(RedbStore::open(&folder.path().join("data")).expect("a store"));
        let body = store.get(&DocumentKey::new(KIND, id)).expect("a store").expect("a key").body;
        fill(&*store, &body, count);
        store.close();
        Self { folder, keys: Keys { count, secret } }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The file that holds everything.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn keys(&self) -> Keys {
        self.keys.clone()
    }
}

/// Puts so many keys with this document into a store.
pub(crate) fn fill(store: &dyn Store, body: &Bytes, count: usize) {
    put(store, count, |number| (DocumentKey::new(KIND, id(number)), body.clone()));
}

/// Puts so many documents into a store.
pub(crate) fn put(store: &dyn Store, count: usize, document: impl Fn(usize) -> (DocumentKey, Bytes)) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut waiting = VecDeque::new();
    let mut number = 0;
    while number < count {
        let numbers = number..count.min(number + BATCH);
        number = numbers.end;
        let puts = numbers.fold(Batch::new(), |batch, it| {
            let (key, body) = document(it);
            batch.put(key, body)
        });
        waiting.push_back(store.commit(puts));
        if waiting.len() == QUEUE {
            let first = waiting.pop_front().expect("a commit");
            runtime.block_on(first).expect("a commit");
        }
    }
    for commit in waiting {
        runtime.block_on(commit).expect("a commit");
    }
}

/// As long as the ids that a node makes.
fn id(number: usize) -> String {
    format!("bench-key-{number:010}")
}

impl Keys {
    /// Keys that [`fill`] has put in.
    pub(crate) fn with(secret: String, count: usize) -> Self {
        Self { count, secret }
    }

    /// The header of one of them.
    pub(crate) fn header(&self, number: usize) -> String {
        api_key(&id(number), &self.secret)
    }

    /// Requests of the first `count` of them, in an order that jumps.
    pub(crate) fn spread(&self, count: usize) -> impl FnMut(&mut Vec<u8>) + use<> {
        let (keys, mut turn) = (self.clone(), 0);
        move |out| {
            *out = keys.request(turn * STRIDE % count);
            turn += 1;
        }
    }

    /// Requests of each of them once.
    pub(crate) fn each(&self, from: usize) -> impl FnMut(&mut Vec<u8>) + use<> {
        let (keys, mut number) = (self.clone(), from);
        move |out| {
            *out = keys.request(number % keys.count);
            number += 1;
        }
    }

    pub(crate) fn request(&self, number: usize) -> Vec<u8> {
        request("GET", WHOAMI, Some(&self.header(number)))
    }
}
