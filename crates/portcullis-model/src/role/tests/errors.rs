//! Each thing that can be wrong with the shape of a descriptor, in the words of the API.

use super::*;

fn parse_error(reason: &str) -> DescriptorError {
    DescriptorError::parse(reason)
}

fn check(cases: Vec<(Value, DescriptorError)>) {
    for (value, expected) in cases {
        assert_eq!(parse(&value), Err(expected), "{value}");
    }
}

#[test]
fn of_the_whole() {
    check(vec![
        (
            json!([]),
            parse_error("failed to parse role [r]. expected an object but found [START_ARRAY] instead"),
        ),
        (
            json!("x"),
            parse_error("failed to parse role [r]. expected an object but found [VALUE_STRING] instead"),
        ),
        (
            json!(null),
            parse_error("failed to parse role [r]. expected an object but found [VALUE_NULL] instead"),
        ),
        (json!({"x": 1}), parse_error("failed to parse role [r]. unexpected field [x]")),
        (
            json!({"transient_metadata": 1}),
            parse_error("failed to parse role [r]. unexpected field [transient_metadata]"),
        ),
        (json!({"description": 1}), parse_error("failed to parse role [r]. unexpected field [description]")),
        (json!({"type": 1}), parse_error("failed to parse role [r]. unexpected field [type]")),
        (
            json!({"metadata": 1}),
            parse_error("expected field [metadata] to be of type object, but found [VALUE_NUMBER] instead"),
        ),
    ]);
    assert_eq!(
        RoleDescriptor::parse("r", &json!({"restriction": {}}), Restriction::Refused),
        Err(parse_error("failed to parse role [r]. unexpected field [restriction]"))
    );
}

#[test]
fn of_size() {
    let entries = vec!["monitor"; MAX_DESCRIPTOR_ENTRIES + 1];
    let error = parse(&json!({"cluster": entries})).unwrap_err();
    assert_eq!(error.kind, ErrorKind::IllegalArgument);
    assert_eq!(
        error.to_string(),
        "failed to parse role [r]. a role may have at most [65536] entries but this one has [65537]"
    );
    assert!(parse(&json!({"cluster": vec!["monitor"; MAX_DESCRIPTOR_ENTRIES]})).is_ok());
}

#[test]
fn of_string_arrays() {
    let within = |cause: &str| parse_error("failed to parse role [r]").caused_by(parse_error(cause));
    let cases = |field: &str| {
        vec![
            (
                json!("x"),
                format!(
                    "could not parse [{field}] field. expected a string array but found [VALUE_STRING] value instead"
                ),
            ),
            (
                json!({}),
                format!(
                    "could not parse [{field}] field. expected a string array but found [START_OBJECT] value instead"
                ),
            ),
            (
                json!(null),
                format!(
                    "could not parse [{field}] field. expected a string array but found null value instead"
                ),
            ),
            (
                json!(["a", 1]),
                format!(
                    "could not parse [{field}] field. expected a string array but one of the value in the array is [VALUE_NUMBER]"
                ),
            ),
            (
                json!([null]),
                format!(
                    "could not parse [{field}] field. expected a string array but one of the value in the array is [VALUE_NULL]"
                ),
            ),
        ]
    };
    for field in ["cluster", "run_as"] {
        check(
            cases(field).into_iter().map(|(value, cause)| (json!({field: value}), within(&cause))).collect(),
        );
    }
    let group =
        |field: &str, value: &Value| json!({"indices": [{"names": "a", "privileges": [], field: value}]});
    check(
        cases("privileges")
            .iter()
            .map(|(value, cause)| (group("privileges", value), within(cause)))
            .collect(),
    );
    for field in ["grant", "except"] {
        let cases = cases(field).into_iter().filter(|(value, _)| !value.is_null());
        check(
            cases
                .map(|(value, cause)| (group("field_security", &json!({field: value})), within(&cause)))
                .collect(),
        );
    }
    check(vec![(
        group("names", &json!([1])),
        within(
            "could not parse [names] field. expected a string array but one of the value in the array is [VALUE_NUMBER]",
        ),
    )]);
}

