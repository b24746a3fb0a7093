//! The text of a token, taken apart.

use super::*;
use proptest::prelude::*;

#[test]
fn the_published_vector_is_taken_apart() {
    let decoded = b"\x00\x01\x00\x01elastic/fleet-server/token1:7LWZH6abcdefghijklmnop";
    let (id, secret) = split(decoded).unwrap();
    assert_eq!(id.to_string(), "elastic/fleet-server/token1");
    assert_eq!(secret, b"7LWZH6abcdefghijklmnop");
    assert_eq!([before_secret(&id), secret.to_vec()].concat(), decoded);
}

#[test]
fn the_secret_begins_after_the_first_colon() {
    assert_eq!(split(b"\x00\x01\x00\x01a/b/c:x:y").unwrap().1, b"x:y");
    assert_eq!(split(b"\x00\x01\x00\x01a/b/c:").unwrap().1, b"", "its length is somebody else's question");
    assert_eq!(split(b"\x00\x01\x00\x01a/b/c:\xff\xfe").unwrap().1, b"\xff\xfe");
}

#[test]
fn what_is_not_a_service_token_is_none() {
    let cases: [&[u8]; 9] = [
        b"",
        b"\x00\x01\x00",
        b"\x00\x01\x00\x01",
        b"\x00\x01\x00\x02a/b/c:x",
        b"\x00\x01\x00\x01a/b/c",
        b"\x00\x01\x00\x01a/b:x",
        b"\x00\x01\x00\x01a/b/c/d:x",
        b"\x00\x01\x00\x01a/b/_c:x",
        b"\x00\x01\x00\x01a/\xff/c:x",
    ];
    for case in cases {
        assert_eq!(split(case), None, "{case:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(rest in proptest::collection::vec(any::<u8>(), 0..40)) {
        let _ = split(&rest);
        let _ = split(&[PREFIX.to_vec(), rest].concat());
    }
}
