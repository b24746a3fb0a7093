//! One value that a field may have, as a rule gives it.

use super::name::holds_names;
use crate::dn::{DistinguishedName, folded_pattern};
use crate::pattern::{Effort, Pattern, PatternError};
use crate::role_mapping::subject::Name;
use serde_json::{Number, Value};

/// A value that matches equal ones, a pattern that matches texts, or `null`, which matches what is not there.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::role_mapping) enum FieldValue {
    Null,
    Flag(bool),
    Number(Number),
    Text(Text),
}

/// A text, and what it means for fields that hold plain texts or names.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::role_mapping) struct Text {
    given: String,
    meaning: Meaning,
}

/// What a text matches. Names that cannot be read as distinguished names are texts to it.
#[derive(Debug, Clone, PartialEq)]
enum Meaning {
    /// The text itself.
    Exact,
    /// Names equal to this one.
    Name(DistinguishedName),
    /// Names beneath this one: `*,` and a distinguished name. The pattern is for texts.
    Beneath(DistinguishedName, Pattern),
    /// A simple wildcard for texts, and one for normalized names.
    Wildcard(Pattern, Option<Pattern>),
    /// A regular expression, for names in the case in which they were given and for normalized ones.
    Expression(Pattern),
}

impl FieldValue {
    /// Reads a text for this field.
    pub(in crate::role_mapping) fn text(
        field: &str,
        text: &str,
        effort: &Effort,
    ) -> Result<Self, PatternError> {
        let meaning = meaning(field, text, effort)?;
        Ok(Self::Text(Text { given: text.to_owned(), meaning }))
    }

    pub(super) fn matches_text(&self, other: &str) -> bool {
        match self {
            Self::Text(text) => text.matches(other),
            Self::Null | Self::Flag(_) | Self::Number(_) => false,
        }
    }

    pub(super) fn matches_name(&self, name: &Name<'_>) -> bool {
        match (self, &name.dn) {
            (Self::Text(text), Some(dn)) => text.matches_name(dn, name.given),
            (_, _) => self.matches_text(name.given),
        }
    }

    pub(super) fn matches_json(&self, json: &Value) -> bool {
        match (self, json) {
            (Self::Null, Value::Null) => true,
            (Self::Flag(flag), Value::Bool(other)) => flag == other,
            (Self::Number(number), Value::Number(other)) => same(number, other),
            (_, Value::String(other)) => self.matches_text(other),
            (_, _) => false,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => Value::String(text.given.clone()),
        }
    }
}

impl Text {
    fn matches(&self, other: &str) -> bool {
        match &self.meaning {
            Meaning::Exact | Meaning::Name(_) => self.given == other,
            Meaning::Beneath(_, pattern) | Meaning::Wildcard(pattern, _) | Meaning::Expression(pattern) => {
                pattern.matches(other)
            }
        }
    }

    /// A wildcard sees only the normalized form: in the other, an escaped comma looks like one that separates, and people may
    /// choose parts of their own names. So an expression sees the name as given only if it speaks of backslashes itself.
    fn matches_name(&self, dn: &DistinguishedName, given: &str) -> bool {
        match &self.meaning {
            Meaning::Exact => self.given == given,
            Meaning::Name(name) => name == dn,
            Meaning::Beneath(base, _) => dn.is_within(base),
            Meaning::Wildcard(pattern, folded) => folded.as_ref().unwrap_or(pattern).matches(dn.normalized()),
            Meaning::Expression(pattern) => {
                let knows_escapes = pattern.as_str().contains(r"\\");
                let shown = if knows_escapes { given } else { dn.plain() };
                pattern.matches(shown) || pattern.matches(dn.normalized())
            }
        }
    }
}

fn meaning(field: &str, text: &str, effort: &Effort) -> Result<Meaning, PatternError> {
    if text.starts_with('/') {
        return Pattern::parse_within(text, effort).map(Meaning::Expression);
    }
    let names = holds_names(field);
    let dn = |text: &str| DistinguishedName::parse(text).ok().filter(|_| names);
    let is_wildcard = |text: &str| text.contains(['*', '?']);
    if !is_wildcard(text) {
        return Ok(dn(text).map_or(Meaning::Exact, Meaning::Name));
    }
    let pattern = Pattern::parse_within(text, effort)?;
    let is_base = |base: &&str| !is_wildcard(base) && !base.trim().is_empty();
    let base = text.strip_prefix("*,").filter(is_base).and_then(dn);
    if let Some(base) = base {
        return Ok(Meaning::Beneath(base, pattern));
    }
    let folded = names.then(|| Pattern::parse_within(&folded_pattern(text), effort)).transpose()?;
    Ok(Meaning::Wildcard(pattern, folded))
}

/// Whole numbers are compared as such; if either has a fraction, both are compared as floating point.
fn same(one: &Number, other: &Number) -> bool {
    if one.is_f64() || other.is_f64() {
        return one.as_f64() == other.as_f64();
    }
    one == other
}
