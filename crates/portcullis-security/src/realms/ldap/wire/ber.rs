//! The basic encoding rules (X.690) as far as LDAP uses them (RFC 4511, section 5.1): definite lengths and low tag
//! numbers. Never here: what elements mean.

#[cfg(test)]
mod tests;

/// Elements within elements, at most. An answer has five; the library parses by recursion.
const MAX_DEPTH: usize = 12;

/// Why bytes are not what they should be.
pub(super) type Flaw = &'static str;

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// Class, form and number, in one byte.
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    /// With the header.
    pub(super) whole: &'a [u8],
}

impl Element<'_> {
    fn is_constructed(&self) -> bool {
        self.tag & 0x20 != 0
    }
}

/// Header and content of the element that `bytes` begin with, in bytes; `None` while the header is incomplete.
pub(super) fn size(bytes: &[u8]) -> Result<Option<(usize, usize)>, Flaw> {
    let [tag, first, rest @ ..] = bytes else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err("a tag is not one of LDAP's");
    }
    if *first < 0x80 {
        return Ok(Some((2, usize::from(*first))));
    }
    let octets = usize::from(*first & 0x7f);
    if !(1..=4).contains(&octets) {
        return Err("a length is not one of LDAP's");
    }
    let Some(length) = rest.get(..octets) else { return Ok(None) };
    let length = length.iter().fold(0_usize, |sum, octet| (sum << 8) | usize::from(*octet));
    Ok(Some((2 + octets, length)))
}

/// Takes the first element off `bytes`, all of which must be there.
pub(super) fn take<'a>(bytes: &mut &'a [u8]) -> Result<Element<'a>, Flaw> {
    const CUT: Flaw = "an element is cut short";
    let all: &'a [u8] = bytes;
    let (header, length) = size(all)?.ok_or(CUT)?;
    let end = header.checked_add(length).ok_or(CUT)?;
    let (whole, rest) = all.split_at_checked(end).ok_or(CUT)?;
    let tag = *whole.first().ok_or(CUT)?;
    *bytes = rest;
    Ok(Element { tag, content: whole.get(header..).ok_or(CUT)?, whole })
}

/// Takes the first element off `bytes`, which must have this tag.
pub(super) fn expect<'a>(bytes: &mut &'a [u8], tag: u8) -> Result<Element<'a>, Flaw> {
    let element = take(bytes)?;
    if element.tag == tag { Ok(element) } else { Err("an element is not the one that belongs there") }
}

/// Checks that `bytes` are elements, and elements of elements, to the last byte.
pub(super) fn check(bytes: &[u8]) -> Result<(), Flaw> {
    check_below(bytes, MAX_DEPTH)
}

fn check_below(mut bytes: &[u8], depth: usize) -> Result<(), Flaw> {
    let depth = depth.checked_sub(1).ok_or("elements are nested too deep")?;
    while !bytes.is_empty() {
        let element = take(&mut bytes)?;
        if element.is_constructed() {
            check_below(element.content, depth)?;
        }
    }
    Ok(())
}

/// A number without a sign of at most four octets.
pub(super) fn number(content: &[u8]) -> Result<u32, Flaw> {
    if !(1..=4).contains(&content.len()) {
        return Err("a number is not one of LDAP's");
    }
    Ok(content.iter().fold(0, |sum, octet| (sum << 8) | u32::from(*octet)))
}

/// `content` with a header.
pub(super) fn wrap(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let length: usize = content.iter().map(|part| part.len()).sum();
    // A message has at most a few megabytes, so four octets always do.
    let [a, b, c, d] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let mut bytes = Vec::with_capacity(length + 6);
    bytes.extend([tag, 0x84, a, b, c, d]);
    content.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}
