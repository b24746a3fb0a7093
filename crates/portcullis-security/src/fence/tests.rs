//! Two nodes over one log in memory: `here` is tried, and what `there` writes reaches it when the test lets it.

mod barriers;
mod scene;
mod table;

use portcullis_cache::Why;
use portcullis_model::lifetime::BootTime;
use portcullis_store::Link;

use super::{FenceState, Step};
use crate::caches::affected::Source;
use crate::error::Kind;
use crate::realms::mapped::tests as mapped;
use scene::Scene;

fn kind<T>(outcome: &Result<T, crate::error::Failure>) -> Option<Kind> {
    outcome.as_ref().err().map(crate::error::Failure::kind)
}

#[tokio::test]
async fn a_node_whose_trust_has_lapsed_says_503_and_comes_back_by_itself() {
    let scene = Scene::new().await;
    scene.trust(4_000);
    assert!(scene.log_in("al").await.is_ok());
    scene.here.link(Link::Down);
    assert!(scene.log_in("al").await.is_ok(), "what it holds counts for a while");
    scene.advance(4_000);
    let refused = scene.log_in("al").await;
    assert_eq!(kind(&refused), Some(Kind::Fenced));
    assert_eq!(
        refused.err().unwrap().reason(),
        "node [node] is fenced: it cannot tell whether credentials were revoked; retry on another node"
    );
    assert_eq!(kind(&scene.wrong("al").await), Some(Kind::Fenced), "never 401");
    assert_eq!(scene.core.fence().state(scene.core.boot()), FenceState::Fenced { for_millis: Some(0) });
    scene.here.link(Link::Up);
    assert!(scene.log_in("al").await.is_ok(), "behind a barrier");
    scene.trust(4_000);
    assert_eq!(scene.core.fence().state(scene.core.boot()), FenceState::Trusted { left_millis: 4_000 });
}

#[tokio::test(start_paused = true)]
async fn nothing_is_decided_before_what_the_barrier_found_is_applied() {
    let scene = Scene::new().await;
    scene.trust(4_000);
    assert!(scene.log_in("al").await.is_ok());
    scene.here.link(Link::Deaf);
    scene.delete_user("al").await;
    scene.advance(4_000);
    assert_eq!(kind(&scene.log_in("al").await), Some(Kind::Fenced), "it was told how far the log is");
    assert_eq!(scene.core.fence().counts().timed_out, 1);
    scene.here.link(Link::Up);
    scene.caught_up().await;
    assert_eq!(kind(&scene.log_in("al").await), Some(Kind::Unauthenticated));
}

#[tokio::test]
async fn a_log_that_is_mute_is_no_ground_to_decide() {
    let scene = Scene::new().await;
    scene.here.link(Link::Mute);
    assert_eq!(kind(&scene.log_in("al").await), Some(Kind::Fenced));
    scene.here.link(Link::Up);
    scene.trust(4_000);
    scene.core.fence().distrust();
    assert!(!scene.core.fence().state(scene.core.boot()).is_open());
    scene.core.fence().severed("it was wiped");
    scene.trust(4_000);
    assert_eq!(kind(&scene.log_in("al").await), Some(Kind::Fenced), "a lost log cannot be trusted");
    scene.core.fence().mended();
    scene.trust(4_000);
    assert!(scene.log_in("al").await.is_ok());
}

#[tokio::test]
async fn the_moment_that_was_captured_first_is_the_one_that_counts() {
    let scene = Scene::new().await;
    scene.trust(4_000);
    let who = scene.log_in("al").await.unwrap();
    scene.here.link(Link::Deaf);
    scene.delete_user("al").await;
    // Nothing of it was seen here. Now it is acknowledged by time; then it is applied and trust comes again, and only then
    // the clock is looked at.
    let (core, clock, here) = (scene.weak(), scene.clock(), scene.here_handle());
    let deleted = scene.revision();
    scene.core.fence().at(Step::Unmoved, move || {
        clock.advance(4_000);
        here.link(Link::Up);
        let core = core.upgrade().unwrap();
        while core.applied().revision() < deleted {
            std::thread::yield_now();
        }
        core.fence().trust_until(BootTime(core.boot().0 + 4_000));
    });
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Unauthenticated));
}

#[tokio::test]
async fn the_clock_is_looked_at_last() {
    let scene = Scene::new().await;
    scene.trust(4_000);
    let who = scene.log_in("al").await.unwrap();
    let clock = scene.clock();
    scene.here.link(Link::Down);
    scene.core.fence().at(Step::Unmoved, move || clock.advance(4_000));
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Fenced));
}

#[tokio::test]
async fn who_was_changed_before_the_action_was_decided_is_asked_again() {
    let scene = Scene::new().await;
    scene.trust(40_000);
    let who = scene.log_in("al").await.unwrap();
    scene.delete_user("al").await;
    scene.caught_up().await;
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Unauthenticated));
    let who = scene.log_in("bo").await.unwrap();
    scene.put_user("bo", &["narrow"]).await;
    scene.put_role("wide", &["all"]).await;
    scene.caught_up().await;
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Forbidden), "the old user with the new role");
}

