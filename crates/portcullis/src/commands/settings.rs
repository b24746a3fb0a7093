//! `portcullis settings`: the table of settings with the values that hold, or the documentation made from it.
//!
//! Never here: the value of a secret setting.

use std::io::{self, Write};

use crate::config::table::{self, Default, Effect, Row};
use crate::config::{ConfigError, Setting, Settings, Sources, Written, docs};

#[cfg(test)]
mod tests;

/// Why there was nothing to print.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The output does not take any more.
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

/// Writes `docs/SETTINGS.md`. Reads no configuration.
///
/// # Errors
/// The output fails.
pub fn print_markdown(out: &mut impl Write) -> Result<(), SettingsError> {
    Ok(out.write_all(docs::markdown().as_bytes())?)
}

/// Writes one line for each setting, tab-separated: name, value, where it comes from, type, what it does.
///
/// # Errors
/// The configuration is wrong, or the output fails.
pub fn print(sources: &Sources, out: &mut impl Write) -> Result<(), SettingsError> {
    let settings = Settings::read(sources)?;
    writeln!(out, "# setting\tvalue\tfrom\ttype\teffect")?;
    for row in table::rows() {
        let (kind, effect) = (row.kind.words(), effect(row));
        let set: Vec<(&str, &Setting)> =
            settings.iter().filter(|(_, setting)| std::ptr::eq(setting.row, row)).collect();
        if set.is_empty() {
            writeln!(out, "{}\t{}\tdefault\t{kind}\t{effect}", row.name, default(row))?;
        }
        for (name, setting) in set {
            writeln!(out, "{name}\t{}\t{}\t{kind}\t{effect}", value(setting), setting.origin)?;
        }
    }
    Ok(())
}

fn default(row: &Row) -> String {
    match row.default {
        Default::Is(value) => value.to_owned(),
        Default::Computed(words) => format!("({words})"),
        Default::SameAs(other) => format!("(as {other})"),
        Default::Unset => "-".to_owned(),
    }
}

fn value(setting: &Setting) -> String {
    match &setting.written {
        _ if setting.row.secret => "(hidden)".to_owned(),
        Written::One(text) if has_credentials(text) => "(hidden)".to_owned(),
        Written::Many(list) if list.iter().any(|text| has_credentials(text)) => "(hidden)".to_owned(),
        Written::One(text) => text.escape_default().to_string(),
        Written::Many(list) => format!("[{}]", list.join(", ").escape_default()),
    }
}

/// Whether a URL in it may have a password: no such URL lets a node start, and this command prints before that.
fn has_credentials(text: &str) -> bool {
    text.split_once("://").is_some_and(|(_, rest)| rest.contains('@'))
}

fn effect(row: &Row) -> String {
    match row.effect {
        Effect::Works => row.doc.to_owned(),
        Effect::AcceptedNoEffect(why) => format!("accepted, no effect: {why}"),
        Effect::Refused { unless: [], why } => format!("not supported: {why}"),
        Effect::Refused { unless, why } => format!("not supported, except [{}]: {why}", unless.join(", ")),
    }
}
