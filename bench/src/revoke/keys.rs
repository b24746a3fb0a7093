//! A cluster with many API keys: how long a node takes until it is trusted.

use std::time::{Duration, Instant};

use portcullis_store::{DocumentKey, EtcdSettings, EtcdStore, Following, Kind, Store};
use tempfile::TempDir;

use super::cluster::{Cluster, plan};
use crate::client::basic;
use crate::extent::Extent;
use crate::node::PASSWORD;
use crate::quartiles::Quartiles;
use crate::report::{Bar, Row, Section};
use crate::stock;

const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn measure(section: &mut Section, extent: Extent) {
    let count = extent.of(200_000, 5_000);
    let cluster = Cluster::start(1);
    let (id, _) = cluster.node(0).create_key();
    fill(&cluster, &id, count);
    let elastic = basic("elastic", PASSWORD);
    let (mut fresh, mut restarted) = (Vec::new(), Vec::new());
    for round in 0..extent.of(3, 1) {
        let folder = TempDir::with_prefix("member-").expect("a folder");
        let mut node = plan(&folder, &cluster.etcd.endpoints(), round + 1).launch();
        fresh.push(node.first_answer(&elastic).as_secs_f64());
        for _ in 0..2 {
            node = node.stop().launch();
            restarted.push(node.first_answer(&elastic).as_secs_f64());
        }
    }
    section.say(format!(
        "With {count} API keys in etcd: from the start of a node's process to the first answer that says who `elastic` is, \
         which a node gives that is trusted; `fresh` with an empty data folder, `restarted` with what it had."
    ));
    let (fresh, restarted) = (Quartiles::of(fresh), Quartiles::of(restarted));
    section.row(Row::new("200,000 keys: a fresh node is trusted after", fresh, " s", Bar::AtMost(15.0)));
    section.row(Row::new(
        "200,000 keys: a restarted node is trusted after",
        restarted,
        " s",
        Bar::AtMost(2.0),
    ));
}

/// Puts so many keys into etcd, with the document of one that is there.
fn fill(cluster: &Cluster, id: &str, count: usize) {
    let folder = TempDir::with_prefix("filler-").expect("a folder");
    let settings = EtcdSettings::new(cluster.etcd.endpoints(), "/portcullis/bench/");
    let store = EtcdStore::open(folder.path(), &settings).expect("a store");
    let began = Instant::now();
    let key = DocumentKey::new(Kind::from_static(""), id);
    let body = loop {
        let follows = store.shared().is_some_and(|it| matches!(it.status().following, Following::Yes));
        if follows && let Some(document) = store.get(&key).expect("a store") {
            break document.body;
        }
        assert!(began.elapsed() < PATIENCE, "etcd is not read");
        std::thread::sleep(PAUSE);
    };
    stock::fill(&store, &body, count);
    store.close();
}
