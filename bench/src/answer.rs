//! The head of an answer over HTTP/1.1: its status, and where its body ends. No chunks: no server here sends any.

/// What a head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Its own bytes, the empty line included.
    pub(crate) bytes: usize,
    /// `content-length`; 0 without.
    pub(crate) body: usize,
}

/// The head at the beginning of `bytes`, if all of it is there.
///
/// # Panics
/// If that is no answer.
pub(crate) fn head(bytes: &[u8]) -> Option<Head> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|it| it.split(' ').nth(1)).and_then(|it| it.parse().ok());
    let status = status.unwrap_or_else(|| panic!("no answer over HTTP: {text}"));
    let body = lines.filter_map(|it| it.split_once(':')).find_map(|(name, value)| {
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().expect("a length"))
    });
    Some(Head { status, bytes: end, body: body.unwrap_or(0) })
}

/// The headers, in their order.
pub(crate) fn headers(head: &str) -> Vec<(String, String)> {
    let lines = head.split("\r\n").skip(1).filter_map(|it| it.split_once(": "));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[cfg(test)]
mod tests;
