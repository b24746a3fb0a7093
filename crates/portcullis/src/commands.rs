//! The subcommands, one a file.
//!
//! Never here: rules of the domain.

pub mod settings;
