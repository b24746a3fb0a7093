//! The table as a table, and how paths find their rows.

use std::collections::BTreeSet;

use super::matching::Router;
use super::*;

fn found(method: &Method, path: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    let router = Router::new(ROUTES);
    let matched = router.find(method, path)?;
    let raw = matched.raw.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
    Some((matched.route.path, raw))
}

fn allowed(path: &str) -> Vec<Method> {
    Router::new(ROUTES).allowed(path)
}

#[test]
fn no_method_and_path_stand_twice() {
    let mut seen = BTreeSet::new();
    for route in ROUTES {
        for method in route.methods {
            assert!(seen.insert((method.as_str(), route.path)), "{method} {}", route.path);
        }
    }
}

#[test]
fn a_path_without_parameters_finds_the_same_row_however_it_is_spelled() {
    for route in ROUTES.iter().filter(|route| !route.path.contains('{')) {
        for method in route.methods {
            let respelled = format!("/{}/", route.path);
            assert_eq!(found(method, route.path), found(method, &respelled), "{method} {}", route.path);
        }
    }
}

#[test]
fn rows_are_fit_for_the_documentation() {
    for route in ROUTES {
        assert!(!route.doc.is_empty() && !route.doc.ends_with('.'), "{}", route.path);
        assert!(route.path.starts_with('/'), "{}", route.path);
        let open = route.path.starts_with("/-/");
        assert_eq!(route.action().is_none(), open, "{} needs an action", route.path);
        if let Some(action) = route.action() {
            assert!(action.starts_with("cluster:"), "{action}");
        }
    }
}

#[test]
fn literals_go_before_parameters_where_the_method_has_them() {
    assert_eq!(found(&Method::PUT, "/_security/user/_password").unwrap().0, "/_security/user/_password");
    let (path, raw) = found(&Method::GET, "/_security/user/_password").unwrap();
    assert_eq!((path, raw), ("/_security/user/{username}", vec![("username", "_password".to_owned())]));
}

#[test]
fn empty_segments_collapse_and_encoded_slashes_do_not_split() {
    assert_eq!(found(&Method::GET, "//_security///_authenticate/").unwrap().0, "/_security/_authenticate");
    assert_eq!(found(&Method::GET, "/").unwrap().0, "/");
    let (path, raw) = found(&Method::GET, "/_security/user/a%2Fb").unwrap();
    assert_eq!((path, raw), ("/_security/user/{username}", vec![("username", "a%2Fb".to_owned())]));
    assert_eq!(found(&Method::GET, "/_security/%5Fauthenticate"), None);
}

#[test]
fn a_path_tells_what_it_allows_in_elasticsearchs_order() {
    assert_eq!(allowed("/_security/user/jo"), [Method::GET, Method::POST, Method::PUT, Method::DELETE]);
    assert_eq!(allowed("/_security/realm/a/_clear_cache"), [Method::POST]);
    assert_eq!(allowed("/"), [Method::GET, Method::HEAD]);
    assert!(allowed("/_security/nothing/of/the/sort").is_empty());
    assert_eq!(found(&Method::HEAD, "/_security/_authenticate"), None);
}

#[test]
fn an_empty_list_falls_to_the_route_that_elasticsearch_falls_to() {
    assert_eq!(allowed("/_security/api_key//_clear_cache"), [Method::PUT]);
    assert_eq!(found(&Method::POST, "/_security/role//_clear_cache").unwrap().0, "/_security/role/{name}");
}
