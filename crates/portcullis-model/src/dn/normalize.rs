//! The normalized form of a distinguished name.

use super::parse::{Form, Part, Rdn};

/// Types with two names. Directories give one, people write the other.
const SYNONYMS: [(&str, &str); 12] = [
    ("2.5.4.3", "cn"),
    ("2.5.4.4", "sn"),
    ("2.5.4.6", "c"),
    ("2.5.4.7", "l"),
    ("2.5.4.8", "st"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "o"),
    ("2.5.4.11", "ou"),
    ("0.9.2342.19200300.100.1.1", "uid"),
    ("0.9.2342.19200300.100.1.25", "dc"),
    ("1.2.840.113549.1.9.1", "emailaddress"),
    ("e", "emailaddress"),
];

/// The form, and where in it each relative name begins.
pub(super) fn name(rdns: &[Rdn]) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut starts = Vec::with_capacity(rdns.len());
    for parts in rdns {
        if !text.is_empty() {
            text.push(',');
        }
        starts.push(text.len());
        let mut parts: Vec<String> = parts.iter().map(part).collect();
        parts.sort_unstable();
        text.push_str(&parts.join("+"));
    }
    (text, starts)
}

/// The name in the case and the order in which it was given, escaped as the form is.
pub(super) fn plain(rdns: &[Rdn]) -> String {
    let part = |part: &Part| match part.form {
        Form::Bytes => format!("{}=#{}", part.kind, part.value),
        Form::Text => format!("{}={}", part.kind, escaped(&part.value)),
    };
    let rdn = |parts: &Rdn| parts.iter().map(part).collect::<Vec<_>>().join("+");
    rdns.iter().map(rdn).collect::<Vec<_>>().join(",")
}

fn part(part: &Part) -> String {
    let kind = part.kind.to_ascii_lowercase();
    let kind = SYNONYMS.iter().find(|(other, _)| *other == kind).map_or(kind.as_str(), |(_, name)| name);
    match part.form {
        Form::Bytes => format!("{kind}=#{}", part.value),
        Form::Text => format!("{kind}={}", escaped(&folded(&part.value))),
    }
}

/// Lower case, with one space for each run of white space and none at the ends: values that are the same like this are
/// the same to directories.
#[must_use]
pub fn folded(value: &str) -> String {
    let mut folded = String::with_capacity(value.len());
    for word in value.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(&lower_case(word));
    }
    folded
}

/// Lower case that does not change when it is taken again, and does not depend on a letter's neighbours.
fn lower_case(word: &str) -> String {
    // Character by character: `str::to_lowercase` looks at the end of the word for a Greek sigma.
    word.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

/// Each character that could mean something else as `\` and its two digits; nothing else.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for (at, c) in value.char_indices() {
        if is_special(c) || (c == '#' && at == 0) {
            text.push_str(&format!("\\{:02x}", u32::from(c)));
        } else {
            text.push(c);
        }
    }
    text
}

/// Whether a character may not stand for itself in a normalized value.
pub(super) fn is_special(c: char) -> bool {
    matches!(c, ',' | ';' | '+' | '"' | '\\' | '<' | '>' | '=' | '\0')
}
