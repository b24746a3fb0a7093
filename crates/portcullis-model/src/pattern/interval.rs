//! Numeric intervals, `<n-m>`: the decimal numbers from one to the other.

use super::expression::Expression;

/// The decimal numbers from `low` to `high`. With `digits`, each has exactly so many, filled with zeros in front;
/// without, there may be any number of zeros in front.
pub(super) fn interval(low: u64, high: u64, digits: Option<usize>) -> Expression {
    if let Some(width) = digits {
        return between(&digits_of(low, width), &digits_of(high, width));
    }
    // Number by number of digits, since between two texts of one length order is alphabetical.
    let mut lengths = Vec::new();
    let (mut least, mut width) = (0, 1);
    while least <= high {
        let next = if width == 1 { 10 } else { least.saturating_mul(10) };
        let (from, to) = (low.max(least), high.min(next - 1));
        if from <= to {
            lengths.push(between(&digits_of(from, width), &digits_of(to, width)));
        }
        (least, width) = (next, width + 1);
    }
    let zeros = Expression::Repeat { inner: Box::new(digit(0, 0)), least: 0, most: None };
    Expression::Concat(vec![zeros, Expression::Union(lengths)])
}

fn digits_of(number: u64, width: usize) -> Vec<u8> {
    format!("{number:0width$}").bytes().map(|b| b.saturating_sub(b'0')).collect()
}

fn digit(low: u8, high: u8) -> Expression {
    Expression::Character(vec![(u32::from(b'0' + low), u32::from(b'0' + high))])
}

/// Texts of digits, as long as both, that lie between them.
fn between(low: &[u8], high: &[u8]) -> Expression {
    let (Some((l, low)), Some((h, high))) = (low.split_first(), high.split_first()) else {
        return Expression::Concat(Vec::new());
    };
    if l == h {
        return Expression::Concat(vec![digit(*l, *l), between(low, high)]);
    }
    let at_least = between(low, &vec![9; low.len()]);
    let at_most = between(&vec![0; high.len()], high);
    let mut parts = vec![Expression::Concat(vec![digit(*l, *l), at_least])];
    if h - l > 1 {
        parts.push(Expression::Concat([vec![digit(l + 1, h - 1)], vec![digit(0, 9); low.len()]].concat()));
    }
    parts.push(Expression::Concat(vec![digit(*h, *h), at_most]));
    Expression::Union(parts)
}
