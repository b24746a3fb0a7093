//! A plain HTTP/1.1 client: one connection a request, so that what is sent is what a test wrote. It writes down every
//! answer, and keeps errors, metrics and statistics for the search for secrets.

mod answer;

use std::future::{Future, IntoFuture};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

pub use answer::Answer;

use crate::{observed, secrets};

/// A server that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who sends requests to one address.
#[derive(Clone, Debug)]
pub struct Client {
    address: SocketAddr,
    headers: Vec<(String, String)>,
}

impl Client {
    /// Somebody without credentials.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, headers: Vec::new() }
    }

    /// The address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same client with one header more, or with another value of it.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.to_owned(), value.to_owned()));
        Self { address: self.address, headers }
    }

    /// With a name and a password.
    pub fn basic(&self, username: &str, password: &str) -> Self {
        secrets::remember_if_long(password);
        self.with("Authorization", &format!("Basic {}", STANDARD.encode(format!("{username}:{password}"))))
    }

    /// With an API key as `encoded` gives it.
    pub fn api_key(&self, encoded: &str) -> Self {
        secrets::remember_if_long(encoded);
        self.with("Authorization", &format!("ApiKey {encoded}"))
    }

    /// With the bearer token of a service account.
    pub fn bearer(&self, token: &str) -> Self {
        secrets::remember_if_long(token);
        self.with("Authorization", &format!("Bearer {token}"))
    }

    /// Who wants to be somebody else.
    pub fn run_as(&self, username: &str) -> Self {
        self.with("es-security-runas-user", username)
    }

    /// A request. Await it, or give it more first.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request {
            address: self.address,
            method: method.to_owned(),
            target: target.to_owned(),
            headers: self.headers.clone(),
            body: None,
        }
    }

    /// `GET`.
    pub fn get(&self, target: &str) -> Request {
        self.request("GET", target)
    }

    /// `POST` without a body.
    pub fn post(&self, target: &str) -> Request {
        self.request("POST", target)
    }

    /// `PUT` without a body.
    pub fn put(&self, target: &str) -> Request {
        self.request("PUT", target)
    }

    /// `DELETE` without a body.
    pub fn delete(&self, target: &str) -> Request {
        self.request("DELETE", target)
    }

    /// `GET /_security/_authenticate`.
    pub fn authenticate(&self) -> Request {
        self.get("/_security/_authenticate")
    }

    /// Who the service says this is.
    ///
    /// # Panics
    /// If it refuses to say.
    pub async fn whoami(&self) -> Value {
        self.authenticate().await.ok()
    }

    /// The status of asking who this is: 200 where the credentials are good.
    pub async fn login(&self) -> u16 {
        self.authenticate().await.status
    }

    /// Sends these very bytes and reads until the server closes. `None` where it closes without an answer.
    pub async fn raw(&self, bytes: &[u8]) -> Option<Answer> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        exchange(stream, bytes).await.unwrap()
    }
}

/// A request on its way.
#[derive(Clone, Debug)]
#[must_use = "a request is only sent when it is awaited"]
pub struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// One header more; the same name may stand twice.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A body of JSON, with its media type.
    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    /// A body as it is, without a media type.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The bytes on the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nHost: {}\r\n", self.method, self.target, self.address);
        for (name, value) in &self.headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            bytes.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        bytes.push_str("Connection: close\r\n\r\n");
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }

    /// Sends it over a stream that is there already.
    pub async fn over(self, stream: impl AsyncRead + AsyncWrite + Unpin) -> Answer {
        let answer = exchange(stream, &self.bytes()).await.unwrap();
        let answer = answer.unwrap_or_else(|| panic!("no answer to {} {}", self.method, self.target));
        self.note(&answer);
        answer
    }

    fn note(&self, answer: &Answer) {
        observed::record(&self.method, &self.target, answer);
        let what = format!("{} {}", self.method, self.target.split('?').next().unwrap_or_default());
        let open = ["/_prometheus/metrics", "/_security/stats"];
        if answer.status >= 400 || open.iter().any(|path| self.target.starts_with(path)) {
            secrets::told(&what, &answer.bytes);
        }
    }
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let stream = TcpStream::connect(self.address).await.unwrap();
            self.over(stream).await
        })
    }
}

/// Writes, then reads until the other side closes. A server may answer and close before it has read everything; what it
/// said until then counts.
async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    bytes: &[u8],
) -> io::Result<Option<Answer>> {
    let both = async {
        let wrote = stream.write_all(bytes).await;
        let mut read = Vec::new();
        let ended = stream.read_to_end(&mut read).await;
        if read.is_empty() {
            wrote?;
            if let Err(error) = ended
                && error.kind() != io::ErrorKind::ConnectionReset
            {
                return Err(error);
            }
            return Ok(None);
        }
        Ok(Some(Answer::parse(read)))
    };
    tokio::time::timeout(PATIENCE, both).await.expect("the server hangs")
}
