//! Tests of PBKDF2 beyond the vectors in `format/tests.rs`.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{Secret, StoredHash};

fn secret(text: &str) -> Secret {
    Secret::from_string(text.to_owned())
}

fn refusal(text: &str) -> String {
    StoredHash::parse(text).expect_err(text).to_string()
}

#[test]
fn refusals_in_elasticsearch_words() {
    let salt = "AAECAwQFBgc=";
    let key = "AAECAwQFBgcICQoLDA0ODw==";
    let long = "AAAA".repeat(27);
    let cases = [
        (format!("{{PBKDF2}}1001${salt}${key}"), "unknown hash function [pbkdf2_1001]"),
        (format!("{{PBKDF2_STRETCH}}7${salt}${key}"), "unknown hash function [pbkdf2_stretch_7]"),
        (
            format!("{{PBKDF2}}${salt}${key}"),
            "The number of iterations could not be determined from the provided PBKDF2 hash.",
        ),
        (
            format!("{{PBKDF2}}+1000${salt}${key}"),
            "The number of iterations could not be determined from the provided PBKDF2 hash.",
        ),
        (
            format!("{{PBKDF2}}99999999999${salt}${key}"),
            "The number of iterations could not be determined from the provided PBKDF2 hash.",
        ),
        (
            "{PBKDF2}".to_owned(),
            "The number of iterations could not be determined from the provided PBKDF2 hash.",
        ),
        (format!("{{PBKDF2}}1000${salt}$"), "PBKDF2 key length must be positive and multiple of [128 bits]"),
        (
            format!("{{PBKDF2}}1000${salt}${salt}"),
            "PBKDF2 key length must be positive and multiple of [128 bits]",
        ),
        (format!("{{PBKDF2}}1000$AAECAwQFBg==${key}"), "PBKDF2 salt must be at least [8 bytes] long"),
        (format!("{{PBKDF2}}1000$${key}"), "PBKDF2 salt must be at least [8 bytes] long"),
        (
            format!("{{PBKDF2}}1000${salt}${long}"),
            "PBKDF2 key length must be positive and multiple of [128 bits]",
        ),
        (
            format!("{{PBKDF2}}1000${salt}${}", "AAAA".repeat(32)),
            "PBKDF2 key length must be at most [512 bits]",
        ),
        ("{PBKDF2}1000".to_owned(), "malformed pbkdf2 hash: salt and key must follow the iterations"),
        (format!("{{PBKDF2}}1000${salt}"), "malformed pbkdf2 hash: salt and key must follow the iterations"),
        (
            format!("{{PBKDF2}}1000${salt}${key}$"),
            "malformed pbkdf2 hash: salt and key must follow the iterations",
        ),
        (format!("{{PBKDF2}}1000$AAECAwQFBgd${key}"), "malformed pbkdf2 hash: the salt is not base64"),
        (format!("{{PBKDF2}}1000${salt}$ÄÖ"), "malformed pbkdf2 hash: the key is not base64"),
    ];
    for (text, reason) in cases {
        assert_eq!(refusal(&text), reason, "{text}");
    }
}

#[test]
fn takes_other_salt_and_key_lengths() {
    for bytes in [16, 48, 64] {
        let mut key = vec![0; bytes];
        let iterations = NonZeroU32::new(1000).unwrap();
        derive(PBKDF2_HMAC_SHA512, iterations, b"saltsalt", b"password", &mut key);
        let text = format!("{{PBKDF2}}1000${}${}", STANDARD.encode("saltsalt"), STANDARD.encode(key));
        let hash = StoredHash::parse(&text).unwrap();
        assert!(hash.verify(&secret("password")), "{text}");
        assert!(!hash.verify(&secret("Password")), "{text}");
    }
}
