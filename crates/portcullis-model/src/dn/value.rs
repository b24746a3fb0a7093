//! The values in distinguished names: plain, in quotes, or in hexadecimal.
//!
//! Beyond RFC 4514: values may stand in quotes, and the characters of wildcards may be escaped.

use super::DnError;
use super::parse::{Form, Reader};

impl Reader<'_> {
    /// Reads a value.
    pub(super) fn value(&mut self) -> Result<(String, Form), DnError> {
        match self.peek() {
            Some(b'#') => self.hexadecimal(),
            Some(b'"') => Ok((self.quoted()?, Form::Text)),
            _ => Ok((self.plain()?, Form::Text)),
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
