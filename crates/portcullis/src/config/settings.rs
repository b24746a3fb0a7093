//! All sources laid over each other: for each setting the value that holds, its origin and its row of the table.
//! `-E` goes before the environment, the environment before the file, the file before the default.
//!
//! Never here: rules between settings (`check`) and the typed result (`config`).

use std::collections::BTreeMap;

use super::error::{ConfigError, Origin, Problem};
use super::kind::{Kind, Value};
use super::sources::Sources;
use super::table::{self, Default, Effect, Row};
use super::yaml::{Entry, Written};
use super::{placeholders, realms};

/// What stands for a value that must not be shown.
const HIDDEN: &str = "(hidden)";

/// A setting that is set.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The value as it was written, placeholders filled; `(hidden)` if it must not be shown.
    pub written: Written,
    /// The value by its type.
    pub value: Value,
    /// Where it stands.
    pub origin: Origin,
    /// Its row of the table.
    pub row: &'static Row,
}

/// The settings that are set, by full name.
#[derive(Clone, Debug)]
pub struct Settings {
    set: BTreeMap<String, Setting>,
}

impl Settings {
    /// Reads all sources and checks each setting by itself.
    ///
    /// # Errors
    /// All that is wrong: unknown names, values that are not of their type, features that are not there.
    pub fn read(sources: &Sources) -> Result<Self, ConfigError> {
        let mut laid: BTreeMap<String, Entry> = BTreeMap::new();
        let file = sources.file_entries()?;
        let command_line = sources.command_line_entries()?;
        let mut problems = Vec::new();
        for entry in file.into_iter().chain(sources.environment_entries()).chain(command_line) {
            match misplaced_secret(&entry) {
                Some(problem) => problems.push(problem),
                None => drop(laid.insert(entry.name.clone(), entry)),
            }
        }
        let mut set = BTreeMap::new();
        for (name, entry) in laid {
            match Setting::read(sources, &entry) {
                Ok(setting) => drop(set.insert(name, setting)),
                Err(reason) => problems.push(Problem::at(&entry.origin, reason)),
            }
        }
        ConfigError::check(problems)?;
        Ok(Self { set })
    }

    /// The setting called `name`, if it is set.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.set.get(name)
    }

    /// All that is set, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Setting)> {
        self.set.iter().map(|(name, setting)| (name.as_str(), setting))
    }

    /// The value that holds for `name`: what is set, else the default of the table; `None` if there is neither.
    pub fn value(&self, name: &str) -> Option<Value> {
        if let Some(setting) = self.get(name) {
            return Some(setting.value.clone());
        }
        let row = table::find(name)?;
        match row.default {
            Default::Is(text) => row.kind.read(name, &Written::One(text.to_owned()), row.secret).ok(),
            Default::SameAs(other) => self.value(&table::filled(other, name)?),
            Default::Computed(_) | Default::Unset => None,
        }
    }
}

impl Setting {
    fn read(sources: &Sources, entry: &Entry) -> Result<Self, String> {
        let name = &entry.name;
        let row = table::find(name).ok_or_else(|| unknown(name))?;
        let fill = |text: &String| {
            // A password may well have `${` in it.
            if row.kind == Kind::Secret && is_environment(&entry.origin) {
                return Ok(text.clone());
            }
            placeholders::fill(text, |variable| sources.variable(variable))
                .map_err(|reason| format!("setting [{name}] {reason}"))
        };
        let written = match &entry.value {
            Written::One(text) => Written::One(fill(text)?),
            Written::Many(list) => Written::Many(list.iter().map(fill).collect::<Result<_, _>>()?),
        };
        if let Effect::Refused { unless, why } = row.effect {
            let off = matches!(&written, Written::One(text) if unless.contains(&text.as_str()));
            if !off {
                return Err(format!("setting [{name}] is not supported{}. {why}", with_this_value(unless)));
            }
        }
        let value = row.kind.read(name, &written, row.secret)?;
        let written = if row.secret { Written::One(HIDDEN.to_owned()) } else { written };
        Ok(Self { written, value, origin: entry.origin.clone(), row })
    }
}

fn is_environment(origin: &Origin) -> bool {
    matches!(origin, Origin::Environment(_))
}

/// A password in a file or in a list of processes is for everybody to read, even where another one holds.
fn misplaced_secret(entry: &Entry) -> Option<Problem> {
    let name = &entry.name;
    let elsewhere = match &entry.value {
        Written::One(text) => placeholders::is_one_variable(text),
        Written::Many(_) => false,
    };
    let secret = table::find(name).is_some_and(|row| row.kind == Kind::Secret);
    if !secret || elsewhere || is_environment(&entry.origin) {
        return None;
    }
    Some(Problem::at(
        &entry.origin,
        format!(
            "setting [{name}] is a secret, which does not belong here. Give it by an environment variable called \
             [{name}], by a variable that is named here as ${{NAME}}, or by the file of [{name}_file]"
        ),
    ))
}

fn unknown(name: &str) -> String {
    if let Some(sentence) = realms::misnamed(name) {
        return sentence;
    }
    match table::nearest(name) {
        Some(nearest) => format!("unknown setting [{name}] did you mean [{nearest}]?"),
        None => format!("unknown setting [{name}], `portcullis settings` lists those that are known"),
    }
}

fn with_this_value(unless: &[&str]) -> String {
    match unless {
        [] => String::new(),
        some => format!(" with a value other than [{}]", some.join(", ")),
    }
}
