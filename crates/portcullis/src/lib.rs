//! The executable as a library: configuration, wiring, listeners, subcommands. [`Node::start`] is what the command
//! line and the tests both start.
//!
//! Never here: rules of the domain.

pub mod allocator;
pub mod archive;
pub mod clock;
pub mod commands;
pub mod config;
mod control;
mod error;
mod export;
mod filling;
mod host;
mod listeners;
pub mod logging;
mod node;
mod tasks;
mod telemetry;
mod wiring;

pub use error::StartError;
pub use node::{Node, Options};
pub use wiring::bootstrap::FirstPassword;
