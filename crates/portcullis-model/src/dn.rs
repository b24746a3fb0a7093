//! Distinguished names: RFC 4514, with the tolerance of RFC 2253 and RFC 1779 for what directories and people write.
//!
//! Two names are the same if their normalized forms are: types and values in lower case, runs of spaces as one space,
//! no space beside a separator, the parts of one relative name in order, one way of escaping. Never in here: what
//! stands under a name, and how a directory is asked.

mod normalize;
mod parse;
mod value;
mod wildcard;

#[cfg(test)]
mod tests;

pub use normalize::folded;
pub(crate) use wildcard::folded_pattern;

use std::fmt;
use std::hash::{Hash, Hasher};

/// Longest distinguished name, in bytes.
pub const MAX_DN_BYTES: usize = 8_192;

/// Most relative names in one distinguished name. Directories nest a tenth as deep.
pub const MAX_RDNS: usize = 128;

/// Most parts (`type=value`) in one relative name.
pub const MAX_RDN_PARTS: usize = 16;

/// Why a text is not a distinguished name. It tells where and never shows the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DnError {
    /// Longer than [`MAX_DN_BYTES`].
    #[error("a distinguished name may have at most [{MAX_DN_BYTES}] bytes but this one has [{0}]")]
    TooLong(usize),
    /// More than [`MAX_RDNS`] relative names, or more than [`MAX_RDN_PARTS`] parts in one.
    #[error(
        "a distinguished name may have at most [{MAX_RDNS}] relative names of [{MAX_RDN_PARTS}] parts each"
    )]
    TooManyParts,
    /// It breaks the grammar.
    #[error("not a distinguished name: {what} at position [{position}]")]
    Syntax {
        /// What is wrong.
        what: &'static str,
        /// Where, in bytes from 0.
        position: usize,
    },
}

/// A distinguished name. It is printed as it was given; equality and hash are those of its normalized form.
#[derive(Debug, Clone)]
pub struct DistinguishedName {
    given: Box<str>,
    normalized: Box<str>,
    /// As given, with each escape in the one form; `None` where nothing is escaped.
    plain: Option<Box<str>>,
    /// Where each relative name begins in `normalized`.
    starts: Box<[usize]>,
    first_value: Option<Box<str>>,
}

impl DistinguishedName {
    /// Reads a distinguished name. The empty text is one: that of the root.
    ///
    /// # Errors
    /// [`DnError`].
    pub fn parse(text: &str) -> Result<Self, DnError> {
        if text.len() > MAX_DN_BYTES {
            return Err(DnError::TooLong(text.len()));
        }
        let rdns = parse::parse(text)?;
        let first_value = rdns.first().and_then(|parts| parts.first()).map(|part| part.value.as_str().into());
        let (normalized, starts) = normalize::name(&rdns);
        let plain = text.contains(['\\', '"']).then(|| normalize::plain(&rdns).into());
        Ok(Self {
            given: text.into(),
            normalized: normalized.into(),
            plain,
            starts: starts.into(),
            first_value,
        })
    }

    /// The form by which names are compared. It is a distinguished name itself, and its own normalized form.
    #[must_use]
    pub fn normalized(&self) -> &str {
        &self.normalized
    }

    /// The name as given, in which whatever looks like a separator is one: where something is escaped, it is escaped as in
    /// the normalized form.
    #[must_use]
    pub(crate) fn plain(&self) -> &str {
        self.plain.as_deref().unwrap_or(&self.given)
    }

    /// The value of the first relative name, unescaped: `admins` of `CN=admins,DC=example`.
    #[must_use]
    pub fn first_value(&self) -> Option<&str> {
        self.first_value.as_deref()
    }

    /// Whether it lies beneath `base`, at any depth. No name lies beneath itself.
    #[must_use]
    pub fn is_within(&self, base: &Self) -> bool {
        let above = self.starts.len().checked_sub(base.starts.len()).filter(|above| *above > 0);
        let Some(above) = above else { return false };
        match self.starts.get(above) {
            Some(at) => self.normalized.get(*at..) == Some(base.normalized()),
            // The root has no relative name, and everything else lies beneath it.
            None => base.starts.is_empty(),
        }
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.normalized == other.normalized
    }
}

impl Eq for DistinguishedName {}

impl Hash for DistinguishedName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normalized.hash(state);
    }
}

impl fmt::Display for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.given)
    }
}
