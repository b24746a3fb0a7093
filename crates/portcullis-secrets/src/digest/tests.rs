//! Tests of [`DigestKey`].

use std::collections::HashSet;

use aws_lc_rs::hmac;
use proptest::prelude::*;

use super::DigestKey;
use crate::Secret;

fn secret(bytes: &[u8]) -> Secret {
    Secret::from_bytes(bytes.to_vec())
}

#[test]
fn is_the_hmac_of_the_framed_credential() {
    let key = DigestKey(hmac::Key::new(hmac::HMAC_SHA256, b"key"));
    let framed = b"\x07\0\0\0\0\0\0\0\x02joswordfish";
    let expected = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"key"), framed);
    assert_eq!(key.digest(7, b"jo", &secret(b"swordfish")), expected.as_ref());
}

#[test]
fn boundaries_between_kind_id_and_secret_count() {
    let key = DigestKey::random();
    let digests = [
        key.digest(0, b"ab", &secret(b"c")),
        key.digest(0, b"a", &secret(b"bc")),
        key.digest(0, b"", &secret(b"abc")),
        key.digest(0, b"abc", &secret(b"")),
        key.digest(1, b"ab", &secret(b"c")),
    ];
    assert_eq!(digests.iter().collect::<HashSet<_>>().len(), digests.len());
}

#[test]
fn each_key_is_another() {
    let of = |key: DigestKey| key.digest(0, b"jo", &secret(b"swordfish"));
    assert_ne!(of(DigestKey::random()), of(DigestKey::random()));
}

proptest! {
    #[test]
    fn same_digest_only_for_the_same_credential(
        a in (0_u8..3, prop::collection::vec(0_u8..3, 0..12), prop::collection::vec(0_u8..3, 0..12)),
        b in (0_u8..3, prop::collection::vec(0_u8..3, 0..12), prop::collection::vec(0_u8..3, 0..12)),
    ) {
        let key = DigestKey::random();
        let same = key.digest(a.0, &a.1, &secret(&a.2)) == key.digest(b.0, &b.1, &secret(&b.2));
        prop_assert_eq!(same, a == b);
    }
}
