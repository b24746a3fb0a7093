//! What searches for users and for groups have in common.

use portcullis_security::settings::directory::SearchScope;

use crate::config::error::Problem;
use crate::config::realms::Named;

pub(super) fn scope(named: &Named<'_>, key: &str) -> Result<SearchScope, Problem> {
    Ok(match named.settings.text(&named.setting(key))?.as_str() {
        "base" => SearchScope::Base,
        "one_level" => SearchScope::OneLevel,
        // The table takes no further word.
        _ => SearchScope::SubTree,
    })
}

/// Settings of a search whose `base_dn` is not set were hardly meant.
pub(super) fn refuse_without_base(named: &Named<'_>, base: &str, others: &[&str]) -> Result<(), Problem> {
    match others.iter().find(|key| named.has(key)) {
        Some(key) => {
            let (name, base) = (named.setting(key), named.setting(base));
            Err(named.problem_at(key, format!("[{name}] is set but [{base}] is not, so nothing is searched")))
        }
        None => Ok(()),
    }
}
