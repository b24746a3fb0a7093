//! Tests of [`Secret`].

use super::{MAX_SECRET_BYTES, Secret};

#[test]
fn exposes_what_it_was_made_of() {
    let secret = Secret::from_string("pässword".to_owned());
    assert_eq!(secret.expose(), "pässword".as_bytes());
    assert_eq!(secret.expose_str(), Some("pässword"));
    assert_eq!((secret.len(), secret.characters()), (9, 8));
    assert!(!secret.is_empty());
}

#[test]
fn bytes_that_are_not_text_are_not_an_empty_password() {
    let secret = Secret::from_bytes(vec![0xff, 0xfe]);
    assert_eq!(secret.expose_str(), None);
    assert_eq!(secret.expose(), [0xff, 0xfe]);
    assert_eq!(secret.characters(), 2);
    assert_eq!(Secret::from_string("\u{1f600}".to_owned()).characters(), 2);
}

#[test]
fn equality_looks_at_every_byte_and_the_length() {
    let secret = |text: &str| Secret::from_string(text.to_owned());
    assert!(secret("abc").equals(&secret("abc")));
    assert!(secret("").equals(&secret("")));
    assert!(!secret("abc").equals(&secret("abd")));
    assert!(!secret("abc").equals(&secret("ab")));
    assert!(!secret("abc").equals(&secret("")));
}

#[test]
fn a_clone_is_the_same_secret() {
    let secret = Secret::from_bytes(vec![1, 2, 3]);
    assert!(secret.clone().equals(&secret));
}

#[test]
fn the_limit_itself_is_allowed() {
    assert!(!Secret::from_bytes(vec![b'a'; MAX_SECRET_BYTES]).is_too_long());
    assert!(Secret::from_bytes(vec![b'a'; MAX_SECRET_BYTES + 1]).is_too_long());
}
