//! How long a connection may keep us waiting: a head must be complete some time after its first byte, and between
//! two requests a connection may idle, but not for ever. While a request is served, other limits hold.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

#[derive(Clone, Copy)]
enum Phase {
    /// Waiting for the first byte of a head until then.
    Idle(Instant),
    /// Waiting for the rest of it until then.
    Head(Instant),
    /// A request is being served.
    Busy,
}

/// The state of one connection.
pub(super) struct Pace {
    phase: Mutex<Phase>,
    head: Duration,
    idle: Duration,
}

impl Pace {
    /// A fresh connection owes its first head at once.
    pub(super) fn new(head: Duration, idle: Duration) -> Arc<Self> {
        Arc::new(Self { phase: Mutex::new(Phase::Head(Instant::now() + head)), head, idle })
    }

    fn set(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    fn phase(&self) -> Phase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The head is complete.
    pub(super) fn busy(&self) {
        self.set(Phase::Busy);
    }

    /// The answer is ready.
    pub(super) fn idle(&self) {
        self.set(Phase::Idle(Instant::now() + self.idle));
    }

    fn bytes_came(&self) {
        if matches!(self.phase(), Phase::Idle(_)) {
            self.set(Phase::Head(Instant::now() + self.head));
        }
    }

    /// Resolves when the client has kept us waiting too long.
    pub(super) async fn overdue(&self) {
        loop {
            let wait = match self.phase() {
                Phase::Idle(until) | Phase::Head(until) if until <= Instant::now() => return,
                Phase::Idle(until) | Phase::Head(until) => until,
                // Whatever comes next lasts at least this long.
                Phase::Busy => Instant::now() + self.head.min(self.idle),
            };
            tokio::time::sleep_until(wait).await;
        }
    }
}

/// A stream that tells its [`Pace`] when bytes come in.
pub(super) struct Paced<S> {
    stream: S,
    pace: Arc<Pace>,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, pace: Arc<Pace>) -> Self {
        Self { stream, pace }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pace.bytes_came();
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
