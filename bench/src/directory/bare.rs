//! What a login costs without Portcullis: the same directory, asked by the same library with nothing around it.

use ldap3::{Ldap, LdapConnAsync, Scope, SearchEntry};
use portcullis_tests::slapd::{Slapd, content, password};

/// Binds on a connection of its own: the least that it takes to check a password.
pub(super) async fn bind(slapd: &Slapd, dn: &str, password: &str) -> Ldap {
    let (connection, mut ldap) = LdapConnAsync::new(&slapd.url()).await.expect("a connection");
    tokio::spawn(connection.drive());
    ldap.simple_bind(dn, password).await.and_then(|it| it.success()).expect("a bind");
    ldap
}

/// A connection of the account that reads.
pub(super) async fn reader(slapd: &Slapd) -> Ldap {
    bind(slapd, content::SERVICE_ACCOUNT, &password("reader")).await
}

/// The questions of one login: who that is, whether the password is right, and which groups.
pub(super) async fn log_in(slapd: &Slapd, reader: &mut Ldap, uid: &str, password: &str) {
    let found = search(reader, content::PEOPLE, &format!("(uid={uid})"), &["cn", "mail"]).await;
    bind(slapd, &found[0], password).await.unbind().await.expect("an end");
    search(reader, content::GROUPS, &format!("(member={})", found[0]), &["1.1"]).await;
}

/// The name of the one entry that is found.
async fn search(ldap: &mut Ldap, base: &str, filter: &str, attributes: &[&str]) -> [String; 1] {
    let found = ldap.search(base, Scope::Subtree, filter, attributes).await;
    let (entries, _) = found.and_then(|it| it.success()).expect("a search");
    let names: Vec<String> = entries.into_iter().map(|it| SearchEntry::construct(it).dn).collect();
    names.try_into().expect("one entry")
}
