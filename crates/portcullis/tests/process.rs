//! The executable from outside: what a start says, what stops one, what the subcommands do beside a node and without
//! one, and how it ends. One binary, a module a noun; each test has folders and a port of its own.
//!
//! Never here: what the API answers in detail, which is the integration tests' subject.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at the first surprise; clippy knows only #[test] functions as tests"
)]

#[path = "process/adopt.rs"]
mod adopt;
#[path = "process/backup.rs"]
mod backup;
#[cfg(target_os = "linux")]
#[path = "process/entered_password.rs"]
mod entered_password;
#[path = "process/first_password.rs"]
mod first_password;
#[path = "process/folder.rs"]
mod folder;
#[path = "process/home.rs"]
mod home;
#[path = "process/http.rs"]
mod http;
#[cfg(target_os = "linux")]
#[path = "process/large_backup.rs"]
mod large_backup;
#[path = "process/metrics.rs"]
mod metrics;
#[path = "process/node.rs"]
mod node;
#[path = "process/refused_start.rs"]
mod refused_start;
#[path = "process/replay.rs"]
mod replay;
#[path = "process/reset_password.rs"]
mod reset_password;
#[path = "process/service_tokens.rs"]
mod service_tokens;
#[path = "process/settings.rs"]
mod settings;
#[path = "process/stop.rs"]
mod stop;
#[path = "process/terminal.rs"]
mod terminal;
#[path = "process/users.rs"]
mod users;
#[path = "process/users_by_file.rs"]
mod users_by_file;
