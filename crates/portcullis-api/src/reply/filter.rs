//! `filter_path`: which parts of an answer the client wants. Patterns are dotted paths; `*` stands for any part
//! of a name, `**` for any number of names, a leading `-` takes away. Arrays are looked through.

use portcullis_security::Failure;
use serde_json::{Map, Value};

use crate::wire::secret;

/// A parsed `filter_path`.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    includes: Vec<Pattern>,
    excludes: Vec<Pattern>,
}

/// The names of one dotted path.
type Pattern = Vec<String>;

/// Where each pattern stands on the way down: (pattern, names already matched).
type States = Vec<(usize, usize)>;

impl Filter {
    /// The most patterns that one request may have: each is tried on each field of the answer.
    const MAX_PATTERNS: usize = 64;

    /// Parses the comma-separated patterns; those over the limit are left out, which [`Filter::check`] refuses
    /// once the caller is known.
    pub(crate) fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for pattern in text.split(',').filter(|pattern| !pattern.is_empty()).take(Self::MAX_PATTERNS) {
            match pattern.strip_prefix('-') {
                Some(pattern) => filter.excludes.push(names(pattern)),
                None => filter.includes.push(names(pattern)),
            }
        }
        filter
    }

    /// Refuses more patterns than are tried.
    pub(crate) fn check(text: &str) -> Result<(), Failure> {
        if text.split(',').count() <= Self::MAX_PATTERNS {
            return Ok(());
        }
        Err(Failure::illegal_argument(format!(
            "[filter_path] takes at most [{}] patterns",
            Self::MAX_PATTERNS
        )))
    }

    /// Whether everything is wanted.
    pub(crate) fn is_empty(&self) -> bool {
        self.includes.is_empty() && self.excludes.is_empty()
    }

    /// Leaves of `value` what was asked for.
    pub(crate) fn apply(&self, value: Value) -> Value {
        let mut value = value;
        if !self.includes.is_empty() {
            let states = start(&self.includes);
            value = included(value, &self.includes, &states).unwrap_or_else(|| Value::Object(Map::new()));
        }
        if !self.excludes.is_empty() {
            let states = start(&self.excludes);
            value = excluded(value, &self.excludes, &states).unwrap_or_else(|| Value::Object(Map::new()));
        }
        value
    }
}

/// Splits at dots; `\.` is a dot in a name.
fn names(pattern: &str) -> Pattern {
    let mut names = vec![String::new()];
    let mut escaped = false;
    for character in pattern.chars() {
        match character {
            '\\' if !escaped => escaped = true,
            '.' if !escaped => names.push(String::new()),
            other => {
                escaped = false;
                if let Some(last) = names.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    names
}

fn start(patterns: &[Pattern]) -> States {
    let mut states = Vec::new();
    for (index, pattern) in patterns.iter().enumerate() {
        reach(&mut states, pattern, index, 0);
    }
    states
}

/// Adds a state, and those that `**` allows by standing for no name at all.
fn reach(states: &mut States, pattern: &Pattern, index: usize, mut at: usize) {
    loop {
        if states.contains(&(index, at)) {
            return;
        }
        states.push((index, at));
        if pattern.get(at).is_none_or(|name| name != "**") {
            return;
        }
        at += 1;
    }
}

/// One name further down.
fn step(patterns: &[Pattern], states: &States, key: &str) -> States {
    let mut next = Vec::new();
    for &(index, at) in states {
        let Some(pattern) = patterns.get(index) else { continue };
        match pattern.get(at) {
            Some(name) if name == "**" => reach(&mut next, pattern, index, at),
            Some(name) if glob(name, key) => reach(&mut next, pattern, index, at + 1),
            Some(_) | None => {}
        }
    }
    next
}

/// Whether some pattern has been matched to its end.
fn complete(patterns: &[Pattern], states: &States) -> bool {
    states.iter().any(|&(index, at)| patterns.get(index).is_some_and(|pattern| pattern.len() == at))
}

fn included(value: Value, patterns: &[Pattern], states: &States) -> Option<Value> {
    if complete(patterns, states) {
        return Some(value);
    }
    if states.is_empty() {
        secret::scrub(value);
        return None;
    }
    match value {
        Value::Object(map) => {
            let kept: Map<String, Value> = map
                .into_iter()
                .filter_map(|(key, value)| {
                    let value = included(value, patterns, &step(patterns, states, &key))?;
                    Some((key, value))
                })
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) => {
            let kept: Vec<Value> =
                items.into_iter().filter_map(|item| included(item, patterns, states)).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            secret::scrub(leaf);
            None
        }
    }
}

fn excluded(value: Value, patterns: &[Pattern], states: &States) -> Option<Value> {
    if complete(patterns, states) {
        secret::scrub(value);
        return None;
    }
    match value {
        Value::Object(map) if !map.is_empty() => {
            let kept: Map<String, Value> = map
                .into_iter()
                .filter_map(|(key, value)| {
                    let value = excluded(value, patterns, &step(patterns, states, &key))?;
                    Some((key, value))
                })
                .collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) if !items.is_empty() => {
            let kept: Vec<Value> =
                items.into_iter().filter_map(|item| excluded(item, patterns, states)).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        other => Some(other),
    }
}

/// Whether a name with `*` in it stands for `key`. Goes back to the last star only, so it is never worse than
/// the product of the lengths.
fn glob(pattern: &str, key: &str) -> bool {
    let (pattern, key) = (pattern.as_bytes(), key.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = key.get(from) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(&wanted) if wanted == byte => {
                at += 1;
                from += 1;
            }
            Some(_) | None => match star {
                Some((star_at, star_from)) => {
                    star = Some((star_at, star_from + 1));
                    at = star_at + 1;
                    from = star_from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}
