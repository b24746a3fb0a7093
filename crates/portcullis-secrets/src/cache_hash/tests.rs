//! Tests of [`CacheHash`].

use proptest::prelude::*;

use super::CacheHash;
use crate::{HashAlgorithm, MAX_SECRET_BYTES, Secret};

fn secret(text: &str) -> Secret {
    Secret::from_string(text.to_owned())
}

#[test]
fn matches_the_secret_only_whatever_the_algorithm() {
    for name in ["ssha256", "sha1", "md5", "bcrypt4", "pbkdf2_1000", "pbkdf2_stretch_1000"] {
        let algorithm = HashAlgorithm::parse(name).unwrap();
        let hash = CacheHash::new(algorithm, &secret("swordfish"));
        assert!(hash.matches(&secret("swordfish")), "{name}");
        assert!(hash.clone().matches(&secret("swordfish")), "{name}");
        assert!(!hash.matches(&secret("swordfisH")), "{name}");
        assert!(!hash.matches(&secret("")), "{name}");
        assert_eq!(hash.is_slow(), algorithm.is_slow(), "{name}");
        assert_eq!(format!("{hash:?}"), "CacheHash");
    }
}

#[test]
fn the_default_is_compact() {
    assert!(size_of::<CacheHash>() <= 48);
}

#[test]
fn a_secret_too_long_to_verify_never_matches_a_slow_hash() {
    let too_long = Secret::from_bytes(vec![b'a'; MAX_SECRET_BYTES + 1]);
    let hash = CacheHash::new(HashAlgorithm::parse("pbkdf2_1000").unwrap(), &too_long);
    assert!(!hash.matches(&too_long));
}

proptest! {
    /// Also across the boundary between secrets hashed from the stack and longer ones.
    #[test]
    fn fast_hash_tells_secrets_apart(length in 100_usize..140, flip in any::<prop::sample::Index>()) {
        let right = vec![b'a'; length];
        let mut wrong = right.clone();
        wrong[flip.index(length)] = b'b';
        let longer = vec![b'a'; length + 1];
        let hash = CacheHash::new(HashAlgorithm::SSHA256, &Secret::from_bytes(right.clone()));
        prop_assert!(hash.matches(&Secret::from_bytes(right)));
        prop_assert!(!hash.matches(&Secret::from_bytes(wrong)));
        prop_assert!(!hash.matches(&Secret::from_bytes(longer)));
    }
}
