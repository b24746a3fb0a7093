//! A key with its value and the revisions of its writes, and ranges of keys.

use std::fmt;

use bytes::Bytes;

/// A key and what is under it. `Debug` shows no value: values hold hashes of secrets.
#[derive(Clone, PartialEq, prost::Message)]
#[prost(skip_debug)]
pub(crate) struct KeyValue {
    /// The key.
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) key: Bytes,
    /// The revision at which the key came into being.
    #[prost(int64, tag = "2")]
    pub(crate) create_revision: i64,
    /// The revision of its last write.
    #[prost(int64, tag = "3")]
    pub(crate) mod_revision: i64,
    /// How often it was written since it came into being; 0 when it was deleted.
    #[prost(int64, tag = "4")]
    pub(crate) version: i64,
    /// The value.
    #[prost(bytes = "bytes", tag = "5")]
    pub(crate) value: Bytes,
}

impl fmt::Debug for KeyValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KeyValue")
            .field("key", &self.key)
            .field("mod_revision", &self.mod_revision)
            .field("version", &self.version)
            .field("value_bytes", &self.value.len())
            .finish_non_exhaustive()
    }
}

/// One key, or all keys from one up to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyRange {
    key: Bytes,
    end: Bytes,
}

impl KeyRange {
    /// One key.
    pub(crate) fn one(key: impl Into<Bytes>) -> Self {
        Self { key: key.into(), end: Bytes::new() }
    }

    /// From `first`, that included, up to `end`, that not included.
    pub(crate) fn between(first: impl Into<Bytes>, end: impl Into<Bytes>) -> Self {
        Self { key: first.into(), end: end.into() }
    }

    /// All keys that begin with `prefix`; with an empty one, all keys.
    pub(crate) fn prefix(prefix: impl Into<Bytes>) -> Self {
        let prefix = prefix.into();
        let mut end = prefix.to_vec();
        while let Some(last) = end.pop() {
            if let Some(next) = last.checked_add(1) {
                end.push(next);
                return Self { key: prefix, end: end.into() };
            }
        }
        // etcd writes "from this key to the last of all" as an end of one zero byte, and has no empty key.
        let key = if prefix.is_empty() { Bytes::from_static(b"\0") } else { prefix };
        Self { key, end: Bytes::from_static(b"\0") }
    }

    /// Where it begins and ends, as messages want it.
    pub(crate) fn into_parts(self) -> (Bytes, Bytes) {
        (self.key, self.end)
    }
}
