//! The grammar of distinguished names, but for their values (see `value`).
//!
//! Beyond RFC 4514: `;` separates as `,` does, types may have `OID.` before them, and spaces may stand beside `=`, `+`,
//! `,` and at the ends.

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

/// A text, and how far it has been read.
pub(super) struct Reader<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Takes one byte, or the end.
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.at += 1;
        byte
    }

    pub(super) fn skip_spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    pub(super) fn error(&self, what: &'static str) -> DnError {
        DnError::Syntax { what, position: self.at }
    }

    /// The error at the byte, or the end, that has just been taken.
    pub(super) fn before(&self, what: &'static str) -> DnError {
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
        let (value, form) = self.value()?;
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
}

fn is_oid(text: &str) -> bool {
    text.split('.').all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
