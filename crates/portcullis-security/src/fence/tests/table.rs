//! What a fenced node still decides: a table of everybody who may come.

use portcullis_model::anonymous::{Anonymous, Denied};
use portcullis_model::credential::ServiceTokenId;
use portcullis_store::Link;

use super::kind;
use super::scene::Scene;
use crate::authn::credentials::{Credentials, service_bearer};
use crate::error::Kind;
use crate::manage::tests::{PASSWORD, secret};
use crate::realms::mapped::tests as mapped;
use crate::settings::{Freshness, Settings};

/// Who comes, as whom they act, and what is told: `None` is let in.
type Row = (&'static str, fn() -> Credentials, Option<&'static str>, Option<Kind>);

fn basic(name: &str) -> Credentials {
    Scene::basic(name, PASSWORD)
}

fn token(name: &str, text: &str) -> Credentials {
    let id = ServiceTokenId {
        namespace: "elastic".to_owned(),
        service: "fleet-server".to_owned(),
        name: name.to_owned(),
    };
    Credentials::Bearer { token: service_bearer(&id, &secret(text)) }
}

const FENCED: Option<Kind> = Some(Kind::Fenced);
const TABLE: &[Row] = &[
    ("a file user with a reserved role", || basic("file-super"), None, None),
    ("a file user with a role of the file", || basic("file-role"), None, None),
    ("a file user with a native role", || basic("file-native"), None, FENCED),
    ("a file user with a role that nobody knows", || basic("file-none"), None, FENCED),
    ("a file user with a wrong password", || Scene::basic("file-super", "wrong"), None, FENCED),
    ("a native user", || basic("al"), None, FENCED),
    ("a native user with native roles", || basic("bo"), None, FENCED),
    ("nobody", || basic("nobody"), None, FENCED),
    ("a reserved user without a document", || basic("elastic"), None, FENCED),
    ("a token of the file", || token("of-file", PASSWORD), None, None),
    ("a token of the file with a wrong secret", || token("of-file", "another-password"), None, FENCED),
    ("a token that is not in the file", || token("of-index", PASSWORD), None, FENCED),
    ("an API key", || Credentials::ApiKey { id: "key".to_owned(), secret: secret("a-secret") }, None, FENCED),
    ("a file user as another", || basic("file-super"), Some("file-role"), None),
    ("a file user as a reserved one", || basic("file-super"), Some("kibana_system"), FENCED),
    ("a file user as a native one", || basic("file-super"), Some("al"), FENCED),
    ("a file user as nobody", || basic("file-super"), Some("nobody"), FENCED),
    ("a user of a directory, whose roles are mapped", || Scene::basic("jo", mapped::PASSWORD), None, FENCED),
    ("a file user as one of a directory", || basic("file-super"), Some("jo"), FENCED),
    ("somebody with a scheme of nobody's", || Credentials::Unknown, None, Some(Kind::Unauthenticated)),
];

async fn outcome(scene: &Scene, who: Credentials, run_as: Option<&str>) -> Option<Kind> {
    match scene.ask(who, run_as).await {
        // A fleet server may not look at users, and that is a decision too.
        Ok(who) => match kind(&scene.may(&who).await) {
            Some(Kind::Forbidden)
                if who.authentication().authenticating_user().username == "elastic/fleet-server" =>
            {
                None
            }
            told => told,
        },
        Err(failure) => Some(failure.kind()),
    }
}

async fn fenced(change: impl FnOnce(&mut Settings)) -> Scene {
    let scene = Scene::with(Freshness::Lease, change).await;
    scene.put_role("wide", &["all"]).await;
    scene.map_jo("superuser").await;
    scene.caught_up().await;
    scene.trust(4_000);
    // What can be in a cache is.
    for (_, who, run_as, _) in TABLE {
        let _told = outcome(&scene, who(), *run_as).await;
    }
    scene.here.link(Link::Down);
    scene.advance(4_000);
    scene
}

#[tokio::test]
async fn everybody_before_a_fenced_node() {
    let scene = fenced(|_| {}).await;
    for (name, who, run_as, told) in TABLE {
        assert_eq!(outcome(&scene, who(), *run_as).await, *told, "{name}");
    }
    scene.here.link(Link::Up);
    for (name, who, run_as, _) in TABLE {
        assert_ne!(outcome(&scene, who(), *run_as).await, FENCED, "{name}");
    }
}

#[tokio::test]
async fn who_is_anonymous_is_as_good_as_their_roles() {
    for (role, told) in [("superuser", None), ("of-file", None), ("wide", FENCED)] {
        let scene = fenced(|it| {
            it.anonymous = Anonymous::new("guest", vec![role.to_owned()], Denied::Forbidden);
        })
        .await;
        assert_eq!(outcome(&scene, Credentials::None, None).await, told, "{role}");
    }
}