#[test]
fn of_indices() {
    for (field, noun) in [("indices", "indices"), ("index", "indices"), ("remote_indices", "remote indices")]
    {
        let fail =
            |what: &str| parse_error(&format!("failed to parse {noun} privileges for role [r]. {what}"));
        let group = |value: Value| json!({field: [value]});
        check(vec![
            (
                json!({field: {}}),
                fail(&format!(
                    "expected field [{field}] value to be an array, but found [START_OBJECT] instead"
                )),
            ),
            (
                json!({field: ["a"]}),
                fail(&format!(
                    "expected field [{field}] value to be an array of objects, but found an array element of type [VALUE_STRING]"
                )),
            ),
            (group(json!({"names": []})), fail("[names] cannot be an empty array")),
            (
                group(json!({"names": 1})),
                fail(
                    "expected field [names] value to be a string or an array of strings, but found [VALUE_NUMBER] instead",
                ),
            ),
            (
                group(json!({"allow_restricted_indices": "true"})),
                fail(
                    "expected field [allow_restricted_indices] value to be a boolean, but found [VALUE_STRING] instead",
                ),
            ),
            (
                group(json!({"query": true})),
                fail(
                    "expected field [query] value to be null, a string, an array, or an object, but found [VALUE_BOOLEAN] instead",
                ),
            ),
            (group(json!({"privileges": []})), fail("missing required [names] field")),
            (group(json!({"names": "a"})), fail("missing required [privileges] field")),
            (group(json!({"x": 1})), fail("unexpected field [x]")),
            (group(json!({"field_security": {}})), fail("\"field_security\" must not be empty.")),
            (group(json!({"field_security": {"grant": null}})), fail("grant must not be null.")),
            (
                group(json!({"field_security": {"grant": [], "except": null}})),
                fail("except must not be null."),
            ),
            (
                group(json!({"field_security": {"x": []}})),
                fail("\"field_security\" only accepts options grant and except, but got: x"),
            ),
            (
                group(json!({"field_security": {"except": ["a"]}})),
                fail("field_security requires grant if except is given"),
            ),
            (
                group(json!({"field_security": []})),
                fail(
                    "expected field [field_security] value to be an object, but found [START_ARRAY] instead",
                ),
            ),
            (
                group(json!({"fields": ["a"]})),
                parse_error(
                    "[\"fields\": [...]] format has changed for field permissions in role [r], use \
                     [\"field_security\": {\"grant\":[...],\"except\":[...]}] instead",
                ),
            ),
        ]);
    }
}

#[test]
fn of_exceptions_that_were_never_granted() {
    let group = |grant: &[&str], except: &[&str]| json!({"indices": [{"names": "a", "privileges": [], "field_security": {"grant": grant, "except": except}}]});
    for (grant, except) in [
        (&["*"][..], &["a", "b*"][..]),
        (&["a*"], &["ab", "a*b"]),
        (&["a.*", "b"], &["a.b*", "b"]),
        (&["a"], &["_id", "_x*"]),
        (&["a", "*"], &["b"]),
        (&["/a.*/"], &["ab*"]),
        (&["a"], &[]),
    ] {
        assert!(parse(&group(grant, except)).is_ok(), "{except:?} is within {grant:?}");
    }
    check(vec![
        (
            group(&["f1", "f2"], &["f3", "x*"]),
            parse_error(
                "failed to parse indices privileges for role [r] - Exceptions for field permissions must be a subset of \
                 the granted fields but f3,x* is not a subset of f1,f2",
            ),
        ),
        (
            group(&["a*"], &["*"]),
            parse_error(
                "failed to parse indices privileges for role [r] - Exceptions for field permissions must be a subset of \
                 the granted fields but * is not a subset of a*",
            ),
        ),
    ]);
    let error = parse(&group(&["/a"], &["b"])).unwrap_err();
    assert_eq!(
        error.reason,
        "failed to parse indices privileges for role [r]. invalid pattern in field_security"
    );
    assert!(error.cause.unwrap().reason.starts_with("invalid pattern [/a]."));
}

#[test]
fn of_patterns_that_together_are_too_much() {
    let group = |n: usize| {
        let grant = format!("/{n}(.*a.{{9}})&.*/");
        json!({"names": "a", "privileges": [], "field_security": {"grant": [grant], "except": ["_id"]}})
    };
    assert!(parse(&json!({"indices": [group(0)]})).is_ok(), "one alone is not too much");
    let groups: Vec<Value> = (0..1_000).map(group).collect();
    let error = parse(&json!({"indices": groups})).unwrap_err();
    assert!(error.cause.unwrap().reason.contains("too complex"));
}

#[test]
fn of_remote_indices() {
    let group =
        |clusters: Value| json!({"remote_indices": [{"names": "a", "privileges": [], "clusters": clusters}]});
    check(vec![
        (
            json!({"remote_indices": [{"names": "a", "privileges": []}]}),
            parse_error(
                "failed to parse remote indices privileges for role [r]. missing required [clusters] field",
            ),
        ),
        (
            group(json!([])),
            DescriptorError::illegal_argument(
                "the [remote_indices] sub-field [clusters] must refer to at least one cluster alias or cluster alias pattern",
            ),
        ),
        (
            group(json!(1)),
            parse_error(
                "failed to parse remote indices privileges for role [r]. expected field [clusters] value to be a string or \
                 an array of strings, but found [VALUE_NUMBER] instead",
            ),
        ),
    ]);
    let unknown = json!({"indices": [{"names": "a", "privileges": [], "clusters": ["c"]}]});
    check(vec![(
        unknown,
        parse_error("failed to parse indices privileges for role [r]. unexpected field [clusters]"),
    )]);
}

