//! Tests of the stored formats: published vectors, strictness, round trips.

use std::collections::HashSet;

use proptest::prelude::*;

use super::{HashAlgorithm, StoredHash, sha};
use crate::{FormatError, HashError, MAX_SECRET_BYTES, Secret};

fn secret(text: &str) -> Secret {
    Secret::from_string(text.to_owned())
}

fn algorithm(name: &str) -> HashAlgorithm {
    HashAlgorithm::parse(name).unwrap()
}

fn refusal(text: &str) -> FormatError {
    StoredHash::parse(text).expect_err(text)
}

/// All with the password `s3krit-password` and the salt 0, 1, 2, …
const VECTORS: [(&str, &str); 5] = [
    (
        "pbkdf2_1000",
        "{PBKDF2}1000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$f1EX0KL1pR/UQv/nzCp7eQA1caT1pi/a1EXGWiYhyIk=",
    ),
    (
        "pbkdf2",
        "{PBKDF2}10000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$ci1o45bsnUsZdKkZk2qm24GQuWr3drkFwwiELUJQHBQ=",
    ),
    (
        "pbkdf2_stretch",
        "{PBKDF2_STRETCH}10000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$qOZSEVLWUAK6+12YwRoKSxLLqVFDeirZGOYV66dQIPg=",
    ),
    ("ssha256", "{SSHA256}AAECAwQFBgc=J+GWfTPDI5dnHG3p9fiZjIxNukCGQHABmKtivJV80jM="),
    ("bcrypt", "$2a$10$abcdefghijklmnopqrstuuUgfjERmbHcKY9pHby3OETY8Ch6wuhOG"),
];

const PBKDF2: &str = VECTORS[0].1;
const SSHA256: &str = VECTORS[3].1;

#[test]
fn vectors_verify_and_say_their_algorithm() {
    for (name, text) in VECTORS {
        let hash = StoredHash::parse(text).unwrap();
        assert_eq!(hash.algorithm().name(), name);
        assert_eq!(hash.as_str(), text);
        assert!(hash.verify(&secret("s3krit-password")), "{text}");
        assert!(!hash.verify(&secret("s3krit-passwore")), "{text}");
        assert!(!hash.verify(&secret("")), "{text}");
    }
}

#[test]
fn a_stretched_hash_found_in_the_wild_verifies() {
    let text = "{PBKDF2_STRETCH}1000$JnmgicthPZkczB8MaQeJiV6IX43h7mSfPSzESqnYYSA=$OZKH5XFNK+M65mcKal6zgugWRcpl6wUXmSQZ6hPy+iw=";
    let hash = StoredHash::parse(text).unwrap();
    assert!(hash.verify(&secret("password1")));
    assert!(!hash.verify(&secret("password2")));
}

#[test]
fn unsalted_vectors() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    assert_eq!(STANDARD.encode(sha::sha1(b"s3krit-password")), "5ao9QuIU/NaNLOngdov8X0sciUY=");
    assert_eq!(STANDARD.encode(sha::md5(b"s3krit-password")), "XWO4TJXI8qtAxHqO/5ejXQ==");
}

#[test]
fn hashes_of_one_secret_differ_by_their_salt() {
    for name in ["bcrypt4", "pbkdf2_1000", "pbkdf2_stretch_1000", "ssha256"] {
        let texts: HashSet<String> =
            (0..3).map(|_| algorithm(name).hash(&secret("password")).unwrap().as_str().to_owned()).collect();
        assert_eq!(texts.len(), 3, "{name}");
    }
}

#[test]
fn new_hashes_have_the_documented_shape() {
    let text = |name| algorithm(name).hash(&secret("password")).unwrap().as_str().to_owned();
    let bcrypt = text("bcrypt5");
    assert!(bcrypt.starts_with("$2a$05$") && bcrypt.len() == 60, "{bcrypt}");
    let pbkdf2 = text("pbkdf2_1000");
    assert!(pbkdf2.starts_with("{PBKDF2}1000$") && pbkdf2.len() == 12 + 2 * 45, "{pbkdf2}");
    let stretched = text("pbkdf2_stretch_1000");
    assert!(stretched.starts_with("{PBKDF2_STRETCH}1000$") && stretched.len() == 20 + 2 * 45, "{stretched}");
    let ssha256 = text("ssha256");
    assert!(ssha256.starts_with("{SSHA256}") && ssha256.len() == 9 + 12 + 44, "{ssha256}");
}

#[test]
fn clear_text_is_no_hash() {
    let too_long = "{SSHA256}".repeat(1000);
    for text in ["", "password", "$", "{", "{SSHA25", "{ssha256}abc", "{NOOP}abc", " {SSHA256}"] {
        assert_eq!(refusal(text), FormatError::Unrecognised, "{text}");
    }
    assert_eq!(refusal(&too_long), FormatError::TooLong(2048));
}

#[test]
fn unsalted_hashes_are_not_stored() {
    assert_eq!(refusal("{SHA}5ao9QuIU/NaNLOngdov8X0sciUY="), FormatError::CacheOnly("sha1"));
    assert_eq!(refusal("{MD5}XWO4TJXI8qtAxHqO/5ejXQ=="), FormatError::CacheOnly("md5"));
    for name in ["sha1", "md5"] {
        assert_eq!(algorithm(name).hash(&secret("password")), Err(HashError::CacheOnly));
    }
}

