//! What the tests of the whole service stand on: nodes on free ports with a clock in the tests' hands, a client that
//! writes down what it saw, realms and stores that can be held, and the search for secrets where none must be.
//!
//! What never lives here: a statement about the service. Those are in `it/`.

mod attributes;
mod authority;
pub mod client;
pub mod clock;
pub mod directory;
pub mod dn;
pub mod etcd;
pub mod history;
pub mod lines;
pub mod logs;
pub mod looking;
pub mod node;
pub mod node_process;
pub mod observed;
mod port;
mod process;
pub mod proxy;
pub mod realm;
pub mod run;
pub mod samba;
pub mod secrets;
mod server_log;
pub mod slapd;
pub mod soak;
