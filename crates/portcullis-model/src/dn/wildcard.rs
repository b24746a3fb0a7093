//! Wildcards in distinguished names: a pattern such as `CN=*, OU=People` for normalized names.

use super::DistinguishedName;
use super::normalize::{folded, is_special};

/// Stand for `*` and `?` while the rest of a pattern is read as a name. Nobody is called so.
const MANY: char = '\u{10fffe}';
const ONE: char = '\u{10ffff}';

/// The simple wildcard that matches normalized names, made from one that somebody wrote for names as they are given.
/// One that is no name by itself, such as `*,OU=People,*`, is normalized as far as that can be done piece by piece.
pub(crate) fn folded_pattern(pattern: &str) -> String {
    if pattern.contains([MANY, ONE]) {
        return pattern.to_owned();
    }
    match DistinguishedName::parse(&marked(pattern)) {
        Ok(name) => wildcard(name.normalized()),
        Err(_) => fragment(pattern),
    }
}

/// Lower case, no space beside a separator, and escaped characters as normalized names have them.
fn fragment(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let folded = folded(pattern);
    let mut characters = folded.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            ' ' if text.ends_with([',', '=', '+']) => {}
            ' ' if matches!(characters.peek(), Some(',' | '=' | '+')) => {}
            '\\' => match characters.next() {
                Some(c) if is_special(c) => text.push_str(&format!("\\\\{:02x}", u32::from(c))),
                Some(c) => text.extend(['\\', c]),
                None => text.push(c),
            },
            _ => text.push(c),
        }
    }
    text
}

/// The pattern with its wildcards replaced. A `\` before them makes them mere characters.
fn marked(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '*' => text.push(MANY),
            '?' => text.push(ONE),
            '\\' => {
                text.push(c);
                text.extend(characters.next());
            }
            _ => text.push(c),
        }
    }
    text
}

/// The name with its wildcards put back, and everything else standing for itself.
fn wildcard(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            MANY => text.push('*'),
            ONE => text.push('?'),
            '*' | '?' | '\\' => {
                text.push('\\');
                text.push(c);
            }
            _ => text.push(c),
        }
    }
    text
}
