//! Names of entries of a directory, as RFC 4514 writes them.

/// The DN of the entry below `parent` with this one attribute as its name.
pub fn entry(attribute: &str, value: &str, parent: &str) -> String {
    format!("{attribute}={},{parent}", escaped(value))
}

/// A value as RFC 4514 writes it in a DN.
fn escaped(value: &str) -> String {
    let mut escaped = String::new();
    let last = value.chars().count().saturating_sub(1);
    for (at, character) in value.chars().enumerate() {
        let edge = (at == 0 && matches!(character, ' ' | '#')) || (at == last && character == ' ');
        match character {
            '\0' => escaped.push_str("\\00"),
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' => escaped.extend(['\\', character]),
            _ if edge => escaped.extend(['\\', character]),
            _ => escaped.push(character),
        }
    }
    escaped
}
