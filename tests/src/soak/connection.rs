//! A connection that stays open from request to request, as clients keep theirs.
//!
//! Never here: what an answer should be.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A server that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was answered.
pub(super) struct Reply {
    pub(super) status: u16,
    body: Vec<u8>,
}

impl Reply {
    /// The body as JSON; null if it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A way to one node.
pub(super) struct Connection {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    /// One that is opened when it is needed.
    pub(super) fn to(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Asks who this is.
    pub(super) async fn login(&mut self, authorization: &str) -> u16 {
        self.ask("GET", "/_security/_authenticate", authorization, "").await.status
    }

    /// Sends a request, again over a new connection if the old one was closed meanwhile.
    ///
    /// # Panics
    /// If there is no answer.
    pub(super) async fn ask(&mut self, method: &str, target: &str, authorization: &str, body: &str) -> Reply {
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let text = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nAuthorization: {authorization}\r\n{kind}Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let asked = async {
            if let Some(stream) = self.stream.take()
                && let Ok(reply) = self.over(stream, &text).await
            {
                return reply;
            }
            let stream = BufReader::new(TcpStream::connect(self.address).await.unwrap());
            self.over(stream, &text).await.unwrap()
        };
        tokio::time::timeout(PATIENCE, asked).await.expect("the node hangs")
    }

    async fn over(&mut self, mut stream: BufReader<TcpStream>, text: &str) -> io::Result<Reply> {
        stream.get_mut().write_all(text.as_bytes()).await?;
        let mut line = String::new();
        let (mut status, mut length, mut stays) = (0, 0, true);
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let head = line.trim_end();
            if head.is_empty() {
                break;
            }
            match head.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value)) {
                None => status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status"),
                Some((name, value)) if name == "content-length" => length = value.parse().unwrap(),
                Some((name, value)) if name == "connection" => stays = value != "close",
                Some(_) => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        if stays {
            self.stream = Some(stream);
        }
        Ok(Reply { status, body })
    }
}
