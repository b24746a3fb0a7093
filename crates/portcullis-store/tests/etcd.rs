//! The engine for several nodes, beside a real etcd.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "what is taken in from another file is not known to be a test's"
)]

#[expect(dead_code, reason = "other tests use the rest")]
#[path = "etcd/server.rs"]
mod server;

use std::sync::Arc;
use std::time::{Duration, Instant};

use portcullis_store::conformance::{CHECKS, DURABLE_CHECKS, Opened, Place, run};
use portcullis_store::{
    Batch, Bytes, CommitError, Compaction, DocumentKey, EtcdSettings, EtcdStore, Expected, FeedEvent,
    Followed, Following, Kind, LogError, MemberWritten, Plaintext, Revision, SharedLog, Store, adopt,
};
use server::EtcdServer;

const USER: Kind = Kind::from_static("user-");

/// A data folder beside an etcd, or beside a prefix of one.
struct Node {
    folder: tempfile::TempDir,
    settings: EtcdSettings,
}

impl Node {
    fn new(etcd: &EtcdServer) -> Self {
        let prefix = format!("/{}/", uuid::Uuid::new_v4());
        Self { folder: tempfile::tempdir().unwrap(), settings: settings(etcd, &prefix) }
    }

    /// Another node of the same log.
    fn beside(&self) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), settings: self.settings.clone() }
    }

    fn store(&self) -> Arc<EtcdStore> {
        let store = Arc::new(EtcdStore::open(self.folder.path(), &self.settings).unwrap());
        until(|| store.status().following == Following::Yes);
        store
    }
}

impl Place for Node {
    fn open(&self) -> Opened {
        Ok(self.store())
    }
}

fn settings(etcd: &EtcdServer, prefix: &str) -> EtcdSettings {
    EtcdSettings {
        endpoints: vec![etcd.url()],
        prefix: prefix.to_owned(),
        username: None,
        password: None,
        timeout: Duration::from_secs(5),
        tls: None,
        compaction: Compaction::Automatic,
        plaintext: Plaintext::LoopbackOnly,
    }
}

fn etcd() -> EtcdServer {
    EtcdServer::start_with(&["--max-txn-ops", "1200"], None)
}

fn until(mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < patience, "it does not come about");
        std::thread::yield_now();
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn user(id: &str) -> DocumentKey {
    DocumentKey::new(USER, id)
}

fn put(id: &str, body: &str) -> Batch {
    Batch::new().put(user(id), body.to_owned())
}

fn body(store: &EtcdStore, id: &str) -> Option<Bytes> {
    store.get(&user(id)).unwrap().map(|it| it.body)
}

fn assert_passes(failures: Vec<(&'static str, Box<dyn std::error::Error>)>) {
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn etcd_conforms() {
    let etcd = etcd();
    assert_passes(run(CHECKS, || Node::new(&etcd)));
}

#[test]
fn etcd_keeps() {
    let etcd = etcd();
    assert_passes(run(DURABLE_CHECKS, || Node::new(&etcd)));
}

#[test]
fn nodes_of_one_log_see_the_same() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let other = node.beside();
    let (a, b) = (node.store(), other.store());
    assert_eq!(a.identity().epoch, b.identity().epoch);
    assert_eq!(a.identity().cluster, b.identity().cluster);
    let committed = wait(a.commit(put("jo", "1"))).unwrap();
    until(|| b.revision() >= committed.revision);
    assert_eq!(body(&b, "jo"), Some(Bytes::from("1")));
    // Whoever comes later too, with more than a page of documents.
    for batch in 0..25 {
        let many = (0..100).fold(Batch::new(), |all, n| all.put(user(&format!("{batch}-{n}")), "x"));
        wait(b.commit(many)).unwrap();
    }
    let late = node.beside();
    let c = late.store();
    assert_eq!(c.count(&USER).unwrap(), 2501);
    until(|| a.count(&USER).unwrap() == 2501);
}

#[test]
fn what_was_deleted_a_moment_ago_elsewhere_is_created_again() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let other = node.beside();
    let (a, b) = (node.store(), other.store());
    let new = || put("jo", "1").expect(user("jo"), Expected::Absent);
    for _ in 0..50 {
        wait(a.commit(new())).unwrap();
        wait(a.commit(Batch::new().delete(user("jo")))).unwrap();
        // It may not have heard of the deletion yet.
        wait(b.commit(new())).unwrap();
        wait(b.commit(Batch::new().delete(user("jo")))).unwrap();
    }
}

