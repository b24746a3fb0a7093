//! The watch's messages.

use bytes::Bytes;

use super::ResponseHeader;
use super::kv::{KeyRange, KeyValue};

/// What is asked on the watch's stream. Only creating: a watch ends with its stream.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct WatchRequest {
    #[prost(oneof = "Asked", tags = "1")]
    asked: Option<Asked>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Asked {
    #[prost(message, tag = "1")]
    Create(CreateRequest),
}

/// Fragments and progress notifications are not asked for: a fragment is not a whole revision, and etcd before 3.4.31 and
/// 3.5.13 sends progress ahead of the events that it covers.
#[derive(Clone, PartialEq, prost::Message)]
struct CreateRequest {
    #[prost(bytes = "bytes", tag = "1")]
    key: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    range_end: Bytes,
    #[prost(int64, tag = "3")]
    start_revision: i64,
}

impl WatchRequest {
    /// Events of the range from the revision on, that included.
    pub(crate) fn create(range: KeyRange, start_revision: i64) -> Self {
        let (key, range_end) = range.into_parts();
        Self { asked: Some(Asked::Create(CreateRequest { key, range_end, start_revision })) }
    }
}

/// What comes on the stream.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct WatchResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<ResponseHeader>,
    /// The first message: the watch is there.
    #[prost(bool, tag = "3")]
    pub(crate) created: bool,
    /// The last message: the watch is gone.
    #[prost(bool, tag = "4")]
    pub(crate) canceled: bool,
    /// When it is gone because what it asked for is: the first revision that can be had.
    #[prost(int64, tag = "5")]
    pub(crate) compact_revision: i64,
    #[prost(string, tag = "6")]
    pub(crate) cancel_reason: String,
    /// Whole revisions, in order.
    #[prost(message, repeated, tag = "11")]
    pub(crate) events: Vec<Event>,
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum EventKind {
    Put = 0,
    Delete = 1,
}

/// One event.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Event {
    #[prost(enumeration = "EventKind", tag = "1")]
    pub(crate) kind: i32,
    #[prost(message, optional, tag = "2")]
    pub(crate) kv: Option<KeyValue>,
}
