//! One member of etcd: its channel, made when it is first needed, and one call or stream over it.
//!
//! What never lives here: which member is asked, and asking twice.

mod tls;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prost::Message;
use tokio::time::timeout;
use tonic::client::Grpc;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Request, Streaming};
use tonic_prost::ProstCodec;

use super::error::{EtcdError, Fate, Trouble, failed_to_connect, of_status};
use super::limits::{
    CONNECT_TIMEOUT, KEEP_ALIVE_INTERVAL, KEEP_ALIVE_TIMEOUT, MAX_ANSWER_BYTES, MAX_REQUEST_BYTES,
};
use super::settings::{EtcdSettings, SettingsError};

/// What a login gave: sent with each call, shown nowhere.
pub(super) type Token = MetadataValue<Ascii>;

/// Something that can be asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    path: &'static str,
    leader: Leader,
}

/// Whether a member that sees no leader shall refuse at once, instead of waiting for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leader {
    Required,
    Any,
}

impl Method {
    /// A question to the cluster.
    pub(super) const fn of_cluster(path: &'static str) -> Self {
        Self { path, leader: Leader::Required }
    }

    /// A question to one member about itself.
    pub(super) const fn of_member(path: &'static str) -> Self {
        Self { path, leader: Leader::Any }
    }
}

/// One member.
pub(super) struct Endpoint {
    url: String,
    connector: tonic::transport::Endpoint,
    channel: Mutex<Option<Channel>>,
}

impl Endpoint {
    /// Connects nothing yet.
    pub(super) fn new(url: &str, settings: &EtcdSettings) -> Result<Self, SettingsError> {
        let connector = tonic::transport::Endpoint::from_shared(url.to_owned())
            .map_err(|error| SettingsError::new("endpoints", format!("[{url}]: {error}")))?
            .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout))
            .tcp_nodelay(true)
            .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
            .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
            .keep_alive_while_idle(true);
        let connector = match &settings.tls {
            Some(settings) if url.starts_with("https:") => tls::of(connector, settings)?,
            Some(_) | None => connector,
        };
        Ok(Self { url: url.to_owned(), connector, channel: Mutex::new(None) })
    }

    /// As the settings write it.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Asks once. Must run in a runtime, and always in the same one: the connection lives there.
    ///
    /// # Errors
    /// Anything but an answer, at the latest after `within`.
    pub(super) async fn call<Q, A>(
        &self,
        method: Method,
        message: Q,
        token: Option<&Token>,
        within: Duration,
    ) -> Result<A, EtcdError>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let asked = async {
            let (mut grpc, path) = self.ready(method).await?;
            let request = with_metadata(Request::new(message), method, token);
            let answer = grpc.unary(request, path, ProstCodec::<Q, A>::default()).await;
            answer.map(tonic::Response::into_inner).map_err(|status| of_status(&self.url, &status))
        };
        match timeout(within, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(self.silent(within)),
        }
    }

    /// Opens a stream that says `message` and then only listens.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub(super) async fn listen<Q, A>(
        &self,
        method: Method,
        message: Q,
        token: Option<&Token>,
        within: Duration,
    ) -> Result<Streaming<A>, EtcdError>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let asked = async {
            let (mut grpc, path) = self.ready(method).await?;
            // Our side stays open: a stream that is closed ends the watch.
            let messages =
                tokio_stream::StreamExt::chain(tokio_stream::once(message), tokio_stream::pending());
            let request = with_metadata(Request::new(messages), method, token);
            let answer = grpc.streaming(request, path, ProstCodec::<Q, A>::default()).await;
            answer.map(tonic::Response::into_inner).map_err(|status| of_status(&self.url, &status))
        };
        match timeout(within, asked).await {
            Ok(stream) => stream,
            Err(_) => Err(self.silent(within)),
        }
    }

    /// Nothing came. The next call gets a connection of its own: this one may lead nowhere and not know it.
    pub(super) fn silent(&self, within: Duration) -> EtcdError {
        self.disconnect();
        EtcdError::no_answer(&self.url, within, Fate::Unknown)
    }

    fn disconnect(&self) {
        *self.channel.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn channel(&self) -> Channel {
        let mut channel = self.channel.lock().unwrap_or_else(PoisonError::into_inner);
        channel.get_or_insert_with(|| self.connector.connect_lazy()).clone()
    }

    async fn ready<P: std::str::FromStr>(&self, method: Method) -> Result<(Grpc<Channel>, P), EtcdError> {
        let path = method.path.parse().map_err(|_| {
            let trouble = Trouble::Other(format!("[{}] is no path", method.path));
            EtcdError::new(&self.url, trouble, Fate::NotDone)
        })?;
        let mut grpc = Grpc::new(self.channel())
            .max_decoding_message_size(MAX_ANSWER_BYTES)
            .max_encoding_message_size(MAX_REQUEST_BYTES);
        grpc.ready().await.map_err(|error| failed_to_connect(&self.url, error))?;
        Ok((grpc, path))
    }
}

fn with_metadata<T>(mut request: Request<T>, method: Method, token: Option<&Token>) -> Request<T> {
    let metadata = request.metadata_mut();
    if method.leader == Leader::Required {
        metadata.insert("hasleader", MetadataValue::from_static("true"));
    }
    if let Some(token) = token {
        metadata.insert("token", token.clone());
    }
    request
}