#[test]
fn members_are_written_by_compare_and_set_and_told_with_commits() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let other = node.beside();
    let (a, b) = (node.store(), other.store());
    let MemberWritten::At(first) = wait(a.put_member("one", None, Bytes::from("1"))).unwrap() else {
        panic!()
    };
    let refused = wait(b.put_member("one", None, Bytes::from("2"))).unwrap();
    let MemberWritten::Refused { current: Some(current) } = refused else { panic!("{refused:?}") };
    assert_eq!((current.id.as_str(), current.revision), ("one", first));
    let committed = wait(b.commit(put("jo", "1"))).unwrap();
    assert_eq!(committed.members, std::slice::from_ref(&current));
    until(|| b.members() == [current.clone()]);
    let ordered = wait(b.order(Bytes::from("clear"))).unwrap();
    assert_eq!(ordered.members, [current]);
    wait(b.remove_member("one", Revision(1))).unwrap();
    wait(b.remove_member("one", first)).unwrap();
    until(|| a.members().is_empty());
    // A member that begins later knows who is there.
    let MemberWritten::At(_) = wait(a.put_member("two", None, Bytes::from("2"))).unwrap() else { panic!() };
    a.close();
    drop(a);
    let again = node.store();
    until(|| again.members().len() == 1);
}

#[test]
fn an_order_comes_once_through_every_feed() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let other = node.beside();
    let (a, b) = (node.store(), other.store());
    let mut feed = b.subscribe(b.revision()).unwrap();
    let ordered = wait(a.order(Bytes::from("clear"))).unwrap();
    wait(a.commit(put("end", "1"))).unwrap();
    let mut orders = Vec::new();
    loop {
        match feed.next(Duration::from_secs(60)).unwrap() {
            Some(FeedEvent::Change(change)) if !change.keys.is_empty() => break,
            Some(FeedEvent::Change(change)) => {
                orders.extend(change.orders.iter().map(|it| (change.revision, it.clone())));
            }
            Some(FeedEvent::Reset { .. }) | None => {}
            Some(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(orders, [(ordered.revision, Bytes::from("clear"))]);
}

#[test]
fn what_is_forgotten_is_read_anew() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let other = node.beside();
    let away = other.store();
    wait(away.commit(put("gone", "1"))).unwrap();
    away.close();
    drop(away);
    let a = node.store();
    wait(a.commit(Batch::new().delete(user("gone")))).unwrap();
    let last = wait(a.commit(put("jo", "1"))).unwrap();
    wait(a.compact(last.revision)).unwrap();
    let back = Arc::new(EtcdStore::open(other.folder.path(), &other.settings).unwrap());
    let mut feed = back.subscribe(back.revision()).unwrap();
    until(|| back.status().following == Following::Yes);
    assert_eq!(back.status().resyncs, 1);
    assert!(matches!(feed.next(Duration::ZERO).unwrap(), Some(FeedEvent::Reset { .. })));
    assert_eq!((body(&back, "gone"), body(&back, "jo")), (None, Some(Bytes::from("1"))));
}

#[test]
fn another_log_is_not_followed_before_it_is_adopted() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let a = node.store();
    wait(a.commit(put("jo", "1"))).unwrap();
    let before = Followed { epoch: a.identity().epoch, cluster: a.identity().cluster };
    a.close();
    drop(a);
    // The same folder beside another etcd: as after a wipe.
    let wiped = self::etcd();
    let moved = EtcdSettings { endpoints: vec![wiped.url()], ..node.settings.clone() };
    let a = Arc::new(EtcdStore::open(node.folder.path(), &moved).unwrap());
    let mut feed = a.subscribe(a.revision()).unwrap();
    until(|| matches!(a.status().following, Following::Severed(_)));
    assert!(matches!(feed.next(Duration::from_secs(60)).unwrap(), Some(FeedEvent::Severed { .. })));
    assert!(matches!(wait(a.head()), Err(LogError::Severed(_))));
    assert!(matches!(wait(a.commit(put("jo", "2"))), Err(CommitError::Unavailable(_))));
    assert_eq!(body(&a, "jo"), Some(Bytes::from("1")));
    let epoch = wait(adopt(&moved, before.clone(), Duration::ZERO)).unwrap();
    until(|| a.status().following == Following::Yes);
    assert_eq!(a.identity().epoch, epoch);
    assert_eq!(a.identity().cluster, before.cluster);
    assert_eq!(body(&a, "jo"), None);
    wait(a.commit(put("jo", "2").expect(user("jo"), Expected::Absent))).unwrap();
}

