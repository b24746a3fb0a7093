//! Who shares a barrier with whom, how many wait, and what the log is asked.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use portcullis_store::{Batch, Link};
use tokio::sync::Semaphore;

use super::kind;
use super::scene::Scene;
use crate::authn::credentials::Credentials;
use crate::documents;
use crate::error::Kind;
use crate::fence::room::MAX_WAITING;
use crate::manage::tests::PASSWORD;

async fn until(reached: impl Fn() -> bool) {
    while !reached() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_comes_while_the_log_is_asked_waits_for_the_next_question() {
    let scene = Scene::new().await;
    let gate = Arc::new(Semaphore::new(0));
    *scene.here.gate.lock().unwrap() = Some(Arc::clone(&gate));
    // The first question is put, and its answer held up.
    let first = tokio::spawn(scene.ask(Scene::basic("al", PASSWORD), None));
    until(|| scene.core.fence().counts().asked == 1).await;
    // It is revoked and acknowledged; this node hears of it later.
    scene.here.link(Link::Deaf);
    scene.delete_user("al").await;
    let second = tokio::spawn(scene.ask(Scene::basic("al", PASSWORD), None));
    until(|| scene.core.fence().counts().waiting == 2).await;
    gate.add_permits(1);
    assert!(first.await.unwrap().is_ok(), "it came before");
    until(|| scene.core.fence().counts().asked == 2 || second.is_finished()).await;
    gate.add_permits(1);
    scene.here.link(Link::Up);
    assert_eq!(kind(&second.await.unwrap()), Some(Kind::Unauthenticated));
}

#[tokio::test]
async fn a_spray_of_unknown_ids_is_one_question_at_a_time() {
    let scene = Scene::new().await;
    scene.trust(40_000);
    let gate = Arc::new(Semaphore::new(0));
    *scene.here.gate.lock().unwrap() = Some(Arc::clone(&gate));
    let spray: Vec<_> = (0..200)
        .map(|number| {
            let id = format!("unknown-{number}");
            let secret = crate::manage::tests::secret("a-secret-that-is-none");
            tokio::spawn(scene.ask(Credentials::ApiKey { id, secret }, None))
        })
        .collect();
    until(|| scene.core.fence().counts().waiting == 200).await;
    gate.add_permits(200);
    for one in spray {
        assert_eq!(kind(&one.await.unwrap()), Some(Kind::Unauthenticated));
    }
    assert!(scene.core.fence().counts().asked <= 3, "{:?}", scene.core.fence().counts());
}

#[tokio::test(start_paused = true)]
async fn the_room_has_a_limit_and_so_has_the_wait() {
    let scene = Scene::new().await;
    let gate = Arc::new(Semaphore::new(0));
    *scene.here.gate.lock().unwrap() = Some(gate);
    let waiting: Vec<_> = (0..MAX_WAITING)
        .map(|_| {
            let core = Arc::clone(&scene.core);
            tokio::spawn(async move { core.fence().pass(core.applied()).await.map(|_| ()) })
        })
        .collect();
    until(|| scene.core.fence().counts().waiting == MAX_WAITING).await;
    assert_eq!(kind(&scene.core.fence().pass(scene.core.applied()).await), Some(Kind::Fenced));
    assert_eq!(scene.core.fence().counts().turned_away, 1);
    for one in waiting {
        assert_eq!(kind(&one.await.unwrap()), Some(Kind::Fenced));
    }
    let counts = scene.core.fence().counts();
    assert_eq!((counts.waiting, counts.timed_out, counts.most_waiting), (0, MAX_WAITING, MAX_WAITING));
    assert_eq!(counts.asked, 1, "those who have left are not asked for");
    assert_eq!(scene.here.most.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_revision_that_does_not_come_is_nudged() {
    let scene = Scene::new().await;
    scene.here.link(Link::Deaf);
    scene.write(Batch::new().delete(documents::user::key("bo"))).await;
    let here = scene.here_handle();
    // In place of a heartbeat: what is behind it in the log arrives with it.
    scene.core.fence().on_nudge(move || here.link(Link::Up));
    assert!(scene.log_in("al").await.is_ok());
}
