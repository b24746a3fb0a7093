//! Simple wildcards: `*`, `?` and `\`.

use super::expression::Expression;

/// A compiled simple wildcard. The three commonest shapes match without looking at single characters.
#[derive(Debug, Clone)]
pub(super) enum Wildcard {
    /// No special character.
    Exact(Box<str>),
    /// A `*` at the end and no other special character.
    Prefix(Box<str>),
    /// Anything else.
    Pieces(Box<[Piece]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// This character.
    Literal(char),
    /// `?`
    One,
    /// `*`
    Many,
}

impl Wildcard {
    pub(super) fn new(text: &str) -> Self {
        let pieces = pieces(text);
        let (literals, rest) = match pieces.iter().position(|piece| !matches!(piece, Piece::Literal(_))) {
            None => (pieces.as_slice(), [].as_slice()),
            Some(at) => pieces.split_at_checked(at).unwrap_or((&[], &[])),
        };
        let prefix: String = literals.iter().filter_map(Piece::literal).collect();
        match rest {
            [] => Self::Exact(prefix.into()),
            [Piece::Many] => Self::Prefix(prefix.into()),
            _ => Self::Pieces(pieces.into()),
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Exact(exact) => **exact == *text,
            Self::Prefix(prefix) => text.starts_with(&**prefix),
            Self::Pieces(pieces) => matches(pieces, text),
        }
    }

    pub(super) fn expression(&self) -> Expression {
        match self {
            Self::Exact(exact) => Expression::literal(exact),
            Self::Prefix(prefix) => {
                Expression::Concat(vec![Expression::literal(prefix), Expression::any_text()])
            }
            Self::Pieces(pieces) => Expression::Concat(pieces.iter().map(Piece::expression).collect()),
        }
    }
}

impl Piece {
    fn literal(&self) -> Option<char> {
        match self {
            Self::Literal(c) => Some(*c),
            Self::One | Self::Many => None,
        }
    }

    fn expression(&self) -> Expression {
        match self {
            Self::Literal(c) => Expression::character(*c),
            Self::One => Expression::any_character(),
            Self::Many => Expression::any_text(),
        }
    }
}

/// A `\` with nothing after it stands for itself.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let piece = match c {
            '*' => Piece::Many,
            '?' => Piece::One,
            '\\' => Piece::Literal(characters.next().unwrap_or('\\')),
            other => Piece::Literal(other),
        };
        if piece != Piece::Many || pieces.last() != Some(&Piece::Many) {
            pieces.push(piece);
        }
    }
    pieces
}

/// Goes back only to the last `*`: a later one can do all that an earlier one could. Time: pieces × characters.
fn matches(mut pieces: &[Piece], text: &str) -> bool {
    let mut rest = text.chars();
    let mut retry = None;
    loop {
        match (pieces.split_first(), rest.clone().next()) {
            (Some((Piece::Many, after)), _) => {
                retry = Some((after, rest.clone()));
                pieces = after;
                continue;
            }
            (None, None) => return true,
            (Some((piece, after)), Some(c)) if piece.literal().is_none_or(|literal| literal == c) => {
                rest.next();
                pieces = after;
                continue;
            }
            _ => {}
        }
        let Some((after, mut from)) = retry else { return false };
        if from.next().is_none() {
            return false;
        }
        rest = from.clone();
        pieces = after;
        retry = Some((after, from));
    }
}
