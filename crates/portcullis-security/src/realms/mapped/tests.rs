use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use portcullis_model::subject::RealmRef;
use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_store::DocumentKey;
use serde_json::{Map, Value, json};

use crate::clearing::Clearing;
use crate::documents;
use crate::error::{Failure, Kind};
use crate::manage::tests::{Service, elastic, refused, secret};
use crate::realms::RealmFuture;
use crate::realms::chain::HostRealm;
use crate::realms::directory::{Directory, DirectoryAnswer, DirectoryStats, DirectoryUser};

pub(crate) const PASSWORD: &str = "a password";

/// Knows `jo`, who is in two groups, in whatever case the name is.
struct Corp {
    realm: RealmRef,
    away: Arc<AtomicBool>,
}

impl Corp {
    fn find(&self, name: &str) -> Result<Option<DirectoryUser>, Failure> {
        if self.away.load(Ordering::Relaxed) {
            return Err(Failure::unavailable("away"));
        }
        Ok(name.eq_ignore_ascii_case("jo").then(|| DirectoryUser { username: name.to_owned(), ..jo() }))
    }
}

fn jo() -> DirectoryUser {
    DirectoryUser {
        username: "jo".to_owned(),
        dn: "uid=jo,ou=people,dc=tests".to_owned(),
        groups: ["cn=Red,dc=tests", "cn=blue,dc=tests"].map(str::to_owned).into(),
        full_name: Some("Jo Doe".to_owned()),
        email: None,
        metadata: Map::from_iter([("room".to_owned(), json!("7"))]),
    }
}

impl Directory for Corp {
    fn reference(&self) -> &RealmRef {
        &self.realm
    }

    fn authenticate<'a>(&'a self, name: &'a str, password: &'a Secret) -> RealmFuture<'a, DirectoryAnswer> {
        Box::pin(async move {
            Ok(match self.find(name)? {
                None => DirectoryAnswer::Unknown,
                Some(_) if password.expose() != PASSWORD.as_bytes() => DirectoryAnswer::Refused,
                Some(user) => DirectoryAnswer::Authenticated(user),
            })
        })
    }

    fn lookup<'a>(&'a self, name: &'a str) -> RealmFuture<'a, Option<DirectoryUser>> {
        Box::pin(async move { self.find(name) })
    }

    fn stats(&self) -> DirectoryStats {
        DirectoryStats { searches: 7, ..DirectoryStats::default() }
    }
}

/// The directory, and the switch that takes it away.
pub(crate) fn corp() -> (HostRealm, Arc<AtomicBool>) {
    let away = Arc::new(AtomicBool::new(false));
    let corp = Corp { realm: RealmRef::new("corp", "ldap"), away: Arc::clone(&away) };
    (HostRealm::Directory(Box::new(corp)), away)
}

/// A service with the directory behind or before the native realm, and the switch that takes the directory away.
fn service(order: i64, file: &str) -> (Service, Arc<AtomicBool>) {
    let (corp, away) = corp();
    (Service::start_with_realms(|_| {}, &[("role_mapping.yml", file)], vec![(order, corp)]), away)
}

fn mapping(name: &str) -> DocumentKey {
    documents::role_mapping::key(name)
}

pub(crate) fn gives(roles: Value, rules: Value) -> Value {
    json!({"doc_type": "role-mapping", "enabled": true, "roles": roles, "rules": rules, "metadata": {}})
}

async fn roles_of_jo(service: &Service) -> Vec<String> {
    service.log_in("jo", PASSWORD).await.unwrap().authentication().effective.roles.clone()
}

