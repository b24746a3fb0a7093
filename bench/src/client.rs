//! Single requests over a connection that stays open, one after another: what is set up before something is measured, and
//! calls whose time is taken.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::answer;

/// Whoever is silent for longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// `Basic …`.
pub(crate) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// `ApiKey …`.
pub(crate) fn api_key(id: &str, secret: &str) -> String {
    format!("ApiKey {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The bytes of a request without a body.
pub(crate) fn request(method: &str, path: &str, authorization: Option<&str>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    if let Some(value) = authorization {
        text.push_str(&format!("Authorization: {value}\r\n"));
    }
    (text + "\r\n").into_bytes()
}

/// The bytes of a request with a body of JSON. Nobody's, if `authorization` is empty.
pub(crate) fn request_with(method: &str, path: &str, authorization: &str, body: &str) -> Vec<u8> {
    let who = format!("Authorization: {authorization}\r\n");
    let who = if authorization.is_empty() { String::new() } else { who };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{who}\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A connection to a server.
pub(crate) struct Client {
    stream: TcpStream,
}

/// An answer, as it was sent.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// With the empty line.
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) took: Duration,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// All of it, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.head.len() + self.body.len()
    }
}

impl Client {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self::try_to(address).expect("a connection")
    }

    /// As [`Client::to`], if somebody listens.
    pub(crate) fn try_to(address: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect(address).ok()?;
        stream.set_nodelay(true).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        Some(Self { stream })
    }

    /// Asks for something without a body.
    pub(crate) fn ask(&mut self, method: &str, path: &str, authorization: &str) -> Reply {
        self.send(&request(method, path, Some(authorization)))
    }

    /// Sends something with a body of JSON.
    pub(crate) fn put(&mut self, method: &str, path: &str, authorization: &str, body: &str) -> Reply {
        self.send(&request_with(method, path, authorization, body))
    }

    /// The answer to these bytes.
    pub(crate) fn send(&mut self, request: &[u8]) -> Reply {
        self.try_send(request).unwrap_or_else(|| panic!("no answer to {}", String::from_utf8_lossy(request)))
    }

    /// As [`Client::send`], if the server does not close the connection.
    pub(crate) fn try_send(&mut self, request: &[u8]) -> Option<Reply> {
        let began = Instant::now();
        self.stream.write_all(request).ok()?;
        let (mut bytes, mut buffer) = (Vec::new(), [0; 16 * 1024]);
        loop {
            let count = match self.stream.read(&mut buffer) {
                Ok(0) => return None,
                Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("a server hangs"),
                read => read.ok()?,
            };
            bytes.extend_from_slice(&buffer[..count]);
            let Some(head) = answer::head(&bytes) else { continue };
            let body = if request.starts_with(b"HEAD ") { 0 } else { head.body };
            if bytes.len() >= head.bytes + body {
                let took = began.elapsed();
                let text = |range: &[u8]| String::from_utf8_lossy(range).into_owned();
                let (head_text, body) = (text(&bytes[..head.bytes]), text(&bytes[head.bytes..]));
                return Some(Reply { status: head.status, head: head_text, body, took });
            }
        }
    }
}
