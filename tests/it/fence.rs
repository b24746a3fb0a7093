//! The fence, one moment at a time: a request is stopped where it has its answer and has not used it yet, something is
//! acknowledged in that moment, and the request goes on.

use std::sync::Arc;

use portcullis_model::decision::RequestFacts;
use portcullis_security::manage::users::PutUser;
use portcullis_security::{AuthenticationRequest, Credentials, Failure, Kind as FailureKind, Security};
use portcullis_store::{DocumentKey, Kind as DocumentKind};
use portcullis_tests::history::door::Later;
use portcullis_tests::history::ledger::{Attempt, Outcome};
use portcullis_tests::history::scene::Scene;
use portcullis_tests::history::stop::{self, Held, Place, poll_once};
use portcullis_tests::history::subject::{Kind, Subject};
use serde_json::json;
use tokio::runtime::Handle;

portcullis_tests::tests![
    wherever_a_request_stands_when_its_credential_is_killed,
    wherever_a_request_stands_when_its_credential_is_made_good,
    what_was_loaded_before_a_clear_is_not_kept,
    who_comes_after_the_acknowledgement_loads_anew,
    a_password_change_overtakes_a_hash_in_flight,
    a_change_of_something_else_costs_no_second_hash,
    a_file_edit_overtakes_a_hash_in_flight,
    a_user_recreated_without_its_role_has_not_got_it,
    a_role_deleted_while_others_are_read_grants_nothing,
    a_caller_revoked_before_its_write_commits_writes_nothing,
    a_caller_whom_nobody_touched_writes,
];

/// The names of built-in users where such are wanted.
fn name(kind: Kind) -> &'static str {
    if matches!(kind, Kind::Reserved | Kind::AsReserved) { "beats_system" } else { "jo" }
}

async fn subject(kind: Kind) -> Subject {
    Subject::new(&Scene::in_process().await, kind, name(kind)).await
}

fn hold(subject: &Subject, place: Place) -> Held<Attempt> {
    Held::start(&Handle::current(), place, subject.begin())
}

fn refused_inserts(subject: &Subject) -> u64 {
    let caches = subject.scene().door.security().stats().caches;
    caches.iter().map(|(_, cache)| cache.refused_inserts).sum()
}

fn check(subject: &Subject) {
    let violations = subject.scene().ledger.violations();
    assert!(violations.is_empty(), "{violations:?}");
}

/// Stops a request at each of its steps in turn, from the first to the last.
async fn at_each_step(kind: Kind, good: bool) {
    let mut subject = subject(kind).await;
    let mut steps = 0;
    loop {
        if good {
            subject.kill(0).await;
        }
        subject.clear(false).await;
        let held = hold(&subject, stop::step(steps + 1));
        if !held.reached() {
            held.finish();
            break;
        }
        steps += 1;
        if good {
            subject.revive(0).await
        } else {
            subject.kill(0).await
        }
        held.finish();
        let expected = if good { Outcome::Accepted } else { Outcome::Refused };
        assert_eq!(subject.attempt().await, expected, "{kind:?}, step {steps}");
        if !good {
            subject.revive(0).await;
        }
    }
    assert!(steps > 3, "{kind:?} has {steps} steps only");
    // That a file or a directory has no such user is not remembered, so there is nothing to keep out.
    let nothing_to_keep = good && matches!(kind, Kind::AsFile | Kind::AsRemote);
    assert_eq!(
        refused_inserts(&subject) == 0,
        nothing_to_keep,
        "{kind:?} never stood between store and cache"
    );
    check(&subject);
}

async fn wherever_a_request_stands_when_its_credential_is_killed() {
    for kind in Kind::ALL {
        at_each_step(kind, false).await;
    }
}

async fn wherever_a_request_stands_when_its_credential_is_made_good() {
    for kind in Kind::ALL {
        at_each_step(kind, true).await;
    }
}

