//! Histories: threads try credentials while others kill them, make them good again and clear caches. Whatever is answered
//! must have been possible. With the fence broken it is not.

use std::collections::BTreeSet;
use std::sync::Arc;

use portcullis_cache::Mutant;
use portcullis_tests::history::run::{Plan, run};
use portcullis_tests::history::scene::Scene;
use portcullis_tests::history::subject::Kind;
use portcullis_tests::history::tally::Tally;

portcullis_tests::tests![
    a_history_in_process_is_possible,
    a_history_over_http_is_possible,
    a_history_before_a_real_directory_is_possible,
    a_fence_that_stays_before_a_real_directory_is_noticed,
    a_fence_that_stays_is_noticed,
    an_unchecked_ticket_is_noticed,
    a_load_that_is_not_detached_is_noticed,
];

/// Of all choices of all runs here.
const SEED: u64 = 20_261_122;

/// One of each kind, with requests that are stopped. A built-in user has one owner.
fn held() -> Vec<(Kind, String)> {
    let named = |kind: Kind| match kind {
        Kind::Reserved => (kind, "logstash_system".to_owned()),
        Kind::AsReserved => (kind, "apm_system".to_owned()),
        _ => (kind, format!("held-{kind:?}").to_lowercase()),
    };
    Kind::ALL.map(named).into()
}

/// One of each kind for everybody, but for the one that moves the clock of all.
fn busy() -> Vec<(Kind, String)> {
    let named = |kind: Kind| match kind {
        Kind::Reserved => (kind, "beats_system".to_owned()),
        Kind::AsReserved => (kind, "kibana_system".to_owned()),
        _ => (kind, format!("busy-{kind:?}").to_lowercase()),
    };
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::ExpiringKey).map(named).collect()
}

fn play(scene: &Arc<Scene>, plan: &Plan, mutant: Mutant) -> Tally {
    tokio::task::block_in_place(|| run(scene, plan, || scene.door.security().set_mutant(mutant)))
}

async fn a_history_in_process_is_possible() {
    let plan = Plan { seed: SEED, held: held(), busy: busy(), busy_rounds: 24, watchers: 4, attempts: 3_000 };
    let tally = play(&Scene::in_process().await, &plan, Mutant::None);
    let told = format!("seed {SEED}: {tally}");
    assert!(tally.violations.is_empty(), "{told}");
    assert_eq!(tally.undecided, 0, "{told}");
    assert_eq!(tally.made_good, tally.rounds, "{told}");
    assert!(tally.landed_while_held >= 150, "{told}");
    assert!(tally.refused_inserts >= 200, "{told}");
    assert!(tally.coalesced >= 500, "{told}");
    assert!(tally.hits >= 5_000, "{told}");
    assert_eq!(tally.answers.len(), Kind::ALL.len(), "{told}");
    assert!(tally.answers.values().all(|(accepted, refused)| *accepted >= 50 && *refused >= 50), "{told}");
}

async fn a_history_over_http_is_possible() {
    let mut busy = busy();
    busy.push((Kind::ExpiringKey, "clock".to_owned()));
    let plan = Plan { seed: SEED, held: Vec::new(), busy, busy_rounds: 12, watchers: 4, attempts: 1_500 };
    let tally = play(&Scene::over_http().await, &plan, Mutant::None);
    let told = format!("seed {SEED}: {tally}");
    assert!(tally.violations.is_empty(), "{told}");
    assert!(tally.undecided <= 5, "{told}");
    assert!(tally.made_good >= tally.rounds - 5, "{told}");
    assert!(tally.refused_inserts >= 5, "{told}");
    assert!(tally.coalesced >= 20, "{told}");
    assert!(tally.hits >= 500, "{told}");
    assert_eq!(tally.answers.len(), Kind::ALL.len(), "{told}");
    assert!(tally.answers.values().all(|(accepted, refused)| *accepted >= 10 && *refused >= 5), "{told}");
}

/// Users of the directory, with and without mappings.
fn of_directory() -> Vec<(Kind, String)> {
    let kinds =
        [Kind::Remote, Kind::AsRemote, Kind::Mapped, Kind::FileMapped, Kind::AsMapped, Kind::AsFileMapped];
    kinds.map(|kind| (kind, format!("{kind:?}").to_lowercase())).into()
}

async fn a_history_before_a_real_directory_is_possible() {
    let (held, busy) = (Vec::new(), of_directory());
    let plan = Plan { seed: SEED, held, busy, busy_rounds: 60, watchers: 4, attempts: 5_000 };
    let tally = play(&Scene::before_slapd().await, &plan, Mutant::None);
    let told = format!("seed {SEED}: {tally}");
    assert!(tally.violations.is_empty(), "{told}");
    assert!(tally.undecided <= 5, "{told}");
    assert!(tally.made_good >= tally.rounds - 5, "{told}");
    assert!(tally.refused_inserts >= 20, "{told}");
    assert!(tally.coalesced >= 20, "{told}");
    assert!(tally.hits >= 500, "{told}");
    assert_eq!(tally.answers.len(), of_directory().len(), "{told}");
    assert!(tally.answers.values().all(|(accepted, refused)| *accepted >= 30 && *refused >= 15), "{told}");
}

async fn a_fence_that_stays_before_a_real_directory_is_noticed() {
    let (held, busy) = (Vec::new(), of_directory());
    let plan = Plan { seed: SEED, held, busy, busy_rounds: 6, watchers: 4, attempts: 500 };
    let tally = play(&Scene::before_slapd().await, &plan, Mutant::FenceStays);
    // A mapping that goes is noticed whatever is in flight: its users stay as they were.
    let kinds: BTreeSet<Kind> = tally.violations.iter().map(|it| it.kind).collect();
    assert!(kinds.contains(&Kind::Mapped) && kinds.contains(&Kind::AsFileMapped), "{tally}");
}

/// The kinds of which something impossible was answered with the fence broken. Each is alone in its scene: what is
/// noticed, is noticed because a request was stopped at the right place, not by luck.
async fn noticed(mutant: Mutant) -> BTreeSet<Kind> {
    let mut kinds = BTreeSet::new();
    for subject in held() {
        let held = vec![subject];
        let plan = Plan { seed: SEED, held, busy: Vec::new(), busy_rounds: 0, watchers: 0, attempts: 0 };
        let tally = play(&Scene::in_process().await, &plan, mutant);
        kinds.extend(tally.violations.iter().map(|it| it.kind));
    }
    kinds
}

async fn a_fence_that_stays_is_noticed() {
    let kinds = noticed(Mutant::FenceStays).await;
    assert_eq!(kinds.len(), Kind::ALL.len(), "{kinds:?}");
}

async fn an_unchecked_ticket_is_noticed() {
    let kinds = noticed(Mutant::NoTicketCheck).await;
    assert_eq!(kinds.len(), Kind::ALL.len(), "{kinds:?}");
}

async fn a_load_that_is_not_detached_is_noticed() {
    let kinds = noticed(Mutant::NoDetach).await;
    assert_eq!(kinds.len(), Kind::ALL.len(), "{kinds:?}");
}
