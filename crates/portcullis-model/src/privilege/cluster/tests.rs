//! The table of cluster privileges, walked; what implies what; and what a refused caller is told.

use super::order::access_order;
use super::*;
use crate::decision::ApiKeyFacts;
use crate::pattern::Effort;
use crate::privilege::SECURITY_ACTIONS;
use crate::subject::{RealmRef, User};
use std::collections::BTreeSet;

fn jo() -> Authentication {
    Authentication::realm(User::new("jo", ["viewer"]), RealmRef::new("default_native", "native"))
}

fn granted(action: &str, facts: &RequestFacts) -> Vec<&'static str> {
    granted_by(&format!("{SECURITY_ACTIONS}{action}"), facts, &jo())
}

#[test]
fn every_row_of_the_table_is_sound() {
    let mut names = BTreeSet::new();
    for row in CLUSTER_PRIVILEGES {
        assert!(names.insert(row.name), "{} is there twice", row.name);
        assert_eq!(row.name, row.name.to_lowercase());
        for pattern in row.allowed.iter().chain(row.denied) {
            PatternSet::parse([*pattern]).unwrap();
            assert!(
                is_cluster_action(pattern) || pattern.starts_with("internal:"),
                "{}: {pattern} is not over the cluster",
                row.name
            );
        }
        for denied in row.denied {
            let all = PatternSet::parse(row.allowed.iter().copied()).unwrap();
            assert!(
                all.includes(&PatternSet::parse([*denied]).unwrap()),
                "{} takes what it did not give",
                row.name
            );
        }
        let resolved = ClusterPrivilege::resolve(&row.name.to_uppercase()).unwrap();
        assert_eq!(resolved.condition(), row.condition);
    }
    assert_eq!(names.len(), names_in_access_order().len());
}

/// The order that Elasticsearch 8.18 tells, among the privileges that it had.
const ORDER_8_18: &str = "manage_own_api_key, manage_data_stream_global_retention, \
    monitor_data_stream_global_retention, none, cancel_task, cross_cluster_replication, cross_cluster_search, \
    delegate_pki, grant_api_key, manage_autoscaling, manage_index_templates, manage_logstash_pipelines, manage_oidc, \
    manage_saml, manage_search_application, manage_search_query_rules, manage_search_synonyms, \
    manage_service_account, manage_token, manage_user_profile, monitor_connector, monitor_enrich, monitor_inference, \
    monitor_ml, monitor_rollup, monitor_snapshot, monitor_stats, monitor_text_structure, monitor_watcher, \
    post_behavioral_analytics_event, read_ccr, read_connector_secrets, read_fleet_secrets, read_ilm, read_pipeline, \
    read_security, read_slm, transport_client, write_connector_secrets, write_fleet_secrets, create_snapshot, \
    manage_behavioral_analytics, manage_ccr, manage_connector, manage_enrich, manage_ilm, manage_inference, \
    manage_ml, manage_rollup, manage_slm, manage_watcher, monitor_data_frame_transforms, monitor_transform, \
    manage_api_key, manage_ingest_pipelines, manage_pipeline, manage_data_frame_transforms, manage_transform, \
    manage_security, monitor, manage, all";

#[test]
fn the_computed_order_is_elasticsearchs() {
    let expected: Vec<&str> = ORDER_8_18.split(", ").collect();
    let of_8_18 = CLUSTER_PRIVILEGES.iter().filter(|row| expected.contains(&row.name));
    assert_eq!(access_order(of_8_18), expected);
}

#[test]
fn least_comes_first_and_most_comes_last() {
    let order = names_in_access_order();
    assert_eq!(order.first(), Some(&"manage_own_api_key"));
    assert_eq!(order.last(), Some(&"all"));
}

