//! A password that is changed in the domain.

use portcullis_tests::node::TestNode;
use portcullis_tests::samba::Samba;
use portcullis_tests::secrets;

use super::{clear, domain, user};

portcullis_tests::tests![
    a_new_password_counts_at_once_and_the_old_one_no_more,
    a_domain_may_take_the_old_password_for_a_while,
];

async fn a_new_password_counts_at_once_and_the_old_one_no_more() {
    let samba = Samba::builder().option("old password allowed period = 0").start().await;
    let node = TestNode::builder().active_directory(&samba).start().await;
    let (old, new) = (user(&node, "jo"), secrets::password());
    assert_eq!(old.login().await, 200);
    samba.set_password("jo", &new).await;
    assert_eq!(old.login().await, 200, "the cache does not know");
    assert_eq!(node.basic("jo", &new).login().await, 200);
    assert_eq!(old.login().await, 401, "the cache has the new one");
}

/// By default Samba takes the last password for an hour more. What the domain says counts.
async fn a_domain_may_take_the_old_password_for_a_while() {
    let (samba, node) = domain().await;
    let (old, new) = (user(&node, "jo"), secrets::password());
    samba.set_password("jo", &new).await;
    assert_eq!(old.login().await, 200);
    samba.set_password("jo", &secrets::password()).await;
    clear(&node).await;
    assert_eq!((old.login().await, node.basic("jo", &new).login().await), (401, 200));
}
