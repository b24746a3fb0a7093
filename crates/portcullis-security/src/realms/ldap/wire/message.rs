//! Messages (RFC 4511, section 4.1.1): what was asked, and whether what a server says is an answer to it. Controls of
//! answers are dropped: nothing here reads them.

use super::ber::{self, Element, Flaw};

#[cfg(test)]
mod tests;

/// Bytes of one message of a server. A user in ten thousand groups has an entry of about one megabyte.
const MAX_MESSAGE_BYTES: usize = 8 * 1024 * 1024;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const ENUMERATED: u8 = 0x0a;
const OCTETS: u8 = 0x04;
const REFERRALS: u8 = 0xa3;
const EXTENDED_NAME: u8 = 0x8a;

const BIND_REQUEST: u8 = 0x60;
const BIND_RESPONSE: u8 = 0x61;
const SEARCH_REQUEST: u8 = 0x63;
const SEARCH_ENTRY: u8 = 0x64;
const SEARCH_DONE: u8 = 0x65;
const SEARCH_REFERENCE: u8 = 0x73;
const EXTENDED_RESPONSE: u8 = 0x78;
const INTERMEDIATE: u8 = 0x79;

/// The operation that the server owes an answer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Bind,
    Search,
    StartTls,
}

/// What was asked, and under which number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) id: u32,
    pub(super) operation: Operation,
}

/// What became of a server's message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Part of the answer: the message as the library shall see it.
    Part(Vec<u8>),
    /// The last of the answer, with its result code.
    Last(Vec<u8>, u32),
    /// Nothing that anybody here waits for.
    Nothing,
}

/// Bytes of the message that `bytes` begin with; `None` while that cannot be told.
pub(super) fn size(bytes: &[u8]) -> Result<Option<usize>, Flaw> {
    if bytes.first().is_some_and(|tag| *tag != SEQUENCE) {
        return Err("what came is not LDAP");
    }
    let Some((header, length)) = ber::size(bytes)? else { return Ok(None) };
    if length > MAX_MESSAGE_BYTES {
        return Err("a message is too long");
    }
    Ok(Some(header + length))
}

/// What our own message asks; `None` for one that is not answered.
pub(super) fn asked(message: &[u8]) -> Result<Option<Asked>, Flaw> {
    let (id, operation) = open(message)?;
    let operation = match operation.tag {
        BIND_REQUEST => Operation::Bind,
        SEARCH_REQUEST => Operation::Search,
        _ => return Ok(None),
    };
    Ok(Some(Asked { id: ber::number(id.content)?, operation }))
}

/// Checks a whole message of the server's against what was asked.
pub(super) fn heard(message: &[u8], asked: Option<Asked>) -> Result<Heard, Flaw> {
    ber::check(message)?;
    let (id, operation) = open(message)?;
    let number = ber::number(id.content)?;
    if number == 0 {
        return Err("the server ended the connection with a notice");
    }
    let asked = asked.filter(|asked| asked.id == number).ok_or("an answer came to nothing that was asked")?;
    let plain = || ber::wrap(SEQUENCE, &[id.whole, operation.whole]);
    match (asked.operation, operation.tag) {
        (Operation::Search, SEARCH_ENTRY | SEARCH_REFERENCE) => Ok(Heard::Part(plain())),
        (_, INTERMEDIATE) => Ok(Heard::Nothing),
        (Operation::Bind, BIND_RESPONSE)
        | (Operation::Search, SEARCH_DONE)
        | (Operation::StartTls, EXTENDED_RESPONSE) => Ok(Heard::Last(plain(), result(operation.content)?)),
        _ => Err("an answer is not one to what was asked"),
    }
}

/// The number and the operation of a message.
fn open(mut message: &[u8]) -> Result<(Element<'_>, Element<'_>), Flaw> {
    let mut content = ber::expect(&mut message, SEQUENCE)?.content;
    Ok((ber::expect(&mut content, INTEGER)?, ber::take(&mut content)?))
}

/// Checks the components of a result, every one that the library would read, and gives its code.
fn result(mut content: &[u8]) -> Result<u32, Flaw> {
    let code = ber::number(ber::expect(&mut content, ENUMERATED)?.content)?;
    text(ber::expect(&mut content, OCTETS)?)?;
    text(ber::expect(&mut content, OCTETS)?)?;
    while !content.is_empty() {
        let element = ber::take(&mut content)?;
        match element.tag {
            REFERRALS => {
                let mut urls = element.content;
                while !urls.is_empty() {
                    text(ber::expect(&mut urls, OCTETS)?)?;
                }
            }
            EXTENDED_NAME => text(element)?,
            // Credentials of SASL, and the value of an extended response: any octets.
            0x87 | 0x8b => {}
            _ => return Err("a result has a component that is not LDAP's"),
        }
    }
    Ok(code)
}

fn text(element: Element<'_>) -> Result<(), Flaw> {
    std::str::from_utf8(element.content).map(|_| ()).map_err(|_| "a text is not UTF-8")
}
