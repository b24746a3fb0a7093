//! The client side of etcd: what is said to it, to which of its members, and what its refusals mean.
//!
//! Here live the messages, the endpoints with their time-outs, the calls, the watch, and the threads that they run on.
//! What never lives here: documents, what is kept under which key, and what to do about a write whose outcome is
//! unknown.

mod auth;
mod client;
mod endpoint;
mod endpoints;
mod error;
mod lane;
mod limits;
mod messages;
mod settings;
mod watch;

#[cfg(test)]
mod tests;

pub use settings::{Compaction, EtcdIdentity, EtcdSecret, EtcdSettings, EtcdTls, Plaintext, SettingsError};
