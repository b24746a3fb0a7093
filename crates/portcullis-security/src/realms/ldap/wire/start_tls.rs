//! StartTLS (RFC 4511, section 4.14), before anything else is sent.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::message::{self, Asked, Heard, Operation};

/// Bytes that a server may answer with.
const MAX_ANSWER_BYTES: usize = 8 * 1024;

/// The extended request `1.3.6.1.4.1.1466.20037`, number 1.
const REQUEST: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
const ASKED: Asked = Asked { id: 1, operation: Operation::StartTls };

/// Asks for TLS. After it, the next byte on `stream` is the handshake's.
///
/// # Errors
/// When the server will not. Also when it sent more than its answer: whoever put bytes there before TLS began would have
/// them read as if they came through it.
pub(in super::super) async fn ask(stream: &mut TcpStream) -> Result<(), String> {
    stream.write_all(REQUEST).await.map_err(|error| format!("StartTLS cannot be asked for: {error}"))?;
    let mut answer = Vec::new();
    let size = loop {
        match message::size(&answer)? {
            Some(size) if size > MAX_ANSWER_BYTES => {
                return Err("the answer to StartTLS is too long".to_owned());
            }
            Some(size) if answer.len() >= size => break size,
            _ => {}
        }
        let read = stream.read_buf(&mut answer).await;
        if read.map_err(|error| format!("StartTLS was not answered: {error}"))? == 0 {
            return Err("the server closed the connection when asked for StartTLS".to_owned());
        }
    };
    if answer.len() > size {
        return Err("the server sent more than its answer to StartTLS".to_owned());
    }
    match message::heard(&answer, Some(ASKED))? {
        Heard::Last(_, 0) => Ok(()),
        Heard::Last(_, code) => Err(format!(
            "StartTLS was refused with LDAP result {code}: has the server a certificate of its own?"
        )),
        Heard::Part(_) | Heard::Nothing => Err("the answer to StartTLS is none".to_owned()),
    }
}