async fn what_was_loaded_before_a_clear_is_not_kept() {
    for kind in [Kind::Native, Kind::Reserved, Kind::ApiKey, Kind::IndexToken, Kind::AsNative, Kind::Role] {
        for everything in [false, true] {
            let subject = subject(kind).await;
            let held = hold(&subject, stop::loaded(subject.document_key()));
            assert!(held.reached(), "{kind:?}");
            let before = subject.scene().cache(kind.cache());
            subject.clear(everything).await;
            assert_eq!(held.finish().outcome, Outcome::Accepted, "{kind:?}");
            let after = subject.scene().cache(kind.cache());
            assert_eq!(after.refused_inserts - before.refused_inserts, 1, "{kind:?}");
            // Whoever asks what its roles grant asks again if one was cleared, and what that loads may stay.
            let again = u64::from(kind == Kind::Role);
            assert_eq!(after.loads - before.loads, again, "{kind:?}");
            subject.attempt().await;
            assert_eq!(subject.scene().cache(kind.cache()).hits - after.hits, again, "{kind:?} was kept");
            subject.attempt().await;
            assert_eq!(
                subject.scene().cache(kind.cache()).hits - after.hits,
                again + 1,
                "{kind:?} is never kept"
            );
        }
    }
}

async fn who_comes_after_the_acknowledgement_loads_anew() {
    for kind in [Kind::Native, Kind::Reserved, Kind::ApiKey, Kind::IndexToken, Kind::AsNative, Kind::Role] {
        let mut subject = subject(kind).await;
        let held = hold(&subject, stop::loaded(subject.document_key()));
        assert!(held.reached(), "{kind:?}");
        let stats = |subject: &Subject| subject.scene().cache(kind.cache());
        let start = stats(&subject);
        let mut before = subject.begin();
        assert!(!poll_once(&mut before), "{kind:?}: there is a load to wait for");
        assert_eq!(stats(&subject).coalesced, start.coalesced + 1, "{kind:?}");
        subject.kill(0).await;
        // The load still stands, and whoever comes now must not wait for it.
        let start = stats(&subject);
        assert_eq!(subject.attempt().await, Outcome::Refused, "{kind:?}");
        assert_eq!(
            (stats(&subject).coalesced, stats(&subject).loads),
            (start.coalesced, start.loads + 1),
            "{kind:?}"
        );
        held.finish();
        before.await;
        assert_eq!(subject.attempt().await, Outcome::Refused, "{kind:?}");
        check(&subject);
    }
}

/// An attempt that has handed its password to the hashing threads and has not got the answer; and how many hashes had
/// been done before it.
async fn hashing(subject: &Subject) -> (Later<'static, Attempt>, u64) {
    // A hash that is done before anybody looks was not in flight.
    for _ in 0..1000 {
        subject.clear(false).await;
        let before = hashes(subject);
        let mut attempt = subject.begin();
        if !poll_once(&mut attempt) {
            return (attempt, before);
        }
    }
    panic!("no attempt waits for a hash");
}

fn hashes(subject: &Subject) -> u64 {
    subject.scene().door.security().stats().hashing.completed
}

async fn a_password_change_overtakes_a_hash_in_flight() {
    for kind in [Kind::Native, Kind::Reserved] {
        let mut subject = subject(kind).await;
        let (attempt, _) = hashing(&subject).await;
        subject.kill(0).await;
        assert_eq!(attempt.await.outcome, Outcome::Refused, "{kind:?}");
        assert_eq!(subject.attempt().await, Outcome::Refused, "{kind:?}");
        assert_eq!(subject.attempt_other().await, Some(Outcome::Accepted), "{kind:?}");
        check(&subject);
    }
}

async fn a_change_of_something_else_costs_no_second_hash() {
    let subject = subject(Kind::Native).await;
    let (attempt, before) = hashing(&subject).await;
    subject.scene().send("PUT", "/_security/user/jo", Some(json!({"roles": ["another"]}))).await;
    assert_eq!(attempt.await.outcome, Outcome::Accepted);
    assert_eq!(hashes(&subject) - before, 1);
    check(&subject);
}

async fn a_file_edit_overtakes_a_hash_in_flight() {
    for kind in [Kind::File, Kind::FileToken] {
        for way in 0..kind.ways() {
            let mut subject = subject(kind).await;
            let (attempt, _) = hashing(&subject).await;
            subject.kill(way).await;
            assert_eq!(attempt.await.outcome, Outcome::Refused, "{kind:?}");
            assert_eq!(subject.attempt().await, Outcome::Refused, "{kind:?}");
            subject.revive(way).await;
            assert_eq!(subject.attempt().await, Outcome::Accepted, "{kind:?}");
            check(&subject);
        }
    }
}

fn user(name: &str) -> DocumentKey {
    DocumentKey::new(DocumentKind::from_static("user-"), name)
}

fn role(name: &str) -> DocumentKey {
    DocumentKey::new(DocumentKind::from_static("role-"), name)
}

