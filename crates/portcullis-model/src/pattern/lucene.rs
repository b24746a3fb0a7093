//! The grammar of Lucene's regular expressions. A whole text must match, so there are no anchors.
//!
//! From loosest to tightest: `|`, `&`, one after the other, the repetitions `?` `*` `+` `{n}` `{n,}` `{n,m}`, `~`
//! (everything but), and single things: a character, `.`, `[…]`, `\` and a character, `"…"`, `#` (no text), `@` (any
//! text), `(…)`, `()`, `<n-m>`.

use super::PatternError;
use super::expression::Expression;
use super::interval::interval;

/// Deepest nesting of groups and complements. The parser and whoever walks its result recurse so deep.
pub const MAX_NESTING: usize = 64;

/// Most digits of a number in a pattern: all of them fit 64 bits.
const MAX_DIGITS: usize = 18;

/// What is wrong, without the pattern.
#[derive(Debug, Clone, Copy)]
pub(super) enum SyntaxError {
    At(&'static str, usize),
    TooDeep,
}

impl SyntaxError {
    /// The error with the pattern in it.
    pub(super) fn of(self, pattern: &str) -> PatternError {
        match self {
            Self::At(what, position) => PatternError::Syntax { pattern: pattern.to_owned(), what, position },
            Self::TooDeep => PatternError::TooDeep(pattern.to_owned()),
        }
    }
}

type Parsed = Result<Expression, SyntaxError>;

/// Reads what stands between the slashes.
pub(super) fn parse(inside: &str) -> Parsed {
    if inside.is_empty() {
        return Ok(Expression::Concat(Vec::new()));
    }
    let mut parser = Parser { rest: inside.chars(), position: 1, depth: 0 };
    let expression = parser.union()?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.error("end of expression expected")),
    }
}

