//! Who does not get in: a wrong password, nobody, accounts that may not log on.

use portcullis_tests::samba::password;
use portcullis_tests::{logs, secrets};

use super::{clear, domain, stats, user};

portcullis_tests::tests![
    whoever_the_domain_refuses_is_refused,
    an_empty_password_is_refused_without_a_bind,
    a_disabled_account_is_out_when_its_entry_is,
];

async fn whoever_the_domain_refuses_is_refused() {
    let (samba, node) = domain().await;
    for (account, reason) in [
        ("disabled", "data 533,"),
        ("locked", "data 775,"),
        ("expired", "data 701,"),
        ("must change", "data 773,"),
    ] {
        let down_level = format!("AD\\{account}");
        for name in [account, &down_level] {
            let answer = node.basic(name, &password(account)).authenticate().await;
            answer.refused(401, "security_exception");
        }
        // The client is not told why; the log is.
        assert!(logs::lines_with(reason).iter().any(|line| line["name"] == down_level), "{account}");
    }
    for name in ["jo", "AD\\jo", "jo@ad.example.org", "nobody", "AD\\nobody", "nobody@ad.example.org"] {
        node.basic(name, &secrets::password()).authenticate().await.refused(401, "security_exception");
    }
    assert_eq!(samba.binds().await, 14);
    assert_eq!(stats(&node).undecided, 0);
    assert_eq!(user(&node, "jo").login().await, 200);
}

async fn an_empty_password_is_refused_without_a_bind() {
    let (samba, node) = domain().await;
    for name in ["jo", "AD\\jo", "jo@ad.example.org"] {
        assert_eq!(node.basic(name, "").login().await, 401, "{name}");
    }
    assert_eq!((samba.binds().await, stats(&node).user_binds), (0, 0));
}

async fn a_disabled_account_is_out_when_its_entry_is() {
    let (samba, node) = domain().await;
    let jo = user(&node, "jo");
    assert_eq!(jo.login().await, 200);
    samba.disable("jo").await;
    assert_eq!(jo.login().await, 200, "the cache does not know");
    clear(&node).await;
    assert_eq!(jo.login().await, 401);
    samba.enable("jo").await;
    clear(&node).await;
    assert_eq!(jo.login().await, 200);
}
