//! A server that does as it is told: what it says to a bind depends on who binds, and each search finds the same.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const BIND: u8 = 0x60;
const SEARCH: u8 = 0x63;

/// What it does.
#[derive(Clone)]
pub(in super::super) struct Script {
    /// Result codes of binds, each for those whose name contains the text. Others are let in.
    pub(in super::super) binds: &'static [(&'static str, u8)],
    /// What a search finds, and the result code that it ends with.
    pub(in super::super) found: Vec<Vec<u8>>,
    pub(in super::super) end: u8,
}

impl Script {
    pub(in super::super) fn new(binds: &'static [(&'static str, u8)], found: Vec<Vec<u8>>) -> Self {
        Self { binds, found, end: 0 }
    }

    /// Serves every connection; gives its port.
    pub(in super::super) async fn serve(self) -> u16 {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(self.clone().talk(stream));
            }
        });
        port
    }

    async fn talk(self, mut stream: TcpStream) {
        let mut question = vec![0; 8192];
        loop {
            let count = stream.read(&mut question).await.unwrap_or_default();
            let Some((id, operation)) = parts(&question[..count]) else { return };
            let answer = match operation[0] {
                BIND => message(id, &result(0x61, self.code(operation))),
                SEARCH => {
                    let found = self.found.iter().map(|it| message(id, it));
                    found.chain([message(id, &result(0x65, self.end))]).flatten().collect()
                }
                _ => return,
            };
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    }

    fn code(&self, operation: &[u8]) -> u8 {
        let text = String::from_utf8_lossy(operation);
        self.binds.iter().find(|(name, _)| text.contains(name)).map_or(0, |(_, code)| *code)
    }
}

/// An entry of this name with these attributes of one value.
pub(in super::super) fn entry(dn: &str, attributes: &[(&str, &str)]) -> Vec<u8> {
    let attribute = |(name, value): &(&str, &str)| {
        wrap(0x30, &[wrap(4, name.as_bytes()), wrap(0x31, &wrap(4, value.as_bytes()))].concat())
    };
    let attributes: Vec<u8> = attributes.iter().flat_map(attribute).collect();
    wrap(0x64, &[wrap(4, dn.as_bytes()), wrap(0x30, &attributes)].concat())
}

/// A reference to the server at this port.
pub(in super::super) fn reference(port: u16) -> Vec<u8> {
    wrap(0x73, &wrap(4, format!("ldap://127.0.0.1:{port}/dc=elsewhere").as_bytes()))
}

/// The number and the operation of a question.
fn parts(question: &[u8]) -> Option<(u8, &[u8])> {
    let long = question.get(1)?.checked_sub(0x80).unwrap_or_default();
    let content = question.get(2 + usize::from(long)..)?;
    Some((*content.get(2)?, content.get(3..).filter(|it| !it.is_empty())?))
}

fn message(id: u8, operation: &[u8]) -> Vec<u8> {
    wrap(0x30, &[&[2, 1, id][..], operation].concat())
}

fn result(tag: u8, code: u8) -> Vec<u8> {
    wrap(tag, &[0x0a, 1, code, 4, 0, 4, 0])
}

fn wrap(tag: u8, content: &[u8]) -> Vec<u8> {
    [&[tag, u8::try_from(content.len()).unwrap()][..], content].concat()
}
