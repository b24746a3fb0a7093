//! The tables of reserved roles, walked.

use super::*;
use crate::role::{Rendering, Restriction, WORKFLOWS};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn every_role_is_sound() {
    let mut names = BTreeSet::new();
    for role in all() {
        assert!(names.insert(role.name.clone()), "{} is there twice", role.name);
        assert_eq!(find(&role.name), Some(role));
        assert!(is_reserved(&role.name));
        assert!(!WORKFLOWS.contains(&role.name.as_str()));
        assert_eq!(role.metadata["_reserved"], json!(true));
        // Keys that begin with `_` are the service's own, and this is the service's own role.
        let plain = RoleDescriptor { metadata: Map::new(), ..RoleDescriptor::clone(role) };
        assert_eq!(plain.validate(), Vec::<String>::new(), "{}", role.name);
        for rendering in [Rendering::Api, Rendering::Stored] {
            let read =
                RoleDescriptor::parse(&role.name, &role.to_json(rendering), Restriction::Refused).unwrap();
            assert_eq!(**role, read);
        }
    }
    assert_eq!(names.len(), 29);
    assert!(!is_reserved("Superuser") && find("").is_none());
}

#[test]
fn the_superuser_is_rendered_as_it_is_known() {
    let group = |privileges: &[&str], restricted: bool| json!({"names": ["*"], "privileges": privileges, "allow_restricted_indices": restricted});
    let look = ["monitor", "read", "view_index_metadata", "read_cross_cluster"];
    let remote = |privileges: &[&str], restricted: bool| json!({"names": ["*"], "privileges": privileges, "allow_restricted_indices": restricted, "clusters": ["*"]});
    assert_eq!(
        find(SUPERUSER).unwrap().to_json(Rendering::Api),
        json!({
            "cluster": ["all"],
            "indices": [group(&["all"], false), group(&look, true)],
            "applications": [{"application": "*", "privileges": ["*"], "resources": ["*"]}],
            "run_as": ["*"],
            "metadata": {"_reserved": true},
            "transient_metadata": {"enabled": true},
            "remote_indices": [remote(&["all"], false), remote(&look, true)],
            "remote_cluster": [{"privileges": ["monitor_enrich", "monitor_stats"], "clusters": ["*"]}],
        })
    );
}

#[test]
fn a_role_on_its_way_out_says_so() {
    assert_eq!(
        Value::Object(find("kibana_user").unwrap().metadata.clone()),
        json!({"_reserved": true, "_deprecated": true, "_deprecated_reason": "Please use the [kibana_admin] role instead"})
    );
}
