//! What clients send is served, and everything else refused in Elasticsearch's words.

use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const V9: &str = "application/vnd.elasticsearch+json; compatible-with=9";
const V8: &str = "application/vnd.elasticsearch+json; compatible-with=8";
const V7: &str = "application/vnd.elasticsearch+json; compatible-with=7";

fn headers(accept: Option<&str>, content: Option<&str>) -> HeaderMap {
    let mut map = HeaderMap::new();
    if let Some(accept) = accept {
        map.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
    }
    if let Some(content) = content {
        map.insert(CONTENT_TYPE, HeaderValue::from_str(content).unwrap());
    }
    map
}

fn refused(accept: Option<&str>, content: Option<&str>, has_body: bool) -> Option<String> {
    let failure = negotiate(&headers(accept, content), None, has_body, 9).err()?;
    assert_eq!(failure.kind(), Kind::MediaTypeHeader);
    Some(failure.cause().unwrap().reason().to_owned())
}

#[test]
fn what_the_clients_send_is_served() {
    for (accept, content, body) in [
        (Some(V9), Some(V9), true),
        (Some(V8), Some(V8), true),
        (Some("application/vnd.elasticsearch+json; compatible-with=9,text/plain"), None, false),
        (Some("*/*"), Some("application/json"), true),
        (None, Some("application/json; charset=UTF-8"), true),
        (Some("text/html"), None, false),
        (Some(V9), Some(V8), false),
        (None, Some(V9), true),
        (None, None, false),
    ] {
        assert_eq!(refused(accept, content, body), None, "{accept:?} {content:?} {body}");
    }
}

#[test]
fn other_versions_are_refused_with_elasticsearchs_sentences() {
    assert_eq!(
        refused(Some(V7), None, false).unwrap(),
        format!("Accept version must be either version 9 or 8, but found 7. Accept={V7}")
    );
    for huge in ["18446744073709551615", "99999999999999999999"] {
        let accept = format!("application/vnd.elasticsearch+json; compatible-with={huge}");
        assert!(refused(Some(&accept), None, false).unwrap().starts_with("Accept version must be"), "{huge}");
    }
    assert_eq!(
        refused(None, Some(V7), true).unwrap(),
        format!("Content-Type version must be either version 9 or 8, but found 7. Content-Type={V7}")
    );
    assert_eq!(
        refused(Some(V9), Some(V8), true).unwrap(),
        format!(
            "A compatible version is required on both Content-Type and Accept headers if either one has requested \
             a compatible version and the compatible versions must match. Accept={V9}, Content-Type={V8}"
        )
    );
    assert_eq!(
        refused(Some(V9), Some("application/json"), true).unwrap(),
        format!(
            "A compatible version is required on both Content-Type and Accept headers if either one has requested \
             a compatible version. Accept={V9}, Content-Type=application/json"
        )
    );
    assert!(refused(None, Some(V8), true).unwrap().ends_with(&format!("Accept=null, Content-Type={V8}")));
}

#[test]
fn malformed_and_foreign_types_are_refused() {
    for accept in ["foo", "a/b/c", "application/json; charset", "/json", "application/cbor"] {
        assert!(refused(Some(accept), None, false).is_some(), "{accept}");
    }
    assert!(negotiate(&headers(None, None), Some("smile"), false, 9).is_err());
}

#[test]
fn two_lines_of_one_header_are_refused() {
    let mut twice = headers(Some("application/json"), None);
    twice.append(ACCEPT, HeaderValue::from_static("application/yaml"));
    let failure = negotiate(&twice, None, false, 9).unwrap_err();
    assert_eq!(
        failure.cause().unwrap().reason(),
        "Incorrect header [Accept]. Only one value should be provided"
    );
}

#[test]
fn a_body_is_json_or_refused() {
    for good in
        ["application/json", "Application/JSON; charset=utf-8", V9, "application/vnd.elasticsearch+json"]
    {
        check_body(&headers(None, Some(good))).unwrap();
    }
    for bad in
        ["text/plain", "application/x-www-form-urlencoded", "application/yaml", "application/json; a=b", "x"]
    {
        let refusal = check_body(&headers(None, Some(bad))).unwrap_err();
        assert_eq!(refusal.body()["error"], format!("Content-Type header [{bad}] is not supported"));
    }
    assert_eq!(
        check_body(&headers(None, None)).unwrap_err().body()["error"],
        "Content-Type header is missing"
    );
}

#[test]
fn the_answer_takes_the_accepted_type_with_its_parameters() {
    let of = |accept: &str, format: Option<&str>| {
        let (format, media) = of_answer(&headers(Some(accept), None), format);
        (format, media.to_str().unwrap().to_owned())
    };
    assert_eq!(
        of(V8, None),
        (Format::Json, "application/vnd.elasticsearch+json;compatible-with=8".to_owned())
    );
    assert_eq!(of("application/YAML", None), (Format::Yaml, "application/yaml".to_owned()));
    assert_eq!(of("application/json; charset=UTF-8", None).1, "application/json;charset=utf-8");
    for nothing in ["*/*", "text/html", "a,b", "application/cbor", "nonsense"] {
        assert_eq!(of(nothing, None), (Format::Json, "application/json".to_owned()));
    }
    assert_eq!(of(V9, Some("yaml")).0, Format::Yaml);
}

proptest! {
    #[test]
    fn no_header_panics(accept in "[ -~]{0,80}", content in "[ -~]{0,80}", body: bool) {
        let headers = headers(Some(&accept), Some(&content));
        let (_, answer) = of_answer(&headers, None);
        prop_assert!(answer.to_str().is_ok());
        drop(negotiate(&headers, None, body, 9));
        drop(check_body(&headers));
    }
}