struct Parser<'a> {
    rest: std::str::Chars<'a>,
    /// In characters, counting the opening slash.
    position: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.position += usize::from(next.is_some());
        next
    }

    fn take(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        if there {
            self.next();
        }
        there
    }

    fn error(&self, what: &'static str) -> SyntaxError {
        SyntaxError::At(what, self.position)
    }

    fn nested(&mut self, read: fn(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= MAX_NESTING {
            return Err(SyntaxError::TooDeep);
        }
        self.depth += 1;
        let expression = read(self);
        self.depth -= 1;
        expression
    }

    fn union(&mut self) -> Parsed {
        let mut parts = vec![self.intersection()?];
        while self.take('|') {
            parts.push(self.intersection()?);
        }
        Ok(one_or(parts, Expression::Union))
    }

    fn intersection(&mut self) -> Parsed {
        let mut parts = vec![self.concat()?];
        while self.take('&') {
            parts.push(self.concat()?);
        }
        Ok(one_or(parts, Expression::Intersection))
    }

    fn concat(&mut self) -> Parsed {
        let mut parts = vec![self.repeat()?];
        while !matches!(self.peek(), None | Some(')' | '|' | '&')) {
            parts.push(self.repeat()?);
        }
        Ok(one_or(parts, Expression::Concat))
    }

    fn repeat(&mut self) -> Parsed {
        let mut expression = self.complement()?;
        // Each repetition wraps what came before, so they count as nesting.
        let mut wraps = 0;
        loop {
            let (least, most) = match self.peek() {
                Some('?') => (0, Some(1)),
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('{') => {
                    self.next();
                    let bounds = self.bounds()?;
                    if self.peek() != Some('}') {
                        return Err(self.error("expected '}'"));
                    }
                    bounds
                }
                _ => return Ok(expression),
            };
            self.next();
            wraps += 1;
            if self.depth + wraps > MAX_NESTING {
                return Err(SyntaxError::TooDeep);
            }
            expression = Expression::Repeat { inner: Box::new(expression), least, most };
        }
    }

    fn bounds(&mut self) -> Result<(u32, Option<u32>), SyntaxError> {
        let least = self.count()?;
        if !self.take(',') {
            return Ok((least, Some(least)));
        }
        if self.peek() == Some('}') {
            return Ok((least, None));
        }
        let most = self.count()?;
        if most < least {
            return Err(self.error("invalid repetition range (out of order)"));
        }
        Ok((least, Some(most)))
    }

    fn count(&mut self) -> Result<u32, SyntaxError> {
        let digits = self.digits();
        digits.parse().map_err(|_| self.error("integer expected"))
    }

    fn digits(&mut self) -> String {
        let mut digits = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_digit) {
            digits.push(c);
            self.next();
        }
        digits
    }

    fn complement(&mut self) -> Parsed {
        if self.take('~') {
            let inner = self.nested(Self::complement)?;
            return Ok(Expression::Complement(Box::new(inner)));
        }
        self.single()
    }

    fn single(&mut self) -> Parsed {
        let Some(c) = self.next() else { return Err(self.error("unexpected end of expression")) };
        match c {
            '.' => Ok(Expression::any_character()),
            '#' => Ok(Expression::Union(Vec::new())),
            '@' => Ok(Expression::any_text()),
            '"' => self.quoted(),
            '(' if self.take(')') => Ok(Expression::Concat(Vec::new())),
            '(' => {
                let inner = self.nested(Self::union)?;
                if self.take(')') { Ok(inner) } else { Err(self.error("expected ')'")) }
            }
            '[' => self.class(),
            '<' => self.interval(),
            '\\' => match self.next() {
                None => Err(self.error("unexpected end of expression")),
                Some(c) => Ok(predefined(c).unwrap_or_else(|| Expression::character(c))),
            },
            // Where something must stand, these can only be mistakes.
            ')' | '|' | '&' => Err(SyntaxError::At("unexpected character", self.position.saturating_sub(1))),
            other => Ok(Expression::character(other)),
        }
    }

    fn quoted(&mut self) -> Parsed {
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.error("expected '\"'")),
                Some('"') => return Ok(Expression::literal(&text)),
                Some(c) => text.push(c),
            }
        }
    }

    fn class(&mut self) -> Parsed {
        let negated = self.take('^');
        let mut ranges = Vec::new();
        loop {
            match self.next() {
                None => return Err(self.error("expected ']'")),
                Some(']') if !ranges.is_empty() => break,
                Some('\\') => {
                    let Some(c) = self.next() else { return Err(self.error("unexpected end of expression")) };
                    match predefined(c) {
                        Some(Expression::Character(predefined)) => ranges.extend(predefined),
                        _ => ranges.push(self.range(c)?),
                    }
                }
                Some(c) => ranges.push(self.range(c)?),
            }
        }
        Ok(if negated { Expression::none_of(&ranges) } else { Expression::Character(ranges) })
    }

    /// The range that begins with `low`, or `low` alone.
    fn range(&mut self, low: char) -> Result<(u32, u32), SyntaxError> {
        let mut ahead = self.rest.clone();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
        if !is_range {
            return Ok((u32::from(low), u32::from(low)));
        }
        self.next();
        let high = match self.next() {
            Some('\\') => self.next(),
            other => other,
        };
        let Some(high) = high else { return Err(self.error("unexpected end of expression")) };
        if high < low {
            return Err(self.error("invalid range (out of order)"));
        }
        Ok((u32::from(low), u32::from(high)))
    }

    fn interval(&mut self) -> Parsed {
        let first = self.digits();
        let dash = self.take('-');
        let second = self.digits();
        let whole = dash && !first.is_empty() && !second.is_empty() && self.take('>');
        if !whole || first.len() > MAX_DIGITS || second.len() > MAX_DIGITS {
            return Err(self.error("expected an interval <n-m>"));
        }
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| self.error("integer expected"));
        let (a, b) = (number(&first)?, number(&second)?);
        let digits = (first.len() == second.len()).then_some(first.len());
        Ok(interval(a.min(b), a.max(b), digits))
    }
}

/// The only one, or all of them together.
fn one_or(mut parts: Vec<Expression>, together: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            together(parts)
        }
        None => together(parts),
    }
}

/// `\d`, `\s`, `\w` and their opposites, in ASCII.
fn predefined(c: char) -> Option<Expression> {
    const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
    const SPACE: &[(u32, u32)] = &[(0x09, 0x0a), (0x0d, 0x0d), (0x20, 0x20)];
    const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
    Some(match c {
        'd' => Expression::Character(DIGIT.to_vec()),
        'D' => Expression::none_of(DIGIT),
        's' => Expression::Character(SPACE.to_vec()),
        'S' => Expression::none_of(SPACE),
        'w' => Expression::Character(WORD.to_vec()),
        'W' => Expression::none_of(WORD),
        _ => return None,
    })
}
