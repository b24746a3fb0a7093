//! The table of index privileges, walked.

use super::*;

#[test]
fn every_row_of_the_table_is_sound() {
    let names = names();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    for row in INDEX_PRIVILEGES {
        assert_eq!(row.name, row.name.to_lowercase());
        PatternSet::parse(row.actions.iter().copied()).unwrap();
        let resolved = IndexPrivilege::resolve(&row.name.to_uppercase()).unwrap();
        assert_eq!(resolved.selector, row.selector);
        for action in row.actions {
            assert!(
                action.starts_with("indices:") || action.starts_with("internal:transport/proxy/indices:"),
                "{action}"
            );
        }
    }
}

#[test]
fn all_includes_every_other() {
    let all = IndexPrivilege::resolve("all").unwrap();
    for row in INDEX_PRIVILEGES {
        assert!(all.actions.includes(&IndexPrivilege::resolve(row.name).unwrap().actions), "{}", row.name);
    }
}

#[test]
fn privileges_grant_what_they_say() {
    let may = |name: &str, action: &str| IndexPrivilege::resolve(name).unwrap().actions.matches(action);
    assert!(may("read", "indices:data/read/search") && !may("read", "indices:data/write/index"));
    assert!(may("create_doc", "indices:data/write/index[p]"), "a bracket is only a bracket");
    assert!(!may("create_doc", "indices:data/write/index:op_type/index"));
    assert!(may("indices:data/read/s", "indices:data/read/search"));
    assert!(!may("none", "indices:data/read/search"));
}

#[test]
fn a_name_that_means_nothing_is_told_with_all_that_do() {
    for name in ["Bogus", "cluster:monitor/main", "monitor_ml"] {
        let expected = format!(
            "unknown index privilege [{name}]. a privilege must be either one of the predefined fixed indices \
             privileges [all,auto_configure,create,create_doc,create_index,cross_cluster_replication,\
             cross_cluster_replication_internal,delete,delete_index,index,maintenance,manage,\
             manage_data_stream_lifecycle,manage_failure_store,manage_follow_index,manage_ilm,manage_leader_index,\
             monitor,none,read,read_cross_cluster,read_failure_store,view_index_metadata,write] or a pattern over one \
             of the available index actions"
        );
        assert_eq!(IndexPrivilege::resolve(name).unwrap_err(), expected);
    }
}
