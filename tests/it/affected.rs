//! The table of what clears what, row by row: with the row out somebody gets in who must not, or stays out who may come
//! in; with the row in neither happens, and whoever was not named stays warm.

use std::sync::Arc;

use portcullis_security::caches::affected::{Extent, Row, Source, TABLE, Target};
use portcullis_tests::history::ledger::Outcome;
use portcullis_tests::history::scene::Scene;
use portcullis_tests::history::subject::{Kind, Subject};

portcullis_tests::tests![each_row_is_needed, each_row_is_enough, a_change_clears_whom_it_names,];

/// What a row is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// That what was killed is not let in.
    Killing,
    /// That what was refused and made good is let in.
    MakingGood,
}

/// Who suffers from the want of a row. All of them are killed and made good in their first way.
fn scenario(row: &Row) -> (Kind, Purpose) {
    use Purpose::{Killing, MakingGood};
    match (row.source, row.target) {
        (Source::User, Target::Users("native")) => (Kind::Native, Killing),
        (Source::User, Target::Lookups("native")) => (Kind::AsNative, Killing),
        (Source::User, Target::Refused("realm/native")) => (Kind::Native, MakingGood),
        (Source::ReservedUser, Target::Users("reserved")) => (Kind::Reserved, Killing),
        (Source::ReservedUser, Target::Lookups("reserved")) => (Kind::AsReserved, Killing),
        (Source::ReservedUser, Target::Refused("realm/reserved")) => (Kind::Reserved, MakingGood),
        (Source::Role, Target::Roles) => (Kind::Role, Killing),
        (Source::ApiKey, Target::ApiKeys) => (Kind::ApiKey, Killing),
        (Source::ApiKey, Target::Refused("api_key")) => (Kind::ApiKey, MakingGood),
        (Source::ServiceToken, Target::IndexTokens) => (Kind::IndexToken, Killing),
        (Source::ServiceToken, Target::Refused("index_service_account_token")) => {
            (Kind::IndexToken, MakingGood)
        }
        (Source::UsersFiles, Target::Users("file")) => (Kind::File, Killing),
        (Source::UsersFiles, Target::Lookups("file")) => (Kind::AsFile, Killing),
        (Source::UsersFiles, Target::Refused("realm/file")) => (Kind::File, MakingGood),
        (Source::RolesFile, Target::Roles) => (Kind::FileRole, Killing),
        (Source::RoleMapping, Target::MappedUsers) => (Kind::Mapped, Killing),
        (Source::RoleMapping, Target::MappedLookups) => (Kind::AsMapped, Killing),
        (Source::RoleMappingFile, Target::MappedUsers) => (Kind::FileMapped, Killing),
        (Source::RoleMappingFile, Target::MappedLookups) => (Kind::AsFileMapped, Killing),
        (Source::ServiceTokensFile, Target::FileTokens) => (Kind::FileToken, Killing),
        (Source::ServiceTokensFile, Target::Refused("file_service_account_token")) => {
            (Kind::FileToken, MakingGood)
        }
        other => panic!("nobody is known who suffers from the want of {other:?}"),
    }
}

/// Two of a kind, each let in once.
async fn two(kind: Kind) -> (Arc<Scene>, [Subject; 2]) {
    let scene = Scene::in_process().await;
    let names = match kind {
        Kind::Reserved | Kind::AsReserved => ["apm_system", "beats_system"],
        _ => ["a", "b"],
    };
    let subjects = [Subject::new(&scene, kind, names[0]).await, Subject::new(&scene, kind, names[1]).await];
    for subject in &subjects {
        assert_eq!(subject.attempt().await, Outcome::Accepted);
    }
    (scene, subjects)
}

/// What the first of the two meets after the change that the row is for.
async fn changed(
    scene: &Scene,
    [subject, _]: &mut [Subject; 2],
    purpose: Purpose,
    without: Option<usize>,
) -> Outcome {
    let security = scene.door.security();
    if purpose == Purpose::MakingGood {
        subject.kill(0).await;
        assert_eq!(subject.attempt().await, Outcome::Refused);
    }
    security.take_row_out(without);
    match purpose {
        Purpose::Killing => subject.kill(0).await,
        Purpose::MakingGood => subject.revive(0).await,
    }
    security.take_row_out(None);
    subject.attempt().await
}

async fn each_row_is_needed() {
    for (index, row) in TABLE.iter().enumerate() {
        let (kind, purpose) = scenario(row);
        let (scene, mut subjects) = two(kind).await;
        let wrong = match purpose {
            Purpose::Killing => Outcome::Accepted,
            Purpose::MakingGood => Outcome::Refused,
        };
        let outcome = changed(&scene, &mut subjects, purpose, Some(index)).await;
        assert_eq!(outcome, wrong, "nobody notices that {row:?} is out");
        assert_eq!(scene.ledger.violations().len(), 1, "the oracle must notice that {row:?} is out");
    }
}

async fn each_row_is_enough() {
    for row in TABLE {
        let (kind, purpose) = scenario(row);
        let (scene, mut subjects) = two(kind).await;
        changed(&scene, &mut subjects, purpose, None).await;
        let violations = scene.ledger.violations();
        assert!(violations.is_empty(), "{row:?}: {violations:?}");
    }
}

async fn a_change_clears_whom_it_names() {
    for row in TABLE {
        let (kind, purpose) = scenario(row);
        let (scene, mut subjects) = two(kind).await;
        let cache = match purpose {
            Purpose::Killing => kind.cache(),
            Purpose::MakingGood => "refused",
        };
        if purpose == Purpose::MakingGood {
            subjects[1].kill(0).await;
            assert_eq!(subjects[1].attempt().await, Outcome::Refused);
        }
        let warm = hits(&scene, cache, &subjects[1]).await;
        changed(&scene, &mut subjects, purpose, None).await;
        let now = hits(&scene, cache, &subjects[1]).await;
        let expected = if row.extent == Extent::Named { warm } else { warm - 1 };
        assert_eq!(now, expected, "{row:?}: {warm} hits while it was warm");
        assert_eq!(hits(&scene, cache, &subjects[1]).await, warm, "{row:?}: it is warm again");
    }
}

/// How often a cache answers while a subject is tried.
async fn hits(scene: &Scene, cache: &str, subject: &Subject) -> u64 {
    let before = scene.cache(cache).hits;
    subject.attempt().await;
    scene.cache(cache).hits - before
}
