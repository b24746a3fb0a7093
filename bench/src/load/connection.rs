//! One connection: at most one request is on its way.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use crate::answer::{self, Head};

const BUFFER: usize = 16 * 1024;

pub(super) struct Connection {
    stream: TcpStream,
    /// The request, and whether its answer has a body.
    request: Vec<u8>,
    buffer: Vec<u8>,
    filled: usize,
    /// When it was sent, or should have been.
    busy_since: Option<Instant>,
    /// The last answer: the next one is most likely as long.
    last: Option<Head>,
}

/// An answer that is there.
pub(super) struct Answered {
    pub(super) since: Instant,
    pub(super) status: u16,
    pub(super) body: std::ops::Range<usize>,
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).and_then(|()| stream.set_nonblocking(true)).expect("a socket's options");
        let (request, buffer) = (Vec::new(), vec![0; BUFFER]);
        Self { stream, request, buffer, filled: 0, busy_since: None, last: None }
    }

    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(super) fn send(&mut self, since: Instant, ask: &mut super::Ask<'_>) {
        self.request.clear();
        ask(&mut self.request);
        self.busy_since = Some(since);
        self.filled = 0;
        // Nothing else is on its way, so the socket takes it whole.
        let sent = self.stream.write(&self.request).expect("a connection that is written to");
        assert_eq!(sent, self.request.len(), "a request that is not sent at once");
    }

    /// Reads what is there. The answer, once it is complete.
    pub(super) fn read(&mut self) -> Option<Answered> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(2 * self.filled, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => panic!("the server at {:?} closed a connection", self.stream.peer_addr()),
            Ok(count) => self.filled += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
            Err(error) => panic!("a connection: {error}"),
        }
        let head = self.head()?;
        self.last = Some(head);
        let since = self.busy_since.take().expect("an answer that was asked for");
        Some(Answered { since, status: head.status, body: head.bytes..self.filled })
    }

    /// The head of the answer, if all of the answer is there.
    fn head(&self) -> Option<Head> {
        let bytes = &self.buffer[..self.filled];
        if let Some(last) = self.last
            && self.filled == last.bytes + last.body
            && bytes[..last.bytes].ends_with(b"\r\n\r\n")
            && status(bytes) == Some(last.status)
        {
            return Some(last);
        }
        let mut head = answer::head(bytes)?;
        if self.request.starts_with(b"HEAD ") {
            head.body = 0;
        }
        (self.filled >= head.bytes + head.body).then_some(head)
    }

    pub(super) fn text(&self, range: std::ops::Range<usize>) -> String {
        String::from_utf8_lossy(&self.buffer[range]).into_owned()
    }
}

/// The three digits behind `HTTP/1.1 `.
fn status(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.get(9..12)?;
    Some(digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit.wrapping_sub(b'0'))))
}
