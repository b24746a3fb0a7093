//! Conditional writes: comparisons, and what is done when all of them hold, or else.

use std::fmt;

use bytes::Bytes;

use super::ResponseHeader;
use super::kv::KeyRange;
use super::range::{RangeRequest, RangeResponse};

/// How a comparison compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum Comparison {
    Equal = 0,
    Greater = 1,
    Less = 2,
    NotEqual = 3,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
enum Target {
    Version = 0,
    Mod = 2,
    Value = 3,
}

/// One condition; over a range it is one on each key that there is.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub(crate) struct Compare {
    #[prost(enumeration = "Comparison", tag = "1")]
    result: i32,
    #[prost(enumeration = "Target", tag = "2")]
    target: i32,
    #[prost(bytes = "bytes", tag = "3")]
    key: Bytes,
    #[prost(oneof = "Operand", tags = "4, 6, 7")]
    operand: Option<Operand>,
    #[prost(bytes = "bytes", tag = "64")]
    range_end: Bytes,
}

#[derive(Clone, PartialEq, prost::Oneof)]
#[prost(skip_debug)]
enum Operand {
    #[prost(int64, tag = "4")]
    Version(i64),
    #[prost(int64, tag = "6")]
    Mod(i64),
    #[prost(bytes = "bytes", tag = "7")]
    Value(Bytes),
}

impl Compare {
    /// The revision of the last write; 0 for a key that does not exist.
    pub(crate) fn mod_revision(range: KeyRange, how: Comparison, revision: i64) -> Self {
        Self::new(range, how, Target::Mod, Operand::Mod(revision))
    }

    /// How often the key was written since it came into being; 0 for a key that does not exist.
    pub(crate) fn version(range: KeyRange, how: Comparison, version: i64) -> Self {
        Self::new(range, how, Target::Version, Operand::Version(version))
    }

    /// The value. It never holds for a key that does not exist.
    #[cfg(test)]
    pub(crate) fn value(range: KeyRange, how: Comparison, value: impl Into<Bytes>) -> Self {
        Self::new(range, how, Target::Value, Operand::Value(value.into()))
    }

    fn new(range: KeyRange, how: Comparison, target: Target, operand: Operand) -> Self {
        let (key, range_end) = range.into_parts();
        Self { result: how.into(), target: target.into(), key, operand: Some(operand), range_end }
    }
}

impl fmt::Debug for Compare {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Compare").field("key", &self.key).finish_non_exhaustive()
    }
}

/// One thing to do.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Operation {
    #[prost(oneof = "Request", tags = "1, 2, 3")]
    request: Option<Request>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Request {
    #[prost(message, tag = "1")]
    Range(RangeRequest),
    #[prost(message, tag = "2")]
    Put(PutRequest),
    #[prost(message, tag = "3")]
    Delete(DeleteRequest),
}

#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
struct PutRequest {
    #[prost(bytes = "bytes", tag = "1")]
    key: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    value: Bytes,
}

impl fmt::Debug for PutRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PutRequest").field("key", &self.key).finish_non_exhaustive()
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct DeleteRequest {
    #[prost(bytes = "bytes", tag = "1")]
    key: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    range_end: Bytes,
}

impl Operation {
    /// Reads, as of the transaction's own revision.
    pub(crate) fn range(range: RangeRequest) -> Self {
        Self { request: Some(Request::Range(range)) }
    }

    /// Writes one key.
    pub(crate) fn put(key: impl Into<Bytes>, value: impl Into<Bytes>) -> Self {
        Self { request: Some(Request::Put(PutRequest { key: key.into(), value: value.into() })) }
    }

    /// Deletes what is there of the range.
    pub(crate) fn delete(range: KeyRange) -> Self {
        let (key, range_end) = range.into_parts();
        Self { request: Some(Request::Delete(DeleteRequest { key, range_end })) }
    }
}

/// If all of `compare` holds then `success`, else `failure`; all of it at one revision. etcd takes at most 128 operations
/// in each of the three, unless it is told otherwise, and each key once among the writes.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct TxnRequest {
    #[prost(message, repeated, tag = "1")]
    pub(crate) compare: Vec<Compare>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) success: Vec<Operation>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) failure: Vec<Operation>,
}

/// What became of it.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct TxnResponse {
    /// Its revision is that of the writes, or of the log when there were none.
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<ResponseHeader>,
    /// Whether all comparisons held.
    #[prost(bool, tag = "2")]
    pub(crate) succeeded: bool,
    /// One for each operation of the branch taken.
    #[prost(message, repeated, tag = "3")]
    pub(crate) responses: Vec<OperationResponse>,
}

/// The answer to one operation.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct OperationResponse {
    #[prost(oneof = "Outcome", tags = "1, 2, 3")]
    pub(crate) outcome: Option<Outcome>,
}

/// What it was the answer to.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Outcome {
    #[prost(message, tag = "1")]
    Range(RangeResponse),
    #[prost(message, tag = "2")]
    Put(PutResponse),
    #[prost(message, tag = "3")]
    Delete(DeleteResponse),
}

/// A key was written.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct PutResponse {}

/// Keys were deleted.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct DeleteResponse {
    /// How many there were.
    #[prost(int64, tag = "2")]
    pub(crate) deleted: i64,
}
