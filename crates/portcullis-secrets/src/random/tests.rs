//! Tests of the generators: shape and uniqueness.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{PASSWORD_ALPHABET, bytes, character, password, random_secret, time_based_id};

#[test]
fn secrets_are_22_url_safe_characters_of_16_bytes_and_differ() {
    let secrets: HashSet<Vec<u8>> = (0..1000).map(|_| random_secret().expose().to_vec()).collect();
    assert_eq!(secrets.len(), 1000);
    for secret in secrets {
        assert_eq!(secret.len(), 22);
        assert_eq!(URL_SAFE_NO_PAD.decode(secret).unwrap().len(), 16);
    }
}

#[test]
fn ids_are_20_url_safe_characters_with_the_time_in_front_and_differ() {
    let now = 0x0123_4567_89ab;
    let ids: HashSet<String> = (0..10_000).map(|_| time_based_id(now)).collect();
    assert_eq!(ids.len(), 10_000);
    for id in ids {
        assert_eq!(id.len(), 20);
        let raw = URL_SAFE_NO_PAD.decode(id).unwrap();
        assert_eq!(raw[..6], [0x01, 0x23, 0x45, 0x67, 0x89, 0xab]);
    }
}

#[test]
fn ids_take_any_time() {
    for millis in [i64::MIN, -1, 0, i64::MAX] {
        assert_eq!(time_based_id(millis).len(), 20);
    }
}

#[test]
fn passwords_have_the_length_asked_for_and_use_the_whole_alphabet() {
    for length in [0, 1, 20, 63, 64, 65, 200] {
        assert_eq!(password(length).len(), length);
    }
    let seen: HashSet<u8> = password(10_000).expose().iter().copied().collect();
    assert_eq!(seen, PASSWORD_ALPHABET.iter().copied().collect());
    assert!(!password(20).equals(&password(20)));
}

#[test]
fn the_alphabet_has_no_character_twice() {
    assert_eq!(PASSWORD_ALPHABET.iter().collect::<HashSet<_>>().len(), PASSWORD_ALPHABET.len());
}

#[test]
fn no_character_is_more_likely_than_another() {
    let chars: Vec<u8> = (0..=u8::MAX).filter_map(character).collect();
    for character in PASSWORD_ALPHABET {
        assert_eq!(chars.iter().filter(|other| *other == character).count(), 3);
    }
}

#[test]
fn bytes_differ() {
    assert_ne!(bytes::<16>(), bytes::<16>());
}
