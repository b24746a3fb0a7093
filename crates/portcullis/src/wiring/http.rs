//! The HTTP listeners: the API, and the metrics alone.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use portcullis_api::{Api, ApiSettings, Host};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::Config;
use crate::error::StartError;
use crate::host::NodeHost;
use crate::listeners::tls::Tls;
use crate::listeners::{ConnectionLimits, Listener, Respond};

/// Scrapers hold few connections.
const METRICS_CONNECTIONS: usize = 32;

/// What is bound and answers nobody yet.
pub(crate) struct Sockets {
    api: Vec<TcpListener>,
    metrics: Vec<TcpListener>,
    tls: Option<Tls>,
}

/// What listens.
pub(crate) struct Listening {
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) metrics: Vec<SocketAddr>,
    pub(crate) tls: Option<Tls>,
}

/// What the API must know of the configuration.
pub(crate) fn api_settings(config: &Config) -> ApiSettings {
    ApiSettings {
        cluster_name: config.cluster_name.clone(),
        version_number: config.version_number.clone(),
        portcullis_version: env!("CARGO_PKG_VERSION").to_owned(),
        max_content_length: config.http.max_content_bytes,
        body_timeout: millis(config.http.body_timeout_millis),
        detailed_errors: config.http.detailed_errors,
    }
}

/// Reads the certificate and takes the addresses: what an operator can get wrong.
pub(crate) async fn bind(config: &Config) -> Result<Sockets, StartError> {
    let tls = config.tls.as_ref().map(Tls::open).transpose()?;
    let api = bind_all(&config.http.hosts, config.http.port).await?;
    let metrics = match &config.metrics {
        Some(metrics) => bind_all(&metrics.hosts, metrics.port).await?,
        None => Vec::new(),
    };
    Ok(Sockets { api, metrics, tls })
}

impl Sockets {
    /// The first address of the API.
    pub(crate) fn first(&self) -> Option<SocketAddr> {
        self.api.first().and_then(|it| it.local_addr().ok())
    }
}

/// Answers requests of the API, and scrapers where `metrics.port` is set.
pub(crate) fn listen(
    config: &Config,
    sockets: Sockets,
    api: Api,
    host: Arc<NodeHost>,
    stopping: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<Listening, StartError> {
    let Sockets { api: for_api, metrics: for_metrics, tls } = sockets;
    let many = limits(config, config.http.max_connections);
    let addresses = start(for_api, tls.clone(), many, Arc::new(api), stopping, tasks)?;
    let few = limits(config, METRICS_CONNECTIONS);
    let metrics = start(for_metrics, None, few, Arc::new(MetricsOnly(host)), stopping, tasks)?;
    Ok(Listening { addresses, metrics, tls })
}

fn limits(config: &Config, connections: usize) -> ConnectionLimits {
    ConnectionLimits {
        head_bytes: config.http.max_header_bytes,
        connections,
        head: millis(config.http.head_timeout_millis),
        idle: millis(config.http.idle_timeout_millis),
    }
}

fn millis(millis: i64) -> Duration {
    Duration::from_millis(millis.max(0).unsigned_abs())
}

/// Every host on the same port: where the system chooses, it chooses once.
async fn bind_all(hosts: &[IpAddr], port: u16) -> Result<Vec<TcpListener>, StartError> {
    let mut port = port;
    let mut sockets = Vec::new();
    for host in hosts {
        let address = SocketAddr::new(*host, port);
        let failed = |source| StartError::Listen { address, source };
        let socket = TcpListener::bind(address).await.map_err(failed)?;
        port = socket.local_addr().map_err(failed)?.port();
        sockets.push(socket);
    }
    Ok(sockets)
}

fn start<R: Respond>(
    sockets: Vec<TcpListener>,
    tls: Option<Tls>,
    limits: ConnectionLimits,
    respond: Arc<R>,
    stopping: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<Vec<SocketAddr>, StartError> {
    let places = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
    let mut addresses = Vec::new();
    for socket in sockets {
        addresses.push(socket.local_addr().map_err(StartError::store)?);
        let listener = Listener {
            socket,
            tls: tls.clone(),
            limits,
            places: Arc::clone(&places),
            respond: Arc::clone(&respond),
        };
        tasks.spawn(listener.run(stopping.clone()));
    }
    Ok(addresses)
}

impl Respond for Api {
    async fn respond(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        Api::respond(self, request, Some(peer)).await
    }
}

/// The metrics and nothing else, without credentials.
struct MetricsOnly(Arc<NodeHost>);

impl Respond for MetricsOnly {
    async fn respond(&self, request: Request<Incoming>, _peer: SocketAddr) -> Response<Full<Bytes>> {
        let known = matches!(request.uri().path(), "/metrics" | "/_prometheus/metrics");
        let (status, body) = match (known, request.method()) {
            (true, &Method::GET) => (StatusCode::OK, self.0.metrics()),
            (true, _) => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
            (false, _) => (StatusCode::NOT_FOUND, String::new()),
        };
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        let media = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, media);
        response
    }
}
