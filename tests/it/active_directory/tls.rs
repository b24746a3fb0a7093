//! TLS to a domain controller, from the first byte or by StartTLS. A server that is not trusted is told no password.

use portcullis_tests::node::{Builder, TestNode};
use portcullis_tests::samba::{Flaw, Samba};

use super::{stats, user};

portcullis_tests::tests![trusted_servers_are_asked, others_are_told_nothing];

/// Both ways to TLS.
fn ways(samba: &Samba) -> [Builder; 2] {
    let node = || TestNode::builder().active_directory(samba);
    [
        node(),
        node().active_directory_setting("url", &samba.url()).active_directory_setting("start_tls", "true"),
    ]
}

async fn trusted_servers_are_asked() {
    let samba = Samba::start().await;
    for builder in ways(&samba) {
        let node = builder.start().await;
        assert_eq!(user(&node, "jo").login().await, 200);
    }
    let plain = TestNode::builder().active_directory(&samba).active_directory_setting("url", &samba.url());
    assert_eq!(user(&plain.start().await, "jo").login().await, 200);
}

async fn others_are_told_nothing() {
    let mut samba = Samba::start().await;
    for flaw in [Flaw::Untrusted, Flaw::WrongName] {
        samba.replace_certificate(flaw).await;
        for builder in ways(&samba) {
            let node = builder.start().await;
            let answer = user(&node, "jo").authenticate().await;
            answer.refused(503, "unavailable_shards_exception");
            assert_eq!(stats(&node).user_binds, 0, "{flaw:?}");
        }
    }
    assert_eq!(samba.binds().await, 0);
}
