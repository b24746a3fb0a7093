//! Decoding, lists, booleans, and what is said of unknown parameters.

use proptest::prelude::*;

use super::*;

fn query(text: &str) -> Query {
    Query::parse(Some(text)).unwrap()
}

#[test]
fn lists_are_split_after_decoding_and_know_everything() {
    let raw = [("ids", "a%2Cb")];
    assert_eq!(Params::new(&raw, Query::default()).unwrap().path_list("ids"), ["a", "b"]);
    assert_eq!(query("usernames=a,b").list("usernames"), ["a", "b"]);
    assert_eq!(query("usernames=a,*").list("usernames"), ["a", "*"]);
    assert_eq!(query("usernames=a,,b").list("usernames"), ["a", "b"]);
    for everything in ["usernames=*", "usernames=_all", "usernames=", "usernames", "x=y", "usernames=%2A"] {
        assert!(query(everything).list("usernames").is_empty(), "{everything}");
    }
}

#[test]
fn a_plus_is_a_space_only_in_the_query() {
    assert_eq!(query("a=x+y%2Bz").text("a"), Some("x y+z"));
    assert_eq!(Params::new(&[("n", "x+y%20z")], Query::default()).unwrap().path("n"), "x+y z");
}

#[test]
fn of_a_name_given_twice_the_last_counts() {
    assert_eq!(query("a=1&b=2;a=3").text("a"), Some("3"));
}

#[test]
fn booleans_are_only_true_or_false() {
    let query = query("a&b=true&c=false&d=yes");
    assert!(query.flag("a").unwrap() && query.flag("b").unwrap());
    assert!(!query.flag("c").unwrap() && !query.flag("absent").unwrap());
    let failure = query.flag("d").unwrap_err();
    assert_eq!(failure.reason(), "Failed to parse value [yes] as only [true] or [false] are allowed.");
}

#[test]
fn unknown_parameters_are_named_with_what_was_meant() {
    let refused = |text: &str, accepted: &[&'static str]| {
        query(text).refuse_unknown("/_security/us%65r/jo", accepted).unwrap_err().reason().to_owned()
    };
    assert_eq!(
        refused("usernams=a", &["usernames"]),
        "request [/_security/user/jo] contains unrecognized parameter: [usernams] -> did you mean [usernames]?"
    );
    assert_eq!(
        refused("zzz=1&aaa=2&zzz=3", &[]),
        "request [/_security/user/jo] contains unrecognized parameters: [aaa], [zzz]"
    );
    assert_eq!(
        refused("realm_nam=1", &["realm_name", "real_name"]),
        "request [/_security/user/jo] contains unrecognized parameter: [realm_nam] -> did you mean any of \
         [realm_name, real_name]?"
    );
    assert!(
        query("pretty&human&format=json&filter_path=a&error_trace&owner")
            .refuse_unknown("/", &["owner"])
            .is_ok()
    );
}

#[test]
fn broken_escapes_are_refused() {
    for broken in ["%", "%4", "%zz", "%ff", "a%C3"] {
        assert_eq!(
            decode(broken, Plus::Kept).unwrap_err().kind(),
            portcullis_security::Kind::IllegalArgument
        );
    }
    assert_eq!(decode("%C3%A9", Plus::Kept).unwrap(), "é");
}

#[test]
fn refresh_takes_three_values() {
    for good in ["refresh", "refresh=true", "refresh=false", "refresh=wait_for", "x"] {
        query(good).check_refresh().unwrap();
    }
    assert_eq!(query("refresh=1").check_refresh().unwrap_err().reason(), "Unknown value for refresh: [1].");
}

proptest! {
    #[test]
    fn no_query_panics(text in ".{0,200}") {
        if let Ok(query) = Query::parse(Some(&text)) {
            drop(query.refuse_unknown(&text, &["owner", "usernames"]));
        }
    }

    #[test]
    fn what_is_encoded_is_decoded(text in ".{0,60}") {
        let encoded = percent_encoding::utf8_percent_encode(&text, percent_encoding::NON_ALPHANUMERIC).to_string();
        prop_assert_eq!(decode(&encoded, Plus::Space).unwrap(), text);
    }
}
