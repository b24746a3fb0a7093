//! The way of all bytes between a server and the LDAP library: one task for each connection, which checks what comes and
//! counts it. The library gets one end of a socket pair, the relay has the other.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;
use zeroize::{Zeroize, Zeroizing};

use super::ber::Flaw;
use super::message::{self, Asked, Heard};

#[cfg(test)]
mod tests;

/// Bytes that one question may be answered with.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// Bytes of one question of ours. The longest ask for a batch of groups.
const MAX_QUESTION_BYTES: usize = 256 * 1024;

/// Bytes of a question for which there is room from the start: every bind fits, so that no copy of a password is left
/// behind when the buffer grows.
const QUESTION_BYTES: usize = 32 * 1024;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 16 * 1024;

/// For how long the relay says goodbye, in milliseconds.
const GOODBYE_MILLIS: u64 = 500;

/// An unbind request: the last thing on a connection that ends well.
const UNBIND: &[u8] = b"\x30\x08\x02\x04\x7f\xff\xff\xff\x42\x00";

/// A relay that runs.
pub(in super::super) struct Relay {
    task: JoinHandle<()>,
    /// Why it ended, when it did not end because we wanted it to.
    broken: Arc<OnceLock<String>>,
}

impl Relay {
    /// Starts relaying between `outer` and the stream that is returned.
    ///
    /// # Errors
    /// When the operating system gives no sockets.
    pub(in super::super) fn start<S>(outer: S) -> io::Result<(Self, std::os::unix::net::UnixStream)>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let inner = UnixStream::from_std(ours)?;
        let broken = Arc::new(OnceLock::new());
        let told = Arc::clone(&broken);
        let task = tokio::spawn(async move {
            let mut way = Way::new(outer, inner);
            if let Err(reason) = way.run().await {
                // Told before the library sees the end, which it does when `way` is dropped.
                let _ = told.set(reason);
            }
        });
        Ok((Self { task, broken }, theirs))
    }

    /// Why the connection broke, if the relay knows.
    pub(in super::super) fn broken(&self) -> Option<&str> {
        self.broken.get().map(String::as_str)
    }

    /// Ends it without a goodbye.
    pub(in super::super) fn abort(&self) {
        self.task.abort();
    }
}

struct Way<S> {
    outer: S,
    inner: UnixStream,
    question: Zeroizing<Vec<u8>>,
    answer: Vec<u8>,
    asked: Option<Asked>,
    /// Bytes that the question was answered with so far.
    taken: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Way<S> {
    fn new(outer: S, inner: UnixStream) -> Self {
        let question = Zeroizing::new(Vec::with_capacity(QUESTION_BYTES));
        Self { outer, inner, question, answer: Vec::new(), asked: None, taken: 0 }
    }

    /// Relays until the library hangs up, which is the good end.
    async fn run(&mut self) -> Result<(), String> {
        let mut ours = Zeroizing::new([0; CHUNK_BYTES]);
        let mut theirs = vec![0; CHUNK_BYTES];
        loop {
            tokio::select! {
                read = self.inner.read(ours.as_mut_slice()) => match read {
                    Ok(0) | Err(_) => {
                        self.goodbye().await;
                        return Ok(());
                    }
                    Ok(count) => self.ask(ours.get(..count).unwrap_or_default()).await?,
                },
                read = self.outer.read(&mut theirs) => match read {
                    Ok(0) => return Err("the server closed the connection".to_owned()),
                    Ok(count) => self.hear(theirs.get(..count).unwrap_or_default()).await?,
                    Err(error) => return Err(format!("the connection broke: {error}")),
                },
            }
        }
    }

    /// Passes questions on, whole ones.
    async fn ask(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.question.extend_from_slice(bytes);
        if self.question.len() > MAX_QUESTION_BYTES {
            return Err("a question is too long to be asked".to_owned());
        }
        while let Some(message) = first(&self.question)? {
            let size = message.len();
            if let Some(asked) = message::asked(message)? {
                self.asked = Some(asked);
                self.taken = 0;
            }
            let sent = async {
                self.outer.write_all(message).await?;
                self.outer.flush().await
            };
            sent.await.map_err(|error| format!("the connection broke: {error}"))?;
            drop_front(&mut self.question, size);
        }
        Ok(())
    }

    /// Passes answers on that are answers.
    async fn hear(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.taken = self.taken.saturating_add(bytes.len());
        if self.taken > MAX_ANSWER_BYTES {
            return Err("an answer is too long".to_owned());
        }
        self.answer.extend_from_slice(bytes);
        let mut done = 0;
        while let Some(message) = first(self.answer.get(done..).unwrap_or_default())? {
            let heard = message::heard(message, self.asked)?;
            done += message.len();
            let plain = match heard {
                Heard::Part(plain) => plain,
                Heard::Last(plain, _) => {
                    self.asked = None;
                    plain
                }
                Heard::Nothing => continue,
            };
            self.inner.write_all(&plain).await.map_err(|error| format!("the library hung up: {error}"))?;
        }
        self.answer.drain(..done);
        Ok(())
    }

    /// Ends the connection as the protocol wishes, if the server lets it.
    async fn goodbye(&mut self) {
        let said = async {
            self.outer.write_all(UNBIND).await?;
            self.outer.shutdown().await
        };
        // Nothing is lost when the server does not listen any more.
        let _ = tokio::time::timeout(Duration::from_millis(GOODBYE_MILLIS), said).await;
    }
}

/// The first message of `bytes`, once it is there to its end.
fn first(bytes: &[u8]) -> Result<Option<&[u8]>, Flaw> {
    Ok(message::size(bytes)?.and_then(|size| bytes.get(..size)))
}

/// Takes `size` bytes off the front, and wipes where they were.
fn drop_front(bytes: &mut Zeroizing<Vec<u8>>, size: usize) {
    let rest = Zeroizing::new(bytes.get(size..).unwrap_or_default().to_vec());
    bytes.zeroize();
    bytes.extend_from_slice(&rest);
}
