//! A gate in front of a directory: questions pass, and answers can be held. What the directory has said is in hand then,
//! and not yet with whoever asked; what changes in the directory meanwhile, it does not tell.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::Slapd;

/// What a directory answers to, with the tag of the answer (RFC 4511, sections 4.2.2 and 4.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// A bind.
    Bind = 0x61,
    /// A search, by an entry.
    Search = 0x64,
}

/// What is held, how many answers are, and how often the gate was opened.
#[derive(Default)]
struct State {
    holds: Option<Question>,
    held: usize,
    opened: u64,
}

/// The gate.
pub struct Gate {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
}

impl Gate {
    /// An open gate in front of a directory, without TLS.
    pub async fn before(slapd: &Slapd) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, behind) = (Arc::<watch::Sender<State>>::default(), slapd.plain.address());
        let of_visitors = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((visitor, _)) = listener.accept().await {
                let (mut asks, is_told) = visitor.into_split();
                let (answers, mut is_asked) = TcpStream::connect(behind).await.unwrap().into_split();
                tokio::spawn(async move {
                    // Whoever hangs up, hangs up for both.
                    let _ = tokio::io::copy(&mut asks, &mut is_asked).await;
                });
                tokio::spawn(pass(answers, is_told, Arc::clone(&of_visitors)));
            }
        });
        Self { address, state }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("ldap://{}", self.address)
    }

    /// From now on answers to such questions stay here.
    pub fn hold(&self, question: Question) {
        self.state.send_modify(|it| it.holds = Some(question));
    }

    /// From now on all answers pass, those that were held first.
    pub fn open(&self) {
        self.state.send_modify(|it| *it = State { opened: it.opened + 1, ..State::default() });
    }

    /// Returns when so many answers are held.
    pub async fn holds(&self, count: usize) {
        self.state.subscribe().wait_for(|it| it.held >= count).await.unwrap();
    }
}

async fn pass(mut answers: OwnedReadHalf, mut is_told: OwnedWriteHalf, state: Arc<watch::Sender<State>>) {
    let mut answer = [0; 16 * 1024];
    while let Ok(length @ 1..) = answers.read(&mut answer).await {
        let answer = &answer[..length];
        let mut opened = None;
        state.send_if_modified(|it| {
            let is_held = it.holds.is_some_and(|question| operation(answer) == Some(question as u8));
            it.held += usize::from(is_held);
            opened = is_held.then_some(it.opened);
            is_held
        });
        if let Some(before) = opened {
            // It may be holding others again by the time that this one looks.
            state.subscribe().wait_for(|it| it.opened > before).await.unwrap();
        }
        if is_told.write_all(answer).await.is_err() {
            return;
        }
    }
}

/// The tag of the operation in the first message: after the tag and length of the message, and its number.
fn operation(answer: &[u8]) -> Option<u8> {
    let length = *answer.get(1)?;
    let number = if length & 0x80 == 0 { 2 } else { 2 + usize::from(length & 0x7f) };
    answer.get(number + 2 + usize::from(*answer.get(number + 1)?)).copied()
}
