//! The grammar of distinguished names.
//!
//! Beyond RFC 4514: `;` separates as `,` does, values may stand in quotes, types may have `OID.` before them, and
//! spaces may stand beside `=`, `+`, `,` and at the ends.

use super::{DnError, MAX_RDN_PARTS, MAX_RDNS};

/// `type=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// As given, without `OID.`.
    pub(super) kind: String,
    /// What the value says, unescaped. Of a value in hexadecimal that is not text: the digits after `#`.
    pub(super) value: String,
    /// Whether the value stands for bytes.
    pub(super) form: Form,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// Text.
    Text,
    /// Bytes that no text can be made from, in hexadecimal.
    Bytes,
}

/// A relative name: its parts.
pub(super) type Rdn = Vec<Part>;

pub(super) fn parse(text: &str) -> Result<Vec<Rdn>, DnError> {
    let mut reader = Reader { text: text.as_bytes(), at: 0 };
    reader.skip_spaces();
    let mut rdns = Vec::new();
    if reader.peek().is_none() {
        return Ok(rdns);
    }
    loop {
        if rdns.len() == MAX_RDNS {
            return Err(DnError::TooManyParts);
        }
        rdns.push(reader.rdn()?);
        match reader.next() {
            None => return Ok(rdns),
            Some(b',' | b';') => {}
            Some(_) => return Err(reader.before("a separator expected")),
        }
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Takes one byte, or the end.
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.at += 1;
        byte
    }

    fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn error(&self, what: &'static str) -> DnError {
        DnError::Syntax { what, position: self.at }
    }

    /// The error at the byte, or the end, that has just been taken.
    fn before(&self, what: &'static str) -> DnError {
        DnError::Syntax { what, position: self.at.saturating_sub(1) }
    }

    fn rdn(&mut self) -> Result<Rdn, DnError> {
        let mut parts = vec![self.part()?];
        while self.peek() == Some(b'+') {
            self.at += 1;
            if parts.len() == MAX_RDN_PARTS {
                return Err(DnError::TooManyParts);
            }
            parts.push(self.part()?);
        }
        Ok(parts)
    }

    fn part(&mut self) -> Result<Part, DnError> {
        let kind = self.kind()?;
        self.skip_spaces();
        if self.next() != Some(b'=') {
            return Err(self.before("[=] expected"));
        }
        self.skip_spaces();
        let (value, form) = match self.peek() {
            Some(b'#') => self.hexadecimal()?,
            Some(b'"') => (self.quoted()?, Form::Text),
            _ => (self.plain()?, Form::Text),
        };
        self.skip_spaces();
        Ok(Part { kind, value, form })
    }

    /// A name of letters, digits and hyphens, or numbers with points between them.
    fn kind(&mut self) -> Result<String, DnError> {
        self.skip_spaces();
        let from = self.at;
        while matches!(self.peek(), Some(b) if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')) {
            self.at += 1;
        }
        let bytes = self.text.get(from..self.at).unwrap_or_default();
        let kind = String::from_utf8_lossy(bytes).into_owned();
        let number = kind.get(..4).filter(|start| start.eq_ignore_ascii_case("oid.")).map_or(0, |_| 4);
        let kind = kind.get(number..).unwrap_or_default();
        let wrong = |what| Err(DnError::Syntax { what, position: from });
        match kind.bytes().next() {
            Some(b'0'..=b'9') if is_oid(kind) => Ok(kind.to_owned()),
            Some(b'0'..=b'9') => wrong("a type that begins with a digit is numbers with points between them"),
            Some(b) if number == 0 && b.is_ascii_alphabetic() && !kind.contains('.') => Ok(kind.to_owned()),
            _ => wrong("a type expected"),
        }
    }

    /// Bytes as hexadecimal digits after `#`. Those of a string are that string.
    fn hexadecimal(&mut self) -> Result<(String, Form), DnError> {
        self.at += 1;
        let from = self.at;
        let mut bytes = Vec::new();
        while let Some(high) = self.peek().and_then(digit) {
            self.at += 1;
            let low = self.next().and_then(digit).ok_or_else(|| self.before("a pair of digits expected"))?;
            bytes.push(high << 4 | low);
        }
        if bytes.is_empty() {
            return Err(self.error("a pair of digits expected"));
        }
        if let Some(text) = string(&bytes) {
            return Ok((text.to_owned(), Form::Text));
        }
        let digits = self.text.get(from..self.at).unwrap_or_default();
        Ok((String::from_utf8_lossy(digits).to_ascii_lowercase(), Form::Bytes))
    }

    /// What stands between quotes. In there only `"` and `\` must be escaped.
    fn quoted(&mut self) -> Result<String, DnError> {
        self.at += 1;
        let from = self.at;
        let mut value = Vec::new();
        loop {
            match self.next() {
                None => return Err(self.before("the quotes do not end")),
                Some(b'"') => return self.utf8(value, from),
                Some(b'\\') => value.push(self.escaped()?),
                Some(byte) => value.push(byte),
            }
        }
    }

    /// A value without quotes, up to a separator. Spaces at its end do not count unless they are escaped.
    fn plain(&mut self) -> Result<String, DnError> {
        let from = self.at;
        let mut value = Vec::new();
        let mut kept = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b';' | b'+' => break,
                b'"' | b'<' | b'>' | 0 => return Err(self.error("this must be escaped")),
                b'\\' => {
                    self.at += 1;
                    value.push(self.escaped()?);
                    kept = value.len();
                }
                _ => {
                    self.at += 1;
                    value.push(byte);
                    if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                        kept = value.len();
                    }
                }
            }
        }
        value.truncate(kept);
        self.utf8(value, from)
    }

    /// What follows a `\`: two hexadecimal digits, or a character that is special.
    fn escaped(&mut self) -> Result<u8, DnError> {
        let Some(first) = self.next() else { return Err(self.before("an escaped character expected")) };
        match (digit(first), self.peek().and_then(digit)) {
            (Some(high), Some(low)) => {
                self.at += 1;
                Ok(high << 4 | low)
            }
            (None, _)
                if matches!(
                    first,
                    b' ' | b'"' | b'#' | b'+' | b',' | b';' | b'<' | b'=' | b'>' | b'\\' | b'*' | b'?' | b'/'
                ) =>
            {
                Ok(first)
            }
            _ => Err(self.before("this cannot be escaped")),
        }
    }

    fn utf8(&self, value: Vec<u8>, from: usize) -> Result<String, DnError> {
        String::from_utf8(value)
            .map_err(|_| DnError::Syntax { what: "the value is not UTF-8", position: from })
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn is_oid(text: &str) -> bool {
    text.split('.').all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// The string that these bytes are in BER, if they are one of the kinds that directories use for text: UTF-8,
/// printable and IA5 strings, with a length of one byte or two, and octet strings, which are bytes that mostly are text.
fn string(bytes: &[u8]) -> Option<&str> {
    let (tag, rest) = bytes.split_first()?;
    if !matches!(tag, 0x04 | 0x0c | 0x13 | 0x16) {
        return None;
    }
    let (length, content) = match rest {
        [length @ 0..=0x7f, content @ ..] => (usize::from(*length), content),
        [0x81, length, content @ ..] => (usize::from(*length), content),
        [0x82, high, low, content @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), content),
        _ => return None,
    };
    (content.len() == length).then(|| std::str::from_utf8(content).ok()).flatten()
}
