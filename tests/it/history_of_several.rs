//! Histories over three nodes of one etcd: threads try credentials on every node while others kill them, make them good
//! again and clear caches through any node, also while one node after the other is cut off. Whatever is answered must
//! have been possible. Where nodes trust what they hold for ever, it is not.

use std::sync::Arc;

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::history::run::{Plan, run};
use portcullis_tests::history::scene::Scene;
use portcullis_tests::history::several::Several;
use portcullis_tests::history::subject::Kind;
use portcullis_tests::history::tally::Tally;
use tokio::runtime::Handle;

portcullis_tests::tests![
    a_history_of_a_healthy_cluster_is_possible,
    a_history_in_which_nodes_are_cut_off_is_possible,
    a_lease_without_end_is_noticed,
];

/// Of all choices of all runs here.
const SEED: u64 = 20_261_127;

/// What is a document, by which all nodes know it.
fn subjects() -> Vec<(Kind, String)> {
    let named = |kind: Kind| match kind {
        Kind::Reserved => (kind, "beats_system".to_owned()),
        Kind::AsReserved => (kind, "kibana_system".to_owned()),
        _ => (kind, format!("several-{kind:?}").to_lowercase()),
    };
    let kinds = [
        Kind::Native,
        Kind::Reserved,
        Kind::ApiKey,
        Kind::IndexToken,
        Kind::AsNative,
        Kind::AsReserved,
        Kind::Role,
    ];
    kinds.map(named).into()
}

fn plan(rounds: usize, busy: Vec<(Kind, String)>) -> Plan {
    let held = Vec::new();
    Plan { seed: SEED, held, busy, busy_rounds: rounds, watchers: 4, attempts: 100_000 }
}

/// A few whose changes can be sent again when nobody knows what became of them. Many of them wait until a node that is
/// away can be trusted no more.
fn sent_again() -> Vec<(Kind, String)> {
    let few = [Kind::Native, Kind::ApiKey, Kind::Role];
    subjects().into_iter().filter(|(kind, _)| few.contains(kind)).collect()
}

fn assert_exercised(nodes: &Several, tally: &Tally, told: &str) {
    assert!(tally.hits >= 100, "{told}");
    assert_eq!(tally.answers.len(), subjects().len(), "{told}");
    assert!(tally.answers.values().all(|(accepted, refused)| *accepted >= 5 && *refused >= 5), "{told}");
    assert!(nodes.accepted().iter().all(|accepted| *accepted >= 20), "{:?} {told}", nodes.accepted());
}

async fn a_history_of_a_healthy_cluster_is_possible() {
    let etcd = EtcdCluster::start(1).await;
    let nodes = Several::start(&etcd).await;
    let scene = Scene::several(&nodes).await;
    let tally = tokio::task::block_in_place(|| run(&scene, &plan(12, subjects()), || ()));
    let told = format!("seed {SEED}: {tally}");
    assert!(tally.violations.is_empty(), "{told}");
    // Nobody was disturbed, so nobody may say that it does not know.
    assert_eq!(tally.undecided, 0, "{told}");
    assert_eq!(tally.made_good, tally.rounds, "{told}");
    assert_exercised(&nodes, &tally, &told);
}

/// Cuts each node off once, for longer than it may trust what it holds.
async fn cut_off_in_turn(nodes: Arc<Several>) {
    for node in 0..nodes.count() {
        nodes.cut_off(node);
        nodes.is_fenced(node).await;
        nodes.reconnect(node);
        nodes.is_trusted(node).await;
    }
}

async fn a_history_in_which_nodes_are_cut_off_is_possible() {
    let etcd = EtcdCluster::start(1).await;
    let nodes = Several::start(&etcd).await;
    let scene = Scene::several(&nodes).await;
    let runtime = Handle::current();
    let tally = tokio::task::block_in_place(|| {
        run(&scene, &plan(6, sent_again()), || drop(runtime.spawn(cut_off_in_turn(Arc::clone(&nodes)))))
    });
    let told = format!("seed {SEED}: {tally}");
    assert!(tally.violations.is_empty(), "{told}");
    assert!(tally.undecided > 0, "no node was ever fenced: {told}");
    assert!(nodes.accepted().iter().all(|accepted| *accepted >= 10), "{:?} {told}", nodes.accepted());
}

async fn a_lease_without_end_is_noticed() {
    let etcd = EtcdCluster::start(1).await;
    let nodes = Several::start(&etcd).await;
    let scene = Scene::several(&nodes).await;
    let tally = tokio::task::block_in_place(|| {
        run(&scene, &plan(2, sent_again()), || {
            scene.door.securities().into_iter().for_each(|it| it.drop_lease());
            nodes.cut_off(1);
        })
    });
    assert!(!tally.violations.is_empty(), "{tally}");
}
