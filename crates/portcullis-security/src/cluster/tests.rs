//! Several nodes in one process, and the promise: what is acknowledged on one is true on all.

mod clears;
mod town;

use std::sync::atomic::Ordering;

use portcullis_cluster::Phase;
use portcullis_store::{Link, SharedLog, Store};

use crate::error::Kind;
use crate::manage::roles::Roles;
use crate::manage::tests::{elastic, refused, role};
use town::{Town, wait};

/// What a healthy answer takes at most by the clock: two heartbeats' gaps and some steps.
const SOON: u64 = 100;

#[tokio::test]
async fn what_is_created_on_one_is_good_on_all_and_what_is_revoked_is_dead_on_all() {
    let town = Town::of(&["a", "b", "c"]).await;
    let (key, took) = town.run(town.nodes[0].create("k")).await;
    let key = key.unwrap();
    assert!(took <= SOON, "{took}");
    for node in &town.nodes {
        node.lets_in(&key).await.unwrap();
    }
    let (revoked, took) = town.run(town.nodes[1].revoke(&key)).await;
    assert_eq!(revoked.unwrap().invalidated, std::slice::from_ref(&key.id));
    assert!(took <= SOON, "{took}");
    for node in &town.nodes {
        assert_eq!(refused(node.lets_in(&key).await).0, Kind::Unauthenticated);
    }
    assert_eq!(town.nodes[1].cluster().acknowledgements().by_time, 0);
}

#[tokio::test]
async fn a_deaf_node_is_waited_for_once_and_is_fenced_by_the_answer() {
    let mut town = Town::of(&["a", "b"]).await;
    let (one, _) = town.run(town.nodes[0].create("one")).await;
    let (two, _) = town.run(town.nodes[0].create("two")).await;
    let (one, two) = (one.unwrap(), two.unwrap());
    town.nodes[1].lets_in(&one).await.unwrap();
    town.link(1, Link::Deaf);
    let (revoked, took) = town.run(town.nodes[0].revoke(&one)).await;
    revoked.unwrap();
    assert!((wait()..wait() + SOON).contains(&took), "{took}");
    assert!(!town.nodes[1].is_trusted());
    assert_eq!(refused(town.nodes[1].lets_in(&one).await).0, Kind::Fenced);
    let (revoked, took) = town.run(town.nodes[0].revoke(&two)).await;
    revoked.unwrap();
    // A deaf node goes on to write its record, so removing it once may not be enough.
    assert!(took < wait() + SOON, "{took}");
}

#[tokio::test]
async fn a_dead_node_costs_one_wait_and_one_that_left_costs_none() {
    let mut town = Town::of(&["a", "b", "c"]).await;
    let mut keys = Vec::new();
    for name in ["one", "two", "three"] {
        keys.push(town.run(town.nodes[0].create(name)).await.0.unwrap());
    }
    town.nodes[2].lively = false;
    let (_, took) = town.run(town.nodes[2].cluster().leave()).await;
    assert!(took <= SOON, "{took}");
    assert!(!town.nodes[2].is_trusted());
    let (revoked, took) = town.run(town.nodes[0].revoke(&keys[0])).await;
    revoked.unwrap();
    assert!(took <= SOON, "{took}");

    town.nodes[1].lively = false;
    town.nodes[1].core.stop();
    let (revoked, took) = town.run(town.nodes[0].revoke(&keys[1])).await;
    revoked.unwrap();
    assert!((wait() - 500..wait() + SOON).contains(&took), "{took}");
    let (revoked, took) = town.run(town.nodes[0].revoke(&keys[2])).await;
    revoked.unwrap();
    assert!(took <= SOON, "{took}");
}

#[tokio::test]
async fn who_finds_nothing_to_do_waits_like_who_did_it() {
    let mut town = Town::of(&["a", "b"]).await;
    let key = town.run(town.nodes[0].create("k")).await.0.unwrap();
    town.nodes[1].lets_in(&key).await.unwrap();
    town.link(1, Link::Deaf);
    // Done, and its answer never waited for.
    drop(town.nodes[0].store.commit(crate::manage::tests::invalidation(&town.nodes[0].core, &key.id)));
    let (again, took) = town.run(town.nodes[0].revoke(&key)).await;
    assert!(again.unwrap().invalidated.is_empty());
    assert!(took >= wait(), "{took}");
    assert!(!town.nodes[1].is_trusted());
    let (found, took) = town.run(Roles::new(&town.nodes[0].core).delete(&elastic(), "nobody")).await;
    assert!(!found.unwrap());
    assert!(took < wait() + SOON, "{took}");
}