#[tokio::test]
async fn who_was_not_changed_is_not_asked_again() {
    let scene = Scene::new().await;
    scene.trust(40_000);
    let who = scene.log_in("al").await.unwrap();
    let hashes = scene.hashes();
    scene.core.caches().changed(Source::User, "al", Why::Api);
    assert!(scene.may(&who).await.is_ok());
    assert_eq!(scene.hashes(), hashes, "the verdict of the slow hash stands");
    let held = scene.core.caches().stats(scene.core.boot());
    assert!(held.iter().any(|(name, it)| name == "realm/native/default_native" && it.entries == 0));
}

#[tokio::test]
async fn after_the_body_a_lapsed_trust_is_taken_anew() {
    let scene = Scene::new().await;
    scene.trust(4_000);
    let who = scene.log_in("al").await.unwrap();
    scene.advance(4_000);
    scene.trust(4_000);
    scene.here.link(Link::Down);
    assert!(scene.may(&who).await.is_ok(), "who it is was found out again on the new one");
    scene.advance(4_000);
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Fenced));
}

#[tokio::test]
async fn a_refusal_is_made_sure_of_and_costs_one_slow_hash() {
    let scene = Scene::new().await;
    scene.trust(40_000);
    for name in ["al", "nobody"] {
        let before = scene.hashes();
        let asked = scene.core.fence().counts().asked;
        assert_eq!(kind(&scene.wrong(name).await), Some(Kind::Unauthenticated), "{name}");
        assert_eq!(scene.hashes() - before, 1, "{name}");
        assert_eq!(scene.core.fence().counts().asked - asked, 1, "{name}");
    }
    // Created elsewhere, and not heard of here yet, nor forgotten as refused.
    assert_eq!(kind(&scene.log_in("new").await), Some(Kind::Unauthenticated));
    let here = scene.here_handle();
    scene.here.link(Link::Deaf);
    scene.put_user("new", &["superuser"]).await;
    scene.core.fence().at(Step::Authenticated, move || here.link(Link::Up));
    assert!(scene.log_in("new").await.is_ok(), "the node was behind, trusted as it is");
}

#[tokio::test]
async fn in_barrier_mode_no_lease_is_enough() {
    let scene = Scene::barrier().await;
    scene.trust(40_000);
    assert!(scene.log_in("al").await.is_ok());
    assert_eq!(scene.core.fence().counts().asked, 1);
    let who = scene.log_in("al").await.unwrap();
    assert!(scene.may(&who).await.is_ok());
    assert_eq!(scene.core.fence().counts().asked, 2, "one for a request");
    scene.here.link(Link::Down);
    assert_eq!(kind(&scene.log_in("al").await), Some(Kind::Fenced));
    assert!(scene.log_in("file-super").await.is_ok());
}

#[tokio::test]
async fn a_denial_for_want_of_a_role_is_made_sure_of() {
    let scene = Scene::new().await;
    scene.trust(40_000);
    let who = scene.log_in("bo").await.unwrap();
    let asked = || scene.core.fence().counts().asked;
    // Made elsewhere, whose answer did not wait until this node heard of it.
    let here = scene.here_handle();
    scene.here.link(Link::Deaf);
    scene.put_role("wide", &["all"]).await;
    scene.core.fence().at(Step::Decided, move || here.link(Link::Up));
    assert!(scene.may(&who).await.is_ok(), "the node was behind, trusted as it is");
    assert_eq!(asked(), 1);

    scene.put_role("wide", &["monitor"]).await;
    scene.caught_up().await;
    let who = scene.log_in("bo").await.unwrap();
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Forbidden));
    assert_eq!(asked(), 2, "[narrow] is still missing");
    scene.here.link(Link::Down);
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Fenced), "never 403");
    scene.here.link(Link::Up);
    scene.put_role("narrow", &["monitor"]).await;
    scene.caught_up().await;
    assert_eq!(kind(&scene.may(&who).await), Some(Kind::Forbidden));
    assert_eq!(asked(), 3, "nothing is missing, so nothing has to be made sure of");
}

#[tokio::test]
async fn who_was_mapped_otherwise_before_the_action_was_decided_has_the_new_roles() {
    let scene = Scene::new().await;
    scene.map_jo("superuser").await;
    scene.put_role("narrow", &["monitor"]).await;
    scene.caught_up().await;
    scene.trust(40_000);
    let jo = scene.ask(Scene::basic("jo", mapped::PASSWORD), None).await.unwrap();
    assert!(scene.may(&jo).await.is_ok());
    scene.map_jo("narrow").await;
    scene.caught_up().await;
    assert_eq!(kind(&scene.may(&jo).await), Some(Kind::Forbidden));
}
