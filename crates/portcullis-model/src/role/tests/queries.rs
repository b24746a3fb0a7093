//! Which queries may say what documents a role sees.

use super::*;

fn refusal(query: Value) -> Option<DescriptorError> {
    let role = read(json!({"indices": [
        {"names": "a", "privileges": []},
        {"names": "b", "privileges": [], "query": query},
    ]}));
    let error = role.validate_queries().err()?;
    assert_eq!(error.reason, "failed to parse field 'query' for [1]th index privilege from role descriptor");
    assert_eq!(error.kind, ErrorKind::Parse);
    Some(*error.cause.unwrap())
}

#[test]
fn ordinary_queries_and_templates_are_taken() {
    for query in [
        json!({"match_all": {}}),
        json!("{\"term\":{\"a\":1}}"),
        json!({"terms": {"a": [1, 2]}}),
        json!({"bool": {"must": [{"term": {"a": 1}}], "filter": {"match_all": {}}}}),
        json!({"geo_shape": {"f": {"shape": {}}}}),
        json!({"function_score": {"query": {"match_all": {}}, "functions": [{"filter": {"term": {"a": 1}}}, {"weight": 2}]}}),
        json!({"template": {"source": {"has_child": {}}}}),
    ] {
        assert_eq!(refusal(query.clone()), None, "{query}");
    }
}

#[test]
fn queries_that_look_outside_are_refused_at_any_depth() {
    let forbidden = [
        (
            json!({"terms": {"user": {"index": "i", "id": "1", "path": "p"}}}),
            "terms query with terms lookup isn't supported as part of a role query",
        ),
        (
            json!({"geo_shape": {"f": {"indexed_shape": {"id": "1"}}}}),
            "geoshape query referring to indexed shapes isn't supported as part of a role query",
        ),
        (json!({"percolate": {}}), "percolate query isn't supported as part of a role query"),
        (json!({"has_child": {}}), "has_child query isn't supported as part of a role query"),
        (json!({"has_parent": {}}), "has_parent query isn't supported as part of a role query"),
    ];
    for (query, message) in forbidden {
        for wrapped in [
            query.clone(),
            json!(query.to_string()),
            json!({"bool": {"must": query}}),
            json!({"bool": {"should": [{"match_all": {}}, query]}}),
            json!({"bool": {"filter": query}}),
            json!({"bool": {"must_not": query}}),
            json!({"constant_score": {"filter": query}}),
            json!({"boosting": {"positive": query}}),
            json!({"boosting": {"positive": {"match_all": {}}, "negative": query}}),
            json!({"function_score": {"query": query}}),
            json!({"function_score": {"functions": [{"filter": query}]}}),
            json!({"bool": {"must": {"bool": {"must": {"constant_score": {"filter": query}}}}}}),
        ] {
            assert_eq!(
                refusal(wrapped.clone()),
                Some(DescriptorError::illegal_argument(message)),
                "{wrapped}"
            );
        }
    }
}

#[test]
fn what_is_no_query_is_refused() {
    assert_eq!(refusal(json!("{")).unwrap().kind, ErrorKind::XContentParse);
    assert_eq!(
        refusal(json!([])),
        Some(DescriptorError::parse("[_na] query malformed, must start with start_object"))
    );
    assert_eq!(refusal(json!({})), Some(DescriptorError::parse("query malformed, empty clause found")));
    assert_eq!(
        refusal(json!({"term": {}, "terms": {}})),
        Some(DescriptorError::parse("[term] malformed query, expected [END_OBJECT] but found [FIELD_NAME]"))
    );
    assert_eq!(
        refusal(json!({"bool": {"must": 1}})),
        Some(DescriptorError::parse("[_na] query malformed, must start with start_object"))
    );
}

#[test]
fn nesting_that_would_exhaust_the_stack_is_refused() {
    let deep = format!("{}{{}}{}", "{\"bool\":{\"must\":".repeat(10_000), "}}".repeat(10_000));
    assert_eq!(refusal(json!(deep)).unwrap().kind, ErrorKind::XContentParse);
}