#[test]
fn ssha256_refusals() {
    for (text, problem) in [
        ("{SSHA256}", "salt and digest must follow"),
        ("{SSHA256}AAECAwQFBgc=", "the digest must be 32 bytes in base64"),
        ("{SSHA256}AAECAwQFBgcIAAAA", "the salt must be 8 bytes in base64"),
        ("{SSHA256}ÄÄÄÄÄÄÄÄÄÄÄÄ", "the salt must be 8 bytes in base64"),
        (&SSHA256[..SSHA256.len() - 1], "the digest must be 32 bytes in base64"),
    ] {
        assert_eq!(refusal(text), FormatError::Malformed { format: "ssha256", problem }, "{text}");
    }
}

#[test]
fn a_stand_in_is_never_right_and_has_the_cost_of_the_algorithm() {
    for name in ["bcrypt4", "pbkdf2_1000", "pbkdf2_stretch_1000", "ssha256"] {
        let dummy = StoredHash::dummy(algorithm(name));
        assert_eq!(dummy.algorithm(), algorithm(name));
        assert!(!dummy.verify(&secret("password")));
        // Whoever stores its text by mistake has stored a well-formed hash of nothing known.
        assert_eq!(StoredHash::parse(dummy.as_str()).unwrap().algorithm(), algorithm(name));
    }
}

#[test]
fn a_stand_in_is_wrong_even_for_the_secret_of_its_hash() {
    let real = StoredHash::parse(PBKDF2).unwrap();
    let stand_in = StoredHash { stand_in: true, ..real.clone() };
    assert!(real.verify(&secret("s3krit-password")));
    assert!(!stand_in.verify(&secret("s3krit-password")));
    assert!(real != stand_in);
}

#[test]
fn secrets_beyond_the_limit_are_refused() {
    let longest = Secret::from_bytes(vec![b'a'; MAX_SECRET_BYTES]);
    let too_long = Secret::from_bytes(vec![b'a'; MAX_SECRET_BYTES + 1]);
    for name in ["bcrypt4", "pbkdf2_1000", "pbkdf2_stretch_1000", "ssha256"] {
        let hash = algorithm(name).hash(&longest).unwrap();
        assert!(hash.verify(&longest), "{name}");
        assert!(!hash.verify(&too_long), "{name}");
        assert_eq!(algorithm(name).hash(&too_long), Err(HashError::TooLong));
    }
}

#[test]
fn debug_says_the_algorithm_only() {
    assert_eq!(format!("{:?}", StoredHash::parse(PBKDF2).unwrap()), "StoredHash(pbkdf2_1000)");
}

#[test]
fn equality_is_that_of_the_texts() {
    assert!(StoredHash::parse(PBKDF2).unwrap() == StoredHash::parse(PBKDF2).unwrap());
    assert!(StoredHash::parse(PBKDF2).unwrap() != StoredHash::parse(SSHA256).unwrap());
}

/// Texts that are near to a hash: a vector with a piece cut out, replaced or put in.
fn near_hashes() -> impl Strategy<Value = String> {
    let vector = prop::sample::select(VECTORS.map(|(_, text)| text).to_vec());
    (vector, any::<prop::sample::Index>(), 0_usize..4, "[$=./{}0-9A-Za-zÄ€\\PC]{0,4}").prop_map(
        |(text, at, cut, put)| {
            let mut chars: Vec<char> = text.chars().collect();
            let at = at.index(chars.len() + 1);
            let end = (at + cut).min(chars.len());
            chars.splice(at..end, put.chars());
            chars.into_iter().collect()
        },
    )
}

proptest! {
    #[test]
    fn parse_never_panics_on_any_text(text in any::<String>()) {
        let _ = StoredHash::parse(&text);
    }

    #[test]
    fn parse_never_panics_after_a_prefix(
        prefix in prop::sample::select(vec!["$2", "$2a$10$", "{PBKDF2}", "{PBKDF2}1000$", "{PBKDF2_STRETCH}", "{SSHA256}"]),
        rest in any::<String>(),
    ) {
        let _ = StoredHash::parse(&format!("{prefix}{rest}"));
    }

    #[test]
    fn what_parses_is_kept_as_it_is_and_is_of_a_known_algorithm(text in near_hashes()) {
        if let Ok(hash) = StoredHash::parse(&text) {
            prop_assert_eq!(hash.as_str(), &text);
            prop_assert!(!hash.algorithm().name().is_empty());
            // Canonical: what was read is what would be written, revision of bcrypt and leading zeros aside.
            let written = hash.body.to_text();
            prop_assert_eq!(StoredHash::parse(&written).unwrap().algorithm(), hash.algorithm());
        }
    }

    #[test]
    fn fast_round_trip(password in prop::collection::vec(any::<u8>(), 0..300), other in prop::collection::vec(any::<u8>(), 0..300)) {
        let hash = HashAlgorithm::SSHA256.hash(&Secret::from_bytes(password.clone())).unwrap();
        let read = StoredHash::parse(hash.as_str()).unwrap();
        prop_assert!(read.verify(&Secret::from_bytes(password.clone())));
        prop_assert_eq!(read.verify(&Secret::from_bytes(other.clone())), password == other);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn slow_round_trip(
        name in prop::sample::select(vec!["bcrypt4", "pbkdf2_1000", "pbkdf2_stretch_1000"]),
        password in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let hash = algorithm(name).hash(&Secret::from_bytes(password.clone())).unwrap();
        let read = StoredHash::parse(hash.as_str()).unwrap();
        prop_assert!(read == hash);
        prop_assert_eq!(read.algorithm(), algorithm(name));
        prop_assert!(read.verify(&Secret::from_bytes(password.clone())));
        let mut wrong = password;
        wrong.insert(0, b'x');
        prop_assert!(!read.verify(&Secret::from_bytes(wrong)));
    }
}
