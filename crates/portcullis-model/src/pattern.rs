//! Patterns over names: simple wildcards, and between slashes Lucene's regular expressions.
//!
//! A simple wildcard has `*` (any text, also none), `?` (exactly one character) and `\` (the next character stands for
//! itself); everything else stands for itself, and case matters. What both compile to is an automaton, so that it can
//! also be asked whether everything that one set of patterns matches is matched by another: `logs-*` is within `l*`.
//!
//! The expressions come from callers. So their length, their nesting and the size of what they compile to have limits,
//! and matching takes time in proportion to the automaton times the text, never exponential time.

mod automaton;
mod expression;
mod interval;
mod lucene;
mod wildcard;

#[cfg(test)]
mod tests;

pub use automaton::{Effort, MAX_STATES};
pub use lucene::MAX_NESTING;

use automaton::Automaton;
use expression::Expression;
use std::fmt;
use wildcard::Wildcard;

/// Longest pattern, in bytes. Index names end at 255 bytes and names of users at 1,024; alternatives may be many.
pub const MAX_PATTERN_BYTES: usize = 8_192;

/// Why a text is not a pattern. `Display` is the sentence for the user (`illegal_argument_exception`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It begins as a regular expression and does not end as one.
    #[error(
        "invalid pattern [{0}]. patterns starting with '/' indicate regular expression pattern and therefore must also \
         end with '/'. other patterns (those that do not start with '/') will be treated as simple wildcard patterns"
    )]
    Unclosed(String),
    /// Longer than [`MAX_PATTERN_BYTES`].
    #[error("a pattern may have at most [{MAX_PATTERN_BYTES}] bytes but this one has [{0}]")]
    TooLong(usize),
    /// Not a regular expression.
    #[error("invalid regular expression [{pattern}]: {what} at position [{position}]")]
    Syntax {
        /// The whole pattern.
        pattern: String,
        /// What is wrong.
        what: &'static str,
        /// Where, in characters from the opening slash, which is 0.
        position: usize,
    },
    /// It nests deeper than [`MAX_NESTING`].
    #[error("invalid regular expression [{0}]: nested deeper than [{MAX_NESTING}]")]
    TooDeep(String),
    /// What it compiles to is larger than [`MAX_STATES`], or takes more than the [`Effort`] that is left.
    #[error("pattern [{0}] is too complex")]
    TooComplex(String),
}

/// One compiled pattern.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: Box<str>,
    matcher: Matcher,
}

#[derive(Debug, Clone)]
enum Matcher {
    Wildcard(Wildcard),
    Lucene(Box<Lucene>),
}

#[derive(Debug, Clone)]
struct Lucene {
    expression: Expression,
    automaton: Automaton,
}

impl Pattern {
    /// Compiles `text`, on its own.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        Self::parse_within(text, &Effort::default())
    }

    /// Compiles `text` as one of many that share an effort.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn parse_within(text: &str, effort: &Effort) -> Result<Self, PatternError> {
        if text.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::TooLong(text.len()));
        }
        let matcher = match text.strip_prefix('/') {
            None => Matcher::Wildcard(Wildcard::new(text)),
            Some(rest) => {
                let Some(inside) = rest.strip_suffix('/') else {
                    return Err(PatternError::Unclosed(text.to_owned()));
                };
                let expression = lucene::parse(inside).map_err(|error| error.of(text))?;
                let automaton = Automaton::compile(&expression, effort)
                    .map_err(|_| PatternError::TooComplex(text.to_owned()))?;
                Matcher::Lucene(Box::new(Lucene { expression, automaton }))
            }
        };
        Ok(Self { text: text.into(), matcher })
    }

    /// Whether the pattern matches the whole of `text`.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        match &self.matcher {
            Matcher::Wildcard(wildcard) => wildcard.matches(text),
            Matcher::Lucene(lucene) => lucene.automaton.matches(text),
        }
    }

    /// The pattern as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn expression(&self) -> Expression {
        match &self.matcher {
            Matcher::Wildcard(wildcard) => wildcard.expression(),
            Matcher::Lucene(lucene) => lucene.expression.clone(),
        }
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Patterns of which any one may match.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PatternSet {
    patterns: Vec<Pattern>,
}

impl PatternSet {
    /// Compiles all `texts`, with one effort for all of them.
    ///
    /// # Errors
    /// [`PatternError`] of the first that is none.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, PatternError> {
        Self::parse_within(texts, &Effort::default())
    }

    /// Compiles all `texts`, which share an effort with others.
    ///
    /// # Errors
    /// [`PatternError`] of the first that is none.
    pub fn parse_within<'a>(
        texts: impl IntoIterator<Item = &'a str>,
        effort: &Effort,
    ) -> Result<Self, PatternError> {
        let patterns =
            texts.into_iter().map(|text| Pattern::parse_within(text, effort)).collect::<Result<_, _>>()?;
        Ok(Self { patterns })
    }

    /// Whether any of the patterns matches the whole of `text`.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(text))
    }

    /// Whether everything that `other` matches is matched by this set. If that is too hard to tell, the answer is no.
    #[must_use]
    pub fn includes(&self, other: &Self) -> bool {
        self.includes_within(other, &Effort::default())
    }

    /// As [`Self::includes`], with an effort shared with others.
    #[must_use]
    pub fn includes_within(&self, other: &Self, effort: &Effort) -> bool {
        let nothing = Self::default();
        Language::new(self, &nothing, effort).includes(&Language::new(other, &nothing, effort), effort)
    }

    fn expression(&self) -> Expression {
        Expression::Union(self.patterns.iter().map(Pattern::expression).collect())
    }
}

/// What some patterns match and some others do not, as a set of texts that can be compared with others of its kind.
#[derive(Debug, Clone)]
pub(crate) struct Language {
    /// `None`: too large to be compared.
    parts: Option<(Automaton, Automaton)>,
}

impl Language {
    /// What `allowed` matches and `denied` does not.
    pub(crate) fn new(allowed: &PatternSet, denied: &PatternSet, effort: &Effort) -> Self {
        let compile = |set: &PatternSet| Automaton::compile(&set.expression(), effort).ok();
        Self { parts: compile(allowed).zip(compile(denied)) }
    }

    /// Whether every text of `other` is one of this language. If that is too hard to tell, the answer is no.
    pub(crate) fn includes(&self, other: &Self, effort: &Effort) -> bool {
        let (Some((allowed, denied)), Some((other_allowed, other_denied))) = (&self.parts, &other.parts)
        else {
            return false;
        };
        let outside =
            |accepts: &[bool]| matches!(accepts, [true, false, allowed, denied] if !*allowed || *denied);
        let automata = [other_allowed, other_denied, allowed, denied];
        matches!(automaton::any_word(&automata, &outside, effort), Ok(false))
    }
}
