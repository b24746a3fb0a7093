//! An etcd with users.

use zeroize::Zeroizing;

use super::*;
use crate::etcd::auth::Login;
use crate::etcd::endpoint::{Endpoint, Method};
use crate::etcd::error::{Fate, Trouble};
use crate::etcd::settings::EtcdSecret;

/// Any of the administrator's requests with up to two texts.
#[derive(Clone, PartialEq, prost::Message)]
struct Named {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    second: String,
}

/// Any answer to them: what is in it does not matter.
#[derive(Clone, PartialEq, prost::Message)]
struct Done {}

#[derive(Clone, PartialEq, prost::Message)]
struct Grant {
    #[prost(string, tag = "1")]
    role: String,
    #[prost(message, optional, tag = "2")]
    permission: Option<Permission>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Permission {
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(bytes = "bytes", tag = "2")]
    key: bytes::Bytes,
    #[prost(bytes = "bytes", tag = "3")]
    end: bytes::Bytes,
}

/// Read and write.
const BOTH: i32 = 2;

/// `root`, and `portcullis` which may use `/t/`.
async fn with_users(server: &EtcdServer) {
    let endpoint = Endpoint::new(&server.url(), &settings(&[server.url()])).expect("good settings");
    let ask = async |path, name: &str, second: &str| {
        let request = Named { name: name.to_owned(), second: second.to_owned() };
        endpoint.call::<_, Done>(Method::of_cluster(path), request, None, SURELY).await.expect(path);
    };
    ask("/etcdserverpb.Auth/UserAdd", "root", "root-password").await;
    ask("/etcdserverpb.Auth/UserGrantRole", "root", "root").await;
    ask("/etcdserverpb.Auth/RoleAdd", "writer", "").await;
    let (key, end) = KeyRange::prefix("/t/").into_parts();
    let permission = Some(Permission { kind: BOTH, key, end });
    let grant = Grant { role: "writer".to_owned(), permission };
    let path = "/etcdserverpb.Auth/RoleGrantPermission";
    endpoint.call::<_, Done>(Method::of_cluster(path), grant, None, SURELY).await.expect(path);
    ask("/etcdserverpb.Auth/UserAdd", "portcullis", "its-password").await;
    ask("/etcdserverpb.Auth/UserGrantRole", "portcullis", "writer").await;
    ask("/etcdserverpb.Auth/AuthEnable", "", "").await;
}

fn settings_as(server: &EtcdServer, name: &str, password: &str) -> EtcdSettings {
    EtcdSettings {
        username: Some(name.to_owned()),
        password: Some(EtcdSecret::new(Zeroizing::new(password.to_owned()))),
        ..settings(&[server.url()])
    }
}

fn client_as(server: &EtcdServer, name: &str, password: &str) -> Client {
    Client::new(&settings_as(server, name, password)).expect("good settings")
}

#[tokio::test]
async fn whoever_logs_in_reads_writes_and_watches() {
    let server = EtcdServer::start();
    with_users(&server).await;
    let client = client_as(&server, "portcullis", "its-password");
    let revision = put(&client, "/t/a", "1").await;
    assert_eq!(get(&client, "/t/a").await.expect("an answer").count, 1);
    let mut watch = client.watch(KeyRange::prefix("/t/"), revision).await.expect("a watch");
    assert_eq!(watch.next().await.expect("events").events.len(), 1);
}

#[tokio::test]
async fn refusals_name_the_setting_and_not_the_password() {
    let server = EtcdServer::start();
    with_users(&server).await;
    let wrong = client_as(&server, "portcullis", "s3cret-wrong");
    let nobody = client_as(&server, "nobody", "s3cret-wrong");
    for error in
        [get(&wrong, "/t/a").await, get(&nobody, "/t/a").await, get(&client_of(&server), "/t/a").await]
    {
        let error = error.expect_err("not logged in");
        assert!(matches!(error.trouble, Trouble::Unauthenticated(_)), "{error:?}");
        assert!(
            error.to_string().contains("[store.etcd.password]") && !error.to_string().contains("s3cret"),
            "{error}"
        );
    }
    let success = vec![Operation::put("/t/a", "1")];
    let error = wrong.txn(TxnRequest { success, ..TxnRequest::default() }).await.expect_err("not logged in");
    assert_eq!(error.fate, Fate::NotDone);
}

#[tokio::test]
async fn keys_of_others_are_denied() {
    let server = EtcdServer::start();
    with_users(&server).await;
    let client = client_as(&server, "portcullis", "its-password");
    let error = get(&client, "/u/a").await.expect_err("denied");
    assert!(
        matches!(error.trouble, Trouble::Denied(_)) && error.to_string().contains("[store.etcd.prefix]"),
        "{error}"
    );
    let error = client.watch(KeyRange::prefix("/u/"), 1).await.err().expect("denied");
    assert!(matches!(error.trouble, Trouble::Denied(_)), "{error}");
    let success = vec![Operation::put("/u/a", "1")];
    let error = client.txn(TxnRequest { success, ..TxnRequest::default() }).await.expect_err("denied");
    assert_eq!(error.fate, Fate::NotDone);
}

#[tokio::test]
async fn a_token_that_etcd_forgot_is_renewed_for_reads_and_writes() {
    let server = EtcdServer::start();
    with_users(&server).await;
    let reader = client_as(&server, "portcullis", "its-password");
    let writer = client_as(&server, "portcullis", "its-password");
    for client in [&reader, &writer] {
        get(client, "/t/a").await.expect("an answer");
    }
    forget_tokens(&server).await;
    put(&writer, "/t/a", "1").await;
    assert_eq!(get(&reader, "/t/a").await.expect("an answer").count, 1);
}

/// Every token ends when the users are switched off and on again.
async fn forget_tokens(server: &EtcdServer) {
    let root = settings_as(server, "root", "root-password");
    let endpoint = Endpoint::new(&server.url(), &root).expect("good settings");
    let token = Login::new(&root).token(&endpoint, SURELY).await.expect("a token");
    let off = Method::of_cluster("/etcdserverpb.Auth/AuthDisable");
    endpoint.call::<_, Done>(off, Named::default(), token.as_ref(), SURELY).await.expect("off");
    let on = Method::of_cluster("/etcdserverpb.Auth/AuthEnable");
    endpoint.call::<_, Done>(on, Named::default(), None, SURELY).await.expect("on");
}

#[tokio::test]
async fn a_login_where_there_are_no_users_says_so() {
    let server = EtcdServer::start();
    let client = client_as(&server, "portcullis", "its-password");
    let error = get(&client, "/t/a").await.expect_err("no users");
    assert!(error.to_string().contains("authentication is not enabled"), "{error}");
}
