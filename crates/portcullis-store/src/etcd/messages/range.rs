//! Reading. Every read here is linearizable: it asks the cluster, never one member's opinion.

use bytes::Bytes;

use super::ResponseHeader;
use super::kv::{KeyRange, KeyValue};

/// Which keys to read. The field `serializable`, which allows stale answers, is left out on purpose.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RangeRequest {
    #[prost(bytes = "bytes", tag = "1")]
    key: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    range_end: Bytes,
    #[prost(int64, tag = "3")]
    limit: i64,
    #[prost(int64, tag = "4")]
    revision: i64,
    #[prost(bool, tag = "8")]
    keys_only: bool,
    #[prost(bool, tag = "9")]
    count_only: bool,
}

impl RangeRequest {
    /// Keys with their values, in the order of their bytes.
    pub(crate) fn new(range: KeyRange) -> Self {
        let (key, range_end) = range.into_parts();
        Self { key, range_end, ..Self::default() }
    }

    /// The keys alone.
    pub(crate) fn keys(range: KeyRange) -> Self {
        Self { keys_only: true, ..Self::new(range) }
    }

    /// Their number alone.
    #[cfg(test)]
    pub(crate) fn count(range: KeyRange) -> Self {
        Self { count_only: true, ..Self::new(range) }
    }

    /// At most so many keys; 0 is all.
    pub(crate) fn at_most(self, limit: i64) -> Self {
        Self { limit, ..self }
    }

    /// As they were at this revision; 0 is now.
    pub(crate) fn at(self, revision: i64) -> Self {
        Self { revision, ..self }
    }
}

/// What was read.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RangeResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<ResponseHeader>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) kvs: Vec<KeyValue>,
    /// There are more than the limit allowed.
    #[prost(bool, tag = "3")]
    pub(crate) more: bool,
    /// How many there are in the range, whatever the limit.
    #[prost(int64, tag = "4")]
    pub(crate) count: i64,
}
