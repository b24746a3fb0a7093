//! The subcommands, one a file.
//!
//! Never here: rules of the domain.

mod error;
mod file_edit;
pub mod reset_password;
pub mod serve;
pub mod service_tokens;
pub mod settings;

pub use error::CommandError;