#[test]
fn a_store_opens_and_reads_while_etcd_is_away() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let a = node.store();
    wait(a.commit(put("jo", "1"))).unwrap();
    a.close();
    drop(a);
    etcd.freeze();
    let a = EtcdStore::open(node.folder.path(), &node.settings).unwrap();
    assert_eq!(body(&a, "jo"), Some(Bytes::from("1")));
    assert!(matches!(wait(a.head()), Err(LogError::NoAnswer(_))));
    etcd.thaw();
    until(|| a.status().following == Following::Yes);
    wait(a.commit(put("jo", "2"))).unwrap();
}

/// Runs etcd's own tool.
fn etcdctl(etcd: &EtcdServer, arguments: &[&str]) {
    let mut command = std::process::Command::new("etcdctl");
    let done = command.env("ETCDCTL_API", "3").arg("--endpoints").arg(etcd.url()).args(arguments).output();
    let done = done.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn what_others_write_into_this_etcd_keeps_nobody_waiting() {
    let etcd = etcd();
    let a = Node::new(&etcd).store();
    etcdctl(&etcd, &["put", "/elsewhere", "1"]);
    let head = wait(a.head()).unwrap();
    assert!(head > a.revision());
    // Nothing else is written under the prefix.
    until(|| a.revision() >= head);
    etcdctl(&etcd, &["put", "/elsewhere", "2"]);
    let nothing = wait(a.commit(Batch::new())).unwrap();
    assert!(nothing.revision > head);
}

#[test]
fn a_log_that_is_emptied_leaves_the_copies() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let a = node.store();
    wait(a.commit(put("jo", "1"))).unwrap();
    etcdctl(&etcd, &["del", "--prefix", &node.settings.prefix]);
    until(|| matches!(a.status().following, Following::Severed(_)));
    assert_eq!(body(&a, "jo"), Some(Bytes::from("1")));
}

/// Else a node that is killed forgets that there was a revocation, and so believes a log that was restored to before it.
#[test]
fn what_was_told_is_in_the_copy_after_a_crash() {
    let etcd = etcd();
    let node = Node::new(&etcd);
    let a = node.store();
    wait(a.commit(put("jo", "1"))).unwrap();
    // As it is on disk while the store is open: what a process that is killed leaves.
    let crashed = node.beside();
    let file = "replica.redb";
    std::fs::copy(node.folder.path().join(file), crashed.folder.path().join(file)).unwrap();
    etcd.freeze();
    let again = EtcdStore::open(crashed.folder.path(), &crashed.settings).unwrap();
    assert_eq!(body(&again, "jo"), Some(Bytes::from("1")));
    etcd.thaw();
}
