//! A watch that is open: whole revisions, in order, each once.
//!
//! What never lives here: opening it again, and how long its silence may last.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;
use tonic::Streaming;

use super::endpoint::{Endpoint, Method, Token};
use super::error::{EtcdError, Fate, Trouble, of_status, told};
use super::messages::kv::{KeyRange, KeyValue};
use super::messages::watch::{Event, EventKind, WatchRequest, WatchResponse};

const WATCH: Method = Method::of_cluster("/etcdserverpb.Watch/Watch");

/// An open watch. Dropping it ends it.
pub(crate) struct Watch {
    endpoint: String,
    stream: Streaming<WatchResponse>,
    /// The revision of the log when the watch was made.
    since: i64,
}

/// What happened to a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum WatchEvent {
    /// It was written.
    Put(KeyValue),
    /// It was deleted.
    Deleted {
        /// The key.
        key: Bytes,
        /// When.
        revision: i64,
    },
}

/// Events that came together: one revision or several, none of them in part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WatchMessage {
    /// In the order of the log.
    pub(crate) events: Vec<WatchEvent>,
}

impl Watch {
    pub(super) async fn open(
        endpoint: &Endpoint,
        range: KeyRange,
        start_revision: i64,
        token: Option<&Token>,
        within: Duration,
    ) -> Result<Self, EtcdError> {
        let opened = async {
            let request = WatchRequest::create(range, start_revision);
            let stream = endpoint.listen(WATCH, request, token, within).await?;
            let mut watch = Self { endpoint: endpoint.url().to_owned(), stream, since: 0 };
            let first = watch.receive().await?;
            if !first.created {
                return Err(watch.strange("a watch that does not begin with its creation"));
            }
            watch.since = first.header.map_or(0, |header| header.revision);
            Ok(watch)
        };
        match timeout(within, opened).await {
            Ok(watch) => watch,
            Err(_) => Err(endpoint.silent(within)),
        }
    }

    /// The revision of the log when the watch was made, as the member saw it that holds it.
    pub(crate) fn since(&self) -> i64 {
        self.since
    }

    /// Waits for what happens next, for as long as it takes: silence says nothing, not even that the member lives.
    ///
    /// # Errors
    /// The watch is over. [`Trouble::Compacted`] when the revisions that it asked for are forgotten.
    pub(crate) async fn next(&mut self) -> Result<WatchMessage, EtcdError> {
        loop {
            let message = self.receive().await?;
            if message.events.is_empty() {
                continue;
            }
            let events =
                message.events.into_iter().map(|event| self.event(event)).collect::<Result<_, _>>()?;
            return Ok(WatchMessage { events });
        }
    }

    async fn receive(&mut self) -> Result<WatchResponse, EtcdError> {
        match self.stream.message().await {
            Ok(Some(message)) if message.canceled => Err(self.canceled(&message)),
            Ok(Some(message)) => Ok(message),
            Ok(None) => {
                let trouble = Trouble::Unavailable("it ended the watch".to_owned());
                Err(EtcdError::new(&self.endpoint, trouble, Fate::Unknown))
            }
            Err(status) => Err(of_status(&self.endpoint, &status)),
        }
    }

    fn canceled(&self, message: &WatchResponse) -> EtcdError {
        let reason = told(&message.cancel_reason);
        let trouble = if message.compact_revision > 0 {
            Trouble::Compacted(Some(message.compact_revision))
        } else if reason.contains("permission denied") {
            Trouble::Denied(reason)
        } else {
            Trouble::Unavailable(format!("it cancelled the watch: {reason}"))
        };
        EtcdError::new(&self.endpoint, trouble, Fate::Unknown)
    }

    fn event(&self, event: Event) -> Result<WatchEvent, EtcdError> {
        let Some(kv) = event.kv else { return Err(self.strange("an event without a key")) };
        match EventKind::try_from(event.kind) {
            Ok(EventKind::Put) => Ok(WatchEvent::Put(kv)),
            Ok(EventKind::Delete) => Ok(WatchEvent::Deleted { key: kv.key, revision: kv.mod_revision }),
            Err(_) => Err(self.strange("an event that is neither a write nor a deletion")),
        }
    }

    fn strange(&self, what: &str) -> EtcdError {
        EtcdError::new(&self.endpoint, Trouble::NotEtcd(what.to_owned()), Fate::Unknown)
    }
}