#[test]
fn of_remote_cluster() {
    let fail = |what: &str| parse_error(&format!("failed to parse remote_cluster for role [r]. {what}"));
    let group = |value: Value| json!({"remote_cluster": [value]});
    check(vec![
        (
            group(json!({"privileges": ["monitor_stats"]})),
            fail("[clusters] must be defined when [privileges] are defined"),
        ),
        (group(json!({"clusters": ["c"]})), fail("[privileges] must be defined when [clusters] are defined")),
        (
            json!({"remote_cluster": {}}),
            fail("expected field [remote_cluster] value to be an array, but found [START_OBJECT] instead"),
        ),
        (
            group(json!({"privileges": ["a", "b"], "clusters": ["c"]})),
            fail(
                "[monitor_enrich, monitor_stats] are the only values allowed for [privileges] within [remote_cluster]. Found [a, b]",
            ),
        ),
        (
            group(json!({})),
            DescriptorError::illegal_argument("remote cluster groups must not be null or empty"),
        ),
        (group(json!({"x": 1})), fail("unexpected field [x]")),
        (
            group(json!(1)),
            fail(
                "expected field [remote_cluster] value to be an array of objects, but found an array element of type [VALUE_NUMBER]",
            ),
        ),
        (
            group(json!({"privileges": [1], "clusters": ["c"]})),
            fail(
                "could not parse [privileges] field. expected a string array but one of the value in the array is [VALUE_NUMBER]",
            ),
        ),
    ]);
}

#[test]
fn of_applications() {
    let fail =
        |what: &str| parse_error(&format!("failed to parse application privileges for role [r]. {what}"));
    let entry = |value: Value| json!({"applications": [value]});
    check(vec![
        (
            json!({"applications": {}}),
            fail("expected field [applications] value to be an array, but found [START_OBJECT] instead"),
        ),
        (
            json!({"application": [1]}),
            fail(
                "expected field [application] value to be an array of objects, but found an array element of type [VALUE_NUMBER]",
            ),
        ),
        (entry(json!({"application": "a", "privileges": []})), fail("missing required [resources] field")),
        (entry(json!({"application": "a", "resources": []})), fail("missing required [privileges] field")),
        (entry(json!({"privileges": [], "resources": []})), fail("missing required [application] field")),
        (
            entry(json!({"application": 1})),
            fail("expected field [application] value to be a string, but found [VALUE_NUMBER] instead"),
        ),
        (entry(json!({"x": 1})), DescriptorError::x_content("unknown field [x]")),
        (
            entry(json!({"resources": "a"})),
            parse_error(
                "could not parse [resources] field. expected a string array but found [VALUE_STRING] value instead",
            ),
        ),
    ]);
}

#[test]
fn of_global() {
    let fail = |what: &str| parse_error(&format!("failed to parse privilege. {what}"));
    let indices = |value: Value| json!({"global": {"role": {"manage": {"indices": [value]}}}});
    check(vec![
        (json!({"global": []}), fail("expected [START_OBJECT] but found [START_ARRAY] instead")),
        (
            json!({"global": {"x": {}}}),
            fail("expected one of [application,profile,role] but found [x] instead"),
        ),
        (
            json!({"global": {"application": 1}}),
            fail("expected [START_OBJECT] but found [VALUE_NUMBER] instead"),
        ),
        (
            json!({"global": {"application": {"x": {}}}}),
            fail("expected field name [manage] but found [x] instead"),
        ),
        (
            json!({"global": {"profile": {"manage": {}}}}),
            fail("expected field name [write] but found [manage] instead"),
        ),
        (
            json!({"global": {"application": {}}}),
            fail("expected [FIELD_NAME] but found [END_OBJECT] instead"),
        ),
        (
            json!({"global": {"application": {"manage": {"x": []}}}}),
            fail("expected field name [applications] but found [x] instead"),
        ),
        (
            json!({"global": {"application": {"manage": {"applications": "a"}}}}),
            fail(
                "could not parse [applications] field. expected a string array but found [VALUE_STRING] value instead",
            ),
        ),
        (
            json!({"global": {"role": {"manage": {"indices": {}}}}}),
            fail("expected [START_ARRAY] but found [START_OBJECT] instead"),
        ),
        (indices(json!({"x": []})), fail("unexpected field [x]")),
        (
            indices(json!({"privileges": ["read"]})),
            DescriptorError::illegal_argument(
                "Indices privileges must refer to at least one index name or index name pattern",
            ),
        ),
        (
            indices(json!({"names": ["a"], "privileges": []})),
            DescriptorError::illegal_argument("Indices privileges must define at least one privilege"),
        ),
    ]);
}

#[test]
fn of_restriction() {
    let fail = |what: &str| parse_error(&format!("failed to parse restriction for role [r]. {what}"));
    check(vec![
        (
            json!({"restriction": {"workflows": null}}),
            fail("could not parse [workflows] field. expected a string array but found null value instead"),
        ),
        (json!({"restriction": {"workflows": []}}), fail("[workflows] cannot be an empty array")),
        (json!({"restriction": {"x": []}}), fail("unexpected field [x]")),
        (json!({"restriction": 1}), fail("expected an object but found [VALUE_NUMBER] instead")),
    ]);
}
