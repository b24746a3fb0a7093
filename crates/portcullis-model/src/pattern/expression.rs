//! What a pattern says, as a tree.

/// A set of texts, described from smaller ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    /// One character out of these ranges of code points, both ends included. No range: no text at all.
    Character(Vec<(u32, u32)>),
    /// One after the other. Nothing: the empty text.
    Concat(Vec<Expression>),
    /// Any of them. Nothing: no text at all.
    Union(Vec<Expression>),
    /// All of them at once.
    Intersection(Vec<Expression>),
    /// Everything but.
    Complement(Box<Expression>),
    /// So many times; without a most if there is none.
    Repeat {
        /// What is repeated.
        inner: Box<Expression>,
        /// At least so often.
        least: u32,
        /// At most so often.
        most: Option<u32>,
    },
}

/// The last code point.
pub(super) const LAST: u32 = char::MAX as u32;

impl Expression {
    pub(super) fn character(c: char) -> Self {
        Self::Character(vec![(u32::from(c), u32::from(c))])
    }

    pub(super) fn any_character() -> Self {
        Self::Character(vec![(0, LAST)])
    }

    pub(super) fn any_text() -> Self {
        Self::Repeat { inner: Box::new(Self::any_character()), least: 0, most: None }
    }

    pub(super) fn literal(text: &str) -> Self {
        Self::Concat(text.chars().map(Self::character).collect())
    }

    /// One character that is in none of these ranges.
    pub(super) fn none_of(ranges: &[(u32, u32)]) -> Self {
        let mut sorted = ranges.to_vec();
        sorted.sort_unstable();
        let mut outside = Vec::new();
        let mut next = 0;
        for (low, high) in sorted {
            if low > next {
                outside.push((next, low - 1));
            }
            next = next.max(high.saturating_add(1));
        }
        if next <= LAST {
            outside.push((next, LAST));
        }
        Self::Character(outside)
    }
}
