//! `portcullis etcd adopt`: nothing without a yes, and nothing without an etcd.

use crate::home::Home;

#[test]
fn nobody_adopts_by_mistake() {
    let home = Home::with("store.etcd.endpoints: http://127.0.0.1:1\n");
    assert!(home.run(&["etcd", "adopt"]).failed(64).contains("nothing is changed"));
    // Neither is it an answer if it comes from a pipe.
    assert!(home.run_with_input(&["etcd", "adopt"], "yes\n").failed(64).contains("--yes"));
    let done = home.run(&["etcd", "adopt", "--yes"]);
    let said = done.failed(70);
    assert!(said.contains("http://127.0.0.1:1") && said.contains("are waited"), "{said}");
    assert!(said.contains("is not adopted"), "{said}");
    assert!(!home.data().exists());
}

#[test]
fn a_node_that_is_alone_has_nothing_to_adopt() {
    assert!(Home::new().run(&["etcd", "adopt", "--yes"]).failed(64).contains("store.etcd.endpoints"));
}
