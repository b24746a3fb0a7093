//! Histories over three nodes of one etcd: threads try credentials on every node while others kill them, make them good
//! again and clear caches through any node, also while one node after the other is cut off or paused, and while members of
//! etcd are killed and frozen. Whatever is answered must have been possible, and nobody says without a reason that it does
//! not know. Where nodes trust what they hold for ever, it is not.

use std::sync::Arc;
use std::thread;

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::history::processes::{Processes, WINDOW};
use portcullis_tests::history::run::{Plan, run, run_through};
use portcullis_tests::history::scene::Scene;
use portcullis_tests::history::several::Several;
use portcullis_tests::history::subject::Kind;
use portcullis_tests::history::tally::Tally;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

portcullis_tests::tests![
    a_history_of_a_healthy_cluster_is_possible,
    a_history_in_which_nodes_are_cut_off_is_possible,
    a_history_with_every_fault_is_possible,
    a_lease_without_end_is_noticed,
    who_is_fenced_without_a_reason_is_noticed,
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
async fn cut_off_in_turn(nodes: Arc<Several>, scene: Arc<Scene>) {
    for node in 0..nodes.count() {
        scene.ledger.faults.begin("a node is cut off");
        nodes.cut_off(node);
        nodes.is_fenced(node).await;
        nodes.reconnect(node);
        nodes.is_trusted(node).await;
        scene.ledger.faults.end();
    }
}

async fn a_history_in_which_nodes_are_cut_off_is_possible() {
    let etcd = EtcdCluster::start(1).await;
    let nodes = Several::start(&etcd).await;
    let scene = Scene::several(&nodes).await;
    let runtime = Handle::current();
    let tally = tokio::task::block_in_place(|| {
        let faults = cut_off_in_turn(Arc::clone(&nodes), Arc::clone(&scene));
        run_through(&scene, &plan(6, sent_again()), || thread::spawn(move || runtime.block_on(faults)))
    });
    let told = format!("seed {SEED}: {tally}");
    assert!(tally.violations.is_empty() && tally.unexplained.is_empty(), "{told}");
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

/// How many each node lets in between two faults, at least.
const BETWEEN: usize = 20;

/// A node is paused for a moment, another for longer than it may trust what it holds, the third is cut off; a member of etcd
/// is killed, and its leader frozen.
async fn every_fault(etcd: Arc<Mutex<EtcdCluster>>, nodes: Arc<Processes>, scene: Arc<Scene>) {
    let mut etcd = etcd.lock().await;
    let faults = &scene.ledger.faults;
    nodes.goes_on(BETWEEN).await;

    faults.begin("a node is paused for a moment");
    nodes.pause(0);
    etcd.put("/elsewhere", b"").await;
    wake(&nodes, &scene, 0).await;
    is_over(&nodes, &scene).await;

    faults.begin("a node is paused for long");
    nodes.pause(1);
    nodes.is_lost(1).await;
    wake(&nodes, &scene, 1).await;
    is_over(&nodes, &scene).await;

    faults.begin("a node is cut off");
    nodes.cut_off(2);
    nodes.becomes(2, 503).await;
    nodes.reconnect(2);
    is_over(&nodes, &scene).await;

    faults.begin("a member of etcd is killed");
    let follower = (etcd.leader().await + 1) % etcd.size();
    etcd.restart(follower).await;
    is_over(&nodes, &scene).await;

    faults.begin("the leader of etcd is frozen");
    let leader = etcd.leader().await;
    etcd.pause(leader);
    etcd.leader().await;
    etcd.resume(leader);
    is_over(&nodes, &scene).await;
}

/// Lets a node go on that is asked at once for everything that was revoked meanwhile.
async fn wake(nodes: &Processes, scene: &Scene, node: usize) {
    let credentials = scene.ledger.credentials();
    let attempts: Vec<_> =
        credentials.iter().map(|it| tokio::spawn(it.attempt_by(nodes.attempt_at(node, &it.proof)))).collect();
    // They are on their way.
    tokio::task::yield_now().await;
    nodes.resume(node);
    for attempt in attempts {
        attempt.await.unwrap();
    }
}

async fn is_over(nodes: &Processes, scene: &Scene) {
    nodes.are_well().await;
    scene.ledger.faults.end();
    nodes.goes_on(BETWEEN).await;
}

async fn a_history_with_every_fault_is_possible() {
    let etcd = EtcdCluster::start(3).await;
    let nodes = Processes::start(&etcd).await;
    let etcd = Arc::new(Mutex::new(etcd));
    let scene = Scene::processes(&nodes).await;
    let runtime = Handle::current();
    let tally = tokio::task::block_in_place(|| {
        // It outlives the last request.
        let (etcd, nodes, of_faults) = (Arc::clone(&etcd), Arc::clone(&nodes), Arc::clone(&scene));
        let faults = || thread::spawn(move || runtime.block_on(every_fault(etcd, nodes, of_faults)));
        run_through(&scene, &plan(6, sent_again()), faults)
    });
    let told =
        format!("seed {SEED}: {tally}; accepted {:?}, undecided {:?}", nodes.accepted(), nodes.undecided());
    assert!(tally.violations.is_empty() && tally.unexplained.is_empty(), "{told}");
    assert!(tally.undecided > 0, "no node was ever fenced: {told}");
    assert!(tally.hits >= 100 && tally.rounds >= 30 && tally.made_good >= 10, "{told}");
    assert!(tally.refused_inserts > 0, "no change came while somebody loaded: {told}");
    assert!(tally.answers.values().all(|(accepted, refused)| *accepted >= 20 && *refused >= 20), "{told}");
    assert!(nodes.accepted().iter().all(|accepted| *accepted >= 100), "{told}");
}

async fn who_is_fenced_without_a_reason_is_noticed() {
    let etcd = EtcdCluster::start(1).await;
    let nodes = Several::start(&etcd).await;
    let scene = Scene::several(&nodes).await;
    let runtime = Handle::current();
    let tally = tokio::task::block_in_place(|| {
        run_through(&scene, &plan(1, sent_again()), || {
            let (nodes, scene) = (Arc::clone(&nodes), Arc::clone(&scene));
            // As if it had fenced itself: nobody was told that it is cut off. It stays so until somebody asked it.
            let fenced = async move {
                nodes.cut_off(1);
                nodes.is_fenced(1).await;
                nodes.wait(1, || !scene.ledger.unexplained(WINDOW).is_empty()).await;
                nodes.reconnect(1);
                nodes.is_trusted(1).await;
            };
            thread::spawn(move || runtime.block_on(fenced))
        })
    });
    assert!(tally.violations.is_empty() && !tally.unexplained.is_empty(), "{tally}");
}
