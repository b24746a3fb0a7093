//! The parts of the engine for several nodes: etcd is the log, and each node keeps a copy of the documents on its disk.
//!
//! Here live the client of etcd (messages, endpoints with their time-outs, calls, the watch, the threads that they run
//! on), the names under which things are kept there, a node's copy, and the order among its commits. What never lives
//! here: what a document or a member's record means, and who is trusted.

mod adopt;
mod auth;
mod client;
mod committer;
mod endpoint;
mod endpoints;
mod engine;
mod epoch;
mod error;
mod follower;
mod grouping;
mod keys;
mod lane;
mod limits;
mod line;
mod loading;
mod messages;
mod receipts;
mod replica;
mod room;
mod settings;
mod turns;
mod under_way;
mod watch;

#[cfg(test)]
mod tests;

pub use adopt::{Followed, adopt, followed};
pub use engine::EtcdStore;
pub use settings::{Compaction, EtcdIdentity, EtcdSecret, EtcdSettings, EtcdTls, Plaintext, SettingsError};
