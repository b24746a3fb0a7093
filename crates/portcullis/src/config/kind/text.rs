//! Settings that are text: single lines, lists of them, one of some words, secrets.
//!
//! Never here: what a text means to a directory.

use std::fmt;

use portcullis_secrets::{MAX_SECRET_BYTES, Secret};

use super::Value;

/// A list with more texts was not written by anybody.
const MAX_TEXTS: usize = 100;

/// The longest single text. The longest filters that people share are a few hundred bytes.
const MAX_TEXT_BYTES: usize = 4096;

/// A secret among the settings, which can be compared and printed.
#[derive(Clone)]
pub struct Hidden(Secret);

impl Hidden {
    /// Hides a secret that came another way.
    pub(in crate::config) fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// The secret itself, for whoever may use it.
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// The secret itself, for whoever may use it.
    pub(in crate::config) fn into_secret(self) -> Secret {
        self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl PartialEq for Hidden {
    fn eq(&self, other: &Self) -> bool {
        self.0.equals(&other.0)
    }
}

impl Eq for Hidden {}

pub(super) fn line(name: &str, text: &str) -> Result<Value, String> {
    checked(name, text).map(|text| Value::Text(text.to_owned()))
}

pub(super) fn lines<'a>(name: &str, list: impl IntoIterator<Item = &'a str>) -> Result<Value, String> {
    let mut texts = Vec::new();
    for text in list {
        if texts.len() == MAX_TEXTS {
            return Err(format!("setting [{name}] has more than {MAX_TEXTS} values"));
        }
        if text.is_empty() {
            return Err(format!("setting [{name}] must not have an empty value"));
        }
        texts.push(checked(name, text)?.to_owned());
    }
    if texts.is_empty() {
        return Err(format!("setting [{name}] must not be empty"));
    }
    Ok(Value::Texts(texts))
}

pub(super) fn word(name: &str, text: &str, shown: &str, words: &[&str]) -> Result<Value, String> {
    if words.contains(&text) {
        return Ok(Value::Text(text.to_owned()));
    }
    Err(format!("setting [{name}]: [{}] is not one of {}", shown.escape_debug(), words.join(", ")))
}

pub(super) fn secret(name: &str, text: &str) -> Result<Value, String> {
    if text.len() > MAX_SECRET_BYTES {
        return Err(format!("setting [{name}] must not be longer than {MAX_SECRET_BYTES} bytes"));
    }
    Ok(Value::Secret(Hidden(Secret::from_string(text.to_owned()))))
}

/// A control character in it is a slip (a YAML block ends in a line feed) that a directory answers with "no such
/// entry"; shown, it could forge a line of the log.
fn checked<'a>(name: &str, text: &'a str) -> Result<&'a str, String> {
    if text.chars().any(char::is_control) {
        return Err(format!("setting [{name}] must not contain control characters or line breaks"));
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(format!("setting [{name}] must not have a value longer than {MAX_TEXT_BYTES} bytes"));
    }
    Ok(text)
}
