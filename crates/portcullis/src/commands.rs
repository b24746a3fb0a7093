//! The subcommands, one a file.
//!
//! Never here: rules of the domain.

pub mod adopt;
pub mod backup;
mod entered_password;
mod error;
mod file_edit;
mod place;
mod progress;
pub mod reset_password;
pub mod restore;
pub mod serve;
pub mod service_tokens;
pub mod settings;
pub mod users;

pub use error::CommandError;
pub use place::Place;
