//! One HTTP/1.1 request on a connection of its own, as plain as it gets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::node::PATIENCE;

/// A request that is being put together.
pub(crate) struct Request {
    address: SocketAddr,
    head: String,
    body: String,
}

/// The answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The body; null if it is empty, a string if it is no JSON.
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        Self { address, head, body: String::new() }
    }

    /// With a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// With a name and a password.
    pub(crate) fn basic(self, username: &str, password: &str) -> Self {
        let pair = STANDARD.encode(format!("{username}:{password}"));
        self.header("Authorization", &format!("Basic {pair}"))
    }

    /// With a JSON body.
    pub(crate) fn json(self, body: Value) -> Self {
        let body = body.to_string();
        Self { body, ..self.header("Content-Type", "application/json") }
    }

    /// Sends it and reads the answer.
    pub(crate) fn send(self) -> Answer {
        let mut begun = self.begin("");
        begun.complete();
        begun.answer()
    }

    /// Sends the head alone and waits until the node asks for the body: the request is in flight then.
    pub(crate) fn begin_and_be_asked_for_the_body(self) -> Begun {
        let mut begun = self.begin("Expect: 100-continue\r\n");
        let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        begun.stream.read_exact(&mut go_on).unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        begun
    }

    fn begin(self, more: &str) -> Begun {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = self.body.len();
        let head = format!("{}{more}Content-Length: {length}\r\n\r\n", self.head);
        stream.write_all(head.as_bytes()).unwrap();
        Begun { stream, rest: self.body }
    }
}

/// A request whose body has not been sent.
pub(crate) struct Begun {
    stream: TcpStream,
    rest: String,
}

impl Begun {
    /// Sends the body.
    pub(crate) fn complete(&mut self) {
        self.stream.write_all(self.rest.as_bytes()).unwrap();
    }

    /// Reads the answer.
    pub(crate) fn answer(mut self) -> Answer {
        let mut text = String::new();
        self.stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = match body {
            "" => Value::Null,
            body => serde_json::from_str(body).unwrap_or_else(|_| Value::String(body.to_owned())),
        };
        Answer { status, body }
    }
}
