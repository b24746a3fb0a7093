//! Rules: whether a mapping is about somebody.
//!
//! Never in here: what a single field's value matches (see `field`).

mod parse;

use super::field::FieldRule;
use super::subject::PreparedSubject;
use serde_json::{Value, json};

/// Deepest nesting of rules. Who reads, evaluates or writes them recurses so deep.
pub const MAX_RULE_NESTING: usize = 32;

/// Most rules and values in one mapping: each is looked at when somebody logs in.
pub const MAX_RULE_NODES: usize = 10_000;

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule {
    /// At least one of these.
    Any(Vec<Rule>),
    /// Each of these.
    All(Vec<Term>),
    /// What a field says.
    Field(FieldRule),
}

/// One of the things that `all` asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Term {
    /// That the rule matches.
    Rule(Rule),
    /// That it does not.
    Except(Rule),
}

impl Rule {
    pub(super) fn matches(&self, subject: &PreparedSubject<'_>) -> bool {
        match self {
            Self::Any(rules) => rules.iter().any(|rule| rule.matches(subject)),
            Self::All(terms) => terms.iter().all(|term| term.matches(subject)),
            Self::Field(field) => field.matches(subject),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Any(rules) => json!({"any": rules.iter().map(Self::to_json).collect::<Vec<_>>()}),
            Self::All(terms) => json!({"all": terms.iter().map(Term::to_json).collect::<Vec<_>>()}),
            Self::Field(field) => json!({"field": field.to_json()}),
        }
    }
}

impl Term {
    fn matches(&self, subject: &PreparedSubject<'_>) -> bool {
        match self {
            Self::Rule(rule) => rule.matches(subject),
            Self::Except(rule) => !rule.matches(subject),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Rule(rule) => rule.to_json(),
            Self::Except(rule) => json!({"except": rule.to_json()}),
        }
    }
}
