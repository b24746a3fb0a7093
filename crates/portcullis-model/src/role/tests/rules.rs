//! What a well-formed descriptor may still have wrong.

use super::*;
use crate::role::reserved::SUPERUSER;

#[test]
fn every_item_is_told_once_and_in_order() {
    let role = read(json!({
        "cluster": ["bogus", "monitor", "bogus"],
        "indices": [{"names": "a", "privileges": ["nothing", "read"]}],
        "remote_indices": [{"names": "a", "privileges": ["never"], "clusters": [""]}],
        "remote_cluster": [{"privileges": ["monitor_stats"], "clusters": [""]}],
        "applications": [{"application": "A", "privileges": ["a b"], "resources": []}],
        "metadata": {"_x": 1},
        "restriction": {"workflows": ["w"]},
        "description": "x".repeat(1001),
    }));
    let starts = [
        "unknown cluster privilege [bogus]. a privilege must be either one of the predefined cluster privilege names [",
        "unknown index privilege [nothing]. a privilege must be either one of the predefined fixed indices privileges [",
        "unknown index privilege [never]. ",
        "remote index cluster alias cannot be an empty string",
        "remote cluster alias cannot be an empty string",
        "An application name prefix must match the pattern ^[a-z][A-Za-z0-9]*$ (found 'A')",
        "Application privilege names and actions must match the pattern ^\\p{Graph}*$ (found 'a b')",
        "role descriptor metadata keys may not start with [_]",
        "Unknown workflow [w]. A workflow must be one of the predefined workflow names [search_application_query].",
        "Role description must be less than 1000 characters.",
    ];
    let messages = role.validate();
    assert_eq!(messages.len(), starts.len(), "{messages:#?}");
    for (message, start) in messages.iter().zip(starts) {
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn the_list_of_items_has_an_end() {
    let names: Vec<String> = (0..5_000).map(|n| format!("bogus{n}")).collect();
    assert_eq!(read(json!({"cluster": names})).validate().len(), MAX_MESSAGES);
}

#[test]
fn a_description_counts_characters_not_bytes() {
    let described = |text: String| read(json!({"description": text})).validate();
    assert_eq!(described("ä".repeat(DESCRIPTION_MAX)), Vec::<String>::new());
    assert_eq!(described("ä".repeat(DESCRIPTION_MAX + 1)).len(), 1);
}

#[test]
fn a_name_is_refused_if_it_is_bad_or_taken() {
    assert_eq!(validate_reserved_name("mine"), Vec::<String>::new());
    assert_eq!(validate_reserved_name(SUPERUSER), ["Role [superuser] is reserved and may not be used."]);
    let bad = validate_reserved_name(" ");
    assert_eq!(bad.len(), 1);
    assert!(bad[0].starts_with("Role names must be at least 1 and no more than 507 characters. "));
}

#[test]
fn restricted_descriptors_stand_alone() {
    let free = RoleDescriptor::empty("free");
    let bound = read(json!({"restriction": {"workflows": ["search_application_query"]}}));
    let check = |key: &[&RoleDescriptor], owner: &[&RoleDescriptor]| {
        let owned = |roles: &[&RoleDescriptor]| roles.iter().map(|role| (*role).clone()).collect::<Vec<_>>();
        check_restrictions(&owned(key), &owned(owner))
    };
    assert_eq!(check(&[], &[]), Ok(()));
    assert_eq!(check(&[&free, &free], &[&free]), Ok(()));
    assert_eq!(check(&[&bound], &[&free]), Ok(()));
    assert_eq!(
        check(&[], &[&free, &bound]),
        Err("owner user role descriptors must not include restriction".to_owned())
    );
    assert_eq!(
        check(&[&bound, &bound], &[]),
        Err("more than one role descriptor with restriction is not supported".to_owned())
    );
    assert_eq!(
        check(&[&bound, &free], &[]),
        Err("combining role descriptors with and without restriction is not supported".to_owned())
    );
}
