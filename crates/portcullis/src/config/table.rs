//! The table of all settings: name, type, default, what it does. `portcullis settings`, `docs/SETTINGS.md` and the
//! check for unknown names are all made from it.
//!
//! Never here: values, and how several settings go together (`check`).

use super::kind::Kind;

mod accepted;
mod anonymous;
mod authc;
mod cluster;
mod directory;
mod http;
mod node;
mod refused;
#[cfg(test)]
mod tests;

/// The types of realms whose users live in a remote directory, which have most settings in common.
pub const DIRECTORIES: [&str; 2] = ["ldap", "active_directory"];

/// What stands for either of them in a name.
const DIRECTORY: &str = "<directory>";

/// One setting, or one family of settings.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The name. `<directory>` stands for one of [`DIRECTORIES`], any other `<x>` for any one part, a trailing `.*`
    /// for one part or more.
    pub name: &'static str,
    /// How the value is read.
    pub kind: Kind,
    /// What holds if it is not set.
    pub default: Default,
    /// Whether the value must not be shown.
    pub secret: bool,
    /// What it does.
    pub effect: Effect,
    /// One line for the documentation.
    pub doc: &'static str,
    /// Who defined it.
    pub source: Source,
}

/// What holds if a setting is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// This value.
    Is(&'static str),
    /// A value that depends on the machine, in words.
    Computed(&'static str),
    /// The value of another setting, by name.
    SameAs(&'static str),
    /// Nothing.
    Unset,
}

/// What a setting does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What its line says.
    Works,
    /// It is known and changes nothing; the reason ends the sentence "no effect: …".
    AcceptedNoEffect(&'static str),
    /// It would promise something that is not there, so it stops the start, unless its value is one of these.
    Refused {
        /// The values with which the feature is off, and which are therefore accepted.
        unless: &'static [&'static str],
        /// What to do instead: a sentence.
        why: &'static str,
    },
}

/// Who defined a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Elasticsearch has it under this name.
    Elasticsearch,
    /// It is our own.
    Portcullis,
}

impl Row {
    const fn works(name: &'static str, kind: Kind, default: Default, doc: &'static str) -> Self {
        Self { name, kind, default, secret: false, effect: Effect::Works, doc, source: Source::Elasticsearch }
    }

    const fn ours(self) -> Self {
        Self { source: Source::Portcullis, ..self }
    }

    const fn hidden(self) -> Self {
        Self { secret: true, ..self }
    }

    /// A family of which nothing is read; its values are not shown, for some of them are passwords.
    const fn accepted(name: &'static str, why: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Anything,
            default: Default::Unset,
            secret: true,
            effect: Effect::AcceptedNoEffect(why),
            doc: "Accepted, so that a settings file of Elasticsearch can be taken over.",
            source: Source::Elasticsearch,
        }
    }

    const fn refused(name: &'static str, unless: &'static [&'static str], why: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Anything,
            default: Default::Unset,
            secret: true,
            effect: Effect::Refused { unless, why },
            doc: "Stops the start, because ignoring it would be less secure than it reads.",
            source: Source::Elasticsearch,
        }
    }

    /// Whether the name stands for more than one setting.
    pub fn is_family(&self) -> bool {
        self.name.contains('<') || self.name.ends_with(".*")
    }

    /// How closely this row describes `name`: `None` if not at all, else the higher, the closer.
    fn closeness(&self, name: &str) -> Option<usize> {
        if self.name == name {
            return Some(usize::MAX);
        }
        let mut parts = name.split('.');
        let mut literal = 0;
        for wanted in self.name.split('.') {
            let part = parts.next().filter(|part| !part.is_empty())?;
            match wanted {
                "*" => return Some(literal),
                _ if !fits(wanted, part) => return None,
                _ if wanted.starts_with('<') => {}
                _ => literal += 1,
            }
        }
        // A full match of placeholders beats every prefix of the same family.
        parts.next().is_none().then_some(literal + 1)
    }
}

/// Whether `part` of a name is what `wanted` of a row's name stands for.
fn fits(wanted: &str, part: &str) -> bool {
    match wanted {
        DIRECTORY => DIRECTORIES.contains(&part),
        _ => wanted.starts_with('<') || wanted == part,
    }
}

/// All rows, in the order of the documentation.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [
        node::ROWS,
        http::ROWS,
        cluster::ROWS,
        authc::ROWS,
        anonymous::ROWS,
        directory::ROWS,
        directory::CONNECTION,
        refused::ROWS,
        directory::REFUSED,
        accepted::ROWS,
        directory::ACCEPTED,
    ]
    .into_iter()
    .flatten()
}

/// The row that describes the setting `name` best.
pub fn find(name: &str) -> Option<&'static Row> {
    rows()
        .filter_map(|row| row.closeness(name).map(|closeness| (closeness, row)))
        .max_by_key(|(closeness, _)| *closeness)
        .map(|(_, row)| row)
}

/// The known name that looks most like `name`, if one is like it enough to be worth saying. Placeholders take the
/// parts of `name`, so that a misspelled key of a realm is answered with that realm's key.
pub fn nearest(name: &str) -> Option<String> {
    /// Below this, a suggestion confuses more than it helps.
    const ALIKE: f64 = 0.75;
    rows()
        .filter(|row| !row.name.ends_with(".*"))
        .filter_map(|row| filled(row.name, name))
        .map(|candidate| (strsim::normalized_damerau_levenshtein(&candidate, name), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// `pattern` with each placeholder replaced by the part of `name` in the same place; `None` if the part is not one
/// that the placeholder stands for.
pub(super) fn filled(pattern: &str, name: &str) -> Option<String> {
    let mut parts = name.split('.');
    let filled: Option<Vec<&str>> = pattern
        .split('.')
        .map(|wanted| match parts.next() {
            Some(part) if wanted.starts_with('<') && !part.is_empty() => fits(wanted, part).then_some(part),
            _ => Some(wanted),
        })
        .collect();
    filled.map(|parts| parts.join("."))
}
