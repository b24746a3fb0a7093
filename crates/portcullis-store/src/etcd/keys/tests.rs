use super::*;

const USER: Kind = Kind::from_static("user-");

#[test]
fn a_name_comes_back_whatever_is_in_it() {
    let keys = Keys::new("/portcullis/");
    for (kind, id) in [
        ("user-", "jo"),
        ("", "key/with/slashes"),
        ("x", "/"),
        ("user-", "\u{0}\u{10ffff}/ \n"),
        ("", "epoch"),
    ] {
        let key = DocumentKey::new(Kind::from_string(kind.to_owned()), id);
        assert_eq!(keys.name(&keys.document(&key)), Name::Document(key));
    }
    assert_eq!(keys.document(&DocumentKey::new(Kind::from_static(""), "a")), b"/portcullis/d//a");
    assert_eq!(keys.name(&keys.epoch()), Name::Epoch);
    assert_eq!(keys.name(&keys.member("a/b")), Name::Member("a/b".to_owned()));
    assert_eq!(keys.name(&keys.order("a")), Name::Order);
    assert_eq!(keys.name(&keys.receipt("a", "0")), Name::Other);
}

#[test]
fn deletions_are_told_in_few_places_and_always_in_the_same() {
    let keys = Keys::new("/p/");
    let place = |id: usize| keys.deletion(&DocumentKey::new(USER, id.to_string()));
    let places: std::collections::BTreeSet<_> = (0..1_000).map(place).collect();
    assert_eq!(places.len(), DELETIONS);
    // All versions of all nodes have to agree on it.
    assert_eq!(keys.deletion(&DocumentKey::new(USER, "jo")), b"/p/g/3");
    assert_eq!(keys.name(&place(0)), Name::Other);
}

#[test]
fn what_nobody_wrote_is_nothing() {
    let keys = Keys::new("/p/");
    for key in
        ["/p/", "/p/d", "/p/d/", "/p/d/user-", "/p/d/user-/", "/p/n/", "/p/x/1", "/q/epoch", "/p/epoch/"]
    {
        assert_eq!(keys.name(key.as_bytes()), Name::Other, "{key}");
    }
    assert_eq!(keys.name(b"/p/d/\xff/a"), Name::Other);
}

#[test]
fn a_span_is_what_begins_with_it() {
    let within = |span: &KeyRange, key: &[u8]| {
        let (first, end) = span.clone().into_parts();
        *first <= *key && *key < *end
    };
    let keys = Keys::new("/p/");
    let members = keys.members();
    assert!(within(&members, &keys.member("\u{10ffff}")));
    assert!(!within(&members, &keys.order("a")) && !within(&members, &keys.epoch()));
    let all = keys.all();
    assert!(within(&all, &keys.epoch()) && within(&all, &keys.document(&DocumentKey::new(USER, "jo"))));
    assert!(!within(&all, b"/p") && !within(&all, b"/q/epoch"));
}
