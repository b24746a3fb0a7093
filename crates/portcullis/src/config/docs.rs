//! `docs/SETTINGS.md`, made from the table of settings.
//!
//! Never here: sentences about single settings; they stand in the table.

use std::fmt::Write as _;

use portcullis_secrets::{HashAlgorithm, Use};

use super::table::{self, Default, Effect, Source};

const HEAD: &str = "\
# Settings

This file is made by `portcullis settings --markdown`; a test fails when it is out of date.

Settings stand in `portcullis.yml` in the configuration folder (`--config`, else `$PORTCULLIS_PATH_CONF`, else
`config/`), nested, dotted or mixed. An environment variable with the very name of a setting (`http.port=9200`), or
`ES_SETTING_` and the name in capitals with `_` for a dot and `__` for an underscore (`ES_SETTING_HTTP_PORT`), goes
before the file, and `-E name=value` goes before both. In values, `${NAME}` is replaced by an environment variable, and
`${NAME:default}` by the default if it is not set. A name that is not in these tables stops the start. In names,
`<directory>` is `ldap` or `active_directory`. A secret is given by the environment: by a variable with the setting's
name, or one that is named as `${NAME}`; written out in the file or after `-E` it stops the start.

Units: times take `nanos`, `micros`, `ms`, `s`, `m`, `h` or `d`; sizes take `b`, `kb`, `mb`, `gb`, `tb` or `pb`, steps of 1024.
";

#[cfg(test)]
mod tests;

/// The whole document.
pub fn markdown() -> String {
    let mut text = HEAD.to_owned();
    text.push_str(
        "\n## Settings that work\n\n| setting | type | default | what it does |\n|---|---|---|---|\n",
    );
    for row in table::rows().filter(|row| row.effect == Effect::Works) {
        let own = if row.source == Source::Portcullis { " Not a setting of Elasticsearch." } else { "" };
        line(
            &mut text,
            &[&code(row.name), &row.kind.words(), &default_words(row.default), &format!("{}{own}", row.doc)],
        );
    }
    algorithms(&mut text);
    text.push_str("\n## Settings that stop the start\n\n");
    text.push_str("Ignoring them would be less secure than it reads.\n\n");
    text.push_str("| setting | accepted values | why |\n|---|---|---|\n");
    for row in table::rows() {
        if let Effect::Refused { unless, why } = row.effect {
            let accepted = if unless.is_empty() { "none".to_owned() } else { code(&unless.join(", ")) };
            line(&mut text, &[&code(row.name), &accepted, why]);
        }
    }
    text.push_str("\n## Settings of Elasticsearch that have no effect\n\n");
    text.push_str(
        "They are accepted, so that a settings file can be taken over, and named once at the start.\n\n",
    );
    text.push_str("| setting | why it has no effect |\n|---|---|\n");
    for row in table::rows() {
        if let Effect::AcceptedNoEffect(why) = row.effect {
            line(&mut text, &[&code(row.name), why]);
        }
    }
    text
}

/// The names that `Kind::Algorithm` takes, once for all rows.
fn algorithms(text: &mut String) {
    text.push_str("\n## Hash algorithms\n\n| for | names |\n|---|---|\n");
    for purpose in [Use::Password, Use::ApiKey, Use::ServiceToken, Use::Cache] {
        let names: Vec<String> = HashAlgorithm::names(purpose).into_iter().map(code).collect();
        line(text, &[purpose_words(purpose), &names.join(", ")]);
    }
}

fn purpose_words(purpose: Use) -> &'static str {
    match purpose {
        Use::Password => "passwords",
        Use::ApiKey => "API keys",
        Use::ServiceToken => "service tokens",
        Use::Cache => "caches, in memory (`sha1` and `md5` with a warning)",
    }
}

/// The default of a row in words.
pub fn default_words(default: Default) -> String {
    match default {
        Default::Is(value) => code(value),
        Default::Computed(words) => words.to_owned(),
        Default::SameAs(other) => format!("as {}", code(other)),
        Default::Unset => "none".to_owned(),
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn line(text: &mut String, cells: &[&str]) {
    // A bar ends a cell, in code too: the filters of directories have some.
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}
