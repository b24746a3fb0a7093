//! What holds of every name.

use super::*;
use proptest::prelude::*;

/// A value as RFC 4514 writes it.
fn written(value: &str) -> String {
    let mut text = String::new();
    let last = value.chars().count().saturating_sub(1);
    for (at, c) in value.chars().enumerate() {
        match c {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => text.extend(['\\', c]),
            ' ' | '#' if at == 0 => text.extend(['\\', c]),
            ' ' if at == last => text.extend(['\\', c]),
            '\0' => text.push_str("\\00"),
            c if c.is_whitespace() && c != ' ' => {
                let mut buffer = [0; 4];
                text.extend(c.encode_utf8(&mut buffer).bytes().map(|byte| format!("\\{byte:02x}")));
            }
            _ => text.push(c),
        }
    }
    text
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

proptest! {
    #[test]
    fn reading_never_fails_in_another_way_than_by_saying_so(text in "[a-cA-C0-9=,;+\"\\\\# .oid\u{e4}-]{0,40}") {
        if let Ok(name) = DistinguishedName::parse(&text) {
            let again = read(name.normalized());
            prop_assert_eq!(again.normalized(), name.normalized());
            prop_assert_eq!(&again, &name);
        }
    }

    #[test]
    fn any_value_survives_being_written(value in any::<String>()) {
        let name = read(&format!("cn={},dc=a", written(&value)));
        prop_assert_eq!(name.first_value(), Some(value.as_str()));
        prop_assert_eq!(&read(&format!("CN = {}, DC=A", quoted(&value))), &name);
        let again = read(name.normalized());
        prop_assert_eq!(again.normalized(), name.normalized());
        prop_assert!(name.is_within(&read("dc=a")));
        prop_assert!(!name.is_within(&name));
    }

    #[test]
    fn any_text_as_a_pattern_is_normalized(text in any::<String>()) {
        folded_pattern(&text);
    }

    #[test]
    fn a_name_matches_itself_with_a_wildcard_at_either_end(value in "[a-zA-Z ,+*?\\\\]{0,12}") {
        // Spaces at the end do not count, so a wildcard after them asks for one that is not there.
        let value = value.trim();
        let name = read(&format!("cn={},dc=a", written(value)));
        let escaped = written(value).replace('*', "\\*").replace('?', "\\?");
        for pattern in [format!("CN={escaped}*"), format!("CN={escaped}, DC=*")] {
            let folded = crate::pattern::Pattern::parse(&folded_pattern(&pattern)).unwrap();
            prop_assert!(folded.matches(name.normalized()), "[{}] and [{}]", pattern, name);
        }
    }
}
