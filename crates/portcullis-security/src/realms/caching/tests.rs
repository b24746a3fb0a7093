use portcullis_model::subject::{RealmRef, User};
use portcullis_secrets::Secret;

use crate::manage::tests::{HASH, Service};
use crate::realms::chain::HostRealm;
use crate::realms::{Answer, Reach, Realm, RealmFuture, ResolvedUser};

/// Knows `jo`, who has the realm's name as password and as role.
struct Directory(RealmRef);

impl Directory {
    fn user(&self) -> ResolvedUser {
        let user = User::new("jo", [&*self.0.name]);
        ResolvedUser { user: user.into(), realm: self.0.clone(), proof: Vec::new() }
    }
}

impl Realm for Directory {
    fn reference(&self) -> &RealmRef {
        &self.0
    }

    fn authenticate<'a>(&'a self, _: &'a str, password: &'a Secret) -> RealmFuture<'a, Answer> {
        let right = password.expose() == self.0.name.as_bytes();
        let answer =
            if right { Answer::Authenticated(self.user().into()) } else { Answer::Refused(Reach::ThisRealm) };
        Box::pin(async { Ok(answer) })
    }

    fn lookup<'a>(&'a self, _: &'a str) -> RealmFuture<'a, Option<ResolvedUser>> {
        Box::pin(async { Ok(Some(self.user())) })
    }

    fn tells_changes(&self) -> bool {
        true
    }
}

fn directory(order: i64, name: &str) -> (i64, HostRealm) {
    (order, HostRealm::Realm(Box::new(Directory(RealmRef::new(name, "directory")))))
}

#[tokio::test]
async fn two_realms_of_one_type_share_neither_users_nor_refusals() {
    let realms = vec![directory(1, "first"), directory(2, "second")];
    let service = Service::start_with_realms(|_| {}, &[], realms);
    for _ in 0..2 {
        for name in ["second", "first"] {
            let user = service.log_in("jo", name).await.unwrap();
            assert_eq!(&*user.authentication().realm.name, name);
            assert_eq!(user.authentication().effective.roles, [name]);
        }
    }
    let held = |name: &str| {
        let stats = service.core.caches().stats(service.core.boot());
        stats.iter().find(|(cache, _)| cache == name).unwrap().1.entries
    };
    assert_eq!((held("realm/directory/first"), held("realm/directory/second")), (1, 1));
}

/// Most names that a realm is asked for are users of another one.
#[tokio::test]
async fn a_name_that_is_in_no_file_is_not_loaded() {
    let service = Service::start_with(|_| {}, &[("users", &format!("jo:{HASH}"))]);
    let loads = || {
        let stats = service.core.caches().stats(service.core.boot());
        stats.iter().find(|(cache, _)| cache == "realm/file/default_file").unwrap().1.loads
    };
    assert!(service.log_in("no-such-jo", "wrong").await.is_err());
    assert_eq!(loads(), 0);
    assert!(service.log_in("jo", "wrong").await.is_err());
    assert_eq!(loads(), 1);
}
