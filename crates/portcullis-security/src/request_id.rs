//! The id that ties a request to its log lines. Where it comes from, and where it is told, is the API's business.

/// A request's id: visible ASCII.
#[derive(Clone, Debug)]
pub struct RequestId(Text);

#[derive(Clone, Debug)]
enum Text {
    Numbered([u8; Self::LENGTH]),
    Taken(Box<str>),
}

impl Text {
    const LENGTH: usize = 32;
}

impl RequestId {
    /// An id in hexadecimal, made of what tells this run from all others and of the request's number in it.
    pub fn numbered(run: u64, number: u64) -> Self {
        let mut text = [0; Text::LENGTH];
        let digits = (u128::from(run) << 64) | u128::from(number);
        for (at, digit) in text.iter_mut().rev().enumerate() {
            let value = (digits >> (4 * at)) as u8 & 0xf;
            *digit = if value < 10 { b'0' + value } else { b'a' + value - 10 };
        }
        Self(Text::Numbered(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Text::Numbered(text) => std::str::from_utf8(text).unwrap_or_default(),
            Text::Taken(text) => text,
        }
    }
}

impl From<&str> for RequestId {
    fn from(text: &str) -> Self {
        Self(Text::Taken(text.into()))
    }
}

#[cfg(test)]
mod tests;
