//! Who has a right from the anonymous user's roles, and what a change of those means for a write that is under way.

use portcullis_model::anonymous::{Anonymous, Denied};
use portcullis_model::decision::RequestFacts;
use portcullis_model::role::RoleDescriptor;

use crate::authn::credentials::Credentials;
use crate::authn::{self, Authenticated, AuthenticationRequest};
use crate::authz;
use crate::caller::Caller;
use crate::error::Kind;
use crate::files::Reading;
use crate::manage::roles::Roles;

use super::{HASH, PASSWORD, Service, elastic, refused, role};

/// A service whose anonymous user has the role `guests`, with the user `jo`, who has no role, and these roles of a file.
fn service(roles: &str) -> Service {
    let files = [("users", &*format!("jo:{HASH}")), ("roles.yml", roles)];
    let anonymous = Anonymous::new("_anonymous", vec!["guests".to_owned()], Denied::Forbidden);
    Service::start_with(|settings| settings.anonymous = anonymous, &files)
}

async fn nobody(service: &Service) -> Authenticated {
    let request = AuthenticationRequest {
        credentials: Credentials::None,
        run_as: None,
        uri: "/".to_owned(),
        origin: "127.0.0.1:1".parse().ok(),
        request_id: "test".into(),
    };
    authn::authenticate(&service.core, &request.into()).await.unwrap()
}

/// The anonymous user and `jo`, who may both put roles.
async fn callers(service: &Service) -> [Caller; 2] {
    let action = "cluster:admin/xpack/security/role/put";
    let mut callers = Vec::new();
    for who in [nobody(service).await, service.log_in("jo", PASSWORD).await.unwrap()] {
        callers.push(authz::authorize(&service.core, &who, action, &RequestFacts::None).await.unwrap());
    }
    callers.try_into().ok().unwrap()
}

#[tokio::test]
async fn a_role_that_changed_grants_no_write_that_was_under_way() {
    let service = service("");
    let roles = Roles::new(&service.core);
    roles.put(&elastic(), role("guests", &["all"])).await.unwrap();
    let before = callers(&service).await;
    for caller in &before {
        roles.put(caller, role("r", &["all"])).await.unwrap();
    }
    roles.put(&elastic(), role("guests", &["monitor"])).await.unwrap();
    for caller in &before {
        assert_eq!(refused(roles.put(caller, role("r", &["none"])).await).0, Kind::Unavailable);
    }
}

#[tokio::test]
async fn nor_does_one_that_changed_in_a_file() {
    let service = service("guests:\n  cluster: [all]\n");
    let before = callers(&service).await;
    let file = service.directory.path().join("roles.yml");
    std::fs::write(file, "guests:\n  cluster: [monitor]\n").unwrap();
    assert!(!service.core.files().take_in(service.core.caches(), Reading::First));
    for caller in &before {
        let outcome = Roles::new(&service.core).put(caller, role("r", &["none"])).await;
        assert_eq!(refused(outcome).0, Kind::Unavailable);
    }
}

#[tokio::test]
async fn equal_sets_of_roles_are_one_entry() {
    let service = service("guests:\n  cluster: [all]\n");
    let callers = callers(&service).await;
    let names = |caller: &Caller| -> Vec<String> {
        caller.role_descriptors().iter().map(|it: &std::sync::Arc<RoleDescriptor>| it.name.clone()).collect()
    };
    assert_eq!(callers.each_ref().map(names), [["guests"], ["guests"]]);
    let roles =
        service.core.caches().stats(service.core.boot()).into_iter().find(|(name, _)| name == "roles");
    assert_eq!(roles.unwrap().1.loads, 1);
}