#[test]
fn privileges_imply_each_other_as_documented() {
    let implies = |wide: &str, narrow: &str| {
        let language = |name| ClusterPrivilege::resolve(name).unwrap().language();
        language(wide).includes(&language(narrow), &Effort::default())
    };
    for narrow in [
        "read_security",
        "manage_api_key",
        "grant_api_key",
        "manage_service_account",
        "manage_user_profile",
        "manage_token",
        "manage_oidc",
        "manage_own_api_key",
        "none",
    ] {
        assert!(implies("manage_security", narrow), "{narrow}");
    }
    for narrow in ["manage_saml", "delegate_pki", "monitor", "manage"] {
        assert!(!implies("manage_security", narrow), "{narrow}");
    }
    assert!(
        implies("all", "manage_security") && implies("all", "delegate_pki") && implies("all", "manage_saml")
    );
    assert!(implies("manage", "monitor") && !implies("manage", "read_security"));
}

#[test]
fn a_refused_caller_is_told_what_would_have_helped() {
    let user = RequestFacts::User { username: "al".to_owned() };
    assert_eq!(granted("user/delete", &user), ["manage_security", "all"]);
    assert_eq!(granted("user/put", &user), ["manage_security", "all"]);
    assert_eq!(granted("user/get", &RequestFacts::None), ["read_security", "manage_security", "all"]);
    assert_eq!(granted("cache/clear", &RequestFacts::None), ["manage_security", "all"]);
    assert_eq!(granted("realm/cache/clear", &RequestFacts::None), ["manage_security", "all"]);
    assert_eq!(
        granted("service_account/token/create", &RequestFacts::None),
        ["manage_service_account", "manage_security", "all"]
    );
    assert_eq!(
        granted("service_account/credential/get", &RequestFacts::None),
        ["manage_service_account", "read_security", "manage_security", "all"]
    );
    assert_eq!(granted("delegate_pki", &RequestFacts::None), ["delegate_pki", "all"]);
    assert_eq!(
        granted_by("cluster:monitor/xpack/security/stats", &RequestFacts::None, &jo()),
        ["monitor", "manage", "all"]
    );
    assert_eq!(
        granted_by("indices:data/read/search", &RequestFacts::None, &jo()),
        Vec::<&str>::new(),
        "no cluster privilege is about documents"
    );
}

fn api_keys(facts: ApiKeyFacts) -> RequestFacts {
    RequestFacts::ApiKeys(facts)
}

fn invalidate(ids: &[&str], owner: bool, username: Option<&str>, realm: Option<&str>) -> RequestFacts {
    api_keys(ApiKeyFacts::Invalidate {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        owner,
        username: username.map(str::to_owned),
        realm: realm.map(str::to_owned),
    })
}

fn get(ids: &[&str], owner: bool, with_limited_by: bool) -> RequestFacts {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    api_keys(ApiKeyFacts::Get { ids, owner, username: None, realm: None, with_limited_by })
}

#[test]
fn own_keys_are_told_apart_from_others() {
    let others = ["manage_api_key", "manage_security", "all"];
    let own = ["manage_own_api_key", "manage_api_key", "manage_security", "all"];
    assert_eq!(granted("api_key/invalidate", &invalidate(&[], false, Some("al"), None)), others);
    assert_eq!(granted("api_key/invalidate", &invalidate(&["k"], false, None, None)), others);
    assert_eq!(granted("api_key/invalidate", &invalidate(&[], false, Some("jo"), None)), others);
    assert_eq!(granted("api_key/invalidate", &invalidate(&[], false, Some("jo"), Some("file1"))), others);
    assert_eq!(
        granted("api_key/invalidate", &invalidate(&[], false, Some("jo"), Some("default_native"))),
        own
    );
    assert_eq!(granted("api_key/invalidate", &invalidate(&["k"], true, None, None)), own);
    assert_eq!(granted("api_key/create", &api_keys(ApiKeyFacts::Create)), own);
    assert_eq!(granted("api_key/update", &api_keys(ApiKeyFacts::Update)), own);
    assert_eq!(
        granted("api_key/grant", &api_keys(ApiKeyFacts::Grant)),
        ["grant_api_key", "manage_api_key", "manage_security", "all"]
    );
    let all_get = ["read_security", "manage_api_key", "manage_security", "all"];
    let got: BTreeSet<&str> = granted("api_key/get", &get(&["k"], false, false)).into_iter().collect();
    assert_eq!(got, all_get.into_iter().collect());
    assert!(granted("api_key/get", &get(&[], true, true)).contains(&"manage_own_api_key"));
    let query = |own_only| api_keys(ApiKeyFacts::Query { own_only, with_limited_by: true });
    assert!(granted("api_key/query", &query(true)).contains(&"manage_own_api_key"));
    assert!(!granted("api_key/query", &query(false)).contains(&"manage_own_api_key"));
    assert!(!granted("api_key/get", &RequestFacts::None).contains(&"manage_own_api_key"));
}

