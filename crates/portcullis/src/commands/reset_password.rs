//! `portcullis reset-password`: sets the password of a reserved or native user from the machine itself, through the
//! node that runs there, or in the store if none runs.

use std::io::Write;
use std::sync::Arc;

use portcullis_secrets::{Secret, random};

use super::entered_password;
use super::error::CommandError;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::control::{self, Order};
use crate::wiring;

/// Characters of a generated password.
const GENERATED_LENGTH: usize = 20;

/// Where the new password comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Generated and printed, once.
    Auto,
    /// Asked for twice on a terminal, or read as one line from the standard input.
    Interactive,
}

/// Sets a new password for `username`.
///
/// # Errors
/// When there is no such user, the password is too short, or neither node nor store can be reached.
pub fn reset(config: &Config, username: &str, mode: Mode, out: &mut impl Write) -> Result<(), CommandError> {
    let password = match mode {
        Mode::Auto => random::password(GENERATED_LENGTH),
        Mode::Interactive => entered_password::enter(username)?,
    };
    let text =
        password.expose_str().ok_or_else(|| CommandError::Data("the password is not UTF-8".to_owned()))?;
    let order = Order::SetPassword { username: username.to_owned(), password: text.to_owned() };
    let through_node = control::ask(&config.path_data, &order).map_err(CommandError::Refused)?;
    if through_node.is_none() {
        in_store(config, username, password.clone())?;
    }
    writeln!(out, "Password for the [{username}] user successfully reset.")?;
    if mode == Mode::Auto {
        writeln!(out, "New value: {text}")?;
    }
    Ok(())
}

/// No node runs: the store is ours to open.
fn in_store(config: &Config, username: &str, password: Secret) -> Result<(), CommandError> {
    // A new store would take the password, and the node whose folder was meant would not.
    if matches!(config.path_data.try_exists(), Ok(false)) {
        return Err(CommandError::Missing(format!(
            "there is no data folder [{}]: run this where the node runs, name its folder (--config DIR, or \
             -E path.data=DIR), or start the node once",
            config.path_data.display()
        )));
    }
    if config.cluster.is_some() {
        return Err(CommandError::Refused(
            "no node runs on this data folder, and the password is in etcd: start the node first".to_owned(),
        ));
    }
    let refused = |error: &dyn std::fmt::Display| CommandError::Refused(error.to_string());
    let store = wiring::store::open(config).map_err(|error| refused(&error))?;
    let names = wiring::store::names(&*store).map_err(|error| refused(&error))?;
    let settings = wiring::security::settings(config, names, None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let security =
            portcullis_security::Security::start(settings, store, Arc::new(SystemClock), &config.path_conf)
                .map_err(|error| refused(&error))?;
        let outcome = security.set_password(username, password).await.map_err(|error| refused(&error));
        security.stop();
        outcome
    })
}
