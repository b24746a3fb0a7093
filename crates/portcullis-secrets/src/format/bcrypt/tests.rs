//! Tests of bcrypt beyond the vectors in `format/tests.rs`.

use crate::{HashAlgorithm, Secret, StoredHash};

fn secret(text: &str) -> Secret {
    Secret::from_string(text.to_owned())
}

const BCRYPT: &str = "$2a$10$abcdefghijklmnopqrstuuUgfjERmbHcKY9pHby3OETY8Ch6wuhOG";

fn bcrypt4() -> HashAlgorithm {
    HashAlgorithm::parse("bcrypt4").unwrap()
}

fn refusal(text: &str) -> String {
    StoredHash::parse(text).expect_err(text).to_string()
}

#[test]
fn vectors_of_other_implementations() {
    let cases = [
        ("", "$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s."),
        ("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe"),
        ("abcdefghijklmnopqrstuvwxyz", "$2a$08$aTsUwsyowQuzRrDqFflhgekJ8d9/7Z3GV3UcgvzQW3J5zMyrTvlz."),
    ];
    for (password, text) in cases {
        for revision in ["$2a$", "$2b$", "$2y$"] {
            let hash = StoredHash::parse(&text.replace("$2a$", revision)).unwrap();
            assert!(hash.verify(&secret(password)), "{password} {revision}");
            assert!(!hash.verify(&secret("b")), "{password} {revision}");
        }
    }
}

#[test]
fn uses_the_first_72_bytes() {
    let prefix = "x".repeat(71);
    let of_72 = bcrypt4().hash(&secret(&format!("{prefix}y"))).unwrap();
    assert!(of_72.verify(&secret(&format!("{prefix}yz"))));
    assert!(!of_72.verify(&secret(&prefix)));
    assert!(!of_72.verify(&secret(&format!("{prefix}z"))));
    let of_71 = bcrypt4().hash(&secret(&prefix)).unwrap();
    assert!(of_71.verify(&secret(&prefix)));
    assert!(!of_71.verify(&secret(&format!("{prefix}y"))));
}

#[test]
fn does_not_end_at_a_nul() {
    let hash = bcrypt4().hash(&secret("ab\0cd")).unwrap();
    assert!(hash.verify(&secret("ab\0cd")));
    assert!(!hash.verify(&secret("ab")));
    assert!(!hash.verify(&secret("ab\0ce")));
}

#[test]
fn refusals() {
    let tail = &BCRYPT[7..];
    let cost = "bcrypt cost [{}] is not supported, must be between [4] and [14]";
    let cases = [
        (format!("$2$10${tail}"), "unsupported bcrypt revision, must be one of [2a, 2b, 2y]".to_owned()),
        (format!("$2x$10${tail}"), "unsupported bcrypt revision, must be one of [2a, 2b, 2y]".to_owned()),
        ("$2".to_owned(), "unsupported bcrypt revision, must be one of [2a, 2b, 2y]".to_owned()),
        (format!("$2a$03${tail}"), cost.replace("{}", "3")),
        (format!("$2a$15${tail}"), cost.replace("{}", "15")),
        (format!("$2a$31${tail}"), cost.replace("{}", "31")),
        (format!("$2a$1${tail}"), "malformed bcrypt hash: the cost must be two digits".to_owned()),
        (format!("$2a$+9${tail}"), "malformed bcrypt hash: the cost must be two digits".to_owned()),
        ("$2a$".to_owned(), "malformed bcrypt hash: the cost must be two digits".to_owned()),
        ("$2a$10".to_owned(), "malformed bcrypt hash: salt and hash must be 53 characters".to_owned()),
        ("$2a$10$abc".to_owned(), "malformed bcrypt hash: salt and hash must be 53 characters".to_owned()),
        (format!("{BCRYPT}$"), "malformed bcrypt hash: salt and hash must be 53 characters".to_owned()),
        (
            format!("{BCRYPT}."),
            "malformed bcrypt hash: the hash must be 31 characters of bcrypt's base64".to_owned(),
        ),
        (
            BCRYPT[..59].to_owned(),
            "malformed bcrypt hash: the hash must be 31 characters of bcrypt's base64".to_owned(),
        ),
        // Spare bits of the salt's last character set: no implementation writes that, and one that reads it would
        // never find it equal to what it computes.
        (
            BCRYPT.replace("uuUgf", "uvUgf"),
            "malformed bcrypt hash: the salt must be 22 characters of bcrypt's base64".to_owned(),
        ),
    ];
    for (text, reason) in cases {
        assert_eq!(refusal(&text), reason, "{text}");
    }
}
