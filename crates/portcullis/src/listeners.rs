//! Listening sockets and the connections on them: limits, paces, TLS, draining. What a request means is the API's.

mod pace;
pub(crate) mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use pace::{Pace, Paced};
use tls::Tls;

/// After a failed `accept` (no file descriptors left, say) the next one waits this long.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Answers one request.
pub(crate) trait Respond: Send + Sync + 'static {
    /// The answer to `request` from `peer`.
    fn respond(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> impl Future<Output = Response<Full<Bytes>>> + Send;
}

/// What a connection may do, each from the setting of its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionLimits {
    /// `http.max_header_size`, in bytes.
    pub(crate) head_bytes: usize,
    /// `http.max_connections`.
    pub(crate) connections: usize,
    /// `http.head_timeout`: from the first byte of a head to its last.
    pub(crate) head: Duration,
    /// `http.idle_timeout`: between an answer and the next head.
    pub(crate) idle: Duration,
}

/// One listening socket.
pub(crate) struct Listener<R> {
    pub(crate) socket: TcpListener,
    pub(crate) tls: Option<Tls>,
    pub(crate) limits: ConnectionLimits,
    /// Shared by the sockets that `http.max_connections` counts together.
    pub(crate) places: Arc<Semaphore>,
    pub(crate) respond: Arc<R>,
}

impl<R: Respond> Listener<R> {
    /// Accepts until `stop` says so, then waits until the connections have drained.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        loop {
            let place = tokio::select! {
                place = Arc::clone(&self.places).acquire_owned() => place,
                () = stopped(&mut stop) => break,
            };
            // The semaphore is never closed.
            let Ok(place) = place else { break };
            let (stream, peer) = tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        tracing::warn!(%error, "a connection was not accepted");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                        continue;
                    }
                },
                () = stopped(&mut stop) => break,
            };
            let connection = Connection {
                tls: self.tls.clone(),
                limits: self.limits,
                respond: Arc::clone(&self.respond),
                peer,
            };
            let watcher = graceful.watcher();
            tokio::spawn(async move {
                if let Err(error) = connection.serve(stream, watcher).await {
                    tracing::debug!(%peer, %error, "a connection ended early");
                }
                drop(place);
            });
        }
        drop(self.socket);
        graceful.shutdown().await;
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The node that would say so is gone: that is a stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}

struct Connection<R> {
    tls: Option<Tls>,
    limits: ConnectionLimits,
    respond: Arc<R>,
    peer: SocketAddr,
}

impl<R: Respond> Connection<R> {
    async fn serve(self, stream: TcpStream, watcher: Watcher) -> io::Result<()> {
        stream.set_nodelay(true)?;
        match &self.tls {
            None => self.speak(stream, watcher).await,
            Some(tls) => {
                let secured = tokio::time::timeout(self.limits.head, tls.accept(stream)).await??;
                self.speak(secured, watcher).await
            }
        }
    }

    async fn speak<S>(self, stream: S, watcher: Watcher) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let pace = Pace::new(self.limits.head, self.limits.idle);
        let Self { respond, peer, .. } = self;
        let busy = Arc::clone(&pace);
        let service = service_fn(move |request: Request<Incoming>| {
            let (respond, pace) = (Arc::clone(&respond), Arc::clone(&busy));
            async move {
                pace.busy();
                let response = respond.respond(request, peer).await;
                pace.idle();
                Ok::<_, std::convert::Infallible>(response)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // The pace keeps both of our times; hyper's one clock for both is off.
            .header_read_timeout(None)
            .max_header_size(self.limits.head_bytes)
            // Answers are small: one piece of memory to hand over, not two.
            .writev(false)
            .serve_connection(TokioIo::new(Paced::new(stream, Arc::clone(&pace))), service);
        tokio::select! {
            ended = watcher.watch(connection) => ended.map_err(io::Error::other),
            () = pace.overdue() => Err(io::Error::new(io::ErrorKind::TimedOut, "the client took too long")),
        }
    }
}
