//! Tests of the names of algorithms.

use super::{HashAlgorithm, Use, is_known, password_hash_refusal};
use crate::AlgorithmError;

fn algorithm(name: &str) -> HashAlgorithm {
    HashAlgorithm::parse(name).unwrap()
}

#[test]
fn every_name_is_found_in_any_case_and_names_itself_or_its_alias() {
    for name in HashAlgorithm::names(Use::Cache) {
        let found = algorithm(name);
        assert_eq!(algorithm(&name.to_uppercase()), found);
        assert_eq!(algorithm(found.name()), found);
        assert!(is_known(found.kind()));
        assert!(name.starts_with(found.name()), "{name} is called {}", found.name());
    }
    assert_eq!(algorithm("bcrypt10"), HashAlgorithm::BCRYPT);
    assert_eq!(algorithm("pbkdf2_stretch_10000"), HashAlgorithm::PBKDF2_STRETCH);
    assert_eq!(algorithm("pbkdf2_10000").name(), "pbkdf2");
    assert_eq!(algorithm("ssha256"), HashAlgorithm::SSHA256);
}

#[test]
fn names_by_use() {
    assert_eq!(HashAlgorithm::names(Use::Password).len(), 26);
    assert_eq!(HashAlgorithm::names(Use::ApiKey).len(), 27);
    assert_eq!(HashAlgorithm::names(Use::ServiceToken), HashAlgorithm::names(Use::ApiKey));
    assert_eq!(HashAlgorithm::names(Use::Cache).len(), 29);
    assert!(HashAlgorithm::names(Use::Password).iter().all(|name| algorithm(name).is_slow()));
}

#[test]
fn refused_names_in_elasticsearch_words() {
    let unknown = HashAlgorithm::parse("bcrypt15").expect_err("unknown");
    assert_eq!(unknown.to_string(), "unknown hash function [bcrypt15]");
    for name in ["noop", "clear_text", "NOOP"] {
        let clear = AlgorithmError::ClearText(name.to_owned());
        assert_eq!(HashAlgorithm::parse(name), Err(clear.clone()));
        assert_eq!(HashAlgorithm::parse_for(Use::Cache, name), Err(clear));
    }
    let list = "bcrypt, bcrypt4, bcrypt5, bcrypt6, bcrypt7, bcrypt8, bcrypt9, bcrypt10, bcrypt11, bcrypt12, \
                bcrypt13, bcrypt14, pbkdf2, pbkdf2_1000, pbkdf2_10000, pbkdf2_50000, pbkdf2_100000, pbkdf2_500000, \
                pbkdf2_1000000, pbkdf2_stretch, pbkdf2_stretch_1000, pbkdf2_stretch_10000, pbkdf2_stretch_50000, \
                pbkdf2_stretch_100000, pbkdf2_stretch_500000, pbkdf2_stretch_1000000";
    for name in ["bcrypt15", "ssha256", "md5", "sha1", ""] {
        assert_eq!(
            HashAlgorithm::parse_for(Use::Password, name).expect_err(name).to_string(),
            format!("Invalid algorithm: {name}. Valid values for password hashing are [{list}]")
        );
    }
    assert!(HashAlgorithm::parse_for(Use::ApiKey, "ssha256").is_ok());
    assert!(HashAlgorithm::parse_for(Use::ApiKey, "md5").is_err());
    assert!(HashAlgorithm::parse_for(Use::Cache, "md5").is_ok());
    assert_eq!(
        password_hash_refusal(),
        format!(
            "The provided password hash is not a hash or it could not be resolved to a supported hash algorithm. \
             The supported password hash algorithms are [{list}]"
        )
    );
}
