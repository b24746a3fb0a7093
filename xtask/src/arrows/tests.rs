//! The table against arrows that it must refuse.

use super::{ARROWS, judge};

#[test]
fn leaves_know_nobody() {
    let leaves = [
        "portcullis-model",
        "portcullis-secrets",
        "portcullis-cache",
        "portcullis-store",
        "portcullis-cluster",
    ];
    for leaf in leaves {
        assert!(ARROWS.iter().all(|(from, _, _)| *from != leaf), "{leaf} has an arrow");
        assert!(judge(leaf, "portcullis-security", true, false).is_some());
        assert!(judge(leaf, "portcullis-security", true, true).is_some());
    }
}

#[test]
fn the_wire_reaches_neither_store_nor_cache() {
    assert!(judge("portcullis-api", "portcullis-store", true, false).is_some());
    assert!(judge("portcullis-api", "portcullis-cache", true, false).is_some());
    assert_eq!(judge("portcullis-api", "portcullis-security", true, false), None);
}

#[test]
fn nobody_names_a_tool() {
    assert!(judge("portcullis", "portcullis-tests", true, true).is_some());
    assert_eq!(judge("xtask", "portcullis-api", true, false), None);
}

#[test]
fn barred_libraries_are_named_in_tests_only() {
    assert!(judge("portcullis-cache", "tokio", false, false).is_some());
    assert_eq!(judge("portcullis-cache", "tokio", false, true), None);
    assert_eq!(judge("portcullis", "tokio", false, false), None);
}

#[test]
fn a_crate_may_name_itself() {
    assert_eq!(judge("portcullis-store", "portcullis-store", true, true), None);
}
