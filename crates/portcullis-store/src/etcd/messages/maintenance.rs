//! How a member is, which alarms are raised, and forgetting old revisions.

use super::ResponseHeader;

/// Asks a member how it is.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct StatusRequest {}

/// How it is.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct StatusResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<ResponseHeader>,
    /// etcd's version.
    #[prost(string, tag = "2")]
    pub(crate) version: String,
    /// Bytes of its file.
    #[prost(int64, tag = "3")]
    pub(crate) db_size: i64,
    /// The member that leads, 0 for none.
    #[prost(uint64, tag = "4")]
    pub(crate) leader: u64,
    /// Bytes of its file that hold something.
    #[prost(int64, tag = "9")]
    pub(crate) db_size_in_use: i64,
}

/// Asks for the alarms.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct AlarmRequest {}

/// The alarms that are raised.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct AlarmResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<ResponseHeader>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) alarms: Vec<AlarmMember>,
}

/// An alarm, by the member that raised it.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct AlarmMember {
    #[prost(uint64, tag = "1")]
    pub(crate) member_id: u64,
    #[prost(enumeration = "Alarm", tag = "2")]
    pub(crate) alarm: i32,
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, prost::Enumeration)]
#[repr(i32)]
pub(crate) enum Alarm {
    None = 0,
    /// The quota is used up: no more writes.
    NoSpace = 1,
    /// The members' data differ.
    Corrupt = 2,
}

/// Forgets all revisions below this one.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct CompactionRequest {
    #[prost(int64, tag = "1")]
    pub(crate) revision: i64,
}

/// They are forgotten.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct CompactionResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<ResponseHeader>,
}
