//! What is wrong with a setting of a realm that the table does not know, where more can be said than what it looks like.
//!
//! Never here: keys that are misspelt (`table::nearest`).

use crate::config::authc::RealmKind;
use crate::config::table;

use super::named::{PREFIX, parts};
use super::{BUILT, NOT_BUILT, realm_kind};

/// What is wrong with a setting that no row of the table describes, if it is its realm's type, that the realm has no
/// name, or that another type has it.
pub(in crate::config) fn misnamed(full: &str) -> Option<String> {
    if let Some(right) = nameless(full) {
        return Some(format!("unknown setting [{full}]: the name of the realm is missing, as in [{right}]"));
    }
    let (kind, name, key) = parts(full)?;
    if realm_kind(kind).is_some() {
        return of_another(kind, key).map(|other| {
            format!(
                "unknown setting [{full}]: realms of the type [{other}] have it, those of [{kind}] do not"
            )
        });
    }
    (!NOT_BUILT.contains(&kind)).then(|| unknown_type(kind, name))
}

pub(super) fn unknown_type(kind: &str, name: &str) -> String {
    let built = BUILT.map(RealmKind::name).join(", ");
    format!("unknown realm type [{kind}] for realm [{kind}.{name}]; supported are [{built}]")
}

/// How a setting is called in full that has its realm's type and its key, and no name between them.
fn nameless(full: &str) -> Option<String> {
    let (kind, key) = full.strip_prefix(PREFIX)?.split_once('.')?;
    realm_kind(kind)?;
    let right = format!("{PREFIX}{kind}.<name>.{key}");
    table::find(&right).map(|_| right)
}

/// The type whose realms have a setting `key`, which those of `kind` do not have.
fn of_another(kind: &str, key: &str) -> Option<&'static str> {
    let mut others = BUILT.into_iter().map(RealmKind::name).filter(|other| *other != kind);
    others.find(|other| table::find(&format!("{PREFIX}{other}.<name>.{key}")).is_some())
}
