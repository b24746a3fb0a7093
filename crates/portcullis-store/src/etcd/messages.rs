//! etcd's messages, as far as they are used: numbers and types of the fields are those of its published `rpc.proto`,
//! `kv.proto` and `auth.proto`. Fields that are left out here are skipped when they are received.
//!
//! What never lives here: connections and decisions.

pub(crate) mod auth;
pub(crate) mod kv;
pub(crate) mod maintenance;
pub(crate) mod range;
pub(crate) mod txn;
pub(crate) mod watch;

#[cfg(test)]
mod tests;

/// What every answer begins with.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct ResponseHeader {
    /// Which cluster answered.
    #[prost(uint64, tag = "1")]
    pub(crate) cluster_id: u64,
    /// Which of its members.
    #[prost(uint64, tag = "2")]
    pub(crate) member_id: u64,
    /// The revision of the log at which the request was answered.
    #[prost(int64, tag = "3")]
    pub(crate) revision: i64,
    /// Raft's term.
    #[prost(uint64, tag = "4")]
    pub(crate) raft_term: u64,
}