#[tokio::test]
async fn roles_are_those_of_all_mappings_and_of_the_file_each_once() {
    let (service, _) = service(1, "from-file: ['CN=blue, DC=tests']\nboth: ['uid=jo,ou=people,dc=tests']\n");
    service
        .plant(mapping("a"), gives(json!(["both", "red"]), json!({"field": {"groups": "cn=red,dc=tests"}})))
        .await;
    service.plant(mapping("b"), gives(json!(["other"]), json!({"field": {"username": "al"}}))).await;
    service.plant(mapping("c"), json!("no mapping at all")).await;
    let jo = service.log_in("jo", PASSWORD).await.unwrap();
    let user = &jo.authentication().effective;
    assert_eq!(user.roles, ["both", "from-file", "red"]);
    assert_eq!((user.full_name.as_deref(), user.email.as_deref()), (Some("Jo Doe"), None));
    let metadata = json!({
        "room": "7",
        "ldap_dn": "uid=jo,ou=people,dc=tests",
        "ldap_groups": ["cn=Red,dc=tests", "cn=blue,dc=tests"],
    });
    assert_eq!(Value::from(user.metadata.clone()), metadata);
    let rests_on: Vec<String> = jo.proven.proof.iter().map(|it| it.key.to_string()).collect();
    assert_eq!(rests_on, ["role-mapping_a"], "only what gives a role is compared when jo writes");
}

#[tokio::test]
async fn who_has_no_mapping_is_somebody_without_roles() {
    let (service, _) = service(1, "");
    assert_eq!(roles_of_jo(&service).await, [""; 0]);
    let (kind, _) = refused(service.log_in("jo", "another").await);
    assert_eq!(kind, Kind::Unauthenticated);
}

#[tokio::test]
async fn a_clear_of_a_name_is_one_of_all_its_spellings() {
    let (service, away) = service(1, "");
    for name in ["jo", "JO", "Jo"] {
        service.log_in(name, PASSWORD).await.unwrap();
    }
    away.store(true, Ordering::Relaxed);
    service.log_in("JO", PASSWORD).await.unwrap();
    let clearing = Clearing::new(&service.core);
    let outcome = clearing.realms(&elastic(), &["corp".to_owned()], &["jo".to_owned()]).await.unwrap();
    assert_eq!(outcome.cleared[0].evicted, 3);
    for name in ["jo", "JO", "Jo"] {
        assert_eq!(
            refused(service.log_in(name, PASSWORD).await).0,
            Kind::Unavailable,
            "{name} is still cached"
        );
    }
}

#[tokio::test]
async fn a_directory_that_is_away_is_undecided_unless_somebody_else_says_yes() {
    let (service, away) = service(1, "");
    let hash = HashAlgorithm::SSHA256.hash(&secret("native one")).unwrap();
    let body = json!({"username": "jo", "password": hash.as_str(), "type": "user", "roles": ["native"]});
    service.plant(documents::user::key("jo"), body).await;
    away.store(true, Ordering::Relaxed);
    let native = service.log_in("jo", "native one").await.unwrap();
    assert_eq!(&*native.authentication().realm.name, "default_native");
    for (name, password) in [("jo", PASSWORD), ("jo", "wrong everywhere"), ("nobody", PASSWORD)] {
        let (kind, reason) = refused(service.log_in(name, password).await);
        assert_eq!(kind, Kind::Unavailable, "{name}: the directory might have said yes");
        assert!(!reason.contains("corp"), "{reason}");
    }
    let (kind, _) = refused(service.log_in("elastic", "wrong").await);
    assert_eq!(kind, Kind::Unauthenticated, "a reserved name is nobody else's");
    away.store(false, Ordering::Relaxed);
    assert_eq!(roles_of_jo(&service).await, [""; 0]);
    assert_eq!(refused(service.log_in("jo", "wrong everywhere").await).0, Kind::Unauthenticated);
}

#[tokio::test]
async fn a_wrong_password_of_a_directory_costs_one_slow_hash_like_any_other() {
    let (service, _) = service(1, "");
    let hashes = || service.core.hashing().completed;
    for name in ["jo", "nobody", "elastic"] {
        let before = hashes();
        refused(service.log_in(name, "wrong").await);
        assert_eq!(hashes() - before, 1, "{name}");
    }
    let before = hashes();
    roles_of_jo(&service).await;
    assert_eq!(hashes(), before, "the directory hashes for itself");
}

#[tokio::test]
async fn the_statistics_tell_of_the_directory() {
    let (service, _) = service(1, "");
    let stats = crate::stats::read(&service.core);
    let [(name, directory)] = &stats.directories[..] else { panic!("one directory") };
    assert_eq!((name.as_str(), directory.searches), ("realm/ldap/corp", 7));
    assert!(stats.files.iter().any(|(name, file)| name == "role_mapping.yml" && file.exists));
}
