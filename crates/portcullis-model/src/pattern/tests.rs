//! Patterns: what each sign matches, what lies within what, and that no pattern takes the service down.

mod inclusion;
mod limits;
mod lucene;
mod wildcard;

use super::*;

fn matches(pattern: &str, text: &str) -> bool {
    Pattern::parse(pattern).unwrap().matches(text)
}

/// Checks a pattern against texts that it matches and texts that it does not.
fn check(pattern: &str, yes: &[&str], no: &[&str]) {
    for text in yes {
        assert!(matches(pattern, text), "{pattern} should match {text:?}");
    }
    for text in no {
        assert!(!matches(pattern, text), "{pattern} should not match {text:?}");
    }
}