#[tokio::test]
async fn a_grant_waits_a_moment_and_a_replacement_waits_it_out() {
    let mut town = Town::of(&["a", "b"]).await;
    town.link(1, Link::Deaf);
    let (created, took) =
        town.run(Roles::new(&town.nodes[0].core).put(&elastic(), role("r", &["all"]))).await;
    assert!(created.unwrap());
    assert!((250..=250 + SOON).contains(&took), "{took}");
    let (created, took) = town.run(Roles::new(&town.nodes[0].core).put(&elastic(), role("r", &[]))).await;
    assert!(!created.unwrap());
    assert!(took >= wait(), "{took}");
}

#[tokio::test]
async fn lost_answers_evict_nobody() {
    let town = Town::of(&["a", "b"]).await;
    let before = town.nodes[1].phase();
    town.nodes[1].store.link(Link::Mute);
    town.advance(4 * wait()).await;
    let status = town.nodes[1].cluster().status(town.nodes[1].core.boot());
    assert_eq!((status.phase, status.counters.evicted), (before, 0));
    assert!(town.nodes[1].is_trusted());
}

#[tokio::test]
async fn a_node_whose_record_was_removed_comes_back_under_another_name_with_all_that_it_has() {
    let town = Town::of(&["a", "b"]).await;
    let Phase::Member(before) = town.nodes[1].phase() else { panic!("no member") };
    let record = town.nodes[0].store.members().into_iter().find(|it| it.id == before.as_str()).unwrap();
    town.nodes[0].store.remove_member(&record.id, record.revision).await.unwrap();
    town.until(|town| matches!(town.nodes[1].phase(), Phase::Member(now) if now != before)).await;
    town.until(|town| town.nodes[1].is_trusted()).await;
    assert_eq!(town.nodes[1].store.status().resyncs, 0);
    assert_eq!(town.nodes[1].cluster().status(town.nodes[1].core.boot()).counters.evicted, 1);
}

#[tokio::test]
async fn a_log_that_was_wiped_fences_every_node_until_it_is_taken() {
    let mut town = Town::of(&["a", "b"]).await;
    let key = town.run(town.nodes[0].create("k")).await.0.unwrap();
    for node in &mut town.nodes {
        node.lively = false;
    }
    town.log.wipe();
    for node in &town.nodes {
        node.store.sever("another log");
    }
    town.until(|town| town.nodes.iter().all(|it| !it.is_trusted())).await;
    for node in &town.nodes {
        assert_eq!(refused(node.lets_in(&key).await).0, Kind::Fenced);
    }
    for node in &town.nodes {
        node.store.resync();
    }
    town.until(|town| town.nodes.iter().all(|it| it.is_trusted())).await;
    assert!(
        town.nodes[0].core.applied().revision() <= town.log.revision(),
        "a revision of the old log stayed"
    );
    assert_eq!(refused(town.nodes[1].lets_in(&key).await).0, Kind::Unauthenticated);
}

#[tokio::test]
async fn a_node_that_cannot_apply_a_change_confirms_nothing() {
    let mut town = Town::of(&["a", "b"]).await;
    let key = town.run(town.nodes[0].create("k")).await.0.unwrap();
    town.nodes[1].lively = false;
    town.nodes[1].cluster().broken.store(true, Ordering::SeqCst);
    let (revoked, took) = town.run(town.nodes[0].revoke(&key)).await;
    revoked.unwrap();
    assert!(took >= wait(), "{took}");
    assert!(town.nodes[1].lets_in(&key).await.is_err());
}

#[tokio::test]
async fn a_machine_that_was_paused_trusts_itself_again_only_by_news_of_its_own() {
    let mut town = Town::of(&["a"]).await;
    town.link(0, Link::Down);
    town.shift_wall(60_000);
    town.nodes[0].cluster().watch_clocks(&town.nodes[0].core);
    assert!(!town.nodes[0].is_trusted());
    town.link(0, Link::Up);
    town.until(|town| town.nodes[0].is_trusted()).await;
}

#[tokio::test]
async fn a_node_that_is_behind_finds_what_there_is_before_it_says_that_there_is_nothing() {
    let mut town = Town::of(&["a", "b"]).await;
    town.link(1, Link::Deaf);
    let caller = elastic();
    drop(
        town.nodes[0].store.commit(
            portcullis_store::Batch::new().put(crate::documents::role::key("r"), r#"{"cluster":[]}"#),
        ),
    );
    let roles = Roles::new(&town.nodes[1].core);
    let delete = roles.delete(&caller, "r");
    let reconnect = async {
        tokio::task::yield_now().await;
        town.nodes[1].store.link(Link::Up);
    };
    let ((found, ()), _) = town.run(async { tokio::join!(delete, reconnect) }).await;
    assert!(found.unwrap());
}