#[test]
fn a_key_owns_itself_alone() {
    let kind = crate::authentication::AuthenticationKind::ApiKey { id: "k".to_owned(), name: None };
    let key = Authentication::direct(User::new("jo", [""; 0]).into(), RealmRef::api_key(), kind);
    let own = ClusterPrivilege::resolve("manage_own_api_key").unwrap();
    let may = |authentication: &Authentication, action: &str, facts: &RequestFacts| {
        own.grants(&format!("{SECURITY_ACTIONS}{action}"), facts, authentication)
    };
    assert!(may(&key, "api_key/get", &get(&["k"], false, false)));
    assert!(!may(&key, "api_key/get", &get(&["k"], false, true)));
    assert!(!may(&key, "api_key/get", &get(&["k", "l"], false, false)));
    assert!(!may(&key, "api_key/get", &get(&[], true, false)), "owner=true does not help a key");
    assert!(may(&key, "api_key/invalidate", &invalidate(&["k"], false, None, None)));
    assert!(!may(&key, "api_key/invalidate", &invalidate(&["l"], true, None, None)));
    assert!(!may(
        &key,
        "api_key/query",
        &api_keys(ApiKeyFacts::Query { own_only: true, with_limited_by: true })
    ));
    assert!(may(
        &key,
        "api_key/query",
        &api_keys(ApiKeyFacts::Query { own_only: true, with_limited_by: false })
    ));

    let run_as = key.run_as(User::new("al", [""; 0]), RealmRef::new("default_native", "native"));
    assert!(may(&run_as, "api_key/get", &get(&[], true, false)), "the target acts, not the key");
    assert!(!may(&run_as, "api_key/get", &get(&["k"], false, false)));
}

#[test]
fn actions_are_privileges_of_their_own() {
    let facts = RequestFacts::None;
    let raw = ClusterPrivilege::resolve("cluster:admin/xpack/security/user/P").unwrap();
    assert!(
        raw.grants("cluster:admin/xpack/security/user/put", &facts, &jo()),
        "a beginning is enough, case is not"
    );
    assert!(!raw.grants("cluster:admin/xpack/security/user/get", &facts, &jo()));
    assert!(ClusterPrivilege::resolve("cluster:*/get").is_ok());
    assert!(ClusterPrivilege::resolve("indices:admin/template/put").is_ok());
}

#[test]
fn a_name_that_means_nothing_is_told_with_all_that_do() {
    for name in ["Bogus", "", "indices:data/read/search", "internal:x", "/cluster:.*/"] {
        let message = ClusterPrivilege::resolve(name).unwrap_err();
        let start = format!(
            "unknown cluster privilege [{name}]. a privilege must be either one of the predefined cluster privilege \
             names [manage_own_api_key,"
        );
        assert!(message.starts_with(&start), "{message}");
        assert!(
            message.ends_with(",all] or a pattern over one of the available cluster actions"),
            "{message}"
        );
    }
}