async fn a_user_recreated_without_its_role_has_not_got_it() {
    let mut subject = subject(Kind::Role).await;
    for place in [stop::read(user("jo")), stop::loaded(user("jo"))] {
        subject.scene().send("POST", "/_security/realm/default_native/_clear_cache", None).await;
        let held = hold(&subject, place);
        assert!(held.reached());
        subject.scene().send("DELETE", "/_security/user/jo", None).await;
        subject.kill(2).await;
        held.finish();
        assert_eq!(subject.attempt().await, Outcome::Refused);
        subject.revive(2).await;
        assert_eq!(subject.attempt().await, Outcome::Accepted);
    }
}

async fn a_role_deleted_while_others_are_read_grants_nothing() {
    let mut subject = subject(Kind::Role).await;
    // Roles are read by name, so this one comes after `jo`.
    let scene = Arc::clone(subject.scene());
    scene.send("PUT", "/_security/role/zz", Some(json!({"cluster": ["monitor"]}))).await;
    scene.send("PUT", "/_security/user/jo", Some(json!({"roles": ["jo", "zz"]}))).await;
    let held = hold(&subject, stop::read(role("zz")));
    assert!(held.reached());
    subject.kill(0).await;
    assert_eq!(held.finish().outcome, Outcome::Refused);
    assert_eq!(subject.attempt().await, Outcome::Refused);
    check(&subject);
}

/// Puts the user `new` as `boss`, whose rights come from the store.
async fn put_as_boss(security: Security, authorization: String) -> Result<bool, Failure> {
    let request = AuthenticationRequest {
        credentials: Credentials::from_header(Some(authorization.as_bytes())),
        run_as: None,
        uri: String::new(),
        origin: None,
        request_id: "fence".into(),
    };
    let who = security.authenticate(&request.into()).await?;
    let caller =
        security.authorize(&who, "cluster:admin/xpack/security/user/put", &RequestFacts::None).await?;
    let put = PutUser {
        username: "new".to_owned(),
        password: None,
        password_hash: Some("$2a$04$zGGFfdKIvL6SWiGbS3rIE.5/PAtvTyaWnYg2j5Vjkr/RsE2kKcAUC".to_owned()),
        roles: Some(Vec::new()),
        full_name: None,
        email: None,
        metadata: None,
        enabled: true,
    };
    security.users().put(&caller, put).await
}

/// Stops `boss` between the permission to write and the write; then this happens, and it goes on.
async fn overtaken_by(
    kind: Kind,
    change: impl AsyncFnOnce(&mut Subject),
) -> (Arc<Scene>, Result<bool, Failure>) {
    let mut boss = subject(kind).await;
    let scene = Arc::clone(boss.scene());
    let write = Box::pin(put_as_boss(scene.door.security().clone(), boss.authorization().to_owned()));
    let held = Held::start(&Handle::current(), stop::read(user("new")), write);
    assert!(held.reached());
    change(&mut boss).await;
    (scene, held.finish())
}

fn is_there(scene: &Scene) -> bool {
    scene.door.store().unwrap().get(&user("new")).unwrap().is_some()
}

async fn a_caller_revoked_before_its_write_commits_writes_nothing() {
    for (kind, ways) in
        [(Kind::Role, 3), (Kind::FileRole, 1), (Kind::ApiKey, 1), (Kind::Mapped, 3), (Kind::FileMapped, 1)]
    {
        for way in 0..ways {
            let (scene, outcome) = overtaken_by(kind, async |boss| boss.kill(way).await).await;
            let failure = outcome.unwrap_err();
            assert_eq!(failure.kind(), FailureKind::Unavailable, "{kind:?} {way}: {failure}");
            assert!(!is_there(&scene), "{kind:?} {way}: the write was made");
        }
    }
    let disable =
        async |boss: &mut Subject| drop(boss.scene().send("PUT", "/_security/user/jo/_disable", None).await);
    let (scene, outcome) = overtaken_by(Kind::Role, disable).await;
    assert_eq!(outcome.unwrap_err().kind(), FailureKind::Unavailable);
    assert!(!is_there(&scene));
}

async fn a_caller_whom_nobody_touched_writes() {
    for kind in [Kind::Role, Kind::FileRole, Kind::ApiKey, Kind::Mapped, Kind::FileMapped] {
        let (scene, outcome) = overtaken_by(kind, async |boss| boss.clear(true).await).await;
        assert!(outcome.unwrap());
        assert!(is_there(&scene));
    }
}
