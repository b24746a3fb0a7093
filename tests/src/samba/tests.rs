use ldap3::{Scope, SearchEntry};
use tokio::net::TcpStream;

use super::*;

const SUCCESS: u32 = 0;
const INVALID_CREDENTIALS: u32 = 49;

async fn connect(samba: &Samba) -> Ldap {
    let (connection, ldap) = LdapConnAsync::new(&samba.url()).await.unwrap();
    tokio::spawn(connection.drive());
    ldap
}

/// The code, and what the server says to it.
async fn bind(samba: &Samba, name: &str, password: &str) -> (u32, String) {
    let answer = connect(samba).await.simple_bind(name, password).await.unwrap();
    (answer.rc, answer.text)
}

fn principal(account: &str) -> String {
    format!("{account}@{}", content::DOMAIN)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_account_binds_under_all_of_its_names_or_is_refused_with_the_reason() {
    let samba = Samba::start().await;
    for account in &content::ACCOUNTS {
        let reason = match account.standing {
            content::Standing::Good => None,
            content::Standing::Disabled => Some("data 533,"),
            content::Standing::Locked => Some("data 775,"),
            content::Standing::Expired => Some("data 701,"),
            content::Standing::MustChange => Some("data 773,"),
        };
        let down_level = format!("{}\\{}", content::NETBIOS, account.name);
        let dn = content::user(account.name);
        for name in [&principal(account.name), account.principal, &down_level, &dn] {
            let (code, text) = bind(&samba, name, &password(account.name)).await;
            match reason {
                None => assert_eq!(code, SUCCESS, "{name}: {text}"),
                Some(reason) => {
                    assert_eq!(code, INVALID_CREDENTIALS, "{name}");
                    assert!(text.contains(reason), "{name}: {text}");
                }
            }
        }
    }
    let (code, text) = bind(&samba, "AD\\jo", "wrong").await;
    assert_eq!(code, INVALID_CREDENTIALS);
    assert!(text.contains("data 52e,"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_in_groups_are_in_the_token() {
    let samba = Samba::start().await;
    let mut ldap = connect(&samba).await;
    ldap.simple_bind(&principal("jo"), &password("jo")).await.unwrap().success().unwrap();
    let mut own = async |dn: &str, attributes: &[&str]| {
        let found = ldap.search(dn, Scope::Base, "(objectClass=*)", attributes.to_vec()).await.unwrap();
        SearchEntry::construct(found.success().unwrap().0.remove(0))
    };
    let everyone = own(&content::group("everyone"), &["objectSid"]).await.bin_attrs["objectSid"][0].clone();
    let jo = own(&content::user("jo"), &["memberOf", "tokenGroups"]).await;
    assert_eq!(jo.attrs["memberOf"], [content::group("inner")]);
    assert!(jo.bin_attrs["tokenGroups"].contains(&everyone));
}

#[tokio::test(flavor = "multi_thread")]
async fn binds_are_counted_and_our_own_are_not() {
    let samba = Samba::start().await;
    samba.set_password("amy", "another 1password").await;
    assert_eq!(samba.binds().await, 0);
    for _ in 0..3 {
        bind(&samba, "AD\\jo", &password("jo")).await;
    }
    bind(&samba, "nobody@ad.example.org", "wrong").await;
    assert_eq!((samba.binds().await, samba.binds_of("AD\\jo").await), (4, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_seen_at_once_and_survive_a_kill() {
    let mut samba = Samba::start().await;
    samba.set_password("jo", "another 1password").await;
    samba.disable("amy").await;
    samba.kill();
    assert!(TcpStream::connect((samba.address, PORT)).await.is_err());
    samba.restart().await;
    assert_eq!(bind(&samba, &principal("jo"), "another 1password").await.0, SUCCESS);
    assert_eq!(bind(&samba, &principal("amy"), &password("amy")).await.0, INVALID_CREDENTIALS);
    samba.enable("amy").await;
    assert_eq!(bind(&samba, &principal("amy"), &password("amy")).await.0, SUCCESS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_server_answers_nothing_until_it_is_resumed_and_harms_no_other() {
    let mut samba = Samba::start().await;
    samba.pause();
    let mut waiting = connect(&samba).await;
    let binding =
        tokio::spawn(async move { waiting.simple_bind(&principal("jo"), &password("jo")).await.unwrap().rc });
    // While this one waits, another server starts and answers.
    assert_eq!(bind(&Samba::start().await, &principal("jo"), &password("jo")).await.0, SUCCESS);
    assert!(!binding.is_finished());
    samba.resume();
    assert_eq!(binding.await.unwrap(), SUCCESS);
}
