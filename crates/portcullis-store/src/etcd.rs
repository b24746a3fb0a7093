//! The engine for several nodes: etcd is the log, and each node keeps a copy of the documents on its disk.
//!
//! What never lives here: what a document or a member's record means, and who is trusted.

mod epoch;
mod keys;
mod replica;
mod turns;
