use portcullis_store::Batch;
use serde_json::json;

use super::{AccountCredentials, ServiceAccounts};
use crate::authn::credentials::ServiceToken;
use crate::documents;
use crate::error::Kind;
use crate::manage::tests::{START, Service, elastic, fits, refused};

const FILE: &str =
    "elastic/fleet-server/file1:{SSHA256}AAECAwQFBgc=J+GWfTPDI5dnHG3p9fiZjIxNukCGQHABmKtivJV80jM=\n";

#[tokio::test]
async fn a_token_is_made_listed_and_deleted() {
    let service = Service::start_with(|_| {}, &[("service_tokens", FILE)]);
    let accounts = ServiceAccounts::new(&service.core);
    let token = accounts.create_token(&elastic(), "elastic", "fleet-server", Some("token1")).await.unwrap();
    let parsed = ServiceToken::parse(&token.bearer).unwrap();
    assert_eq!(parsed.id.to_string(), "elastic/fleet-server/token1");
    let key = documents::service_token::key(&parsed.id);
    assert_eq!(key.to_string(), "service_account_token-elastic/fleet-server/token1");
    let stored = service.json(&key).unwrap();
    assert!(fits(&stored["password"], parsed.secret.expose_str().unwrap()));
    let told = |field: &str| stored[field].clone();
    assert_eq!(told("doc_type"), "service_account_token");
    assert_eq!(told("username"), "elastic/fleet-server");
    assert_eq!(told("name"), "token1");
    assert_eq!(told("creation_time"), START);
    assert_eq!(told("enabled"), true);
    assert_eq!(stored["creator"]["principal"], "elastic");

    let generated = accounts.create_token(&elastic(), "elastic", "fleet-server", None).await.unwrap();
    assert!(generated.name.starts_with("token_") && generated.name.len() == 26, "{}", generated.name);
    accounts.create_token(&elastic(), "elastic", "fleet-server-remote", Some("token1")).await.unwrap();
    let names = accounts.credentials(&elastic(), "elastic", "fleet-server").await.unwrap();
    let expected = AccountCredentials {
        index: vec!["token1".to_owned(), generated.name],
        file: vec!["file1".to_owned()],
    };
    assert_eq!(names, expected);
    let unknown = accounts.credentials(&elastic(), "elastic", "nobody").await.unwrap();
    assert_eq!(unknown, AccountCredentials::default());

    let delete =
        async |name: &str| accounts.delete_token(&elastic(), "elastic", "fleet-server", name).await.unwrap();
    assert!(delete("token1").await);
    assert!(!delete("token1").await);
    assert!(!delete("file1").await, "tokens of the file are not touched");
}

#[tokio::test]
async fn what_cannot_be_made_says_why() {
    let service = Service::start();
    let accounts = ServiceAccounts::new(&service.core);
    let create = async |account: &'static str, name: &'static str| {
        accounts.create_token(&elastic(), "elastic", account, Some(name)).await
    };
    let (kind, reason) = refused(create("nobody", "_t").await);
    assert_eq!(kind, Kind::RequestValidation);
    assert!(reason.starts_with("Validation Failed: 1: invalid service token name [_t]. "), "{reason}");
    let (kind, reason) = refused(create("nobody", "t").await);
    assert_eq!(
        (kind, reason.as_str()),
        (Kind::IllegalArgument, "service account [elastic/nobody] does not exist")
    );

    let taken = (
        Kind::VersionConflict,
        "[service_account_token-elastic/fleet-server/t]: version conflict, document already exists (current version [1])"
            .to_owned(),
    );
    // Somebody else makes it in the same moment.
    service.forestall(|_| {
        let id = portcullis_model::credential::ServiceTokenId::new("elastic", "fleet-server", "t");
        Batch::new().put(documents::service_token::key(&id), json!({"password": ""}).to_string())
    });
    assert_eq!(refused(create("fleet-server", "t").await), taken);
    assert_eq!(refused(create("fleet-server", "t").await), taken);
}

#[tokio::test]
async fn accounts_are_listed_by_namespace_and_name() {
    let service = Service::start();
    let accounts = ServiceAccounts::new(&service.core);
    let caller = elastic();
    let all = accounts.list(&caller, None, None).len();
    assert!(all > 1);
    assert_eq!(accounts.list(&caller, Some("elastic"), None).len(), all);
    let one = accounts.list(&caller, Some("elastic"), Some("fleet-server"));
    assert_eq!(one.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["elastic/fleet-server"]);
    assert!(accounts.list(&caller, Some("other"), None).is_empty());
    assert!(accounts.list(&caller, Some("elastic"), Some("other")).is_empty());
}
