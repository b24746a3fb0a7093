//! The subcommands, one a file.
//!
//! Never here: rules of the domain.

pub mod serve;
pub mod settings;
